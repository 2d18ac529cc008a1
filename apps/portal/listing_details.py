"""What a listing states, as groups of details; what it does not state is left out."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from apps.opportunities.models import Opportunity
from apps.opportunities.selectors import minimum_order_unit
from apps.portal import words
from apps.portal.briefs import exactly, span
from apps.portal.cards import Detail, DetailGroup, Range


def groups(row: Opportunity) -> tuple[DetailGroup, ...]:
    """Cooperation, technical terms, price and delivery, dates; a group that says nothing is left out."""
    found = (
        DetailGroup(_("Cooperation"), _stated(_cooperation(row))),
        DetailGroup(_("Technical terms"), _stated(_technical(row))),
        DetailGroup(_("Price and delivery"), _stated(_trade(row))),
        DetailGroup(_("Dates"), _stated(_dates(row))),
    )
    return tuple(group for group in found if group.details)


def everything(row: Opportunity) -> tuple[Detail, ...]:
    """Every detail that a listing can state, stated or not, always in the same order."""
    return (*_cooperation(row), *_technical(row), *_trade(row), *_dates(row))


def _stated(details: Iterable[Detail]) -> tuple[Detail, ...]:
    return tuple(detail for detail in details if detail.stated)


def _cooperation(row: Opportunity) -> tuple[Detail, ...]:
    return (
        Detail(_("Modes"), terms=words.terms("mode", row.modes)),
        Detail(_("Value chain"), terms=words.terms("stage", row.stages)),
        Detail(_("Countries wished for"), terms=words.terms("country", row.target_countries)),
        Detail(_("Frameworks wished for"), terms=words.terms("framework", row.target_frameworks)),
        Detail(_("Countries excluded"), text=words.together(map(words.country, row.excluded_countries))),
        Detail(_("Working languages"), text=words.together(map(words.language, row.languages))),
        Detail(_("Written in"), text=words.language(row.language)),
    )


def _technical(row: Opportunity) -> tuple[Detail, ...]:
    return (
        Detail(_("Duration"), range=span(row.duration_h_min, row.duration_h_max, "h")),
        Detail(_("Cycles"), range=_at_least(row.cycles_min, "cycles")),
        Detail(_("Round-trip efficiency at least"), share=row.round_trip_efficiency_min),
        Detail(_("C-rate"), range=span(row.c_rate_min, row.c_rate_max, "C")),
        Detail(_("Temperature"), range=span(row.temperature_c_min, row.temperature_c_max, "degC")),
        Detail(_("Warranty"), range=_at_least(row.warranty_years_min, "years")),
        Detail(_("Readiness (TRL)"), range=span(row.trl_min, row.trl_max)),
        Detail(_("Certificates held"), text=words.together(row.certifications_held)),
        Detail(_("Certificates required"), text=words.together(row.certifications_required)),
    )


def _trade(row: Opportunity) -> tuple[Detail, ...]:
    return (
        Detail(_("Quantity"), range=exactly(row.quantity, row.quantity_unit)),
        Detail(_("Minimum order"), range=exactly(row.minimum_order, minimum_order_unit(row))),
        Detail(_("Price of a unit"), money=exactly(row.unit_price, currency=row.currency)),
        Detail(_("Incoterm"), text=row.incoterm),
        Detail(_("Lead time"), range=exactly(row.lead_time_days, "days")),
    )


def _dates(row: Opportunity) -> tuple[Detail, ...]:
    return (
        Detail(_("Available from"), day=row.available_from),
        Detail(_("Available until"), day=row.available_to),
        Detail(_("Answers until"), day=row.deadline),
        Detail(_("Listed until"), day=row.expires),
    )


def _at_least(low: float | None, unit: str) -> Range | None:
    return span(low, None, unit)
