"""How rare a lexeme is: document frequencies from the statistics that PostgreSQL's ANALYZE keeps of the index."""

import math
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import connection

PATIENCE_SECONDS = 300.0
# The last two frequencies are the least and the greatest of those listed.
_READ = """
SELECT greatest(class.reltuples, 0), stats.most_common_elems::text::text[], stats.most_common_elem_freqs
  FROM pg_class class
  LEFT JOIN pg_stats stats ON stats.attname = 'vector' AND stats.tablename = class.relname
                          AND stats.schemaname::regnamespace = class.relnamespace
 WHERE class.oid = 'search_entry'::regclass
"""


@dataclass(frozen=True, slots=True)
class Frequencies:
    """In which share of the `rows` entries each of the more frequent lexemes stands; one not listed is rare."""

    rows: float = 0.0
    shares: Mapping[str, float] = field(default_factory=dict)
    least: float = 0.0

    def share(self, lexeme: str) -> float:
        """The share of entries that hold a lexeme; half the least known one where it is not listed."""
        return self.shares.get(lexeme, self.least / 2)

    def rows_with(self, lexemes: Iterable[str]) -> float:
        """How many entries hold one of these, at most."""
        return self.rows * sum(map(self.share, lexemes))

    def weight(self, lexemes: Iterable[str]) -> float:
        """The inverse document frequency of the most frequent of several spellings, as BM25 has it."""
        held = self.rows * max(map(self.share, lexemes), default=0.0)
        return math.log1p((self.rows - held + 0.5) / (held + 0.5))


class _Remembered:
    """The frequencies that this process ranks by, and when it read them."""

    frequencies: Frequencies | None = None
    read_at = 0.0


def frequencies() -> Frequencies:
    """The frequencies as of the last ANALYZE, read again every five minutes."""
    now = time.monotonic()
    if _Remembered.frequencies is None or now - _Remembered.read_at > PATIENCE_SECONDS:
        _Remembered.frequencies, _Remembered.read_at = _read(), now
    return _Remembered.frequencies


def forget() -> None:
    """Read them again at the next call."""
    _Remembered.frequencies = None


def _read() -> Frequencies:
    with connection.cursor() as cursor:
        cursor.execute(_READ)
        found: tuple[float, list[str] | None, list[float] | None] | None = cursor.fetchone()
    rows, lexemes, shares = found or (0.0, None, None)
    if not lexemes or not shares:
        return Frequencies(rows)
    return Frequencies(rows, dict(zip(lexemes, shares, strict=False)), min(shares[: len(lexemes)]))
