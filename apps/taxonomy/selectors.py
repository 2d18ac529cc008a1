"""Reading the thesaurus: the present scheme, remembered by the process until it changes, and views of it."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.conf import settings

from apps.reference.rules import primary
from apps.taxonomy import graphs, models
from apps.taxonomy.analysis import fold
from apps.taxonomy.scheme import Concept, Group, Label, Scheme, in_language, in_order
from apps.taxonomy.tagger import Tagger


class _Remembered:
    """What this process knows of the scheme, and when it last asked whether that is still so."""

    scheme: Scheme | None = None
    tagger: Tagger | None = None
    exports: ClassVar[dict[tuple[str, str], str]] = {}
    ask_again_at = 0.0


def scheme() -> Scheme:
    """The present scheme; another process's change is seen within TAXONOMY_RECHECK_SECONDS (2)."""
    now = time.monotonic()
    if _Remembered.scheme is None or now > _Remembered.ask_again_at:
        stamp = present_stamp()
        if _Remembered.scheme is None or _Remembered.scheme.stamp != stamp:
            _Remembered.scheme = stored(stamp)
        _Remembered.ask_again_at = now + getattr(settings, "TAXONOMY_RECHECK_SECONDS", 2.0)
    return _Remembered.scheme


def recheck() -> Scheme:
    """The present scheme, asked for now: what another process changed a moment ago counts already."""
    _Remembered.ask_again_at = 0.0
    return scheme()


def tagger() -> Tagger:
    """The tagger of the present scheme."""
    present = scheme()
    if _Remembered.tagger is None or _Remembered.tagger.scheme is not present:
        _Remembered.tagger = Tagger(present)
    return _Remembered.tagger


@contextmanager
def held() -> Iterator[None]:
    """Within it the scheme stays as it is and the database is not asked, whose connection may be busy with a COPY."""
    tagger()
    before, _Remembered.ask_again_at = _Remembered.ask_again_at, math.inf
    try:
        yield
    finally:
        _Remembered.ask_again_at = before


def forget() -> None:
    """Ask the database again at the next call."""
    _Remembered.scheme = None


def present_stamp() -> str:
    """What tells this state of the scheme from every other."""
    return str(models.SchemeVersion.objects.values_list("stamp", flat=True).first() or "")


def stored(stamp: str = "") -> Scheme:
    """The scheme as it lies in the database."""
    labels = _labels(models.Label.objects.values_list("concept_id", "language", "kind", "text"))
    names = _labels(
        (owner, language, "preferred", text)
        for owner, language, text in models.GroupLabel.objects.values_list("group_id", "language", "text")
    )
    broader = _keys(models.Concept.broader.through.objects.values_list("from_concept_id", "to_concept__key"))
    members = _keys(models.Group.members.through.objects.values_list("group_id", "concept__key"))
    return Scheme(
        stamp,
        tuple(_concept(row, broader[row.pk], labels[row.pk]) for row in models.Concept.objects.order_by("key")),
        tuple(
            Group(key, names[pk], members[pk])
            for pk, key in models.Group.objects.order_by("key").values_list("pk", "key")
        ),
        tuple(sorted(models.AmbiguousLabel.objects.values_list("language", "text"))),
    )


def _concept(row: models.Concept, broader: tuple[str, ...], labels: tuple[Label, ...]) -> Concept:
    links = (tuple(sorted(values)) for values in (row.related, row.matches, row.notations))
    return Concept(row.key, row.kind, row.definition, broader, labels, row.deprecated, *links)


def _labels(rows: Iterable[tuple[int, str, str, str]]) -> defaultdict[int, tuple[Label, ...]]:
    found: defaultdict[int, list[Label]] = defaultdict(list)
    for owner, language, kind, text in rows:
        found[owner].append(Label(language, kind, text))
    return defaultdict(tuple, {owner: in_order(labels) for owner, labels in found.items()})


def _keys(rows: Iterable[tuple[int, str]]) -> defaultdict[int, tuple[str, ...]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for owner, key in rows:
        found[owner].append(key)
    return defaultdict(tuple, {owner: tuple(sorted(keys)) for owner, keys in found.items()})


def label(key: str, language: str) -> str:
    """The preferred label of a concept in a language."""
    return scheme().label(key, language)


def labels_in(language: str, *kinds: str) -> dict[str, str]:
    """The preferred label of every concept of these kinds (of all, where none is named), deprecated ones left out."""
    present = scheme()
    wanted = (one for one in present.concepts if not one.deprecated and (not kinds or one.kind in kinds))
    return {one.key: present.label(one.key, language) for one in wanted}


def ancestors(key: str) -> dict[str, int]:
    """The concepts above one, with their distance."""
    return scheme().ancestors.get(key, {})


def resolve(text: str, kinds: tuple[str, ...] = ()) -> str | None:
    """The concept of these kinds that a key or a plain word of any language names; None where none or several do.

    Of several the one counts whose preferred label the word is. A word for something narrower of another kind names
    what is above it: export credit, a topic, names the stage of finance.
    """
    present = scheme()
    found = list(dict.fromkeys(above for key in present.named(text) for above in _nearest(present, key, kinds)))
    if len(found) > 1:
        found = [key for key in found if _prefers(present, key, text)]
    return found[0] if len(found) == 1 else None


def _nearest(present: Scheme, key: str, kinds: tuple[str, ...]) -> Iterator[str]:
    """The concept itself or the nearest one above it that is of these kinds."""
    near = sorted({key: 0, **present.ancestors[key]}.items(), key=lambda pair: pair[1])
    yield from [above for above, _distance in near if not kinds or present.kind(above) in kinds][:1]


def _prefers(present: Scheme, key: str, text: str) -> bool:
    wanted = fold(text.strip())
    return any(
        word.kind == "preferred" and fold(word.text, primary(word.language)) == wanted
        for word in present.by_key[key].labels
    )


def tree(language: str = "en", *kinds: str) -> list[dict[str, Any]]:
    """The concepts as nested {key, kind, label, narrower}, from the top; one with two parents stands under both."""
    present = scheme()

    def node(key: str) -> dict[str, Any]:
        below = [node(child) for child in present.narrower[key]]
        return {"key": key, "kind": present.kind(key), "label": present.label(key, language), "narrower": below}

    tops = (one for one in present.concepts if not one.broader and (not kinds or one.kind in kinds))
    return [node(one.key) for one in tops]


def described(language: str) -> list[dict[str, Any]]:
    """Every concept as the API shows it: label, other labels in the language, place in the tree, groups."""
    present = scheme()
    group_of = {member: group.key for group in present.groups for member in group.members}
    return [
        {
            "key": one.key,
            "kind": one.kind,
            "label": present.label(one.key, language),
            "alternatives": [
                word.text
                for word in one.labels
                if word.kind == "alternative" and primary(word.language) == primary(language)
            ],
            "definition": one.definition,
            "broader": list(one.broader),
            "narrower": list(present.narrower[one.key]),
            "related": list(present.related[one.key]),
            "matches": list(one.matches),
            "notations": list(one.notations),
            "group": group_of.get(present.root[one.key], ""),
            "deprecated": one.deprecated,
        }
        for one in present.concepts
    ]


def groups(language: str) -> list[tuple[str, str, list[str]]]:
    """The groups of the industry: (key, name, concepts that head it)."""
    return [(group.key, in_language(group.labels, language), list(group.members)) for group in scheme().groups]


def export(form: str = "turtle") -> str:
    """The whole scheme as "turtle" or "json-ld"; importing it again changes nothing."""
    present = scheme()
    if (present.stamp, form) not in _Remembered.exports:
        kept = {key: text for key, text in _Remembered.exports.items() if key[0] == present.stamp}
        _Remembered.exports = kept | {(present.stamp, form): graphs.written(present, form)}
    return _Remembered.exports[present.stamp, form]
