"""Storage projects."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.lifecycle import State
from apps.core.models import Publishable, PublishableQuerySet, codes, only_states
from apps.enterprises.models import Enterprise


class Project(Publishable):
    """A storage project with a site, power and energy, technology, stage and dates."""

    class Stage(models.TextChoices):
        IDEA = "idea", _("Idea")
        FEASIBILITY = "feasibility", _("Feasibility study")
        PERMITTING = "permitting", _("Permitting")
        FINANCING = "financing", _("Financing")
        PROCUREMENT = "procurement", _("Procurement")
        CONSTRUCTION = "construction", _("Construction")
        OPERATION = "operation", _("In operation")
        ENDED = "ended", _("Ended")

    owner = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("owner")
    )
    title = models.CharField(_("title"), max_length=500)
    description = models.TextField(_("description"), blank=True, db_default="")
    language = models.CharField(_("language of the text"), max_length=35, default="en")
    country = models.CharField(_("country"), max_length=2)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    technologies = codes(verbose_name=_("technologies"))
    power_mw = models.FloatField(_("power (MW)"), null=True, blank=True)
    energy_mwh = models.FloatField(_("energy (MWh)"), null=True, blank=True)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices, blank=True, db_default="")
    operation_year = models.PositiveSmallIntegerField(_("year of operation"), null=True, blank=True)
    budget = models.DecimalField(_("budget"), max_digits=22, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True, db_default="")
    as_entered: Any = models.JSONField(default=dict, blank=True, editable=False)

    objects = PublishableQuerySet.as_manager()

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        constraints = [only_states(State.values, "project_state")]
        indexes = [models.Index(fields=["state", "submitted_at"], name="project_queue", condition=Q(state="submitted"))]

    def __str__(self) -> str:
        return self.title
