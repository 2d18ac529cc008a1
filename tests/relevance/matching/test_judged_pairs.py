"""The judged pairs keep their own rules, whatever becomes of the matcher."""

import json
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from apps.enterprises.rules import RECORD as ENTERPRISE
from apps.opportunities.rules import RECORD as OPPORTUNITY
from apps.reference import services as reference
from apps.taxonomy import selectors, services

SET = Path(__file__).parent
FULL_SENTENCE = 20  # characters at least


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SET / f"{name}.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def judged() -> list[dict[str, Any]]:
    return _rows("judgements")


def test_sixty_requests_have_twenty_candidates_each_and_half_of_them_are_for_tuning(
    judged: list[dict[str, Any]],
) -> None:
    candidates = Counter(row["request"] for row in judged)
    assert candidates == {row["external_id"]: 20 for row in _rows("requests")}
    assert len({(row["request"], row["offer"]) for row in judged}) == len(judged) == 1200
    assert Counter(split for _, split in {(row["request"], row["split"]) for row in judged}) == {"tune": 30, "test": 30}


def test_every_pair_is_graded_both_ways_with_a_reason_for_each(judged: list[dict[str, Any]]) -> None:
    for row in judged:
        assert {row["forward"], row["backward"]} <= {0, 1, 2, 3}
        assert not row["veto"] or 0 in {row["forward"], row["backward"]}
        for reason in (row["why_forward"], row["why_backward"]):
            assert len(reason) >= FULL_SENTENCE
            assert reason.endswith((".", "?"))


def test_every_request_has_offers_that_suit_both_sides_and_each_half_has_vetoes(judged: list[dict[str, Any]]) -> None:
    suit = {row["request"] for row in judged if min(row["forward"], row["backward"]) >= 2 and not row["veto"]}
    assert suit == {row["request"] for row in judged}
    assert {row["split"] for row in judged if row["veto"]} == {"tune", "test"}


def test_whatever_is_named_is_there(judged: list[dict[str, Any]]) -> None:
    offers, requests, enterprises = _rows("offers"), _rows("requests"), _rows("enterprises")
    assert {row["offer"] for row in judged} == {row["external_id"] for row in offers}
    named = chain.from_iterable(row["enterprises"] for row in _rows("groups"))
    excluded = chain.from_iterable(row.get("excluded_enterprises", ()) for row in offers + requests)
    owners = {row["enterprise"] for row in offers + requests}
    assert owners == {row["external_id"] for row in enterprises} >= {*named, *excluded}


@pytest.mark.django_db
def test_every_record_can_be_imported_as_it_stands() -> None:
    services.load_shipped()
    selectors.forget()
    reference.load_seeds()
    for name, record in (("enterprises", ENTERPRISE), ("offers", OPPORTUNITY), ("requests", OPPORTUNITY)):
        for row in _rows(name):
            assert record.clean(row)[1] == [], row["external_id"]
