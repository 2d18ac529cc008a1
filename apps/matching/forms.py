"""Forms about a match of one's own, and for the weights of matching."""

from typing import Any

from django.utils.translation import gettext as _

from apps.core.forms import RecordForm
from apps.introductions.rules import Reason
from apps.matching.criteria import WEIGHED
from apps.matching.rules import DISMISS, NOTE, WEIGHTS
from apps.matching.wording import NAMES


class _Noting(RecordForm):
    """A form with a note of a few lines."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].widget.attrs["rows"] = 3


class NoteForm(_Noting):
    """What is worth remembering of a match."""

    record = NOTE
    sections = (("", ("note",)),)


class DismissForm(_Noting):
    """Why a match is not wanted."""

    record = DISMISS
    sections = (("", ("reason", "note")),)
    choices = {"reason": lambda: Reason.choices}


class WeightsForm(RecordForm):
    """A number for each weight; the page puts them into a table, so each says by itself what it is."""

    record = WEIGHTS
    sections = (("", (*WEIGHED, "note")),)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in WEIGHED:
            said = (
                _("%(criterion)s, where an offer judges") if ":" in name else _("%(criterion)s, where a request judges")
            )
            field = self.fields[name]
            field.label = said % {"criterion": NAMES[name.removeprefix("offer:")]}
            field.widget.attrs |= {"aria-label": field.label, "class": "form-control number", "inputmode": "numeric"}
