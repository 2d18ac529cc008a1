"""The thesaurus that ships, read once by a process and known to it as if it had been read from the database."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from apps.reference import services as reference
from apps.search import spelling, statistics
from apps.taxonomy import graphs
from apps.taxonomy import selectors as taxonomy
from apps.taxonomy.tagger import Tagger


@pytest.fixture(scope="session")
def shipped_tagger() -> Tagger:
    """The thesaurus that ships, read once, with its tagger."""
    return Tagger(replace(graphs.shipped(), stamp=""))


@pytest.fixture
def thesaurus(db: None, shipped_tagger: Tagger) -> Iterator[None]:
    """The shipped frameworks, and the shipped thesaurus in memory; what a test changed is forgotten behind it."""
    taxonomy._Remembered.scheme, taxonomy._Remembered.tagger = shipped_tagger.scheme, shipped_tagger
    reference.load_seeds()
    statistics.forget()
    yield
    for remembered in (taxonomy, statistics, spelling):
        remembered.forget()
