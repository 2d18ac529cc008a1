"""Values of facets, and what a question names, in the reader's language."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy

from apps.opportunities.models import Opportunity
from apps.projects.models import Project
from apps.reference.selectors import country_name, framework_name, frameworks, language_name
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
    """The name of a country or framework."""
    names = frameworks().get(code) if len(code) > 2 else None
    return framework_name(names, language) or code if names else country_name(code, language)


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
