"""Every change of the thesaurus: imports, the files that ship, and the version that tells other processes."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.journal import services as journal
from apps.taxonomy import graphs, models, rules, selectors
from apps.taxonomy.rules import BadScheme
from apps.taxonomy.scheme import Concept, Group, Scheme


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did to the concepts."""

    added: int
    changed: int
    unchanged: int


@transaction.atomic
def import_scheme(*, texts: Sequence[str], form: str = "turtle", actor: int | None = None) -> Imported:
    """Take over concepts, groups and ambiguous words of SKOS documents ("turtle" or "json-ld"), all of them or none.

    A concept that is there already becomes what the document says; one that the document does not know stays. The same
    document twice changes nothing. Raises BadScheme, which names concept, language and label of everything wrong.
    """
    version = _locked_version()
    incoming = graphs.joined(graphs.read(text, form) for text in texts)
    if not incoming.concepts:
        raise BadScheme([_("the file describes no concept")])
    present = selectors.stored()
    merged = overlaid(present, incoming)
    if found := rules.problems(merged):
        raise BadScheme(found)
    changed = [one for one in incoming.concepts if present.by_key.get(one.key) != one]
    _write(changed, [one for one in incoming.groups if one not in present.groups])
    words = set(incoming.ambiguous) - set(present.ambiguous)
    models.AmbiguousLabel.objects.bulk_create(
        models.AmbiguousLabel(language=tag, text=text) for tag, text in sorted(words)
    )
    if changed or words or set(incoming.groups) - set(present.groups):
        _bump(version, actor)
    added = len(incoming.by_key.keys() - present.by_key.keys())
    return Imported(added, len(changed) - added, len(incoming.concepts) - len(changed))


def overlaid(present: Scheme, incoming: Scheme) -> Scheme:
    """The scheme as it would be with the incoming concepts, groups and ambiguous words."""
    concepts = present.by_key | incoming.by_key
    groups = {group.key: group for group in (*present.groups, *incoming.groups)}
    ambiguous = {*present.ambiguous, *incoming.ambiguous}
    return replace(
        present, concepts=tuple(concepts.values()), groups=tuple(groups.values()), ambiguous=tuple(sorted(ambiguous))
    )


def _write(concepts: Iterable[Concept], groups: Iterable[Group]) -> None:
    ids = _written_concepts(list(concepts))
    for group in groups:
        row, _made = models.Group.objects.get_or_create(key=group.key)
        row.members.set(ids[key] for key in group.members)
        row.labels.all().delete()
        models.GroupLabel.objects.bulk_create(
            models.GroupLabel(group=row, language=label.language, text=label.text) for label in group.labels
        )


def _written_concepts(concepts: list[Concept]) -> dict[str, int]:
    """Make the rows of these concepts what they say; returns the id of every concept."""
    plain = ("key", "kind", "definition", "deprecated")
    lists = ("related", "matches", "notations")
    rows = [
        models.Concept(
            **{name: getattr(one, name) for name in plain} | {name: list(getattr(one, name)) for name in lists}
        )
        for one in concepts
    ]
    models.Concept.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["key"], update_fields=(*plain[1:], *lists)
    )
    ids = dict(models.Concept.objects.values_list("key", "pk"))
    touched = [ids[one.key] for one in concepts]
    above = models.Concept.broader.through
    above._default_manager.filter(from_concept_id__in=touched).delete()
    above._default_manager.bulk_create(
        above(from_concept_id=ids[one.key], to_concept_id=ids[parent]) for one in concepts for parent in one.broader
    )
    models.Label.objects.filter(concept_id__in=touched).delete()
    into_labels = "COPY taxonomy_label (concept_id, language, kind, text) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(into_labels) as copy:
        for one in concepts:
            for label in one.labels:
                copy.write_row((ids[one.key], label.language, label.kind, label.text))
    return ids


def load_shipped() -> bool:
    """Load the scheme that ships with the platform; returns False, at once, where these very files were loaded last.

    What an operator edited since is replaced only by a release whose files differ.
    """
    texts = graphs.shipped_texts()
    checksum = hashlib.sha256("\0".join(texts).encode()).hexdigest()
    if models.SchemeVersion.objects.filter(shipped=checksum).exists():
        return False
    with transaction.atomic():
        import_scheme(texts=texts)
        models.SchemeVersion.objects.update(shipped=checksum)
    return True


@transaction.atomic
def mark_changed(*, actor: int | None = None) -> None:
    """Say that the thesaurus was edited, in the transaction of the edit."""
    _bump(_locked_version(), actor)


def _locked_version() -> models.SchemeVersion:
    models.SchemeVersion.objects.get_or_create(pk=1)
    return models.SchemeVersion.objects.select_for_update().get(pk=1)


def _bump(version: models.SchemeVersion, actor: int | None) -> None:
    version.number, version.stamp = version.number + 1, uuid.uuid4()
    version.save(update_fields=["number", "stamp", "changed_at"])
    journal.record(kind="taxonomy.changed", subject="scheme", ids=[version.pk], actor=actor, number=version.number)
    selectors.forget()
    transaction.on_commit(selectors.forget)
