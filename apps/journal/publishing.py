"""Moves of what is published: one conditional UPDATE and one fact, in one transaction."""

from typing import Any

from django.db import transaction
from django.db.models import F, Model
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from apps.core.lifecycle import EDITABLE, MOVES, Conflict, State
from apps.core.models import Publishable
from apps.journal import services

_STAMPS = {State.SUBMITTED.value: "submitted_at", State.PUBLISHED.value: "published_at"}


def subject_of(row: Model | type[Model]) -> str:
    """The word under which facts name rows of this model: "enterprise", "project", "opportunity"."""
    return row._meta.model_name or ""


@transaction.atomic
def move(
    row: Publishable,
    name: str,
    *,
    actor: int | None,
    enterprise: int | None,
    version: int | None = None,
    note: str = "",
    **payload: Any,
) -> None:
    """Make the move `name` of core.lifecycle.MOVES and record its fact; raises Conflict and changes nothing otherwise.

    `version` is the one that the caller saw. `row` is refreshed.
    """
    step = MOVES[name]
    values: dict[str, Any] = {"state": step.target, "version": F("version") + 1, "updated": Now()}
    if step.target in _STAMPS:
        values[_STAMPS[step.target]] = Now()
    if name in ("send_back", "decline", "publish", "vouch"):
        values["review_note"] = note
    rows = type(row)._default_manager.filter(pk=row.pk, state__in=step.sources)
    if version is not None:
        rows = rows.filter(version=version)
    if not rows.update(**values):
        raise Conflict(_("Its state does not allow this any more; read it again."))
    row.refresh_from_db()
    subject = subject_of(row)
    services.record(
        kind=f"{subject}.{step.fact}",
        subject=subject,
        ids=[row.pk],
        actor=actor,
        enterprise=enterprise,
        version=row.version,
        **payload,
    )


def _as_entered(row: Any, values: dict[str, Any]) -> dict[str, Any]:
    """What was typed for the quantities that stay and those that are new; nothing for those that lost their unit."""
    kept: dict[str, Any] = {name: typed for name, typed in row.as_entered.items() if name not in values}
    return {**kept, **values.get("as_entered", {})}


@transaction.atomic
def edit(
    row: Publishable,
    values: dict[str, Any],
    *,
    material: bool,
    actor: int | None,
    enterprise: int | None,
    version: int,
    before: dict[str, Any],
) -> None:
    """Write an edit as a new version, keeping how the row read (`before`); a material one of a public row is reviewed.

    Raises Conflict when the version is not the one seen or the row is locked (under review, ended).
    """
    rows = type(row)._default_manager.filter(pk=row.pk, version=version, state__in=EDITABLE)
    values = values | {"as_entered": _as_entered(row, values)}
    was_published = row.state == State.PUBLISHED
    if was_published and material:
        values = values | {"state": State.SUBMITTED, "submitted_at": Now()}
    if not rows.filter(state=row.state).update(**values, version=F("version") + 1, updated=Now()):
        raise Conflict(_("It was changed meanwhile or is locked under review; read it again."))
    subject = subject_of(row)
    services.keep_version(subject=subject, subject_id=row.pk, number=version, data=before)
    row.refresh_from_db()
    services.record(
        kind=f"{subject}.edited",
        subject=subject,
        ids=[row.pk],
        actor=actor,
        enterprise=enterprise,
        version=row.version,
        fields=sorted(set(values) - {"state", "submitted_at"}),
        to_review=was_published and material,
    )
