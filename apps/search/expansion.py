"""What a question may mean beyond what it names: concepts whose labels share its words, and what is beside those named.

Who does not know the term describes the thing: "ice made at night to cool an office". Each label of the thesaurus is a
bag of words in the question's language; a label that has enough of the question's words, by how telling they are,
hints at its concept. What was hinted at only ranks and adds: nobody's listing is left out for lacking it.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from apps.reference.rules import primary
from apps.taxonomy import analysis
from apps.taxonomy.scheme import Scheme
from apps.taxonomy.selectors import scheme

# A concept is hinted at from this much evidence on; of several only those nearly as good as the best one, a few.
LEAST, NEARLY, MOST = 0.6, 0.3, 5
# What a hint weighs against a word that was asked; a concept above or beside one that was named.
HINT, NEAR = 1.0, 0.4
# A concept above so many others says too little to be added.
_WIDE = 25

Hints = dict[str, float]


@dataclass(frozen=True, slots=True)
class _Bag:
    """The words of a label, and how telling they are together."""

    concept: str
    total: float


class _Words:
    """Which labels hold a word, for questions in one language; English ones are read too, as loanwords are typed."""

    def __init__(self, present: Scheme, language: str) -> None:
        bags = list(dict.fromkeys(_bags(present, language)))
        holders: defaultdict[str, set[str]] = defaultdict(set)
        for key, words in bags:
            for word in words:
                holders[word].add(key)
        size = len(present.concepts)
        self.telling = {word: math.log((size + 1) / len(keys)) for word, keys in holders.items()}
        self.bags = [_Bag(key, sum(self.telling[word] for word in words)) for key, words in bags]
        self.holding: defaultdict[str, list[int]] = defaultdict(list)
        for number, (_key, words) in enumerate(bags):
            for word in words:
                self.holding[word].append(number)

    def evidence(self, words: Iterable[str]) -> Hints:
        """How much the words say for each concept: what they tell, times the share that they are of its best label."""
        matched: defaultdict[int, float] = defaultdict(float)
        said: defaultdict[str, set[str]] = defaultdict(set)
        for word in words:
            for number in self.holding.get(word, ()):
                matched[number] += self.telling[word]
                said[self.bags[number].concept].add(word)
        shares: Hints = {}
        for number, sum_ in matched.items():
            bag = self.bags[number]
            shares[bag.concept] = max(shares.get(bag.concept, 0.0), sum_ / bag.total)
        return {key: share * sum(self.telling[word] for word in said[key]) for key, share in shares.items()}


def _bags(present: Scheme, language: str) -> Iterator[tuple[str, frozenset[str]]]:
    for one in present.concepts:
        for label in () if one.deprecated else one.labels:
            if primary(label.language) in (language, "en") and (words := analysis.words(label.text, language)):
                yield one.key, frozenset(words)


class _Remembered:
    """The words of the labels of the scheme that this process last saw."""

    scheme: Scheme | None = None
    words: ClassVar[dict[str, _Words]] = {}


def _words(language: str) -> _Words:
    present = scheme()
    if _Remembered.scheme is not present:
        _Remembered.scheme, _Remembered.words = present, {}
    if language not in _Remembered.words:
        _Remembered.words[language] = _Words(present, language)
    return _Remembered.words[language]


def of(words: Sequence[str], named: Collection[str], language: str) -> Hints:
    """Concepts to look for besides those named, with what each weighs: what the words hint at, and what is near."""
    hinted = hints(words, named, language)
    return near([*named, *list(hinted)[:1]]) | hinted


def hints(words: Sequence[str], named: Collection[str], language: str) -> Hints:
    """Concepts that the words hint at, the likeliest first; those already named are left out."""
    found = _words(language).evidence(dict.fromkeys(words))
    ordered = sorted(((score, key) for key, score in found.items() if key not in named), reverse=True)
    best = ordered[0][0] if ordered else 0.0
    kept = [(score, key) for score, key in ordered if score >= max(LEAST, NEARLY * best)][:MOST]
    return {key: HINT * score / best for score, key in kept}


def near(named: Collection[str]) -> Hints:
    """What stands right above or beside some concepts, unless it is wide."""
    present = scheme()
    beside = (key for one in named if one in present.by_key for key in (*present.broader[one], *present.related[one]))
    return {key: NEAR for key in beside if key not in named and len(present.descendants[key]) <= _WIDE}
