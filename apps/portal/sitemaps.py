"""What crawlers may find: every public page in every offered language, in pages that are read lazily."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from apps.core.lifecycle import State
from apps.enterprises.models import Enterprise
from apps.opportunities.models import Opportunity
from apps.projects.models import Project
from apps.taxonomy.selectors import scheme

# Of one file: with ten languages and their alternates it stays far below the 50,000 addresses that are allowed.
ROWS = 500


class InLanguages(Sequence[Any]):
    """Each row once for each language; only the rows of the slice that is asked for are read."""

    def __init__(self, rows: "QuerySet[Any]", languages: list[str]) -> None:
        self.rows, self.languages = rows, languages

    def __len__(self) -> int:
        return self.rows.count() * len(self.languages)

    def __getitem__(self, wanted: Any) -> Any:
        """A slice that begins and ends with a row."""
        many = len(self.languages)
        rows = self.rows[wanted.start // many : -(-wanted.stop // many)]
        return [(row, language) for row in rows for language in self.languages]


class Pages(Sitemap[Any]):
    """The pages of one kind of published row."""

    i18n = alternates = x_default = True

    def __init__(self, route: str, rows: "QuerySet[Any]") -> None:
        self.route, self.rows = route, rows
        self.protocol = urlsplit(settings.SITE_URL).scheme

    @cached_property
    def paginator(self) -> Paginator[Any]:
        """Django's own would list every row in every language first."""
        languages = [code for code, _name in settings.LANGUAGES]
        return Paginator(InLanguages(self.rows, languages), len(languages) * ROWS)

    def get_domain(self, site: object = None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    def location(self, item: Any) -> str:
        return reverse(self.route, args=[item.pk])

    def lastmod(self, item: Any) -> datetime:
        moment: datetime = item.updated
        return moment

    def get_latest_lastmod(self) -> None:
        """Finding the latest would read every row."""


class Places(Sitemap[Any]):
    """The pages that are always there."""

    i18n = alternates = x_default = True

    def __init__(self) -> None:
        self.protocol = urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: object = None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    def items(self) -> list[str]:
        return ["home", "search", "enterprises", "projects", "thesaurus"]

    def location(self, item: str) -> str:
        return reverse(item)


class Concepts(Places):
    """The concepts of the thesaurus."""

    def items(self) -> list[str]:
        return [one.key for one in scheme().concepts if not one.deprecated]

    def location(self, item: str) -> str:
        return reverse("concept", args=[item])


def _rows(model: Any, *conditions: Q) -> "QuerySet[Any]":
    rows: QuerySet[Any] = model.objects.published().filter(*conditions)
    return rows.only("pk", "updated").order_by("pk")


def _held() -> Q:
    return Q(owner=None) | Q(owner__state=State.PUBLISHED)


# Called for each request.
SITEMAPS: dict[str, Any] = {
    "places": Places,
    "listings": lambda: Pages("listing", _rows(Opportunity, Q(enterprise__state=State.PUBLISHED))),
    "enterprises": lambda: Pages("enterprise", _rows(Enterprise)),
    "projects": lambda: Pages("project", _rows(Project, _held())),
    "concepts": Concepts,
}


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers are asked to leave alone, and where the sitemap is."""
    private = ("matches", "dashboard", "accounts", "admin", "moderation", "notices", "profile", "keys")
    lines = ["User-agent: *", "Disallow: /api/", *(f"Disallow: /*/{name}/" for name in private)]
    lines.append(f"Sitemap: {settings.SITE_URL.rstrip('/')}{reverse('sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
