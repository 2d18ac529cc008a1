"""Forms about a match of one's own."""

from typing import Any

from apps.core.forms import RecordForm
from apps.introductions.rules import Reason
from apps.matching.rules import DISMISS, NOTE


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
