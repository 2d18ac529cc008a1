"""The record of an opportunity: its fields, their limits and words, without the ORM."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import records
from apps.core.records import Field, Kind, Parser, Problem, Record, choice, day, integer, items, number, price, text
from apps.reference import fields as reference
from apps.taxonomy.fields import concepts

SIDES = ("offer", "request")
FAMILIES = ("business", "technology", "research")
INCOTERMS = ("EXW", "FCA", "FAS", "FOB", "CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DDP")
MONEY = number(high=1e15)
AMOUNTS = ("budget_min", "budget_max", "unit_price")
RANGES = (
    ("power_mw_min", "power_mw_max"),
    ("energy_mwh_min", "energy_mwh_max"),
    ("budget_min", "budget_max"),
    ("available_from", "available_to"),
    ("trl_min", "trl_max"),
    ("duration_h_min", "duration_h_max"),
    ("c_rate_min", "c_rate_max"),
    ("temperature_c_min", "temperature_c_max"),
    ("deadline", "expires"),
)


def wishes_agree(values: dict[str, Any]) -> list[Problem]:
    """A country cannot be wished for and excluded at once."""
    if not (excluded := values.get("excluded_countries")):
        return []
    both = sorted({*(values.get("target_countries") or ())}.intersection(excluded))
    return [
        Problem(
            "excluded_countries", "contradiction", _("%(country)s is both wished for and excluded.") % {"country": code}
        )
        for code in both[:1]
    ]


def _two(stem: str, low_label: Any, high_label: Any, parse: Parser, kind: Kind, unit: str = "") -> list[Field]:
    return [
        Field(f"{stem}_min", low_label, parse, kind, unit=unit),
        Field(f"{stem}_max", high_label, parse, kind, unit=unit),
    ]


_TEXTS = [
    Field("external_id", gettext_lazy("External id"), text(200), "text", required=True, material=False),
    Field("enterprise", gettext_lazy("Enterprise"), text(200), "text", required=True),
    Field("project", gettext_lazy("Project"), text(200), "text"),
    Field("side", gettext_lazy("Side"), choice(lambda: SIDES, fold=str.lower), "choice", required=True),
    Field("family", gettext_lazy("Family"), choice(lambda: FAMILIES, fold=str.lower), "choice", default="business"),
    Field("title", gettext_lazy("Title"), text(500), "text", required=True),
    Field("summary", gettext_lazy("Summary"), text(20_000), "long_text", required=True),
    Field("language", gettext_lazy("Language of the text"), reference.language, "choice", required=True),
]
_WISHES = [
    Field("technologies", gettext_lazy("Technologies"), concepts("technology", "application"), "list"),
    Field("modes", gettext_lazy("Cooperation modes"), concepts("mode"), "list"),
    Field("stages", gettext_lazy("Value-chain stages"), concepts("stage"), "list"),
    Field("target_countries", gettext_lazy("Countries wished for"), items(reference.country), "list"),
    Field("target_frameworks", gettext_lazy("Frameworks wished for"), items(reference.framework), "list"),
    Field("excluded_countries", gettext_lazy("Countries excluded"), items(reference.country), "list"),
    Field(
        "excluded_enterprises",
        gettext_lazy("Enterprises excluded"),
        items(text(200)),
        "list",
        help=gettext_lazy("The ids that stand on the pages of the enterprises, such as vb-17; several separated by ;"),
    ),
    Field("certifications_held", gettext_lazy("Certificates held"), items(text(60)), "list"),
    Field("certifications_required", gettext_lazy("Certificates required"), items(text(60)), "list"),
    Field("languages", gettext_lazy("Working languages"), items(reference.language), "list", material=False),
]
_SIZES = [
    *_two("power_mw", gettext_lazy("Power from"), gettext_lazy("Power to"), number("MW", high=1e6), "number", "MW"),
    *_two(
        "energy_mwh", gettext_lazy("Energy from"), gettext_lazy("Energy to"), number("MWh", high=1e8), "number", "MWh"
    ),
    *_two("budget", gettext_lazy("Budget from"), gettext_lazy("Budget to"), MONEY, "number"),
    Field("currency", gettext_lazy("Currency"), reference.currency, "choice"),
    *_two(
        "trl",
        gettext_lazy("Readiness (TRL) from"),
        gettext_lazy("Readiness (TRL) to"),
        integer(low=1, high=9),
        "integer",
    ),
    *_two(
        "duration_h",
        gettext_lazy("Duration from"),
        gettext_lazy("Duration to"),
        number("hour", high=1e5),
        "number",
        "hour",
    ),
    Field("cycles_min", gettext_lazy("Cycles at least"), integer(high=100_000_000), "integer"),
    Field("round_trip_efficiency_min", gettext_lazy("Round-trip efficiency at least"), number(high=1), "number"),
    *_two("c_rate", gettext_lazy("C-rate from"), gettext_lazy("C-rate to"), number(high=1000), "number"),
    *_two(
        "temperature_c",
        gettext_lazy("Temperature from"),
        gettext_lazy("Temperature to"),
        number("degC", low=-273.15, high=2000),
        "number",
        "degC",
    ),
    Field("warranty_years_min", gettext_lazy("Warranty at least"), number("year", high=100), "number", unit="year"),
]
_TRADE = [
    Field("available_from", gettext_lazy("Available from"), day, "date", material=False),
    Field("available_to", gettext_lazy("Available until"), day, "date", material=False),
    Field("quantity", gettext_lazy("Quantity"), number(high=1e15), "number"),
    Field("quantity_unit", gettext_lazy("Unit of the quantity"), text(40), "text"),
    Field("unit_price", gettext_lazy("Price of a unit"), price(places=6, high=1e15), "number"),
    Field("incoterm", gettext_lazy("Incoterm"), choice(lambda: INCOTERMS, fold=str.upper), "choice"),
    Field("lead_time_days", gettext_lazy("Lead time (days)"), integer(high=36_500), "integer"),
    Field("minimum_order", gettext_lazy("Minimum order"), records.counted(high=1e15), "number"),
    Field("deadline", gettext_lazy("Answers until"), day, "date", material=False),
    Field("expires", gettext_lazy("Listed until"), day, "date", material=False),
]
RECORD = Record(
    "opportunity", [*_TEXTS, *_WISHES, *_SIZES, *_TRADE], ranges=RANGES, money=AMOUNTS, rules=[wishes_agree]
)
