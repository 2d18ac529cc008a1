"""Filters of a search as they stand in an address: what is not understood is left out, with a note that says so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core import quantities
from apps.reference.rules import language_tag, primary
from apps.search import facets
from apps.search.cursors import PHASES, Phase
from apps.search.lexemes import any_of, named
from apps.taxonomy.selectors import resolve

PARAMETERS = frozenset({"q", "lang", "plain", "page_size", "cursor", "format"})
# How many values of one filter are looked up, and how many notes are told: more than anybody chooses or reads.
MOST_VALUES, MOST_NOTES = 300, 20
# Kinds of rows that have a size; in a question about any other a number with a unit stays words.
SIZED = frozenset({"opportunity", "project"})
# The bounds by the parameter's name: the column that is compared, and the unit of a bare number.
BOUNDS = {
    "min_mwh": ("energy_mwh_max", ">=", "MWh"),
    "max_mwh": ("energy_mwh_min", "<=", "MWh"),
    "min_mw": ("power_mw_max", ">=", "MW"),
    "max_mw": ("power_mw_min", "<=", "MW"),
}
# All that an address may say of a search, to the page and to the API alike.
KNOWN = PARAMETERS | BOUNDS.keys() | {"sort"} | set(facets.NAMES) - {"kind"}
_CONCEPT_KINDS = {"technology": tuple(sorted(facets.TECHNOLOGIES)), "mode": ("mode",), "stage": ("stage",)}


@dataclass(frozen=True, slots=True)
class Filters:
    """What results must have, one of the values of each facet and a size that reaches into the bounds; and their order."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bounds: Mapping[str, float] = field(default_factory=dict)
    sort: Phase = "best"

    @property
    def lexemes(self) -> list[list[str]]:
        """The values of each facet that entries hold as lexemes."""
        held = ((name, chosen) for name, chosen in self.values.items() if name != "published")
        return [[named(name, value) for value in chosen] for name, chosen in held]

    @property
    def conditions(self) -> list[str]:
        """A tsquery for each of them."""
        return [any_of(each) for each in self.lexemes]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of rows that are wanted; none where all are."""
        return self.values.get("kind", ())

    def without_kinds(self) -> "Filters":
        """The other filters."""
        return replace(self, values={name: chosen for name, chosen in self.values.items() if name != "kind"})

    @property
    def days(self) -> int:
        """In how many days results were published at most; 0 where it does not matter."""
        return max((facets.DATES[band] for band in self.values.get("published", ())), default=0)

    @property
    def comparisons(self) -> list[tuple[str, float]]:
        """Conditions on columns, each with its parameter; a listing of unknown size fits none."""
        return [(" ".join(BOUNDS[name][:2]), bound) for name, bound in self.bounds.items()]


def parse(parameters: Mapping[str, Sequence[str]], **fixed: str) -> tuple[Filters, list[str]]:
    """Filters from an address's parameters (each with its values) and those that are `fixed`; notes on what was left out."""
    notes: list[str] = []
    values: dict[str, tuple[str, ...]] = {name: (value,) for name, value in fixed.items()}
    bounds: dict[str, float] = {}
    sort: Phase = "best"
    for name, given in parameters.items():
        stated = [text.strip() for text in given if text.strip()]
        if name in PARAMETERS or name in fixed or not stated:
            continue
        if name in facets.NAMES:
            chosen = tuple(dict.fromkeys(_known(name, stated, notes)))
            values |= {name: chosen} if chosen else {}
        elif name == "sort":
            sort = _sort(stated[-1], notes)
        elif name in BOUNDS:
            bounds |= _bound(name, stated[-1], notes)
        else:
            notes.append(_("There is no filter “%(name)s”; it was left out.") % {"name": name[:60]})
    return Filters(values, bounds, sort), _told(notes)


def _told(notes: list[str]) -> list[str]:
    left = len(notes) - MOST_NOTES
    more = ngettext("%(count)d more note is not shown.", "%(count)d more notes are not shown.", left)
    return [*notes[:MOST_NOTES], more % {"count": left}] if left > 0 else notes


def _known(name: str, stated: Sequence[str], notes: list[str]) -> Iterator[str]:
    """The values that the facet has; several may be separated by commas."""
    given = [part.strip() for item in stated for part in item.split(",")]
    if len(given) > MOST_VALUES:
        notes.append(
            _("Only the first %(count)d values of the filter “%(name)s” were read.")
            % {"count": MOST_VALUES, "name": name}
        )
    for text in given[:MOST_VALUES]:
        value = _value(name, text)
        if value in facets.vocabulary().values[name]:
            yield value
        elif text:
            notes.append(
                _("“%(value)s” is no value of the filter “%(name)s”; it was left out.")
                % {"value": text[:60], "name": name}
            )


def _value(name: str, text: str) -> str:
    if name == "language":
        return primary(language_tag(text) or text)
    if name in ("country", "framework"):
        return text.upper()
    folded = text.lower()
    if name in _CONCEPT_KINDS and folded not in facets.vocabulary().values[name]:
        return resolve(text, _CONCEPT_KINDS[name]) or folded
    return folded


def _sort(text: str, notes: list[str]) -> Phase:
    known = next((phase for phase in PHASES if phase == text.lower()), None)
    if known is None:
        notes.append(_("Results have no order “%(value)s”; they come in the usual one.") % {"value": text[:60]})
    return known or "best"


def _bound(name: str, text: str, notes: list[str]) -> dict[str, float]:
    try:
        return {name: quantities.parse(text, BOUNDS[name][2]).value}
    except quantities.BadQuantity as error:
        notes.append(_("The filter “%(name)s” was left out: %(reason)s") % {"name": name, "reason": error})
        return {}
