"""Teams stand on matches: the same worker and thesaurus."""

from tests.matching.conftest import rates, scheme, work

__all__ = ["rates", "scheme", "work"]
