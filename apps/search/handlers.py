"""The index follows the facts: whatever a fact said, entries are made to agree with the rows as they are now."""

from apps.journal.models import Delivery, Fact
from apps.search import alerts, services

_PASTS = ("published", "edited", "withdrawn", "expired", "fulfilled", "returned", "declined", "reopened", "imported")
_OF_TRANSLATIONS = ("translation.submitted", "translation.published", "translation.withdrawn")
KINDS = (*(f"{subject}.{past}" for subject in services.SUBJECTS for past in _PASTS), *_OF_TRANSLATIONS)
# Who belongs to a framework is part of every entry, and so are the concepts that the thesaurus finds in its texts.
ALL_KINDS = ("frameworks.imported", "taxonomy.changed")


def index(fact: Fact, delivery: Delivery) -> None:
    """Index the rows that a fact is about, and what depends on them; then saved searches may look at them."""
    services.index_with_dependants(fact.subject, fact.subject_ids)
    alerts.follow(fact)


def parts(fact: Fact) -> list[str]:
    """Everything there is, in parts that a delivery each can index within its lease."""
    return services.parts()


def index_part(fact: Fact, delivery: Delivery) -> None:
    """Index one of the parts; a later fact of this kind has deliveries of its own, so they alone do the work."""
    if not Fact.objects.filter(kind=fact.kind, pk__gt=fact.pk).exists():
        services.index_part(delivery.key)


def tell_at_once(fact: Fact, delivery: Delivery) -> None:
    """Tell one batch of saved searches of what was published."""
    alerts.tell_at_once(fact=fact, batch=delivery.key)


def tell_due(fact: Fact, delivery: Delivery) -> None:
    """Tell the saved searches whose morning has come."""
    alerts.tell_due(fact=fact)
