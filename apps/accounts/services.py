"""Every write to people: sign-up, consents, the first administrator."""

import hmac

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Consent, User
from apps.journal import services as journal

_FIRST = 0xADF1


class SetUpClosed(Exception):
    """There is an administrator already, or the set-up word is wrong."""


@transaction.atomic
def signed_up(*, user: User, name: str, language: str) -> None:
    """Complete a new person: name, language, and their consent to the documents of the day."""
    User.objects.filter(pk=user.pk).update(name=name, language=language)
    consent(user=user)
    journal.record(kind="person.joined", subject="person", ids=[user.pk], actor=user.pk)


def consent(*, user: User) -> None:
    """Note that a person agreed to the present terms and privacy notice."""
    for document, version in (("terms", settings.TERMS_VERSION), ("privacy", settings.PRIVACY_VERSION)):
        Consent.objects.get_or_create(user=user, document=document, version=version)


def consented(user: User) -> bool:
    """Whether a person agreed to the documents that are in force."""
    wanted = {("terms", settings.TERMS_VERSION), ("privacy", settings.PRIVACY_VERSION)}
    return wanted <= set(user.consents.values_list("document", "version"))


def set_up_open() -> bool:
    """Whether the platform still waits for its first administrator."""
    return bool(settings.SETUP_TOKEN) and not User.objects.filter(is_superuser=True).exists()


@transaction.atomic
def first_administrator(*, token: str, email: str, name: str, password: str) -> User:
    """Make the first administrator, once; raises SetUpClosed, and ValidationError for a weak password."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FIRST])
    if not set_up_open() or not hmac.compare_digest(token.encode(), settings.SETUP_TOKEN.encode()):
        raise SetUpClosed
    if User.objects.filter(email__iexact=email).exists():
        raise ValidationError(_("Somebody is registered with this address."))
    validate_password(password, User(email=email, name=name))
    user = User.objects.create_superuser(email, password, name=name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    consent(user=user)
    journal.record(kind="person.first_administrator", subject="person", ids=[user.pk], actor=user.pk)
    return user
