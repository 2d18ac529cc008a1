"""Results of a search as a file: CSV, XLSX or GeoJSON of what anybody may read, of the first rows at most."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from apps.enterprises.selectors import as_brief
from apps.opportunities import selectors as opportunities
from apps.opportunities.rules import AMOUNTS
from apps.projects import selectors as projects
from apps.search.filters import Filters
from apps.search.questions import Query
from apps.search.selectors import Hit, public, search

ROWS = 1_000
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
}
PUBLIC: dict[str, Callable[[Any], dict[str, Any]]] = {
    "opportunity": opportunities.as_public,
    "project": projects.as_public,
    "enterprise": as_brief,
}
_NAMES = {"opportunity": "listings", "project": "projects", "enterprise": "enterprises"}
_ENTERPRISE = ("id", "name", "country")
# Values that have parts become a column for each part, whether this row has the value or not.
_PARTS = {
    "enterprise": _ENTERPRISE,
    "owner": _ENTERPRISE,
    "project": ("id", "title"),
    "counts": ("references", "claims", "capacities"),
    **dict.fromkeys((*AMOUNTS, "budget"), ("amount", "currency")),
}
# What a spreadsheet takes for the beginning of a formula; the wide ones count in East Asian settings.
_FORMULA = tuple("=+-@\t\r＝＋－＠")

Record = dict[str, Any]
Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class File:
    """A file to take along; its name says how many rows of how many it has."""

    name: str
    content_type: str
    content: bytes


def formats(kind: str) -> tuple[str, ...]:
    """What results of a kind can be written as; enterprises have no position."""
    return ("csv", "xlsx") if kind == "enterprise" else ("csv", "xlsx", "geojson")


def written(query: Query, filters: Filters, *, kind: str, form: str, address: Callable[[int], str]) -> File:
    """The first results in their order, as `form`; `address` is where a row of this id is read."""
    hits, count = _first(query, filters)
    records = [{**PUBLIC[kind](hit.row), "url": address(hit.subject_id)} for hit in hits]
    places = positions(kind, hits) if form == "geojson" else {}
    content = _geojson(records, places) if form == "geojson" else _WRITERS[form](_table(records))
    number = len(places) if form == "geojson" else len(records)
    return File(f"{_NAMES[kind]}-{number}-of-{count}.{form}", TYPES[form], content)


def table(name: str, records: Iterable[Record], form: str) -> File:
    """Records as a table of their own, as CSV or XLSX."""
    return File(f"{name}.{form}", TYPES[form], _WRITERS[form](_table(records)))


def _first(query: Query, filters: Filters) -> tuple[list[Hit], str]:
    """The rows to write, page after page, and how many there are in all."""
    page = search(query, filters, page_size=ROWS)
    hits = list(page.results)
    count = f"{page.count}-or-more" if page.count_is_lower_bound else f"{page.count}"
    while page.next and len(hits) < ROWS:
        page = search(query, filters, page_size=ROWS - len(hits), cursor=page.next)
        hits += page.results
    return hits, count


def positions(kind: str, hits: Iterable[Hit]) -> dict[int, tuple[float, float]]:
    """Where the site of each row is, (longitude, latitude): its own or its project's, where that is public."""
    sites = {hit.subject_id: hit.subject_id if kind == "project" else _project_of(hit) for hit in hits}
    known = public("project").filter(longitude__isnull=False, latitude__isnull=False)
    places: dict[int, tuple[float, float]] = {
        pk: (longitude, latitude)
        for pk, longitude, latitude in known.filter(pk__in=set(sites.values())).values_list(
            "pk", "longitude", "latitude"
        )
    }
    return {row: places[site] for row, site in sites.items() if site in places}


def _project_of(hit: Hit) -> int:
    return getattr(hit.row, "project_id", None) or 0


def _geojson(records: Iterable[Record], places: Mapping[int, tuple[float, float]]) -> bytes:
    features = [
        {
            "type": "Feature",
            "id": record["id"],
            "geometry": {"type": "Point", "coordinates": places[record["id"]]},
            "properties": record,
        }
        for record in records
        if record["id"] in places
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, cls=DjangoJSONEncoder).encode()


def _table(records: Iterable[Record]) -> list[list[Cell]]:
    """The names of the columns, then a row for each record."""
    rows = [dict(_cells(record)) for record in records]
    names = list(dict.fromkeys(name for row in rows for name in row))
    return [[*names], *([row.get(name) for name in names] for row in rows)]


def _cells(record: Record) -> Iterator[tuple[str, Cell]]:
    for name, value in record.items():
        if name in _PARTS:
            yield from ((f"{name}.{part}", _cell((value or {}).get(part))) for part in _PARTS[name])
        else:
            yield name, _cell(value)


def _cell(value: Any) -> Cell:
    """A value as a cell: numbers stay numbers, several values stand in one cell, text is never a formula."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, date):
        return value.isoformat()
    text = "; ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return harmless(text)


def harmless(text: str) -> str:
    """Text that a spreadsheet shows and never computes."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv(table: Iterable[list[Cell]]) -> bytes:
    """With the mark by which spreadsheets know UTF-8."""
    text = io.StringIO()
    csv.writer(text).writerows(table)
    return text.getvalue().encode("utf-8-sig")


def _xlsx(table: Iterable[list[Cell]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Voltbridge")
    sheet.freeze_panes = "A2"
    for row in table:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell for cell in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


_WRITERS: dict[str, Callable[[Iterable[list[Cell]]], bytes]] = {"csv": _csv, "xlsx": _xlsx}
