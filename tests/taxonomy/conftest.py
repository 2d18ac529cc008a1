"""The shipped scheme, read once, and small schemes of one's own."""

from collections.abc import Iterator

import pytest

from apps.taxonomy import graphs, selectors, services
from apps.taxonomy.scheme import Concept, Label, Scheme
from apps.taxonomy.tagger import Tagger


@pytest.fixture(scope="session")
def shipped() -> Scheme:
    """The files of the repository as one scheme, without a database."""
    return graphs.shipped()


@pytest.fixture(scope="session")
def tagger(shipped: Scheme) -> Tagger:
    return Tagger(shipped)


@pytest.fixture(autouse=True)
def _remember_nothing() -> Iterator[None]:
    """What a test changed is rolled back behind the back of the process's memory."""
    selectors.forget()
    yield
    selectors.forget()


@pytest.fixture
def loaded(db: None) -> Scheme:
    """The shipped scheme in the database."""
    services.load_shipped()
    return selectors.scheme()


def concept(key: str, *labels: tuple[str, str] | tuple[str, str, str], broader: tuple[str, ...] = ()) -> Concept:
    """A concept with labels (language, text) or (language, text, kind); the first one in a language is preferred."""
    seen: set[str] = set()
    made = []
    for language, text, *kind in labels or [("en", key)]:
        made.append(Label(language, kind[0] if kind else "alternative" if language in seen else "preferred", text))
        seen.add(language)
    return Concept(key, "technology", broader=broader, labels=tuple(made))
