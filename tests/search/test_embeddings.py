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
from django.utils import timezone

from apps.opportunities import services as opportunities
from apps.opportunities.models import Opportunity
from apps.search import embeddings, evaluation, ranking, services
from apps.search.models import Entry
from apps.search.selectors import Hit, Page
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


def test_off_it_asks_the_database_nothing_and_imports_nothing(index: Index, find: Find) -> None:
    index(offer("thimble"))
    find("thimble")
    assert find("fingerhut").count == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('search_embedding')")
        assert cursor.fetchone() == (None,)
    code = (
        "import sys; from config.settings import test; import django; django.setup();"
        "from apps.search import selectors, services; sys.exit(bool({'onnxruntime', 'tokenizers'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=_environment())


def _environment() -> dict[str, str]:
    import os  # noqa: PLC0415

    return os.environ | {"PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}"}


def test_a_listing_is_found_by_its_meaning_in_words_that_nobody_asked_for(on: Path, index: Index, find: Find) -> None:
    index(offer("thimble", language="en"), offer("dedal", language="es"), offer("anchor"))
    embed()
    page = find("fingerhut")
    assert titles(page) == ["dedal", "thimble"]
    assert [(hit.similar, hit.has_all, hit.words) for hit in page.results] == [(True, False, ())] * 2
    assert page.count == 2
    assert page.facets["language"] == {"en": 1, "es": 1}


def test_what_has_the_word_and_the_meaning_comes_before_what_has_one_of_them(
    on: Path, index: Index, find: Find
) -> None:
    index(offer("dedal"), offer("thimble"), offer("fingerhut"))
    embed()
    page = find("dedal")
    assert titles(page)[0] == "dedal"
    assert set(titles(page)[1:]) == {"thimble", "fingerhut"}
    first: Hit = page.results[0]
    assert (first.similar, first.has_all, first.words) == (False, True, ("dedal",))


def test_filters_hold_for_what_is_near_in_meaning_too(on: Path, index: Index, find: Find) -> None:
    here, there = a_published_enterprise(country="KZ"), a_published_enterprise(country="BR")
    index(offer("thimble", enterprise=here), offer("dedal", enterprise=there))
    embed()
    assert titles(find("fingerhut", country="BR")) == ["dedal"]


def test_pages_show_everything_once_in_the_order_of_one_page(on: Path, index: Index, find: Find) -> None:
    index(*(offer(f"{word} {number}") for word in ("thimble", "dedal", "anchor") for number in range(4)))
    embed()
    whole = titles(find("thimble", page_size=50))
    assert len(whole) == 8
    shown, cursor = [], ""
    while True:
        page = find("thimble", page_size=3, cursor=cursor)
        shown.append(titles(page))
        if not page.next:
            break
        cursor = page.next
    assert sum(shown, []) == whole  # noqa: RUF017 - three short lists
    assert titles(find("thimble", page_size=3, cursor=page.previous)) == shown[-2]


def test_what_is_near_in_meaning_does_not_come_again_by_date(
    on: Path, index: Index, find: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "RANKED", 3)
    rows = [offer(f"thimble {number}") for number in range(6)]
    for age, row in enumerate(rows):
        Opportunity.objects.filter(pk=row.pk).update(published_at=timezone.now() - timedelta(days=1 + age))
    index(*rows)
    embed()
    with connection.cursor() as cursor:  # the oldest and one of the middle alone are near
        cursor.execute(
            "UPDATE search_embedding SET embedding = NULL FROM search_entry WHERE id = entry_id AND subject_id <> ALL(%s)",
            [[rows[5].pk, rows[3].pk]],
        )
    shown, cursor_text = [], ""
    while True:
        page = find("thimble", page_size=2, cursor=cursor_text)
        shown += [hit.subject_id for hit in page.results]
        if not page.next:
            break
        cursor_text = page.next
    assert sorted(shown) == sorted(row.pk for row in rows)
    assert shown[-1] == rows[4].pk


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


def test_a_withdrawn_listing_loses_its_vector(on: Path, index: Index, find: Find) -> None:
    row = offer("thimble")
    index(row)
    embed()
    opportunities.move(opportunity=row, name="withdraw", actor=None)
    assert titles(find("fingerhut")) == []  # even before the index has heard of it
    index(row)
    assert vectors() == {}


def test_an_edit_during_the_encoding_is_not_given_the_older_text_s_vector(on: Path, index: Index) -> None:
    row = offer("thimble")
    index(row)
    (waits,) = embeddings.waiting(0, 10)
    (read,) = services.read("opportunity", [row.pk])
    Opportunity.objects.filter(pk=row.pk).update(title="anchor")
    index(row)
    embeddings.encode([(waits, read)])
    assert vectors() == {row.pk: False}


def test_encoding_that_was_killed_goes_on_where_it_was(on: Path, index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "EMBEDDED_AT_ONCE", 2)
    index(*(offer(f"thimble {number}") for number in range(5)))

    def killed(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.embed(killed)
    assert sum(vectors().values()) == 2
    assert embed() == "2 / 3\n3 / 3\nEvery entry has its vector.\n"


def test_what_was_indexed_before_is_noted_when_the_table_is_made(
    index: Index, find: Find, tmp_path: Path, settings: Any
) -> None:
    index(offer("thimble"))
    settings.EMBEDDINGS_DIR = str(an_encoder(tmp_path / "encoder", WORDS))
    index(offer("dedal"))  # switched on, but not prepared: everything else works
    assert titles(find("dedal")) == ["dedal"]
    call_command("prepare_embeddings", stdout=StringIO())
    embed()
    assert set(titles(find("fingerhut"))) == {"thimble", "dedal"}


def test_another_encoder_begins_anew_and_never_meets_the_vectors_of_the_first(
    on: Path, index: Index, find: Find, settings: Any
) -> None:
    index(offer("thimble"))
    embed()
    settings.EMBEDDINGS_DIR = str(an_encoder(on / "other", {"fingerhut": [1.0, 0.0, 0.0], "thimble": [1.0, 0.0, 0.0]}))
    assert titles(find("fingerhut")) == []
    with pytest.raises(CommandError, match="prepare_embeddings"):
        embed()
    call_command("prepare_embeddings", stdout=StringIO())
    assert list(vectors().values()) == [False]
    embed()
    assert titles(find("fingerhut")) == ["thimble"]
    call_command("prepare_embeddings", stdout=(said := StringIO()))
    assert said.getvalue() == "The table was there already.\n"


def test_an_encoder_that_cannot_be_read_costs_only_the_meaning(
    on: Path, index: Index, find: Find, settings: Any
) -> None:
    index(offer("thimble"))
    settings.EMBEDDINGS_DIR = str(on / "nowhere")
    assert titles(find("thimble")) == ["thimble"]
    with pytest.raises(CommandError, match="nowhere"):
        call_command("prepare_embeddings")


def test_the_vectors_go_when_they_are_told_to(on: Path, index: Index, find: Find) -> None:
    index(offer("thimble"))
    call_command("prepare_embeddings", drop=True, stdout=StringIO())
    assert titles(find("thimble")) == ["thimble"]
    assert Entry.objects.filter(subject="opportunity").count() == 1


def test_switched_off_the_commands_say_so(settings: Any, db: None) -> None:
    for command in ("prepare_embeddings", "embed"):
        with pytest.raises(CommandError, match="embeddings are off"):
            call_command(command)


def test_a_reader_is_told_that_a_listing_is_only_similar(on: Path, index: Index, client: Any) -> None:
    index(offer("thimble"))
    embed()
    (result,) = client.get("/api/v1/opportunities/?q=fingerhut").json()["results"]
    assert result["similar_in_meaning"] is True
    assert "similar in meaning" in client.get("/en/search/?q=fingerhut").content.decode()


def test_evaluation_measures_the_fused_ranking(on: Path, index: Index, find: Find) -> None:
    index(offer("thimble"))
    embed()
    (on / "d.jsonl").write_text('{"id": "a", "text": "dedal"}\n{"id": "b", "text": "anchor"}\n')
    (on / "q.jsonl").write_text('{"text": "fingerhut", "relevant": ["a"]}\n')
    found = evaluation.run(documents=on / "d.jsonl", queries=on / "q.jsonl")
    assert found["all"]["hit@1"] == 1.0
    assert titles(find("fingerhut")) == ["thimble"]
