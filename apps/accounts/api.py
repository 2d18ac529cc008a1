"""`Authorization: Bearer KEY`."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from apps.accounts import keys
from apps.accounts.models import User
from apps.accounts.services import consented


def _require_consent(request: Request, user: User) -> None:
    """Who writes has agreed to the terms and the privacy notice in force."""
    if request.method not in SAFE_METHODS and not consented(user):
        address = settings.SITE_URL.rstrip("/") + reverse("consent")
        raise PermissionDenied(_("The terms or the privacy notice are new; agree to them first: %s") % address)


class SessionAuthentication(authentication.SessionAuthentication):
    """Lets in the person who is signed in to the site."""

    def authenticate(self, request: Request) -> Any:
        found = super().authenticate(request)
        if found is not None:
            _require_consent(request, found[0])
        return found


class KeyAuthentication(BaseAuthentication):
    """Lets in the person whose key the header carries."""

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        scheme, _space, key = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.casefold() != "bearer":
            return None
        user = keys.owner_of(key.strip())
        if user is None:
            raise AuthenticationFailed(_("The key is not known or was revoked."))
        if "Accept-Language" not in request.headers:
            translation.activate(user.language)  # until the next request activates its own
        _require_consent(request, user)
        return user, key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class CookieScheme(SessionScheme):  # type: ignore[no-untyped-call]
    """How the OpenAPI description names the session."""

    target_class = SessionAuthentication  # type: ignore[assignment]


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI description names the key."""

    target_class = KeyAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
