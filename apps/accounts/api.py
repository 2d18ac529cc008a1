"""`Authorization: Bearer KEY`."""

from django.utils import translation
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from apps.accounts import keys
from apps.accounts.models import User


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
        return user, key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI description names the key."""

    target_class = KeyAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
