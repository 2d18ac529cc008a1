"""What the public pages need to know, as plain values: filled from search, matching and the domain."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

Number = int | float | Decimal


@dataclass(frozen=True, slots=True)
class Words:
    """A user's text and its language (BCP 47, "" when not known)."""

    text: str
    language: str = ""

    def __bool__(self) -> bool:
        return bool(self.text)


NOTHING = Words("")


@dataclass(frozen=True, slots=True)
class Range:
    """A quantity in `unit`, or money when `currency` is set; either end may be open."""

    low: Number | None
    high: Number | None
    unit: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the platform (concept, mode, country) in the reader's language, with the search for it."""

    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Matched:
    """Why a result is here: the words found and, where they differ, the concept they stand for."""

    found: Words
    concept: str = ""


@dataclass(frozen=True, slots=True)
class ListingCard:
    """An offer or a request in a list."""

    url: str
    side: str
    side_label: str
    family: str
    title: Words
    gloss: str = ""
    power: Range | None = None
    energy: Range | None = None
    budget: Range | None = None
    technologies: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    enterprise: Words = Words("")
    published: datetime | None = None
    matched: tuple[Matched, ...] = ()
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet and how many results it would leave."""

    value: str
    label: str
    count: int
    selected: bool = False
    count_is_lower_bound: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """A group of choices for one parameter of the search; the first `shown` are open, the others fold."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    shown: int = 6

    @property
    def first(self) -> tuple[Choice, ...]:
        chosen = tuple(each for each in self.choices[self.shown :] if each.selected)
        return self.choices[: self.shown] + chosen

    @property
    def others(self) -> tuple[Choice, ...]:
        return tuple(each for each in self.choices[self.shown :] if not each.selected)


@dataclass(frozen=True, slots=True)
class Pager:
    """Neighbouring pages of a keyset list, and how many there are in all."""

    count: int
    count_is_lower_bound: bool = False
    previous_url: str = ""
    next_url: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """The page of results; `partial` have only a part of what was asked.

    `applied` are the filters in force, each with the address that takes it off.
    """

    query: str
    cards: tuple[ListingCard, ...]
    pager: Pager
    facets: tuple[Facet, ...] = ()
    applied: tuple[Term, ...] = ()
    understood: tuple[Matched, ...] = ()
    min_mwh: str = ""
    max_mwh: str = ""
    notes: tuple[str, ...] = ()
    partial: tuple[ListingCard, ...] = ()


@dataclass(frozen=True, slots=True)
class Detail:
    """One line of a list of details; the one of the values that is set is drawn."""

    label: str
    text: str = ""
    words: Words = Words("")
    range: Range | None = None
    terms: tuple[Term, ...] = ()
    day: date | None = None
    number: Number | None = None
    share: Number | None = None
    money: Range | None = None

    @property
    def stated(self) -> bool:
        """Whether there is anything to draw."""
        several = (self.text, self.words, self.range, self.terms, self.day, self.money)
        return any(several) or self.number is not None or self.share is not None


@dataclass(frozen=True, slots=True)
class DetailGroup:
    """Details under one heading."""

    title: str
    details: tuple[Detail, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A plain table: the columns' labels, how many of the last ones are numbers, and rows of text."""

    labels: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: int = 0

    @property
    def columns(self) -> list[tuple[str, bool]]:
        return self._marked(self.labels)

    @property
    def cells(self) -> list[list[tuple[str, bool]]]:
        return [self._marked(row) for row in self.rows]

    def _marked(self, row: tuple[str, ...]) -> list[tuple[str, bool]]:
        first = len(self.labels) - self.numeric
        return [(text, at >= first) for at, text in enumerate(row)]


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact of the journal on a timeline."""

    when: datetime
    text: str
    note: Words = Words("")


@dataclass(frozen=True, slots=True)
class Status:
    """A state as a word with its clock: since when, and by when something is expected."""

    key: str
    label: str
    since: datetime | None = None
    due: datetime | None = None
    note: Words = Words("")


@dataclass(frozen=True, slots=True)
class Action:
    """A step in a row's life as a button that posts; `kind` is the button's look."""

    label: str
    url: str
    kind: str = "outline-secondary"


@dataclass(frozen=True, slots=True)
class Ours:
    """What a row's own people see besides: its state with the clock, what happened, and what they can do now."""

    status: Status
    timeline: tuple[Entry, ...] = ()
    edit_url: str = ""
    matches_url: str = ""
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class EnterpriseCard:
    """An enterprise in a list or beside a listing."""

    url: str
    name: Words
    name_latin: str = ""
    country: str = ""
    summary: Words = Words("")
    technologies: tuple[Term, ...] = ()
    stages: tuple[str, ...] = ()
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class ProjectCard:
    """A project in a list or beside a listing."""

    url: str
    title: Words
    country: str = ""
    stage: str = ""
    power: Range | None = None
    energy: Range | None = None
    technologies: tuple[str, ...] = ()
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class ListingPage:
    """A listing with everything that is public about it; `ours` only for its own enterprise."""

    card: ListingCard
    summary: Words
    groups: tuple[DetailGroup, ...] = ()
    technologies: tuple[Term, ...] = ()
    enterprise: EnterpriseCard | None = None
    project: ProjectCard | None = None
    similar: tuple[ListingCard, ...] = ()
    ours: Ours | None = None


@dataclass(frozen=True, slots=True)
class IdentifierRow:
    """A registry number (members only: "" for others) with the three separate answers about it; None is "not known"."""

    scheme: str
    value: str
    syntax_ok: bool | None = None
    checksum_ok: bool | None = None
    registry_confirmed: bool | None = None
    warning: str = ""


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """A project the enterprise says it took part in."""

    title: Words
    country: str = ""
    year: int | None = None
    role: str = ""
    power: Range | None = None
    energy: Range | None = None
    value: Range | None = None
    technologies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """Something the enterprise says that can be evidenced; `verified` says who looked at it and when, or is empty."""

    kind: str
    standard: str
    product: str = ""
    body: str = ""
    number: str = ""
    issued: date | None = None
    expires: date | None = None
    verified: str = ""


@dataclass(frozen=True, slots=True)
class CapacityRow:
    """What a maker can make a year of one technology, made last year, and plans, in GWh."""

    technology: str
    capacity: Number | None = None
    output: Number | None = None
    year: int | None = None
    planned: Number | None = None
    planned_year: int | None = None

    @property
    def used(self) -> float | None:
        """Share of the capacity that was used, in [0, 1]."""
        if not self.capacity or self.output is None:
            return None
        return min(float(self.output) / float(self.capacity), 1.0)


@dataclass(frozen=True, slots=True)
class EnergyRow:
    """What making took in one year: electricity in MWh, kWh for each kWh of cells, shares in [0, 1]."""

    year: str
    electricity: float | None = None
    intensity: float | None = None
    renewable: float | None = None
    sourcing: str = ""
    recycled: float | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class EnergyTrend:
    """What changed since a year, in words."""

    since: str
    electricity: str
    intensity: str
    renewable: str
    recycled: str


@dataclass(frozen=True, slots=True)
class EnterprisePage:
    """An enterprise with everything that is public about it."""

    card: EnterpriseCard
    details: tuple[Detail, ...] = ()
    identifiers: tuple[IdentifierRow, ...] = ()
    claims: tuple[ClaimRow, ...] = ()
    references: tuple[ReferenceRow, ...] = ()
    references_in_all: int = 0
    capacities: tuple[CapacityRow, ...] = ()
    energy: tuple[EnergyRow, ...] = ()
    energy_trend: EnergyTrend | None = None
    listings: tuple[ListingCard, ...] = ()
    pager: Pager | None = None
    projects: tuple[ProjectCard, ...] = ()
    website: str = ""
    ours: Ours | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A stage on a project's way: before, at or after the present one."""

    label: str
    position: Literal["done", "now", "ahead"]


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """A storage project with its site, size, stage and what it asks for."""

    card: ProjectCard
    description: Words
    steps: tuple[Step, ...] = ()
    details: tuple[Detail, ...] = ()
    technologies: tuple[Term, ...] = ()
    owner: EnterpriseCard | None = None
    requests: tuple[ListingCard, ...] = ()
    ours: Ours | None = None


@dataclass(frozen=True, slots=True)
class HomePage:
    """The front page: `voices` is one concept in every language, each linking to its search."""

    voices: tuple[tuple[Words, str], ...] = ()
    newest: tuple[ListingCard, ...] = ()
    technologies: tuple[tuple[Term, int], ...] = ()
    frameworks: tuple[tuple[Term, int], ...] = ()
    figures: tuple[tuple[str, int], ...] = ()
