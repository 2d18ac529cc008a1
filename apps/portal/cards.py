"""What the public pages need to know, as plain values: filled from search, matching and the domain."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

Number = int | float | Decimal
# A text in pieces, with whether each is what was asked.
Pieces = tuple[tuple[str, bool], ...]


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
    translated: str = ""  # who translated the title, from what; nothing where it is the original
    power: Range | None = None
    energy: Range | None = None
    budget: Range | None = None
    technologies: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    enterprise: Words = Words("")
    published: datetime | None = None
    matched: tuple[Matched, ...] = ()
    demonstration: bool = False
    title_parts: Pieces = ()
    excerpt: Pieces = ()  # from the text, around what was asked
    pk: int = 0
    choose_url: str = ""  # these results with all that is chosen for comparing but this one; "" where nothing is chosen
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Fold:
    """A part of a facet that hides values until the address has this `open`; unfolded, the address that folds it."""

    name: str
    hidden: int = 0
    open: str = ""
    fold_url: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet and how many results it would leave; in a tree its depth, and what is folded below it."""

    value: str
    label: str
    count: str = ""
    selected: bool = False
    depth: int = 0
    narrower: Fold | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """A group of choices for one parameter of the search, and those further ones that are folded."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    others: Fold | None = None


@dataclass(frozen=True, slots=True)
class Pager:
    """Neighbouring pages of a keyset list, and how many there are in all."""

    count: int
    count_is_lower_bound: bool = False
    previous_url: str = ""
    next_url: str = ""


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
    matched: tuple[Matched, ...] = ()
    demonstration: bool = False
    title_parts: Pieces = ()
    excerpt: Pieces = ()


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
    matched: tuple[Matched, ...] = ()
    demonstration: bool = False
    title_parts: Pieces = ()
    excerpt: Pieces = ()


Card = ListingCard | EnterpriseCard | ProjectCard


@dataclass(frozen=True, slots=True)
class Chip:
    """A part of the question and how it was read, with the address that makes plain words of it."""

    read: Matched
    url: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A listing chosen for comparing, the address without it, and whether its box is on this page."""

    pk: int
    title: Words
    url: str
    listed: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A country on the map: its ISO 3166-1 codes, how many results it has, and the address of those alone."""

    code: str
    numbers: tuple[str, ...]
    label: str
    count: int
    url: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """A result whose site is public, in degrees."""

    title: Words
    url: str
    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class Map:
    """Results by country, the most frequent first, and the sites of the first ones; `most` is set where that is not all.

    `world` and `borders` are the addresses of the files that it is drawn from.
    """

    title: str
    places: tuple[Place, ...]
    sites: tuple[Site, ...]
    world: str
    borders: str
    most: int = 0
    count_is_lower_bound: bool = False


@dataclass(frozen=True, slots=True)
class Results:
    """The page of results of one kind; `partial` have only a part of what was asked.

    `applied` are the filters in force, each with the address that takes it off; `counted` says how many there are of
    what; `address` is the bare page's own and `row` the template of one card. `languages` are those that the question
    may be in, `plain` the parts of it that stay words, `meant` the question as it was probably meant. `criteria` are what
    saving this search sends, and `called` is the name that it would have. `sort` is what the address says, `sorts` are the
    orders there are and which is in force, `views` the same of how results are shown, `files` what they can be had as.
    `chosen` are the listings to compare; `language_url` is the address without the question's language. Where there is a
    `map` it stands in the place of the cards. `also` is what
    was looked for besides.
    """

    query: str
    cards: tuple[Card, ...]
    pager: Pager
    title: str
    counted: str
    address: str
    row: str
    kind: str = "opportunity"
    facets: tuple[Facet, ...] = ()
    applied: tuple[Term, ...] = ()
    understood: tuple[Chip, ...] = ()
    also: str = ""
    languages: tuple[Choice, ...] = ()
    plain: tuple[str, ...] = ()
    meant: Term | None = None
    min_mwh: str = ""
    max_mwh: str = ""
    notes: tuple[str, ...] = ()
    partial: tuple[Card, ...] = ()
    sort: str = ""
    sorts: tuple[tuple[Term, bool], ...] = ()
    views: tuple[tuple[Term, bool], ...] = ()
    map: Map | None = None
    files: tuple[Term, ...] = ()
    compare_url: str = ""
    chosen: tuple[Chosen, ...] = ()
    language_url: str = ""
    criteria: tuple[tuple[str, str], ...] = ()
    called: str = ""


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
    translations_url: str = ""
    actions: tuple[Action, ...] = ()


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
    translation: str = ""  # where it is the original that is read: what else there is to read
    ask_url: str = ""


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
