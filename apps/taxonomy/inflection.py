"""Gentle stems for recognising concepts: they undo number, case, gender and clitics, and no derivation.

Search's stems are too strong here: they make one word of the English wind and winding, of the Russian метан and металл.
Where an ending can be read in several ways, every reading is given; the labels decide which one is a word of the field.
"""

from __future__ import annotations

from collections.abc import Callable

import regex

from apps.taxonomy.stemming import LATIN, SNOWBALL, UNACCENTED, stem, unaccented, without_ending

Forms = tuple[str, ...]

# Plurals that change the word's inside, as folded; those of the field only.
_BROKEN_PLURALS = {
    "انظمه": "نظام", "مشاريع": "مشروع", "خطوط": "خط", "خلايا": "خليه", "مواد": "ماده", "الواح": "لوح",
    "ابراج": "برج", "سدود": "سد", "معادن": "معدن", "انابيب": "انبوب", "اجهزه": "جهاز", "مصانع": "مصنع",
    "مراكز": "مركز", "مصادر": "مصدر", "حقول": "حقل", "مناجم": "منجم", "مزارع": "مزرعه", "رقائق": "رقيقه",
    "اسلاك": "سلك", "عواكس": "عاكس", "شواحن": "شاحن", "اغشيه": "غشاء", "وسائل": "وسيله", "افران": "فرن",
    "حلول": "حل",
}  # fmt: skip
_ARABIC_ENDINGS = ("تين", "تان", "ات", "ين", "ون", "ان", "ه")
_ARABIC_PREFIXES = ("", "ب", "ك", "ل", "و", "وب", "وك", "ول", "ف", "فب", "فك", "فل")
_RUSSIAN_ENDINGS = (
    "ыми", "ими", "ого", "его", "ому", "ему", "ами", "ями", "ой", "ей", "ый", "ий", "ая", "яя", "ое", "ее", "ые", "ие",
    "ым", "им", "ом", "ем", "ую", "юю", "ою", "ею", "ых", "их", "ов", "ев", "ах", "ях", "ам", "ям",
    "а", "я", "о", "е", "и", "ы", "у", "ю", "ь", "й",
)  # fmt: skip
_AFTER_I = regex.compile(r"(.{2,}и)(?:ями|ях|ям|ем|ей|й|я|е|ю|и)")
_FLEETING = regex.compile(r"(.{2,}[бвгджзклмнпрстфхцчшщй])[ео]([бвгджзклмнпрстфхцчшщ])ь?")
_HINDI = (
    ("ियों", ("ी",)), ("ियां", ("ी",)), ("ाओं", ("ा",)), ("ाएं", ("ा",)), ("ुओं", ("ु",)),
    ("ों", ("", "ा")), ("ें", ("",)), ("े", ("ा",)),
)  # fmt: skip


def _english(word: str) -> Forms:
    if word.endswith("ies") and len(word) > 4:
        return (f"{word[:-3]}y",)
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return (word[:-2],)
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return (word[:-1],)
    return (word,)


def _french(word: str) -> Forms:
    word = f"{word[:-3]}al" if word.endswith("aux") and not word.endswith("eaux") and len(word) > 5 else word
    if len(word) > 4:
        word = without_ending(word, ("s", "x"), keep=3)
        word = without_ending(word, ("e",), keep=4)
        word = word[:-1] if word[-1] == word[-2] and word[-1] in "nlt" else word
    return (word,)


def _gendered(word: str) -> str:
    """Eólico and eólica as one, but carbono apart from carbón."""
    return f"{word[:-1]}o" if word.endswith("a") and len(word) > 4 else word


def _spanish(word: str) -> Forms:
    if not word.endswith("s") or len(word) < 5:
        return (f"{word[:-1]}c" if word.endswith("z") else _gendered(word),)  # voz, voces
    return (word[:-2], word[:-1]) if word.endswith("es") else (_gendered(word[:-1]),)


def _portuguese(word: str) -> Forms:
    if not word.endswith("s") or len(word) < 4:
        return (_gendered(word),)
    for plural, singular in (
        ("oes", "ao"),
        ("aes", "ao"),
        ("ais", "al"),
        ("eis", "el"),
        ("ois", "ol"),
        ("uis", "ul"),
        ("ns", "m"),
    ):
        if word.endswith(plural):
            return (word.removesuffix(plural) + singular, word[:-1])
    return (word[:-2], word[:-1]) if word.endswith(("res", "zes", "ses")) else (_gendered(word[:-1]),)


def _indonesian(word: str) -> Forms:
    return (word, without_ending(word, ("nya", "lah", "kah"), keep=4))


def _russian(word: str) -> Forms:
    """Nouns in -ий, -ия, -ие keep their и; adjectives after к г х ж ч ш щ, which look alike in some cases, do not."""
    found = []
    if match := _AFTER_I.fullmatch(word):
        found.append(match[1])
    found.append(without_ending(word, _RUSSIAN_ENDINGS, keep=3))
    if word.endswith(("ий", "ие")) and word[-3:-2] in "кгхжчшщ":
        found.reverse()
    found.append(word.removesuffix("й"))
    if match := _FLEETING.fullmatch(word):
        found.append(match[1] + match[2])
    return (*found, f"{word[:-3]}ейк") if word.endswith("еек") else tuple(found)


def _arabic(word: str) -> Forms:
    """The word without its article, then also without the conjunctions and prepositions that may be glued to it."""
    found = []
    for prefix in _ARABIC_PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= 3:
            bare = word[len(prefix) :]
            article = "ال" if bare.startswith("ال") else "ل" if prefix.endswith("ل") and bare.startswith("ل") else ""
            found.append(_arabic_ending(bare[len(article) :] if len(bare) - len(article) >= 3 else bare))
    return tuple(dict.fromkeys(found)) or (word,)


def _arabic_ending(word: str) -> str:
    word = without_ending(word, ("ها", "هم"), keep=4)
    return without_ending(_BROKEN_PLURALS.get(word, word), _ARABIC_ENDINGS, keep=3)


def _persian(word: str) -> Forms:
    """Plurals of ها, written joined; also the indefinite or ezafe ی."""
    bare = without_ending(word, ("هايي", "هاي", "ها"), keep=3)
    return (bare, without_ending(bare, ("ي",), keep=4))


def _hindi(word: str) -> Forms:
    """Oblique and plural: बैटरियों of बैटरी, परियोजनाओं of परियोजना, कोयले of कोयला."""
    readings = next(
        (tuple(word.removesuffix(end) + last for last in lasts) for end, lasts in _HINDI if word.endswith(end)), ()
    )
    return (word, *readings) if len(word) > 3 else (word,)


_GENTLE: dict[str, Callable[[str], Forms]] = {
    "ar": _arabic, "en": _english, "es": _spanish, "fa": _persian, "fr": _french, "hi": _hindi, "id": _indonesian,
    "pt": _portuguese, "ru": _russian,
}  # fmt: skip


def base_forms(word: str, language: str) -> Forms:
    """What a folded word may be an inflection of, likeliest first."""
    if word.isascii() and language not in LATIN:
        return (word,)
    if language in UNACCENTED:
        word = unaccented(word)
    if language in _GENTLE:
        return _GENTLE[language](word)
    return (stem(word, language),) if language in SNOWBALL else (word,)


def label_forms(word: str, language: str) -> Forms:
    """The forms under which a label's own word, which stands in its base form, is found again."""
    return base_forms(word, language) if language == "ru" else base_forms(word, language)[:1]
