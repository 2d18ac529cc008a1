"""Values of facets, and what a question names, in the reader's language."""

from collections.abc import Callable

from babel.numbers import format_decimal
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.enterprises.models import Organisation
from apps.opportunities.models import Opportunity
from apps.projects.models import Project
from apps.reference.rules import cldr
from apps.reference.selectors import country_name, framework_name, frameworks, language_name
from apps.search import regions
from apps.search.amounts import UNITS, Amount
from apps.search.lexemes import Meaning
from apps.taxonomy.selectors import scheme

FACETS = {
    "kind": gettext_lazy("Kind"),
    "side": gettext_lazy("Side"),
    "family": gettext_lazy("Family"),
    "technology": gettext_lazy("Technology"),
    "mode": gettext_lazy("Cooperation mode"),
    "stage": gettext_lazy("Stage"),
    "country": gettext_lazy("Country"),
    "framework": gettext_lazy("Framework"),
    "size": gettext_lazy("Energy"),
    "language": gettext_lazy("Language of the text"),
    "published": gettext_lazy("Published"),
}
BOUNDS = {
    "min_mwh": gettext_lazy("Energy from"),
    "max_mwh": gettext_lazy("Energy up to"),
    "min_mw": gettext_lazy("Power from"),
    "max_mw": gettext_lazy("Power up to"),
}
_KINDS = {
    "opportunity": gettext_lazy("Offers and requests"),
    "project": gettext_lazy("Projects"),
    "enterprise": gettext_lazy("Enterprises"),
}
_SIZES = {
    "up-to-1": gettext_lazy("up to 1 MWh"),
    "1-to-10": gettext_lazy("1 to 10 MWh"),
    "10-to-100": gettext_lazy("10 to 100 MWh"),
    "100-to-1000": gettext_lazy("100 to 1,000 MWh"),
    "over-1000": gettext_lazy("over 1,000 MWh"),
}
_DATES = {
    "week": gettext_lazy("in the last week"),
    "month": gettext_lazy("in the last month"),
    "quarter": gettext_lazy("in the last three months"),
    "year": gettext_lazy("in the last year"),
}
_STAGES = dict(Project.Stage.choices)


def concept(key: str, language: str) -> str:
    """A concept's label."""
    return scheme().label(key, language)


def place(code: str, language: str) -> str:
    """The name of a country, region or framework."""
    if code in regions.MEMBERS:
        return regions.name(code, language)
    names = frameworks().get(code) if len(code) > 2 else None
    return framework_name(names, language) or code if names else country_name(code, language)


def meaning(named: Meaning, language: str) -> str:
    """What a part of a question names."""
    if named.kind == "organisation":
        return str(Organisation(named.key).label)
    return concept(named.key, language) if named.kind == "concept" else place(named.key, language)


def amount(asked: Amount, language: str) -> str:
    """An amount in words; call it with its language activated."""
    unit = asked.currency or UNITS[asked.measure]
    least, most, about = (
        "" if end is None else f"{format_decimal(round(end, 3), locale=cldr(language))} {unit}"
        for end in (asked.least, asked.most, asked.about)
    )
    if about:
        return _("about %(amount)s (%(least)s to %(most)s)") % {"amount": about, "least": least, "most": most}
    if least and most:
        return _("%(least)s to %(most)s") % {"least": least, "most": most}
    return _("from %(amount)s") % {"amount": least} if least else _("up to %(amount)s") % {"amount": most}


def _stage(value: str, language: str) -> str:
    """A stage of the value chain, or one in a project's life."""
    return concept(value, language) if value in scheme().by_key else str(_STAGES.get(value, value))


_LABELS: dict[str, Callable[[str, str], str]] = {
    "kind": lambda value, language: str(_KINDS[value]),
    "side": lambda value, language: str(Opportunity.Side(value).label),
    "family": lambda value, language: str(Opportunity.Family(value).label),
    "size": lambda value, language: str(_SIZES[value]),
    "published": lambda value, language: str(_DATES[value]),
    "technology": concept,
    "mode": concept,
    "stage": _stage,
    "country": place,
    "framework": place,
    "language": language_name,
}


def facet_value(name: str, value: str, language: str) -> str:
    """A facet's value in a language; call it with that language activated."""
    return _LABELS[name](value, language)


def plain(part: str) -> str:
    """A part of a question that stays words; call it with the reader's language activated."""
    return _("“%(text)s” as plain words") % {"text": part}


def bound(name: str, number: str) -> str:
    """A bound of a size in words: "from 100 MWh"."""
    pattern = _("from %(amount)s") if name.startswith("min") else _("up to %(amount)s")
    return pattern % {"amount": f"{number} {'MWh' if name.endswith('mwh') else 'MW'}"}
