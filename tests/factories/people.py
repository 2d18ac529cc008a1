"""People: who they are and what they may do."""

from itertools import count

from allauth.account.models import EmailAddress

from apps.accounts import keys
from apps.accounts.models import User
from apps.accounts.services import consent
from apps.enterprises.models import Enterprise, Membership

PASSWORD = "correct horse battery"
_numbers = count(1)


def a_person(name: str = "", *, language: str = "en", email: str = "") -> User:
    """Somebody with a confirmed address who agreed to the terms."""
    address = email or f"person{next(_numbers)}@example.org"
    person = User.objects.create_user(address, PASSWORD, name=name, language=language)
    EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
    consent(user=person)
    return person


def a_moderator(name: str = "Moderator") -> User:
    """Somebody who decides about what others submitted."""
    person = a_person(name)
    User.objects.filter(pk=person.pk).update(is_moderator=True)
    person.refresh_from_db()
    return person


def an_administrator() -> User:
    """Somebody who may do everything in Django's admin."""
    person = a_moderator("Administrator")
    User.objects.filter(pk=person.pk).update(is_staff=True, is_superuser=True)
    person.refresh_from_db()
    return person


def a_member(enterprise: Enterprise, role: str) -> User:
    """Somebody else who acts for the enterprise: "owner", "editor" or "viewer"."""
    person = a_person(role)
    Membership.objects.create(enterprise=enterprise, user=person, role=role)
    return person


def a_key(person: User) -> str:
    """A key with which the person's programs call the API."""
    return keys.make(user=person, name="tests")[1]
