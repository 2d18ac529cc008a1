"""Every write to opportunities."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.lifecycle import Conflict, State
from apps.enterprises.models import Enterprise
from apps.journal import publishing
from apps.journal import services as journal
from apps.opportunities.models import Opportunity
from apps.opportunities.rules import RECORD
from apps.opportunities.selectors import as_record, original
from apps.projects.models import Project
from apps.translations import services as translations
from apps.translations.models import Translation
from apps.translations.rules import Original, Texts

_ENDS = ("withdraw", "expire", "fulfil", "decline")


@transaction.atomic
def create(
    *, enterprise: Enterprise, values: dict[str, Any], actor: User | None, project: Project | None = None
) -> Opportunity:
    """Make a draft from cleaned values (rules.RECORD without "enterprise" and "project")."""
    opportunity = Opportunity.objects.create(enterprise=enterprise, project=project, **values)
    journal.record(
        kind="opportunity.created", subject="opportunity", ids=[opportunity.pk], enterprise=enterprise.pk,
        actor=actor.pk if actor else None,
    )  # fmt: skip
    return opportunity


def update(*, opportunity: Opportunity, values: dict[str, Any], actor: User, version: int) -> None:
    """Write an edit as a new version; raises Conflict when `version` is not the current one or the row is locked."""
    before = as_record(opportunity)
    material = RECORD.is_material(values, before)
    publishing.edit(
        opportunity, values, material=material, actor=actor.pk, enterprise=opportunity.enterprise_id, version=version,
        before=before,
    )  # fmt: skip


@transaction.atomic
def move(
    *, opportunity: Opportunity, name: str, actor: User | None, version: int | None = None, note: str = ""
) -> None:
    """Make a move of core.lifecycle.MOVES; raises Conflict where the state or version does not allow it.

    Nothing is published for an enterprise that is not public itself.
    """
    if name in ("publish", "vouch"):
        enterprise = Enterprise.objects.select_for_update(no_key=True).get(pk=opportunity.enterprise_id)
        if enterprise.state != State.PUBLISHED:
            raise Conflict(_("Its enterprise is not published yet."))
    publishing.move(
        opportunity, name, actor=actor.pk if actor else None, enterprise=opportunity.enterprise_id, version=version,
        note=note,
    )  # fmt: skip
    if name in _ENDS:
        translations.end(subject="opportunity", subject_id=opportunity.pk, actor=actor.pk if actor else None)


@transaction.atomic
def translate(
    *, opportunity: Opportunity, language: str, texts: Texts, actor: User, version: int, seen: str
) -> Translation:
    """Write a person's translation of the public texts whose digest is `seen`, over its version `version` (0: none).

    Raises Conflict where the listing or its translation is not as the translator saw it.
    """
    present = _public_original(opportunity, seen)
    return translations.write(original=present, language=language, texts=texts, actor=actor, version=version)


@transaction.atomic
def translate_by_machine(*, opportunity: Opportunity, language: str, texts: Texts, seen: str) -> bool:
    """Keep a machine's translation of the texts whose digest is `seen`; raises Conflict where they are not public any more."""
    return translations.write_machine(original=_public_original(opportunity, seen), language=language, texts=texts)


def _public_original(opportunity: Opportunity, seen: str) -> Original:
    """The listing's texts, locked, if they are public and those that were seen."""
    present = Opportunity.objects.select_for_update(no_key=True).get(pk=opportunity.pk)
    if present.state != State.PUBLISHED:
        raise Conflict(_("Only what is public is translated."))
    found = original(present)
    if found.texts.digest != seen:
        raise Conflict(_("The original was changed meanwhile; read it again."))
    return found


def expire_due(limit: int = 1000) -> int:
    """Expire what is listed until a day that has passed, by the database's date; returns how many."""
    due = Opportunity.objects.published().extra(where=["expires < current_date"])[:limit]
    count = 0
    for opportunity in due:
        try:
            move(opportunity=opportunity, name="expire", actor=None)
        except Conflict:  # its owner was quicker
            continue
        count += 1
    return count
