"""Which language a text is in: its script first, then statistics over the languages plausible in that script."""

from __future__ import annotations

from collections.abc import Collection

import py3langid
import regex

_LOOKED_AT = 2000  # characters are enough to decide
# A script and the languages written in it that are met here, likeliest first; an ideograph says as much as two letters.
_SCRIPTS: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("Latin", 1, ("en", "pt", "fr", "es", "id", "vi", "tr", "de", "it", "sw", "uz")),
    ("Han", 2, ("zh",)),
    ("Cyrillic", 1, ("ru", "uk", "kk", "uz")),
    ("Arabic", 1, ("ar", "fa", "ur")),
    ("Devanagari", 1, ("hi", "mr", "ne")),
    ("Thai", 1, ("th",)),
    ("Hangul", 2, ("ko",)),
    ("Ethiopic", 1, ("am",)),
    ("Bengali", 1, ("bn",)),
    ("Greek", 1, ("el",)),
    ("Hebrew", 1, ("he",)),
    ("Khmer", 1, ("km",)),
    ("Lao", 1, ("lo",)),
    ("Myanmar", 1, ("my",)),
    ("Tamil", 1, ("ta",)),
    ("Georgian", 1, ("ka",)),
    ("Armenian", 1, ("hy",)),
)
_LETTERS = [(regex.compile(rf"\p{{{script}}}"), weight, languages) for script, weight, languages in _SCRIPTS]
# What a language has in its favour before a word is read (log-likelihood): enough for a word, not for a sentence.
_MET_OFTEN = dict.fromkeys(("en", "ru", "pt", "ar", "fr", "es", "fa", "id", "hi"), 4.0)
_DEFAULT_FAVOUR = 3.0
# LFP, PCS, 314: such words are the same in every language.
_ABBREVIATIONS = regex.compile(r"[^\p{L}\p{N}]*(?>[\p{Lu}\p{N}]{1,5}(?![\p{L}\p{N}])[^\p{L}\p{N}]*)+")
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")


def candidates(text: str) -> tuple[str, ...]:
    """The languages that a text may be in by its script, likeliest first; none where it has no letters."""
    text = text[:_LOOKED_AT]
    if _KANA.search(text):
        return ("ja",)
    counts = [(len(letters.findall(text)) * weight, languages) for letters, weight, languages in _LETTERS]
    most, languages = max(counts, key=lambda count: count[0])
    return languages if most else ()


def detect(text: str, plausible: Collection[str] = (), default: str = "en") -> str:
    """The primary subtag of the text's language, out of these ones if any of them fits the script; `default` in doubt."""
    possible = candidates(text)
    if not possible:
        return default
    named = tuple(language for language in possible if language in plausible) or possible
    return named[0] if len(named) == 1 else _likeliest(text[:_LOOKED_AT], named, default)


def _likeliest(text: str, languages: tuple[str, ...], default: str) -> str:
    if default in languages and _ABBREVIATIONS.fullmatch(text):
        return default
    scores = {
        language: score + _MET_OFTEN.get(language, 0.0)
        for language, score in py3langid.rank(text)
        if language in languages
    }
    if default in scores:
        scores[default] += _DEFAULT_FAVOUR
    return max(scores, key=scores.__getitem__, default=languages[0])
