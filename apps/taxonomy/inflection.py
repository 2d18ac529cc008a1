"""Gentle stems for recognising concepts: they undo number, case, gender and clitics, and no derivation.

Search's stems are too strong here: they make one word of the English wind and winding, of the Portuguese solo and solar.
"""

from __future__ import annotations

from collections.abc import Callable

from apps.taxonomy.stemming import LATIN, SNOWBALL, UNACCENTED, stem, unaccented, without_ending

# Plurals that change the word's inside, as folded; those of the field only.
_BROKEN_PLURALS = {
    "انظمه": "نظام", "مشاريع": "مشروع", "خطوط": "خط", "خلايا": "خليه", "مواد": "ماده", "الواح": "لوح", "ابراج": "برج",
    "سدود": "سد", "معادن": "معدن", "انابيب": "انبوب", "اجهزه": "جهاز", "مصانع": "مصنع", "مراكز": "مركز", "مصادر": "مصدر",
    "حقول": "حقل", "مناجم": "منجم", "مزارع": "مزرعه", "رقائق": "رقيقه", "اسلاك": "سلك", "عواكس": "عاكس", "شواحن": "شاحن",
    "اغشيه": "غشاء", "مفاعلات": "مفاعل", "وسائل": "وسيله", "افران": "فرن", "حلول": "حل",
}  # fmt: skip
_ARABIC_ENDINGS = ("تين", "تان", "ات", "ين", "ون", "ان", "ه")
_CLITICS = ("", "و", "ف")
_PREPOSITIONS = ("", "ب", "ك", "ل")


def _english(word: str) -> tuple[str, ...]:
    if word.endswith("ies") and len(word) > 4:
        return (f"{word[:-3]}y",)
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return (word[:-2],)
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return (word[:-1],)
    return (word,)


def _french(word: str) -> tuple[str, ...]:
    word = f"{word[:-3]}al" if word.endswith("aux") and not word.endswith("eaux") and len(word) > 5 else word
    if len(word) > 4:
        word = without_ending(word, ("s", "x"), keep=3)
        word = without_ending(word, ("e",), keep=4)
        word = word[:-1] if word[-1] == word[-2] and word[-1] in "nlt" else word
    return (word,)


def _spanish(word: str) -> tuple[str, ...]:
    if len(word) < 5:
        return (word,)
    if word.endswith("ces"):
        return (f"{word[:-3]}z",)
    return (without_ending(word, ("os", "as", "es", "o", "a", "e"), keep=3),)


def _portuguese(word: str) -> tuple[str, ...]:
    if len(word) < 4:
        return (word,)
    for plural, singular in (("oes", "ao"), ("aes", "ao"), ("ais", "al"), ("eis", "el"), ("ois", "ol"), ("uis", "ul"), ("ns", "m")):
        if word.endswith(plural):
            return (word.removesuffix(plural) + singular,)
    word = without_ending(word, ("res", "zes"), keep=2) + word[-3] if word.endswith(("res", "zes")) else word.removesuffix("s")
    return (without_ending(word, ("o", "a", "e"), keep=3),) if not word.endswith("ao") else (word,)


def _indonesian(word: str) -> tuple[str, ...]:
    return (word, without_ending(word, ("nya", "lah", "kah"), keep=4))


def _russian(word: str) -> tuple[str, ...]:
    """Also the fleeting vowel of the genitive plural: ячеек is of ячейка, установок of установка."""
    found = stem(word, "ru")
    if word.endswith("еек"):
        return (found, f"{word[:-3]}ейк")
    return (found, f"{word[:-2]}к") if word.endswith("ок") and len(word) > 5 else (found,)


def _arabic_ending(word: str) -> str:
    word = _BROKEN_PLURALS.get(word, word)
    word = without_ending(word, ("ها", "هم"), keep=4)
    return without_ending(word, _ARABIC_ENDINGS, keep=3)


def _arabic(word: str) -> tuple[str, ...]:
    """The word without its article, then also without the conjunctions and prepositions that may be glued to it."""
    found = []
    for prefix in [clitic + preposition for clitic in _CLITICS for preposition in _PREPOSITIONS]:
        if word.startswith(prefix) and len(word) - len(prefix) >= 3:
            bare = word[len(prefix) :]
            article = "ال" if bare.startswith("ال") else "ل" if prefix.endswith("ل") and bare.startswith("ل") else ""
            found.append(_arabic_ending(bare[len(article) :] if len(bare) - len(article) >= 3 else bare))
    return tuple(dict.fromkeys(found)) or (word,)


def _persian(word: str) -> tuple[str, ...]:
    """Plurals of ها, written joined, apart or with a half space; also the indefinite or ezafe ی."""
    bare = without_ending(word.replace(" ", ""), ("هايي", "هاي", "ها"), keep=3)
    return (bare, without_ending(bare, ("ي",), keep=4))


_GENTLE: dict[str, Callable[[str], tuple[str, ...]]] = {
    "ar": _arabic, "en": _english, "es": _spanish, "fa": _persian, "fr": _french, "id": _indonesian, "pt": _portuguese, "ru": _russian,
}  # fmt: skip


def base_forms(word: str, language: str) -> tuple[str, ...]:
    """What a folded word may be an inflection of, likeliest first; the first is also the form that labels are kept under."""
    if word.isascii() and language not in LATIN:
        return (word,)
    if language in UNACCENTED:
        word = unaccented(word)
    if language in _GENTLE:
        return _GENTLE[language](word)
    return (stem(word, language),) if language in SNOWBALL else (word,)
