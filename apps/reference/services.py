"""Loading reference data; every row names its source and a wrong file changes nothing."""

import csv
import io
import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from defusedxml import DefusedXmlException, ElementTree
from django.core.exceptions import ValidationError
from django.db import transaction

from apps.journal import services as journal
from apps.reference import selectors
from apps.reference.models import ExchangeRate, Framework, FrameworkMembership, Standard
from apps.reference.rules import country_codes, currency_codes

SEEDS = Path(__file__).parent / "seeds"
_ECB = "European Central Bank"


class BadFile(ValueError):
    """A file that was refused whole; the message names line, column and reason."""


def load_seeds() -> None:
    """Load what ships with the platform; rows that an operator has changed since stay as they are."""
    for code, names in json.loads((SEEDS / "frameworks.json").read_text("utf-8")).items():
        Framework.objects.get_or_create(code=code, defaults={"names": names})
    selectors.forget()
    standards = csv.DictReader(io.StringIO((SEEDS / "standards.csv").read_text("utf-8")))
    Standard.objects.bulk_create(
        [Standard(**{key: row[key] for key in ("code", "layer", "region", "kind")}) for row in standards],
        ignore_conflicts=True,
    )
    if not FrameworkMembership.objects.exists():
        import_frameworks((SEEDS / "frameworks.csv").read_text("utf-8"))
    if not ExchangeRate.objects.exists():
        import_rates(
            (SEEDS / "rates.csv").read_text("utf-8"), source="seed: rounded market rates of early November 2026"
        )


_COLUMNS = ("framework", "iso2", "status", "since", "since_precision", "until", "note", "source", "as_of")
_STANDING = ("framework_id", "country", "status", "since")  # of rows that say the same standing the last one counts
_LONGEST = 300


def _table(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header of a CSV file in small letters, and its rows with their line; blank lines are passed over."""
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), skipinitialspace=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise BadFile(f"line {reader.line_num}: {error}") from None
    if not rows:
        raise BadFile("the file holds no rows")
    (_line, header), *others = rows
    for line, row in others:
        if len(row) < len(header):
            raise BadFile(f"line {line}, {header[len(row)]}: the cell is missing")
        _require(len(row) == len(header), f"line {line}", f"{len(row)} cells under {len(header)} columns")
    return [name.strip().lower() for name in header], others


@transaction.atomic
def import_frameworks(text: str) -> int:
    """Load dated rows (framework, iso2, status, since, since_precision, until, note, source, as_of): how many.

    A framework that is not known yet is added where its row has a name in one more column, "name".
    """
    header, cells = _table(text)
    for name in _COLUMNS:
        _require(name in header, f"line 1, {name}", "the column is missing")
    stated = [(f"line {line}", dict(zip(header, row, strict=True))) for line, row in cells]
    for place, row in stated:
        _add_framework(place, row)
    rows = [_membership(place, row) for place, row in stated]
    if not rows:
        raise BadFile("the file holds no rows")
    standings = {tuple(row[name] for name in _STANDING): FrameworkMembership(**row) for row in rows}
    FrameworkMembership.objects.bulk_create(
        standings.values(), update_conflicts=True, unique_fields=_STANDING,
        update_fields=("since_precision", "until", "note", "source", "as_of"),
    )  # fmt: skip
    selectors.forget()
    journal.record(kind="frameworks.imported", subject="framework", ids=[], rows=len(rows))
    return len(rows)


def _add_framework(place: str, row: dict[str, str]) -> None:
    code, name = row["framework"], row.get("name", "").strip()
    if not name or code in selectors.frameworks():
        return
    framework = Framework(code=code, names={"en": list(dict.fromkeys([name, code]))})
    try:
        framework.full_clean()
    except ValidationError as error:
        raise BadFile(f"{place}, framework: {' '.join(error.messages)}") from None
    framework.save()
    selectors.forget()


def _membership(place: str, row: dict[str, str]) -> dict[str, Any]:
    known = row["framework"] in selectors.frameworks()
    _require(known, f"{place}, framework", f"“{row['framework']}” is not known; give its name in a column “name”")
    codes = {"iso2": country_codes(), "status": set(FrameworkMembership.Status.values)}
    for name, allowed in codes.items():
        _require(row[name] in allowed, f"{place}, {name}", f"“{row[name]}” is not known")
    precision = row["since_precision"] or "day"
    _require(precision in _PRECISIONS, f"{place}, since_precision", f"write one of {', '.join(_PRECISIONS)}")
    for name in ("source", "as_of"):
        _require(bool(row[name].strip()), f"{place}, {name}", "it is required")
    for name in ("note", "source"):
        _require(len(row[name]) <= _LONGEST, f"{place}, {name}", f"at most {_LONGEST} characters")
    since, until, as_of = (_day(f"{place}, {name}", row[name]) for name in ("since", "until", "as_of"))
    _require(not (since and until and until < since), f"{place}, until", "it ends before it begins")
    return {
        "framework_id": row["framework"], "country": row["iso2"], "status": row["status"], "note": row["note"],
        "since": since, "since_precision": precision, "until": until, "source": row["source"], "as_of": as_of,
    }  # fmt: skip


_PRECISIONS = ("day", "month", "year")


def _require(holds: bool, place: str, reason: str) -> None:  # noqa: FBT001
    if not holds:
        raise BadFile(f"{place}: {reason}")


def _day(place: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadFile(f"{place}: “{text}” is not a date (YYYY-MM-DD)") from None


Rate = tuple[date, str, float]


@transaction.atomic
def import_rates(text: str, *, source: str = _ECB) -> int:
    """Load daily rates: the European Central Bank's CSV or XML, or date,currency,rate; returns how many rows."""
    rows: dict[tuple[date, str], float] = {}
    for place, (day, currency, rate) in _read_rates(text.lstrip("\ufeff")):
        _require((day, currency) not in rows, f"{place}, {currency}", f"the rate of {day} stands twice")
        rows[day, currency] = rate
    if not rows:
        raise BadFile("the file holds no rates")
    ExchangeRate.objects.bulk_create(
        [ExchangeRate(day=day, currency=currency, rate=rate, source=source) for (day, currency), rate in rows.items()],
        update_conflicts=True, unique_fields=["currency", "day"], update_fields=["rate", "source"],
    )  # fmt: skip
    latest = str(max(day for day, _currency in rows))
    journal.record(kind="rates.imported", subject="rate", ids=[], rows=len(rows), latest=latest)
    return len(rows)


def _read_rates(text: str) -> Iterable[tuple[str, Rate]]:
    if text.lstrip().startswith("<"):
        return _read_xml(text)
    header, rows = _table(text)
    return _read_long(rows) if header == ["date", "currency", "rate"] else _read_wide(header, rows)


def _read_long(rows: list[tuple[int, list[str]]]) -> Iterable[tuple[str, Rate]]:
    for line, (day, currency, rate) in rows:
        yield f"line {line}", _rate(f"line {line}", day, currency.strip(), rate)


def _read_wide(header: list[str], rows: list[tuple[int, list[str]]]) -> Iterable[tuple[str, Rate]]:
    """One line a day, one column a currency, as the European Central Bank publishes it."""
    if header[0] != "date":
        raise BadFile("line 1: the columns must be date,currency,rate, or Date and one column for each currency")
    for line, row in rows:
        for currency, text in zip(header[1:], row[1:], strict=True):
            if currency and text.strip() not in ("", "N/A"):
                yield f"line {line}", _rate(f"line {line}", row[0], currency.upper(), text.strip())


def _read_xml(text: str) -> Iterable[tuple[str, Rate]]:
    try:
        root = ElementTree.fromstring(text, forbid_dtd=True)
    except ElementTree.ParseError as error:
        raise BadFile(f"the XML is broken: {error}") from None
    except DefusedXmlException:
        raise BadFile("the XML declares a document type or entities, which are not read") from None
    for cube in root.iter():
        if day := cube.get("time"):
            for item in cube:
                yield f"Cube of {day}", _rate(f"Cube of {day}", day, item.get("currency") or "", item.get("rate") or "")


def _rate(place: str, day: str, currency: str, text: str) -> Rate:
    when = _ecb_day(place, day)
    _require(currency in currency_codes(), f"{place}, currency", f"“{currency}” is no ISO 4217 currency")
    _require(currency != "EUR", f"{place}, EUR", "rates say what one euro buys, so the euro has none")
    try:
        rate = float(text)
    except ValueError:
        raise BadFile(f"{place}, rate of {currency}: “{text}” is not a number") from None
    _require(0 < rate < 1e12, f"{place}, rate of {currency}", f"“{text}” is no positive rate")
    return when, currency, rate


def _ecb_day(place: str, text: str) -> date:
    for form in ("%Y-%m-%d", "%d %B %Y"):  # the second is the European Central Bank's own
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    raise BadFile(f"{place}, date: “{text}” is not a date")
