"""Forms about projects."""

from django.utils.translation import gettext_lazy as _

from apps.core.forms import RecordForm
from apps.projects.models import Project
from apps.projects.rules import RECORD
from apps.reference.choices import countries, currencies, languages
from apps.taxonomy.choices import concepts


class ProjectForm(RecordForm):
    """A storage project."""

    record = RECORD
    sections = (
        (_("The project"), ("title", "language", "description", "technologies", "stage")),
        (_("Where and how large"), ("country", "latitude", "longitude", "power_mw", "energy_mwh")),
        (_("When and for how much"), ("operation_year", "budget", "currency")),
    )
    choices = {
        "country": countries, "currency": currencies, "language": languages, "technologies": concepts("technology", "application"),
        "stage": lambda: Project.Stage.choices,
    }  # fmt: skip
