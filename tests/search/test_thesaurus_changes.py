"""What operators change in the thesaurus is found at once: listings are tagged and indexed anew."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.journal.models import Delivery
from apps.search.models import Entry
from apps.search.selectors import Page
from apps.taxonomy import models, selectors, services
from tests.factories.listings import a_published_offer
from tests.factories.people import an_administrator
from tests.taxonomy.test_scheme import TURTLE

pytestmark = pytest.mark.django_db
Work = Callable[[], None]
Find = Callable[..., Page]


@pytest.fixture
def flow(work: Work) -> models.Concept:
    """A concept of a thesaurus in the database."""
    services.import_scheme(texts=[TURTLE])
    work()
    return models.Concept.objects.get(key="flow")


def edit(client: Client, concept: models.Concept, *labels: tuple[str, str, str], **changes: Any) -> None:
    """Save a concept in the admin with these labels besides those it has."""
    client.force_login(an_administrator())
    rows: list[dict[str, Any]] = [
        {"id": row.pk, "language": row.language, "kind": row.kind, "text": row.text} for row in concept.labels.all()
    ]
    initial = len(rows)
    rows += [{"language": language, "kind": kind, "text": text} for language, kind, text in labels]
    data = {
        "kind": concept.kind, "definition": concept.definition, "broader": [row.pk for row in concept.broader.all()],
        "labels-TOTAL_FORMS": len(rows), "labels-INITIAL_FORMS": initial, **changes,
    }  # fmt: skip
    data |= {f"labels-{at}-{name}": value for at, row in enumerate(rows) for name, value in row.items()}
    data |= {f"labels-{at}-concept": concept.pk for at in range(len(rows))}
    answer = client.post(reverse("admin:taxonomy_concept_change", args=[concept.pk]), data)
    assert answer.status_code == 302, answer.content.decode()


def test_a_concept_that_is_translated_finds_the_listings_that_say_it_in_that_language(
    client: Client, flow: models.Concept, work: Work, find: Find
) -> None:
    offer = a_published_offer(title="蓄电丁型设备", summary="现货。", language="zh", technologies=[])
    work()
    assert find("redox flow", kind="opportunity").count == 0
    edit(client, flow, ("zh", "alternative", "蓄电丁型"))
    work()
    page = find("redox flow", kind="opportunity")
    assert [hit.subject_id for hit in page.results] == [offer.pk]
    assert page.facets["technology"]["flow"] == 1


def test_a_worker_that_still_remembers_the_thesaurus_as_it_was_asks_again(
    client: Client, flow: models.Concept, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_published_offer(title="Zwabber 5 MW", summary="-", technologies=[])
    work()
    before = selectors.scheme()
    edit(client, flow, ("en", "alternative", "zwabber"))
    monkeypatch.setattr(selectors._Remembered, "scheme", before)
    monkeypatch.setattr(selectors._Remembered, "ask_again_at", float("inf"))
    work()
    assert "'concept=flow'" in Entry.objects.get(subject="opportunity").vector


def test_of_several_edits_only_the_last_is_worked_for(
    client: Client, flow: models.Concept, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr("apps.search.services.index_part", done.append)
    for text in ("one", "two", "three"):
        edit(client, flow, ("en", "hidden", f"flow battery of kind {text}"))
        flow.refresh_from_db()
    asked = Delivery.objects.filter(fact__kind="taxonomy.changed", queue="indexing", state="queued").count()
    work()
    assert (asked, sorted(done)) == (9, ["enterprise:0", "opportunity:0", "project:0"])
