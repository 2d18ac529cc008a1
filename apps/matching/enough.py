"""How much it takes to learn weights from answers to introductions."""

from typing import NamedTuple

FOLDS = 5  # parts of the enterprises, each judged by what was learned from the others


class Figures(NamedTuple):
    """How much there is to learn from: answers, of either kind, and the enterprises that gave them."""

    pairs: int
    accepted: int
    declined: int
    enterprises: int


class TooLittle(Exception):
    """There is not enough to learn from; `found` and `wanted` say how much there is and how much it takes."""

    def __init__(self, found: Figures, wanted: Figures) -> None:
        super().__init__(f"{found} of {wanted}")
        self.found, self.wanted = found, wanted


def needed(least: int) -> Figures:
    """How much it takes where at least so many answers are asked for: a fifth of them of either kind, a tenth of enterprises."""
    of_either = max(FOLDS, least // 5)
    return Figures(max(least, 2 * of_either), of_either, of_either, max(FOLDS, least // 10))
