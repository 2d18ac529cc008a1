"""Search across ten languages, by the judged listings and queries in `tests/relevance/`: the worst pair comes first.

A query is ranked among the listings of one language at a time; a pair is the language of the query and that of the
listings. The half kept for testing counts; `SPLIT=tune make bench ONLY=relevance` measures the other one. The blind
questions, in words of no glossary, are all measured either way.
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from bench.search import scratch_database

if TYPE_CHECKING:
    from apps.search.evaluation import Answer

SET = Path(__file__).resolve().parents[1] / "tests" / "relevance"
WORST, RECALL, NDCG, OUTSIDE, NOTHING = 0.65, 0.85, 0.75, 0.60, 0.02

Pair = tuple[str, float, float, int]  # languages, recall@10, nDCG@10, queries


def main() -> None:
    """Print a line for each goal; the first one and the one on words outside the labels list every pair."""
    split = os.environ.get("SPLIT", "test")
    with scratch_database(), TemporaryDirectory() as folder:
        from apps.search import evaluation

        every = list(evaluation.answers(documents=SET / "documents.jsonl", queries=_queries(Path(folder))))
    found = [answer for answer in every if answer.asked["split"] == split]
    pairs = by_pair(found)
    worst, recall, _ndcg, number = pairs[0]
    _print("relevance_worst", recall, f"recall@10 of {worst}, {number} queries of {split}", WORST, pairs=pairs)
    _print("relevance_recall", fmean(pair[1] for pair in pairs), f"recall@10, mean of {len(pairs)} pairs", RECALL)
    _print("relevance_ndcg", fmean(pair[2] for pair in pairs), f"nDCG@10, mean of {len(pairs)} pairs", NDCG)
    outside = by_pair(answer for answer in found if answer.asked["words"] == "outside")
    unit = f"recall@10, mean of {len(outside)} pairs, words of no label; nDCG {fmean(p[2] for p in outside):.3f}"
    _print("relevance_outside", fmean(pair[1] for pair in outside), unit, OUTSIDE, pairs=outside)
    shares = empty_shares(found)
    emptiest = max(shares, key=lambda language: shares[language])
    unit = f"share of queries in {emptiest} that find nothing"
    _print("relevance_nothing", shares[emptiest], unit, NOTHING, ok=shares[emptiest] < NOTHING, languages=shares)
    asked = [answer for answer in every if answer.asked["split"] == "blind"]
    blind = by_pair(asked)
    unit = f"recall@10, mean of {len(blind)} pairs, words of no glossary, {len(asked)} queries; "
    unit += f"nDCG {fmean(pair[2] for pair in blind):.3f}; worst {blind[0][0]} {blind[0][1]:.3f}"
    _print("relevance_blind", fmean(pair[1] for pair in blind), unit, OUTSIDE, pairs=blind)


def _queries(folder: Path) -> Path:
    """Both sets of queries in one file, so that the listings are indexed once; the blind ones are a split of their own."""
    rows = (SET / "queries.jsonl").read_text("utf-8").splitlines()
    blind = (json.loads(row) for row in (SET / "blind.jsonl").read_text("utf-8").splitlines())
    rows += [json.dumps(row | {"split": "blind", "words": "blind"}, ensure_ascii=False) for row in blind]
    path = folder / "queries.jsonl"
    path.write_text("".join(f"{row}\n" for row in rows), "utf-8")
    return path


def by_pair(answers: Iterable["Answer"]) -> list[Pair]:
    """Means over the queries of each pair of languages, the worst recall first."""
    from apps.core import metrics

    judged = defaultdict(list)
    for answer in answers:
        for language, one in answer.inside.items():
            judged[f"{answer.language}-{language}"].append(metrics.of_one(*one))
    found = (
        (pair, _mean(each, "recall@10"), _mean(each, "ndcg@10"), len(each)) for pair, each in sorted(judged.items())
    )
    return sorted(found, key=lambda pair: pair[1:3])


def _mean(each: list[dict[str, float]], name: str) -> float:
    return round(fmean(one[name] for one in each), 4)


def empty_shares(answers: Iterable["Answer"]) -> dict[str, float]:
    """By language, the share of queries to which no listing in any language comes up."""
    empty = defaultdict(list)
    for answer in answers:
        empty[answer.language].append(not answer.every[0])
    return {language: round(fmean(each), 4) for language, each in sorted(empty.items())}


def _print(bench: str, value: float, unit: str, goal: float, *, ok: bool | None = None, **more: Any) -> None:
    least = ok is None
    line = {"bench": bench, "value": round(value, 4), "unit": unit, "peer": None, "ratio": None}
    line |= {"goal": f"{'>=' if least else '<'} {goal:g}", "ok": value >= goal if least else ok}
    print(json.dumps(line | more), flush=True)


if __name__ == "__main__":
    main()
