"""The concept scheme as plain values, without the ORM: the tree, the labels and how near two concepts are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from apps.reference.rules import primary
from apps.taxonomy.analysis import fold

# A step up leaves half: who asks for LFP is half served by lithium-ion in general. A step down leaves nine tenths: who
# asks for lithium-ion is well served by LFP. So siblings have 0.45, and concepts of different roots nothing.
STEP_UP, STEP_DOWN = 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Label:
    """A word for a concept: `kind` is preferred, alternative or hidden; `language` a BCP 47 tag."""

    language: str
    kind: str
    text: str


KINDS = ("preferred", "alternative", "hidden")


def in_order(labels: Iterable[Label]) -> tuple[Label, ...]:
    """By language, the preferred one first."""
    return tuple(sorted(labels, key=lambda label: (label.language, KINDS.index(label.kind), label.text)))


@dataclass(frozen=True, slots=True)
class Concept:
    key: str
    kind: str
    definition: str = ""
    broader: tuple[str, ...] = ()
    labels: tuple[Label, ...] = ()
    deprecated: bool = False
    related: tuple[str, ...] = ()  # as stated; `Scheme.related` has both directions
    matches: tuple[str, ...] = ()  # addresses of the same thing in other vocabularies
    notations: tuple[str, ...] = ()  # codes of classifications, such as cpc:Y02E60/10 and hs:850760


@dataclass(frozen=True, slots=True)
class Group:
    """A group of the industry, with the concepts that head it."""

    key: str
    labels: tuple[Label, ...]
    members: tuple[str, ...]


def ancestors_of(key: str, broader: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Every concept above this one with the shortest distance to it; on a cycle the concept itself is among them."""
    found: dict[str, int] = {}
    level, distance = broader.get(key, ()), 1
    while level:
        fresh = [parent for parent in dict.fromkeys(level) if parent not in found]
        found |= dict.fromkeys(fresh, distance)
        level, distance = tuple(above for parent in fresh for above in broader.get(parent, ())), distance + 1
    return found


def in_language(labels: Iterable[Label], language: str) -> str:
    """The preferred label in a language, by its exact tag, then by its primary subtag; in English where it has none."""
    preferred = {label.language.lower(): label.text for label in labels if label.kind == "preferred"}
    if exact := preferred.get(language.lower()):
        return exact
    by_primary = {primary(tag): text for tag, text in reversed(preferred.items())}
    return by_primary.get(primary(language)) or by_primary.get("en") or next(iter(preferred.values()), "")


@dataclass(frozen=True)
class Scheme:
    """One state of the thesaurus; `stamp` tells it from every other state."""

    stamp: str
    concepts: tuple[Concept, ...]
    groups: tuple[Group, ...] = ()
    ambiguous: tuple[tuple[str, str], ...] = field(default=())  # (language, text) that two concepts may share

    @cached_property
    def by_key(self) -> dict[str, Concept]:
        return {concept.key: concept for concept in self.concepts}

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys in order of their index, which rows of matrices use."""
        return tuple(concept.key for concept in self.concepts)

    @cached_property
    def index(self) -> dict[str, int]:
        return {key: number for number, key in enumerate(self.keys)}

    @cached_property
    def broader(self) -> dict[str, tuple[str, ...]]:
        return {concept.key: concept.broader for concept in self.concepts}

    @cached_property
    def narrower(self) -> dict[str, tuple[str, ...]]:
        """The children of each concept."""
        below: dict[str, list[str]] = {key: [] for key in self.keys}
        for concept in self.concepts:
            for parent in concept.broader:
                below[parent].append(concept.key)
        return {key: tuple(children) for key, children in below.items()}

    @cached_property
    def ancestors(self) -> dict[str, dict[str, int]]:
        """For each concept the concepts above it, with their distance."""
        return {key: ancestors_of(key, self.broader) for key in self.keys}

    @cached_property
    def descendants(self) -> dict[str, frozenset[str]]:
        """For each concept those below it at any depth."""
        below: dict[str, set[str]] = {key: set() for key in self.keys}
        for key, above in self.ancestors.items():
            for ancestor in above:
                below[ancestor].add(key)
        return {key: frozenset(keys) for key, keys in below.items()}

    @cached_property
    def related(self) -> dict[str, tuple[str, ...]]:
        """The concepts beside each one, whichever of the two states it."""
        beside: dict[str, set[str]] = {key: set() for key in self.keys}
        for concept in self.concepts:
            for other in beside.keys() & set(concept.related):
                beside[concept.key].add(other)
                beside[other].add(concept.key)
        return {key: tuple(sorted(others)) for key, others in beside.items()}

    @cached_property
    def root(self) -> dict[str, str]:
        """The top concept over each one, by its first parent."""
        return {key: self._root(key) for key in self.keys}

    def _root(self, key: str) -> str:
        while self.broader[key]:
            key = self.broader[key][0]
        return key

    def kind(self, key: str) -> str:
        return self.by_key[key].kind

    def label(self, key: str, language: str) -> str:
        """The preferred label in a language, in English where it has none; the key itself for an unknown concept."""
        return self._labels(language).get(key) or key

    @cached_property
    def _labels(self) -> Callable[[str], dict[str, str]]:
        """The labels of all concepts in a language, remembered for those last asked for."""
        return lru_cache(maxsize=32)(
            lambda language: {one.key: in_language(one.labels, language) for one in self.concepts}
        )

    def with_ancestors(self, keys: Iterable[str]) -> set[str]:
        """The concepts and all that are above them: what a listing about them is also about."""
        return {above for key in keys if key in self.by_key for above in (key, *self.ancestors[key])}

    def similarity(self, asked: str, offered: str) -> float:
        """How well what is offered serves what is asked, in [0, 1]; not symmetric, see STEP_UP and STEP_DOWN."""
        if asked not in self.index or offered not in self.index:
            return float(asked == offered)
        return float(self.similarity_matrix()[self.index[asked], self.index[offered]])

    def similarity_matrix(self) -> npt.NDArray[np.float32]:
        """`similarity` of every pair, (n, n): rows are what is asked, columns what is offered."""
        return self._similarities

    @cached_property
    def _similarities(self) -> npt.NDArray[np.float32]:
        size = len(self.keys)
        up, down = np.eye(size, dtype=np.float32), np.eye(size, dtype=np.float32)
        for key, above in self.ancestors.items():
            for ancestor, distance in above.items():
                up[self.index[key], self.index[ancestor]] = STEP_UP**distance
                down[self.index[key], self.index[ancestor]] = STEP_DOWN**distance
        # Over the best common ancestor (a concept counts as its own).
        rows = [(row[:, None] * down.T).max(axis=0) for row in up]
        return np.stack(rows) if rows else np.zeros((0, 0), np.float32)

    @cached_property
    def _by_label(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for concept in self.concepts:
            for label in concept.labels:
                found.setdefault(fold(label.text, primary(label.language)), {})[concept.key] = None
        return {text: tuple(keys) for text, keys in found.items()}

    def named(self, text: str) -> tuple[str, ...]:
        """The concepts that a word of any language names: as a key, or as a label in any case and spelling."""
        return (text,) if text in self.by_key else self._by_label.get(fold(text.strip()), ())

    def containing(self, text: str) -> list[str]:
        """The concepts of which some label in some language has this text: whole labels first, then their beginnings."""
        wanted = fold(text.strip())
        hits = [label for label in self._by_label if wanted in label] if wanted else []
        hits.sort(key=lambda label: (label != wanted, not label.startswith(wanted), len(label), label))
        return list(dict.fromkeys(key for label in hits for key in self._by_label[label]))

    def label_with(self, key: str, text: str) -> Label | None:
        """The label of a concept, of those that are shown, that has this text: at its beginning, or the shortest one."""
        wanted = fold(text.strip())
        shown = (label for label in self.by_key[key].labels if label.kind != "hidden")
        fitting = [(fold(label.text, primary(label.language)).find(wanted), label) for label in shown]
        found = ((place > 0, len(label.text), label) for place, label in fitting if place >= 0)
        return min(found, key=lambda each: each[:2], default=(False, 0, None))[2]
