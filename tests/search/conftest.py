"""What search stands on in tests: the shipped thesaurus and frameworks, and an index that follows what is published."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from apps.core.models import Publishable
from apps.journal import deliveries
from apps.journal.models import Delivery
from apps.journal.publishing import subject_of
from apps.reference import services as reference
from apps.search import filters, questions, selectors, services, spelling, statistics
from apps.search.selectors import Page
from apps.taxonomy import graphs
from apps.taxonomy import selectors as taxonomy
from apps.taxonomy.tagger import Tagger

Find = Callable[..., Page]


@pytest.fixture(scope="session")
def shipped() -> Tagger:
    """The thesaurus that ships, read once, with its tagger."""
    return Tagger(replace(graphs.shipped(), stamp=""))


@pytest.fixture(autouse=True)
def _remember_nothing() -> Iterator[None]:
    """What a test changed is rolled back behind the back of the process's memory."""
    yield
    for remembered in (taxonomy, statistics, spelling):
        remembered.forget()


@pytest.fixture
def loaded(db: None, shipped: Tagger) -> None:
    """The shipped frameworks, and the shipped thesaurus in memory as if it had been read from the database."""
    taxonomy._Remembered.scheme, taxonomy._Remembered.tagger = shipped.scheme, shipped
    reference.load_seeds()
    statistics.forget()


@pytest.fixture
def index(loaded: None) -> Callable[..., None]:
    """Puts rows into the index: `index(offer, project)`."""

    def put(*rows: Publishable) -> None:
        for row in rows:
            services.index(subject_of(row), [row.pk])

    return put


@pytest.fixture
def work(loaded: None) -> Callable[[], None]:
    """Does the deliveries of the queue "indexing" and of the domain's own handlers until none is left."""

    def run() -> None:
        waiting = Delivery.objects.filter(queue__in=["indexing", "default"], state=Delivery.State.QUEUED).order_by("pk")
        while number := waiting.values_list("pk", flat=True).first():
            assert deliveries.deliver(number), Delivery.objects.get(pk=number).error

    return run


@pytest.fixture
def find(loaded: None) -> Find:
    """Searches: `find("flow battery", side="offer")`; filters are parameters of an address."""

    def search(
        text: str = "",
        *,
        lang: str | None = None,
        cursor: str = "",
        page_size: int = 20,
        reader: str = "en",
        plain: Sequence[str] = (),
        **asked: Any,
    ) -> Page:
        parameters = {name: [value] if isinstance(value, str) else list(value) for name, value in asked.items()}
        wanted, notes = filters.parse(parameters)
        assert not notes, notes
        query = questions.parse(text, lang, reader=reader, plain=plain)
        return selectors.search(query, wanted, page_size=page_size, cursor=cursor)

    return search
