"""Who has not agreed to the terms and the privacy notice in force is asked before anything else."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.services import consented

# What anybody reads without signing in, what there is to agree to, and the ways out.
OPEN = frozenset(
    {
        "home", "search", "listing", "enterprise", "project", "terms", "privacy", "consent", "set-up", "notices-stop",
        "search-stop", "account_login", "account_logout",
    }
)  # fmt: skip


class ConsentMiddleware:
    """Leads to the consent page, and from there back; the API's programs are told by apps.accounts.api."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """A page is left alone where it is open, belongs to no language (the API, health), or its reader agreed."""
        match = request.resolver_match
        is_open = match is None or match.view_name in OPEN or not match.route.startswith(_pages())
        if is_open or not isinstance(request.user, User) or consented(request.user):
            return None
        back = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("dashboard")
        return redirect(f"{reverse('consent')}?{urlencode({'next': back})}")


def _pages() -> str:
    """How every page's address begins: with the language in use."""
    return reverse("home").removeprefix("/")
