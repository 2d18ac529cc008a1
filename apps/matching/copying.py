"""Matches as rows of PostgreSQL's binary COPY, made from arrays without a loop."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from django.db import connection

from apps.matching.criteria import COUNT, UNKNOWN
from apps.matching.kernel import Lists, Rules, explain
from apps.matching.layout import Array, Side

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_FIELDS = (
    ("run_id", ">i4"),
    ("owner", ">i8"),
    ("other", ">i8"),
    ("score", ">f8"),
    ("confidence", ">f4"),
    ("reasons", f"V{2 * COUNT}"),
)
_ROW = np.dtype(
    [
        ("fields", ">i2"),
        *((f"{name}{part}", kind) for name, dtype in _FIELDS for part, kind in (("_size", ">i4"), ("", dtype))),
    ]
)
CHUNK = 1 << 20
PAIRS = 4_000


def rows(
    run_id: int,
    owner: Array,
    other: Array,
    scores: Array,
    reasons: npt.NDArray[np.uint8],
    rule: Rules,
    *,
    offering: bool,
) -> Array:
    """Rows of the lists of one side; `reasons` begin with the request's view, and `offering` says that the owners are offers."""
    found = np.zeros(len(owner), _ROW)
    found["fields"] = len(_FIELDS)
    for name, dtype in _FIELDS:
        found[f"{name}_size"] = np.dtype(dtype).itemsize
    found["run_id"], found["owner"], found["other"], found["score"] = run_id, owner, other, scores
    found["confidence"] = confidence(reasons, rule)
    ordered = np.ascontiguousarray(reasons[:, ::-1] if offering else reasons)
    found["reasons"] = ordered.reshape(-1).view(f"V{2 * COUNT}")
    return found


def confidence(reasons: npt.NDArray[np.uint8], rule: Rules) -> npt.NDArray[np.float64]:
    """The share of the weight of both ways that is known."""
    known = (reasons != UNKNOWN) * rule.weights
    return np.asarray(known.sum(axis=(1, 2)) / rule.totals.sum())


def rows_of_lists(
    run_id: int, lists: Lists, offers: Side, requests: Side, rule: Rules, *, offering: bool, first: int = 0
) -> Array:
    """Rows of kept lists; `first` is the place of the first list's owner."""
    return _rows(run_id, *_pairs(lists, first), offers, requests, rule, offering=offering)


def rows_by_partner(
    run_id: int, lists: Lists, offers: Side, requests: Side, rule: Rules, *, first: int
) -> Iterator[Array]:
    """The same of requests' lists, PAIRS at a time in the order of the offers, so that these are read from end to end once."""
    own, partner = _pairs(lists, first)
    order = np.argsort(partner, kind="stable")
    for at in range(0, len(order), PAIRS):
        some = order[at : at + PAIRS]
        yield _rows(run_id, own[some], partner[some], offers, requests, rule, offering=False)


def _pairs(lists: Lists, first: int) -> tuple[Array, Array]:
    """The places of owners and partners, entry by entry."""
    owner, slot = np.nonzero(lists.places >= 0)
    return owner + first, lists.places[owner, slot].astype(np.int64)


def _rows(
    run_id: int, own: Array, partner: Array, offers: Side, requests: Side, rule: Rules, *, offering: bool
) -> Array:
    reasons, scores = explain(offers, requests, rule, *((own, partner) if offering else (partner, own)))
    mine, theirs = (offers, requests) if offering else (requests, offers)
    return rows(run_id, mine.keys[own], theirs.keys[partner], scores, reasons, rule, offering=offering)


def copy(table: str, found: Array) -> None:
    """Send rows to a table of matches."""
    with (
        connection.cursor() as cursor,
        cursor.copy(
            f"COPY {table} (run_id, owner, other, score, confidence, reasons) FROM STDIN (FORMAT binary)"
        ) as stream,
    ):
        stream.write(_HEADER)
        data = memoryview(found.tobytes())
        for begin in range(0, len(data), CHUNK):
            stream.write(data[begin : begin + CHUNK])
        stream.write(_TRAILER)
