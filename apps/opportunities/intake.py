"""Taking in batches of offers and requests."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core.copying import AnyOf
from apps.core.lifecycle import State
from apps.enterprises.models import Enterprise
from apps.journal.intake import Clean, Intake, NotTaken, Result, Terms
from apps.opportunities.models import Opportunity
from apps.opportunities.rules import RECORD
from apps.opportunities.selectors import as_record
from apps.projects.models import Project
from apps.taxonomy import reading


class Named(NamedTuple):
    """What a batch names: id and state of enterprises, id and owner of projects, by external id."""

    enterprises: dict[str, tuple[int, str]]
    projects: dict[str, tuple[int, int | None]]


class OpportunityIntake(Intake):
    model = Opportunity
    record = RECORD
    owner = "enterprise_id"
    links = ("enterprise", "project")

    def look_up(self, names: Mapping[str, set[str]], terms: Terms) -> Named:
        own = _only_own(terms)
        enterprises = Enterprise.objects.filter(Q(AnyOf("external_id", names["enterprise"])) | Q(pk__in=own)).order_by(
            "pk"
        )
        if terms.publish:  # an enterprise must not be withdrawn while its listings are being published
            enterprises = enterprises.select_for_update(no_key=True)
        projects = Project.objects.filter(AnyOf("external_id", names["project"]) if names["project"] else Q(pk=None))
        return Named(
            _by_name(list(enterprises.values_list("external_id", "pk", "state")), own),
            {name: (pk, owner) for name, pk, owner in projects.values_list("external_id", "pk", "owner_id")},
        )

    def link(self, values: dict[str, Any], row: Any, found: Named, terms: Terms) -> None:
        enterprise = self._enterprise(values.pop("enterprise", ""), row, found, terms)
        values["enterprise_id"] = enterprise
        if "project" in values:
            values["project_id"] = self._project(values.pop("project"), enterprise, found)

    def _enterprise(self, name: str, row: Any, found: Named, terms: Terms) -> int:
        pk, state = found.enterprises.get(name, (0, ""))
        if not pk:
            raise NotTaken("enterprise", "unknown", _("There is no enterprise of this external id."))
        if terms.within is not None and pk not in terms.within:
            raise NotTaken("enterprise", "foreign", _("It is not an enterprise of yours."))
        if row is not None and row.enterprise_id != pk:
            raise NotTaken("enterprise", "fixed", _("A listing's enterprise cannot be changed."))
        if terms.publish and state != State.PUBLISHED:
            raise NotTaken("enterprise", "unpublished", _("Its enterprise is not published yet."))
        return pk

    def _project(self, name: str, enterprise: int, found: Named) -> int | None:
        if not name:
            return None
        pk, owner = found.projects.get(name, (0, None))
        if not pk:
            raise NotTaken("project", "unknown", _("There is no project of this external id."))
        if owner not in (None, enterprise):
            raise NotTaken("project", "foreign", _("This project belongs to another enterprise."))
        return pk

    def complete(self, values: dict[str, Any], row: Any) -> None:
        reading.complete(values, row, texts=("title", "summary"), kinds=("technology", "application"))

    def related(self, rows: Any) -> Any:
        return rows.select_related("enterprise", "project")

    def as_record(self, row: Any) -> dict[str, Any]:
        return as_record(row)


def _only_own(terms: Terms) -> frozenset[int]:
    """The person's enterprise where there is but one, so that a file need not name it."""
    return terms.within if terms.within is not None and len(terms.within) == 1 else frozenset()


def _by_name(rows: list[tuple[str | None, int, str]], own: frozenset[int]) -> dict[str, tuple[int, str]]:
    named = [(name, (pk, state)) for name, pk, state in rows if name]
    unnamed = [("", (pk, state)) for _name, pk, state in rows if pk in own]
    return dict(named + unnamed)


def store(batch: Sequence[Mapping[str, Any]], terms: Terms, clean: Clean | None = None) -> Result:
    """Write records of opportunities (at most 1,000) with one fact, `opportunity.imported`; see Intake.store."""
    return _INTAKE.store(batch, terms, clean)


_INTAKE = OpportunityIntake()
