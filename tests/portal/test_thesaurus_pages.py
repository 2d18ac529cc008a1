"""The thesaurus as anybody browses it: the tree, a word in any language, one concept."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.search import services as index
from tests.factories.cast import Actor
from tests.factories.listings import a_published_offer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("thesaurus")]


def read(client: Client, path: str = "", language: str = "en", status: int = 200) -> str:
    response = client.get(f"/{language}/thesaurus/{path}")
    assert response.status_code == status
    return response.content.decode()


def an_indexed_offer(maker: Actor, **values: object) -> None:
    index.index("opportunity", [a_published_offer(maker.enterprise, **values).pk])


def test_the_tree_is_in_the_readers_language_and_counts_what_lies_below(client: Client, cell_maker: Actor) -> None:
    an_indexed_offer(cell_maker, technologies=["lfp"])
    html = read(client, language="zh-hans")
    assert "电化学储能" in html
    for key in ("electrochemical-storage", "lithium-ion", "lfp"):
        assert re.search(rf'/thesaurus/{key}/">[^<]*</a> <span class="tree__count">1<', html), key
    assert re.search(r'/thesaurus/flow-battery/">[^<]*</a> <span class="tree__count"><', html)


@pytest.mark.parametrize(
    ("word", "label"), [("铁锂", "铁锂电池"), ("ЛЖФ", "ЛЖФ"), ("ferro PHOSPHATE", "lithium ferro phosphate")]
)
def test_a_word_in_any_language_finds_the_concept_and_says_which_label_has_it(
    client: Client, word: str, label: str
) -> None:
    html = read(client, f"?q={word}")
    assert re.search(r'href="/en/thesaurus/lfp/">Lithium iron phosphate battery<', html)
    assert label in html
    assert "noindex" in html


@pytest.mark.parametrize("word", ["xyzzy", "%00", "%F0%9F%94%8B", "(((", "a" * 5000, "%E2%80%AE"])
def test_a_word_that_nothing_has_is_answered(client: Client, word: str) -> None:
    read(client, f"?q={word}")


def test_a_concept_has_its_names_in_every_language_its_neighbours_and_its_listings(
    client: Client, cell_maker: Actor
) -> None:
    an_indexed_offer(cell_maker, title="LFP cells by the container", technologies=["lfp"])
    html = read(client, "lithium-ion/")
    assert re.search(r'<dd lang="ar" dir="auto"><strong>[^<]+</strong>', html)
    assert re.search(r'/thesaurus/lfp/">[^<]*</a> <span class="num soft">1<', html)
    assert "/thesaurus/electrochemical-storage/" in html
    assert "LFP cells by the container" in html
    assert '/en/search/?technology=lithium-ion">1 listing<' in html
    assert 'hreflang="zh-Hans"' in html


def test_a_topic_has_no_facet_so_its_listings_are_searched_by_its_name(client: Client, cell_maker: Actor) -> None:
    an_indexed_offer(cell_maker, title="Power purchase agreement for a storage site", technologies=[])
    html = read(client, "power-purchase-agreement/")
    assert "/en/search/?q=power+purchase+agreement" in html
    assert "Power purchase agreement for a storage site" in html


def test_a_concept_leads_to_other_vocabularies_and_names_its_codes(client: Client) -> None:
    html = read(client, "lithium-ion/")
    assert re.search(r'href="https?://www\.wikidata\.org/entity/Q\d+"', html)
    assert "HS: 850760" in html


def test_misspellings_that_are_there_to_be_found_are_not_shown(client: Client) -> None:
    assert "life po4" not in read(client, "lfp/")
    assert "/thesaurus/lfp/" in read(client, "?q=life+po4")


def test_an_unknown_concept_is_not_there(client: Client) -> None:
    read(client, "unobtainium/", status=404)


@pytest.fixture
def asked(client: Client, settings: object) -> Callable[[str], int]:
    """How many questions a page puts to the database, when the process is warm."""
    settings.TAXONOMY_RECHECK_SECONDS = 3600  # type: ignore[attr-defined]

    def count(path: str) -> int:
        read(client, path)
        with CaptureQueriesContext(connection) as found:
            read(client, path)
        return len(found)

    return count


@pytest.mark.parametrize("path", ["", "?q=flow", "lfp/"])
def test_the_pages_ask_the_database_little(cell_maker: Actor, asked: Callable[[str], int], path: str) -> None:
    an_indexed_offer(cell_maker)
    assert asked(path) <= 4
