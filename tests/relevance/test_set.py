"""The judged set keeps its own rules, whatever becomes of the ranking."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

SET = Path(__file__).parent
LANGUAGES = {"en", "zh-Hans", "ru", "pt", "ar", "fr", "es", "fa", "id", "hi"}
Rows = list[dict[str, Any]]


def _rows(name: str) -> Rows:
    return [json.loads(line) for line in (SET / name).read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def documents() -> Rows:
    return _rows("documents.jsonl")


@pytest.fixture(scope="module")
def queries() -> Rows:
    return _rows("queries.jsonl")


def test_each_language_has_twenty_listings_and_thirty_queries(documents: Rows, queries: Rows) -> None:
    assert Counter(row["language"] for row in documents) == dict.fromkeys(LANGUAGES, 20)
    assert Counter(row["language"] for row in queries) == dict.fromkeys(LANGUAGES, 30)


def test_nothing_is_there_twice(documents: Rows, queries: Rows) -> None:
    for values in (
        [row["id"] for row in documents],
        [row["title"] for row in documents],
        [row["text"] for row in documents],
        [row["text"] for row in queries],
    ):
        assert len(set(values)) == len(values)


def test_every_query_has_answers_and_all_of_them_are_listings(documents: Rows, queries: Rows) -> None:
    for query in queries:
        assert query["relevant"] == sorted(set(query["relevant"])) != [], query["text"]
    assert {name for query in queries for name in query["relevant"]} <= {row["id"] for row in documents}


def test_each_half_asks_in_every_language_for_listings_of_every_language(documents: Rows, queries: Rows) -> None:
    spoken = {row["id"]: row["language"] for row in documents}
    asked = Counter(
        (query["split"], query["language"], language)
        for query in queries
        for language in {spoken[name] for name in query["relevant"]}
    )
    assert len(asked) == 2 * len(LANGUAGES) ** 2
    assert min(asked.values()) >= 4


def test_a_quarter_is_in_words_that_no_label_had_as_recorded_at_writing_time(queries: Rows) -> None:
    recorded = [line.split("\t") for line in (SET / "outside.txt").read_text("utf-8").splitlines()]
    assert [[row["language"], row["text"]] for row in queries if row["words"] == "outside"] == recorded
    assert len(recorded) == len(queries) / 4
    assert {row["words"] for row in queries} == {"outside", "labels"}


def test_the_halves_are_alike_in_language_and_kind(queries: Rows) -> None:
    size = Counter((row["language"], row["split"]) for row in queries)
    assert size == {(language, split): 15 for language in LANGUAGES for split in ("tune", "test")}
    outside = Counter((row["language"], row["split"]) for row in queries if row["words"] == "outside")
    assert {outside[key] for key in size} == {3, 4}


def test_the_blind_queries_are_ten_a_language_of_their_own_and_answered(documents: Rows, queries: Rows) -> None:
    blind, spoken = _rows("blind.jsonl"), {row["id"]: row["language"] for row in documents}
    assert Counter(row["language"] for row in blind) == dict.fromkeys(LANGUAGES, 10)
    texts = {row["text"] for row in blind}
    assert len(texts) == len(blind)
    # One equals a question of the other set by chance; it stays, for nothing changes after measuring (README).
    assert texts & {row["text"] for row in queries} == {"ganti rugi kalau proyek terbakar"}
    for row in blind:
        assert row["relevant"] == sorted(set(row["relevant"])), row["text"]
        assert {spoken[name] for name in row["relevant"]} - {row["language"]}, row["text"]
