"""Forms about enterprises."""

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from apps.core.forms import RecordForm, RowForm
from apps.enterprises.models import Claim, Membership
from apps.enterprises.rules import CAPACITY, CLAIM, CLAIM_KINDS, EMPLOYEES, IDENTIFIER, RECORD, REFERENCE, ROLES
from apps.reference.choices import countries, languages
from apps.taxonomy.choices import concepts


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
        (_("Who you are"), ("name", "name_latin", "country", "website", "employees_band", "languages")),
        (_("What you do"), ("language", "summary", "technologies", "stages")),
    )
    choices = {
        "country": countries, "languages": languages, "language": languages, "technologies": concepts("technology"),
        "stages": concepts("stage"), "employees_band": lambda: [(band, band) for band in EMPLOYEES],
    }  # fmt: skip


class IdentifierForm(RowForm):
    """A registry number."""

    record = IDENTIFIER
    sections = ((_("Registry number"), ("scheme", "value")),)
    choices = {
        "scheme": lambda: [(name, name) for name in ("USCC", "LEI", "INN", "OGRN", "CNPJ", "GSTIN", "PAN", "other")]
    }


class ReferenceForm(RowForm):
    """A reference project."""

    record = REFERENCE
    sections = (
        (
            _("Reference"),
            (
                "title",
                "country",
                "technologies",
                "year",
                "power_mw",
                "energy_mwh",
                "value",
                "currency",
                "role",
                "counterparty",
            ),
        ),
    )
    choices = {
        "country": countries, "technologies": concepts("technology"),
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


class InvitationForm(forms.Form):
    """Somebody is asked to act for the enterprise."""

    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices, initial=Membership.Role.EDITOR)


CHILD_FORMS: dict[str, type[RowForm]] = {
    "identifiers": IdentifierForm, "references": ReferenceForm, "claims": ClaimForm, "capacities": CapacityForm,
}  # fmt: skip
