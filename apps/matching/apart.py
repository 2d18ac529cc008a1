"""Which listings' enterprises would not stand together: by a veto of either, told or not, or as affiliates of one group."""

from collections.abc import Iterable

import numpy as np

from apps.matching import oracle, store
from apps.matching.models import PackedListing


def pairs(keys: Iterable[int]) -> frozenset[tuple[int, int]]:
    """The pairs (smaller key, greater key) of these listings that may not meet. Two listings of one enterprise may."""
    found = PackedListing.objects.filter(key__in=set(keys), data__isnull=False).order_by("key")
    items = [store.decode(bytes(data or b"")) for data in found.values_list("data", flat=True)]
    if not items:
        return frozenset()
    rows = np.array([item.row for item in items])
    keep = [oracle.kept_away(rows[at], item.vetoes, rows) for at, item in enumerate(items)]
    kept = np.array(keep) | np.array(keep).T
    kept &= rows["enterprise"][:, None] != rows["enterprise"][None]
    return frozenset(
        (int(rows["key"][a]), int(rows["key"][b])) for a, b in zip(*np.nonzero(np.triu(kept)), strict=True)
    )
