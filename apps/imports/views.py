"""Pages on which a file is sent, and on which one sees how far it came and what was refused."""

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.enterprises.selectors import enterprises_of
from apps.imports import selectors, uploads
from apps.imports.forms import UploadForm
from apps.imports.models import Job


def _me(request: HttpRequest) -> User:
    return cast("User", request.user)


@login_required
def imports(request: HttpRequest) -> HttpResponse:
    """Send a file; below, the files sent before."""
    sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if sent else UploadForm()
    if sent and form.is_valid():
        job = _request(request, form)
        if job:
            return redirect("import", job.pk)
    rows = Job.objects.filter(user=_me(request)).order_by("-id")[:20]
    return render(request, "imports/imports.html", {"form": form, "rows": rows})


def _request(request: HttpRequest, form: UploadForm) -> Job | None:
    """The job for what was sent; None where the form now says why there is none."""
    sent: dict[str, Any] = form.cleaned_data
    if sent["kind"] != Job.Kind.ENTERPRISES and not enterprises_of(_me(request), editing=True).exists():
        form.add_error("kind", _("Register your enterprise first."))
        return None
    try:
        return uploads.request(
            user=_me(request), kind=sent["kind"], name=sent["file"].name or "", chunks=sent["file"].chunks(),
            submit=sent["submit"],
        )  # fmt: skip
    except uploads.TooLarge:
        form.add_error("file", _("A file has at most 25 MB; send a larger one in parts."))
        return None


@never_cache
@require_safe
@login_required
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a file came, and what was refused; the part that changes is asked for again until it is finished."""
    found = selectors.find(_me(request), pk)
    if found is None:
        raise Http404
    after = request.GET.get("after", "")
    known = after.isascii() and after.isdigit() and len(after) < 19
    context = {
        "job": found,
        "is_done": bool(found.finished),
        "read": selectors.as_public(found, after=int(after) if known else 0),
    }
    partial = "true" in request.headers.get("HX-Request", "")
    return render(request, "imports/_progress.html" if partial else "imports/job.html", context)
