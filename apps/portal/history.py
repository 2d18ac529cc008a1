"""What happened to a row, from the journal, and its present state with its clock."""

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.lifecycle import MOVES, State
from apps.core.models import Publishable
from apps.journal.models import Fact
from apps.journal.publishing import subject_of
from apps.moderation.rules import answer_due
from apps.portal.cards import Action, Entry, Status, Words

_MOST_FACTS = 20
_PAST: dict[str, str | Promise] = {
    "created": _("Drafted"),
    "imported": _("Imported"),
    "submitted": _("Sent for review"),
    "published": _("Published"),
    "edited": _("Changed"),
    "returned": _("Returned for changes"),
    "declined": _("Declined"),
    "withdrawn": _("Withdrawn"),
    "expired": _("Expired"),
    "fulfilled": _("Marked as fulfilled"),
    "reopened": _("Reopened as a draft"),
}
_STEPS: dict[str, tuple[str | Promise, str]] = {
    "submit": (_("Send for review"), "primary"),
    "reopen": (_("Reopen as a draft"), "outline-secondary"),
    "fulfil": (_("Mark as fulfilled"), "outline-secondary"),
    "withdraw": (_("Withdraw"), "outline-danger"),
}
_OUTCOMES = (State.RETURNED, State.DECLINED)


def timeline(row: Publishable) -> tuple[Entry, ...]:
    """The facts about a row, latest first; the reviewer's words stand at the last decision."""
    facts = Fact.objects.filter(subject=subject_of(row), subject_ids__contains=[row.pk]).order_by("-id")[:_MOST_FACTS]
    known = [(fact, _PAST.get(fact.kind.rpartition(".")[2])) for fact in facts]
    note = row.review_note if row.state in _OUTCOMES else ""
    entries = []
    for fact, past in known:
        if past is None:
            continue
        decided = fact.kind.endswith((".returned", ".declined"))
        entries.append(Entry(fact.at, str(past), Words(note if decided else "")))
        note = "" if decided else note
    return tuple(entries)


def status(row: Publishable) -> Status:
    """The state as a word; an answer to what is under review is due within two working days."""
    since = {State.PUBLISHED: row.published_at, State.SUBMITTED: row.submitted_at}.get(State(row.state), row.updated)
    due = answer_due(row.submitted_at) if row.state == State.SUBMITTED and row.submitted_at else None
    note = Words(row.review_note if row.state in _OUTCOMES else "")
    return Status(row.state, str(State(row.state).label), since, due, note)


def actions(row: Publishable, route: str, *, fulfilling: bool = False) -> tuple[Action, ...]:
    """The steps that the state of a row allows its own people, as forms that post to `route`."""
    return tuple(
        Action(str(label), reverse(route, args=[row.pk, name]), kind)
        for name, (label, kind) in _STEPS.items()
        if row.state in MOVES[name].sources and (fulfilling or name != "fulfil")
    )
