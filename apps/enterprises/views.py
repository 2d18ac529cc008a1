"""Pages on which an enterprise is registered, edited and moved, and its members are managed."""

from functools import partial
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import User
from apps.core import steps
from apps.core.forms import conflict, initial, version_seen, version_shown
from apps.core.lifecycle import Conflict, State
from apps.enterprises import invitations, selectors, services
from apps.enterprises.forms import EnterpriseForm, InvitationForm, RowForms, row_forms, written_rows
from apps.enterprises.models import Enterprise, Invitation, Membership
from apps.enterprises.rules import RECORD
from apps.reference.rules import language_tag

_STEPS = ("submit", "withdraw", "reopen")


def _me(request: HttpRequest) -> User:
    return cast("User", request.user)


def _mine(request: HttpRequest, pk: int) -> Enterprise:
    if not selectors.may_edit(_me(request), pk):
        raise Http404
    return get_object_or_404(Enterprise, pk=pk)


def _all_valid(form: EnterpriseForm, rows: RowForms) -> bool:
    # Each is asked, so that each shows its errors.
    return all([form.is_valid(), *(formset.is_valid() for formset in rows.values())])


def _form(request: HttpRequest, form: EnterpriseForm, rows: RowForms, enterprise: Enterprise | None) -> HttpResponse:
    context = {"form": form, "rows": rows, "enterprise": enterprise}
    if enterprise:
        context["version"] = version_shown(form, enterprise.version)
    return render(request, "enterprises/form.html", context)


def _saved(request: HttpRequest, enterprise: Enterprise) -> HttpResponse:
    """Its page after saving, submitted where that was asked for."""
    if "submit" in request.POST and enterprise.state in (State.DRAFT, State.RETURNED):
        submit = partial(services.move, enterprise=enterprise, name="submit", actor=_me(request))
        steps.take(request, "submit", submit)
    else:
        steps.say_saved(request, enterprise)
    return redirect("enterprise", enterprise.pk)


@login_required
def register(request: HttpRequest) -> HttpResponse:
    """A new enterprise, as a draft."""
    form = EnterpriseForm(request.POST or None, initial={"language": language_tag(_me(request).language)})
    rows = row_forms(request.POST or None, None)
    if request.method == "POST" and _all_valid(form, rows):
        return _saved(request, services.create(values=form.values | written_rows(rows), actor=_me(request)))
    return _form(request, form, rows, None)


@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """An edit, guarded by the version that the page was made from."""
    enterprise = _mine(request, pk)
    if steps.locked(request, enterprise):
        return redirect("enterprise", pk)
    record = initial(RECORD, selectors.as_record(enterprise), enterprise.as_entered)
    form = EnterpriseForm(request.POST or None, initial=record)
    rows = row_forms(request.POST or None, enterprise)
    if request.method == "POST" and _all_valid(form, rows):
        try:
            services.update(
                enterprise=enterprise, values=form.values | written_rows(rows), actor=_me(request),
                version=version_seen(request.POST),
            )  # fmt: skip
            return _saved(request, enterprise)
        except Conflict as error:
            form.add_error(None, conflict(error))
    return _form(request, form, rows, enterprise)


@require_POST
@login_required
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Submit, withdraw or reopen."""
    enterprise = _mine(request, pk)
    if name not in _STEPS:
        raise Http404
    steps.take(request, name, partial(services.move, enterprise=enterprise, name=name, actor=_me(request)))
    return redirect("enterprise", pk)


@login_required
def members(request: HttpRequest, pk: int) -> HttpResponse:
    """Who acts for the enterprise, and who was asked to."""
    enterprise = _mine(request, pk)
    form = InvitationForm(request.POST or None, initial={"language": _me(request).language})
    if request.method == "POST" and form.is_valid():
        try:
            invitations.invite(enterprise=enterprise, actor=_me(request), **form.cleaned_data)
            messages.success(request, _("Invited. A mail with a link is on its way to them."))
            return redirect("enterprise-members", pk)
        except PermissionError:
            form.add_error(None, _("Only an owner can invite."))
        except Conflict as error:
            form.add_error(None, str(error))
    context = {
        "enterprise": enterprise,
        "memberships": enterprise.memberships.select_related("user").order_by("role", "user__email"),
        "invitations": enterprise.invitations.open().order_by("email"),
        "form": form,
        "is_owner": invitations.is_owner(_me(request), enterprise.pk),
    }
    return render(request, "enterprises/members.html", context)


@require_POST
@login_required
def set_role(request: HttpRequest, pk: int, user_id: int) -> HttpResponse:
    """An owner changes or ends a membership."""
    enterprise = _mine(request, pk)
    if not invitations.is_owner(_me(request), pk):
        raise Http404
    role = request.POST.get("role", "")
    if role not in ("", *Membership.Role.values):
        raise Http404
    member = get_object_or_404(Membership.objects.select_related("user"), enterprise=enterprise, user=user_id).user
    try:
        services.set_role(enterprise=enterprise, user=member, role=role, actor=_me(request))
        messages.success(request, _("Saved."))
    except Conflict as error:
        messages.error(request, str(error))
    return redirect("enterprise-members", pk) if selectors.may_edit(_me(request), pk) else redirect("dashboard")


@require_POST
@login_required
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """An owner takes an open invitation back."""
    invitation = get_object_or_404(Invitation, pk=pk)
    try:
        invitations.take_back(invitation_id=pk, actor=_me(request))
        messages.success(request, _("Taken back. Its link does not work any more."))
    except PermissionError:
        raise Http404 from None
    except Conflict as error:
        messages.error(request, str(error))
    return redirect("enterprise-members", invitation.enterprise_id)


@never_cache
@require_safe
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """Where an invitation's mail leads: accepting it, or registering and signing in first."""
    invitation = invitations.of_token(token)
    if invitation is None:
        return render(request, "enterprises/invited.html", status=404)
    user = request.user
    theirs = user.is_authenticated and invitations.waiting_for(user).filter(pk=invitation.pk).exists()
    return render(request, "enterprises/invited.html", {"invitation": invitation, "theirs": theirs})


@require_POST
@login_required
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """Take up an invitation."""
    try:
        enterprise = invitations.accept(invitation_id=pk, user=_me(request))
    except Conflict as error:
        messages.error(request, str(error))
        return redirect("dashboard")
    return redirect("enterprise", enterprise.pk)
