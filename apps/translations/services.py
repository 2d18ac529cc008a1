"""Every write to translations."""

from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.lifecycle import MOVES, Conflict, State
from apps.journal import publishing
from apps.journal import services as journal
from apps.translations.models import Translation
from apps.translations.rules import Original, Texts
from apps.translations.selectors import as_record


@transaction.atomic
def write(*, original: Original, language: str, texts: Texts, actor: User, version: int) -> Translation:
    """Write a person's translation, instead of any that there is; a moderator reads it before it is shown.

    `version` is that of the translation which the writer saw, 0 for none. Raises Conflict where there is another one
    by now, or where it is locked under review.
    """
    values = _made(original, texts) | {
        "origin": Translation.Origin.HUMAN, "author": actor, "state": State.SUBMITTED, "submitted_at": Now(),
        "review_note": "",
    }  # fmt: skip
    before = _rows(original, language).filter(version=version).first() if version else None
    written = _rewrite(before, values) if before else not version and _make(original, language, values)
    if not written:
        raise Conflict(_("The translation was changed meanwhile or is locked under review; read it again."))
    return _recorded(original, language, "submitted", actor)


@transaction.atomic
def write_machine(*, original: Original, language: str, texts: Texts) -> bool:
    """Keep a machine's translation, shown at once; False where a person wrote one or took the machine's away."""
    values = _made(original, texts) | {"origin": Translation.Origin.MACHINE, "author": None}
    values |= {"state": State.PUBLISHED, "published_at": Now()}
    before = _rows(original, language).filter(origin=Translation.Origin.MACHINE, state=State.PUBLISHED).first()
    written = _rewrite(before, values) if before else _make(original, language, values)
    if written:
        _recorded(original, language, "published", None)
    return written


def _made(original: Original, texts: Texts) -> dict[str, Any]:
    return {
        "title": texts.title, "summary": texts.summary, "made_at": Now(),
        "source_version": original.version, "source_digest": original.texts.digest,
    }  # fmt: skip


def _rows(original: Original, language: str) -> QuerySet[Translation]:
    return Translation.objects.filter(subject=original.subject, subject_id=original.subject_id, language=language)


def _rewrite(before: Translation, values: dict[str, Any]) -> bool:
    """Write over what was read a moment ago, and keep how it read; False where it changed since or is under review."""
    rows = Translation.objects.filter(pk=before.pk, version=before.version).exclude(state=State.SUBMITTED)
    if not rows.update(**values, version=F("version") + 1, updated=Now()):
        return False
    journal.keep_version(subject="translation", subject_id=before.pk, number=before.version, data=as_record(before))
    return True


def _make(original: Original, language: str, values: dict[str, Any]) -> bool:
    return Translation.objects.get_or_create(
        subject=original.subject, subject_id=original.subject_id, language=language,
        defaults=values | {"enterprise_id": original.enterprise_id},
    )[1]  # fmt: skip


def _recorded(original: Original, language: str, past: str, actor: User | None) -> Translation:
    row = _rows(original, language).get()
    journal.record(
        kind=f"translation.{past}", subject="translation", ids=[row.pk], actor=actor.pk if actor else None,
        enterprise=original.enterprise_id, version=row.version, language=language, origin=row.origin,
    )  # fmt: skip
    return row


def move(
    *, translation: Translation, name: str, actor: User | None, version: int | None = None, note: str = ""
) -> None:
    """Make a move of core.lifecycle.MOVES; raises Conflict where the state or version does not allow it."""
    publishing.move(
        translation, name, actor=actor.pk if actor else None, enterprise=translation.enterprise_id, version=version,
        note=note, language=translation.language, origin=translation.origin,
    )  # fmt: skip


@transaction.atomic
def end(*, subject: str, subject_id: int, actor: int | None) -> None:
    """Take translations along with an original that ends: people's are withdrawn and can be sent again, machines' go."""
    rows = Translation.objects.filter(subject=subject, subject_id=subject_id, state__in=MOVES["withdraw"].sources)
    found = list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk", "enterprise_id"))
    if not found:
        return
    ids = [pk for pk, _enterprise in found]
    ended = Translation.objects.filter(pk__in=ids)
    ended.filter(origin=Translation.Origin.MACHINE).delete()
    ended.update(state=State.WITHDRAWN, version=F("version") + 1, updated=Now())
    journal.record(
        kind="translation.withdrawn", subject="translation", ids=ids, actor=actor, enterprise=found[0][1]
    )  # fmt: skip
