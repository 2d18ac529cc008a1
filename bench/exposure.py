"""How evenly attention falls on enterprises, before and after lists are re-ordered, and what that costs in fit.

The requests of the real projects meet all enterprises of the demonstration and of the real deals.
"""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.search import scratch_database

if TYPE_CHECKING:
    from apps.core.records import Record
    from apps.matching.attention import Measured

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
GOAL_RATIO, GOAL_LOSS = 0.5, 0.05


def main() -> None:
    """Print the ratio of the Gini coefficients first, then the loss of fit, then envy."""
    data = Path(os.environ.get("SHARED_DATA", SHARED))
    with scratch_database():
        from apps.matching import attention, exposure

        found = measured(data)
        report = attention.report(found, exposure.factors(found.lists, found.size))
    gini, envy, lost = report["gini"], report["envy"], report["loss_of_fit"]
    ratio, size = gini["after"] / gini["before"], f"{report['requests']} requests, {report['enterprises']} enterprises"
    unit = f"Gini coefficient of exposure, {size}"
    _print("exposure", gini["after"], unit, f"<= {GOAL_RATIO} times before", ok=ratio <= GOAL_RATIO, **_peer(gini))
    unit = "share of the mean score of the partners shown that is given up"
    by_place = report["loss_by_place"]
    _print("exposure_loss", lost, unit, f"< {GOAL_LOSS}", ok=lost < GOAL_LOSS, weighed_by_place=by_place)
    unit = "share of the enterprises that would do better with another one's places"
    _print("exposure_envy", envy["after"], unit, None, ok=True, **_peer(envy))


def measured(data: Path) -> "Measured":
    """The requests' lists."""
    from apps.matching import attention, features, kernel, sources
    from apps.matching.criteria import DEFAULT_WEIGHTS
    from apps.matching.snapshot import lay_out, lexicon

    profiles = list(_profiles(data))
    years = [item["year"] for each in profiles for item in each.references if item.get("year")]
    vocabulary, texts = sources.vocabulary(newest_year=max(years)), sources.texts()
    offers = [features.pack_enterprise(each, vocabulary, texts) for each in profiles]
    requests = [features.pack_listing(each, vocabulary, texts) for each in _requests(data)]
    snapshot = lay_out(offers, requests, lexicon(offers + requests))
    return attention.measure(*snapshot, kernel.rules(dict(DEFAULT_WEIGHTS), vocabulary.alike))


def _profiles(data: Path) -> Iterator[Any]:
    from apps.enterprises.rules import RECORD
    from apps.imports import showcase
    from apps.matching import sources
    from tests.matching import deals

    lines = [path.read_text("utf-8").splitlines() for kind, path in showcase.files() if kind == "enterprises"]
    invented = [json.loads(line) for each in lines for line in each]
    real, _, _ = deals.deals(deals.read(data / "cgit_energy_deals_to_2017.csv"), [])
    for number, values in enumerate(_cleaned([*invented, *real], RECORD), start=1):
        yield sources.profile_of_record(number, values)


def _requests(data: Path) -> Iterator[Any]:
    from apps.matching.listings import Listing, Profile
    from apps.opportunities.rules import RECORD
    from tests.realinput import convert

    rows = convert.read(data / convert.FILE)
    owner = Profile(-1, convert.ENTERPRISE["external_id"], convert.ENTERPRISE["country"])
    for number, (row, values) in enumerate(zip(rows, _cleaned(map(convert.request, rows), RECORD), strict=True)):
        yield Listing(number, owner, values, site=convert.project(row)["country"])


def _cleaned(rows: Iterable[Any], record: "Record") -> Iterator[dict[str, Any]]:
    for row in rows:
        values, problems = record.clean(row)
        if problems:
            raise ValueError(f"{row['external_id']}: {problems[0].field}: {problems[0].message}")
        yield values


def _peer(pair: dict[str, float]) -> dict[str, Any]:
    return {"peer": f"by fit alone, {pair['before']}", "ratio": round(pair["after"] / pair["before"], 3)}


def _print(bench: str, value: float, unit: str, goal: str | None, *, ok: bool, **more: Any) -> None:
    line = {"bench": bench, "value": value, "unit": unit, "peer": None, "ratio": None, "goal": goal, "ok": ok}
    print(json.dumps(line | more), flush=True)


if __name__ == "__main__":
    main()
