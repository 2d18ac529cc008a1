"""Measures of ranked lists against what is relevant, with bootstrap intervals where there are few."""

import math
import random
from collections.abc import Collection, Mapping, Sequence
from typing import Any

SMALL = 100
RESAMPLES = 1000
Judged = tuple[Sequence[Any], Collection[Any]]


def of_one(ranking: Sequence[Any], relevant: Collection[Any]) -> dict[str, float]:
    """The measures of one ranking; an item that is not in it counts as never found."""
    hits = [place for place, item in enumerate(ranking, start=1) if item in relevant]
    gain = sum(1 / math.log2(place + 1) for place in hits if place <= 10)
    ideal = sum(1 / math.log2(place + 1) for place in range(1, min(len(relevant), 10) + 1))
    return {
        "hit@1": float(bool(hits) and hits[0] == 1),
        "hit@10": float(bool(hits) and hits[0] <= 10),
        "mrr": 1 / hits[0] if hits else 0.0,
        "ndcg@10": gain / ideal if ideal else 0.0,
        "recall@10": sum(place <= 10 for place in hits) / len(relevant) if relevant else 0.0,
    }


def summary(judged: Sequence[Judged]) -> dict[str, Any]:
    """Means over rankings; fewer than SMALL carry the 95% bootstrap interval of their mean reciprocal rank."""
    each = [of_one(ranking, relevant) for ranking, relevant in judged]
    names = ("hit@1", "hit@10", "mrr", "ndcg@10", "recall@10")
    found: dict[str, Any] = {"n": len(each)} | {
        name: round(sum(one[name] for one in each) / len(each), 4) if each else None for name in names
    }
    if 0 < len(each) < SMALL:
        found["mrr_interval"] = interval([one["mrr"] for one in each])
    return found


def interval(values: Sequence[float], seed: int = 1) -> list[float]:
    """The 95% bootstrap interval of a mean; the same for the same values."""
    source = random.Random(seed)  # noqa: S311 - resampling, no secret
    means = sorted(math.fsum(source.choices(values, k=len(values))) / len(values) for _ in range(RESAMPLES))
    return [round(means[int(RESAMPLES * share)], 4) for share in (0.025, 0.975)]


def report(every: Sequence[Judged], slices: Mapping[str, Sequence[Judged]]) -> dict[str, Any]:
    """What the `evaluate` commands print."""
    return {"all": summary(every), "slices": {name: summary(judged) for name, judged in slices.items()}}
