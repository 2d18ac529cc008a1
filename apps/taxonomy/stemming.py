"""Stems of words: strong ones for search, and gentle ones, that undo inflection only, for recognising concepts."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache

import Stemmer

SNOWBALL = {
    "de": "german", "en": "english", "es": "spanish", "fa": "persian", "fr": "french", "hi": "hindi",
    "id": "indonesian", "it": "italian", "ms": "indonesian", "nl": "dutch", "pt": "portuguese", "ru": "russian",
    "tr": "turkish",
}  # fmt: skip
# Languages whose readers leave out accents when they type; elsewhere (vi, tr, de) an accent makes another letter.
UNACCENTED = frozenset({"en", "es", "fr", "id", "it", "ms", "pt"})
_ARABIC_ENDINGS = ("ها", "هم", "ان", "ات", "ون", "ين", "وا", "يه", "ه", "ي", "ا")


@cache
def _snowball(language: str) -> Callable[[str], str]:
    algorithm = Stemmer.Stemmer(SNOWBALL[language], 0)  # no cache of its own: `_Lexemes` remembers
    return algorithm.stemWord  # type: ignore[no-any-return]


def unaccented(word: str) -> str:
    if word.isascii():
        return word
    return "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))


def without_ending(word: str, endings: tuple[str, ...], *, keep: int) -> str:
    """The word without the first of the endings that leaves at least `keep` letters."""
    return next((word[: -len(end)] for end in endings if word.endswith(end) and len(word) - len(end) >= keep), word)


def _arabic(word: str) -> str:
    """Articles and the clitics و ب ل off the front until none is left (so that الوقود and وقود meet), then endings."""
    while True:
        if word.startswith(("ال", "لل")) and len(word) >= 5:
            word = word[2:]
        elif word[:1] in {"و", "ب", "ل"} and len(word) >= 4:
            word = word[1:]
        else:
            break
    for ending in _ARABIC_ENDINGS:
        word = without_ending(word, (ending,), keep=2)
    return word


def _russian(word: str) -> str:
    """Twice over, because системы leaves систем and систем leaves сист."""
    stem_once = _snowball("ru")
    return stem_once(stem_once(word))


def _turkish(word: str) -> str:
    """The possessive endings that Snowball leaves on: santrali and santral, enerjisi and enerji."""
    word = without_ending(_snowball("tr")(word), ("s",), keep=4)
    return without_ending(word, ("ı", "i", "u", "ü"), keep=4)


def _spanish(word: str) -> str:
    """Generación as typed without its accent meets the word with it, and so does energia."""
    if word.endswith("cion"):
        word = f"{word[:-2]}ón"
    return without_ending(unaccented(_snowball("es")(word)), ("i",), keep=4)


def _portuguese(word: str) -> str:
    for bare, accented in (("cao", "ção"), ("coes", "ções")):
        if word.endswith(bare):
            word = word.removesuffix(bare) + accented
    return unaccented(_snowball("pt")(word))


_OWN: dict[str, Callable[[str], str]] = {
    "ar": _arabic,
    "es": _spanish,
    "pt": _portuguese,
    "ru": _russian,
    "tr": _turkish,
}


def stem(word: str, language: str) -> str:
    """The stem under which search files a folded word; a Latin word in a text of another script counts as English."""
    if word.isascii() and language not in LATIN:
        language = "en"
    if language in _OWN:
        return _OWN[language](word)
    if language not in SNOWBALL:
        return word
    found = _snowball(language)(word)
    return unaccented(found) if language in UNACCENTED else found


LATIN = UNACCENTED | {"de", "nl", "tr", "vi", "sw", "uz", "az", "pl", "cs", "ro", "sv", "da", "no", "fi", "hu"}
