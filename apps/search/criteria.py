"""What a saved search asks for: the question and the filters of the page of results, as cleaned parameters."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import records
from apps.core.problems import InvalidRecord
from apps.core.records import BadValue, Field, Parser, Problem, Record
from apps.reference.rules import primary
from apps.search import facets, labels, questions
from apps.search.filters import BOUNDS, SIZED, Filters, parse
from apps.search.questions import Query

LONGEST_QUESTION, LONGEST_NAME = 400, 120
FREQUENCIES = ("instant", "daily", "weekly")
# The page that shows each kind.
_PAGES = {"opportunity": "search", "enterprise": "enterprises", "project": "projects"}


@dataclass(frozen=True, slots=True)
class Criteria:
    """Which kind of rows, the question with its language ("" to detect it), and the values of each filter.

    `plain` are the parts of the question that stay words whatever they could mean.
    """

    kind: str
    question: str = ""
    language: str = ""
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    plain: Sequence[str] = ()

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The same as names and values of an address."""
        asked = [("q", self.question), ("lang", self.language), *(("plain", part) for part in self.plain)]
        chosen = [(name, value) for name, values in self.filters.items() for value in values]
        return [(name, value) for name, value in asked + chosen if value]

    @property
    def address(self) -> str:
        """The page of its results."""
        return f"{reverse(_PAGES[self.kind])}?{urlencode(self.parameters)}".rstrip("?")

    @property
    def digest(self) -> str:
        """The same for every way of writing the same criteria."""
        filters = {name: sorted(values) for name, values in self.filters.items()}
        told = [self.kind, self.question, self.language, filters, *([sorted(self.plain)] if self.plain else [])]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    def understood(self, reader: str) -> tuple[Query, Filters] | None:
        """The question and the filters as search takes them; None where they can fit nothing (any more)."""
        query = questions.parse(
            self.question, self.language or None, reader=reader, plain=self.plain, sized=self.kind in SIZED
        )
        filters, notes = parse(self.filters, kind=self.kind)
        lost = notes or (self.question and not query.units)
        return None if lost else (query, filters)

    def described(self, language: str) -> Iterator[str]:
        """Its parts in words; call it with that language activated."""
        if self.question:
            yield _("“%(question)s”") % {"question": " ".join(self.question.split())}
        yield from (labels.plain(part) for part in self.plain)
        filters, _notes = parse(self.filters)
        for name in facets.NAMES:
            yield from (labels.facet_value(name, value, language) for value in filters.values.get(name, ()))
        for name, number in filters.bounds.items():
            yield labels.bound(name, f"{number:g}")


def of(kind: str, query: Query, filters: Filters) -> Criteria:
    """The criteria of a search that was understood."""
    values = {name: list(chosen) for name, chosen in filters.values.items() if name != "kind"}
    bounds = {name: [f"{number:.15g}"] for name, number in filters.bounds.items()}
    return Criteria(
        kind, query.text.strip(), query.language if query.stated else "", values | bounds, tuple(query.plain)
    )


def from_address(kind: str, parameters: Mapping[str, Sequence[str]]) -> Criteria:
    """The criteria in the parameters of a page; what the page left out is left out. Raises InvalidRecord."""
    kind = kind if kind in _PAGES else "opportunity"
    filters, _notes = parse(parameters, kind=kind)
    question, language = (next(iter(parameters.get(name, ())), "") for name in ("q", "lang"))
    try:
        question = records.text(LONGEST_QUESTION)(question)
    except BadValue as error:
        raise InvalidRecord([Problem("q", error.code, str(error))]) from None
    return of(kind, _read(kind, question, language, parameters.get("plain", ())), filters)


def from_record(values: Mapping[str, Any]) -> Criteria:
    """The criteria in a cleaned record of SAVED."""
    facets_chosen = {name: list(values[name]) for name in _FACETS if values.get(name)}
    bounds = {name: [f"{values[name]:.15g}"] for name in BOUNDS if values.get(name) is not None}
    kind, question, language = values.get("kind") or "opportunity", values.get("q", ""), values.get("lang", "")
    query = _read(kind, question, language, values.get("plain") or ())
    return Criteria(kind, question.strip(), language, facets_chosen | bounds, query.plain)


def _read(kind: str, question: str, language: str, plain: Sequence[str]) -> Query:
    return questions.parse(question, language or None, plain=plain, sized=kind in SIZED)


def _value(name: str) -> Parser:
    """A value of a facet, under any of the names that the page's filter knows it by."""

    def parse_one(raw: Any) -> str:
        known = parse({name: [raw]})[0].values.get(name, ()) if isinstance(raw, str) else ()
        if len(known) != 1:
            raise BadValue(_("“%(value)s” is not known here.") % {"value": str(raw)[:60]}, "unknown_code")
        return known[0]

    return parse_one


def _language(raw: Any) -> str:
    if not (isinstance(raw, str) and questions.is_language(raw)):
        raise BadValue(_("“%(value)s” is no language tag (BCP 47).") % {"value": str(raw)[:60]}, "language")
    return primary(raw)


_FACETS = tuple(name for name in facets.NAMES if name != "kind")
_NAME = Field("name", gettext_lazy("Name"), records.text(LONGEST_NAME), "text", required=True)
_FREQUENCY = Field("frequency", gettext_lazy("How often"), records.choice(lambda: FREQUENCIES), "choice")
SAVED = Record(
    "saved search",
    (
        _NAME,
        _FREQUENCY,
        Field("kind", labels.FACETS["kind"], records.choice(lambda: facets.KINDS), "choice"),
        Field("q", gettext_lazy("Question"), records.text(LONGEST_QUESTION), "text"),
        Field("lang", gettext_lazy("Language of the question"), _language, "text"),
        Field(
            "plain", gettext_lazy("Parts taken as plain words"), records.items(records.text(LONGEST_QUESTION)), "list"
        ),
        *(Field(name, labels.FACETS[name], records.items(_value(name)), "list") for name in _FACETS),
        *(
            Field(name, labels.BOUNDS[name], records.number(unit), "number", unit=unit)
            for name, (_column, _sign, unit) in BOUNDS.items()
        ),
    ),
)
CHANGES = Record("saved search", (_NAME, _FREQUENCY, Field("paused", gettext_lazy("Paused"), records.flag, "boolean")))
