"""Notices in the page, and what people want by mail."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from apps.journal.models import Fact


class Notice(models.Model):
    """Somebody is told of a fact; its words are made when it is read, in the reader's language."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    fact = models.ForeignKey(Fact, models.PROTECT, related_name="+")
    subject = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    created = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [models.UniqueConstraint(fields=["user", "fact", "subject", "subject_id"], name="told_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_user"),
            models.Index(fields=["user"], name="notice_unread", condition=models.Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.fact_id}"


class Preference(models.Model):
    """What a person wants by mail; without a row, everything."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="preference")
    mail = models.BooleanField(_("notices by mail"), default=True)

    def __str__(self) -> str:
        return str(self.user_id)
