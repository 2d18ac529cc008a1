"""Every write to enterprises: profile, moves, members."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.lifecycle import Conflict
from apps.enterprises import identifiers
from apps.enterprises.models import Capacity, Claim, Enterprise, Identifier, Membership, Reference
from apps.enterprises.rules import CHILDREN, RECORD, public_id
from apps.enterprises.selectors import as_record
from apps.journal import publishing
from apps.journal import services as journal


@transaction.atomic
def create(*, values: dict[str, Any], actor: User | None) -> Enterprise:
    """Make a draft from cleaned values (rules.RECORD); the person who makes it becomes its owner."""
    own, children = _apart(values)
    enterprise = Enterprise.objects.create(**own)
    if not enterprise.external_id:
        enterprise.external_id = public_id(enterprise.pk)
        enterprise.save(update_fields=["external_id"])
    _write_children(enterprise, children)
    if actor is not None:
        Membership.objects.create(enterprise=enterprise, user=actor, role=Membership.Role.OWNER)
    journal.record(
        kind="enterprise.created", subject="enterprise", ids=[enterprise.pk], enterprise=enterprise.pk,
        actor=actor.pk if actor else None,
    )  # fmt: skip
    return enterprise


@transaction.atomic
def update(*, enterprise: Enterprise, values: dict[str, Any], actor: User, version: int) -> None:
    """Write an edit as a new version; raises Conflict when `version` is not the current one or the row is locked."""
    own, children = _apart(values)
    if "external_id" in own:
        own["external_id"] = own["external_id"] or public_id(enterprise.pk)
    before = as_record(enterprise)
    material = RECORD.is_material(values, before)
    publishing.edit(
        enterprise, own, material=material, actor=actor.pk, enterprise=enterprise.pk, version=version, before=before
    )
    _write_children(enterprise, children)


def _apart(values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    own = {name: value for name, value in values.items() if name not in CHILDREN}
    return own, {name: values[name] for name in CHILDREN if name in values}


_MODELS: dict[str, type[Any]] = {"references": Reference, "capacities": Capacity, "claims": Claim}


def _write_children(enterprise: Enterprise, children: dict[str, list[dict[str, Any]]]) -> None:
    for name, rows in children.items():
        if name == "identifiers":
            _write_identifiers(enterprise, rows)
            continue
        model = _MODELS[name]
        model.objects.filter(enterprise=enterprise).delete()
        model.objects.bulk_create([model(enterprise=enterprise, **row) for row in rows])


def _write_identifiers(enterprise: Enterprise, rows: list[dict[str, Any]]) -> None:
    confirmed = {
        (row.scheme, row.value): row.registry_confirmed for row in Identifier.objects.filter(enterprise=enterprise)
    }
    Identifier.objects.filter(enterprise=enterprise).delete()
    Identifier.objects.bulk_create(
        [identifier(enterprise.pk, row["scheme"], row["value"], confirmed) for row in rows], ignore_conflicts=True
    )


def identifier(
    enterprise_id: int, scheme: str, value: str, confirmed: dict[tuple[str, str], bool | None] | None = None
) -> Identifier:
    """An unsaved identifier with its answers; a registry's confirmation survives as long as the number stays."""
    answer = identifiers.examine(scheme, value)
    return Identifier(
        enterprise_id=enterprise_id,
        scheme=scheme,
        value=answer.value,
        syntax_ok=answer.syntax_ok,
        checksum_ok=answer.checksum_ok,
        warning=answer.warning,
        registry_confirmed=(confirmed or {}).get((scheme, answer.value)),
    )


def move(*, enterprise: Enterprise, name: str, actor: User | None, version: int | None = None, note: str = "") -> None:
    """Make a move of core.lifecycle.MOVES; raises Conflict where the state or version does not allow it."""
    publishing.move(
        enterprise, name, actor=actor.pk if actor else None, enterprise=enterprise.pk, version=version, note=note
    )


@transaction.atomic
def limit_introductions(*, enterprise: Enterprise, most: int | None, actor: User) -> None:
    """Take at most so many introductions at a time; 0 takes none, None as many as the platform allows."""
    Enterprise.objects.filter(pk=enterprise.pk).update(introductions_at_once=most)
    enterprise.introductions_at_once = most
    journal.record(
        kind="enterprise.introductions_limited", subject="enterprise", ids=[enterprise.pk], actor=actor.pk,
        enterprise=enterprise.pk, most=most,
    )  # fmt: skip


@transaction.atomic
def set_role(*, enterprise: Enterprise, user: User, role: str, actor: User) -> None:
    """Give a person a role, or "" to end their membership; the last owner cannot go."""
    owners = list(
        Membership.objects.select_for_update()
        .filter(enterprise=enterprise, role=Membership.Role.OWNER)
        .values_list("user_id", flat=True)
    )
    if owners == [user.pk] and role != Membership.Role.OWNER:
        raise Conflict(_("An enterprise needs an owner; make somebody else owner first."))
    if role:
        Membership.objects.update_or_create(enterprise=enterprise, user=user, defaults={"role": role})
    else:
        Membership.objects.filter(enterprise=enterprise, user=user).delete()
    journal.record(
        kind="member.changed", subject="enterprise", ids=[enterprise.pk], actor=actor.pk, enterprise=enterprise.pk,
        user=user.pk, role=role,
    )  # fmt: skip
