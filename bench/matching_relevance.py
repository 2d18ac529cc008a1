"""The matcher by the judged pairs in `tests/relevance/matching/`: how good are the first ten of each request's twenty offers.

The half kept for testing counts; `SPLIT=tune make bench ONLY=matching_relevance` measures the other one.
"""

import json
import math
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import starmap
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from bench.search import scratch_database

if TYPE_CHECKING:
    from apps.core.records import Record
    from apps.matching.listings import Listing

SET = Path(__file__).resolve().parents[1] / "tests" / "relevance" / "matching"
WRITTEN = date(2026, 11, 24)  # the day of the set; certificates lapse and references age by it
NDCG, ABOVE_ONE_SIDED, PLACES = 0.85, 1.1, 10

Judged = Mapping[str, Any]
Pair = tuple[str, str]  # external ids of a request and an offer
Scores = dict[Pair, float]  # a pair that the matcher keeps apart is not there
Ways = tuple[float | None, float | None]  # the request's view of the offer, the offer's of the request
Means = tuple[float, float]  # nDCG@10 and both-sides success@10


@dataclass(frozen=True)
class Problem:
    """The set as the matcher reads it."""

    offers: Sequence["Listing"]
    requests: Sequence["Listing"]
    pairs: Sequence[Pair]


def main() -> None:
    """Print the matcher's own ranking first, then the others of the table, then both sides' success and vetoes."""
    split = os.environ.get("SPLIT", "test")
    judged = [row for row in rows("judgements.jsonl") if row["split"] == split]
    with scratch_database():
        table = variants(load(judged))
    means = {name: measured(judged, scores) for name, scores in table.items()}
    ndcg, success = means.pop("harmonic")
    unit = f"nDCG@10 on {split}, joint grade the lesser of both"
    _print("matching_relevance", ndcg, unit, f">= {NDCG}", ok=ndcg >= NDCG, success=success)
    for name, (value, reached) in means.items():
        _print(f"matching_relevance_{name}", value, unit, None, ok=True, success=reached)
    one_sided = max(means["forward"][1], means["backward"][1])
    ratio = success / one_sided if one_sided else math.inf
    unit = f"share of the first ten that suit both sides, of {possible(judged):.4f} possible"
    _print(
        "matching_relevance_success", success, unit, f">= {ABOVE_ONE_SIDED} times one-sided",
        ok=ratio >= ABOVE_ONE_SIDED, peer=f"the better one-sided ranking, {one_sided:.4f}", ratio=round(ratio, 3),
    )  # fmt: skip
    met = [f"{row['request']} {row['offer']}" for row in judged if row["veto"] and _pair(row) in table["harmonic"]]
    _print("matching_relevance_vetoes", len(met), "vetoed pairs that appear", "= 0", ok=not met, pairs=met)


def rows(name: str) -> list[Judged]:
    """The lines of a file of the set."""
    return [json.loads(line) for line in (SET / name).read_text("utf-8").splitlines()]


def _pair(row: Judged) -> Pair:
    return row["request"], row["offer"]


def load(judged: Sequence[Judged]) -> Problem:
    """The judged pairs with their listings, read as the imports read them."""
    from apps.enterprises.rules import RECORD as ENTERPRISE
    from apps.matching import sources
    from apps.matching.listings import Listing
    from apps.opportunities.rules import RECORD as OPPORTUNITY

    numbered = enumerate(map(_with_owner, _cleaned("enterprises.jsonl", ENTERPRISE)), start=1)
    profiles = {each.external_id: each for each in starmap(sources.profile_of_record, numbered)}
    offers, requests = (
        [
            Listing(number, profiles[values["enterprise"]], values)
            for number, values in enumerate(_cleaned(name, OPPORTUNITY), start=1)
        ]
        for name in ("offers.jsonl", "requests.jsonl")
    )
    return Problem(offers, requests, [_pair(row) for row in judged])


@cache
def _owners() -> dict[str, str]:
    """Who controls whom: the members of a group state the same name."""
    return {member: row["group"] for row in rows("groups.jsonl") for member in row["enterprises"]}


def _with_owner(values: dict[str, Any]) -> dict[str, Any]:
    return values | {"owner": _owners().get(values["external_id"], "")}


def _cleaned(name: str, record: "Record") -> Iterator[dict[str, Any]]:
    for row in rows(name):
        values, problems = record.clean(row)
        if problems:
            raise ValueError(f"{name}: {row['external_id']}: {problems[0].field}: {problems[0].message}")
        yield values


def variants(problem: Problem) -> dict[str, Scores]:
    """Scores by ranking: the matcher's own (harmonic), other means of the two ways, and without a part of what it knows."""
    from apps.matching.criteria import DEFAULT_WEIGHTS, TRACK_RECORD, joint

    full, bare = reasons(problem, concepts=True), reasons(problem, concepts=False)
    no_record = {**DEFAULT_WEIGHTS, **dict.fromkeys(TRACK_RECORD, 0)}
    no_concepts = {**DEFAULT_WEIGHTS, "technology": 0, "experience": 0}
    ways = _ways(full, DEFAULT_WEIGHTS)
    return {
        "harmonic": _each(ways, joint),
        "forward": _each(ways, lambda first, _: first or 0.0),
        "backward": _each(ways, lambda _, second: second or 0.0),
        "arithmetic": _each(ways, lambda *both: fmean(_known(both))),
        "minimum": _each(ways, lambda *both: min(_known(both))),
        "no_track_record": _each(_ways(full, no_record), joint),
        "no_concepts": _each(_ways(bare, no_concepts), joint),
    }


def _known(ways: Ways) -> list[float]:
    return [way for way in ways if way is not None] or [0.0]


def _each(ways: Mapping[Pair, Ways], mean: Callable[[float | None, float | None], float]) -> Scores:
    return {pair: mean(*both) for pair, both in ways.items()}


def reasons(problem: Problem, *, concepts: bool) -> dict[Pair, Any]:
    """The kernel's scores of each criterion both ways, for the pairs that it lets meet; `concepts` are read from texts."""
    from apps.matching import features, kernel, sources
    from apps.matching.criteria import DEFAULT_WEIGHTS
    from apps.matching.listings import Texts, opportunity_key
    from apps.matching.snapshot import lay_out, lexicon

    owners = {each.profile.id: each.profile for each in problem.offers}.values()
    years = [item["year"] for owner in owners for item in owner.references if item.get("year")]
    vocabulary = sources.vocabulary(today=WRITTEN, newest_year=max(years))
    texts = sources.texts() if concepts else Texts(sources.texts().words, lambda _text, _language: {})
    offers = [features.pack_listing(each, vocabulary, texts) for each in problem.offers]
    requests = [features.pack_listing(each, vocabulary, texts) for each in problem.requests]
    tracked = [features.pack_enterprise(owner, vocabulary, texts) for owner in owners]
    laid_out = lay_out(offers, requests, lexicon(offers + requests), tracked)
    names = {opportunity_key(each.id): each.values["external_id"] for each in problem.offers}
    asked = {opportunity_key(each.id): each.values["external_id"] for each in problem.requests}
    place = {names[int(key)]: at for at, key in enumerate(laid_out.offers.keys)}
    row = {asked[int(key)]: at for at, key in enumerate(laid_out.requests.keys)}
    rule = kernel.rules(dict(DEFAULT_WEIGHTS), vocabulary.alike)
    places = _places((place[offer] for _, offer in problem.pairs), (row[request] for request, _ in problem.pairs))
    found, scores = kernel.explain(*laid_out, rule, *places)
    return {pair: each for pair, each, score in zip(problem.pairs, found, scores, strict=True) if score > 0}


def _places(*columns: Iterator[int]) -> Any:
    import numpy as np

    return [np.fromiter(column, np.int64) for column in columns]


def _ways(found: Mapping[Pair, Any], weights: Mapping[str, int]) -> dict[Pair, Ways]:
    from apps.matching.criteria import way

    return {
        pair: (
            way(scores[0].tolist(), weights, offering=False).score,
            way(scores[1].tolist(), weights, offering=True).score,
        )
        for pair, scores in found.items()
    }


def grade(row: Judged) -> int:
    """The joint grade: the lesser of the two, since nobody meets against the will of either; none where a veto forbids."""
    return 0 if row["veto"] else min(row["forward"], row["backward"])


def measured(judged: Sequence[Judged], scores: Scores) -> Means:
    """Means over the requests; equal scores go by the offer's id."""
    asked = defaultdict(list)
    for row in judged:
        asked[row["request"]].append(row)
    each = [_of_one(candidates, scores) for candidates in asked.values()]
    return round(fmean(one[0] for one in each), 4), round(fmean(one[1] for one in each), 4)


def _of_one(candidates: Sequence[Judged], scores: Scores) -> Means:
    met = [row for row in candidates if _pair(row) in scores]
    ranking = [grade(row) for row in sorted(met, key=lambda row: (-scores[_pair(row)], row["offer"]))]
    ideal = sorted(map(grade, candidates), reverse=True)
    return _gain(ranking) / _gain(ideal), sum(each >= 2 for each in ranking[:PLACES]) / PLACES


def _gain(grades: Sequence[int]) -> float:
    return sum(((1 << each) - 1) / math.log2(place + 1) for place, each in enumerate(grades[:PLACES], start=1))


def possible(judged: Sequence[Judged]) -> float:
    """The both-sides success@10 of a perfect ranking; no request has more than ten that suit both."""
    return sum(grade(row) >= 2 for row in judged) / PLACES / len({row["request"] for row in judged})


def _print(bench: str, value: float, unit: str, goal: str | None, *, ok: bool, **more: Any) -> None:
    line = {"bench": bench, "value": value, "unit": unit, "peer": None, "ratio": None, "goal": goal, "ok": ok}
    print(json.dumps(line | more), flush=True)


if __name__ == "__main__":
    main()
