"""What a page does and says when somebody takes a step in a row's life: submit, withdraw, reopen, fulfil."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.lifecycle import EDITABLE, Conflict, State
from apps.core.models import Publishable

SAID = {
    "submit": _("Sent for review. An answer is expected within 2 working days."),
    "withdraw": _("Withdrawn. Nobody finds it any more; you can reopen it."),
    "reopen": _("It is a draft again. Submit it when it is complete."),
    "fulfil": _("Marked as fulfilled. Nobody finds it any more."),
}


def take(request: HttpRequest, name: str, move: Callable[[], None]) -> bool:
    """Make a move and say that it was made, or why not."""
    try:
        move()
    except Conflict as error:
        messages.error(request, str(error))
        return False
    messages.success(request, SAID[name])
    return True


def locked(request: HttpRequest, row: Publishable) -> bool:
    """Whether a row cannot be edited now; says so, before anybody types in vain."""
    if request.method == "POST" or row.state in EDITABLE:
        return False
    under_review = row.state == State.SUBMITTED
    messages.warning(request, _LOCKED if under_review else _ENDED)
    return True


_LOCKED = _("It is under review and locked. Withdraw it to change it.")
_ENDED = _("It has ended. Reopen it to change it.")
_SAVED = {
    State.PUBLISHED: _("Saved, and public at once."),
    State.SUBMITTED: _("Saved. The new version is under review; an answer is expected within 2 working days."),
}


def say_saved(request: HttpRequest, row: Publishable) -> None:
    """Say what saving an edit led to."""
    messages.success(request, _SAVED.get(State(row.state), _("Saved as a draft. Submit it when it is complete.")))
