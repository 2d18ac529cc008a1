"""Results on a map: how many each country has, and where those lie whose site is public."""

from collections.abc import Callable, Iterator

from django.conf import settings
from django.templatetags.static import static
from django.utils.translation import gettext as _

from apps.portal import words
from apps.portal.cards import Card, EnterpriseCard, Map, Place, Site
from apps.reference.rules import numeric_codes
from apps.search import export
from apps.search.filters import Filters
from apps.search.selectors import Hit, Page

# How many results are looked at for sites; the list has the others, a page at a time.
MOST_SITES = 200


def drawn(
    page: Page, filters: Filters, *, kind: str, address: Callable[[str], str], card: Callable[[Hit], Card]
) -> Map:
    """The map of a page of results; `address` is that of a country's results alone, `card` what shows one result."""
    titles = {
        "opportunity": _("Listings by country"),
        "enterprise": _("Enterprises by country"),
        "project": _("Projects by country"),
    }
    world, borders = files()
    return Map(
        title=titles[kind],
        places=tuple(_places(page, filters.values.get("country", ()), address)),
        sites=tuple(_sites(page, kind, card)),
        world=world,
        borders=borders,
        most=len(page.results) if page.next else 0,
        count_is_lower_bound=page.count_is_lower_bound,
    )


def files() -> tuple[str, str]:
    """The addresses of the world's shapes and of the borders: the operator's own, or those that ship."""
    return (
        settings.MAP_WORLD or static("world-atlas/countries-110m.json"),
        settings.MAP_BORDERS or static("voltbridge/borders.json"),
    )


def _places(page: Page, chosen: tuple[str, ...], address: Callable[[str], str]) -> Iterator[Place]:
    for code, count in page.facets.get("country", {}).items():
        yield Place(code, numeric_codes()[code], words.country(code), count, address(code), code in chosen)


def _sites(page: Page, kind: str, card: Callable[[Hit], Card]) -> Iterator[Site]:
    """The same positions as those of the results as GeoJSON."""
    positions = {} if kind == "enterprise" else export.positions(kind, page.results)
    for hit in page.results:
        brief = card(hit) if hit.subject_id in positions else None
        if brief and not isinstance(brief, EnterpriseCard):
            yield Site(brief.title, brief.url, *positions[hit.subject_id])
