"""What every reader gives: rows with their line, a file that is refused, a file that breaks off."""

from dataclasses import dataclass, field
from typing import Any, Self

from django.utils.translation import gettext as _

from apps.core.records import Problem


@dataclass(slots=True)
class Row:
    """One record as it was written, with its line in the file and what the reader has against it."""

    line: int
    raw: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)


class Refused(Exception):
    """The file as a whole cannot be taken; not a row of it was."""

    def __init__(self, problems: list[Problem], line: int = 1) -> None:
        super().__init__(problems[0].message)
        self.problems = problems
        self.line = line

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems, self.line)

    @classmethod
    def for_reason(cls, code: str, message: str, line: int = 1) -> Self:
        """Refused for a reason that lies in no column."""
        return cls([Problem("", code, message)], line)


class BreaksOff(Exception):
    """The file ends in the middle of a row; the rows before it are whole."""

    def __init__(self, line: int, message: str = "") -> None:
        super().__init__(
            message or _("The file breaks off in line %(line)d; the rows before it were taken.") % {"line": line}
        )
        self.line = line
