"""Readers: a file of records row by row, with its line numbers and what can be said against each row."""

import csv
import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import orjson
from django.utils.translation import gettext as _

from apps.core.records import Problem, Record
from apps.imports import columns, spreadsheets
from apps.imports.lines import Lines
from apps.imports.rows import BreaksOff, Refused, Row

# A cell may hold a list of two thousand references as JSON; the library's own limit is 128 KiB.
csv.field_size_limit(1_000_000)
_OLD_SPREADSHEET = b"\xd0\xcf\x11\xe0"


def read(path: Path, record: Record, given: frozenset[str] = frozenset()) -> Iterator[Row]:
    """Each row of a CSV, XLSX or JSON Lines file, told apart by how it begins; what is `given` may have no column.

    Raises Refused before the first row where the file cannot be taken. Where it breaks off, the last row says so.
    """
    try:
        yield from _each_once(_rows(path, record, given))
    except BreaksOff as end:
        yield Row(end.line, {}, [Problem("", "breaks_off", str(end))])


def _rows(path: Path, record: Record, given: frozenset[str]) -> Iterator[Row]:
    with path.open("rb") as stream:
        start = stream.read(4)
    if start.startswith(_OLD_SPREADSHEET):
        raise Refused.for_reason(
            "format", _("This is an old or encrypted spreadsheet; save it as .xlsx without a password.")
        )
    names = columns.Names(record, given)
    return spreadsheets.read(path, names) if start.startswith(b"PK") else _text(path, names)


def _each_once(rows: Iterator[Row]) -> Iterator[Row]:
    """Refuse the second row of the same external id: which of the two is meant, only their writer knows."""
    seen: dict[str, int] = {}
    for row in rows:
        external_id = row.raw.get("external_id")
        if external_id is None or external_id == "":
            yield row
            continue
        first = seen.setdefault(str(external_id), row.line)
        if first != row.line:
            message = _("Line %(line)d has this external id already.") % {"line": first}
            row.problems.append(Problem("external_id", "duplicate", message))
        yield row


def _text(path: Path, names: columns.Names) -> Iterator[Row]:
    lines = Lines(path)
    lines.check_encoding()
    first = next(iter(lines), "")
    if not first.strip("\ufeff \r\n"):
        raise Refused.for_reason("empty", _("The first line is empty; the names of the columns are expected there."))
    if "\x00" in first:
        raise Refused.for_reason("encoding", _("Line 1 is UTF-16 without a byte order mark; save the file as UTF-8."))
    if first.lstrip().startswith("["):
        raise Refused.for_reason("format", _("Write JSON Lines: one object a line, not a list."))
    return _json_lines(first, lines) if first.lstrip().startswith("{") else _csv(first, lines, names)


def _json_lines(first: str, lines: Lines) -> Iterator[Row]:
    for line, text in enumerate(chain([first], lines), 1):
        if not text.strip():
            continue
        try:
            raw = _decoded(text)
        except (ValueError, RecursionError):  # besides bad syntax: numbers of thousands of digits, deep nesting
            if not lines.whole:
                raise BreaksOff(line) from None
            yield Row(line, {}, [Problem("", "json", _("This line is not a JSON object."))])
            continue
        if isinstance(raw, dict):
            yield Row(line, raw, [])
        else:
            yield Row(line, {}, [Problem("", "json", _("This line is not a JSON object."))])


def _decoded(text: str) -> Any:
    """A line's JSON; NaN, 1e400 and broken Unicode are left to the slower reader, so that their field can be named."""
    try:
        return orjson.loads(text)
    except ValueError:
        return json.loads(text)


def _csv(first: str, lines: Lines, names: columns.Names) -> Iterator[Row]:
    cells = csv.reader(chain([first], lines), delimiter=max(",;\t", key=first.count), strict=True)
    found = _next_cells(cells, 1)
    if not isinstance(found, list):
        raise Refused.for_reason(
            "csv", _("Line 1 is not well-formed CSV; the names of the columns are expected there.")
        )
    header = names.header(found)
    line = cells.line_num + 1
    while (row := _next_cells(cells, line)) is not None:
        if isinstance(row, Row):
            yield row
        elif any(row):
            if len(row) < len(header.names) and not lines.whole:
                raise BreaksOff(line)
            yield header.row(line, row)
        line = cells.line_num + 1


def _next_cells(cells: Any, line: int) -> list[str] | Row | None:
    """The next row's cells, a refused row where they are not well formed, None at the end."""
    try:
        found: list[str] | None = next(cells, None)
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise BreaksOff(line) from None
        message = _("This row is not well-formed CSV (%(error)s).") % {"error": error}
        return Row(line, {}, [Problem("", "csv", message)])
    return found
