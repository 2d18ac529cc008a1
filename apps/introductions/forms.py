"""Forms about introductions."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import RecordForm
from apps.introductions.rules import ASK, CONCLUDE, DECLINE, Outcome, Reason
from apps.introductions.selectors import Side
from apps.reference.choices import languages


class AskForm(RecordForm):
    """On behalf of what one asks, and the note; whom one asks stands in the address."""

    record = ASK
    given = frozenset({"to"})
    sections = (("", ("from", "note", "language")),)
    choices = {"from": list, "language": languages}

    def __init__(self, *args: Any, mine: Iterable[Side] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from"] = forms.ChoiceField(
            label=_("On behalf of"), choices=[(str(side.party), str(side.row)) for side in mine]
        )


class _RemarkForm(RecordForm):
    """A form with a remark of a few lines."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "remark" in self.fields:
            self.fields["remark"].widget.attrs["rows"] = 3


class DeclineForm(_RemarkForm):
    """Why not."""

    record = DECLINE
    sections = (("", ("reason", "remark")),)
    choices = {"reason": lambda: Reason.choices}


class ConcludeForm(_RemarkForm):
    """What came of it."""

    record = CONCLUDE
    sections = (("", ("outcome", "reason", "remark")),)
    choices = {"outcome": lambda: Outcome.choices, "reason": lambda: Reason.choices}


class RoomForm(forms.Form):
    """How many introductions an enterprise takes at a time."""

    most = forms.IntegerField(
        label=_("At most"),
        required=False,
        min_value=0,
        max_value=10_000,
        help_text=_("Empty: as many as the platform allows. 0: none."),
    )
