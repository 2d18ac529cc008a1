"""Who is told of a new match: once, when a listing of either side changed, and never because a run was repeated."""

from collections.abc import Sequence

from django.db import connection

from apps.journal import services as journal
from apps.matching import marks, selectors
from apps.matching.increments import Pair
from apps.matching.models import PackedListing

FOUND_AT_MOST = 50
# A large import changes more than anybody wants to hear of: beyond these, people see new matches in their lists only.
WAITING_AT_MOST = 2000  # listings
TOLD_AT_MOST = 2000  # owners of lists, those with the best new match first

# Pairs of a run with a listing of which nobody was told yet, less those that the lists before it held already.
_ENTERED = """
WITH untold AS (SELECT key FROM matching_packedlisting WHERE untold),
     good AS (
       SELECT m.owner, m.other, m.score FROM untold u JOIN matching_match m ON m.owner = u.key
        WHERE m.run_id = %(run)s AND m.score >= %(least)s
       UNION
       SELECT m.owner, m.other, m.score FROM untold u JOIN matching_match m ON m.other = u.key
        WHERE m.run_id = %(run)s AND m.score >= %(least)s),
     entered AS (
       SELECT owner, other, score, row_number() OVER (PARTITION BY owner ORDER BY score DESC, other) AS place FROM good g
        WHERE NOT EXISTS (
          SELECT FROM matching_match p WHERE p.run_id = %(before)s AND p.owner = g.owner AND p.other = g.other)),
     owners AS (SELECT owner FROM entered WHERE place = 1 ORDER BY score DESC, owner LIMIT %(owners)s)
SELECT owner, other, score FROM entered JOIN owners USING (owner) WHERE place <= %(pairs)s ORDER BY owner, place
"""


def tell(entered: Sequence[Pair]) -> None:
    """Record which pairs are new and good, for both sides: keys and scores only, one fact for each listing that owns the list.

    Left out is whom the owner dismissed, and who have been introduced already.
    """
    fit = [pair for pair in entered if pair[2] >= selectors.GOOD]
    settled = marks.settled({owner for owner, _, _ in fit})
    good: dict[int, list[Pair]] = {}
    for pair in fit:
        if pair[:2] not in settled:
            good.setdefault(pair[0], []).append(pair)
    for owner, pairs in good.items():
        best = sorted(pairs, key=lambda pair: (-pair[2], pair[1]))[:FOUND_AT_MOST]
        journal.record(
            kind="match.found",
            subject="enterprise" if owner % 2 else "opportunity",
            ids=[owner // 2],
            partners=[
                {"kind": "enterprise" if other % 2 else "opportunity", "id": other // 2, "score": round(score, 4)}
                for _, other, score in best
            ],
        )


def wait_for_run(keys: Sequence[int]) -> None:
    """These listings changed while no increment could follow them: the next run tells of their matches. Needs the lock."""
    room = max(0, WAITING_AT_MOST - PackedListing.objects.filter(untold=True).count())
    PackedListing.objects.filter(key__in=keys[:room]).update(untold=True)


def tell_after_run(run_id: int, *, before: int | None) -> None:
    """Tell what changed listings met in a run that the lists of the run `before` it did not hold. Needs the lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            _ENTERED,
            {
                "run": run_id, "before": before or 0, "least": selectors.GOOD, "owners": TOLD_AT_MOST, "pairs": FOUND_AT_MOST,
            },
        )  # fmt: skip
        entered: list[Pair] = cursor.fetchall()
    tell(entered)
    PackedListing.objects.filter(untold=True).update(untold=False)
