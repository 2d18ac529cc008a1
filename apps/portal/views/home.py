"""The front page."""

from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from apps.core.templatetags.voltbridge import bcp47
from apps.enterprises.models import Enterprise
from apps.portal import finding, words
from apps.portal.cards import HomePage, Term, Words
from apps.search.selectors import Page
from apps.taxonomy.selectors import scheme

_NEWEST = 8
_TECHNOLOGIES = 10
# The concept that stands on the front page in every language.
_VOICE = "vanadium-flow"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Search, what is new, what there is."""
    found = finding.newest(_NEWEST)
    page = HomePage(
        voices=tuple(_voices()),
        newest=finding.cards(found.results),
        technologies=tuple(_technologies(found)),
        frameworks=tuple(_counted("framework", found.facets.get("framework", {}))),
        figures=tuple(_figures(found)),
    )
    return render(request, "portal/home.html", {"page": page})


def _voices() -> Iterator[tuple[Words, str]]:
    """One concept in every language, each the search for it."""
    for code in settings.ALL_LANGUAGES:
        label = scheme().label(_VOICE, code)
        yield Words(label, bcp47(code)), words.search_address(q=label)


def _technologies(found: Page) -> Iterator[tuple[Term, int]]:
    """The most frequent technologies; the widest ones, under which almost everything stands, say nothing."""
    present = scheme()
    counts = found.facets.get("technology", {})
    telling = {key: count for key, count in counts.items() if present.broader[key] or not present.narrower[key]}
    yield from _counted("technology", dict(list(telling.items())[:_TECHNOLOGIES]))


def _counted(facet: str, counts: dict[str, int]) -> Iterator[tuple[Term, int]]:
    yield from zip(words.terms(facet, counts), counts.values(), strict=True)


def _figures(found: Page) -> Iterator[tuple[str, int]]:
    if found.count:
        yield _("listings"), found.count
        yield pgettext("so many", "enterprises"), Enterprise.objects.published().count()
        yield _("countries"), len(found.facets.get("country", {}))
