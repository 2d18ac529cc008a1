"""Files to import, written as their senders write them."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from apps.imports import services
from apps.imports.models import Job
from apps.journal.intake import Terms
from tests.imports.records import OPERATOR

WriteText = Callable[..., Path]


@pytest.fixture
def a_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes bytes or text to a file of this name."""

    def write(content: str | bytes, name: str = "records.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


@pytest.fixture
def json_lines(tmp_path: Path) -> Callable[..., Path]:
    """Writes records as JSON Lines."""

    def write(records: Iterable[Any], name: str = "records.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
        return path

    return write


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """Writes records as CSV, lists separated by ";" and lists of objects as JSON."""

    def write(records: Iterable[Mapping[str, Any]], name: str = "records.csv", delimiter: str = ",") -> Path:
        rows = [{key: _cell(value) for key, value in record.items()} for record in records]
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
        path = tmp_path / name
        path.write_text(text.getvalue(), "utf-8", newline="")
        return path

    return write


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., Path]:
    """Writes rows of cells as the first sheet of an XLSX file."""

    def write(rows: Iterable[Iterable[Any]], name: str = "records.xlsx") -> Path:
        book = openpyxl.Workbook()
        first = book.worksheets[0]
        for row in rows:
            first.append(list(row))
        path = tmp_path / name
        book.save(path)
        return path

    return write


def _cell(value: Any) -> Any:
    if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(item, dict) for item in value)):
        return json.dumps(value, ensure_ascii=False)
    return ";".join(map(str, value)) if isinstance(value, list) else value


@pytest.fixture
def take_in(json_lines: Callable[..., Path]) -> Callable[..., Job]:
    """Imports records of a kind, as the operator who vouches unless other terms are given."""

    def run(kind: str, *records: dict[str, Any], terms: Terms = OPERATOR, **options: Any) -> Job:
        return services.run_file(kind=kind, path=json_lines(records), terms=terms, **options)

    return run
