"""The record of an enterprise: its fields, their limits and words, without the ORM."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.records import BadValue, Field, Problem, Record, choice, day, integer, items, number, rows, text
from apps.reference import fields as reference
from apps.taxonomy.fields import concepts

# The number under which everybody may name an enterprise, "vb-17"; an operator's own external ids are for members only.
PUBLIC_ID = re.compile(r"vb-([1-9]\d{0,17})", re.ASCII)
EMPLOYEES = ("1-9", "10-49", "50-249", "250-999", "1000+")
CLAIM_KINDS = ("certificate", "test_report", "declaration")
ROLES = ("supplier", "integrator", "epc", "owner", "investor", "operator", "consultant", "other")
# What an enterprise is, beside the stages that it works in.
KINDS = (
    "maker", "integrator", "epc", "developer", "utility", "operator", "trader", "investor", "bank", "research", "testing",
    "consultant", "recycler", "public_body", "association",
)  # fmt: skip
SOURCING = ("own", "ppa", "certificates", "grid")
MONEY_LIMIT = 1e15
YEARS = 30  # of an energy profile
_year = integer(low=1950, high=2100)
_gwh = number("GWh", high=1e5)
_share = number("", high=1)
_SHARE_HELP = gettext_lazy("A percentage such as 40 %, or a share of 1.")


def public_id(pk: int) -> str:
    """What an enterprise is named by in exclusions, in the API and on its page."""
    return f"vb-{pk}"


def pk_of(name: str) -> int | None:
    """The enterprise that a public id names; None where the name is another one."""
    found = PUBLIC_ID.fullmatch(name.strip().lower())
    return int(found[1]) if found else None


def url(raw: Any) -> str:
    """A web address with http or https."""
    value: str = text(500)(raw)
    scheme, found, rest = value.partition("://")
    if (
        scheme.lower() not in ("http", "https")
        or not found
        or not rest.partition("/")[0]
        or any(c.isspace() for c in value)
    ):
        raise BadValue(_("Write a web address that begins with https://."), "url")
    return value


def owner(raw: Any) -> str:
    """Who controls an enterprise: an id as it stands on a page, or a name."""
    value: str = text(300)(raw)
    pk = pk_of(value)
    return public_id(pk) if pk else value


def one_concept(raw: Any) -> str:
    """A single technology."""
    found = concepts("technology")([raw] if isinstance(raw, str) else raw)
    if len(found) != 1:
        raise BadValue(_("Name one technology."), "concept")
    key: str = found[0]
    return key


REFERENCE = Record(
    "reference",
    [
        Field("title", gettext_lazy("Title"), text(500), "text", required=True),
        Field("country", gettext_lazy("Country"), reference.country, "choice"),
        Field("technologies", gettext_lazy("Technologies"), concepts("technology", "application"), "list"),
        Field("year", gettext_lazy("Year"), _year, "integer"),
        Field("value", gettext_lazy("Value"), number(high=MONEY_LIMIT), "number"),
        Field("currency", gettext_lazy("Currency"), reference.currency, "choice"),
        Field("power_mw", gettext_lazy("Power"), number("MW", high=1e6), "number", unit="MW"),
        Field("energy_mwh", gettext_lazy("Energy"), number("MWh", high=1e8), "number", unit="MWh"),
        Field("role", gettext_lazy("Role"), choice(lambda: ROLES, fold=str.lower), "choice"),
        Field("counterparty", gettext_lazy("Counterparty"), text(300), "text"),
    ],
    money=["value"],
)
CAPACITY = Record(
    "capacity",
    [
        Field("technology", gettext_lazy("Technology"), one_concept, "choice", required=True),
        Field("gwh_per_year", gettext_lazy("Capacity a year"), _gwh, "number", unit="GWh"),
        Field("output_gwh", gettext_lazy("Output"), _gwh, "number", unit="GWh"),
        Field("year", gettext_lazy("Year"), _year, "integer"),
        Field("planned_gwh", gettext_lazy("Planned a year"), _gwh, "number", unit="GWh"),
        Field("planned_year", gettext_lazy("Planned for"), _year, "integer"),
    ],
)
CLAIM = Record(
    "claim",
    [
        Field("kind", gettext_lazy("Kind"), choice(lambda: CLAIM_KINDS, fold=str.lower), "choice", required=True),
        Field("standard", gettext_lazy("Standard"), text(60), "text", required=True),
        Field("product", gettext_lazy("Product"), text(300), "text"),
        Field("holder", gettext_lazy("Holder"), text(300), "text"),
        Field("body", gettext_lazy("Issued by"), text(300), "text"),
        Field("number", gettext_lazy("Number"), text(100), "text"),
        Field("issued", gettext_lazy("Issued"), day, "date"),
        Field("expires", gettext_lazy("Expires"), day, "date"),
    ],
    ranges=[("issued", "expires")],
)
IDENTIFIER = Record(
    "identifier",
    [
        Field("scheme", gettext_lazy("Scheme"), text(20), "text", required=True),
        Field("value", gettext_lazy("Number"), text(60), "text", required=True),
    ],
)
ENERGY_YEAR = Record(
    "energy_year",
    [
        Field("year", gettext_lazy("Year"), _year, "integer"),
        Field("electricity_mwh", gettext_lazy("Electricity used"), number("MWh", high=1e9), "number", unit="MWh"),
        Field("kwh_per_kwh", gettext_lazy("kWh used for each kWh of cells"), number(high=1e4), "number"),
        Field("renewable_share", gettext_lazy("Renewable share"), _share, "number", help=_SHARE_HELP),
        Field("sourcing", gettext_lazy("How it is sourced"), choice(lambda: SOURCING, fold=str.lower), "choice"),
        Field("recycled_content", gettext_lazy("Recycled content"), _share, "number", help=_SHARE_HELP),
        Field("evidence", gettext_lazy("Evidence"), text(500), "text"),
    ],
)


def energy_profile(raw: Any) -> dict[str, Any]:
    """The energy profile as one object, from such an object or from a list of years; {} when nothing is stated."""
    years: list[dict[str, Any]] = rows(ENERGY_YEAR, limit=YEARS)(_listed(raw))
    for index, problem in year_problems(years):
        raise BadValue(problem.message, problem.code, f"{index}.{problem.field}")
    return profile_of(years)


def _listed(raw: Any) -> Any:
    if not isinstance(raw, Mapping) or "earlier" not in raw:
        return raw
    latest = {name: value for name, value in raw.items() if name != "earlier"}
    earlier = raw["earlier"] or []
    if not isinstance(earlier, list):
        raise BadValue(_("A list is expected."), at="earlier")
    return [latest, *earlier]


def year_problems(years: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, Problem]]:
    """What keeps figures from being a row of years, each with its place: one without a year, a year stated twice."""
    seen: set[int] = set()
    for index, stated in enumerate(years):
        year = stated.get("year")
        if year is None and len(years) > 1:
            yield index, Problem("year", "required", _("State the year of these figures."))
        if year in seen:
            yield index, Problem("year", "repeated", _("This year is stated twice."))
        seen |= {year} if year else set()


def profile_of(years: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The latest year's figures with those of the other years under "earlier", latest first."""
    stated = [{name: value for name, value in year.items() if value not in (None, "")} for year in years]
    ordered = sorted(filter(None, stated), key=lambda year: -year.get("year", 0))
    if not ordered:
        return {}
    return ordered[0] | ({"earlier": ordered[1:]} if ordered[1:] else {})


def years_of(profile: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The years of an energy profile, latest first."""
    latest = {name: value for name, value in profile.items() if name != "earlier"} if profile else {}
    return [latest, *profile.get("earlier", ())] if latest else []


_VETOES = [
    Field("excluded_countries", gettext_lazy("Countries"), items(reference.country), "list", material=False),
    Field(
        "excluded_enterprises",
        gettext_lazy("Enterprises"),
        items(text(200)),
        "list",
        help=gettext_lazy(
            "The ids that stand on the pages of the enterprises, such as vb-17; several separated by ; "
            "Who is named keeps away all that it controls."
        ),
        material=False,
    ),
    Field(
        "excluded_kinds",
        gettext_lazy("Kinds of organisation"),
        items(choice(lambda: KINDS, fold=str.lower)),
        "list",
        material=False,
    ),
    Field(
        "excludes_competitors",
        gettext_lazy("Competitors"),
        choice(lambda: ("yes", "no"), fold=str.lower),
        "choice",
        help=gettext_lazy("Who states a value-chain stage and a family of technologies that you state too."),
        material=False,
    ),
]
# Told to nobody, and followed at once, without a review.
VETOES = tuple(field.name for field in _VETOES)
RECORD = Record(
    "enterprise",
    [
        Field("external_id", gettext_lazy("External id"), text(200), "text", required=True, material=False),
        Field("name", gettext_lazy("Name"), text(300), "text", required=True),
        Field("name_latin", gettext_lazy("Name in Latin letters"), text(300), "text"),
        Field("country", gettext_lazy("Country"), reference.country, "choice", required=True),
        Field("identifiers", gettext_lazy("Identifiers"), rows(IDENTIFIER), "rows"),
        Field("kinds", gettext_lazy("Kind of organisation"), items(choice(lambda: KINDS, fold=str.lower)), "list"),
        Field(
            "owner",
            gettext_lazy("Controlled by"),
            owner,
            "text",
            help=gettext_lazy(
                "The enterprise that holds more than half of yours: its id here, such as vb-17, or its name. "
                "Enterprises of one group are never proposed to each other."
            ),
        ),
        Field("languages", gettext_lazy("Languages you work in"), items(reference.language), "list", material=False),
        Field("stages", gettext_lazy("Value-chain stages"), concepts("stage"), "list"),
        Field("technologies", gettext_lazy("Technologies"), concepts("technology", "application"), "list"),
        Field("summary", gettext_lazy("What you do"), text(20_000), "long_text"),
        Field("language", gettext_lazy("Language of the text"), reference.language, "choice"),
        Field("website", gettext_lazy("Website"), url, "url"),
        Field("employees_band", gettext_lazy("Employees"), choice(lambda: EMPLOYEES), "choice", material=False),
        Field("references", gettext_lazy("References"), rows(REFERENCE, limit=2000), "rows"),
        Field("capacities", gettext_lazy("Production capacity"), rows(CAPACITY), "rows"),
        Field("claims", gettext_lazy("Certificates and other claims"), rows(CLAIM), "rows"),
        Field("energy_profile", gettext_lazy("Energy profile"), energy_profile, "rows"),
        *_VETOES,
    ],
)
CHILDREN = ("identifiers", "references", "capacities", "claims")
