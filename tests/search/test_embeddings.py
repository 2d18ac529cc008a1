"""Meaning beside words: off it costs nothing; on, listings near to a question are fused with those that have its words."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import User
from apps.opportunities import services as opportunities
from apps.opportunities.models import Opportunity
from apps.search import alerts, criteria, embeddings, evaluation, ranking, saved, services
from apps.search.models import SavedSearch
from apps.search.selectors import Page
from tests.factories.encoders import an_encoder
from tests.factories.enterprises import a_published_enterprise
from tests.factories.listings import a_published_offer

Find = Callable[..., Page]
Index = Callable[..., None]
# What a multilingual encoder knows and no thesaurus says: these three mean much the same, the fourth something else.
WORDS = {"thimble": [1.0, 0.0, 0.0], "dedal": [0.98, 0.2, 0.0], "fingerhut": [0.9, 0.3, 0.3], "anchor": [0.0, 0.0, 1.0]}
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def on(loaded: None, tmp_path: Path, settings: Any) -> Path:
    """Embeddings switched on and prepared."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'vector'")
        if not cursor.fetchone():
            pytest.skip("this database has no pgvector, which only embeddings need")
    settings.EMBEDDINGS_DIR = str(an_encoder(tmp_path / "encoder", WORDS, least_similarity=0.5))
    call_command("prepare_embeddings", stdout=StringIO())
    return tmp_path


def offer(title: str, **values: Any) -> Opportunity:
    return a_published_offer(title=title, summary="-", technologies=[], modes=[], **values)


def embed() -> str:
    said = StringIO()
    call_command("embed", stdout=said)
    return said.getvalue()


def titles(page: Page) -> list[str]:
    return [hit.row.title for hit in page.results if isinstance(hit.row, Opportunity)]


def vectors() -> dict[int, bool]:
    """Each listing that is noted, and whether it has its vector."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject_id, embedding IS NOT NULL FROM search_embedding JOIN search_entry ON id = entry_id"
        )
        return dict(cursor.fetchall())


def test_off_the_database_hears_nothing_of_it_and_its_libraries_are_not_imported(index: Index, find: Find) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        index(offer("thimble"))
        assert find("fingerhut").count == 0
    assert not any("embedding" in query["sql"] or " near" in query["sql"] for query in asked.captured_queries)
    code = "import sys, apps.search.encoder; sys.exit(bool({'onnxruntime', 'tokenizers'} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_a_listing_is_found_by_its_meaning_in_words_that_nobody_asked_for(
    on: Path, index: Index, find: Find, client: Client
) -> None:
    index(offer("thimble", language="en"), offer("dedal", language="es"), offer("anchor"))
    embed()
    page = find("fingerhut")
    assert titles(page) == ["dedal", "thimble"]
    assert [(hit.similar, hit.has_all, hit.words) for hit in page.results] == [(True, False, ())] * 2
    assert (page.count, page.facets["language"], page.facets["published"]["week"]) == (2, {"en": 1, "es": 1}, 2)
    results = client.get("/api/v1/opportunities/?q=fingerhut").json()["results"]
    assert [result["similar_in_meaning"] for result in results] == [True, True]
    assert "similar in meaning" in client.get("/en/search/?q=fingerhut").content.decode()
    assert "listings-2-of-2.csv" in client.get("/en/search/?q=fingerhut&format=csv")["Content-Disposition"]


def test_what_has_all_the_words_comes_first_and_then_what_is_good_in_both_ways(
    on: Path, index: Index, find: Find
) -> None:
    index(offer("anchor winch"), offer("dedal winch"), offer("fingerhut"), offer("dedal"))
    embed()
    page = find("dedal winch")
    assert titles(page) == ["dedal winch", "dedal", "fingerhut", "anchor winch"]
    assert [hit.has_all for hit in page.results] == [True, False, False, False]
    assert [hit.similar for hit in page.results] == [False, False, True, False]


def test_filters_and_what_is_excluded_hold_for_what_is_near_in_meaning_too(on: Path, index: Index, find: Find) -> None:
    here, there = a_published_enterprise(country="KZ"), a_published_enterprise(country="BR")
    index(offer("thimble", enterprise=here), offer("dedal", enterprise=there))
    embed()
    assert titles(find("fingerhut", country="BR")) == ["dedal"]
    assert titles(find("fingerhut -dedal")) == ["thimble"]


def test_other_orders_and_saved_searches_keep_to_words(on: Path, index: Index, find: Find, stranger: User) -> None:
    asked = criteria.Criteria("opportunity", "fingerhut")
    search = saved.save(user=stranger, asked=asked, name="-", frequency="daily")
    SavedSearch.objects.update(since=Now() - timedelta(hours=1))
    search.refresh_from_db()
    row = offer("fingerhut")
    index(row, offer("dedal"))
    embed()
    assert titles(find("fingerhut")) == ["fingerhut", "dedal"]
    assert titles(find("fingerhut", sort="newest")) == titles(find("fingerhut", sort="largest")) == ["fingerhut"]
    assert alerts._remember(search, None) == [row.pk]


@pytest.mark.parametrize("limits", [{}, {"RANKED": 6}, {"RANKED_OF_MANY": 6, "COUNTED": 10}])
def test_pages_show_everything_once_what_is_near_before_what_follows_by_date(
    on: Path, index: Index, find: Find, monkeypatch: pytest.MonkeyPatch, limits: dict[str, int]
) -> None:
    for name, value in limits.items():
        monkeypatch.setattr(ranking, name, value)
    owner, now = a_published_enterprise(), timezone.now()
    # The oldest of those that have the word are near in meaning, and one that has it not.
    rows = Opportunity.objects.bulk_create(
        Opportunity(
            enterprise=owner, side="offer", title=title, summary="-", language="en", state="published",
            published_at=now - timedelta(minutes=30 - age),
        )
        for age, title in enumerate(["dedal", "thimble", "thimble", *["anchor anchor anchor thimble"] * 11])
    )  # fmt: skip
    services.index("opportunity", [row.pk for row in rows])
    embed()
    pages = [find("thimble", page_size=4)]
    while pages[-1].next:
        pages.append(find("thimble", page_size=4, cursor=pages[-1].next))
    shown = [hit.subject_id for page in pages for hit in page.results]
    assert len(shown) == len(set(shown)) == 14
    assert all(page.results and page.count in {14, ranking.COUNTED} for page in pages)
    assert {row.pk for row in rows[:3]} <= set(shown[: 9 if limits else 14])
    back = [pages[-1]]
    while back[-1].previous:
        back.append(find("thimble", page_size=4, cursor=back[-1].previous))
    assert [hit.subject_id for page in reversed(back) for hit in page.results] == shown


def test_a_text_that_changed_waits_for_another_vector_and_one_that_did_not_keeps_its_own(
    on: Path, index: Index, find: Find
) -> None:
    changed, kept = offer("thimble"), offer("dedal")
    index(changed, kept)
    embed()
    Opportunity.objects.filter(pk=changed.pk).update(title="anchor")
    index(changed, kept)
    assert vectors() == {changed.pk: False, kept.pk: True}
    embed()
    assert titles(find("fingerhut")) == ["dedal"]


def test_an_edit_during_the_encoding_is_not_given_the_older_text_s_vector(on: Path, index: Index) -> None:
    row = offer("thimble")
    index(row)
    (waits,) = embeddings.waiting(0, 10)
    (read,) = services.read("opportunity", [row.pk])
    Opportunity.objects.filter(pk=row.pk).update(title="anchor")
    index(row)
    embeddings.encode([(waits, read)])
    assert vectors() == {row.pk: False}


def test_a_withdrawn_listing_loses_its_vector(on: Path, index: Index, find: Find) -> None:
    row = offer("thimble")
    index(row)
    embed()
    opportunities.move(opportunity=row, name="withdraw", actor=None)
    assert titles(find("fingerhut")) == []  # even before the index has heard of it
    index(row)
    assert vectors() == {}


def test_encoding_that_was_killed_goes_on_where_it_was(on: Path, index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "EMBEDDED_AT_ONCE", 2)
    index(*(offer(f"thimble {number}") for number in range(3)))

    def killed(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.embed(killed)
    assert sum(vectors().values()) == 2
    assert embed() == "1 / 1\nEvery entry has its vector.\n"


def test_another_encoder_begins_anew_and_never_meets_the_vectors_of_the_first(
    on: Path, index: Index, find: Find, settings: Any
) -> None:
    index(offer("thimble"))
    embed()
    settings.EMBEDDINGS_DIR = str(an_encoder(on / "other", {"fingerhut": [1.0, 0.0, 0.0], "thimble": [1.0, 0.0, 0.0]}))
    assert titles(find("fingerhut")) == []
    with pytest.raises(CommandError, match="prepare_embeddings"):
        embed()
    call_command("prepare_embeddings", stdout=StringIO())  # what was indexed before is noted now
    embed()
    assert titles(find("fingerhut")) == ["thimble"]
    call_command("prepare_embeddings", stdout=(said := StringIO()))
    assert said.getvalue() == "The table was there already.\n"


def test_a_missing_table_or_encoder_costs_only_the_meaning(on: Path, index: Index, find: Find, settings: Any) -> None:
    call_command("prepare_embeddings", drop=True, stdout=StringIO())
    index(offer("thimble"))
    assert titles(find("thimble")) == ["thimble"]
    settings.EMBEDDINGS_DIR = str(on / "nowhere")
    assert titles(find("thimble")) == ["thimble"]
    with pytest.raises(CommandError, match="nowhere"):
        call_command("prepare_embeddings")
    settings.EMBEDDINGS_DIR = ""
    for command in ("prepare_embeddings", "embed"):
        with pytest.raises(CommandError, match="embeddings are off"):
            call_command(command)


def test_evaluation_measures_the_fused_ranking(on: Path, index: Index) -> None:
    row = offer("thimble")
    index(row)
    embed()
    (on / "d.jsonl").write_text('{"id": "a", "text": "dedal"}\n{"id": "b", "text": "anchor"}\n')
    (on / "q.jsonl").write_text('{"text": "fingerhut", "relevant": ["a"]}\n')
    found = evaluation.run(documents=on / "d.jsonl", queries=on / "q.jsonl")
    assert found["all"]["hit@1"] == 1.0
    assert vectors() == {row.pk: True}
