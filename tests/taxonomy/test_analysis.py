"""Analysis of text: what is folded together, what becomes a lexeme, and how well such lexemes find paragraphs."""

import json
import math
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from apps.taxonomy.analysis import fold, words
from apps.taxonomy.detection import detect

# BM25 over PostgreSQL's own stems has en .935 es .928 ru .910 ar .873 tr .888 hi .913 zh .931 th .889 vi .919.
GOALS = {
    "en": 0.940, "es": 0.930, "ru": 0.915, "ar": 0.880, "tr": 0.890, "hi": 0.915, "zh": 0.935, "th": 0.915, "vi": 0.920,
}  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＬＦＰ", "lfp"),
        ("液流電池", "液流电池"),
        ("BATERÍA", "batería"),
        ("الطَّاقَة", "الطاقه"),
        ("إنتاج", "انتاج"),
        ("نیروگاه کوچک", "نيروگاه كوچك"),
        ("تـــخزين", "تخزين"),
        ("फ़्लो", "फ्लो"),
        ("हिन्दी", "हिंदी"),
        ("ячейка твёрдая", "ячейка твердая"),
        ("٢٠٢٦ ۲۰۲۶ २०२६", "2026 2026 2026"),
        ("１００ＭＷ", "100mw"),
    ],
)
def test_variants_of_spelling_are_folded_into_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_the_turkish_dotless_i_is_kept_apart_in_turkish_only() -> None:
    assert fold("ISI", "tr") == "ısı"
    assert fold("ISI", "en") == "isi"


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "flow batteries", "flow battery"),
        ("ru", "системы накопления", "система накоплений"),
        ("ar", "والبطاريات", "البطارية"),
        ("ar", "للوقود", "الوقود"),
        ("pt", "subestacao", "subestação"),
        ("pt", "baterias", "bateria"),
        ("es", "generacion de energia", "generación de energía"),
        ("hi", "परियोजनाओं", "परियोजना"),
        ("fa", "باتری‌ها", "باتری"),
        ("tr", "santralleri", "santrali"),
        ("id", "baterainya", "baterai"),
        ("zh", "儲能系統", "储能系统"),
        ("en", "U.S. grid", "US grid"),
    ],
)
def test_inflected_words_of_a_language_have_one_lexeme(language: str, one: str, other: str) -> None:
    assert words(one, language) == words(other, language)


def test_function_words_are_left_out() -> None:
    assert words("What is the capacity of the battery?", "en") == ["capac", "batteri"]
    assert words("这个项目的储能是什么", "zh") == words("这个项目 储能", "zh")


def test_chinese_becomes_pairs_of_characters_and_its_english_words_are_stemmed() -> None:
    assert words("液流电池 batteries", "zh") == ["液流", "流电", "电池", "batteri"]


def test_combining_marks_do_not_cut_hindi_and_thai_words() -> None:
    assert words("भंडारण", "hi") == ["भंडारण"]
    assert words("ไฟฟ้า", "th") == ["ไฟฟ้า"]


def test_a_number_stands_apart_from_its_unit_and_keeps_its_decimals() -> None:
    assert words("600MW at 3.2V, 1,000 cycles", "en") == ["600", "mw", "3.2", "v", "1,000", "cycl"]


def test_a_lexeme_is_never_longer_than_a_word() -> None:
    assert [len(lexeme) for lexeme in words("x" * 100_000, "en")] == [64]


def test_the_region_of_a_language_tag_makes_no_difference() -> None:
    assert words("baterias de lítio", "pt-BR") == words("baterias de lítio", "pt")


@pytest.mark.parametrize("language", ["xx", "", "am", "ja", "ko"])
def test_any_language_has_a_default_analysis(language: str) -> None:
    assert words("energy ኃይል 蓄電池 에너지", language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hydropower", "en"),
        ("usina solar", "pt"),
        ("планируется строительство солнечной станции", "ru"),
        ("қуат жинақтау жүйесі", "kk"),
        ("система зберігання енергії", "uk"),
        ("محطة طاقة شمسية", "ar"),
        ("نیروگاه خورشیدی", "fa"),
        ("ऊर्जा भंडारण परियोजना", "hi"),
        ("液流电池 BESS", "zh"),
        ("蓄電池システム", "ja"),
        ("pembangkit listrik tenaga air", "id"),
        ("güneş enerjisi santrali", "tr"),
        ("", "en"),
        ("123", "en"),
    ],
)
def test_the_language_of_a_short_text_is_guessed(text: str, language: str) -> None:
    assert detect(text) == language


def test_abbreviations_are_the_same_in_every_language_so_they_are_in_the_readers() -> None:
    assert [detect(text, default="fr") for text in ("LFP", "BESS, PCS 314", "LFP cells for a mine")] == [
        "fr",
        "fr",
        "en",
    ]


def test_a_guess_keeps_to_the_plausible_languages() -> None:
    assert detect("solar", plausible=["es", "ru"]) == "es"


@pytest.mark.parametrize("language", GOALS)
def test_the_lexemes_find_the_paragraph_that_answers(shared_data: Path, language: str) -> None:
    """BM25 hit@1 of 1,190 questions over 240 paragraphs reaches the goal of each language."""
    data = json.loads((shared_data / "xquad" / f"{language}.json").read_text("utf-8"))
    search = _Bm25({item["id"]: words(item["text"], language) for item in data["paragraphs"]})
    hits = sum(search.best(words(item["question"], language)) == item["paragraph"] for item in data["questions"])
    assert round(hits / len(data["questions"]), 3) >= GOALS[language]


class _Bm25:
    def __init__(self, documents: dict[str, list[str]]) -> None:
        self.postings: defaultdict[str, dict[str, float]] = defaultdict(dict)
        mean = sum(map(len, documents.values())) / len(documents)
        for name, lexemes in documents.items():
            for lexeme, count in Counter(lexemes).items():
                self.postings[lexeme][name] = 2.2 * count / (count + 1.2 * (0.25 + 0.75 * len(lexemes) / mean))
        self.size = len(documents)

    def best(self, question: list[str]) -> str | None:
        scores: defaultdict[str, float] = defaultdict(float)
        for lexeme in dict.fromkeys(question):
            found = self.postings.get(lexeme, {})
            rarity = math.log(1 + (self.size - len(found) + 0.5) / (len(found) + 0.5))
            for name, weight in found.items():
                scores[name] += rarity * weight
        return max(scores, key=scores.__getitem__, default=None)
