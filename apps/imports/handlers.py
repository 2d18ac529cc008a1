"""What follows from a request to import a file."""

from django.utils import translation

from apps.imports import uploads
from apps.imports.models import Job
from apps.journal.models import Delivery, Fact

KINDS = ("import.requested",)


def take(fact: Fact, delivery: Delivery) -> None:
    """Take in the next part of a file; its refusals are written in the language of the person who sent it."""
    language = Job.objects.filter(pk=fact.subject_ids[0]).values_list("user__language", flat=True).first()
    with translation.override(language or "en"):
        uploads.go_on(fact, delivery.key)
