"""What search keeps: one narrow row for each published opportunity, project and enterprise, and people's own searches."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Coalesce, Now, NullIf
from django.utils.translation import gettext_lazy as _

from apps.core.models import Timestamped, codes

# How PostgreSQL keeps entries, beyond what a model can say: a row is not compressed as long as it fits a page, since
# ranking would unpack it for each word asked; and ANALYZE counts the ten thousand most frequent lexemes.
STORAGE = """
ALTER TABLE search_entry SET (toast_tuple_target = 8160);
ALTER TABLE search_entry ALTER COLUMN vector SET STATISTICS 1000;
"""


class Entry(models.Model):
    """A published row as search sees it: words, meanings and facets in one tsvector, and what ranking and paging need.

    The row itself is shown from its own table, so nothing is held here that could be shown by mistake.
    """

    subject = models.CharField(max_length=12)
    subject_id = models.BigIntegerField()
    published_at = models.DateTimeField()
    length = models.PositiveIntegerField()
    power_mw_min = models.FloatField(null=True)
    power_mw_max = models.FloatField(null=True)
    energy_mwh_min = models.FloatField(null=True)
    energy_mwh_max = models.FloatField(null=True)
    # In their own currency, so that they are compared by the rates of the day that somebody asks.
    budget_min = models.FloatField(null=True)
    budget_max = models.FloatField(null=True)
    currency = models.CharField(max_length=3, db_default="")
    # Four bytes for each facet (facets.code): counting ten thousand rows of lexemes would cost ten times as much.
    facets: Any = models.BinaryField()
    vector: Any = SearchVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "subject_id"], name="one_entry_for_each_row")]
        indexes = [
            # New entries wait in a list of 4 MB (PostgreSQL's own choice): to read it costs a question less than 0.1 ms.
            GinIndex(fields=["vector"], name="entry_vector"),
            models.Index(fields=["-published_at", "-id"], name="entry_newest"),
            models.Index(
                Coalesce(NullIf("energy_mwh_max", Value(float("inf"))), "energy_mwh_min", Value(-1.0)).desc(),
                F("id").desc(),
                name="entry_largest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id}"


class KnownWord(models.Model):
    """A word of the published rows as people write it, what it is filed under, and how many rows have it."""

    word = models.CharField(max_length=40, primary_key=True)
    lexeme = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.word


class Rebuilding(models.Model):
    """How far a rebuilding of the index has come, so that one that was killed goes on from there."""

    subject = models.CharField(max_length=12, primary_key=True)
    after = models.BigIntegerField(default=0)
    done = models.BooleanField(default=False)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.subject} {self.after}"


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    """Which saved searches are whose, and which are told of."""

    def told(self) -> Self:
        """Those that are not paused, of people who are active and confirmed their address."""
        confirmed = {"user__emailaddress__primary": True, "user__emailaddress__verified": True}
        return self.filter(paused=False, user__is_active=True, **confirmed)


class SavedSearch(Timestamped):
    """Somebody wants to hear of what fits these criteria from `since` on; `version` guards each change."""

    class Frequency(models.TextChoices):
        INSTANT = "instant", _("at once")
        DAILY = "daily", _("every morning")
        WEEKLY = "weekly", _("on Monday mornings")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches")
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(max_length=12)
    question = models.CharField(max_length=400, blank=True, db_default="")
    language = models.CharField(max_length=12, blank=True, db_default="")
    plain = codes(length=400)
    filters: Any = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    frequency = models.CharField(_("how often"), max_length=7, choices=Frequency.choices)
    paused = models.BooleanField(_("paused"), default=False, db_default=False)
    version = models.PositiveIntegerField(default=1, db_default=1)
    since = models.DateTimeField(db_default=Now())
    next_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="saved_once"),
            models.CheckConstraint(
                condition=models.Q(frequency__in=("instant", "daily", "weekly")), name="saved_search_frequency"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="saved_search_due", condition=models.Q(paused=False)),
            models.Index(
                fields=["kind", "id"],
                name="saved_search_instant",
                condition=models.Q(paused=False, frequency="instant"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Told(models.Model):
    """Somebody was told that this row fits their saved search: kept as long as it could be found as new again."""

    search = models.ForeignKey(SavedSearch, models.CASCADE, related_name="+")
    subject_id = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["search", "subject_id"], name="told_once_for_each_search")]

    def __str__(self) -> str:
        return f"{self.search_id} {self.subject_id}"
