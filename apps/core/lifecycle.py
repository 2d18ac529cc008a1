"""The states of what is published (enterprise, project, opportunity) and the moves between them."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Under review")
    RETURNED = "returned", _("Returned for changes")
    PUBLISHED = "published", _("Published")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")
    FULFILLED = "fulfilled", _("Fulfilled")


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed change of state; `fact` is the past tense under which the journal records it."""

    sources: frozenset[str]
    target: str
    fact: str


def _move(target: State, fact: str, *sources: State) -> Move:
    return Move(frozenset(source.value for source in sources), target.value, fact)


MOVES: dict[str, Move] = {
    "submit": _move(State.SUBMITTED, "submitted", State.DRAFT, State.RETURNED),
    "publish": _move(State.PUBLISHED, "published", State.SUBMITTED),
    "vouch": _move(State.PUBLISHED, "published", State.DRAFT, State.RETURNED, State.SUBMITTED),
    "send_back": _move(State.RETURNED, "returned", State.SUBMITTED),
    "decline": _move(State.DECLINED, "declined", State.SUBMITTED),
    "withdraw": _move(State.WITHDRAWN, "withdrawn", State.DRAFT, State.SUBMITTED, State.RETURNED, State.PUBLISHED),
    "expire": _move(State.EXPIRED, "expired", State.PUBLISHED),
    "fulfil": _move(State.FULFILLED, "fulfilled", State.PUBLISHED),
    "reopen": _move(State.DRAFT, "reopened", State.WITHDRAWN, State.EXPIRED),
}
EDITABLE = frozenset({State.DRAFT.value, State.RETURNED.value, State.PUBLISHED.value})


class Conflict(Exception):
    """The row is not in the state or version that the caller saw; nothing was changed."""
