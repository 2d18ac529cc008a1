"""The header of a table and how its cells become a record."""

import json
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from apps.core.records import Problem, Record
from apps.imports.rows import Refused, Row


class Header:
    """The names of a table's columns; what is wrong with them is said once, not for each row."""

    def __init__(self, cells: Sequence[Any], record: Record) -> None:
        names = [str(cell).strip().lstrip("\ufeff") if cell is not None else "" for cell in cells]
        while names and not names[-1]:
            names.pop()
        problems = _problems(names, record)
        if problems:
            raise Refused(problems)
        self.names = names
        self.width = len(names)
        self.nested = [name for name in names if record.by_name[name].kind == "rows"]

    def row(self, line: int, cells: Sequence[Any]) -> Row:
        """The record of these cells; lists of objects stand in their cell as JSON."""
        if len(cells) != self.width and (
            len(cells) < self.width or any(cell not in (None, "") for cell in cells[self.width :])
        ):
            message = _("There are %(cells)d cells here and %(columns)d columns.") % {
                "cells": len(cells),
                "columns": self.width,
            }
            return Row(line, {}, [Problem("", "cells", message)])
        row = Row(line, dict(zip(self.names, cells, strict=False)), [])
        for name in self.nested:
            _open(row, name)
        return row


def _problems(names: list[str], record: Record) -> list[Problem]:
    unknown = [name for name in names if name not in record.by_name]
    twice = {name for name in names if names.count(name) > 1} - set(unknown)
    missing = [field.name for field in record.fields if field.required and field.name not in names]
    return (
        [
            Problem(name[:100], "unknown", _("There is no such column: “%(name)s”.") % {"name": name[:100]})
            for name in unknown
        ]
        + [
            Problem(name, "twice", _("The column “%(name)s” is there twice.") % {"name": name})
            for name in sorted(twice)
        ]
        + [Problem(name, "required", _("The column “%(name)s” is missing.") % {"name": name}) for name in missing]
    )


def _open(row: Row, name: str) -> None:
    text = row.raw[name]
    if not isinstance(text, str) or not text.strip():
        return
    try:
        row.raw[name] = json.loads(text)
    except (ValueError, RecursionError):
        del row.raw[name]
        row.problems.append(Problem(name, "json", _("Write it as JSON, such as [{…}].")))
