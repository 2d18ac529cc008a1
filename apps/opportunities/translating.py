"""Pages on which a listing's own people translate it: the languages with what there is in each, and the form of one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.forms import conflict, version_seen
from apps.core.lifecycle import Conflict, State
from apps.opportunities import selectors, services
from apps.opportunities.models import Opportunity
from apps.opportunities.views import me, own_listing
from apps.translations import rules
from apps.translations import selectors as translations
from apps.translations import services as writing
from apps.translations.forms import TranslationForm
from apps.translations.rules import Original, Texts


def _translated(request: HttpRequest, pk: int) -> tuple[Opportunity, Original]:
    """The listing if this person may translate it: one of their own that is public."""
    row = own_listing(request, pk)
    if row.state != State.PUBLISHED:
        raise Http404
    return row, selectors.original(row)


def _language(tag: str, original: Original) -> str:
    found = rules.known(tag, original.language)
    if found is None:
        raise Http404
    return found


@require_safe
@login_required
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """Every language with its translation, if there is one."""
    row, original = _translated(request, pk)
    context = {"opportunity": row, "versions": translations.versions(original)}
    return render(request, "opportunities/translations.html", context)


@login_required
def write(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """The original and the form of its translation side by side, guarded by the versions of both that were read."""
    row, original = _translated(request, pk)
    version = translations.version(original, _language(language, original))
    form = TranslationForm(request.POST or None, initial=_initial(version), language=version.language)
    if request.method == "POST" and form.is_valid():
        texts = Texts(form.values["title"], form.values["summary"])
        seen = version_seen(request.POST), request.POST.get("seen", "")
        try:
            services.translate(
                opportunity=row, language=version.language, texts=texts, actor=me(request),
                version=seen[0], seen=seen[1],
            )  # fmt: skip
        except Conflict as error:
            form.add_error(None, conflict(error))
        else:
            messages.success(request, _("Sent for review. An answer is expected within 2 working days."))
            return redirect("listing-translations", pk)
    return render(request, "opportunities/translation.html", _context(form, row, original, version))


def _initial(version: translations.Version) -> dict[str, Any]:
    return translations.as_record(version.translation) if version.translation else {}


def _context(
    form: TranslationForm, row: Opportunity, original: Original, version: translations.Version
) -> dict[str, Any]:
    """What the page shows. It carries on the versions first seen, until its reader has been told of newer ones."""
    there = version.translation
    present = (there.version if there else 0, original.texts.digest)
    told = form.has_error("__all__", "conflict")
    seen = (version_seen(form.data), form.data.get("seen", "")) if form.is_bound and not told else present
    return {
        "form": form, "opportunity": row, "each": version, "version": seen[0], "seen": seen[1],
        "locked": there is not None and there.state == State.SUBMITTED,
        "withdrawable": there is not None and there.state in (State.SUBMITTED, State.RETURNED, State.PUBLISHED),
    }  # fmt: skip


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Take a translation back; a machine's does not come again."""
    _row, original = _translated(request, pk)
    there = translations.version(original, _language(language, original)).translation
    if there is None:
        raise Http404
    try:
        writing.move(translation=there, name="withdraw", actor=me(request), version=version_seen(request.POST))
    except Conflict as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Withdrawn. Readers of that language are shown the original."))
    return redirect("listing-translations", pk)
