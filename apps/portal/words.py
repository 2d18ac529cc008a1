"""The platform's own words in the reader's language, each with the search for it."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from apps.portal.cards import Term
from apps.reference.rules import primary
from apps.reference.selectors import country_name, language_name
from apps.search import labels
from apps.taxonomy.selectors import scheme


def reader() -> str:
    """The reader's language."""
    return get_language() or "en"


def reads(language: str) -> bool:
    """Whether a text of this language is in the reader's own."""
    return primary(language) == primary(reader())


def concept(key: str) -> str:
    """A concept's preferred label."""
    return scheme().label(key, reader())


def concepts(keys: Iterable[str]) -> tuple[str, ...]:
    """The labels of several concepts."""
    return tuple(map(concept, keys))


def country(code: str) -> str:
    """A country's name; nothing for no country."""
    return country_name(code, reader()) if code else ""


def language(tag: str) -> str:
    """A language's name."""
    return language_name(tag, reader())


def value(facet: str, key: str) -> str:
    """What a value of a facet of the search is called, standing by itself."""
    return capital(labels.facet_value(facet, key, reader()))


def capital(text: str) -> str:
    """With a capital first letter: labels of concepts are written as they stand inside a sentence."""
    return text[:1].upper() + text[1:]


def together(words: Iterable[str]) -> str:
    """Words in a row, with the comma of the reader's script."""
    return pgettext("between items", ", ").join(words)


def said_of(what: str, of: str) -> str:
    """Two parts of a gloss: "Equipment supply: vanadium flow battery"."""
    return _("%(what)s: %(of)s") % {"what": what, "of": of} if what and of else what or of


def search_address(**filters: str) -> str:
    """The results for a question or a filter."""
    return f"{reverse('search')}?{urlencode(filters)}"


def terms(facet: str, keys: Iterable[str]) -> tuple[Term, ...]:
    """Values of a facet, each leading to its search."""
    return tuple(Term(value(facet, key), search_address(**{facet: key})) for key in keys)
