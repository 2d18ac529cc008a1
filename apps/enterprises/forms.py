"""Forms about enterprises."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import TextChoices
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.core.forms import RecordForm, RowForm, initial
from apps.enterprises.models import Claim, Enterprise, Membership, Organisation, Sourcing
from apps.enterprises.rules import (
    CAPACITY,
    CHILDREN,
    CLAIM,
    CLAIM_KINDS,
    EMPLOYEES,
    ENERGY_YEAR,
    IDENTIFIER,
    RECORD,
    REFERENCE,
    ROLES,
    VETOES,
    profile_of,
    year_problems,
    years_of,
)  # fmt: skip
from apps.reference.choices import countries, currencies, languages
from apps.taxonomy.choices import concepts
from apps.taxonomy.selectors import label


class Role(TextChoices):
    """What an enterprise did in a reference."""

    SUPPLIER = "supplier", _("supplier")
    INTEGRATOR = "integrator", _("integrator")
    EPC = "epc", _("EPC contractor")
    OWNER = "owner", _("owner")
    INVESTOR = "investor", _("investor")
    OPERATOR = "operator", _("operator")
    CONSULTANT = "consultant", _("consultant")
    OTHER = "other", _("other")


class EnterpriseForm(RecordForm):
    """An enterprise's profile: what we do."""

    record = RECORD
    sections = (
        (
            _("Who you are"),
            ("name", "name_latin", "country", "kinds", "owner", "website", "employees_band", "languages"),
        ),
        (_("What you do"), ("language", "summary", "technologies", "stages")),
        (_("Whom you do not want to meet: told to nobody"), VETOES),
    )
    choices = {
        "country": countries, "languages": languages, "language": languages, "technologies": concepts("technology", "application"),
        "kinds": lambda: Organisation.choices, "excluded_countries": countries, "excluded_kinds": lambda: Organisation.choices,
        "excludes_competitors": lambda: [("yes", _("Keep them away")), ("no", _("Let them meet us"))],
        "stages": concepts("stage"), "employees_band": lambda: [(band, band) for band in EMPLOYEES],
    }  # fmt: skip


class IdentifierForm(RowForm):
    """A registry number."""

    record = IDENTIFIER
    sections = ((_("Registry number"), ("scheme", "value")),)
    choices = {
        "scheme": lambda: [
            *((name, name) for name in ("USCC", "LEI", "INN", "OGRN", "CNPJ", "GSTIN", "PAN")),
            ("other", _("other")),
        ]
    }


class ReferenceForm(RowForm):
    """A reference project."""

    record = REFERENCE
    sections = (
        (
            _("Reference"),
            (
                "title",
                "technologies",
                "country",
                "year",
                "role",
                "power_mw",
                "energy_mwh",
                "counterparty",
                "value",
                "currency",
            ),
        ),
    )
    # Technologies are typed here: two hundred boxes in each row would be a page of their own.
    choices = {
        "country": countries, "currency": currencies,
        "role": lambda: [(name, Role(name).label) for name in ROLES],
    }  # fmt: skip


class ClaimForm(RowForm):
    """A certificate, test report or declaration."""

    record = CLAIM
    sections = (
        (
            _("Certificate or other evidence"),
            ("kind", "standard", "product", "holder", "body", "number", "issued", "expires"),
        ),
    )
    choices = {"kind": lambda: [(name, Claim.Kind(name).label) for name in CLAIM_KINDS]}


class CapacityForm(RowForm):
    """Production capacity."""

    record = CAPACITY
    sections = (
        (_("Production capacity"), ("technology", "gwh_per_year", "output_gwh", "year", "planned_gwh", "planned_year")),
    )
    choices = {"technology": concepts("technology")}


class EnergyForm(RowForm):
    """What making took in one year."""

    record = ENERGY_YEAR
    sections = (
        (
            _("Energy of a year"),
            (
                "year",
                "electricity_mwh",
                "kwh_per_kwh",
                "renewable_share",
                "sourcing",
                "recycled_content",
                "evidence",
            ),
        ),
    )
    choices = {"sourcing": lambda: Sourcing.choices}


class Years(BaseFormSet[RowForm]):
    """The rows of an energy profile: each of another year."""

    def clean(self) -> None:
        stated = [row for row in self.forms if row.is_valid() and row.has_changed()]
        for index, problem in year_problems([row.values for row in stated]):
            stated[index].add_error(problem.field, problem.message)


class InvitationForm(forms.Form):
    """Somebody is asked to act for the enterprise."""

    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices, initial=Membership.Role.EDITOR)
    language = forms.ChoiceField(
        label=_("Language of the mail"),
        choices=lambda: settings.LANGUAGES,
        help_text=_("Who is registered gets it in their own."),
    )


CHILD_FORMS: dict[str, type[RowForm]] = {
    "identifiers": IdentifierForm, "references": ReferenceForm, "claims": ClaimForm, "capacities": CapacityForm,
    "energy_profile": EnergyForm,
}  # fmt: skip
_FORMSETS: dict[str, type[BaseFormSet[RowForm]]] = {"energy_profile": Years}
# A longer list came from a file and is changed by a file: it is left out of the page, and so left as it is.
ROWS = 40

RowForms = dict[str, BaseFormSet[RowForm]]


def row_forms(data: Mapping[str, Any] | None, enterprise: Enterprise | None) -> RowForms:
    """A set of rows for each list of the record that fits on a page, with one empty row more than are stored."""
    return {
        name: formset_factory(
            CHILD_FORMS[name], _FORMSETS.get(name, BaseFormSet), extra=1, max_num=ROWS + 1, absolute_max=ROWS + 1
        )(data, prefix=name, initial=rows)
        for name, rows in _stored(enterprise).items()
    }


def _stored(enterprise: Enterprise | None) -> dict[str, list[dict[str, Any]]]:
    if enterprise is None:
        return {name: [] for name in CHILD_FORMS}
    found: dict[str, list[dict[str, Any]]] = {
        name: list(getattr(enterprise, name).order_by("pk").values()[: ROWS + 1]) for name in CHILDREN
    }
    found["energy_profile"] = years_of(enterprise.energy_profile)
    return {name: [_shown(name, row) for row in found[name]] for name in CHILD_FORMS if len(found[name]) <= ROWS}


def _shown(name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    shown = initial(CHILD_FORMS[name].record, row, row.get("as_entered", {}))
    if shown.get("technologies"):
        shown["technologies"] = [label(key, get_language() or "en") for key in shown["technologies"]]
    return shown


def written_rows(forms_by_name: RowForms) -> dict[str, Any]:
    """What the rows say, those left or made empty left out."""
    found = {name: [row.values for row in formset if row.has_changed()] for name, formset in forms_by_name.items()}
    return found | {"energy_profile": profile_of(found["energy_profile"])}
