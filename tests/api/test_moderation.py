"""Moderators decide through the API: what they saw, with a reason, once."""

import html
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.enterprises.models import Enterprise, Membership
from apps.journal.models import Fact
from apps.moderation.models import Decision
from apps.opportunities.models import Opportunity
from apps.projects import services as projects
from tests.factories.cast import Actor
from tests.factories.enterprises import a_draft_enterprise, a_submitted_enterprise
from tests.factories.listings import a_draft_offer, a_draft_project, a_submitted_offer
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


def test_the_queue_is_read_to_its_end_page_by_page_each_row_once(
    program: Any, cell_maker: Actor, moderator: User
) -> None:
    for number in range(105):
        a_draft_offer(cell_maker.enterprise, title=f"Offer {number}")
    kept = a_draft_project(cell_maker.enterprise), a_submitted_enterprise()
    # All at one moment, as an import leaves them, but for the last.
    Opportunity.objects.update(state="submitted", submitted_at=Enterprise.objects.get(pk=kept[1].pk).submitted_at)
    projects.move(project=kept[0], name="submit", actor=None)
    caller, address, seen, sizes = program(moderator), "moderation/queue/", list[str](), list[int]()
    while address:
        body = caller.get(address).json()
        seen += [row["id"] for row in body["results"]]
        sizes.append(len(body["results"]))
        assert (body["count"], body["previous"], body["facets"]) == (107, None, {})
        address = (body["next"] or "").removeprefix("http://testserver/api/v1/")
    assert sizes == [50, 50, 7]
    assert len(set(seen)) == 107
    assert (seen[0], seen[-1]) == (f"enterprise-{kept[1].pk}", f"project-{kept[0].pk}")


@pytest.mark.parametrize(
    "cursor",
    ["x", "~", "2026-11-24T10:00:00Z~fact-1", "2026-11-24~project-1", "2026-13-01T00:00:00Z~project-1", "\x00"],
)
def test_a_cursor_of_no_place_in_the_queue_is_refused(
    program: Any, refused: Refused, moderator: User, client: Client, cursor: str
) -> None:
    refused(program(moderator).get(f"moderation/queue/?{urlencode({'cursor': cursor})}"), 400)
    client.force_login(moderator)
    assert client.get("/en/moderation/", {"after": cursor}).status_code == 404


def test_the_desk_leads_to_its_next_page(client: Client, cell_maker: Actor, moderator: User) -> None:
    for number in range(51):
        a_submitted_offer(cell_maker.enterprise, title=f"Offer {number}.")
    client.force_login(moderator)
    first = client.get("/en/moderation/").content.decode()
    assert "Offer 49." in first
    assert "Offer 50." not in first
    following = html.unescape(first.partition('rel="next" href="')[2].partition('"')[0])
    second = client.get(f"/en/moderation/{following}").content.decode()
    assert "Offer 50." in second
    assert "Offer 49." not in second
    assert 'rel="first"' in second
    assert 'rel="next"' not in second


@pytest.mark.parametrize("kind", ["opportunities", "enterprises", "projects"])
def test_a_moderator_reads_the_whole_of_what_was_submitted_and_no_draft(
    program: Any, refused: Refused, client: Client, cell_maker: Actor, moderator: User, kind: str
) -> None:
    make: dict[str, Callable[[], Any]] = {
        "opportunities": lambda: a_draft_offer(cell_maker.enterprise),
        "enterprises": lambda: a_draft_enterprise(cell_maker.person),
        "projects": lambda: a_draft_project(cell_maker.enterprise),
    }
    row, caller = make[kind](), program(moderator)
    page = f"/en/{kind.replace('opportunities', 'listings')}/{row.pk}/"
    client.force_login(moderator)
    refused(caller.get(f"{kind}/{row.pk}/"), 404)
    assert client.get(page).status_code == 404
    assert client.get(f"/en/moderation/{row._meta.model_name}-{row.pk}/").status_code == 404
    assert program(cell_maker.person).post(f"{kind}/{row.pk}/submit/").status_code == 200
    read = caller.get(f"{kind}/{row.pk}/")
    assert (read.status_code, read.json()["state"], read["ETag"]) == (200, "submitted", '"2"')
    assert client.get(page).status_code == 200
    refused(caller.patch(f"{kind}/{row.pk}/", {}, 2), 403)


def test_what_was_withdrawn_before_anybody_saw_it_stays_unseen(
    program: Any, refused: Refused, cell_maker: Actor, moderator: User
) -> None:
    offer = a_draft_offer(cell_maker.enterprise)
    assert program(cell_maker.person).post(f"opportunities/{offer.pk}/withdraw/").status_code == 200
    refused(program(moderator).get(f"opportunities/{offer.pk}/"), 404)


@pytest.mark.parametrize(
    "path",
    ["moderation/queue/", "journal/", "countries/", "frameworks/", "taxonomy/", "opportunities/", "enterprises/"],
)
def test_every_list_has_the_same_members(program: Any, moderator: User, path: str) -> None:
    body = program(moderator).get(path).json()
    assert {"count", "next", "previous", "results", "facets"} <= set(body)
    assert body["count"] >= len(body["results"])


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
