"""Reads over introductions: whose they are, what each side sees of the other, and what matching learns."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Now, TruncDate

from apps.accounts.models import User
from apps.core.clock import database_now
from apps.core.lifecycle import State as Published
from apps.enterprises.models import Enterprise, Membership
from apps.enterprises.selectors import EDITORS, enterprises_of, groups, keeps_away, may_edit, names
from apps.introductions.models import Introduction
from apps.introductions.rules import AGREED, INTRODUCED, MOVES, OPEN, Party, State
from apps.opportunities.models import Opportunity

Role = Literal["sender", "receiver"]


@dataclass(frozen=True, slots=True)
class Side:
    """What one side brings: its enterprise, and the listing where it is about one."""

    enterprise: Enterprise
    opportunity: Opportunity | None = None

    @property
    def row(self) -> Opportunity | Enterprise:
        return self.opportunity or self.enterprise

    @property
    def party(self) -> Party:
        return Party("opportunity" if self.opportunity else "enterprise", self.row.pk)


@dataclass(frozen=True, slots=True)
class Other:
    """What a side sees of the other: the listing it put forward, who it is as far as that is open, and whom to write to."""

    enterprise: Enterprise | None
    opportunity: Opportunity | None
    country: str
    stages: list[str]
    technologies: list[str]
    contact: User | None = None


def side_of(party: Party) -> Side | None:
    """The rows that a party names, in whatever state they are."""
    if party.kind == "enterprise":
        enterprise: Enterprise | None = Enterprise.objects.filter(pk=party.pk).first()
        return Side(enterprise) if enterprise else None
    opportunity: Opportunity | None = Opportunity.objects.select_related("enterprise").filter(pk=party.pk).first()
    return Side(opportunity.enterprise, opportunity) if opportunity else None


def is_listed(side: Side) -> bool:
    """Whether everybody can find what a side brings, as it is now."""
    if not Enterprise.objects.published().filter(pk=side.enterprise.pk).exists():
        return False
    if side.opportunity is None:
        return True
    rows = Opportunity.objects.published().filter(pk=side.opportunity.pk)
    return rows.exclude(expires__lt=TruncDate(Now())).exists()


def askers(user: User) -> list[Side]:
    """On behalf of what a person can ask: their public listings, and their public enterprises."""
    mine = enterprises_of(user, editing=True).filter(state=Published.PUBLISHED)
    listed = Opportunity.objects.published().filter(enterprise__in=mine).select_related("enterprise")
    current = listed.exclude(expires__lt=TruncDate(Now())).order_by("title", "id")
    return [*(Side(row.enterprise, row) for row in current), *(Side(row) for row in mine)]


def vetoed(one: Side, other: Side) -> bool:
    """Whether either side excludes the other, in its listing or as an enterprise, or both belong to one group."""
    group = groups([one.enterprise, other.enterprise])
    if group[one.enterprise.pk] == group[other.enterprise.pk]:
        return True
    return any(
        _excludes(us, them.enterprise, group[them.enterprise.pk]) or keeps_away(us.enterprise, them.enterprise, group)
        for us, them in ((one, other), (other, one))
    )


def _excludes(side: Side, enterprise: Enterprise, group: str) -> bool:
    """A listing speaks for itself; an enterprise excludes whom any of its public listings excludes by name."""
    if side.opportunity:
        named = side.opportunity.excluded_enterprises
        return enterprise.country in side.opportunity.excluded_countries or names(named, enterprise, group)
    lists = Opportunity.objects.published().filter(enterprise=side.enterprise).exclude(excluded_enterprises=[])
    return any(names(named, enterprise, group) for named in lists.values_list("excluded_enterprises", flat=True))


def can_answer(enterprise: Enterprise) -> bool:
    """Whether somebody is there who may answer, and it takes introductions at all."""
    people = Membership.objects.filter(enterprise=enterprise, role__in=EDITORS, user__is_active=True)
    return enterprise.introductions_at_once != 0 and people.exists()


def takes_at_once(enterprise: Enterprise) -> int:
    """How many introductions may wait for an enterprise's answer."""
    own, most = enterprise.introductions_at_once, settings.INTRODUCTIONS_RECEIVED_AT_ONCE
    return int(most if own is None else min(own, most))


def open_between(one: Side, other: Side) -> Introduction | None:
    """The open introduction of this very pair, whoever asked."""
    rows = Introduction.objects.with_rows().filter(state__in=OPEN)
    return rows.filter(_pair(one, other) | _pair(other, one)).first()


def _pair(sender: Side, receiver: Side) -> Q:
    return Q(
        sender=sender.enterprise, sender_opportunity=sender.opportunity,
        receiver=receiver.enterprise, receiver_opportunity=receiver.opportunity,
    )  # fmt: skip


def readable(user: User) -> "QuerySet[Introduction]":
    """Those of the enterprises that a person acts for."""
    return Introduction.objects.with_rows().of(enterprises_of(user))


def role_of(row: Introduction, user: User) -> Role:
    """From which side a person reads one that they may read; from the receiver's where they belong to both."""
    return "receiver" if any(each.user_id == user.pk for each in row.receiver.memberships.all()) else "sender"


def acting(row: Introduction, user: User, move: str) -> int | None:
    """The enterprise for which a person may make a move; None where they may not."""
    sides = (getattr(row, f"{side}_id") for side in MOVES[move].sides)
    return next((pk for pk in sides if may_edit(user, pk)), None)


def can(row: Introduction, user: User, move: str) -> bool:
    """Whether a person can make a move now."""
    timely = row.state != State.PROPOSED or row.deadline > database_now()
    return row.state == MOVES[move].source and timely and acting(row, user, move) is not None


def other_side(row: Introduction, role: Role) -> Other:
    """What the side `role` sees of the other one.

    Before both agree it sees what the other put forward: a listing as everybody finds it, or an outline of the enterprise.
    The sender knows the name of an enterprise that it asked by name.
    """
    theirs: Role = "receiver" if role == "sender" else "sender"
    enterprise: Enterprise = getattr(row, theirs)
    opportunity: Opportunity | None = getattr(row, f"{theirs}_opportunity")
    agreed = row.state in AGREED
    named = agreed or (role == "sender" and opportunity is None)
    public = opportunity and Published.PUBLISHED == opportunity.state == enterprise.state
    shown = opportunity if agreed or public else None
    about = opportunity or enterprise
    return Other(
        enterprise if named else None,
        shown,
        enterprise.country,
        list(enterprise.stages),
        list(about.technologies if shown or opportunity is None else ()),
        _contact(enterprise, row.asked_by_id if theirs == "sender" else row.answered_by_id) if agreed else None,
    )


def _contact(enterprise: Enterprise, user_id: int | None) -> User | None:
    """Who asked or answered, as long as they act for the enterprise; an owner afterwards."""
    people = (each for each in enterprise.memberships.all() if each.role in EDITORS and each.user.is_active)
    found = sorted(people, key=lambda each: (each.user_id != user_id, each.role != "owner", each.pk))
    return found[0].user if found else None


def waiting_for(user: User) -> list[tuple[Enterprise, int]]:
    """The enterprises that a person may answer for, with how many introductions wait there; none that wait for nothing."""
    mine = {row.pk: row for row in enterprises_of(user, editing=True)}
    counts = Introduction.objects.waiting().filter(receiver__in=mine).order_by().values_list("receiver")
    return [(mine[pk], total) for pk, total in counts.annotate(Count("pk"))]


def introductions_of(own: Party) -> dict[Party, Introduction]:
    """Whom a listing or an enterprise has been introduced to: the latest that is open, accepted or concluded with each."""
    return {other: row for (_own, other), row in introduced([own]).items()}


def introduced(own: Collection[Party]) -> dict[tuple[Party, Party], Introduction]:
    """The pairs of one of these and whom it has been introduced to, each with the latest introduction that is not over for nothing.

    Matching marks these pairs and pushes none of them again.
    """
    listings, enterprises = (
        [party.pk for party in own if party.kind == kind] for kind in ("opportunity", "enterprise")
    )
    mine = Q(sender_opportunity__in=listings) | Q(receiver_opportunity__in=listings)
    mine |= Q(sender__in=enterprises, sender_opportunity=None) | Q(receiver__in=enterprises, receiver_opportunity=None)
    wanted = set(own)
    pairs = (
        (pair, row)
        for row in Introduction.objects.filter(mine, state__in=INTRODUCED).order_by("pk")
        for pair in (row.parties, row.parties[::-1])
    )
    return {pair: row for pair, row in pairs if pair[0] in wanted}


class Result(NamedTuple):
    """How an introduction ended or stands, for learning: codes and numbers only."""

    pk: int
    sender: Party
    receiver: Party
    state: str
    reason: str
    outcome: str
    origin: str
    at: datetime


def results(*, after: int = 0) -> Iterator[Result]:
    """Every introduction that was answered, lapsed or came to something, by id, for what learns from them.

    One that was withdrawn says nothing of the fit.
    """
    rows = Introduction.objects.filter(pk__gt=after).exclude(state__in=[State.PROPOSED, State.WITHDRAWN])
    for row in rows.order_by("pk").iterator():
        yield Result(row.pk, *row.parties, row.state, row.reason, row.outcome, row.origin, row.updated)


def room(enterprise_ids: Collection[int]) -> dict[int, int]:
    """How many more introductions each of these enterprises takes now; for whoever spreads attention."""
    waiting = Introduction.objects.waiting().filter(receiver__in=enterprise_ids).order_by()
    counts = dict(waiting.values_list("receiver").annotate(Count("pk")))
    rows = Enterprise.objects.filter(pk__in=enterprise_ids).only("pk", "introductions_at_once")
    return {row.pk: max(0, takes_at_once(row) - counts.get(row.pk, 0)) for row in rows}
