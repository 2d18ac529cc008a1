"""Taking in batches of projects."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from apps.core.copying import AnyOf
from apps.enterprises.models import Enterprise
from apps.journal.intake import Clean, Intake, NotTaken, Result, Terms
from apps.projects.models import Project
from apps.projects.rules import RECORD
from apps.projects.selectors import as_record
from apps.taxonomy import reading


class ProjectIntake(Intake):
    model = Project
    record = RECORD
    owner = "owner_id"
    links = ("owner",)

    def look_up(self, names: Mapping[str, set[str]], terms: Terms) -> dict[str, int]:
        owners = Enterprise.objects.filter(AnyOf("external_id", names["owner"]))
        return dict(owners.values_list("external_id", "pk"))

    def link(self, values: dict[str, Any], row: Any, found: dict[str, int], terms: Terms) -> None:
        name = values.pop("owner", "")
        owner = found.get(name) if name else self._implied(row, terms)
        if name and owner is None:
            raise NotTaken("owner", "unknown", _("There is no enterprise of this external id."))
        if terms.within is not None and owner not in terms.within:
            raise NotTaken("owner", "foreign", _("Name an enterprise of yours that owns the project."))
        if row is not None and row.owner_id not in (None, owner):
            raise NotTaken("owner", "fixed", _("A project's owner cannot be changed."))
        values["owner_id"] = owner

    def _implied(self, row: Any, terms: Terms) -> int | None:
        """The owner where none is named: the one there is, or the person's only enterprise."""
        if row is not None:
            known: int | None = row.owner_id
            return known
        return next(iter(terms.within)) if terms.within is not None and len(terms.within) == 1 else None

    def complete(self, values: dict[str, Any], row: Any) -> None:
        reading.complete(values, row, texts=("title", "description"), kinds=("technology",))

    def related(self, rows: Any) -> Any:
        return rows.select_related("owner")

    def as_record(self, row: Any) -> dict[str, Any]:
        return as_record(row)


def store(batch: Sequence[Mapping[str, Any]], terms: Terms, clean: Clean | None = None) -> Result:
    """Write records of projects (at most 1,000) with one fact, `project.imported`; see Intake.store."""
    return _INTAKE.store(batch, terms, clean)


_INTAKE = ProjectIntake()
