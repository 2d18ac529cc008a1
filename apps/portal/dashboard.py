"""The page of those who act for enterprises: what waits for them, and where each of their rows stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.core.lifecycle import EDITABLE, MOVES, State
from apps.core.models import Publishable
from apps.enterprises import invitations
from apps.enterprises.models import Enterprise
from apps.enterprises.selectors import enterprises_of
from apps.introductions import selectors as introductions
from apps.matching import selectors as matching
from apps.moderation import selectors as moderation
from apps.notifications.models import Notice
from apps.notifications.words import Message, messages
from apps.opportunities.models import Opportunity
from apps.portal import history, words
from apps.portal.cards import NOTHING, Status, Words
from apps.projects.models import Project

_LISTINGS = 50
_PROJECTS = 20
_NOTICES = 5
_MATCHES = 5
# What needs its people first stands first.
_URGENCY = Case(
    *(
        When(state=state, then=Value(place))
        for place, state in enumerate(("returned", "draft", "submitted", "published"))
    ),
    default=Value(9),
)
# The steps that a row's page offers too; one with a question asks it before it is taken.
_STEPS: dict[str, tuple[str | Promise, str | Promise]] = {
    "submit": (_("Submit for review"), ""),
    "reopen": (_("Reopen"), ""),
    "fulfil": (_("Fulfilled"), _("Did it come to an agreement? Then nobody finds it any more.")),
    "withdraw": (_("Withdraw"), _("Nobody will find it any more. You can reopen it later.")),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step that can be taken: a button that posts to `url`, after `question` where there is one."""

    label: str | Promise
    url: str
    question: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Mine:
    """One of the person's rows with its state and what can be done now."""

    row: Any
    title: Words
    url: str
    status: Status
    edit_url: str = ""
    matches_url: str = ""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class NewMatch:
    """A new partner, for which of our rows, and since when both are public; `url` opens it among that row's matches."""

    title: Words
    by: Words
    label: str
    url: str
    ours: Words
    ours_url: str
    score: float
    since: datetime | None


@never_cache
@require_safe
@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    """What waits for this person, their enterprises, listings and projects, and what is new."""
    user = cast("User", request.user)
    enterprises = list(enterprises_of(user))
    editing = set(enterprises_of(user, editing=True).values_list("pk", flat=True))
    asked = request.GET.get("state", "")
    state = asked if asked in State.values else ""
    listings = Opportunity.objects.filter(enterprise__in=enterprises).select_related("enterprise")
    projects = Project.objects.filter(owner__in=enterprises).select_related("owner")
    context = {
        "section": "mine",
        "enterprises": _rows(enterprises, "enterprise", editing),
        "listings": _page(request, listings, "listing", editing, state, _LISTINGS),
        "projects": _page(request, projects, "project", editing, "", _PROJECTS),
        "matches": _newest_matches(enterprises),
        "counts": _counts(listings),
        "state": state,
        "answers": introductions.waiting_for(user),
        "invitations": list(invitations.waiting_for(user)),
        "queue": moderation.count() if user.is_moderator else 0,
        "notices": _notices(user),
        "unread": Notice.objects.readable_by(user.pk).filter(read_at=None).count(),
    }
    return render(request, "portal/dashboard.html", context)


def _page(
    request: HttpRequest, rows: "QuerySet[Any]", route: str, editing: set[int], state: str, size: int
) -> "tuple[Page[Any], list[Mine]]":
    if state:
        rows = rows.filter(state=state)
    page = Paginator(rows.order_by(_URGENCY, "-updated", "-id"), size).get_page(request.GET.get(f"{route}s"))
    return page, _rows(page.object_list, route, editing)


def _rows(rows: Iterable[Any], route: str, editing: set[int]) -> list[Mine]:
    return [_mine(row, route, editable=_holder(row) in editing) for row in rows]


def _holder(row: Publishable) -> int | None:
    if isinstance(row, Enterprise):
        return row.pk
    return row.owner_id if isinstance(row, Project) else cast("Opportunity", row).enterprise_id


def _mine(row: Any, route: str, *, editable: bool) -> Mine:
    matched = row.state == State.PUBLISHED and route != "project"
    subject = "opportunity" if route == "listing" else route
    return Mine(
        row,
        Words(str(row), row.language),
        reverse(route, args=[row.pk]),
        history.status(row),
        reverse(f"{route}-edit", args=[row.pk]) if editable and row.state in EDITABLE else "",
        reverse("matches", args=[subject, row.pk]) if matched else "",
        _steps(row, route) if editable else (),
    )


def _steps(row: Publishable, route: str) -> tuple[Step, ...]:
    return tuple(
        Step(label, reverse(f"{route}-step", args=[row.pk, name]), question)
        for name, (label, question) in _STEPS.items()
        if row.state in MOVES[name].sources and (name != "fulfil" or route == "listing")
    )


def _counts(listings: "QuerySet[Opportunity]") -> list[tuple[str, str, int]]:
    """(state, its word, how many) of every state that some listing is in."""
    found = dict(listings.order_by().values_list("state").annotate(Count("pk")))
    return [(state, str(label), found[state]) for state, label in State.choices if state in found]


def _newest_matches(enterprises: Sequence[Enterprise]) -> list[NewMatch]:
    found = matching.newest_of([enterprise.pk for enterprise in enterprises], limit=_MATCHES)
    return [_new_match(each) for each in found]


def _new_match(found: matching.Newest) -> NewMatch:
    mine, theirs = found.mine, found.theirs
    kind = _subject(theirs)
    page = reverse("matches", args=[_subject(mine), mine.pk])
    return NewMatch(
        Words(str(theirs), theirs.language),
        Words(theirs.enterprise.name, theirs.enterprise.language) if isinstance(theirs, Opportunity) else NOTHING,
        words.value("side", theirs.side) if isinstance(theirs, Opportunity) else str(_("Enterprise")),
        f"{page}?open={kind}-{theirs.pk}#match-{kind}-{theirs.pk}",
        Words(str(mine), mine.language),
        page,
        found.score,
        found.since,
    )


def _subject(row: Opportunity | Enterprise) -> str:
    return "opportunity" if isinstance(row, Opportunity) else "enterprise"


def _notices(user: User) -> Sequence[tuple[Notice, Message]]:
    rows = list(Notice.objects.readable_by(user.pk).select_related("fact").order_by("-id")[:_NOTICES])
    return list(zip(rows, messages(rows), strict=True))
