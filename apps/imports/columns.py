"""The header of a table and how its cells become a record."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.core.records import Problem, Record
from apps.imports.rows import Refused, Row


@dataclass(frozen=True, slots=True)
class Names:
    """The names that columns may have; those `given` are known from elsewhere and need no column."""

    record: Record
    given: frozenset[str] = frozenset()

    def header(self, cells: Sequence[Any]) -> "Header":
        """The header that these cells make; what is wrong with it is said once, not for each row."""
        names = [str(cell).strip().lstrip("\ufeff") if cell is not None else "" for cell in cells]
        while names and not names[-1]:
            names.pop()
        if problems := [*self._unknown(names), *self._twice(names), *self._missing(names)]:
            raise Refused(problems)
        return Header(names, [name for name in names if self.record.by_name[name].kind == "rows"])

    def _unknown(self, names: list[str]) -> Iterator[Problem]:
        for name in names:
            if name not in self.record.by_name:
                message = _("There is no such column: “%(name)s”.") % {"name": name[:100]}
                yield Problem(name[:100], "unknown", message)

    def _twice(self, names: list[str]) -> Iterator[Problem]:
        for name in dict.fromkeys(names):
            if name in self.record.by_name and names.count(name) > 1:
                yield Problem(name, "twice", _("The column “%(name)s” is there twice.") % {"name": name})

    def _missing(self, names: list[str]) -> Iterator[Problem]:
        for field in self.record.fields:
            if field.required and field.name not in self.given and field.name not in names:
                yield Problem(field.name, "required", _("The column “%(name)s” is missing.") % {"name": field.name})


@dataclass(frozen=True, slots=True)
class Header:
    """The names of a table's columns, and which of them hold lists of objects, as JSON."""

    names: list[str]
    nested: list[str]

    def row(self, line: int, cells: Sequence[Any]) -> Row:
        """The record of these cells."""
        width = len(self.names)
        if len(cells) < width or any(cell not in (None, "") for cell in cells[width:]):
            message = _("There are %(cells)d cells here and %(columns)d columns.")
            return Row(line, {}, [Problem("", "cells", message % {"cells": len(cells), "columns": width})])
        row = Row(line, dict(zip(self.names, cells, strict=False)))
        for name in self.nested:
            _open(row, name)
        return row


def _open(row: Row, name: str) -> None:
    text = row.raw[name]
    if not isinstance(text, str) or not text.strip():
        return
    try:
        row.raw[name] = json.loads(text)
    except (ValueError, RecursionError):
        del row.raw[name]
        row.problems.append(Problem(name, "json", _("Write it as JSON, such as [{…}].")))
