"""allauth's adapter: where people go after they signed in, and links that work behind a proxy."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.urls import reverse


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is open; an address is confirmed before its owner can act."""

    def get_email_confirmation_url(self, request: Any, emailconfirmation: Any) -> str:
        """A link from the operator's own address, whatever host the request named."""
        path = reverse("account_confirm_email", args=[emailconfirmation.key])
        return str(settings.SITE_URL).rstrip("/") + path

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The same for a password that was forgotten."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return str(settings.SITE_URL).rstrip("/") + path.replace("UID-KEY", key)

    def format_email_subject(self, subject: str) -> str:
        """The subject with the operator's name, whatever host the request named."""
        return f"[{settings.OPERATOR_NAME}] {subject}"
