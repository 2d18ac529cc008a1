"""Reading the thesaurus: the present scheme, remembered by the process until it changes, and views of it."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings

from apps.reference.rules import primary
from apps.taxonomy import graphs
from apps.taxonomy.models import AmbiguousLabel, Concept, Group, GroupLabel, Label, SchemeVersion
from apps.taxonomy.rules import LabelKind
from apps.taxonomy.scheme import Concept as ConceptValue
from apps.taxonomy.scheme import Group as GroupValue
from apps.taxonomy.scheme import Label as LabelValue
from apps.taxonomy.scheme import Scheme
from apps.taxonomy.tagger import Tagger

_KINDS = {kind: place for place, kind in enumerate(LabelKind.values)}


class _Remembered:
    """What this process knows of the scheme, and when it last asked whether that is still so."""

    scheme: Scheme | None = None
    tagger: Tagger | None = None
    asked_at = 0.0


def scheme() -> Scheme:
    """The present scheme; another process's change is seen within TAXONOMY_RECHECK_SECONDS (2)."""
    now, patience = time.monotonic(), getattr(settings, "TAXONOMY_RECHECK_SECONDS", 2.0)
    if _Remembered.scheme is None or now - _Remembered.asked_at > patience:
        stamp = present_stamp()
        if _Remembered.scheme is None or _Remembered.scheme.stamp != stamp:
            _Remembered.scheme = stored(stamp)
        _Remembered.asked_at = now
    return _Remembered.scheme


def tagger() -> Tagger:
    """The tagger of the present scheme."""
    present = scheme()
    if _Remembered.tagger is None or _Remembered.tagger.scheme is not present:
        _Remembered.tagger = Tagger(present)
    return _Remembered.tagger


def forget() -> None:
    """Ask the database again at the next call."""
    _Remembered.scheme = None


def present_stamp() -> str:
    """What tells this state of the scheme from every other."""
    return str(SchemeVersion.objects.values_list("stamp", flat=True).first() or "")


def stored(stamp: str = "") -> Scheme:
    """The scheme as it lies in the database, in six queries."""
    labels = _by_owner(Label.objects.values_list("concept_id", "language", "kind", "text"))
    names = _by_owner(GroupLabel.objects.extra(select={"kind": "'preferred'"}).values_list("group_id", "language", "kind", "text"))
    broader = _keys(Concept.broader.through.objects.values_list("from_concept_id", "to_concept__key"))
    members = _keys(Group.members.through.objects.values_list("group_id", "concept__key"))
    return Scheme(
        stamp,
        tuple(
            ConceptValue(row.key, row.kind, row.definition, broader[row.pk], labels[row.pk], row.deprecated)
            for row in Concept.objects.order_by("key")
        ),
        tuple(GroupValue(row.key, names[row.pk], members[row.pk]) for row in Group.objects.order_by("key")),
        tuple(sorted(AmbiguousLabel.objects.values_list("language", "text"))),
    )


def _by_owner(rows: Iterable[tuple[int, str, str, str]]) -> defaultdict[int, tuple[LabelValue, ...]]:
    found: defaultdict[int, list[LabelValue]] = defaultdict(list)
    for owner, language, kind, text in rows:
        found[owner].append(LabelValue(language, kind, text))
    order = lambda label: (label.language, _KINDS[label.kind], label.text)  # noqa: E731
    return defaultdict(tuple, {owner: tuple(sorted(labels, key=order)) for owner, labels in found.items()})
