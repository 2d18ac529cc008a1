"""What an enterprise may say of one of its matches, without the ORM."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.records import Field, Problem, Record, choice, text
from apps.introductions.rules import Reason

NOTE_LIMIT = 1000


class Marked(models.TextChoices):
    """How an enterprise put a match aside for itself; a match of which it only noted something has neither."""

    SHORTLISTED = "shortlisted", gettext_lazy("Shortlisted")
    DISMISSED = "dismissed", gettext_lazy("Dismissed")


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
