"""The mail to somebody who is asked to act for an enterprise, registered or not."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.enterprises import invitations
from apps.enterprises.models import Invitation
from apps.journal.models import Fact
from apps.notifications.services import message_id
from apps.notifications.words import absolute


def send(*, fact: Fact) -> bool:
    """Mail an open invitation; False where it was taken up or taken back meanwhile."""
    rows = Invitation.objects.open().select_related("enterprise", "invited_by")
    invitation = rows.filter(pk__in=fact.subject_ids).first()
    if invitation is None:
        return False
    with translation.override(_language(invitation)):
        _mail(invitation, fact).send()
    return True


def _language(invitation: Invitation) -> str:
    """Their own where they are registered, else the one that the owner chose for them."""
    known = User.objects.filter(emailaddress__email=invitation.email, emailaddress__verified=True)
    return known.values_list("language", flat=True).first() or invitation.language


def _mail(invitation: Invitation, fact: Fact) -> EmailMessage:
    words: dict[str, Any] = {
        "enterprise": _line(invitation.enterprise.name), "role": invitation.get_role_display(),
        "inviter": _line(str(invitation.invited_by or invitation.enterprise.name)), "operator": settings.OPERATOR_NAME,
        "url": absolute(reverse("invited", args=[invitations.token(invitation)])),
    }  # fmt: skip
    subject = _("%(enterprise)s invites you to act as %(role)s") % words
    body = render_to_string("notifications/invitation.txt", words)
    headers = {"Message-ID": message_id(fact, invitation.email)}
    return EmailMessage(subject[:200], body, to=[invitation.email], headers=headers)


def _line(text: str) -> str:
    return " ".join(text.split())
