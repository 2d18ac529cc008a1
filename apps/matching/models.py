"""Runs of the matcher, the packed listings they read, and the lists they leave."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.models import only_states
from apps.enterprises.models import Enterprise
from apps.introductions.rules import Reason
from apps.matching.rules import Marked


class Run(models.Model):
    """One computation of every list, from a snapshot to a partition of the matches; its id names both."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        ABANDONED = "abandoned", _("Abandoned")
        CANCELLED = "cancelled", _("Cancelled")

    state = models.CharField(_("state"), max_length=9, choices=State.choices, db_default=State.REQUESTED)
    fact_id = models.BigIntegerField(_("fact"), null=True)
    requested_by = models.BigIntegerField(_("requested by"), null=True)
    checksum = models.CharField(_("checksum of the snapshot"), max_length=64, blank=True, db_default="")
    stamp = models.CharField(_("stamp of the vocabulary"), max_length=64, blank=True, db_default="")
    sequence = models.BigIntegerField(_("last change in the snapshot"), db_default=0)
    weights: Any = models.JSONField(_("weights"), default=dict)
    # The last change that the lists shown before had followed when this run began; what lies between the two, only it has read.
    followed = models.BigIntegerField(db_default=0)
    # While its lists are shown: a change was left to the next run.
    behind = models.BooleanField(db_default=False)
    offers = models.PositiveIntegerField(_("offers"), db_default=0)
    requests = models.PositiveIntegerField(_("requests"), db_default=0)
    parts = models.PositiveIntegerField(_("parts"), db_default=0)
    remaining = models.PositiveIntegerField(_("parts that remain"), db_default=0)
    pairs = models.BigIntegerField(_("pairs scored"), db_default=0)
    # What it left apart from its row is gone.
    tidied = models.BooleanField(db_default=False)
    # How it compares with the lists that were shown before it; nothing where they cannot be compared.
    compared = models.PositiveIntegerField(_("lists compared"), null=True)
    disagreements = models.PositiveIntegerField(_("lists that disagreed"), null=True)
    requested_at = models.DateTimeField(_("requested"), db_default=Now())
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("run of the matcher")
        verbose_name_plural = _("runs of the matcher")
        constraints = [
            only_states(("requested", "running", "done", "abandoned", "cancelled"), "run_state"),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state__in=["requested", "running"]), name="one_run_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class WeightSet(models.Model):
    """A version of the weights; its id is the version's number. While none is applied, those that ship hold."""

    class Origin(models.TextChoices):
        HAND = "hand", _("Set by hand")
        LEARNED = "learned", _("Learned")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("weights", "Draft")
        APPLIED = "applied", pgettext_lazy("weights", "Applied")
        RETIRED = "retired", pgettext_lazy("weights", "Not applied any more")

    origin = models.CharField(_("origin"), max_length=7, choices=Origin.choices)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, db_default=State.DRAFT)
    weights: Any = models.JSONField(_("weights"))  # one for each of criteria.WEIGHED
    note = models.CharField(_("note"), max_length=200, blank=True, db_default="")
    # How learned ones did on introductions that they were not learned from: learning.Lesson.
    evaluation: Any = models.JSONField(null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(_("made"), db_default=Now())
    applied_at = models.DateTimeField(_("applied"), null=True)

    class Meta:
        verbose_name = _("version of the weights")
        verbose_name_plural = _("versions of the weights")
        constraints = [
            only_states(("draft", "applied", "retired"), "weightset_state"),
            models.UniqueConstraint(fields=["state"], condition=Q(state="applied"), name="one_applied_weightset"),
            models.CheckConstraint(
                condition=Q(origin="hand", evaluation__isnull=True) | Q(origin="learned", evaluation__isnull=False),
                name="weightset_learned_with_evaluation",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Current(models.Model):
    """The one row that names the run whose lists are shown; increments change that run's lists."""

    run = models.ForeignKey(Run, models.PROTECT, null=True, verbose_name=_("run"))

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_current_run")]

    def __str__(self) -> str:
        return str(self.run_id)


class PackedListing(models.Model):
    """A published listing as the kernel reads it; without data it is gone, and its place in a snapshot is void."""

    key = models.BigIntegerField(primary_key=True)
    enterprise_id = models.BigIntegerField()
    is_request = models.BooleanField()
    data = models.BinaryField(null=True)
    stamp = models.CharField(max_length=64)
    # Changed, and its new matches wait for the next run to be told.
    untold = models.BooleanField(db_default=False)
    # Drawn under the lists' lock, so that changes become visible in this order.
    sequence = models.BigIntegerField(unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["enterprise_id"], name="packed_listing_enterprise"),
            models.Index(fields=["key"], name="packed_listing_untold", condition=Q(untold=True)),
        ]

    def __str__(self) -> str:
        return str(self.key)


class Part(models.Model):
    """What one range of a run's offers found for a block of requests; the lists of the offers are rows already."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="done_parts")
    start = models.PositiveIntegerField()
    # The place of the block's first request.
    block = models.PositiveIntegerField()
    lists = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "block", "start"], name="one_part_for_each_range")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.start} {self.block}"


class Match(models.Model):
    """One entry of a listing's list: `other` seen by `owner`. Partitioned by run; both are keys as features.py makes them."""

    pk = models.CompositePrimaryKey("run_id", "owner", "other")
    run_id = models.IntegerField()
    owner = models.BigIntegerField()
    other = models.BigIntegerField()
    score = models.FloatField()
    confidence = models.FloatField()
    # One byte for each criterion in the owner's view, then in the other's.
    reasons = models.BinaryField()

    class Meta:
        managed = False
        db_table = "matching_match"

    def __str__(self) -> str:
        return f"{self.owner} {self.other}"


class AttentionFactor(models.Model):
    """By how much an enterprise moves up or down where lists are shown so as to spread attention; 1 for one without a row."""

    enterprise_id = models.BigIntegerField(primary_key=True)
    factor = models.FloatField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(factor__gt=0), name="attention_factor_above_zero")]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.factor:.3f}"


class FairnessReport(models.Model):
    """How evenly a run's lists spread attention, before and after the factors: attention.Report."""

    run = models.OneToOneField(Run, models.CASCADE, verbose_name=_("run"))
    report: Any = models.JSONField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("fairness report")
        verbose_name_plural = _("fairness reports")

    def __str__(self) -> str:
        return str(self.run_id)


class Mark(models.Model):
    """What an enterprise put down of an entry of its own lists; nobody else ever sees it, and it outlives every run."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="+", verbose_name=_("enterprise"))
    owner = models.BigIntegerField()
    other = models.BigIntegerField()
    state = models.CharField(_("state"), max_length=11, choices=Marked.choices, blank=True, db_default="")
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices, blank=True, db_default="")
    note = models.TextField(_("note"), blank=True, db_default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("mark of a match")
        verbose_name_plural = _("marks of matches")
        constraints = [
            only_states(("", *Marked.values), "mark_state"),
            models.UniqueConstraint(fields=["owner", "other"], name="one_mark_for_each_match"),
            models.CheckConstraint(
                condition=Q(state=Marked.DISMISSED) ^ Q(reason=""), name="mark_dismissed_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.other} {self.state}"


class Visit(models.Model):
    """What stood in an enterprise's lists when a member last began to read them, and what the time before."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="+")
    at = models.DateTimeField(_("at"), db_default=Now())
    # Pairs of 64-bit keys, owner and other.
    pairs = models.BinaryField()
    before_at = models.DateTimeField(null=True)
    before = models.BinaryField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "enterprise"], name="one_visit_for_each_member")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.enterprise_id}"
