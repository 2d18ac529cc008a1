"""Analysis of text: folding of spelling variants and the lexemes under which search stores and looks up.

The choices per language were measured as BM25 hit@1 on XQuAD (see `tests/taxonomy/test_analysis.py`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import chain, pairwise

import opencc
import regex

from apps.reference.rules import primary
from apps.taxonomy.function_words import CUT_OUT, FUNCTION_WORDS
from apps.taxonomy.stemming import stem

# Scripts without spaces between words: Han with kana, Hangul (whose particles are glued on), those of South-East Asia.
IDEOGRAPHS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}ー"
CLUSTERED = r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_TOKEN = regex.compile(
    rf"[{IDEOGRAPHS}]+|[{CLUSTERED}]+|\p{{N}}+(?:[.,]\p{{N}}+)*|[[\p{{L}}\p{{M}}]--[{IDEOGRAPHS}{CLUSTERED}]]+",
    regex.V1,
)
# Where texts may have characters of such scripts, or some beyond the basic plane.
MAY_BE_SOLID = re.compile("[\u0e00-\u1cff\u2e80-\ud7ff\uf900-\ufaff\U00010000-\U0010ffff]")


def _basic(of: str) -> str:
    """The ranges of the basic plane's characters of a class; `re` finds these three times as quickly as `regex` does."""
    runs = regex.findall(f"[{of}]+", "".join(map(chr, (*range(0xD800), *range(0xE000, 0x10000)))))
    return "".join(f"{re.escape(run[0])}-{re.escape(run[-1])}" for run in runs)


LETTERS, NUMBERS = _basic(r"\p{L}\p{M}"), _basic(r"\p{N}")
_SPACED_TOKEN = re.compile(f"[{NUMBERS}]+(?:[.,][{NUMBERS}]+)*|[{LETTERS}]+")
# A leading vowel belongs to the consonant after it, a following one to the consonant before it.
_CLUSTER = regex.compile(r"[เ-ไເ-ໄ]?\X[ะาๅๆะາ]?")
_IDEOGRAPH_RUN = regex.compile(rf"[{IDEOGRAPHS}]")
_CLUSTERED_RUN = regex.compile(rf"[{CLUSTERED}]")
_ABBREVIATION = regex.compile(r"(?<=\b\p{L})\.(?=\p{L}\b)")
_NASAL = regex.compile(r"[ङञणनम]्(?=[क-ह])")
_DOTTED_I = str.maketrans({"I": "ı", "İ": "i"})
TURKIC = frozenset({"tr", "az"})
LONGEST = 64  # characters of a lexeme: PostgreSQL takes 2,046 bytes, and no word is longer
REMEMBERED = 200_000  # tokens kept per language before the memory is emptied


def _letter_variants() -> dict[int, str | None]:
    """Arabic and Persian letters to one form, marks and joiners away, nukta away, ё to е, every digit to ASCII."""
    arabic = {"ا": "أإآٱ", "ي": "ىیېےئ", "و": "ؤ", "ه": "ةۀہھە", "ك": "کڪ"}
    table: dict[int, str | None] = {ord(variant): letter for letter, variants in arabic.items() for variant in variants}
    table |= dict.fromkeys([0x640, 0x670, *range(0x610, 0x61B), *range(0x64B, 0x660)], None)
    table |= {0x200C: " ", 0x200D: None, 0xAD: None, 0xFEFF: None, 0x93C: None, 0x901: "\u0902", ord("ё"): "е"}
    digits = (code for code in range(0x80, 0x20000) if unicodedata.category(chr(code)) == "Nd")
    return table | {code: str(unicodedata.digit(chr(code))) for code in digits}


def _simplified() -> dict[int, str | None]:
    """Traditional characters to simplified ones, one by one, as OpenCC has them."""
    traditional = [chr(code) for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))]
    simplified = opencc.OpenCC("t2s").convert("\n".join(traditional)).split("\n")
    return {ord(old): new for old, new in zip(traditional, simplified, strict=True) if old != new}


@lru_cache(maxsize=1)
def _table() -> dict[int, str | None]:
    return _letter_variants() | _simplified()


def one_width(text: str) -> str:
    """Characters in their usual form: full width, ligatures and squared units ("㎿") taken apart."""
    return unicodedata.normalize("NFKC", text)


def fold(text: str, language: str = "") -> str:
    """One spelling of what people write in several: width, case, letter variants, traditional characters."""
    text = one_width(text)
    if language in TURKIC:
        text = text.translate(_DOTTED_I)
    text = text.casefold()
    if text.isascii():
        return text
    text = text.translate(_table())
    return _NASAL.sub("ं", text) if "्" in text else text


def pairs(units: list[str]) -> list[str]:
    """Overlapping pairs of characters, or the lone one."""
    return [first + second for first, second in pairwise(units)] or units


class _Lexemes(dict[str, tuple[str, ...]]):
    """Remembers what a token becomes in a language: nothing for a function word, otherwise its stem."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language
        self.dropped = {fold(word, language) for word in FUNCTION_WORDS.get(language, ())}
        cut_out = CUT_OUT.get(language)
        self.cut_out = regex.compile(fold(cut_out)) if cut_out else None

    def __missing__(self, token: str) -> tuple[str, ...]:
        if _IDEOGRAPH_RUN.match(token):
            return tuple(self._run(token, list))
        if _CLUSTERED_RUN.match(token):
            return tuple(self._run(token, _CLUSTER.findall))
        if len(self) >= REMEMBERED:
            self.clear()
        lexeme = "" if token in self.dropped else stem(token, self.language)[:LONGEST]
        lexemes = self[token] = (lexeme,) if lexeme else ()
        return lexemes

    def _run(self, run: str, cut: Callable[[str], list[str]]) -> Iterator[str]:
        for part in self.cut_out.split(run) if self.cut_out else [run]:
            yield from (pair[:LONGEST] for pair in pairs(cut(part)))


@lru_cache(maxsize=64)
def _lexemes(language: str) -> _Lexemes:
    return _Lexemes(language)


def words(text: str, language: str) -> list[str]:
    """The lexemes of a text in reading order, the same for what is stored and what is asked.

    Words are stemmed, function words left out; Chinese, Japanese and Korean become pairs of characters, Thai and its
    neighbours pairs of clusters. A number keeps its decimals and stands apart from its unit; U.S. is us.
    """
    language = primary(language)
    lexemes = _lexemes(language)
    text = fold(text, language)
    text = _ABBREVIATION.sub("", text) if "." in text else text
    tokens = (_TOKEN if MAY_BE_SOLID.search(text) else _SPACED_TOKEN).findall(text)
    return list(chain.from_iterable(map(lexemes.__getitem__, tokens)))
