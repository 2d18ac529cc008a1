"""A record as a moderator reads it: names for codes, a line for each item, and what changed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from apps.core.records import Field, Record
from apps.enterprises import rules as enterprises
from apps.enterprises.models import Claim
from apps.opportunities.models import Opportunity
from apps.projects.models import Project
from apps.reference import choices
from apps.taxonomy.selectors import labels_in

_CHILDREN = {
    "identifiers": enterprises.IDENTIFIER, "references": enterprises.REFERENCE, "claims": enterprises.CLAIM,
    "capacities": enterprises.CAPACITY, "energy_profile": enterprises.ENERGY_YEAR,
}  # fmt: skip
_COUNTRIES = {"country", "target_countries", "excluded_countries"}
_LANGUAGES = {"language", "languages"}
_CONCEPTS = {"technologies", "technology", "modes", "stages"}


@dataclass(frozen=True, slots=True)
class Read:
    """One field: what it says now and what it said before, each as lines."""

    label: Any
    now: list[str]
    before: list[str]

    @property
    def changed(self) -> bool:
        return self.now != self.before


def compare(record: Record, now: dict[str, Any], before: dict[str, Any]) -> list[Read]:
    """Every field that says something now or said something before."""
    names = _names()
    read = [Read(item.label, _lines(item, now, names), _lines(item, before, names)) for item in record.fields]
    return [field for field in read if field.now or field.before]


Names = Callable[[str, str], str]


def _names() -> Names:
    """What a code of a field is called, in the reader's language."""
    concepts = labels_in(get_language() or "en")
    countries, languages = dict(choices.countries()), dict(choices.languages())
    kinds: dict[str, dict[str, Any]] = {
        "side": dict(Opportunity.Side.choices), "family": dict(Opportunity.Family.choices),
        "stage": dict(Project.Stage.choices), "kind": dict(Claim.Kind.choices),
        "target_frameworks": dict(choices.frameworks()),
    }  # fmt: skip
    kinds |= dict.fromkeys(_COUNTRIES, countries) | dict.fromkeys(_LANGUAGES, languages)
    kinds |= dict.fromkeys(_CONCEPTS, concepts)
    return lambda field, code: str(kinds.get(field, {}).get(code, code))


def _lines(item: Field, values: dict[str, Any], names: Names) -> list[str]:
    value = values.get(item.name)
    if value in (None, "", [], {}):
        return []
    if item.name in _CHILDREN:
        rows = enterprises.years_of(value) if item.name == "energy_profile" else value
        return [_row(_CHILDREN[item.name], row, names) for row in rows]
    if isinstance(value, list):
        return [names(item.name, each) for each in value]
    return [_one(item, value, names)]


def _row(record: Record, row: dict[str, Any], names: Names) -> str:
    stated: Iterable[tuple[Field, list[str]]] = ((item, _lines(item, row, names)) for item in record.fields)
    return "; ".join(f"{item.label}: {', '.join(lines)}" for item, lines in stated if lines)


def _one(item: Field, value: Any, names: Names) -> str:
    text = f"{value:.15g}" if isinstance(value, float) else names(item.name, str(value))
    return f"{text} {item.unit}" if item.unit else text
