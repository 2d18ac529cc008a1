"""Did you mean: a word that no published row has, put as one that some have; never a request reads their texts."""

import time
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt
import regex

from apps.search.models import KnownWord
from apps.search.questions import Query
from apps.taxonomy.analysis import CLUSTERED, IDEOGRAPHS, fold, words

PATIENCE_SECONDS = 300.0
# The most frequent words that are kept, and how many of those that look alike are compared letter by letter.
KEPT, COMPARED = 50_000, 400
# How many words of a question are looked up, the shortest that can be told from another, and the longest.
MOST_WORDS, SHORTEST, LONGEST = 5, 4, 40
_TWO_ERRORS_FROM = 8
_SPELT = regex.compile(rf"[[\p{{L}}\p{{M}}]--[{IDEOGRAPHS}{CLUSTERED}]]{{{SHORTEST},{LONGEST}}}+", regex.V1)


def counted(texts: Iterable[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """In how many of the texts, each with its language, each word stands; with the lexeme that it is filed under."""
    found: Counter[tuple[str, str]] = Counter()
    for text, language in texts:
        for word in set(_SPELT.findall(fold(text))):
            found.update((word, lexeme) for lexeme in words(word, language)[:1])
        if len(found) > 20 * KEPT:  # what stands once among so many is let go, so that memory stays bounded
            found = Counter(dict(found.most_common(10 * KEPT)))
    return found


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of published rows, the most frequent first; `letters` has a bit for each letter of a word."""

    words: Sequence[str]
    lexemes: frozenset[str]
    letters: npt.NDArray[np.uint64]
    lengths: npt.NDArray[np.int16]

    @classmethod
    def of(cls, pairs: Sequence[tuple[str, str]]) -> "Vocabulary":
        known = [word for word, _lexeme in pairs]
        return cls(
            known,
            frozenset(lexeme for _word, lexeme in pairs) | frozenset(known),
            np.array([_letters(word) for word in known], dtype=np.uint64),
            np.array([len(word) for word in known], dtype=np.int16),
        )

    def nearest(self, word: str) -> str:
        """The word with the fewest errors between, the more frequent of two; "" where none is near."""
        errors = 2 if len(word) >= _TWO_ERRORS_FROM else 1
        apart = np.bitwise_count(self.letters ^ np.uint64(_letters(word)))
        near = np.flatnonzero((apart <= 2 * errors) & (np.abs(self.lengths - len(word)) <= errors))[:COMPARED]
        found = [(distance(word, self.words[place], errors), place) for place in near.tolist()]
        fewest, place = min(found, default=(errors + 1, 0))
        return self.words[place] if fewest <= errors else ""


def _letters(word: str) -> int:
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) % 64)
    return bits


def distance(one: str, other: str, most: int) -> int:
    """How many letters must be put in, left out, replaced or swapped with the next to make one word of the other.

    Anything above `most` is given as `most` + 1.
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        above, before, row = before, row, [place]
        for column, target in enumerate(other, 1):
            least = min(before[column] + 1, row[column - 1] + 1, before[column - 1] + (letter != target))
            if above and column > 1 and letter == other[column - 2] and one[place - 2] == target:
                least = min(least, above[column - 2] + 1)
            row.append(least)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


class _Remembered:
    """The vocabulary that this process knows, and when it read it."""

    vocabulary: Vocabulary | None = None
    read_at = 0.0


def vocabulary() -> Vocabulary:
    """The kept words, read again every five minutes."""
    now = time.monotonic()
    if _Remembered.vocabulary is None or now - _Remembered.read_at > PATIENCE_SECONDS:
        kept = KnownWord.objects.order_by("-rows", "word").values_list("word", "lexeme")
        _Remembered.vocabulary, _Remembered.read_at = Vocabulary.of(list(kept)), now
    return _Remembered.vocabulary


def forget() -> None:
    """Read the words again at the next call."""
    _Remembered.vocabulary = None


def suggestion(query: Query, found: Collection[str]) -> str:
    """The question with its unknown words put right, but for those that were `found`; "" where nothing is near."""
    asked = query.text
    for word in _unknown(query, found):
        nearest = vocabulary().nearest(fold(word))
        asked = asked.replace(word, nearest, 1) if nearest else asked
    return "" if asked == query.text else asked


def _unknown(query: Query, found: Collection[str]) -> list[str]:
    """The first plain words that stand in no published row, in any of their forms."""
    plain = (unit for unit in query.required if len(unit.words) == 1 and not unit.source and unit.text not in found)
    spelt = [unit for unit in plain if _SPELT.fullmatch(unit.text)]
    known = vocabulary().lexemes if spelt else frozenset()
    unknown = (unit.text for unit in spelt if known.isdisjoint({fold(unit.text), *unit.words[0].lexemes}))
    return list(islice(unknown, MOST_WORDS))
