"""Translations: each the texts of one row in one other language."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from apps.core.lifecycle import State
from apps.core.models import Publishable, PublishableQuerySet, only_states
from apps.enterprises.models import Enterprise


class Translation(Publishable):
    """The texts of a row (`subject`, `subject_id`) in one other language, by a person or a machine.

    It is shown while it is published and its original is public; stale where its original's texts are not those of
    `source_digest` any more.
    """

    class Origin(models.TextChoices):
        HUMAN = "human", _("Translated by a person")
        MACHINE = "machine", _("Translated by a machine")

    subject = models.CharField(_("subject"), max_length=30)
    subject_id = models.BigIntegerField()
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("enterprise"))
    language = models.CharField(_("language"), max_length=35)
    title = models.CharField(_("title"), max_length=500)
    summary = models.TextField(_("summary"))
    origin = models.CharField(_("origin"), max_length=7, choices=Origin.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("author")
    )
    made_at = models.DateTimeField(_("translated"), db_default=Now())
    source_version = models.PositiveIntegerField(_("version of the original"))
    source_digest = models.CharField(max_length=64)

    objects = PublishableQuerySet.as_manager()

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        constraints = [
            only_states(State.values, "translation_state"),
            models.CheckConstraint(condition=Q(origin__in=["human", "machine"]), name="translation_origin"),
            models.UniqueConstraint(fields=["subject", "subject_id", "language"], name="one_translation_a_language"),
        ]
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="translation_queue", condition=Q(state="submitted")),
        ]

    def __str__(self) -> str:
        return self.title
