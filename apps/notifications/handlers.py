"""Facts that people hear of."""

from collections.abc import Iterable

from apps.enterprises.models import Enterprise
from apps.journal.models import Delivery, Fact
from apps.notifications import services
from apps.opportunities.models import Opportunity
from apps.projects.models import Project

VERBS = ("submitted", "published", "returned", "declined", "expired")
KINDS = tuple(f"{subject}.{verb}" for subject in ("enterprise", "project", "opportunity") for verb in VERBS)


def address(fact: Fact, delivery: Delivery) -> None:
    """Tell the owners and editors of what the fact speaks of."""
    services.tell(fact=fact, about=_about(fact))


def mail(fact: Fact, delivery: Delivery) -> None:
    """Mail one person."""
    services.send_mail(fact=fact, user_id=int(delivery.key))


def _about(fact: Fact) -> Iterable[tuple[str, int, int]]:
    ids = fact.subject_ids
    if fact.subject == "enterprise":
        return [("enterprise", pk, pk) for pk in Enterprise.objects.filter(pk__in=ids).values_list("pk", flat=True)]
    if fact.subject == "project":
        owned = Project.objects.filter(pk__in=ids, owner__isnull=False)
        return [("project", pk, owner or 0) for pk, owner in owned.values_list("pk", "owner_id")]
    listed = Opportunity.objects.filter(pk__in=ids)
    return [("opportunity", pk, enterprise) for pk, enterprise in listed.values_list("pk", "enterprise_id")]
