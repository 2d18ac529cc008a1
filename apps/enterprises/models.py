"""Enterprises, their members, and what they say of themselves."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Cast, Concat, Now
from django.utils.translation import gettext_lazy as _

from apps.core.lifecycle import State
from apps.core.models import Publishable, PublishableQuerySet, Timestamped, codes, only_states
from apps.enterprises.identifiers import WARNINGS


class Organisation(models.TextChoices):
    """What an enterprise is (rules.KINDS)."""

    MAKER = "maker", _("maker")
    INTEGRATOR = "integrator", _("integrator")
    EPC = "epc", _("EPC contractor")
    DEVELOPER = "developer", _("project developer")
    UTILITY = "utility", _("utility or grid operator")
    OPERATOR = "operator", _("operator")
    TRADER = "trader", _("trader or distributor")
    INVESTOR = "investor", _("investor")
    BANK = "bank", _("bank")
    RESEARCH = "research", _("research institute or university")
    TESTING = "testing", _("testing or certification body")
    CONSULTANT = "consultant", _("consultant")
    RECYCLER = "recycler", _("recycler")
    PUBLIC_BODY = "public_body", _("public body")
    ASSOCIATION = "association", _("association")


class Enterprise(Publishable):
    """A legal entity that takes part."""

    name = models.CharField(_("name"), max_length=300)
    name_latin = models.CharField(_("name in Latin letters"), max_length=300, blank=True, db_default="")
    country = models.CharField(_("country"), max_length=2)
    languages = codes(length=35, verbose_name=_("languages"))
    stages = codes(verbose_name=_("value-chain stages"))
    technologies = codes(verbose_name=_("technologies"))
    summary = models.TextField(_("summary"), blank=True, db_default="")
    language = models.CharField(_("language of the text"), max_length=35, default="en")
    website = models.URLField(_("website"), max_length=500, blank=True, db_default="")
    kinds = codes(length=12, verbose_name=_("kind of organisation"))
    owner = models.CharField(_("controlled by"), max_length=300, blank=True, db_default="")
    employees_band = models.CharField(_("employees"), max_length=10, blank=True, db_default="")
    energy_profile: Any = models.JSONField(_("energy profile"), default=dict, blank=True)
    # Whom it does not want to meet in any listing: told to nobody.
    excluded_countries = codes(length=2, verbose_name=_("countries excluded"))
    excluded_enterprises = codes(length=200, verbose_name=_("enterprises excluded"))
    excluded_kinds = codes(length=12, verbose_name=_("kinds of organisation excluded"))
    excludes_competitors = models.CharField(_("competitors excluded"), max_length=3, blank=True, db_default="")
    as_entered: Any = models.JSONField(default=dict, blank=True, editable=False)
    # How many introductions it takes at a time, where its people want fewer than the platform allows.
    introductions_at_once = models.PositiveSmallIntegerField(_("introductions at a time"), null=True, blank=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="enterprises")

    objects = PublishableQuerySet.as_manager()

    class Meta:
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")
        constraints = [
            only_states(State.values, "enterprise_state"),
            models.CheckConstraint(
                condition=Q(external_id=None)
                | ~Q(external_id__regex=r"^vb-[0-9]+$")
                | Q(external_id=Concat(Value("vb-"), Cast("id", models.CharField()))),
                name="enterprise_external_id_vb_is_its_own",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="enterprise_queue", condition=Q(state="submitted")),
            models.Index(fields=["owner"], name="enterprise_owner", condition=~Q(owner="")),
            GinIndex(
                fields=["excluded_enterprises"], name="enterprise_excludes", condition=~Q(excluded_enterprises=[])
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person acting for an enterprise."""

    class Role(models.TextChoices):
        OWNER = "owner", _("owner")
        EDITOR = "editor", _("editor")
        VIEWER = "viewer", _("viewer")

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=6, choices=Role.choices)
    since = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["enterprise", "user"], name="one_membership_each")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Which invitations hold."""

    def open(self) -> Self:
        """Those that were neither taken up nor taken back."""
        return self.filter(accepted_at=None, taken_back_at=None)


class Invitation(Timestamped):
    """An owner asks an e-mail address to join; taken by the person who confirmed that address."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=6, choices=Membership.Role.choices)
    language = models.CharField(_("language of the mail"), max_length=12, default="en", db_default="en")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enterprise", "email"], name="one_invitation_each")]

    def __str__(self) -> str:
        return self.email


class Identifier(models.Model):
    """A number under which a registry knows the enterprise, with three separate answers about it."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="identifiers")
    scheme = models.CharField(_("scheme"), max_length=20)
    value = models.CharField(_("number"), max_length=60)
    syntax_ok = models.BooleanField(_("well formed"), null=True)
    checksum_ok = models.BooleanField(_("check digit holds"), null=True)
    registry_confirmed = models.BooleanField(_("confirmed by a registry"), null=True)
    warning = models.CharField(_("warning"), max_length=12, choices=WARNINGS, blank=True, db_default="")

    class Meta:
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "scheme", "value"], name="one_row_for_each_identifier")
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"


class Reference(models.Model):
    """A project the enterprise took part in, as it says."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="references")
    title = models.CharField(_("title"), max_length=500)
    country = models.CharField(_("country"), max_length=2, blank=True, db_default="")
    technologies = codes(verbose_name=_("technologies"))
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    value = models.DecimalField(_("value"), max_digits=22, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True, db_default="")
    power_mw = models.FloatField(_("power (MW)"), null=True, blank=True)
    energy_mwh = models.FloatField(_("energy (MWh)"), null=True, blank=True)
    role = models.CharField(_("role"), max_length=20, blank=True, db_default="")
    counterparty = models.CharField(_("counterparty"), max_length=300, blank=True, db_default="")
    as_entered: Any = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("reference")
        verbose_name_plural = _("references")

    def __str__(self) -> str:
        return self.title


class Capacity(models.Model):
    """Production capacity of a maker for a technology in a year, and what is planned."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="capacities")
    technology = models.CharField(_("technology"), max_length=64)
    gwh_per_year = models.FloatField(_("capacity (GWh a year)"), null=True, blank=True)
    output_gwh = models.FloatField(_("output (GWh)"), null=True, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    planned_gwh = models.FloatField(_("planned (GWh a year)"), null=True, blank=True)
    planned_year = models.PositiveSmallIntegerField(_("planned for"), null=True, blank=True)
    as_entered: Any = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("capacity")
        verbose_name_plural = _("capacities")

    def __str__(self) -> str:
        return self.technology


class Sourcing(models.TextChoices):
    """Where a maker's electricity comes from."""

    OWN = "own", _("own plant")
    PPA = "ppa", _("power purchase agreement")
    CERTIFICATES = "certificates", _("certificates")
    GRID = "grid", _("grid")


class Claim(models.Model):
    """Something the enterprise says that can be evidenced; verified one by one, never as a badge for a company."""

    class Kind(models.TextChoices):
        CERTIFICATE = "certificate", _("certificate")
        TEST_REPORT = "test_report", _("test report")
        DECLARATION = "declaration", _("declaration")

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="claims")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    standard = models.CharField(_("standard"), max_length=60)
    product = models.CharField(_("product"), max_length=300, blank=True, db_default="")
    holder = models.CharField(_("holder"), max_length=300, blank=True, db_default="")
    body = models.CharField(_("body"), max_length=300, blank=True, db_default="")
    number = models.CharField(_("number"), max_length=100, blank=True, db_default="")
    issued = models.DateField(_("issued"), null=True, blank=True)
    expires = models.DateField(_("expires"), null=True, blank=True)

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")

    def __str__(self) -> str:
        return f"{self.kind} {self.standard}"
