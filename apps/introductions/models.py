"""Introductions between two enterprises."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Greatest, Least, Now
from django.utils.translation import gettext_lazy as _

from apps.core.models import Timestamped, only_states
from apps.enterprises.models import Enterprise
from apps.introductions.rules import OPEN, Outcome, Party, Reason, State
from apps.opportunities.models import Opportunity


def _side(name: str) -> Coalesce:
    """One number for what a side brings: even for a listing, odd for an enterprise."""
    return Coalesce(F(f"{name}_opportunity") * 2, F(name) * 2 + 1)


class IntroductionQuerySet(models.QuerySet["Introduction"]):
    """Filters by whose they are and how they stand."""

    def with_rows(self) -> Self:
        """With what both sides brought, and their people."""
        rows = self.select_related("sender", "sender_opportunity", "receiver", "receiver_opportunity")
        return rows.prefetch_related("sender__memberships__user", "receiver__memberships__user")

    def waiting(self) -> Self:
        """Those that can still be answered, by the database's clock."""
        return self.filter(state=State.PROPOSED, deadline__gt=Now())

    def of(self, enterprise_ids: "models.QuerySet[Enterprise]") -> Self:
        """Those that these enterprises sent or received."""
        return self.filter(Q(sender__in=enterprise_ids) | Q(receiver__in=enterprise_ids))


class Introduction(Timestamped):
    """One enterprise's interest in another's listing or in that enterprise; `version` guards each of its moves."""

    sender = models.ForeignKey(Enterprise, models.PROTECT, related_name="+")
    sender_opportunity = models.ForeignKey(Opportunity, models.PROTECT, null=True, related_name="+")
    receiver = models.ForeignKey(Enterprise, models.PROTECT, related_name="+")
    receiver_opportunity = models.ForeignKey(Opportunity, models.PROTECT, null=True, related_name="+")
    note = models.TextField(_("note"))
    language = models.CharField(_("language of the note"), max_length=35)
    # Where it was asked for: "match", "listing", "enterprise"; "" by a program.
    origin = models.CharField(max_length=12, blank=True, db_default="")
    state = models.CharField(_("state"), max_length=9, choices=State.choices, db_default=State.PROPOSED)
    version = models.PositiveIntegerField(_("version"), default=1, db_default=1)
    deadline = models.DateTimeField(_("answer until"))
    reminded_at = models.DateTimeField(null=True)
    # Why nothing came of it: when it was declined, or concluded without an agreement.
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices, blank=True, db_default="")
    remark = models.TextField(_("remark"), blank=True, db_default="")
    outcome = models.CharField(_("outcome"), max_length=13, choices=Outcome.choices, blank=True, db_default="")
    # Whom the other side may write to once both have agreed.
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = IntroductionQuerySet.as_manager()

    class Meta:
        verbose_name = _("introduction")
        verbose_name_plural = _("introductions")
        constraints = [
            only_states(State.values, "introduction_state"),
            models.UniqueConstraint(
                Least(_side("sender"), _side("receiver")),
                Greatest(_side("sender"), _side("receiver")),
                condition=Q(state__in=OPEN),
                name="one_open_introduction_for_each_pair",
            ),
            models.CheckConstraint(condition=~Q(sender=F("receiver")), name="introduction_to_another"),
            models.CheckConstraint(
                condition=~Q(state=State.DECLINED) | ~Q(reason=""), name="introduction_declined_with_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.CONCLUDED) | ~Q(outcome=""), name="introduction_concluded_with_outcome"
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.NONE) | ~Q(reason=""), name="introduction_no_agreement_with_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["sender", "-id"], name="introduction_sent"),
            models.Index(fields=["receiver", "-id"], name="introduction_received"),
            models.Index(fields=["deadline"], name="introduction_clock", condition=Q(state=State.PROPOSED)),
        ]

    def __str__(self) -> str:
        """What it is about, which both sides know from the first: the receiver's listing or name."""
        return str(self.receiver_opportunity or self.receiver)

    @property
    def parties(self) -> tuple[Party, Party]:
        """What the sender and the receiver bring."""
        return _party(self.sender_id, self.sender_opportunity_id), _party(
            self.receiver_id, self.receiver_opportunity_id
        )


def _party(enterprise_id: int, opportunity_id: int | None) -> Party:
    return Party("opportunity", opportunity_id) if opportunity_id else Party("enterprise", enterprise_id)
