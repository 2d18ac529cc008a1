"""XLSX: what it declares is checked before it is opened, because 500 KB can unpack to 500 MB."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from apps.core.records import Problem
from apps.imports.columns import Header, Names
from apps.imports.rows import BreaksOff, Refused, Row

MOST_PARTS = 1_000
MOST_UNPACKED = 200 * 1024 * 1024
# Only the sheets are read as a stream: every other part is held in memory, the styles as many objects.
MOST_IN_MEMORY = 50 * 1024 * 1024
MOST_STYLES = 512 * 1024
MOST_ROWS = 1_048_576
WIDEST_HEADER = 200
_SPREADSHEET_ERRORS = frozenset({"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"})
# Whatever a damaged archive makes its readers raise.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, ParseError, DefusedXmlException, InvalidFileException, EOFError, KeyError,
    IndexError, TypeError, ValueError, NotImplementedError, RuntimeError, AttributeError,
)  # fmt: skip


def read(path: Path, names: Names) -> Iterator[Row]:
    """The rows of the first sheet; its first row names the columns."""
    check(path)
    with path.open("rb") as stream:
        try:
            sheet: Any = openpyxl.load_workbook(stream, read_only=True, data_only=True).worksheets[0]
            sheet.reset_dimensions()  # a sheet may declare a million columns: its cells are believed instead
            first = next(sheet.iter_rows(max_row=1, max_col=WIDEST_HEADER, values_only=True), ())
        except _DAMAGED:
            raise _damaged() from None
        yield from _rows(sheet, names.header(first))


def check(path: Path) -> None:
    """Refuse an archive that declares more than a spreadsheet of records holds; reading stops at the declared sizes."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except _DAMAGED:
        raise _damaged() from None
    unpacked = sum(part.file_size for part in parts)
    held = [part for part in parts if not part.filename.startswith("xl/worksheets/")]
    styles = max((part.file_size for part in held if not _is_text(part.filename)), default=0)
    in_memory = sum(part.file_size for part in held)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or in_memory > MOST_IN_MEMORY or styles > MOST_STYLES:
        message = _("The spreadsheet unpacks to more than is read (%(size)d MB); send CSV or JSON Lines.")
        raise Refused.for_reason("too_large", message % {"size": unpacked // 1024 // 1024})


def _is_text(name: str) -> bool:
    """Whether a part holds the cells' texts: one long list of strings, as light as its size says."""
    return name.casefold().endswith("sharedstrings.xml")


def _damaged() -> Refused:
    return Refused.for_reason("format", _("This is not a whole XLSX file; it may have been cut off."))


def _rows(sheet: Any, header: Header) -> Iterator[Row]:
    line = 1
    cells = sheet.iter_rows(min_row=2, max_col=len(header.names) + 1, values_only=True)
    while True:
        line += 1
        try:
            row = next(cells, None)
        except _DAMAGED:
            raise BreaksOff(line) from None
        if row is None:
            return
        if line > MOST_ROWS:
            raise BreaksOff(line, _("A sheet has at most %(limit)d rows.") % {"limit": MOST_ROWS})
        if any(cell not in (None, "") for cell in row):
            yield _without_errors(header.row(line, row))


def _without_errors(row: Row) -> Row:
    for name, value in list(row.raw.items()):
        if isinstance(value, str) and value in _SPREADSHEET_ERRORS:
            del row.raw[name]
            message = _("The cell holds the spreadsheet's error %(error)s.") % {"error": value}
            row.problems.append(Problem(name, "spreadsheet_error", message))
    return row
