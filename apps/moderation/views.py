"""The moderators' queue and the page on which one row is decided."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.core.lifecycle import Conflict
from apps.core.records import Field, Record
from apps.enterprises import rules as enterprise_rules
from apps.enterprises import selectors as enterprises
from apps.journal.models import Version
from apps.moderation import selectors, services
from apps.moderation.forms import DecisionForm
from apps.moderation.models import Decision
from apps.opportunities import rules as opportunity_rules
from apps.opportunities import selectors as opportunities
from apps.projects import rules as project_rules
from apps.projects import selectors as projects

_READ: dict[str, tuple[Record, Any]] = {
    "enterprise": (enterprise_rules.RECORD, enterprises.as_record),
    "project": (project_rules.RECORD, projects.as_record),
    "opportunity": (opportunity_rules.RECORD, opportunities.as_record),
}


def _moderator(request: HttpRequest) -> User:
    user = cast("User", request.user)
    if not user.is_moderator:
        raise PermissionDenied
    return user


@require_safe
@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, oldest first."""
    _moderator(request)
    return render(request, "moderation/queue.html", {"rows": selectors.queue(), "count": selectors.count()})


@login_required
def review(request: HttpRequest, identifier: str) -> HttpResponse:
    """One submitted row with what changed since it was last public, and the decision about it."""
    moderator = _moderator(request)
    found = selectors.find(identifier)
    if found is None:
        raise Http404
    subject, row = found
    form = DecisionForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid() and _decide(request, form, subject, row, moderator):
        return redirect("moderation")
    decided = Decision.objects.filter(subject=subject, subject_id=row.pk).select_related("moderator")
    context = {
        "form": form, "row": row, "subject": subject, "identifier": identifier, "fields": _fields(subject, row),
        "decisions": decided.order_by("-at")[:20],
    }  # fmt: skip
    return render(request, "moderation/review.html", context)


def _decide(request: HttpRequest, form: DecisionForm, subject: str, row: Any, moderator: User) -> bool:
    chosen = form.cleaned_data
    try:
        services.decide(row=row, subject=subject, moderator=moderator, **chosen)
    except services.ReasonMissing as error:
        form.add_error("reason", str(error))
    except Conflict:
        form.add_error(None, _("It changed while you were reading, or somebody decided already. Read it again."))
    except PermissionError:
        form.add_error(None, _("You cannot decide about your own enterprise."))
    else:
        messages.success(request, _("Decided. The author is being told."))
        return True
    return False


def _fields(subject: str, row: Any) -> list[tuple[Field, Any, Any]]:
    """(field, present value, value when it was last kept or None where it is the same) of everything stated."""
    record, read = _READ[subject]
    now = read(row)
    kept = (
        Version.objects.filter(subject=subject, subject_id=row.pk)
        .order_by("-number")
        .values_list("data", flat=True)
        .first()
    )
    before = kept if isinstance(kept, dict) else now
    return [
        (item, now.get(item.name), before.get(item.name) if before.get(item.name) != now.get(item.name) else None)
        for item in record.fields
        if now.get(item.name) not in (None, "", [], {}) or before.get(item.name) not in (None, "", [], {})
    ]
