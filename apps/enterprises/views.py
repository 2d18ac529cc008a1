"""Pages on which an enterprise is registered, edited and moved, and its members are managed."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseFormSet, formset_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.models import User
from apps.core.forms import initial, version_seen
from apps.core.lifecycle import Conflict
from apps.enterprises import invitations, selectors, services
from apps.enterprises.forms import CHILD_FORMS, EnterpriseForm, InvitationForm
from apps.enterprises.models import Enterprise
from apps.enterprises.rules import RECORD

_STEPS = ("submit", "withdraw", "reopen")


def _me(request: HttpRequest) -> User:
    return cast("User", request.user)


def _mine(request: HttpRequest, pk: int) -> Enterprise:
    if not selectors.may_edit(_me(request), pk):
        raise Http404
    return get_object_or_404(Enterprise, pk=pk)


def _row_forms(data: Any, record: dict[str, Any]) -> dict[str, BaseFormSet[Any]]:
    return {
        name: formset_factory(form, extra=1 if record.get(name) else 2, max_num=200, can_delete=False)(
            data, prefix=name, initial=record.get(name) or None
        )
        for name, form in CHILD_FORMS.items()
    }


def _all_valid(formsets: dict[str, BaseFormSet[Any]]) -> bool:
    checked = [formset.is_valid() for formset in formsets.values()]  # each, so that each shows its errors
    return all(checked)


def _rows(formsets: dict[str, BaseFormSet[Any]]) -> dict[str, list[dict[str, Any]]]:
    return {
        name: [form.values for form in formset if form.has_changed() and hasattr(form, "values")]
        for name, formset in formsets.items()
    }


@login_required
def register(request: HttpRequest) -> HttpResponse:
    """A new enterprise, as a draft."""
    form = EnterpriseForm(request.POST or None, initial={"language": _me(request).language})
    formsets = _row_forms(request.POST or None, {})
    if request.method == "POST" and form.is_valid() & _all_valid(formsets):
        enterprise = services.create(values=form.values | _rows(formsets), actor=_me(request))
        messages.success(request, _("Saved as a draft. Submit it when it is complete."))
        return redirect("enterprise", enterprise.pk)
    return render(request, "enterprises/form.html", {"form": form, "formsets": formsets, "enterprise": None})


@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """An edit, guarded by the version that the page was made from."""
    enterprise = _mine(request, pk)
    record = initial(RECORD, selectors.as_record(enterprise), enterprise.as_entered)
    form = EnterpriseForm(request.POST or None, initial=record)
    formsets = _row_forms(request.POST or None, record)
    if request.method == "POST" and form.is_valid() & _all_valid(formsets):
        try:
            services.update(
                enterprise=enterprise, values=form.values | _rows(formsets), actor=_me(request),
                version=version_seen(request.POST),
            )  # fmt: skip
            return redirect("enterprise", pk)
        except Conflict as error:
            form.add_error(None, str(error))
    return render(request, "enterprises/form.html", {"form": form, "formsets": formsets, "enterprise": enterprise})


@require_POST
@login_required
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Submit, withdraw or reopen."""
    enterprise = _mine(request, pk)
    if name not in _STEPS:
        raise Http404
    try:
        services.move(enterprise=enterprise, name=name, actor=_me(request))
    except Conflict as error:
        messages.error(request, str(error))
    return redirect("enterprise", pk)


@login_required
def members(request: HttpRequest, pk: int) -> HttpResponse:
    """Who acts for the enterprise, and who was asked to."""
    enterprise = _mine(request, pk)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invitations.invite(enterprise=enterprise, actor=_me(request), **form.cleaned_data)
            return redirect("enterprise-members", pk)
        except PermissionError:
            form.add_error(None, _("Only an owner can invite."))
    context = {
        "enterprise": enterprise,
        "memberships": enterprise.memberships.select_related("user").order_by("role", "user__email"),
        "invitations": enterprise.invitations.filter(accepted_at=None).order_by("email"),
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
    try:
        if role in ("", "owner", "editor", "viewer"):
            services.set_role(
                enterprise=enterprise, user=get_object_or_404(User, pk=user_id), role=role, actor=_me(request)
            )
    except Conflict as error:
        messages.error(request, str(error))
    return redirect("enterprise-members", pk)


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
