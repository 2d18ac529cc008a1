"""Lines of judged examples (JSON Lines): whatever cannot be read is named by file, line and field."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def rows(path: Path, **fields: type) -> Iterator[dict[str, Any]]:
    """Each line as an object that holds these fields, each of its type; blank lines are passed over.

    Raises OSError or ValueError, which names the line, where the file cannot be read.
    """
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield _row(f"{path.name}:{number}", line, fields)


def _row(where: str, line: str, fields: dict[str, type]) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error
    if not isinstance(row, dict):
        raise ValueError(f"{where}: a line holds one object")  # noqa: TRY004 - a wrong file, not a wrong call
    for name, kind in fields.items():
        if name not in row:
            raise ValueError(f"{where}: {name} is missing")
        if not isinstance(row[name], kind):
            raise ValueError(f"{where}: {name} must be a {_KINDS[kind]}")  # noqa: TRY004
    return row


_KINDS = {str: "text", list: "list", object: "value"}
