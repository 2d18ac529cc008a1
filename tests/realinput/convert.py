"""Real energy projects as records: each of them a project, with one business request for its technology, country and amount.

As a program it writes the three files that the importers take:
`python tests/realinput/convert.py ../shared/data/gcdf_energy_projects.csv FOLDER`.
"""

import csv
import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from babel.core import get_global

FILE = "gcdf_energy_projects.csv"
Row = Mapping[str, str]
Record = dict[str, Any]

# The source names lenders and borrowers in prose only, so one enterprise asks on behalf of all of them.
ENTERPRISE: Record = {
    "external_id": "gcdf-borrowers", "name": "Borrowers of convenience (invented for tests)", "country": "CN", "language": "en",
    "summary": "An invented enterprise that stands for the borrowers of real projects.",
}  # fmt: skip
STAGES = {"Completion": "operation", "Implementation": "construction", "Pipeline: Commitment": "financing"}
# "600MW", "1,310 MW", "2.4GW", "2×660MW", "70 KW"; not the energy of "100 MWh", nor the voltage of "230kV".
_POWER = re.compile(r"(?:\b(\d+) ?[x×*] ?)?(?<![\d.,])(\d[\d,]*(?:\.\d+)?) ?-?(kW|MW|GW|megawatts?)p?\b", re.IGNORECASE)
_IN_MW = {"k": 0.001, "m": 1.0, "g": 1000.0}
# Works are asked of those who build; everything else that the titles name (loans, grants, credits) of those who pay.
_WORKS = re.compile(
    r"construct|rehabilitat|renovat|expan|extension|upgrad|reinforc|moderni[sz]|electrification|install", re.IGNORECASE
)


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def country(alpha_3: str) -> str:
    """The alpha-2 code of an alpha-3 one, by the aliases of CLDR."""
    (alpha_2,) = get_global("territory_aliases")[alpha_3]
    return str(alpha_2)


def power_mw(title: str) -> float | None:
    """The first power that a title states."""
    found = _POWER.search(title)
    if found is None:
        return None
    units, amount, unit = found.groups()
    return int(units or 1) * float(amount.replace(",", "")) * _IN_MW[unit[0].lower()]


def project(row: Row) -> Record:
    return _stated(
        external_id=_name(row), title=row["title"], country=country(row["country_iso3"]), power_mw=power_mw(row["title"]),
        stage=STAGES[row["status"]], operation_year=int(float(row["completion_year"] or row["commitment_year"])),
        budget=_amount(row), currency=_currency(row), description=row["description"], language="en",
    )  # fmt: skip


def request(row: Row) -> Record:
    """Its technology is not stated: the tagger finds it in the text, as in the project's."""
    code, power = country(row["country_iso3"]), power_mw(row["title"])
    return _stated(
        external_id=f"{_name(row)}-request", enterprise=ENTERPRISE["external_id"], project=_name(row), side="request",
        family="business", title=row["title"], summary=row["description"] or row["title"], language="en",
        modes=["epc-integration" if _WORKS.search(row["title"]) else "project-finance"], target_countries=[code],
        power_mw_min=power, power_mw_max=power, budget_max=_amount(row), currency=_currency(row),
    )  # fmt: skip


def _name(row: Row) -> str:
    return f"gcdf-{row['record_id']}"


def _amount(row: Row) -> float | None:
    return float(row["amount_usd_2021"]) if row["amount_usd_2021"] else None


def _currency(row: Row) -> str:
    return "USD" if row["amount_usd_2021"] else ""


def _stated(**values: Any) -> Record:
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def write(path: Path, records: Iterable[Record]) -> Path:
    """Write records as JSON Lines."""
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


def write_all(source: Path, folder: Path) -> dict[str, Path]:
    """The three files by kind, in the order in which they must be imported."""
    rows = read(source)
    return {
        "enterprises": write(folder / "enterprises.jsonl", [ENTERPRISE]),
        "projects": write(folder / "projects.jsonl", map(project, rows)),
        "opportunities": write(folder / "opportunities.jsonl", map(request, rows)),
    }


def main() -> None:
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for kind, path in write_all(Path(sys.argv[1]), folder).items():
        print(f"{kind}: {path}")


if __name__ == "__main__":
    main()
