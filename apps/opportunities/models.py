"""Offers and requests."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.lifecycle import State
from apps.core.models import Publishable, PublishableQuerySet, codes, only_states
from apps.enterprises.models import Enterprise
from apps.projects.models import Project

_STEMS = ("power_mw", "energy_mwh", "budget", "trl", "duration_h", "c_rate", "temperature_c")


def _ordered(low: str, high: str) -> models.CheckConstraint:
    """The database too refuses a range that ends before it begins."""
    unknown = Q(**{f"{low}__isnull": True}) | Q(**{f"{high}__isnull": True})
    return models.CheckConstraint(condition=unknown | Q(**{f"{high}__gte": F(low)}), name=f"{low}_up_to_{high}"[:63])


def _number(label: Any) -> "models.FloatField[float | None, float | None]":
    return models.FloatField(label, null=True, blank=True)


def _amount(label: Any) -> "models.DecimalField[Any, Any]":
    return models.DecimalField(label, max_digits=22, decimal_places=2, null=True, blank=True)


def _whole(label: Any) -> "models.PositiveIntegerField[int | None, int | None]":
    return models.PositiveIntegerField(label, null=True, blank=True)


class Opportunity(Publishable):
    """An offer (its side will be paid) or a request (its side will pay)."""

    class Side(models.TextChoices):
        OFFER = "offer", _("Offer")
        REQUEST = "request", _("Request")

    class Family(models.TextChoices):
        BUSINESS = "business", _("Business")
        TECHNOLOGY = "technology", _("Technology")
        RESEARCH = "research", _("Research")

    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="opportunities", verbose_name=_("enterprise")
    )
    project = models.ForeignKey(
        Project, models.SET_NULL, null=True, blank=True, related_name="requests", verbose_name=_("project")
    )
    side = models.CharField(_("side"), max_length=7, choices=Side.choices)
    family = models.CharField(_("family"), max_length=10, choices=Family.choices, default=Family.BUSINESS)
    title = models.CharField(_("title"), max_length=500)
    summary = models.TextField(_("summary"))
    language = models.CharField(_("language of the text"), max_length=35)
    technologies = codes(verbose_name=_("technologies"))
    modes = codes(verbose_name=_("cooperation modes"))
    stages = codes(verbose_name=_("value-chain stages"))
    target_countries = codes(length=2, verbose_name=_("countries wished for"))
    target_frameworks = codes(length=12, verbose_name=_("frameworks wished for"))
    excluded_countries = codes(length=2, verbose_name=_("countries excluded"))
    # External ids of enterprises: private, never shown to anybody but the listing's own enterprise.
    excluded_enterprises = codes(length=200, verbose_name=_("enterprises excluded"))
    certifications_held = codes(length=60, verbose_name=_("certificates held"))
    certifications_required = codes(length=60, verbose_name=_("certificates required"))
    languages = codes(length=35, verbose_name=_("working languages"))
    power_mw_min = _number(_("power from (MW)"))
    power_mw_max = _number(_("power to (MW)"))
    energy_mwh_min = _number(_("energy from (MWh)"))
    energy_mwh_max = _number(_("energy to (MWh)"))
    budget_min = _amount(_("budget from"))
    budget_max = _amount(_("budget to"))
    currency = models.CharField(_("currency"), max_length=3, blank=True, db_default="")
    available_from = models.DateField(_("available from"), null=True, blank=True)
    available_to = models.DateField(_("available until"), null=True, blank=True)
    trl_min = models.PositiveSmallIntegerField(_("readiness from (TRL)"), null=True, blank=True)
    trl_max = models.PositiveSmallIntegerField(_("readiness to (TRL)"), null=True, blank=True)
    duration_h_min = _number(_("duration from (h)"))
    duration_h_max = _number(_("duration to (h)"))
    cycles_min = _whole(_("cycles at least"))
    round_trip_efficiency_min = _number(_("round-trip efficiency at least"))
    c_rate_min = _number(_("C-rate from"))
    c_rate_max = _number(_("C-rate to"))
    temperature_c_min = _number(_("temperature from (°C)"))
    temperature_c_max = _number(_("temperature to (°C)"))
    warranty_years_min = _number(_("warranty at least (years)"))
    quantity = _number(_("quantity"))
    quantity_unit = models.CharField(_("unit of the quantity"), max_length=40, blank=True, db_default="")
    # Six decimals: a Wh costs a fraction of a cent.
    unit_price = models.DecimalField(_("price of a unit"), max_digits=22, decimal_places=6, null=True, blank=True)
    incoterm = models.CharField(_("Incoterm"), max_length=3, blank=True, db_default="")
    lead_time_days = _whole(_("lead time (days)"))
    minimum_order = _number(_("minimum order"))
    deadline = models.DateField(_("answers until"), null=True, blank=True)
    expires = models.DateField(_("listed until"), null=True, blank=True)
    as_entered: Any = models.JSONField(default=dict, blank=True, editable=False)

    objects = PublishableQuerySet.as_manager()

    class Meta:
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        constraints = [
            only_states(State.values, "opportunity_state"),
            *(_ordered(f"{stem}_min", f"{stem}_max") for stem in _STEMS),
            _ordered("available_from", "available_to"),
            _ordered("deadline", "expires"),
        ]
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="opportunity_queue", condition=Q(state="submitted")),
            models.Index(fields=["expires"], name="opportunity_expiry", condition=Q(state="published")),
            GinIndex(
                fields=["excluded_enterprises"], name="opportunity_excludes", condition=~Q(excluded_enterprises=[])
            ),
        ]

    def __str__(self) -> str:
        return self.title
