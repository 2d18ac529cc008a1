"""`GET opportunities/{id}/matches/` and what its reasons tell."""

from typing import Any

import pytest
from django.utils import translation
from rest_framework.test import APIRequestFactory, force_authenticate

from apps.accounts.models import User
from apps.enterprises.models import Enterprise
from apps.matching import runs
from apps.matching.api import MatchView
from apps.matching.selectors import matches_of
from apps.opportunities.models import Opportunity
from tests.factories.enterprises import a_cell_maker, a_published_enterprise
from tests.factories.listings import a_published_offer, a_published_request
from tests.factories.people import a_person
from tests.matching.conftest import Work


def ask(person: User, number: int) -> Any:
    request = APIRequestFactory().get("/")
    force_authenticate(request, user=person)
    return MatchView.as_view()(request, pk=number)


@pytest.fixture
def pair(work: Work) -> tuple[User, Opportunity, Enterprise]:
    """The owner of a request, the request, and a maker who fits it."""
    owner = a_person()
    request = a_published_request(
        a_published_enterprise(owner, country="KZ"), technologies=["lfp"], target_countries=["KZ", "CN"]
    )
    maker = a_cell_maker()
    a_published_offer(maker, technologies=["lfp"], excluded_enterprises=["somebody-private"])
    runs.request()
    work()
    return owner, request, maker


def test_owners_read_their_matches_best_first(pair: tuple[User, Opportunity, Enterprise]) -> None:
    owner, request, maker = pair
    answer = ask(owner, request.pk)
    assert answer.status_code == 200
    scores = [row["score"] for row in answer.data["results"]]
    assert scores == sorted(scores, reverse=True)
    assert {row["kind"] for row in answer.data["results"]} == {"opportunity", "enterprise"}
    assert maker.name in {row["enterprise"]["name"] for row in answer.data["results"]}


def test_each_ways_contributions_add_up_and_the_score_is_their_harmonic_mean(
    pair: tuple[User, Opportunity, Enterprise],
) -> None:
    owner, request, _ = pair
    for row in ask(owner, request.pk).data["results"]:
        ways = [row[way]["score"] for way in ("forward", "backward")]
        for way, score in zip(("forward", "backward"), ways, strict=True):
            parts = row[way]["reasons"]
            assert sum(reason["contribution"] for reason in parts) == pytest.approx(score or 0)
            assert all(reason["text"].endswith(".") for reason in parts)
        assert row["score"] == pytest.approx(
            2 * ways[0] * ways[1] / sum(ways) if all(ways) else max(way or 0 for way in ways)
        )
        assert 0 < row["confidence"] < 1
        assert not {reason["criterion"] for reason in row["forward"]["reasons"]} & set(row["unknown"])


def test_others_are_told_that_it_does_not_exist(pair: tuple[User, Opportunity, Enterprise]) -> None:
    _, request, _ = pair
    assert ask(a_person(), request.pk).status_code == 404
    assert ask(a_person(), 999_999).status_code == 404


def test_no_reason_tells_whom_the_other_excludes(pair: tuple[User, Opportunity, Enterprise]) -> None:
    owner, request, _ = pair
    assert "somebody-private" not in str(ask(owner, request.pk).data)


def test_an_offer_reads_the_same_match_the_other_way_round(pair: tuple[User, Opportunity, Enterprise]) -> None:
    _, request, maker = pair
    offer = maker.opportunities.get()
    theirs = next(row for row in matches_of(opportunity_id=request.pk) if row.opportunity == offer)
    ours = next(row for row in matches_of(opportunity_id=offer.pk) if row.opportunity == request)
    assert ours.score == theirs.score
    assert (ours.forward.score, ours.backward.score) == (theirs.backward.score, theirs.forward.score)


def test_an_enterprise_reads_the_requests_that_it_suits_without_posting_anything(
    pair: tuple[User, Opportunity, Enterprise],
) -> None:
    _, request, maker = pair
    assert [row.opportunity for row in matches_of(enterprise_id=maker.pk)] == [request]


def test_reasons_are_written_in_the_readers_language(pair: tuple[User, Opportunity, Enterprise]) -> None:
    """The sentence is looked up when it is read, so that one list serves every reader."""
    _, request, _ = pair
    with translation.override("en"):
        texts = {reason.text for row in matches_of(opportunity_id=request.pk) for reason in row.forward.reasons}
    assert "The technologies agree." in texts
