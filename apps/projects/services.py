"""Every write to projects."""

from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.enterprises.models import Enterprise
from apps.journal import publishing
from apps.journal import services as journal
from apps.projects.models import Project
from apps.projects.rules import RECORD
from apps.projects.selectors import as_record


@transaction.atomic
def create(*, owner: Enterprise | None, values: dict[str, Any], actor: User | None) -> Project:
    """Make a draft from cleaned values (rules.RECORD without "owner")."""
    project = Project.objects.create(owner=owner, **values)
    journal.record(
        kind="project.created", subject="project", ids=[project.pk], enterprise=project.owner_id,
        actor=actor.pk if actor else None,
    )  # fmt: skip
    return project


def update(*, project: Project, values: dict[str, Any], actor: User, version: int) -> None:
    """Write an edit as a new version; raises Conflict when `version` is not the current one or the row is locked."""
    before = as_record(project)
    material = RECORD.is_material(values, before)
    publishing.edit(
        project, values, material=material, actor=actor.pk, enterprise=project.owner_id, version=version, before=before
    )


def move(*, project: Project, name: str, actor: User | None, version: int | None = None, note: str = "") -> None:
    """Make a move of core.lifecycle.MOVES; raises Conflict where the state or version does not allow it."""
    publishing.move(
        project, name, actor=actor.pk if actor else None, enterprise=project.owner_id, version=version, note=note
    )
