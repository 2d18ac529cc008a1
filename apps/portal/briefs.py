"""Rows of the domain in short: the cards of lists. No card asks the database; what it needs is loaded with its row."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.lifecycle import State
from apps.enterprises.models import Enterprise
from apps.opportunities.models import Opportunity
from apps.opportunities.selectors import read_in, translated
from apps.portal import words
from apps.portal.cards import EnterpriseCard, ListingCard, Matched, Number, ProjectCard, Range, Words
from apps.projects.models import Project
from apps.translations.selectors import Shown

_MOST_TECHNOLOGIES = 4
_MOST_PLACES = 5


def span(low: Number | None, high: Number | None, unit: str = "", currency: str = "") -> Range | None:
    """A range, or None where neither end is known."""
    return None if low is None and high is None else Range(low, high, unit, currency)


def exactly(value: Number | None, unit: str = "", currency: str = "") -> Range | None:
    """One number as a range."""
    return span(value, value, unit, currency)


def public_listings() -> "QuerySet[Opportunity]":
    """Listings that everybody may read, with what their cards need."""
    rows: QuerySet[Opportunity] = Opportunity.objects.published().filter(enterprise__state=State.PUBLISHED)
    return read_in(rows.select_related("enterprise", "project"), words.reader())


def listings(rows: Iterable[Opportunity]) -> tuple[ListingCard, ...]:
    """Cards of listings."""
    return tuple(listing(row) for row in rows)


def listing(row: Opportunity, matched: tuple[Matched, ...] = ()) -> ListingCard:
    """An offer or a request in short; its title is in the reader's language where it is translated, else with a gloss."""
    version = translated(row, words.reader())
    return ListingCard(
        url=reverse("listing", args=[row.pk]),
        side=row.side,
        side_label=words.value("side", row.side),
        family=words.value("family", row.family),
        title=Words(version.texts.title, version.language) if version else Words(row.title, row.language),
        gloss="" if version else gloss(row),
        translated=said_by(version, row.language) if version else "",
        power=span(row.power_mw_min, row.power_mw_max, "MW"),
        energy=span(row.energy_mwh_min, row.energy_mwh_max, "MWh"),
        budget=budget(row),
        technologies=words.concepts(row.technologies[:_MOST_TECHNOLOGIES]),
        places=places(row),
        enterprise=Words(row.enterprise.name, row.enterprise.language),
        published=row.published_at,
        matched=matched,
        demonstration=row.demonstration,
        pk=row.pk,
    )


def said_by(version: Shown, original: str) -> str:
    """Who translated from which language, and whether that is the original as it is now."""
    by = _("machine translation from %(language)s") if version.by_machine else _("translated from %(language)s")
    told = words.capital(by % {"language": words.language(original)})
    return words.together([told, _("the original has changed since")]) if version.stale else told


def budget(row: Opportunity) -> Range | None:
    """What it may cost."""
    return span(_whole(row.budget_min), _whole(row.budget_max), currency=row.currency)


def _whole(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount.normalize()


def gloss(row: Opportunity) -> str:
    """What a listing in another language is about, by its concepts; nothing in a language that the reader has."""
    if words.reads(row.language):
        return ""
    modes, technologies = words.concepts(row.modes[:2]), words.concepts(row.technologies[:2])
    return words.capital(words.said_of(words.together(modes), words.together(technologies)))


def places(row: Opportunity) -> tuple[str, ...]:
    """Where: the project's country, or those wished for, or the enterprise's own."""
    if row.project:
        return (words.country(row.project.country),)
    codes = row.target_countries or [row.enterprise.country]
    named = tuple(words.country(code) for code in codes[:_MOST_PLACES])
    return (*named, f"+{len(codes) - _MOST_PLACES}") if len(codes) > _MOST_PLACES else named


def enterprise(row: Enterprise) -> EnterpriseCard:
    """An enterprise in short."""
    return EnterpriseCard(
        url=reverse("enterprise", args=[row.pk]),
        name=Words(row.name, row.language),
        name_latin=row.name_latin if row.name_latin != row.name else "",
        country=row.country,
        summary=Words(row.summary, row.language),
        technologies=words.terms("technology", row.technologies),
        stages=words.concepts(row.stages),
        demonstration=row.demonstration,
    )


def project(row: Project) -> ProjectCard:
    """A project in short."""
    return ProjectCard(
        url=reverse("project", args=[row.pk]),
        title=Words(row.title, row.language),
        country=row.country,
        stage=row.get_stage_display() if row.stage else "",
        power=exactly(row.power_mw, "MW"),
        energy=exactly(row.energy_mwh, "MWh"),
        technologies=words.concepts(row.technologies),
        demonstration=row.demonstration,
    )
