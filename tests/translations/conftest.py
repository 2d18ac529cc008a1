"""What these tests share with those of search: the thesaurus, an index, and a hand that does deliveries."""

from tests.search.conftest import find, index, loaded, work

__all__ = ["find", "index", "loaded", "work"]
