"""What search keeps: one narrow row for each published opportunity, project and enterprise."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Coalesce, Now, NullIf

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
    # Four bytes for each facet (facets.code): counting ten thousand rows of lexemes would cost ten times as much.
    facets: Any = models.BinaryField()
    vector: Any = SearchVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "subject_id"], name="one_entry_for_each_row")]
        indexes = [
            # New entries wait in a list of 1 MB, a quarter of the usual: half the cost of a write, and reading it costs nothing.
            GinIndex(fields=["vector"], name="entry_vector", gin_pending_list_limit=1024),
            models.Index(fields=["-published_at", "-id"], name="entry_newest"),
            models.Index(
                Coalesce(NullIf("energy_mwh_max", Value(float("inf"))), "energy_mwh_min", Value(-1.0)).desc(),
                F("id").desc(),
                name="entry_largest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id}"


class Rebuilding(models.Model):
    """How far a rebuilding of the index has come, so that one that was killed goes on from there."""

    subject = models.CharField(max_length=12, primary_key=True)
    after = models.BigIntegerField(default=0)
    done = models.BooleanField(default=False)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.subject} {self.after}"
