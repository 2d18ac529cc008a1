"""One change and the lists of both sides: after it they are what a full run would give.

A changed listing is scored with everything on the other side. Its own list is written anew. It enters the lists that it is good
enough for, changes its place in those that held it, and leaves the rest; a full list whose last place it falls to, or which it
leaves, is filled again, since somebody outside may now be better.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from django.db import connection

from apps.matching import copying, kernel, live
from apps.matching.criteria import TOP
from apps.matching.layout import Array, Side
from apps.matching.live import Standing

_BETTER = """
SELECT c.owner, w.other
  FROM unnest(%(owners)s::bigint[], %(scores)s::float8[]) AS c(owner, score)
  LEFT JOIN LATERAL (
    SELECT m.score, m.other FROM matching_match m WHERE m.run_id = %(run)s AND m.owner = c.owner
     ORDER BY m.score DESC, m.other OFFSET %(last)s LIMIT 1) w ON true
 WHERE w.score IS NULL OR c.score > w.score OR (c.score = w.score AND %(key)s < w.other)
"""
Pair = tuple[int, int, float]  # owner, other, score


def catch_up(here: Standing) -> list[Pair]:
    """Bring a run's lists to what stands now; returns the pairs (owner, other, score) that entered a list. Needs the lock."""
    entered = []
    for key in here.catch_up():
        entered += settle(here, key)
    return entered


def settle(here: Standing, key: int) -> list[Pair]:
    """Make the lists of both sides agree with one listing as it stands."""
    before = _partners(here.run_id, key)
    _forget(here.run_id, owners=[key])
    entered = []
    sides = [side for side in (False, True) if here.find(key, is_request=side)]
    scores: dict[int, float] = {}
    for is_request in sides:
        scores = _scores(here, key, is_request=is_request)
        _refill(here, [key], is_request=is_request)
        entered += [(key, other, score) for other, score in _partners(here.run_id, key).items() if other not in before]
    entered += _update_others(here, key, scores, is_request=sides[0] if sides else None)
    return entered


def _partners(run_id: int, key: int) -> dict[int, float]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT other, score FROM matching_match WHERE run_id = %s AND owner = %s", [run_id, key])
        return dict(cursor.fetchall())


def _forget(run_id: int, *, owners: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM matching_match WHERE run_id = %s AND owner = ANY(%s)", [run_id, list(owners)])


def _scores(here: Standing, key: int, *, is_request: bool) -> dict[int, float]:
    """The score of every listing that this one may meet."""
    mine = here.single(key, is_request=is_request)
    found: dict[int, float] = {}
    if mine is None:
        return found
    for others in here.others(is_request=is_request):
        scores = live.scores_with(mine, others, here.rule, is_request=is_request)
        good = np.flatnonzero(scores > 0)
        found.update(zip(others.keys[good].tolist(), scores[good].tolist(), strict=True))
    return found


def _update_others(here: Standing, key: int, scores: dict[int, float], *, is_request: bool | None) -> list[Pair]:
    """Enter, move or remove a listing in the lists of the other side."""
    refill: list[int] = []
    gone: list[int] = []
    moved: list[tuple[int, int]] = []
    holders: set[int] = set()
    for owner, old, count, last in _holders(here.run_id, key):
        holders.add(owner)
        new = scores.get(owner, -1.0)
        if new <= 0:
            (refill if count == TOP else gone).append(owner)
        elif new < old and count == TOP and last is not None and (-new, key) > last:
            refill.append(owner)
        else:
            moved.append((owner, key))
    _delete(here.run_id, [(owner, key) for owner in gone])
    candidates = {owner: score for owner, score in scores.items() if owner not in holders}
    better = _better(here.run_id, key, candidates)
    _delete(here.run_id, [(owner, other) for owner, other in better if other is not None] + moved)
    entered = [owner for owner, _ in better]
    if is_request is not None:
        _insert(here, key, [owner for owner, _ in moved] + entered, is_request=is_request)
    for side in (False, True):
        _refill(here, [owner for owner in refill if here.find(owner, is_request=side)], is_request=side)
    return [(owner, key, candidates[owner]) for owner in entered]


def _holders(run_id: int, key: int) -> list[tuple[int, float, int, tuple[float, int] | None]]:
    """(owner, this listing's score, length, last of the other entries as (-score, key)) of the lists that hold it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT owner FROM matching_match WHERE run_id = %s AND other = %s", [run_id, key])
        owners = [owner for (owner,) in cursor.fetchall()]
        cursor.execute(
            "SELECT owner, other, score FROM matching_match WHERE run_id = %s AND owner = ANY(%s)", [run_id, owners]
        )
        lists: dict[int, list[tuple[float, int]]] = {owner: [] for owner in owners}
        for owner, other, score in cursor.fetchall():
            lists[owner].append((-score, other))
    found = []
    for owner, entries in lists.items():
        own = next(-score for score, other in entries if other == key)
        found.append((owner, own, len(entries), max((entry for entry in entries if entry[1] != key), default=None)))
    return found


def _better(run_id: int, key: int, candidates: dict[int, float]) -> list[tuple[int, int | None]]:
    """Of these lists those that a listing of such a score enters, each with the entry that it displaces."""
    parameters: dict[str, Any] = {
        "owners": list(candidates),
        "scores": list(candidates.values()),
        "run": run_id,
        "last": TOP - 1,
        "key": key,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BETTER, parameters)
        return list(cursor.fetchall())


def _delete(run_id: int, pairs: Sequence[tuple[int, int]]) -> None:
    if pairs:
        owners, others = zip(*pairs, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM matching_match m USING unnest(%s::bigint[], %s::bigint[]) AS p(owner, other) "
                "WHERE m.run_id = %s AND m.owner = p.owner AND m.other = p.other",
                [list(owners), list(others), run_id],
            )


def _insert(here: Standing, key: int, owners: Sequence[int], *, is_request: bool) -> None:
    """Write this listing's entry into the lists of these owners."""
    mine = here.single(key, is_request=is_request)
    wanted = np.array(sorted(owners), np.int64)
    for others in here.others(is_request=is_request) if mine is not None and len(wanted) else ():
        places = np.flatnonzero(np.isin(others.keys, wanted) & (others.bits > 0))
        if mine is not None and len(places):
            _write(here, mine, others, places, is_request=is_request, owning=False)


def _write(here: Standing, mine: Side, others: Side, places: Array, *, is_request: bool, owning: bool) -> None:
    """Entries of one listing with rows of a segment, in its own list (`owning`) or in theirs."""
    zero = np.zeros(len(places), np.int64)
    offers, requests = (others, mine) if is_request else (mine, others)
    at = (places, zero) if is_request else (zero, places)
    reasons, scores = kernel.explain(offers, requests, here.rule, *at)
    own, their = mine.keys[zero], others.keys[places]
    owner, other = (own, their) if owning else (their, own)
    offering = is_request != owning
    copying.copy(
        f"matching_match_{here.run_id}",
        copying.rows(here.run_id, owner, other, scores, reasons, here.rule, offering=offering),
    )


def _refill(here: Standing, owners: Iterable[int], *, is_request: bool) -> None:
    """Write whole lists anew from everything that stands on the other side."""
    owners = list(owners)
    if not owners:
        return
    _forget(here.run_id, owners=owners)
    for owner in owners:
        mine = here.single(owner, is_request=is_request)
        if mine is not None:
            _write_best(here, mine, is_request=is_request)


def _write_best(here: Standing, mine: Side, *, is_request: bool) -> None:
    segments = list(here.others(is_request=is_request))
    found: list[tuple[float, int, int, int]] = []
    for number, others in enumerate(segments):
        scores = live.scores_with(mine, others, here.rule, is_request=is_request)
        places = kernel.best(scores, others.keys)
        found += [(-float(scores[place]), int(others.keys[place]), number, int(place)) for place in places]
    best = sorted(found)[:TOP]
    for number, others in enumerate(segments):
        chosen = np.array([place for _, _, segment, place in best if segment == number], np.int64)
        if len(chosen):
            _write(here, mine, others, chosen, is_request=is_request, owning=True)
