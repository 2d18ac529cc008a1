"""What a form offers of reference data, in the reader's language."""

from functools import cache

from babel.numbers import get_territory_currencies
from django.utils.translation import get_language

from apps.reference import selectors
from apps.reference.rules import cldr, country_codes
from apps.reference.selectors import country_choices, framework_name, language_choices


def countries() -> list[tuple[str, str]]:
    """Countries."""
    return country_choices(get_language() or "en")


def languages() -> list[tuple[str, str]]:
    """Languages that listings are commonly written in."""
    return language_choices(get_language() or "en")


def frameworks() -> list[tuple[str, str]]:
    """Frameworks of cooperation."""
    language = get_language() or "en"
    return [(code, framework_name(names, language) or code) for code, names in selectors.frameworks().items()]


def currencies() -> list[tuple[str, str]]:
    """Currencies that are money somewhere today: "CNY · Chinese Yuan"."""
    return _currencies(get_language() or "en")


@cache
def _currencies(language: str) -> list[tuple[str, str]]:
    names = cldr(language).currencies
    today = {code for country in country_codes() for code in get_territory_currencies(country)}
    return [(code, f"{code} · {names.get(code, code)}") for code in sorted(today)]
