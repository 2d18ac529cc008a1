"""Who was the true partner of a real deal or project text: the matcher by `evaluate partners`, and what each part of it brings.

The lines with goals are of the dev split. The others compare rankings on rolling years within the training split alone: for each
year by what was known before it. The data lie beside the checkout (SHARED_DATA); tests/matching/deals.py makes records of them.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from bench.search import scratch_database

if TYPE_CHECKING:
    from apps.core.metrics import Judged
    from apps.matching.evaluation import Problem

DATA = Path(os.environ.get("SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
FILES = {"deals": "cgit_energy_deals_to_2017.csv", "texts": "gcdf_contractor_to_2013.csv"}
YEARS = {"deals": range(2010, 2016), "texts": range(2008, 2012)}
RATES = "date,currency,rate\n2099-01-02,USD,1.1\n2099-01-02,CNY,7.8\n"
# What the dev split has to reach.
GOALS = {
    ("deals", "all", "mrr"): 0.45,
    ("deals", "all", "hit@10"): 0.81,
    ("deals", "long_tail", "mrr"): 0.08,
    ("texts", "all", "mrr"): 0.64,
}
Numbers = npt.NDArray[np.float64]
Mean = Callable[[Numbers, Numbers], Numbers]


def main() -> None:
    """Print the lines of the dev split, then one for each ranking over the rolling years."""
    with scratch_database(), TemporaryDirectory() as folder:
        from apps.matching.criteria import DEFAULT_WEIGHTS
        from apps.matching.evaluation import measures, rankings, read
        from apps.reference.services import import_rates
        from tests.matching import deals

        import_rates(RATES)
        for kind, file in FILES.items():
            rows, make = deals.read(DATA / file), getattr(deals, kind)
            train, dev = ([row for row in rows if row["split"] == split] for split in ("train", "dev"))

            def problem(past: Any, later: Any, make: Any = make) -> "Problem":
                enterprises, requests, truth = deals.write(Path(folder), make(past, later))
                return read(enterprises=enterprises, requests=requests, truth=truth)

            asked = problem(train, dev)
            _print_dev(kind, measures(asked, rankings(asked, dict(DEFAULT_WEIGHTS))))
            _print_rolling(kind, [problem(*years) for years in deals.rolling(rows, YEARS[kind])])


def _print_dev(kind: str, found: Mapping[str, Any]) -> None:
    parts = {"all": found["all"], **found["slices"]}
    for (of, part, measure), goal in GOALS.items():
        if of == kind:
            value = parts[part][measure]
            _print(
                f"partners_{kind}",
                value,
                f"{measure} of {parts[part]['n']}, {part}, dev",
                f">= {goal:g}",
                ok=value >= goal,
            )


def _print_rolling(kind: str, problems: Sequence["Problem"]) -> None:
    from apps.core.metrics import summary

    judged: dict[str, list[Judged]] = {}
    for problem in problems:
        for name, rankings in variants(problem).items():
            judged.setdefault(name, []).extend(rankings)
    for name, each in judged.items():
        found = summary(each)
        unit = f"mrr of {found['n']}, rolling years within train; hit@10 {found['hit@10']:.3f}"
        _print(f"partners_{kind}_{name}", found["mrr"], unit, None, ok=True)


def variants(problem: "Problem") -> "dict[str, list[Judged]]":
    """The rankings by other means of the two ways than the matcher's own, and without a part of what it knows."""
    from apps.matching import sources
    from apps.matching.criteria import DEFAULT_WEIGHTS, TRACK_RECORD
    from apps.matching.listings import Texts

    no_record = {**DEFAULT_WEIGHTS, **dict.fromkeys(TRACK_RECORD, 0)}
    no_concepts = {**DEFAULT_WEIGHTS, "technology": 0, "experience": 0}
    words = Texts(sources.texts().words, lambda _text, _language: {})
    return {
        **{name: list(_ranked(problem, DEFAULT_WEIGHTS, mean)) for name, mean in _MEANS.items()},
        "no_track_record": list(_ranked(problem, no_record, _harmonic)),
        "no_concepts": list(_ranked(problem, no_concepts, _harmonic, words)),
    }


def _harmonic(first: Numbers, second: Numbers) -> Numbers:
    one, other = _filled(first, second)
    return np.divide(2 * one * other, one + other, out=np.zeros_like(one), where=one + other > 0)


def _filled(first: Numbers, second: Numbers) -> tuple[Numbers, Numbers]:
    """Where one way is wholly unknown the other one stands for it."""
    return np.nan_to_num(np.where(np.isnan(first), second, first)), np.nan_to_num(
        np.where(np.isnan(second), first, second)
    )


_MEANS: Mapping[str, Mean] = {
    "harmonic": _harmonic,
    "forward": lambda first, _: np.nan_to_num(first),
    "backward": lambda _, second: np.nan_to_num(second),
    "arithmetic": lambda *both: np.mean(_filled(*both), axis=0),
    "minimum": lambda *both: np.minimum(*_filled(*both)),
}


def _ranked(problem: "Problem", weights: Mapping[str, int], mean: Mean, texts: Any = None) -> "Iterator[Judged]":
    """For each request that was judged all enterprises that it may meet, best first, with the true ones; equal ones by key."""
    from apps.matching import evaluation, kernel
    from apps.matching.criteria import SCALE, UNKNOWN
    from apps.matching.listings import enterprise_key, opportunity_key
    from apps.matching.snapshot import lay_out, lexicon

    offers, requests, vocabulary = evaluation.packed(problem, texts)
    laid_out = lay_out(offers, requests, lexicon(offers))
    rule = kernel.rules(dict(weights), vocabulary.alike)
    names = {enterprise_key(each.id): each.external_id for each in problem.profiles}
    asked = {opportunity_key(each.id): each.values["external_id"] for each in problem.requests}
    every = np.arange(len(offers))
    for row, key in enumerate(laid_out.requests.keys.tolist()):
        reasons, scores = kernel.explain(*laid_out, rule, every, np.full(len(offers), row))
        known = (reasons != UNKNOWN) * rule.weights
        with np.errstate(invalid="ignore"):
            ways = (known * reasons).sum(axis=2) / (SCALE * known.sum(axis=2))
        joint = np.where(scores > 0, mean(*ways.T), -1.0)
        best = np.lexsort((laid_out.offers.keys, -joint))
        if truth := problem.truth.get(asked[key]):
            yield [names[int(laid_out.offers.keys[at])] for at in best if joint[at] >= 0], truth


def _print(bench: str, value: float, unit: str, goal: str | None, *, ok: bool) -> None:
    line = {"bench": bench, "value": value, "unit": unit, "peer": None, "ratio": None, "goal": goal, "ok": ok}
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
