"""The page of all matches of an enterprise, and what its people put down of them."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import User
from apps.core.forms import RecordForm
from apps.enterprises.models import Enterprise
from apps.enterprises.selectors import enterprises_of, is_member, may_edit
from apps.matching import marks, overview, selectors, services
from apps.matching.forms import DismissForm, NoteForm
from apps.matching.marks import Pair
from apps.matching.models import Visit
from apps.portal import my_matches

_SAID: dict[str, str | Promise] = {
    "shortlist": _("On your shortlist."),
    "dismiss": _("Dismissed. It leaves your lists, and you hear of it no more; you find it under “Dismissed”."),
    "restore": _("Back among your matches."),
    "note": _("Noted. Only your own enterprise reads it."),
}


@never_cache
@require_safe
@login_required
def my_matches_page(request: HttpRequest, pk: int) -> HttpResponse:
    """All matches of an enterprise, for its own people only; with `?format=` as a file."""
    user = cast("User", request.user)
    if not is_member(user, pk):
        raise Http404
    enterprise = get_object_or_404(Enterprise, pk=pk)
    found = my_matches.read(enterprise, request.GET)
    if request.GET.get("format") in my_matches.FORMS:
        return _file(request, my_matches.since(found, Visit.objects.filter(user=user, enterprise=pk).first()))
    visit = services.visit(user=user, enterprise=pk, pairs=[entry.pair for entry in found.all])
    page = my_matches.page(
        enterprise, my_matches.since(found, visit), visit, request.GET, editing=may_edit(user, pk)
    )  # fmt: skip
    return render(request, "portal/my_matches.html", {"page": page, "section": "mine"})


def _file(request: HttpRequest, found: my_matches.Found) -> HttpResponse:
    file = my_matches.exported(found, request.GET["format"], request.build_absolute_uri("/").rstrip("/"))
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "X-Robots-Tag": "noindex"}
    return HttpResponse(file.content, content_type=file.content_type, headers=headers)


@require_POST
@login_required
def my_match(request: HttpRequest, pk: int, mine: str, theirs: str, name: str) -> HttpResponse:
    """Shortlist a match, dismiss it, bring it back, or note something of it; for owners and editors."""
    user = cast("User", request.user)
    enterprise = get_object_or_404(enterprises_of(user, editing=True), pk=pk)
    pair = _pair(pk, mine, theirs)
    if name not in my_matches.ACTS or pair is None:
        raise Http404
    form = {"dismiss": DismissForm, "note": NoteForm}.get(name)
    typed = form(request.POST) if form else None
    if typed and not typed.is_valid():
        return _again(request, enterprise, pair, typed)
    _act(name, {"pair": pair, "enterprise": pk, "actor": user}, typed.values if typed else {})
    messages.success(request, str(_SAID[name]))
    return redirect(_back(pk, request.POST))


def _pair(enterprise: int, mine: str, theirs: str) -> Pair | None:
    """The match that an address names, where it is one of this enterprise's."""
    ours, other = my_matches.party_or_none(mine), my_matches.party_or_none(theirs)
    if ours is None or other is None:
        return None
    pair = marks.key_of(ours), marks.key_of(other)
    return pair if overview.is_mine(enterprise, pair) else None


def _act(name: str, of: dict[str, Any], values: dict[str, Any]) -> None:
    note = values.get("note", "").strip()
    if name == "dismiss":
        services.dismiss(**of, reason=values["reason"], note=note)
    elif name == "note":
        services.note(**of, text=note)
    elif name == "shortlist":
        services.shortlist(**of)
    else:
        services.restore(**of)


def _again(request: HttpRequest, enterprise: Enterprise, pair: Pair, form: RecordForm) -> HttpResponse:
    """The form alone, with what was typed and what is wrong with it."""
    row = selectors.shown_of([pair[1]]).get(pair[1])
    context = {
        "form": form,
        "row": row,
        "back": _back(enterprise.pk, request.POST),
        "query": request.POST.get("back", ""),
    }
    return render(request, "portal/my_match.html", context)


def _back(pk: int, posted: QueryDict) -> str:
    """The page as it was asked for; nothing but its own address and what may be asked of it."""
    query = QueryDict(posted.get("back", "")[:500]).urlencode()
    return reverse("my-matches", args=[pk]) + (f"?{query}" if query else "")
