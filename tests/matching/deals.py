"""Real deals and project texts as records: each company an enterprise whose references are its deals, each later deal a request."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale

Row = Mapping[str, str]
# The sectors of the source as the field says them. It names five; what it leaves without one is the rest of energy: the grid,
# nuclear power.
SECTORS = {
    "Hydro": "hydropower", "Oil": "crude oil", "Gas": "natural gas", "Coal": "coal power", "Alternative": "solar; wind",
    "": "power grid; nuclear",
}  # fmt: skip
_SPELLINGS = {
    "USA": "US", "Britain": "GB", "UAE": "AE", "Democratic Republic of the Congo": "CD", "Congo": "CG", "Russian Federation": "RU",
    "Bosnia": "BA", "Myanmar": "MM", "Burma": "MM", "Trinidad-Tobago": "TT", "Ivory Coast": "CI", "Cote d'Ivoire": "CI",
    "South Korea": "KR", "Laos": "LA", "Lao People's Democratic Republic": "LA", "Viet Nam": "VN", "Macedonia": "MK",
    "Czech Republic": "CZ", "Turkey": "TR", "Cape Verde": "CV", "Cabo Verde": "CV", "Kyrgyz Republic": "KG",
}  # fmt: skip


@cache
def _codes() -> dict[str, str]:
    names = {name: code for code, name in Locale("en").territories.items() if len(code) == 2 and code.isalpha()}
    return names | _SPELLINGS


def country(name: str) -> str:
    """The code of a country's name; "" where the source names no country."""
    return _codes().get(name) or _codes().get(name.replace(" and ", " & "), "")


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _deal_title(row: Row) -> str:
    return f"{row['subsector'] or 'Energy'} in {row['country']}"


def deal_reference(row: Row) -> dict[str, Any]:
    return _stated(
        title=_deal_title(row), country=country(row["country"]), technologies=_technologies(row["subsector"]),
        year=int(row["year"]), value=float(row["amount_musd"]) * 1e6 if row["amount_musd"] else None, currency="USD",
        counterparty=row["counterparty"][:300],
    )  # fmt: skip


def deal_request(number: int, row: Row) -> dict[str, Any]:
    amount = float(row["amount_musd"]) * 1e6 if row["amount_musd"] else None
    return _stated(
        external_id=f"deal-{number}", enterprise="counterparty", side="request", family="business", title=_deal_title(row),
        summary=_deal_title(row), language="en", technologies=_technologies(row["subsector"]),
        target_countries=[code] if (code := country(row["country"])) else [],
        budget_min=amount, budget_max=amount, currency="USD",
    )  # fmt: skip


def text_reference(row: Row) -> dict[str, Any]:
    return _stated(
        title=row["title_masked"][:500], country=country(row["recipient"]), year=int(row["year"]),
        value=float(row["amount_usd2021"]) if row["amount_usd2021"] else None, currency="USD",
    )  # fmt: skip


def text_request(number: int, row: Row) -> dict[str, Any]:
    amount = float(row["amount_usd2021"]) if row["amount_usd2021"] else None
    return _stated(
        external_id=f"text-{number}", enterprise="recipient", side="request", family="business", title=row["title_masked"][:500],
        summary=(row["description_masked"] or row["title_masked"])[:20_000], language="en",
        target_countries=[code] if (code := country(row["recipient"])) else [],
        budget_min=amount, budget_max=amount, currency="USD",
    )  # fmt: skip


def _technologies(sector: str) -> list[str]:
    return [word.strip() for word in SECTORS.get(sector, "").split(";") if word.strip()]


def _stated(**values: Any) -> dict[str, Any]:
    stated = {name: value for name, value in values.items() if value not in (None, "", [])}
    if not {"value", "budget_min", "budget_max"} & set(stated):
        stated.pop("currency", None)
    return stated


Case = tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]


def deals(past: Iterable[Row], later: Iterable[Row]) -> Case:
    """Enterprises, requests and truth; only deals whose company was seen before are asked about."""
    return _case(past, later, lambda row: [row["company"]], deal_reference, deal_request)


def texts(past: Iterable[Row], later: Iterable[Row]) -> Case:
    return _case(past, later, lambda row: row["contractors"].split("|"), text_reference, text_request)


def _case(past: Iterable[Row], later: Iterable[Row], names: Any, reference: Any, request: Any) -> Case:
    done: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in past:
        for name in names(row):
            done[name].append(reference(row))
    enterprises = [
        {"external_id": name, "name": name, "country": "CN", "language": "en", "references": items}
        for name, items in sorted(done.items())
    ]
    asked = [(request(number, row), [name for name in names(row) if name in done]) for number, row in enumerate(later)]
    asked = [(record, truth) for record, truth in asked if truth]
    truths = [{"request": record["external_id"], "enterprises": truth} for record, truth in asked]
    return enterprises, [record for record, _ in asked], truths


def rolling(rows: Iterable[Row], years: Iterable[int]) -> Iterator[tuple[list[Row], list[Row]]]:
    """(before the year, in the year) within the training split: what weights may be chosen on."""
    train = [row for row in rows if row["split"] == "train"]
    for year in years:
        yield [row for row in train if int(row["year"]) < year], [row for row in train if int(row["year"]) == year]


def write(folder: Path, case: Case) -> tuple[Path, Path, Path]:
    """The three files of `evaluate partners`."""
    paths = folder / "enterprises.jsonl", folder / "requests.jsonl", folder / "truth.jsonl"
    for path, rows in zip(paths, case, strict=True):
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return paths
