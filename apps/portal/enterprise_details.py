"""What an enterprise states, as the rows and details of its page."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.enterprises.models import Capacity, Claim, Enterprise, Identifier, Reference
from apps.enterprises.rules import public_id
from apps.portal import words
from apps.portal.briefs import exactly
from apps.portal.cards import CapacityRow, ClaimRow, Detail, IdentifierRow, ReferenceRow, Words

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
_SOURCING: dict[str, str | Promise] = {
    "own": gettext_lazy("own plant"),
    "ppa": gettext_lazy("power purchase agreement"),
    "certificates": gettext_lazy("certificates"),
    "grid": gettext_lazy("grid"),
}


def details(row: Enterprise) -> tuple[Detail, ...]:
    """What is known of the enterprise as a whole."""
    found = (
        Detail(_("Country"), terms=words.terms("country", [row.country])),
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
            row.warning if numbers else "",
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


def energy_profile(row: Enterprise) -> tuple[Detail, ...]:
    """The energy that making takes."""
    stated = row.energy_profile
    found = (
        Detail(_("Electricity used"), range=exactly(stated.get("electricity_mwh"), "MWh")),
        Detail(_("kWh used for each kWh of cells"), number=stated.get("kwh_per_kwh")),
        Detail(_("Renewable share"), share=stated.get("renewable_share")),
        Detail(_("How it is sourced"), text=str(_SOURCING.get(stated.get("sourcing", ""), ""))),
        Detail(_("Recycled content"), share=stated.get("recycled_content")),
        Detail(_("Year"), text=str(stated.get("year") or "")),
        Detail(_("Evidence"), text=stated.get("evidence") or ""),
    )
    return tuple(detail for detail in found if detail.stated)
