"""Imports: who sent which file, how far it came, and which of its rows were refused."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """One file of records on its way in; `position` is how far its rows have been committed."""

    class Kind(models.TextChoices):
        ENTERPRISES = "enterprises", _("enterprises")
        PROJECTS = "projects", _("projects")
        OPPORTUNITIES = "opportunities", _("opportunities")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="imports", verbose_name=_("who")
    )
    kind = models.CharField(_("kind"), max_length=13, choices=Kind.choices)
    file_name = models.CharField(_("file"), max_length=255)
    checksum = models.CharField(max_length=64, blank=True, db_default="", editable=False)
    path = models.CharField(max_length=500, blank=True, db_default="", editable=False)
    submit = models.BooleanField(_("submit for review"), default=False)
    publish = models.BooleanField(_("publish at once"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    message = models.TextField(_("message"), blank=True, db_default="")
    position = models.PositiveBigIntegerField(default=0, editable=False)
    total = models.PositiveIntegerField(_("rows"), null=True)
    created_rows = models.PositiveIntegerField(_("created"), default=0)
    changed_rows = models.PositiveIntegerField(_("changed"), default=0)
    unchanged_rows = models.PositiveIntegerField(_("unchanged"), default=0)
    refused_rows = models.PositiveIntegerField(_("refused"), default=0)
    requested = models.DateTimeField(_("requested"), db_default=Now())
    started = models.DateTimeField(_("started"), null=True)
    finished = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [models.Index(fields=["user", "-id"], name="import_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(finished__isnull=True) | Q(state__in=["done", "refused"]), name="finished_is_over"
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def done(self) -> int:
        """How many rows have been dealt with."""
        return self.created_rows + self.changed_rows + self.unchanged_rows + self.refused_rows


class RowError(models.Model):
    """One thing that is wrong with one row of a file."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="errors")
    line = models.PositiveIntegerField(_("line"))
    column = models.CharField(_("column"), max_length=120, blank=True)
    code = models.CharField(max_length=40)
    message = models.TextField(_("reason"))
    value = models.CharField(_("value"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("refused row")
        verbose_name_plural = _("refused rows")
        ordering = ["line", "id"]

    def __str__(self) -> str:
        return f"{self.line} {self.column}"
