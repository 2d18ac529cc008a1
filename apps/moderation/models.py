"""Decisions of moderators."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Decision(models.Model):
    """One decision with its reason and the version it was made about."""

    class Verdict(models.TextChoices):
        APPROVE = "approve", _("Approved")
        RETURN = "return", _("Returned for changes")
        DECLINE = "decline", _("Declined")

    subject = models.CharField(_("subject"), max_length=30)
    subject_id = models.BigIntegerField()
    version = models.PositiveIntegerField(_("version"))
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict.choices)
    reason = models.TextField(_("reason"), blank=True, db_default="")
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="decisions")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.UniqueConstraint(fields=["subject", "subject_id", "version"], name="one_decision_for_each_version"),
            models.CheckConstraint(
                condition=models.Q(verdict="approve") | ~models.Q(reason=""), name="a_refusal_has_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["subject", "subject_id", "-at"], name="decision_subject")]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id} {self.verdict}"
