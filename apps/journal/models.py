"""Facts, their deliveries, and the seals over them."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from apps.core.models import only_states


class Fact(models.Model):
    """Something that happened, written in the transaction that caused it; the database refuses to change it.

    It carries ids, codes and digests, never personal data or free text.
    """

    kind = models.CharField(_("kind"), max_length=60)
    at = models.DateTimeField(_("at"), db_default=Now())
    subject = models.CharField(_("subject"), max_length=30)
    subject_ids = ArrayField(models.BigIntegerField(), verbose_name=_("subjects"))
    actor_id = models.BigIntegerField(_("actor"), null=True)
    enterprise_id = models.BigIntegerField(_("enterprise"), null=True)
    payload = models.JSONField(_("payload"), default=dict)

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        indexes = [
            GinIndex(fields=["subject_ids"], name="fact_subjects"),
            models.Index(
                fields=["enterprise_id", "-id"], name="fact_enterprise", condition=Q(enterprise_id__isnull=False)
            ),
            models.Index(fields=["kind", "-id"], name="fact_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Delivery(models.Model):
    """One handler's work on one fact: the queue of record. A Celery message only says "look at this row"."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        DEAD = "dead", _("Dead")

    fact = models.ForeignKey(Fact, models.PROTECT, related_name="deliveries", verbose_name=_("fact"))
    handler = models.CharField(_("handler"), max_length=60)
    key = models.CharField(_("key"), max_length=120, blank=True, db_default="")
    queue = models.CharField(_("queue"), max_length=20)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, db_default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), db_default=0)
    available_at = models.DateTimeField(_("available from"), db_default=Now())
    hinted_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(_("leased until"), null=True)
    token = models.UUIDField(null=True)
    error = models.TextField(_("last error"), blank=True, db_default="")
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            only_states(("queued", "running", "done", "dead"), "delivery_state"),
            models.UniqueConstraint(fields=["fact", "handler", "key"], name="one_delivery_for_each_handler"),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease_until__isnull=False, token__isnull=False),
                name="running_has_lease",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "available_at"], name="delivery_due", condition=Q(state__in=["queued", "running"])
            ),
            models.Index(fields=["state"], name="delivery_dead", condition=Q(state="dead")),
        ]

    def __str__(self) -> str:
        return f"{self.handler} {self.fact_id} {self.key}".strip()


class Seal(models.Model):
    """A batch of facts closed into the SHA-256 chain; `head` covers the previous head and every fact of the batch."""

    fact_ids = ArrayField(models.BigIntegerField())
    previous = models.CharField(max_length=64)
    head = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")

    def __str__(self) -> str:
        return self.head[:16]


class Unsealed(models.Model):
    """A fact that no seal covers yet; written with the fact, so that none is ever passed over."""

    fact = models.OneToOneField(Fact, models.PROTECT, primary_key=True)

    def __str__(self) -> str:
        return str(self.fact_id)


class Version(models.Model):
    """How a published row read before an edit: erasable, unlike the fact that tells of the edit."""

    subject = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    data: Any = models.JSONField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "subject_id", "number"], name="one_row_for_each_version")
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id} v{self.number}"


class Heartbeat(models.Model):
    """When a background process last showed that it turns, by the database's clock."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name
