"""Ranges of offers, and what each found for the requests: kept by blocks of requests until all are there and can be merged."""

from collections.abc import Iterator

import numpy as np

from apps.matching import kernel
from apps.matching.criteria import TOP
from apps.matching.kernel import Lists
from apps.matching.layout import TILE, Array
from apps.matching.models import Part, Run

MOST = 256  # ranges of a run: each keeps a list for every request, and all of these are merged
BLOCK = 8192  # requests whose lists make one row of two megabytes

Range = tuple[int, int]


def stride(requests: int, pairs: int) -> int:
    """How many offers are so many pairs, in whole tiles."""
    return max(TILE, pairs // max(1, requests) // TILE * TILE)


def ranges(offers: int, size: int) -> list[Range]:
    """Ranges of that many offers, or of more where they would be too many; one for no offers at all."""
    whole = max(size, -(-offers // MOST // TILE) * TILE)
    return [(at, min(at + whole, offers)) for at in range(0, max(offers, 1), whole)]


def keep(run: Run, start: int, lists: Lists) -> None:
    """Keep what the range that begins there found for the requests."""
    for at in range(0, len(lists.places), BLOCK):
        block = slice(at, at + BLOCK)
        data = lists.scores[block].tobytes() + lists.places[block].tobytes()
        Part.objects.create(run=run, start=start, block=at, lists=data)


def merged(run: Run, requests: int, keys: Array) -> Iterator[tuple[int, Lists]]:
    """The place of each block's first request, and the best of what all ranges found for it; `keys` are the offers'."""
    for at in range(0, requests, BLOCK):
        size = min(BLOCK, requests - at)
        best = kernel.empty_lists(size)
        found = Part.objects.filter(run=run, block=at).order_by("start").values_list("lists", flat=True)
        for data in found.iterator(chunk_size=8):
            kernel.merge(best, _lists(bytes(data), size), keys)
        yield at, best


def _lists(data: bytes, size: int) -> Lists:
    cut = size * TOP * 8
    return Lists(
        np.frombuffer(data[:cut], np.float64).reshape(size, TOP), np.frombuffer(data[cut:], np.int32).reshape(size, TOP)
    )
