"""What pages stand on: the thesaurus and the reference data that ship."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from apps.reference import services as reference
from apps.search import spelling, statistics
from apps.taxonomy import graphs
from apps.taxonomy import selectors as taxonomy
from apps.taxonomy.tagger import Tagger


@pytest.fixture(scope="session")
def shipped() -> Tagger:
    """The thesaurus that ships, read once, with its tagger."""
    return Tagger(replace(graphs.shipped(), stamp=""))


@pytest.fixture
def thesaurus(db: None, shipped: Tagger) -> Iterator[None]:
    """The shipped frameworks, and the shipped thesaurus in memory as if it had been read from the database."""
    taxonomy._Remembered.scheme, taxonomy._Remembered.tagger = shipped.scheme, shipped
    reference.load_seeds()
    statistics.forget()
    yield
    for remembered in (taxonomy, statistics, spelling):
        remembered.forget()
