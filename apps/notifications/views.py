"""Notices in the page, and the one-click stop of mail."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import User
from apps.notifications import services
from apps.notifications.models import Notice, Preference
from apps.notifications.words import messages

PAGE = 50


def _me(request: HttpRequest) -> User:
    return cast("User", request.user)


@require_safe
@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """What happened that concerns this person, newest first."""
    mine = Notice.objects.readable_by(_me(request).pk)
    before = request.GET.get("before", "")
    known = before.isascii() and before.isdigit() and len(before) < 19
    shown = mine.filter(pk__lt=int(before)) if known else mine
    rows = list(shown.select_related("fact").order_by("-id")[: PAGE + 1])
    context = {
        "items": list(zip(rows[:PAGE], messages(rows[:PAGE]), strict=True)),
        "older": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "unread": mine.filter(read_at=None).exists(),
        "mail": not Preference.objects.filter(user=_me(request), mail=False).exists(),
    }
    return render(request, "notifications/notices.html", context)


@require_POST
@login_required
def read(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    services.mark_read(user=_me(request))
    return redirect("notices")


@require_POST
@login_required
def mail(request: HttpRequest) -> HttpResponse:
    """Have notices by mail, or not."""
    services.want_mail(user_id=_me(request).pk, wanted=bool(request.POST.get("mail")))
    return redirect("notices")


@csrf_exempt  # a mail program posts here with no page before it (RFC 8058); the signed token is the right to do so
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the mail: a GET only asks, a POST acts."""
    done = request.method == "POST" and services.stop_mail(token)
    status = 400 if request.method == "POST" and not done else 200
    return render(request, "forms/stop.html", {"done": done, "failed": status == 400}, status=status)
