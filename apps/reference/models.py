"""Dated facts about the world, each with its source."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.reference.querysets import MembershipQuerySet
from apps.reference.rules import FRAMEWORK_CODE, MOST_FRAMEWORKS


class Framework(models.Model):
    """A framework of cooperation between countries."""

    code = models.CharField(
        _("code"),
        max_length=12,
        primary_key=True,
        validators=[
            RegexValidator(FRAMEWORK_CODE, _("Three to twelve capital letters, digits or hyphens, such as SCO."))
        ],
    )
    names = models.JSONField(
        _("names by language"), default=dict, help_text=_("preferred name first, then other words for it")
    )

    class Meta:
        verbose_name = _("framework")
        verbose_name_plural = _("frameworks")

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        """There is room for so many."""
        if Framework.objects.exclude(pk=self.pk).count() >= MOST_FRAMEWORKS:
            raise ValidationError(_("There can be at most %(most)d frameworks.") % {"most": MOST_FRAMEWORKS})


class FrameworkMembership(models.Model):
    """A country's standing in a framework from a date to a date; never a boolean, since it changes and is disputed."""

    class Status(models.TextChoices):
        MEMBER = "member", _("member")
        PARTNER = "partner", _("partner")
        DISPUTED = "disputed", _("disputed")

    framework = models.ForeignKey(Framework, models.PROTECT, related_name="memberships", verbose_name=_("framework"))
    country = models.CharField(_("country"), max_length=2)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices)
    since = models.DateField(_("since"), null=True, blank=True)
    since_precision = models.CharField(
        _("precision"),
        max_length=5,
        choices=[("day", _("day")), ("month", _("month")), ("year", _("year"))],
        default="day",
    )
    until = models.DateField(_("until"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    source = models.CharField(_("source"), max_length=300)
    as_of = models.DateField(_("as of"))

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership of a framework")
        verbose_name_plural = _("memberships of frameworks")
        constraints = [
            models.UniqueConstraint(
                fields=["framework", "country", "status", "since"],
                nulls_distinct=False,
                name="one_row_for_each_standing",
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(since=None) | models.Q(until__gte=models.F("since")),
                name="membership_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.framework_id} {self.country} {self.status}"


class ExchangeRate(models.Model):
    """How many units of a currency one euro bought on a day."""

    day = models.DateField(_("day"))
    currency = models.CharField(_("currency"), max_length=3)
    rate = models.FloatField(_("units for one euro"))
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        constraints = [
            models.UniqueConstraint(fields=["currency", "day"], name="one_rate_a_day"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="rate_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.day}"


class Standard(models.Model):
    """A standard that storage tenders ask for."""

    class Kind(models.TextChoices):
        CERTIFICATE = "certificate", _("certificate")
        TEST_METHOD = "test_method", _("test method")
        CODE = "code", _("installation code")

    code = models.CharField(_("code"), max_length=40, primary_key=True)
    layer = models.CharField(_("layer"), max_length=20)
    region = models.CharField(_("region"), max_length=20, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("standard")
        verbose_name_plural = _("standards")

    def __str__(self) -> str:
        return self.code
