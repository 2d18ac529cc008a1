"""The moderators' queue and the page on which one row is decided."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.core.lifecycle import Conflict, State
from apps.core.models import Publishable
from apps.core.records import Record
from apps.enterprises import rules as enterprise_rules
from apps.enterprises import selectors as enterprises
from apps.journal.models import Version
from apps.moderation import selectors, services
from apps.moderation.forms import DecisionForm
from apps.moderation.models import Decision
from apps.moderation.reading import Read, compare
from apps.moderation.rules import answer_due
from apps.opportunities import rules as opportunity_rules
from apps.opportunities import selectors as opportunities
from apps.opportunities.models import Opportunity
from apps.projects import rules as project_rules
from apps.projects import selectors as projects
from apps.translations import rules as translation_rules
from apps.translations import selectors as translations
from apps.translations.models import Translation

_READ: dict[str, tuple[Record, Any]] = {
    "enterprise": (enterprise_rules.RECORD, enterprises.as_record),
    "project": (project_rules.RECORD, projects.as_record),
    "opportunity": (opportunity_rules.RECORD, opportunities.as_record),
    "translation": (translation_rules.RECORD, translations.as_record),
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
    moderator = _moderator(request)
    own = set(moderator.memberships.values_list("enterprise_id", flat=True))
    after = request.GET.get("after", "")
    try:
        waiting, following = selectors.queue(after=after)
    except selectors.BadPlace:
        raise Http404 from None
    rows = [(row, *_in_queue(row), row.enterprise_id in own) for row in waiting]
    context = {"rows": rows, "count": selectors.count(), "after": after, "following": following}
    return render(request, "moderation/queue.html", context)


def _in_queue(row: selectors.Waiting) -> tuple[Any, dict[str, Any]]:
    """What kind of row it is, and when its answer is due."""
    due = answer_due(row.submitted_at)
    return selectors.MODELS[row.subject]._meta.verbose_name, {"day": due, "late": due < timezone.now()}


@login_required
def review(request: HttpRequest, identifier: str) -> HttpResponse:
    """One submitted row with what changed since it was last public, and the decision about it."""
    moderator = _moderator(request)
    found = selectors.find(identifier)
    if found is None:
        raise Http404
    subject, row = found
    if not row.known_to_moderators:
        raise Http404
    form = DecisionForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid() and _decide(request, form, subject, row, moderator):
        return redirect("moderation")
    decided = Decision.objects.filter(subject=subject, subject_id=row.pk).select_related("moderator")
    fields = _fields(subject, row)
    context = {
        "form": form, "row": row, "title": str(row), "kind": row._meta.verbose_name, "identifier": identifier,
        "fields": fields, "changed": any(field.changed for field in fields), "status": _status(row),
        "own": services.belongs(row, moderator), "decisions": decided.order_by("-at")[:20],
        "original": _original(row),
    }  # fmt: skip
    return render(request, "moderation/review.html", context)


def _original(row: Publishable) -> Opportunity | None:
    """What a translation is one of, to be read beside it."""
    return Opportunity.objects.filter(pk=row.subject_id).first() if isinstance(row, Translation) else None


def _status(row: Publishable) -> dict[str, Any]:
    waits = row.state == State.SUBMITTED and row.submitted_at is not None
    return {
        "key": row.state, "label": State(row.state).label, "since": row.submitted_at if waits else row.updated,
        "due": answer_due(row.submitted_at) if waits and row.submitted_at else None,
    }  # fmt: skip


def _decide(request: HttpRequest, form: DecisionForm, subject: str, row: Any, moderator: User) -> bool:
    chosen = form.cleaned_data
    try:
        services.decide(row=row, subject=subject, moderator=moderator, **chosen)
    except services.ReasonMissing as error:
        form.add_error("reason", str(error))
    except Conflict as error:
        form.add_error(None, str(error))
    except PermissionError:
        form.add_error(None, _("You cannot decide about your own enterprise."))
    else:
        messages.success(request, _("Decided. The author is being told."))
        return True
    return False


def _fields(subject: str, row: Any) -> list[Read]:
    """Everything stated, with what it said when it was last made public."""
    record, read = _READ[subject]
    now = read(row)
    versions = Version.objects.filter(subject=subject, subject_id=row.pk, at__gte=row.published_at or row.updated)
    kept = versions.order_by("number").values_list("data", flat=True).first()
    return compare(record, now, kept if isinstance(kept, dict) else now)
