"""What search stands on in tests: the shipped thesaurus and frameworks, and an index that follows what is published."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from apps.core.models import Publishable
from apps.journal import deliveries
from apps.journal.models import Delivery
from apps.journal.publishing import subject_of
from apps.search import filters, questions, selectors, services, spelling, statistics
from apps.search.selectors import Page
from apps.taxonomy import selectors as taxonomy

Find = Callable[..., Page]


@pytest.fixture(autouse=True)
def _remember_nothing() -> Iterator[None]:
    """What a test changed is rolled back behind the back of the process's memory."""
    yield
    for remembered in (taxonomy, statistics, spelling):
        remembered.forget()


@pytest.fixture
def loaded(thesaurus: None) -> None:
    """The shipped frameworks and thesaurus."""


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
