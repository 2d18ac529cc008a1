"""Where a reader stands in a list of results: a keyset position, with all that keeps the order the same on every page."""

import base64
import binascii
import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, Self

Phase = Literal["best", "newest", "largest"]
PHASES: tuple[Phase, ...] = ("best", "newest", "largest")
MOST_WEIGHTS = 256
MOST_WEIGHT = 1000.0


class BadCursor(ValueError):
    """The text is no cursor of this question and these filters."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A page's place: the results that rank best come first, those beyond what is ranked follow by date; or all of them
    come by date or by size.

    `level` is how loosely the question is taken, `weights` those that its words had on the first page, and rows
    published after `as_of` are left out: so nothing moves while rows are added and frequencies change. `key` is the
    last row seen (its score, date or size, and id), None at an end of the phase.
    """

    question: int = 0
    level: int = 0
    weights: tuple[float, ...] = ()
    as_of: str | None = None
    phase: Phase = "best"
    backwards: bool = False
    key: tuple[Any, int] | None = None

    def at(self, phase: Phase, key: tuple[Any, int] | None, *, backwards: bool = False) -> Self:
        """Another place in the same list."""
        return replace(self, phase=phase, key=key, backwards=backwards)

    def write(self) -> str:
        """The cursor as it stands in an address."""
        values = (self.question, self.level, self.weights, self.as_of, self.phase, self.backwards, self.key)
        plain = json.dumps(values, separators=(",", ":"))
        return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def read(text: str, question: int) -> Cursor:
    """The cursor of an address; raises BadCursor where it is none, or one of another question."""
    try:
        plain = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
        asked, level, weights, as_of, phase, backwards, key = json.loads(plain)
        cursor = Cursor(
            int(asked), int(level), tuple(map(float, weights)), datetime.fromisoformat(as_of).isoformat(), phase,
            bool(backwards), _key(phase, key),
        )  # fmt: skip
    except (ValueError, TypeError, binascii.Error, RecursionError, OverflowError):
        raise BadCursor from None
    sound = (
        len(cursor.weights) <= MOST_WEIGHTS
        and all(0 <= weight < MOST_WEIGHT for weight in cursor.weights)
        and 0 <= cursor.level < 3
    )
    if cursor.question != question or phase not in PHASES or not sound:
        raise BadCursor
    return cursor


def _key(phase: str, key: Any) -> tuple[Any, int] | None:
    if key is None:
        return None
    first, row = key
    if not -(2**63) <= int(row) < 2**63:
        raise BadCursor
    return (datetime.fromisoformat(first).isoformat() if phase == "newest" else float(first), int(row))
