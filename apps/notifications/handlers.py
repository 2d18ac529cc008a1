"""Facts that people hear of."""

from collections.abc import Iterable

from apps.enterprises.models import Enterprise
from apps.introductions.models import Introduction
from apps.introductions.rules import State
from apps.journal.models import Delivery, Fact
from apps.notifications import invitations, searches, services
from apps.notifications.services import About
from apps.opportunities.models import Opportunity
from apps.projects.models import Project
from apps.translations.models import Translation

VERBS = ("submitted", "published", "returned", "declined", "expired", "edited", "imported")
SUBJECTS = ("enterprise", "project", "opportunity", "translation")
INTRODUCTIONS = tuple(f"introduction.{past}" for past in (*State.values, "reminded"))
KINDS = tuple(f"{subject}.{verb}" for subject in SUBJECTS for verb in VERBS) + INTRODUCTIONS


def parts(fact: Fact) -> list[str]:
    """One delivery for a fact that people hear of: an edit or a file only where it put something under review."""
    return [""] if _told_of(fact) else []


def address(fact: Fact, delivery: Delivery) -> None:
    """Tell the owners and editors of what the fact speaks of; of a file's rows together."""
    services.tell(fact=fact, about=_about(fact), together=fact.kind.endswith(".imported"))


def mail(fact: Fact, delivery: Delivery) -> None:
    """Mail one person."""
    services.send_mail(fact=fact, user_id=int(delivery.key))


def invite(fact: Fact, delivery: Delivery) -> None:
    """Mail an invitation."""
    invitations.send(fact=fact)


def found(fact: Fact, delivery: Delivery) -> None:
    """Mail what a saved search found."""
    searches.send(fact=fact)


def _told_of(fact: Fact) -> list[int]:
    """The rows of a fact that their people hear of."""
    if fact.kind.endswith(".imported"):
        return list(fact.payload.get("submitted", ()))
    if fact.kind.endswith(".edited") and not fact.payload.get("to_review"):
        return []
    if fact.subject == "translation" and fact.payload.get("origin") != "human":
        return []
    return fact.subject_ids


def _about(fact: Fact) -> Iterable[About]:
    ids = _told_of(fact)
    if fact.subject == "enterprise":
        found = Enterprise.objects.filter(pk__in=ids).order_by("pk")
        return [About("enterprise", pk, pk) for pk in found.values_list("pk", flat=True)]
    if fact.subject == "project":
        owned = Project.objects.filter(pk__in=ids, owner__isnull=False).order_by("pk")
        return [About("project", pk, owner or 0) for pk, owner in owned.values_list("pk", "owner_id")]
    if fact.subject == "introduction":
        return [
            About("introduction", row.pk, pk)
            for row in Introduction.objects.filter(pk__in=ids)
            for pk in _told(fact, row)
        ]
    if fact.subject == "translation":
        translated = Translation.objects.filter(pk__in=ids).order_by("pk")
        return [
            About("translation", pk, enterprise) for pk, enterprise in translated.values_list("pk", "enterprise_id")
        ]
    listed = Opportunity.objects.filter(pk__in=ids).order_by("pk")
    return [About("opportunity", pk, enterprise) for pk, enterprise in listed.values_list("pk", "enterprise_id")]


def _told(fact: Fact, row: Introduction) -> list[int]:
    """Of an introduction the side hears that did not act itself; of one that lapsed, both."""
    sides = [row.sender_id, row.receiver_id]
    return sides if fact.kind == "introduction.lapsed" else [pk for pk in sides if pk != fact.enterprise_id]
