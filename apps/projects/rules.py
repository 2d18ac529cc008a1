"""The record of a project: its fields, their limits and words, without the ORM."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.records import Field, Problem, Record, choice, integer, number, text
from apps.reference import fields as reference
from apps.taxonomy.fields import concepts

STAGES = ("idea", "feasibility", "permitting", "financing", "procurement", "construction", "operation", "ended")


def site_is_whole(values: dict[str, Any]) -> list[Problem]:
    """A latitude needs a longitude, and the other way round."""
    pair = {name: values.get(name) for name in ("latitude", "longitude")}
    missing = [name for name, value in pair.items() if value is None]
    return [Problem(missing[0], "required", _("Give both latitude and longitude."))] if len(missing) == 1 else []


RECORD = Record(
    "project",
    [
        Field("external_id", gettext_lazy("External id"), text(200), "text", required=True, material=False),
        Field("title", gettext_lazy("Title"), text(500), "text", required=True),
        Field("country", gettext_lazy("Country"), reference.country, "choice", required=True),
        Field("latitude", gettext_lazy("Latitude"), number(low=-90, high=90), "number", material=False),
        Field("longitude", gettext_lazy("Longitude"), number(low=-180, high=180), "number", material=False),
        Field("technologies", gettext_lazy("Technologies"), concepts("technology", "application"), "list"),
        Field("power_mw", gettext_lazy("Power"), number("MW", high=1e6), "number", unit="MW"),
        Field("energy_mwh", gettext_lazy("Energy"), number("MWh", high=1e8), "number", unit="MWh"),
        Field("stage", gettext_lazy("Stage"), choice(lambda: STAGES, fold=str.lower), "choice"),
        Field("operation_year", gettext_lazy("Year of operation"), integer(low=1950, high=2100), "integer"),
        Field("owner", gettext_lazy("Owner"), text(200), "text"),
        Field("budget", gettext_lazy("Budget"), number(high=1e15), "number"),
        Field("currency", gettext_lazy("Currency"), reference.currency, "choice"),
        Field("description", gettext_lazy("Description"), text(20_000), "long_text"),
        Field("language", gettext_lazy("Language of the text"), reference.language, "choice", default="en"),
    ],
    money=["budget"],
    rules=[site_is_whole],
)
