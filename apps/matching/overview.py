"""All matches of an enterprise's listings and profile together, with what it put down of them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection

from apps.introductions.models import Introduction
from apps.introductions.selectors import introduced
from apps.matching import marks, selectors
from apps.matching.marks import Pair
from apps.matching.models import Mark, Match, Run
from apps.matching.rules import Marked
from apps.opportunities.models import Opportunity

# Where the other's enterprise is not public, its listings are not either.
_ENTRIES = """
  WITH mine AS (SELECT 2 * id AS key, published_at FROM opportunities_opportunity WHERE state = 'published' AND enterprise_id = %(id)s
                UNION ALL
                SELECT 2 * id + 1, published_at FROM enterprises_enterprise WHERE state = 'published' AND id = %(id)s)
SELECT m.owner, m.other, m.score, greatest(mine.published_at, theirs.published_at, firm.published_at), firm.country
  FROM mine
  JOIN matching_match m ON m.run_id = %(run)s AND m.owner = mine.key
  LEFT JOIN opportunities_opportunity theirs ON m.other %% 2 = 0 AND theirs.id = m.other / 2 AND theirs.state = 'published'
  JOIN enterprises_enterprise firm ON firm.state = 'published'
   AND firm.id = CASE WHEN m.other %% 2 = 1 THEN m.other / 2 ELSE theirs.enterprise_id END
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of one of the enterprise's lists; `since` both sides are public, `new` since its reader's last visit."""

    owner: int
    other: int
    score: float
    since: datetime | None
    country: str
    mark: Mark | None = None
    introduction: Introduction | None = None
    new: bool = False

    @property
    def pair(self) -> Pair:
        return self.owner, self.other

    @property
    def state(self) -> str:
        return self.mark.state if self.mark else ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the matches is asked for: `show` is one of SHOWN, `owner` and `country` everything where they are empty."""

    owner: int = 0
    country: str = ""
    least: float = 0.0
    show: str = ""
    newest: bool = False


SHOWN: dict[str, Callable[[Entry], bool]] = {
    "": lambda entry: entry.state != Marked.DISMISSED,
    "new": lambda entry: entry.new and entry.state != Marked.DISMISSED,
    "shortlisted": lambda entry: entry.state == Marked.SHORTLISTED,
    "introduced": lambda entry: entry.introduction is not None,
    "dismissed": lambda entry: entry.state == Marked.DISMISSED,
}


def entries(run: Run, enterprise_id: int) -> list[Entry]:
    """Every entry of the enterprise's lists."""
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, {"id": enterprise_id, "run": run.pk})
        rows: list[tuple[int, int, float, datetime | None, str]] = cursor.fetchall()
    owners = {row[0] for row in rows}
    known, met = marks.marks_of(owners), introduced([marks.party_of(owner) for owner in owners])
    introductions = {(marks.key_of(own), marks.key_of(other)): row for (own, other), row in met.items()}
    return [Entry(*row, mark=known.get(row[:2]), introduction=introductions.get(row[:2])) for row in rows]


def compared(found: Sequence[Entry], before: Collection[Pair]) -> list[Entry]:
    """The entries, of which those are new that stood in no list before."""
    return [replace(entry, new=entry.pair not in before) for entry in found]


def chosen(found: Sequence[Entry], wanted: Wanted) -> list[Entry]:
    """Those asked for, in the order asked for."""
    kept = [
        entry
        for entry in found
        if SHOWN[wanted.show](entry)
        and (not wanted.owner or entry.owner == wanted.owner)
        and (not wanted.country or entry.country == wanted.country)
        and entry.score >= wanted.least
    ]
    kept.sort(key=lambda entry: (-entry.score, entry.owner, entry.other))
    if wanted.newest:
        kept.sort(key=lambda entry: entry.since.timestamp() if entry.since else 0.0, reverse=True)
    return kept


def gone(found: Sequence[Entry], before: Collection[Pair]) -> set[Pair]:
    """What stood in lists that are still there and stands there no more, less what was dismissed."""
    owners = {entry.owner for entry in found}
    left = {pair for pair in before if pair[0] in owners} - {entry.pair for entry in found}
    known = marks.marks_of({owner for owner, _ in left}) if left else {}
    return {pair for pair in left if pair not in known or known[pair].state != Marked.DISMISSED}


def is_mine(enterprise_id: int, pair: Pair) -> bool:
    """Whether an enterprise may put down something of a pair: it stands in one of its lists now, or has a mark already."""
    owner, other = pair
    kind, pk = marks.party_of(owner)
    rows = Opportunity.objects.filter(pk=pk, enterprise_id=enterprise_id)
    if not (rows.exists() if kind == "opportunity" else pk == enterprise_id):
        return False
    if Mark.objects.filter(owner=owner, other=other).exists():
        return True
    run = selectors.current_run()
    return run is not None and Match.objects.filter(run_id=run.pk, owner=owner, other=other).exists()
