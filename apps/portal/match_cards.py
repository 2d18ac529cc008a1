"""What the page of a listing's matches needs to know, as plain values."""

from dataclasses import dataclass
from datetime import datetime

from apps.portal.cards import NOTHING, Term, Words


@dataclass(frozen=True, slots=True)
class Reason:
    """One criterion of one way: `contribution` (None: unknown) is what it brought of its `weight`."""

    criterion: str
    text: str
    weight: float
    contribution: float | None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """How well one side fits what the other wants; the contributions add up to the score."""

    score: float | None
    reasons: tuple[Reason, ...] = ()

    @property
    def heaviest(self) -> float:
        return max((reason.weight for reason in self.reasons), default=1.0)

    @property
    def best(self) -> tuple[Reason, ...]:
        """The three reasons that brought most."""
        known = [reason for reason in self.reasons if reason.contribution]
        return tuple(sorted(known, key=lambda reason: -(reason.contribution or 0))[:3])


@dataclass(frozen=True, slots=True)
class MatchCard:
    """A partner for a listing: `forward` is how well they fit us, `backward` how well we fit them."""

    key: str
    title: Words
    score: float
    confidence: float
    forward: Way
    backward: Way
    url: str = ""
    gloss: str = ""
    kind_label: str = ""
    enterprise: Words = NOTHING
    country: str = ""
    unknown: tuple[str, ...] = ()
    also_unknown: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    ask_url: str = ""
    busy: bool = False  # they take no more introductions for now
    introduction: Term | None = None  # how an introduction to them stands, and its page


@dataclass(frozen=True, slots=True)
class MatchPage:
    """Whose matches, and they, best first; `fresh`: when they were computed; `opened`: whose reasons are shown."""

    title: Words
    url: str
    label: str
    matches: tuple[MatchCard, ...]
    fresh: datetime | None = None
    pending: bool = False
    side: str = ""
    opened: str = ""
    blocked: tuple[MatchCard, ...] = ()
    spread: bool = False  # the order also spreads attention
