"""Whatever is asked, however wrong, is answered by the page and by the API: with a bounded search, never with a fault."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.search import filters, questions, ranking
from apps.search.statistics import Frequencies
from bench.bad_input import QUESTIONS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]
PAGE, API = "/en/search/", "/api/v1/opportunities/"


@pytest.mark.parametrize("text", QUESTIONS.values(), ids=QUESTIONS)
def test_a_question_of_any_kind_is_answered_after_a_bounded_search(text: str) -> None:
    query = questions.parse(text)
    asked = (*query.units, *query.excluded)
    assert sum(len(unit.words) for unit in asked) <= questions.WORDS_READ
    assert sum(len(unit.lexemes) for unit in asked) <= 10 * questions.WORDS_READ
    assert len(ranking.levels(query, Frequencies())) <= 4
    for address in (PAGE, API):
        with CaptureQueriesContext(connection) as made:
            answer = Client().get(address, {"q": text})
        assert answer.status_code == 200
        assert len(made.captured_queries) <= 8
    if text.strip() and not asked:
        assert "Nothing in the question can be searched for" in " ".join(answer.json()["notes"])


@pytest.mark.parametrize(
    "name", ["q", "lang", "plain", "technology", "country", "min_mwh", "sort", "cursor", "format", "id"]
)
def test_any_part_of_an_address_may_be_nonsense(name: str) -> None:
    """The page leaves it out with a note; the API refuses by name what cannot be left out."""
    for text in list(QUESTIONS.values())[::3]:
        page = Client().get(PAGE, {name: text})
        assert page.status_code == 200
        answer = Client().get(API, {name: text})
        assert answer.status_code in (200, *({"cursor": [400], "format": [404]}.get(name, ())))
        if answer.status_code != 200:
            assert answer.json()["detail"]


def test_an_address_of_thousands_of_parts_is_answered_with_few_notes_and_short_links() -> None:
    asked = {f"x{number}": "1" for number in range(3_000)}
    asked["technology"] = ",".join(f"t{number}" for number in range(3_000))
    page = Client().get(PAGE, asked).content.decode()
    assert page.count('class="notice notice--warning') == filters.MOST_NOTES + 1
    assert "more notes are not shown" in page
    assert page.count("x2999=1") == 2 * len(settings.LANGUAGES)  # only the same page in another language says it again
    assert len(Client().get(API, asked).json()["notes"]) == filters.MOST_NOTES + 1


def test_naughty_strings_are_answered_too(shared_data: Path) -> None:
    strings = json.loads((shared_data / "naughty_strings.json").read_text("utf-8"))
    for text in strings[::8]:
        sent = text.encode("utf-8", "replace").decode()
        assert [Client().get(address, {"q": sent}).status_code for address in (PAGE, API)] == [200, 200], text
