"""Reads over enterprises and their members."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.forms.models import model_to_dict

from apps.accounts.models import User
from apps.enterprises.models import Capacity, Claim, Enterprise, Membership, Reference
from apps.enterprises.rules import VETOES, pk_of, profile_of, public_id, years_of

EDITORS = (Membership.Role.OWNER, Membership.Role.EDITOR)
COUNTED: dict[str, type[Model]] = {"references": Reference, "claims": Claim, "capacities": Capacity}


def as_record(enterprise: Enterprise) -> dict[str, Any]:
    """The enterprise as a record of the contract (JSON-ready values)."""
    record: dict[str, Any] = {
        name: getattr(enterprise, name)
        for name in (
            "external_id", "name", "name_latin", "country", "languages", "stages", "technologies", "summary",
            "language", "website", "employees_band", "kinds", "owner", *VETOES,
        )
    }  # fmt: skip
    years = years_of(enterprise.energy_profile)
    record["energy_profile"] = profile_of({**year, "as_entered": None} for year in years)
    record["identifiers"] = [{"scheme": row.scheme, "value": row.value} for row in _in_order(enterprise, "identifiers")]
    for name in ("references", "capacities", "claims"):
        record[name] = [_child(row) for row in _in_order(enterprise, name)]
    return record


def _in_order(enterprise: Enterprise, name: str) -> list[Any]:
    """An enterprise's rows of one kind as they were stated, whether they were fetched beforehand or not."""
    return sorted(getattr(enterprise, name).all(), key=lambda row: row.pk)


def _child(row: Any) -> dict[str, Any]:
    plain = model_to_dict(row, exclude=["id", "enterprise", "as_entered"])
    for name in ("value",):
        if plain.get(name) is not None:
            plain[name] = float(plain[name])
    for name in ("issued", "expires"):
        if plain.get(name) is not None:
            plain[name] = plain[name].isoformat()
    return plain


def enterprises_of(user: User | AnonymousUser, *, editing: bool = False) -> QuerySet[Enterprise]:
    """The enterprises a person acts for; with `editing`, only those they may change."""
    if not user.is_authenticated:
        return Enterprise.objects.none()
    memberships = Membership.objects.filter(user=user)
    if editing:
        memberships = memberships.filter(role__in=EDITORS)
    return Enterprise.objects.filter(pk__in=memberships.values("enterprise_id")).order_by("name", "id")


def enterprise_named(user: User, name: str) -> Enterprise | None:
    """The enterprise of this external or public id that a person may change; their only one where none is named."""
    mine = enterprises_of(user, editing=True)
    found = list(mine.filter(Q(external_id=name) | Q(pk=pk_of(name))) if name else mine[:2])
    return found[0] if len(found) == 1 else None


def may_edit(user: User | AnonymousUser, enterprise_id: int | None) -> bool:
    """Whether a person is owner or editor of this enterprise."""
    return (
        user.is_authenticated
        and enterprise_id is not None
        and Membership.objects.filter(user=user, enterprise_id=enterprise_id, role__in=EDITORS).exists()
    )


def is_member(user: User | AnonymousUser, enterprise_id: int | None) -> bool:
    """Whether a person belongs to this enterprise in any role."""
    return (
        user.is_authenticated
        and enterprise_id is not None
        and Membership.objects.filter(user=user, enterprise_id=enterprise_id).exists()
    )


def as_public(enterprise: Enterprise) -> dict[str, Any]:
    """What anybody may read of a published enterprise: numbers of registries stay with its members."""
    record = as_record(enterprise)
    for private in ("external_id", "identifiers", "as_entered", *VETOES):
        record.pop(private, None)
    for row in record["references"]:
        amount = row.pop("value", None)
        row["value"] = None if amount is None else {"amount": amount, "currency": row["currency"]}
        del row["currency"]
    return {
        "id": enterprise.pk,
        "public_id": public_id(enterprise.pk),
        **record,
        "demonstration": enterprise.demonstration,
        "published_at": enterprise.published_at,
    }


def affiliates(enterprise_ids: Iterable[int]) -> set[int]:
    """These enterprises with all that are controlled by them, directly or through others."""
    found: set[int] = set()
    fresh = set(enterprise_ids)
    while fresh:
        found |= fresh
        named = Enterprise.objects.filter(pk__in=fresh).values_list("pk", "external_id")
        names = {name for pk, external_id in named for name in (public_id(pk), external_id) if name}
        fresh = set(Enterprise.objects.filter(owner__in=names).values_list("pk", flat=True)) - found
    return found


def groups(enterprises: Iterable[Enterprise]) -> dict[int, str]:
    """For each enterprise what names its group: the external id of who controls it in the end, or the name stated for that one."""
    rows = list(enterprises)
    above: dict[str, Enterprise] = {}
    wanted = {row.owner for row in rows if row.owner}
    while wanted:
        numbers = {number for name in wanted if (number := pk_of(name))}
        owners = list(Enterprise.objects.filter(Q(external_id__in=wanted) | Q(pk__in=numbers)))
        for owner in owners:
            above |= {public_id(owner.pk): owner, owner.external_id or "": owner}
        wanted = {owner.owner for owner in owners if owner.owner} - above.keys()
    return {row.pk: _root(row, above) for row in rows}


def _root(enterprise: Enterprise, above: Mapping[str, Enterprise]) -> str:
    """Follow the owners up; who owns each other in a ring is one group, named by the least of its ids."""
    seen: dict[int, str] = {}
    row = enterprise
    while row.pk not in seen:
        seen[row.pk] = row.external_id or public_id(row.pk)
        if not row.owner:
            return seen[row.pk]
        owner = above.get(row.owner) or above.get(row.owner.lower())
        if owner is None:
            return " ".join(row.owner.casefold().split())
        row = owner
    return min(seen.values())


def names(named: Iterable[str], enterprise: Enterprise, group: str) -> bool:
    """Whether one of these ids is the enterprise's, or of who controls it in the end (see `groups`)."""
    return any(name in (enterprise.external_id, group) or pk_of(name) == enterprise.pk for name in named)


def keeps_away(us: Enterprise, them: Enterprise, group: Mapping[int, str]) -> bool:
    """Whether an enterprise keeps another from all of its listings: by name, country or kind, or as a competitor."""
    competes = bool(set(us.stages) & set(them.stages)) and bool(set(us.technologies) & set(them.technologies))
    return (
        names(us.excluded_enterprises, them, group[them.pk])
        or them.country in us.excluded_countries
        or bool(set(us.excluded_kinds) & set(them.kinds))
        or (us.excludes_competitors == "yes" and competes)
    )


def as_brief(enterprise: Enterprise) -> dict[str, Any]:
    """An enterprise in a list (see `with_counts`): what it is, and how much of each kind its own address carries."""
    plain = (
        "name", "name_latin", "country", "languages", "stages", "technologies", "summary", "language", "website",
        "employees_band", "kinds", "demonstration", "published_at",
    )  # fmt: skip
    counts = {name: getattr(enterprise, f"{name}_count") for name in COUNTED}
    return {"id": enterprise.pk} | {name: getattr(enterprise, name) for name in plain} | {"counts": counts}


def with_counts(enterprises: QuerySet[Enterprise]) -> QuerySet[Enterprise]:
    """The same rows with the numbers of their references, claims and capacities."""
    return enterprises.annotate(**{f"{name}_count": _number_of(model) for name, model in COUNTED.items()})


def _number_of(model: type[Model]) -> Coalesce:
    rows = model._default_manager.filter(enterprise=OuterRef("pk")).order_by().values("enterprise")
    return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), 0)


def as_private(enterprise: Enterprise) -> dict[str, Any]:
    """What its members read besides."""
    return {
        "external_id": enterprise.external_id,
        "state": enterprise.state,
        "version": enterprise.version,
        "review_note": enterprise.review_note,
        **{name: getattr(enterprise, name) for name in VETOES},
        "identifiers": [
            {
                "scheme": row.scheme, "value": row.value, "syntax_ok": row.syntax_ok, "checksum_ok": row.checksum_ok,
                "registry_confirmed": row.registry_confirmed, "warning": row.get_warning_display(),
            }
            for row in enterprise.identifiers.all()
        ],
    }  # fmt: skip
