"""How a question was read, part by part, in the reader's language: what the page's chips and the API say."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.search import labels, regions
from apps.search.amounts import UNITS
from apps.search.lexemes import Meaning
from apps.search.questions import Query, Unit


@dataclass(frozen=True, slots=True)
class Understood:
    """A part of the question, as it stands there and as it was read.

    `kind` is concept, country, region, framework, organisation, power, energy, budget or words; `value` the key, the code, the unit or
    the words. An amount goes from `least` to `most`. `exact` are words in their order; `excluded` is what is not wanted.
    """

    kind: str
    text: str
    value: str
    label: str
    least: float | None = None
    most: float | None = None
    exact: bool = False
    excluded: bool = False


def read(query: Query, language: str) -> list[Understood]:
    """Everything in the question that is more than a word, labelled in a language; call it with that one activated."""
    wanted = [each for unit in query.units if unit.source for each in _read(unit, language, excluded=False)]
    return wanted + [each for unit in query.excluded for each in _read(unit, language, excluded=True)]


def added(query: Query, language: str) -> list[str]:
    """What was looked for besides, because the question's words hint at it or because it is near what they name."""
    return [labels.meaning(meaning, language) for unit in query.added for meaning in unit.meanings]


def _read(unit: Unit, language: str, *, excluded: bool) -> Iterator[Understood]:
    for meaning in unit.meanings:
        label = labels.meaning(meaning, language)
        yield Understood(_kind(meaning), unit.source, meaning.key, label, excluded=excluded)
    if unit.amount:
        amount = unit.amount
        kind, value = amount.measure.partition("_")[0], amount.currency or UNITS[amount.measure]
        yield Understood(kind, unit.source, value, labels.amount(amount, language), amount.least, amount.most)
    elif not unit.meanings:
        exact = bool(unit.exact)
        label = _("exactly “%(words)s”") % {"words": unit.text} if exact else unit.text
        yield Understood("words", unit.source, unit.text, label, exact=exact, excluded=excluded)


def _kind(meaning: Meaning) -> str:
    if meaning.kind in ("concept", "organisation"):
        return meaning.kind
    if meaning.key in regions.MEMBERS:
        return "region"
    return "country" if len(meaning.key) == 2 else "framework"
