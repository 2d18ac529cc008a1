"""A database with the thesaurus that ships, which takes in real records and forgets them after the module."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from apps.imports import services as imports
from apps.imports.models import Job
from apps.journal import deliveries
from apps.journal.intake import Terms
from apps.journal.models import Delivery
from apps.reference import selectors as frameworks
from apps.reference import services as reference
from apps.search import statistics
from apps.taxonomy import selectors as taxonomy
from apps.taxonomy import services as thesaurus


@pytest.fixture(scope="module")
def platform(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The thesaurus and frameworks that ship, in one transaction that is rolled back behind the last test of the module."""
    snapshots = tmp_path_factory.mktemp("snapshots")
    with django_db_blocker.unblock(), override_settings(SNAPSHOT_DIR=snapshots), transaction.atomic():
        thesaurus.load_shipped()
        reference.load_seeds()
        _forget()
        yield
        transaction.set_rollback(True)
    _forget()


def _forget() -> None:
    """What this process remembers of the database."""
    for remembered in (taxonomy, frameworks, statistics):
        remembered.forget()


def take_in(files: dict[str, Path]) -> dict[str, Job]:
    """Import and publish these files, each by its kind."""
    return {kind: imports.run_file(kind=kind, path=path, terms=Terms(publish=True)) for kind, path in files.items()}


def do_what_is_queued() -> None:
    """Do every delivery, as workers would, and those that they cause; one that fails fails the test."""
    waiting = Delivery.objects.filter(state=Delivery.State.QUEUED).order_by("pk")
    while number := waiting.values_list("pk", flat=True).first():
        assert deliveries.deliver(number), Delivery.objects.get(pk=number).error
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_entry")  # as autovacuum would soon
    statistics.forget()
