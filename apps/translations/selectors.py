"""Reads over translations."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import JSONObject

from apps.core.lifecycle import State
from apps.translations.models import Translation
from apps.translations.rules import Original, Texts, targets


@dataclass(frozen=True, slots=True)
class Shown:
    """A translation as it is shown: its texts, by whom, and whether the original has changed since."""

    language: str
    origin: str
    stale: bool
    texts: Texts

    @property
    def by_machine(self) -> bool:
        return self.origin == Translation.Origin.MACHINE


@dataclass(frozen=True, slots=True)
class Version:
    """One language on a translator's list: what there is in it, if anything."""

    language: str
    translation: Translation | None = None
    stale: bool = False


_SHOWN = ("language", "origin", "title", "summary", "source_digest")


def in_language(subject: str, language: str) -> Subquery:
    """The public translation of each row of a query into a language, as an annotation (see `shown`)."""
    rows = Translation.objects.published().filter(subject=subject, subject_id=OuterRef("pk"), language=language)
    return Subquery(rows.values(json=JSONObject(**{name: F(name) for name in _SHOWN}))[:1])


def shown(annotated: dict[str, str] | None, texts: Texts) -> Shown | None:
    """What `in_language` found for a row whose texts are these."""
    if annotated is None:
        return None
    translated = Texts(annotated["title"], annotated["summary"])
    stale = annotated["source_digest"] != texts.digest
    return Shown(annotated["language"], annotated["origin"], stale, translated)


def as_shown(row: Translation, texts: Texts) -> Shown:
    """A translation as it is shown beside an original whose texts are these."""
    return Shown(row.language, row.origin, row.source_digest != texts.digest, Texts(row.title, row.summary))


def public(subject: str, ids: Collection[int]) -> dict[int, list[Translation]]:
    """The public translations of these rows, in order of language."""
    found: defaultdict[int, list[Translation]] = defaultdict(list)
    for row in Translation.objects.published().filter(subject=subject, subject_id__in=ids).order_by("language"):
        found[row.subject_id].append(row)
    return found


def versions(original: Original) -> list[Version]:
    """Every language that a row may be translated into, with what there is in it."""
    rows = Translation.objects.filter(subject=original.subject, subject_id=original.subject_id)
    there = {row.language: row for row in rows}
    return [_version(language, there.get(language), original) for language in targets(original.language)]


def version(original: Original, language: str) -> Version:
    """The same of one language."""
    return next(each for each in versions(original) if each.language == language)


def _version(language: str, row: Translation | None, original: Original) -> Version:
    return Version(language, row, row is not None and row.source_digest != original.texts.digest)


def wanted_of_machine(original: Original) -> list[str]:
    """The languages in which a machine may say something new: there is nothing, or what it said of other texts."""
    machine, published = Translation.Origin.MACHINE, State.PUBLISHED
    return [
        each.language
        for each in versions(original)
        if each.translation is None
        or (each.stale and each.translation.origin == machine and each.translation.state == published)
    ]


def as_record(translation: Translation) -> dict[str, Any]:
    """The translation as a record (rules.RECORD)."""
    return {"title": translation.title, "summary": translation.summary}
