"""The index follows what is published: whatever happened, in whatever order, entries agree with the rows."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from apps.enterprises import services as enterprises
from apps.enterprises.models import Enterprise
from apps.journal import services as journal
from apps.opportunities import services as opportunities
from apps.opportunities.models import Opportunity
from apps.projects import services as projects
from apps.reference import services as reference
from apps.search import documents, services
from apps.search.documents import Document, Row
from apps.search.models import Entry, Rebuilding
from apps.search.selectors import Page
from apps.translations import services as translations
from apps.translations.rules import Texts
from tests.factories.enterprises import a_published_enterprise
from tests.factories.listings import a_draft_offer, a_published_offer, a_published_project, a_submitted_offer
from tests.factories.people import a_person
from tests.factories.translations import a_machine_translation, a_submitted_translation

Work = Callable[[], None]
Find = Callable[..., Page]


def ids(page: Page) -> list[int]:
    return [hit.subject_id for hit in page.results]


def test_a_published_offer_is_found_and_a_withdrawn_one_disappears(work: Work, find: Find) -> None:
    offer = a_submitted_offer(title="Vanadium stacks")
    work()
    assert ids(find("vanadium")) == []
    opportunities.move(opportunity=offer, name="publish", actor=None)
    work()
    assert ids(find("vanadium")) == [offer.pk]
    opportunities.move(opportunity=offer, name="withdraw", actor=None)
    assert ids(find("vanadium")) == []  # even before the index has heard of it
    work()
    assert not Entry.objects.filter(subject="opportunity").exists()


def test_an_edit_that_goes_to_review_takes_the_offer_out_until_it_is_published_again(work: Work, find: Find) -> None:
    offer = a_published_offer(title="Vanadium stacks")
    opportunities.update(opportunity=offer, values={"title": "Zinc stacks"}, actor=a_person(), version=offer.version)
    work()
    assert find("vanadium").count == 0
    opportunities.move(opportunity=offer, name="publish", actor=None)
    work()
    assert find("vanadium").count == 0
    assert ids(find("zinc", kind="opportunity")) == [offer.pk]


def test_a_listing_is_found_by_the_words_of_its_translations_as_long_as_they_are_public(work: Work, find: Find) -> None:
    offer = a_published_offer(title="Stacks", summary="Pumps.", technologies=[])
    waiting = a_submitted_translation(offer, "ru", Texts("Поставка мембран", "Насосы."))
    a_machine_translation(offer, "fr", Texts("Réservoirs d'électrolyte", "Batteries au vanadium à circulation."))
    work()
    assert ids(find("réservoir", lang="fr")) == [offer.pk]
    assert ids(find("全钒液流电池", kind="opportunity")) == [offer.pk]  # a concept that only the translation names
    assert find("мембрана", lang="ru").count == 0
    translations.move(translation=waiting, name="publish", actor=None)
    work()
    assert ids(find("мембрана", lang="ru")) == [offer.pk]
    translations.move(translation=waiting, name="withdraw", actor=None)
    work()
    assert find("мембрана", lang="ru").count == 0


def test_a_translation_makes_a_listing_neither_longer_nor_more_about_what_it_says(index: Callable[..., None]) -> None:
    offer = a_published_offer(title="LFP cells", summary="We make cells.")
    index(offer)
    before = Entry.objects.get()
    a_machine_translation(offer, "es", Texts("Celdas LFP", "Fabricamos celdas."))
    index(offer)
    after = Entry.objects.get()
    assert (after.length, bytes(after.facets)) == (before.length, bytes(before.facets))
    shared = [
        {part for part in entry.vector.split() if part.startswith(("'concept=", "'lfp'"))} for entry in (before, after)
    ]
    assert shared[0] == shared[1] != set()


def test_an_enterprise_that_is_not_public_takes_its_listings_and_projects_with_it(work: Work, find: Find) -> None:
    enterprise = a_published_enterprise(name="Vanadium Works")
    a_published_offer(enterprise, title="Vanadium stacks")
    a_published_project(enterprise, title="Vanadium plant")
    work()
    assert find("vanadium").count == 3
    enterprises.move(enterprise=enterprise, name="withdraw", actor=None)
    assert ids(find("vanadium")) == []
    work()
    assert not Entry.objects.exists()


def test_a_listing_changes_with_the_enterprise_that_it_belongs_to(work: Work, find: Find) -> None:
    enterprise = a_published_enterprise(name="Old Name", country="DE")
    offer = a_published_offer(enterprise)
    work()
    Enterprise.objects.filter(pk=enterprise.pk).update(name="Tsumeb Cells", country="NA")
    with transaction.atomic():
        journal.record(kind="enterprise.imported", subject="enterprise", ids=[enterprise.pk])
    work()
    assert ids(find("tsumeb", kind="opportunity")) == [offer.pk]
    assert ids(find("", kind="opportunity", country="NA")) == [offer.pk]


def test_a_project_that_nobody_owns_is_found(work: Work, find: Find, loaded: None) -> None:
    project = projects.create(owner=None, values={"title": "Vanadium plant", "country": "KZ"}, actor=None)
    projects.move(project=project, name="vouch", actor=None)
    work()
    assert ids(find("vanadium")) == [project.pk]


def test_a_batch_of_an_import_is_indexed_in_one_delivery(work: Work, find: Find) -> None:
    enterprise = a_published_enterprise()
    Opportunity.objects.bulk_create(
        Opportunity(
            enterprise=enterprise,
            side="offer",
            title=f"Vanadium {number}",
            summary="-",
            language="en",
            state="published",
        )
        for number in range(30)
    )
    with transaction.atomic():
        journal.record(
            kind="opportunity.imported", subject="opportunity",
            ids=list(Opportunity.objects.values_list("pk", flat=True)),
        )  # fmt: skip
    work()
    assert find("vanadium").count == 30


def test_the_same_fact_twice_and_facts_in_the_wrong_order_change_nothing(
    index: Callable[..., None], find: Find
) -> None:
    offer = a_published_offer(title="Vanadium stacks")
    draft = a_draft_offer(title="Vanadium draft")
    index(offer, draft)
    index(offer)
    assert Entry.objects.filter(subject="opportunity").count() == 1
    assert ids(find("vanadium")) == [offer.pk]


@pytest.mark.parametrize("change", ["listing", "enterprise", "translation", "withdrawn"])
def test_what_changes_while_texts_are_analysed_is_read_again(
    loaded: None, monkeypatch: pytest.MonkeyPatch, find: Find, change: str
) -> None:
    offer = a_published_offer(title="Vanadium stacks")
    changes: dict[str, Callable[[], Any]] = {
        "listing": lambda: Opportunity.objects.update(title="Tsumeb stacks"),
        "enterprise": lambda: Enterprise.objects.update(name="Tsumeb Cells"),
        "translation": lambda: a_machine_translation(offer, "fr", Texts("Tsumeb", "-")),
        "withdrawn": lambda: Opportunity.objects.update(state="withdrawn"),
    }
    as_entry = documents.as_entry

    def changed_at_the_first(document: Document) -> Row:
        changes.pop(change, lambda: None)()
        return as_entry(document)

    monkeypatch.setattr(documents, "as_entry", changed_at_the_first)
    assert services.index("opportunity", [offer.pk]) == (change != "withdrawn")
    assert find("tsumeb", kind="opportunity").count == (change != "withdrawn")


def test_what_its_writer_holds_back_is_not_in_the_index(index: Callable[..., None], find: Find) -> None:
    index(a_published_offer(excluded_enterprises=["grudge-4711"], excluded_countries=["AQ"]))
    assert find("grudge-4711").count == 0
    assert find("Antarctica").count == 0


def test_long_texts_and_words_fit_the_index(index: Callable[..., None], find: Find) -> None:
    words = " ".join(f"word{number}" for number in range(2500))
    offers = [
        a_published_offer(title="First", summary=words[:20_000], technologies=[]),
        a_published_offer(title="Second", summary="x" * 20_000, technologies=[]),
        a_published_offer(title="Third", summary="储能" * 10_000, language="zh", technologies=[]),
        a_published_offer(title="Fourth", summary="ราคา" * 5_000, language="th", technologies=[]),
    ]
    index(*offers)
    assert ids(find("word2000")) == [offers[0].pk]
    assert ids(find("x" * 20_000)) == [offers[1].pk]
    assert set(ids(find("储能"))) >= {offers[2].pk}


def test_who_joined_a_framework_is_found_under_it_once_its_members_are_imported(work: Work, find: Find) -> None:
    offer = a_published_offer(a_published_enterprise(country="MX"))
    work()
    assert find("", framework="BRICS", kind="opportunity").count == 0
    reference.import_frameworks(
        "framework,iso2,status,since,since_precision,until,note,source,as_of\n"
        "BRICS,MX,member,2026-01-01,day,,,an invented one,2026-01-01\n"
    )
    work()
    assert ids(find("", framework="BRICS", kind="opportunity")) == [offer.pk]


def test_the_command_says_how_far_it_is_and_that_it_is_done(loaded: None, find: Find) -> None:
    rows(3)
    out = StringIO()
    call_command("reindex", stdout=out)
    assert "opportunity: 3 / 3" in out.getvalue()
    assert out.getvalue().endswith("The index is rebuilt.\n")
    assert find("vanadium").count == 3


def rows(number: int) -> list[Opportunity]:
    enterprise = a_published_enterprise()
    return Opportunity.objects.bulk_create(
        Opportunity(
            enterprise=enterprise, side="offer", title=f"Vanadium {each}", summary="-", language="en", state="published"
        )
        for each in range(number)
    )


@pytest.mark.django_db(transaction=True)
def test_a_rebuilding_that_was_killed_goes_on_where_it_was(
    loaded: None, monkeypatch: pytest.MonkeyPatch, find: Find
) -> None:
    monkeypatch.setattr(services, "BATCH", 10)
    rows(35)
    said: list[tuple[Any, ...]] = []

    def killed_at_the_second_batch(*progress: Any) -> None:
        said.append(progress)
        if progress[:2] == ("opportunity", 20):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.rebuild(killed_at_the_second_batch)
    assert Entry.objects.filter(subject="opportunity").count() == 20
    said.clear()
    services.rebuild(lambda *progress: said.append(progress))
    assert [progress[1] for progress in said if progress[0] == "opportunity"] == [30, 35]
    assert find("vanadium").count == 35
    assert not Rebuilding.objects.exists()


def test_a_rebuilding_takes_out_what_should_not_be_there(loaded: None, find: Find) -> None:
    offer = a_published_offer(title="Vanadium stacks")
    services.index("opportunity", [offer.pk])
    Opportunity.objects.update(state="withdrawn")  # behind the journal's back
    services.rebuild(lambda *_: None)
    assert not Entry.objects.filter(subject="opportunity").exists()


def test_an_entry_that_is_as_it_was_is_not_written_again(loaded: None) -> None:
    same, other = (a_published_offer(title=title) for title in ("Vanadium stacks", "Zinc stacks"))
    services.index("opportunity", [same.pk, other.pk])
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject_id, ctid::text FROM search_entry WHERE subject = 'opportunity'")
        before = dict(cursor.fetchall())
        Opportunity.objects.filter(pk=other.pk).update(title="Sodium stacks")
        services.index("opportunity", [same.pk, other.pk])
        cursor.execute("SELECT subject_id, ctid::text FROM search_entry WHERE subject = 'opportunity'")
        after = dict(cursor.fetchall())
    assert after[same.pk] == before[same.pk]
    assert after[other.pk] != before[other.pk]
