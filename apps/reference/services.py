"""Loading reference data; every row names its source and a wrong file changes nothing."""

import csv
import io
import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from defusedxml import ElementTree
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
    for row in csv.DictReader(io.StringIO((SEEDS / "standards.csv").read_text("utf-8"))):
        Standard.objects.get_or_create(
            code=row["code"], defaults={key: row[key] for key in ("layer", "region", "kind")}
        )
    if not FrameworkMembership.objects.exists():
        import_frameworks((SEEDS / "frameworks.csv").read_text("utf-8"))
    if not ExchangeRate.objects.exists():
        import_rates(
            (SEEDS / "rates.csv").read_text("utf-8"), source="seed: rounded market rates of early November 2026"
        )


@transaction.atomic
def import_frameworks(text: str) -> int:
    """Load dated rows (framework, iso2, status, since, since_precision, until, note, source, as_of): how many.

    A framework that is not known yet is added where its row has a name in one more column, "name".
    """
    stated = list(enumerate(csv.DictReader(io.StringIO(text)), 2))
    for line, row in stated:
        _add_framework(line, row)
    rows = [_membership(line, row) for line, row in stated]
    if not rows:
        raise BadFile("the file holds no rows")
    for row in rows:
        key = {name: row.pop(name) for name in ("framework_id", "country", "status", "since")}
        FrameworkMembership.objects.update_or_create(**key, defaults=row)
    selectors.forget()
    journal.record(kind="frameworks.imported", subject="framework", ids=[], rows=len(rows))
    return len(rows)


def _add_framework(line: int, row: dict[str, Any]) -> None:
    code, name = row["framework"], (row.get("name") or "").strip()
    if not name or code in selectors.frameworks():
        return
    framework = Framework(code=code, names={"en": list(dict.fromkeys([name, code]))})
    try:
        framework.full_clean()
    except ValidationError as error:
        raise BadFile(f"line {line}, framework: {' '.join(error.messages)}") from None
    framework.save()
    selectors.forget()


def _membership(line: int, row: dict[str, Any]) -> dict[str, Any]:
    known = row["framework"] in selectors.frameworks()
    _require(known, line, "framework", f"“{row['framework']}” is not known; give its name in a column “name”")
    _require(row["iso2"] in country_codes(), line, "iso2", f"“{row['iso2']}” is no ISO 3166 country")
    _require(row["status"] in FrameworkMembership.Status.values, line, "status", f"“{row['status']}” is not known")
    _require(bool(row["source"]), line, "source", "a source is required")
    return {
        "framework_id": row["framework"], "country": row["iso2"], "status": row["status"], "note": row["note"],
        "since": _day(line, "since", row["since"]), "since_precision": row["since_precision"] or "day",
        "until": _day(line, "until", row["until"]), "source": row["source"], "as_of": _day(line, "as_of", row["as_of"]),
    }  # fmt: skip


def _require(holds: bool, line: int, column: str, reason: str) -> None:  # noqa: FBT001
    if not holds:
        raise BadFile(f"line {line}, {column}: {reason}")


def _day(line: int, column: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadFile(f"line {line}, {column}: “{text}” is not a date (YYYY-MM-DD)") from None


@transaction.atomic
def import_rates(text: str, *, source: str = _ECB) -> int:
    """Load daily rates: the European Central Bank's CSV or XML, or date,currency,rate; returns how many rows."""
    rows = list(_read_rates(text.lstrip("\ufeff")))
    if not rows:
        raise BadFile("the file holds no rates")
    ExchangeRate.objects.bulk_create(
        [ExchangeRate(day=day, currency=currency, rate=rate, source=source) for day, currency, rate in rows],
        update_conflicts=True, unique_fields=["currency", "day"], update_fields=["rate", "source"],
    )  # fmt: skip
    journal.record(
        kind="rates.imported", subject="rate", ids=[], rows=len(rows), latest=str(max(row[0] for row in rows))
    )
    return len(rows)


def _read_rates(text: str) -> Iterable[tuple[date, str, float]]:
    if text.lstrip().startswith("<"):
        return _read_xml(text)
    lines = list(csv.reader(io.StringIO(text), skipinitialspace=True))
    header = [name.strip().lower() for name in lines[0]] if lines else []
    return _read_long(lines[1:]) if header == ["date", "currency", "rate"] else _read_wide(lines)


def _read_long(lines: list[list[str]]) -> Iterable[tuple[date, str, float]]:
    for number, row in enumerate(lines, 2):
        if row:
            _require(len(row) == 3, number, "rate", "three columns are expected: date, currency, rate")
            yield _rate(number, *row)


def _read_wide(lines: list[list[str]]) -> Iterable[tuple[date, str, float]]:
    """One line a day, one column a currency, as the European Central Bank publishes it."""
    if not lines or lines[0][0].strip().lower() != "date":
        raise BadFile("line 1: the columns must be date,currency,rate, or Date and one column for each currency")
    for number, row in enumerate(lines[1:], 2):
        for currency, text in zip(lines[0][1:], row[1:], strict=False):
            if currency.strip() and text.strip() not in ("", "N/A"):
                yield _rate(number, row[0], currency.strip(), text.strip())


def _read_xml(text: str) -> Iterable[tuple[date, str, float]]:
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise BadFile(f"the XML is broken: {error}") from None
    for cube in root.iter():
        if day := cube.get("time"):
            for item in cube:
                yield _rate(0, day, item.get("currency") or "", item.get("rate") or "")


def _rate(line: int, day: str, currency: str, text: str) -> tuple[date, str, float]:
    when = _ecb_day(line, day)
    _require(currency in currency_codes(), line, "currency", f"“{currency}” is no ISO 4217 currency")
    try:
        rate = float(text)
    except ValueError:
        raise BadFile(f"line {line}, rate: “{text}” is not a number") from None
    _require(0 < rate < 1e12, line, "rate", f"“{text}” is no positive rate")
    return when, currency, rate


def _ecb_day(line: int, text: str) -> date:
    for form in ("%Y-%m-%d", "%d %B %Y"):  # the second is the European Central Bank's own
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    raise BadFile(f"line {line}, date: “{text}” is not a date")
