"""Forms about opportunities."""

from django.utils.translation import gettext_lazy as _

from apps.core.forms import RecordForm
from apps.opportunities.models import Opportunity
from apps.opportunities.rules import INCOTERMS, RECORD
from apps.reference.choices import countries, currencies, frameworks, languages
from apps.taxonomy.choices import concepts


class OpportunityForm(RecordForm):
    """An offer or a request: only the first section is needed, the rest makes the matches better."""

    record = RECORD
    given = frozenset({"external_id", "enterprise"})
    sections = (
        (
            _("What you offer or look for"),
            ("side", "family", "language", "title", "summary", "technologies", "modes", "stages"),
        ),
        (
            _("Size and money"),
            (
                "power_mw_min",
                "power_mw_max",
                "energy_mwh_min",
                "energy_mwh_max",
                "budget_min",
                "budget_max",
                "currency",
            ),
        ),
        (
            _("With whom"),
            ("target_countries", "target_frameworks", "languages", "excluded_countries", "excluded_enterprises"),
        ),
        (
            _("Technical terms"),
            (
                "duration_h_min",
                "duration_h_max",
                "cycles_min",
                "round_trip_efficiency_min",
                "c_rate_min",
                "c_rate_max",
                "temperature_c_min",
                "temperature_c_max",
                "trl_min",
                "trl_max",
                "warranty_years_min",
                "certifications_held",
                "certifications_required",
            ),
        ),
        (
            _("Terms of trade"),
            (
                "quantity",
                "quantity_unit",
                "unit_price",
                "minimum_order",
                "incoterm",
                "lead_time_days",
            ),
        ),
        (_("Dates"), ("available_from", "available_to", "deadline", "expires")),
    )
    choices = {
        "side": lambda: Opportunity.Side.choices,
        "family": lambda: Opportunity.Family.choices,
        "language": languages,
        "languages": languages,
        "technologies": concepts("technology", "application"),
        "modes": concepts("mode"),
        "stages": concepts("stage"),
        "target_countries": countries,
        "excluded_countries": countries,
        "target_frameworks": frameworks,
        "currency": currencies,
        "incoterm": lambda: [(code, code) for code in INCOTERMS],
    }
