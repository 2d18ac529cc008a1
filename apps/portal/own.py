"""What a row's own people see of it besides what everybody sees, and who may see it at all."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.urls import reverse

from apps.accounts.models import User
from apps.core.lifecycle import EDITABLE, State
from apps.core.models import Publishable
from apps.enterprises.models import Enterprise
from apps.enterprises.selectors import is_member, may_edit
from apps.opportunities.models import Opportunity
from apps.portal import history
from apps.portal.cards import Ours
from apps.projects.models import Project

Reader = User | AnonymousUser
_ROUTES = {Enterprise: "enterprise", Project: "project", Opportunity: "listing"}


def holder(row: Publishable) -> Enterprise | None:
    """The enterprise that a row belongs to; an enterprise belongs to itself."""
    if isinstance(row, Enterprise):
        return row
    return row.owner if isinstance(row, Project) else row.enterprise if isinstance(row, Opportunity) else None


def address(row: Publishable) -> str:
    """The row's own page."""
    return reverse(_ROUTES[type(row)], args=[row.pk])


def is_public(row: Publishable) -> bool:
    """Whether everybody may read a row: it is published, and so is its enterprise where it has one."""
    enterprise = holder(row)
    return row.state == State.PUBLISHED and (enterprise is None or enterprise.state == State.PUBLISHED)


def ours(row: Publishable, reader: Reader) -> Ours | None:
    """What the reader sees as one of the row's own people, or as a moderator of what was submitted; None for everybody else.

    Raises Http404 where the reader may not know that the row exists.
    """
    enterprise = holder(row)
    if enterprise and is_member(reader, enterprise.pk):
        return _as_member(row, enterprise, reader)
    if getattr(reader, "is_moderator", False) and row.known_to_moderators:
        return Ours(history.status(row))
    if not is_public(row):
        raise Http404
    return None


def _as_member(row: Publishable, enterprise: Enterprise, reader: Reader) -> Ours:
    route, editing = _ROUTES[type(row)], may_edit(reader, enterprise.pk)
    return Ours(
        history.status(row),
        history.timeline(row),
        reverse(f"{route}-edit", args=[row.pk]) if editing and row.state in EDITABLE else "",
        matches(row),
        reverse("listing-translations", args=[row.pk]) if editing and _translates(row) else "",
        history.actions(row, f"{route}-step", fulfilling=route == "listing") if editing else (),
    )


def _translates(row: Publishable) -> bool:
    return isinstance(row, Opportunity) and row.state == State.PUBLISHED


def matches(row: Publishable) -> str:
    """The page of who fits a row; of a project, the teams for its requests."""
    if isinstance(row, Project):
        return reverse("teams", args=[row.pk]) if row.state == State.PUBLISHED else ""
    if row.state != State.PUBLISHED:
        return ""
    return reverse("matches", args=["enterprise" if isinstance(row, Enterprise) else "opportunity", row.pk])
