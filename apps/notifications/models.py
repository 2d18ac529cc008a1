"""Notices in the page, and what people want by mail."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from apps.enterprises.models import Enterprise
from apps.journal.models import Fact


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Who may read what."""

    def readable_by(self, user_id: int) -> Self:
        """A person's notices about the enterprises that they act for now: who left one reads nothing of it any more."""
        return self.filter(user=user_id, enterprise__memberships__user=user_id)


class Notice(models.Model):
    """Somebody is told of a fact; its words are made when it is read, in the reader's language.

    It speaks of one row, and of `more` of the same kind where a file brought several at once.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    fact = models.ForeignKey(Fact, models.PROTECT, related_name="+")
    subject = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="+")
    more = models.PositiveIntegerField(default=0, db_default=0)
    created = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

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
