"""Taking in batches of enterprises with what they say of themselves."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet

from apps.core.copying import Columns, copy, fresh_ids
from apps.enterprises.models import Capacity, Claim, Enterprise, Identifier, Membership, Reference
from apps.enterprises.rules import CHILDREN, RECORD
from apps.enterprises.selectors import as_record
from apps.enterprises.services import identifier
from apps.journal.intake import Change, Clean, Intake, Result, Terms
from apps.taxonomy import reading

_MODELS: dict[str, type[Any]] = {
    "identifiers": Identifier, "references": Reference, "capacities": Capacity, "claims": Claim,
}  # fmt: skip
_COLUMNS = {name: Columns(model) for name, model in _MODELS.items()}
_ANSWERS = ("syntax_ok", "checksum_ok", "registry_confirmed", "warning")


class EnterpriseIntake(Intake):
    model = Enterprise
    record = RECORD
    owner = "id"

    def look_up(self, names: Mapping[str, set[str]], terms: Terms) -> None:
        """An enterprise names no other row."""

    def link(self, values: dict[str, Any], row: Any, found: None, terms: Terms) -> None:
        """Nor has it a column to put one in."""

    def complete(self, values: dict[str, Any], row: Any) -> None:
        reading.complete(values, row, texts=("name", "summary"), kinds=("technology",))

    def as_record(self, row: Any) -> dict[str, Any]:
        return as_record(row)

    def related(self, rows: Any) -> Any:
        ordered = [Prefetch(name, _ordered(model)) for name, model in _MODELS.items()]
        return rows.prefetch_related(*ordered)

    def differs(self, row: Any, name: str, value: Any) -> bool:
        if name not in CHILDREN:
            return super().differs(row, name, value)
        kept = [_comparable(name, vars(child)) for child in getattr(row, name).all()]
        return kept != [_comparable(name, child) for child in _children(name, value)]

    def write_more(self, created: list[dict[str, Any]], changed: list[Change], terms: Terms) -> None:
        for name, columns in _COLUMNS.items():
            anew = [change for change in changed if name in change.fields]
            confirmed = _confirmed(anew) if name == "identifiers" else {}
            _MODELS[name].objects.filter(enterprise__in=[change.row.pk for change in anew]).delete()
            stated = [(values["id"], values.get(name, ())) for values in created]
            stated += [(change.row.pk, change.values[name]) for change in anew]
            rows = [
                {**child, "enterprise_id": pk, **confirmed.get((pk, child.get("scheme"), child.get("value")), {})}
                for pk, children in stated
                for child in _children(name, children)
            ]
            for row, pk in zip(rows, fresh_ids(_MODELS[name], len(rows)), strict=True):
                row["id"] = pk
            copy(columns, rows)
        if terms.actor and terms.within is not None:
            role = Membership.Role.OWNER
            own = [Membership(enterprise_id=values["id"], user_id=terms.actor, role=role) for values in created]
            Membership.objects.bulk_create(own)


def _ordered(model: type[Any]) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.order_by("pk")
    return rows


def _children(name: str, stated: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    """The rows as their table holds them; a number stated twice counts once."""
    if name != "identifiers":
        return stated
    examined = [identifier(0, child["scheme"], child["value"]) for child in stated]
    rows = [
        {"scheme": row.scheme, "value": row.value} | {answer: getattr(row, answer) for answer in _ANSWERS}
        for row in examined
    ]
    return {(row["scheme"], row["value"]): row for row in rows}.values()


def _comparable(name: str, child: Mapping[str, Any]) -> dict[str, Any]:
    """What was stated of a child, with the defaults of what was not; money to the cent."""
    defaults = _COLUMNS[name].defaults
    passed_over = {"id", "enterprise_id", *_ANSWERS}
    stated = {key: child[key] for key in defaults if key not in passed_over and child.get(key) not in (None, "")}
    plain = {key: default for key, default in defaults.items() if key not in passed_over} | stated
    return plain | ({"value": f"{plain['value']:.2f}"} if name == "references" and plain["value"] is not None else {})


def _confirmed(changed: list[Change]) -> dict[Any, dict[str, bool]]:
    """A registry's confirmation survives as long as the number stays."""
    rows = Identifier.objects.filter(
        enterprise__in=[change.row.pk for change in changed], registry_confirmed__isnull=False
    )
    return {
        (row.enterprise_id, row.scheme, row.value): {"registry_confirmed": bool(row.registry_confirmed)} for row in rows
    }


def store(batch: Sequence[Mapping[str, Any]], terms: Terms, clean: Clean | None = None) -> Result:
    """Write records of enterprises (at most 1,000) with one fact, `enterprise.imported`; see Intake.store."""
    return _INTAKE.store(batch, terms, clean)


_INTAKE = EnterpriseIntake()
