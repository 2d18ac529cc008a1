"""allauth's adapter: mail in the person's language."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is open; addresses are confirmed before anything is published."""
