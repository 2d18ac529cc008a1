"""Owners ask others to act for an enterprise; an invitation is taken up by the person with that confirmed address."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.lifecycle import Conflict
from apps.enterprises.models import Enterprise, Invitation, Membership
from apps.journal import services as journal

# Each is a mail to somebody who did not ask for one.
A_DAY = 20
_SALT = "enterprises.invitation"


def is_owner(user: User, enterprise_id: int) -> bool:
    """Whether a person owns this enterprise here."""
    return Membership.objects.filter(user=user, enterprise_id=enterprise_id, role=Membership.Role.OWNER).exists()


@transaction.atomic
def invite(*, enterprise: Enterprise, actor: User, email: str, role: str, language: str = "en") -> Invitation:
    """Ask somebody to join; raises PermissionError for anybody but an owner, Conflict where it is too much in a day.

    The mail is written in their own language where they are registered, in `language` where they are not.
    """
    if not is_owner(actor, enterprise.pk):
        raise PermissionError
    _keep_measure(enterprise.pk, email.lower())
    said = {"role": role, "language": language, "invited_by": actor, "updated": Now()}
    said |= {"accepted_at": None, "taken_back_at": None}
    invitation, _made = Invitation.objects.update_or_create(enterprise=enterprise, email=email.lower(), defaults=said)
    journal.record(
        kind="member.invited",
        subject="invitation",
        ids=[invitation.pk],
        actor=actor.pk,
        enterprise=enterprise.pk,
        role=role,
    )
    return invitation


def _keep_measure(enterprise_id: int, email: str) -> None:
    Enterprise.objects.select_for_update(no_key=True).get(pk=enterprise_id)  # two at once would both pass
    today = Invitation.objects.filter(enterprise=enterprise_id, updated__gt=Now() - timedelta(days=1))
    if today.filter(email=email).exclude(taken_back_at=None).exists():
        raise Conflict(_("An invitation to them was taken back within the last day; invite them again tomorrow."))
    if today.filter(email=email, accepted_at=None).exists():
        raise Conflict(_("They were invited within the last day; the mail is on its way."))
    if today.count() >= A_DAY:
        raise Conflict(_("At most %(number)d people can be invited in a day.") % {"number": A_DAY})


@transaction.atomic
def take_back(*, invitation_id: int, actor: User) -> None:
    """End an open invitation; raises PermissionError for anybody but an owner, Conflict where it is not open any more.

    When it was sent still counts for the measure of a day.
    """
    invitation = Invitation.objects.get(pk=invitation_id)
    if not is_owner(actor, invitation.enterprise_id):
        raise PermissionError
    if not Invitation.objects.open().filter(pk=invitation_id).update(taken_back_at=Now()):
        raise Conflict(_("This invitation does not hold any more."))
    journal.record(
        kind="member.uninvited", subject="invitation", ids=[invitation_id], actor=actor.pk,
        enterprise=invitation.enterprise_id,
    )  # fmt: skip


def token(invitation: Invitation) -> str:
    """A signed word that stands for an invitation in the address that its mail carries."""
    return signing.dumps(invitation.pk, salt=_SALT)


def of_token(word: str) -> Invitation | None:
    """The open invitation that a mail's address stands for; None where it was not signed here or does not hold."""
    try:
        pk = signing.loads(word, salt=_SALT)
    except signing.BadSignature:
        return None
    return Invitation.objects.open().filter(pk=pk).select_related("enterprise", "invited_by").first()


def waiting_for(user: User) -> QuerySet[Invitation]:
    """Open invitations to the addresses that this person has confirmed."""
    addresses = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    mine = Invitation.objects.open().filter(email__in=[address.lower() for address in addresses])
    return mine.select_related("enterprise")


@transaction.atomic
def accept(*, invitation_id: int, user: User) -> Enterprise:
    """Take up an invitation once; raises Conflict where it is not this person's or was taken up or taken back."""
    invitation = waiting_for(user).filter(pk=invitation_id).first()
    if invitation is None or not Invitation.objects.open().filter(pk=invitation_id).update(accepted_at=Now()):
        raise Conflict(_("This invitation does not hold any more."))
    Membership.objects.get_or_create(enterprise=invitation.enterprise, user=user, defaults={"role": invitation.role})
    journal.record(
        kind="member.joined", subject="enterprise", ids=[invitation.enterprise_id], actor=user.pk,
        enterprise=invitation.enterprise_id, role=invitation.role,
    )  # fmt: skip
    return invitation.enterprise
