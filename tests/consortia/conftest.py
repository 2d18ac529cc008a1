"""Teams stand on matches: the same worker and thesaurus."""

from tests.matching.conftest import compiled, rates, scheme, work

__all__ = ["compiled", "rates", "scheme", "work"]
