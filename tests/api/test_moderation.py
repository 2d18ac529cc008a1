"""Moderators decide through the API: what they saw, with a reason, once."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.accounts.models import User
from apps.enterprises.models import Membership
from apps.journal.models import Fact
from apps.moderation.models import Decision
from tests.factories.cast import Actor
from tests.factories.enterprises import a_submitted_enterprise
from tests.factories.listings import a_draft_offer, a_submitted_offer
from tests.factories.people import an_administrator

pytestmark = pytest.mark.django_db
Refused = Callable[[Any, int], dict[str, Any]]
Named = Callable[[Any], dict[str, str]]
SEEN = {"If-Match": '"2"'}


def test_the_queue_shows_what_waits_oldest_first(program: Any, cell_maker: Actor, moderator: User) -> None:
    first, second = a_submitted_offer(cell_maker.enterprise), a_submitted_enterprise()
    body = program(moderator).get("moderation/queue/").json()
    assert [row["id"] for row in body["results"]] == [f"opportunity-{first.pk}", f"enterprise-{second.pk}"]
    assert body["count"] == 2


@pytest.mark.parametrize(
    ("verdict", "state", "fact"),
    [("approve", "published", "published"), ("return", "returned", "returned"), ("decline", "declined", "declined")],
)
def test_a_decision_moves_the_row_and_is_kept_with_its_reason(
    program: Any, cell_maker: Actor, moderator: User, verdict: str, state: str, fact: str
) -> None:
    offer = a_submitted_offer(cell_maker.enterprise)
    answer = program(moderator).post(f"moderation/opportunity-{offer.pk}/{verdict}/", {"reason": "Because."}, **SEEN)
    assert (answer.status_code, answer.json()["state"]) == (200, state)
    decision = Decision.objects.get()
    assert (decision.verdict, decision.reason, decision.version, decision.moderator) == (
        verdict,
        "Because.",
        2,
        moderator,
    )
    assert Fact.objects.get(kind=f"opportunity.{fact}", subject_ids=[offer.pk]).actor_id == moderator.pk


@pytest.mark.parametrize("verdict", ["return", "decline"])
@pytest.mark.parametrize("reason", [None, "", "  ", 5, ["x"], "a\x00b", "\ud800", "x" * 4001])
def test_a_refusal_needs_a_reason_that_can_be_read(
    program: Any, named: Named, cell_maker: Actor, moderator: User, verdict: str, reason: Any
) -> None:
    offer = a_submitted_offer(cell_maker.enterprise)
    body = {"reason": reason} if reason is not None else {}
    answer = program(moderator).post(f"moderation/opportunity-{offer.pk}/{verdict}/", body, **SEEN)
    assert (answer.status_code == 200) is (reason == 5)  # a number can be read
    if reason != 5:
        assert set(named(answer)) == {"reason"}
        assert not Decision.objects.exists()


def test_only_the_version_that_the_moderator_saw_is_decided(
    program: Any, refused: Refused, cell_maker: Actor, moderator: User
) -> None:
    offer = a_submitted_offer(cell_maker.enterprise)
    path = f"moderation/opportunity-{offer.pk}/approve/"
    refused(program(moderator).post(path), 428)
    refused(program(moderator).post(path, **{"If-Match": '"1"'}), 412)
    assert program(moderator).post(path, **SEEN).status_code == 200
    refused(program(moderator).post(path, **{"If-Match": '"3"'}), 409)


def test_a_draft_cannot_be_approved(program: Any, refused: Refused, cell_maker: Actor, moderator: User) -> None:
    offer = a_draft_offer(cell_maker.enterprise)
    refused(program(moderator).post(f"moderation/opportunity-{offer.pk}/approve/", **{"If-Match": '"1"'}), 409)


def test_nothing_is_approved_for_an_enterprise_that_is_not_public(
    program: Any, refused: Refused, moderator: User
) -> None:
    offer = a_submitted_offer(a_submitted_enterprise())
    refused(program(moderator).post(f"moderation/opportunity-{offer.pk}/approve/", **SEEN), 409)


def test_nobody_decides_about_their_own_enterprise(
    program: Any, refused: Refused, cell_maker: Actor, moderator: User
) -> None:
    Membership.objects.create(enterprise=cell_maker.enterprise, user=moderator, role="viewer")
    offer = a_submitted_offer(cell_maker.enterprise)
    refused(program(moderator).post(f"moderation/opportunity-{offer.pk}/approve/", **SEEN), 403)


def test_only_moderators_decide_and_see_the_queue(
    program: Any, refused: Refused, cell_maker: Actor, stranger: User
) -> None:
    administrator = an_administrator()
    User.objects.filter(pk=administrator.pk).update(is_moderator=False)
    offer = a_submitted_offer(cell_maker.enterprise)
    for person, status in ((None, 401), (stranger, 403), (cell_maker.person, 403), (administrator, 403)):
        caller = program(person)
        refused(caller.get("moderation/queue/"), status)
        refused(caller.post(f"moderation/opportunity-{offer.pk}/approve/", **SEEN), status)


@pytest.mark.parametrize("identifier", ["opportunity-0", "fact-1", "opportunity-99999999999999999999999"])
def test_an_unknown_row_is_not_found(program: Any, refused: Refused, moderator: User, identifier: str) -> None:
    refused(program(moderator).post(f"moderation/{identifier}/approve/", **SEEN), 404)
