"""What an enterprise states, as the rows and details of its page."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.templatetags.voltbridge import number, percent
from apps.enterprises.models import Capacity, Claim, Enterprise, Identifier, Organisation, Reference, Sourcing
from apps.enterprises.rules import public_id, years_of
from apps.portal import words
from apps.portal.briefs import exactly
from apps.portal.cards import Detail, Words
from apps.portal.enterprise_cards import CapacityRow, ClaimRow, EnergyRow, EnergyTrend, IdentifierRow, ReferenceRow

_ROLES: dict[str, str | Promise] = {
    "supplier": gettext_lazy("supplier"),
    "integrator": gettext_lazy("integrator"),
    "epc": gettext_lazy("EPC contractor"),
    "owner": gettext_lazy("owner"),
    "investor": gettext_lazy("investor"),
    "operator": gettext_lazy("operator"),
    "consultant": gettext_lazy("consultant"),
    "other": gettext_lazy("other"),
}


def details(row: Enterprise) -> tuple[Detail, ...]:
    """What is known of the enterprise as a whole."""
    found = (
        Detail(_("Country"), terms=words.terms("country", [row.country])),
        Detail(_("Kind of organisation"), text=words.together(str(Organisation(kind).label) for kind in row.kinds)),
        Detail(_("Controlled by"), text=row.owner),
        Detail(_("Value chain"), terms=words.terms("stage", row.stages)),
        Detail(_("People"), text=row.employees_band.replace("-", "–")),
        Detail(_("Working languages"), text=words.together(map(words.language, row.languages))),
        Detail(_("Id on this platform"), text=public_id(row.pk)),
    )
    return tuple(detail for detail in found if detail.stated)


def identifiers(rows: Iterable[Identifier], *, numbers: bool) -> tuple[IdentifierRow, ...]:
    """Registry numbers with the three answers about each; the `numbers` themselves only for members."""
    return tuple(
        IdentifierRow(
            row.scheme, row.value if numbers else "", row.syntax_ok, row.checksum_ok, row.registry_confirmed,
            row.get_warning_display() if numbers else "",
        )
        for row in rows
        if numbers or row.syntax_ok is not None
    )  # fmt: skip


def references(rows: Iterable[Reference], language: str) -> tuple[ReferenceRow, ...]:
    """Projects the enterprise says it took part in."""
    return tuple(
        ReferenceRow(
            title=Words(row.title, language),
            country=row.country,
            year=row.year,
            role=str(_ROLES.get(row.role, row.role)),
            power=exactly(row.power_mw, "MW"),
            energy=exactly(row.energy_mwh, "MWh"),
            value=exactly(row.value, currency=row.currency),
            technologies=words.concepts(row.technologies),
        )
        for row in rows
    )


def claims(rows: Iterable[Claim]) -> tuple[ClaimRow, ...]:
    """What can be evidenced."""
    return tuple(
        ClaimRow(
            row.get_kind_display(), row.standard, row.product, row.body, row.number, row.issued, row.expires
        )
        for row in rows
    )  # fmt: skip


def capacities(rows: Iterable[Capacity]) -> tuple[CapacityRow, ...]:
    """What a maker can make."""
    return tuple(
        CapacityRow(
            words.concept(row.technology), row.gwh_per_year, row.output_gwh, row.year, row.planned_gwh,
            row.planned_year,
        )
        for row in rows
    )  # fmt: skip


def energy(row: Enterprise) -> tuple[EnergyRow, ...]:
    """What making took in each year, latest first."""
    return tuple(
        EnergyRow(
            year=str(stated.get("year", "")),
            electricity=stated.get("electricity_mwh"),
            intensity=stated.get("kwh_per_kwh"),
            renewable=stated.get("renewable_share"),
            sourcing=str(dict(Sourcing.choices).get(stated.get("sourcing", ""), "")),
            recycled=stated.get("recycled_content"),
            evidence=stated.get("evidence", ""),
        )
        for stated in years_of(row.energy_profile)
    )


def trend(rows: tuple[EnergyRow, ...]) -> EnergyTrend | None:
    """What changed from the earliest year to the latest; None where there is but one."""
    if len(rows) < 2:
        return None
    now, then = rows[0], rows[-1]
    return EnergyTrend(
        since=then.year,
        electricity=_by(then.electricity, now.electricity),
        intensity=_by(then.intensity, now.intensity),
        renewable=_points(then.renewable, now.renewable),
        recycled=_points(then.recycled, now.recycled),
    )


def _by(then: float | None, now: float | None) -> str:
    """The change as a share of what it was."""
    return "" if not then or now is None else _signed(now - then, percent(abs(now - then) / then))


def _points(then: float | None, now: float | None) -> str:
    """The change between two shares, in percentage points."""
    if then is None or now is None:
        return ""
    return _signed(now - then, _("%(number)s points") % {"number": number(round(100 * abs(now - then)))})


def _signed(change: float, text: str) -> str:
    return f"{'−' if change < 0 else '+'}{text}" if change else text
