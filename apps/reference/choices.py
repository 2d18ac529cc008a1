"""What a form offers of reference data, in the reader's language."""

from django.utils.translation import get_language

from apps.reference import selectors
from apps.reference.rules import FRAMEWORKS
from apps.reference.selectors import country_choices, framework_name, language_choices


def countries() -> list[tuple[str, str]]:
    """Countries."""
    return country_choices(get_language() or "en")


def languages() -> list[tuple[str, str]]:
    """Languages that listings are commonly written in."""
    return language_choices(get_language() or "en")


def frameworks() -> list[tuple[str, str]]:
    """Frameworks of cooperation."""
    names = selectors.frameworks()
    return [(code, framework_name(names.get(code, {}), get_language() or "en") or code) for code in FRAMEWORKS]
