"""The best of what several ranges of offers found for each request."""

from collections.abc import Sequence

import numpy as np

from apps.matching.criteria import TOP
from apps.matching.kernel import Lists
from apps.matching.layout import Side


def merged(parts: Sequence[Lists], offers: Side, top: int = TOP) -> Lists:
    """One list for each request from those of all parts; equal scores go by the smaller key."""
    scores = np.concatenate([part.scores for part in parts], axis=1)
    places = np.concatenate([part.places for part in parts], axis=1)
    keys = offers.keys[places] if len(offers.keys) else np.zeros_like(places, np.int64)
    best = np.lexsort((keys, -scores), axis=1)[:, :top]
    return Lists(np.take_along_axis(scores, best, 1), np.take_along_axis(places, best, 1))
