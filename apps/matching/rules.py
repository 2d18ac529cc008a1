"""What an enterprise may say of one of its matches, and what weights may be, without the ORM."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.records import Field, Problem, Record, choice, integer, text
from apps.introductions.rules import AGREED, Reason
from apps.matching.criteria import MOST_WEIGHT, WEIGHED
from apps.matching.wording import NAMES

NOTE_LIMIT = 1000


class Marked(models.TextChoices):
    """How an enterprise put a match aside for itself; a match of which it only noted something has neither."""

    SHORTLISTED = "shortlisted", gettext_lazy("Shortlisted")
    DISMISSED = "dismissed", gettext_lazy("Dismissed")


# Declined because it did not fit as the criteria measure it: what is offered, its size, price, place and time, and what the other
# has done so far. That there is a partner already, that the other competes, or another reason tells nothing of the criteria.
UNFIT = (
    Reason.TECHNOLOGY,
    Reason.TOO_SMALL,
    Reason.TOO_LARGE,
    Reason.PRICE,
    Reason.COUNTRY,
    Reason.TIMING,
    Reason.TRUST,
)


def fitted(state: str, reason: str) -> bool | None:
    """Whether an introduction that was answered fitted; None where its end says nothing of that.

    One that was accepted and came to nothing for a reason of fit did not fit after all.
    """
    if reason in UNFIT:
        return False
    return True if state in AGREED else None


def _note_where_needed(values: dict[str, Any]) -> Iterable[Problem]:
    if values.get("reason") == Reason.OTHER and not values.get("note", "").strip():
        yield Problem("note", "required", _("Say in a few words what the reason is."))


_NOTE = Field("note", gettext_lazy("A note of your own"), text(NOTE_LIMIT), "long_text")
# The reasons are those for which introductions are declined.
DISMISS = Record(
    "dismissal",
    [
        Field("reason", gettext_lazy("Reason"), choice(lambda: Reason.values, fold=str.lower), "choice", required=True),
        _NOTE,
    ],
    rules=[_note_where_needed],
)
NOTE = Record("note", [_NOTE])


def _something_counts(values: dict[str, Any]) -> Iterable[Problem]:
    """Without any weight a side would judge nothing."""
    views = {
        "technology": _("At least one criterion must count where a request judges an offer."),
        "offer:technology": _("At least one criterion must count where an offer judges a request."),
    }
    for first, message in views.items():
        view = [name for name in WEIGHED if (":" in name) == (":" in first)]
        if all(values.get(name) == 0 for name in view):
            yield Problem(first, "nothing_counts", message)


# A set of weights, as a page's form, a file and the command line give it.
WEIGHTS = Record(
    "weights",
    [
        *(Field(name, NAMES[name.removeprefix("offer:")], integer(high=MOST_WEIGHT), "integer", required=True) for name in WEIGHED),
        Field("note", gettext_lazy("Why these weights"), text(200), "text"),
    ],
    rules=[_something_counts],
)  # fmt: skip
