"""Decisions: the row's own app makes the move, and the decision is kept beside it in the same transaction."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.models import Publishable
from apps.enterprises import services as enterprises
from apps.enterprises.models import Enterprise
from apps.moderation.models import Decision
from apps.opportunities import services as opportunities
from apps.opportunities.models import Opportunity
from apps.projects import services as projects
from apps.translations import services as translations
from apps.translations.models import Translation

_MOVES = {
    Decision.Verdict.APPROVE: "publish",
    Decision.Verdict.RETURN: "send_back",
    Decision.Verdict.DECLINE: "decline",
}


class ReasonMissing(ValueError):
    """A return or a refusal without a reason."""


@transaction.atomic
def decide(*, row: Any, subject: str, verdict: str, moderator: User, version: int, reason: str = "") -> None:
    """Approve, return or decline the version that the moderator saw.

    Raises Conflict when it changed meanwhile or is not under review any more, ReasonMissing where a reason is needed,
    PermissionError for anybody but a moderator, or for one who belongs to the enterprise.
    """
    if not moderator.is_moderator or belongs(row, moderator):
        raise PermissionError
    if verdict != Decision.Verdict.APPROVE and not reason.strip():
        raise ReasonMissing(_("Say why, so that it can be mended."))
    _move(row, _MOVES[Decision.Verdict(verdict)], moderator, version, reason)
    Decision.objects.create(
        subject=subject, subject_id=row.pk, version=version, verdict=verdict, reason=reason, moderator=moderator
    )


def belongs(row: Publishable, moderator: User) -> bool:
    """Whether a moderator belongs to the enterprise that a row is of: then another one decides."""
    enterprise_id = (
        row.pk if isinstance(row, Enterprise) else getattr(row, "enterprise_id", getattr(row, "owner_id", None))
    )
    return enterprise_id is not None and moderator.memberships.filter(enterprise_id=enterprise_id).exists()


def _move(row: Any, name: str, actor: User, version: int, note: str) -> None:
    if isinstance(row, Enterprise):
        enterprises.move(enterprise=row, name=name, actor=actor, version=version, note=note)
    elif isinstance(row, Opportunity):
        opportunities.move(opportunity=row, name=name, actor=actor, version=version, note=note)
    elif isinstance(row, Translation):
        translations.move(translation=row, name=name, actor=actor, version=version, note=note)
    else:
        projects.move(project=row, name=name, actor=actor, version=version, note=note)
