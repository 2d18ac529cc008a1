"""Owners ask others to act for an enterprise; an invitation is taken up by the person with that confirmed address."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.lifecycle import Conflict
from apps.enterprises.models import Enterprise, Invitation, Membership
from apps.journal import services as journal


def is_owner(user: User, enterprise_id: int) -> bool:
    """Whether a person owns this enterprise here."""
    return Membership.objects.filter(user=user, enterprise_id=enterprise_id, role=Membership.Role.OWNER).exists()


@transaction.atomic
def invite(*, enterprise: Enterprise, actor: User, email: str, role: str) -> Invitation:
    """Ask somebody to join; raises PermissionError for anybody but an owner."""
    if not is_owner(actor, enterprise.pk):
        raise PermissionError
    invitation, _made = Invitation.objects.update_or_create(
        enterprise=enterprise, email=email.lower(), defaults={"role": role, "invited_by": actor, "accepted_at": None}
    )
    journal.record(
        kind="member.invited",
        subject="invitation",
        ids=[invitation.pk],
        actor=actor.pk,
        enterprise=enterprise.pk,
        role=role,
    )
    return invitation


def waiting_for(user: User) -> QuerySet[Invitation]:
    """Open invitations to the addresses that this person has confirmed."""
    addresses = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return Invitation.objects.filter(
        email__in=[address.lower() for address in addresses], accepted_at=None
    ).select_related("enterprise")


@transaction.atomic
def accept(*, invitation_id: int, user: User) -> Enterprise:
    """Take up an invitation once; raises Conflict where it is not this person's or was taken up or taken back."""
    invitation = waiting_for(user).filter(pk=invitation_id).first()
    if invitation is None or not Invitation.objects.filter(pk=invitation_id, accepted_at=None).update(
        accepted_at=Now()
    ):
        raise Conflict(_("This invitation does not hold any more."))
    Membership.objects.get_or_create(enterprise=invitation.enterprise, user=user, defaults={"role": invitation.role})
    journal.record(
        kind="member.joined", subject="enterprise", ids=[invitation.enterprise_id], actor=user.pk,
        enterprise=invitation.enterprise_id, role=invitation.role,
    )  # fmt: skip
    return invitation.enterprise
