"""The index follows the facts: whatever a fact said, entries are made to agree with the rows as they are now."""

from apps.journal.models import Delivery, Fact
from apps.search import services

_PASTS = ("published", "edited", "withdrawn", "expired", "fulfilled", "returned", "declined", "reopened", "imported")
KINDS = tuple(f"{subject}.{past}" for subject in services.SUBJECTS for past in _PASTS)


def index(fact: Fact, delivery: Delivery) -> None:
    """Index the rows that a fact is about, and what depends on them."""
    services.index_with_dependants(fact.subject, fact.subject_ids)
