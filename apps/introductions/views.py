"""Pages on which introductions are asked for, read, answered and concluded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import Case, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import User
from apps.core.forms import RecordForm, conflict, version_seen
from apps.core.lifecycle import Conflict
from apps.core.records import BadValue
from apps.enterprises import services as enterprises
from apps.enterprises.models import Enterprise
from apps.enterprises.selectors import enterprises_of, is_member, may_edit
from apps.introductions import selectors, services
from apps.introductions.forms import AskForm, ConcludeForm, DeclineForm, RoomForm
from apps.introductions.models import Introduction
from apps.introductions.rules import MOVES, State, party
from apps.introductions.selectors import Other, Role, Side
from apps.reference.rules import language_tag
from apps.taxonomy.selectors import scheme

_PAGE = 30
_ORIGINS = ("match", "listing", "enterprise")
# What waits for somebody stands first.
_URGENCY = Case(When(state=State.PROPOSED, then=0), When(state=State.ACCEPTED, then=1), default=Value(2))
_FORMS: Mapping[str, type[RecordForm]] = {"decline": DeclineForm, "conclude": ConcludeForm}
_WORK: Mapping[str, Callable[..., None]] = {
    "accept": services.accept, "decline": services.decline, "withdraw": services.withdraw, "conclude": services.conclude,
}  # fmt: skip
_SAID: Mapping[str, str | Promise] = {
    "accept": _("Accepted. You both see now who the other is and whom to write to."),
    "decline": _("Declined. They are told the reason."),
    "withdraw": _("Withdrawn."),
    "conclude": _("Recorded."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """An introduction in a list, as the enterprise sees it whose list it is."""

    row: Introduction
    other: Other


def _me(request: HttpRequest) -> User:
    return cast("User", request.user)


@never_cache
@require_safe
@login_required
def introductions(request: HttpRequest, pk: int) -> HttpResponse:
    """What an enterprise received and sent."""
    if not is_member(_me(request), pk):
        raise Http404
    enterprise = get_object_or_404(Enterprise, pk=pk)
    rows = Introduction.objects.with_rows().order_by(_URGENCY, "-id")
    context = {
        "section": "mine",
        "enterprise": enterprise,
        "received": _lines(request, rows.filter(receiver=enterprise), "receiver"),
        "sent": _lines(request, rows.filter(sender=enterprise), "sender"),
        "form": RoomForm(initial={"most": enterprise.introductions_at_once}),
        "editable": may_edit(_me(request), pk),
    }
    return render(request, "introductions/introductions.html", context)


def _lines(request: HttpRequest, rows: "QuerySet[Introduction]", role: Role) -> "tuple[Page[Introduction], list[Line]]":
    name = "received" if role == "receiver" else "sent"
    page = Paginator(rows, _PAGE).get_page(request.GET.get(name))
    return page, [Line(row, selectors.other_side(row, role)) for row in page.object_list]


@require_POST
@login_required
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """How many introductions the enterprise takes at a time."""
    enterprise = get_object_or_404(enterprises_of(_me(request), editing=True), pk=pk)
    form = RoomForm(request.POST)
    if form.is_valid():
        enterprises.limit_introductions(enterprise=enterprise, most=form.cleaned_data["most"], actor=_me(request))
        messages.success(request, _("Saved."))
    else:
        messages.error(request, " ".join(map(str, form.errors["most"])))
    return redirect("introductions", pk)


@never_cache
@login_required
def ask(request: HttpRequest, to: str) -> HttpResponse:
    """Ask for an introduction to a party; on behalf of the one in `?for=`, unless another choice is made."""
    receiver, mine = _asked_for(to), selectors.askers(_me(request))
    initial = {"from": request.GET.get("for", ""), "language": language_tag(_me(request).language)}
    form = AskForm(request.POST or None, initial=initial, mine=mine)
    if request.method == "POST" and form.is_valid():
        try:
            return _proposed(request, form, receiver, mine)
        except Conflict as error:
            form.add_error(None, conflict(error))
    context = {"form": form, "receiver": receiver, "row": receiver.row, "mine": mine}
    return render(request, "introductions/ask.html", context)


def _asked_for(to: str) -> Side:
    """What the address names, as long as everybody can find it."""
    try:
        side = selectors.side_of(party(to))
    except BadValue:
        raise Http404 from None
    if side is None or not selectors.is_listed(side):
        raise Http404
    return side


def _proposed(request: HttpRequest, form: AskForm, receiver: Side, mine: list[Side]) -> HttpResponse:
    sender = next(side for side in mine if side.party == form.values["from"])
    origin = request.GET.get("at", "")
    row, new = services.propose(
        sender=sender, receiver=receiver, note=form.values["note"], language=form.values["language"],
        actor=_me(request), origin=origin if origin in _ORIGINS else "",
    )  # fmt: skip
    said = (
        _("Sent. They are told by mail, and you hear their answer.") if new else _("You have asked for this already.")
    )
    messages.success(request, said)
    return redirect("introduction", row.pk)


def _readable(request: HttpRequest, pk: int) -> Introduction:
    row: Introduction = get_object_or_404(selectors.readable(_me(request)), pk=pk)
    return row


@never_cache
@require_safe
@login_required
def introduction(request: HttpRequest, pk: int) -> HttpResponse:
    """An introduction, for the people of both sides, with what each may do now."""
    return _shown(request, _readable(request, pk))


def _shown(request: HttpRequest, row: Introduction, wrong: RecordForm | None = None) -> HttpResponse:
    me = _me(request)
    role = selectors.role_of(row, me)
    other = selectors.other_side(row, role)
    context = {
        "section": "mine",
        "row": row,
        "role": role,
        "mine": row.receiver if role == "receiver" else row.sender,
        "other": other,
        "about": [scheme().label(key, get_language() or "en") for key in (*other.stages, *other.technologies)],
        "may": {name: selectors.can(row, me, name) for name in MOVES},
        "decline": wrong if isinstance(wrong, DeclineForm) else DeclineForm(),
        "conclude": wrong if isinstance(wrong, ConcludeForm) else ConcludeForm(),
        "wrong": wrong,
    }
    return render(request, "introductions/introduction.html", context)


@require_POST
@login_required
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Accept, decline, withdraw or conclude, of the version that the page was made from."""
    row = _readable(request, pk)
    by = selectors.acting(row, _me(request), name) if name in _WORK else None
    if by is None:
        raise Http404
    form = _FORMS[name](request.POST) if name in _FORMS else None
    if form and not form.is_valid():
        return _shown(request, row, form)
    values: dict[str, Any] = form.values if form else {}
    try:
        _WORK[name](introduction=row, actor=_me(request), by=by, version=version_seen(request.POST), **values)
        messages.success(request, str(_SAID[name]))
    except Conflict as error:
        messages.error(request, str(error))
    return redirect("introduction", pk)
