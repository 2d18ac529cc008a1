"""Notices in the page, and the one-click stop of mail."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import User
from apps.notifications import services
from apps.notifications.models import Notice
from apps.notifications.words import message

PAGE = 50


@require_safe
@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """What happened that concerns this person, newest first."""
    rows = Notice.objects.filter(user=cast("User", request.user)).select_related("fact").order_by("-id")[:PAGE]
    items = [(notice, message(notice)) for notice in rows]
    return render(request, "notifications/notices.html", {"items": items})


@require_POST
@login_required
def read(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    services.mark_read(user=cast("User", request.user))
    return redirect("notices")


@csrf_exempt  # a mail program posts here with no page before it (RFC 8058); the signed token is the right to do so
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the mail: a GET only asks, a POST acts."""
    done = request.method == "POST" and services.stop_mail(token)
    status = 400 if request.method == "POST" and not done else 200
    return render(request, "notifications/stop.html", {"done": done, "failed": status == 400}, status=status)
