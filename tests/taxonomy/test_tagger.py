"""The tagger: which concepts it finds in which words of which language."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.taxonomy.analysis import words
from apps.taxonomy.detection import detect
from apps.taxonomy.scheme import Scheme
from apps.taxonomy.tagger import Tagger
from tests.taxonomy.conftest import concept


def found(tagger: Tagger, text: str, language: str) -> list[tuple[str, str]]:
    """(concept, the words of the text) of each tag."""
    return [(tag.concept, text[tag.start : tag.end]) for tag in tagger.tag(text, language)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "coal-fired power plants", ["coal-power"]),
        ("ru", "строительство гидроэлектростанций", ["hydropower"]),
        ("ru", "с солнечными электростанциями", ["solar"]),
        ("ru", "ванадиевых проточных батарей", ["vanadium-flow"]),
        ("ru", "литий-ионными аккумуляторами", ["lithium-ion"]),
        ("ru", "подстанций и линий электропередачи", ["substation", "transmission-line"]),
        ("ar", "والبطاريات", ["electrochemical-storage"]),
        ("ar", "لمحطات الطاقة الشمسية", ["solar"]),
        ("ar", "وبطاريات التدفق بالفاناديوم", ["vanadium-flow"]),
        ("ar", "أنظمة تخزين الطاقة بالبطاريات", ["battery-energy-storage-system"]),
        ("pt", "usinas hidrelétricas", ["hydropower"]),
        ("pt", "baterias de íons de lítio e subestações", ["lithium-ion", "substation"]),
        ("es", "centrales hidroeléctricas y parques eólicos", ["hydropower", "wind"]),
        ("fr", "des batteries lithium-ion et parcs éoliens", ["lithium-ion", "wind"]),
        ("hi", "लिथियम-आयन बैटरियों में", ["lithium-ion"]),
        ("hi", "कोयले से", ["coal-power"]),
        ("fa", "باتری‌های لیتیوم‌یون", ["lithium-ion"]),
        ("fa", "نیروگاههای بادی", ["wind"]),
        ("id", "baterainya", ["electrochemical-storage"]),
    ],
)
def test_inflected_words_are_recognised(tagger: Tagger, language: str, text: str, expected: list[str]) -> None:
    assert [tag.concept for tag in tagger.tag(text, language)] == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("zh", "采购314Ah电芯和储能变流器", ["large-format-cell", "pcs"]),
        ("zh", "磷酸铁价格与铁锂电池", ["iron-phosphate", "lfp"]),
        ("zh", "全氟己酮灭火与细水雾系统", ["clean-agent", "water-mist"]),
        ("ru", "поставка УЗИП и КРУЭ", ["surge-protection", "gas-insulated-switchgear"]),
        ("ru", "монтаж СОТИ АССО и АИИС КУЭ", ["grid-telemetry", "energy-metering"]),
        ("ru", "литий-ионных ячеек в призматических аккумуляторах", ["lithium-ion", "prismatic-cell"]),
        ("en", "PVDF binder and NMP recovery", ["binder", "solvent-recovery"]),
        ("en", "UL 9540A and UL 9540 reports", ["fire-testing", "type-testing"]),
        ("en", "PPA with a green bond", ["power-purchase-agreement", "green-bond"]),
        ("pt", "disjuntores e fusíveis", ["circuit-breaker", "fuse"]),
        ("es", "baterías de plomo-ácido VRLA", ["lead-acid", "vrla"]),
        ("fr", "compensateurs synchrones et parafoudres", ["synchronous-condenser", "surge-protection"]),
        ("ar", "قواطع التيار وخلايا شمسية", ["solar-cell"]),
        ("fa", "سلول‌های استوانه‌ای", ["cylindrical-cell"]),
        ("id", "PLTS atap dan PLTMH", ["rooftop-solar", "small-hydro"]),
        ("hi", "पाउच सेल और सर्किट ब्रेकर", ["pouch-cell", "circuit-breaker"]),
        ("vi", "pin dòng chảy vanadi", ["vanadium-flow"]),
        ("th", "แบตเตอรี่ลิเธียมไอออน", ["lithium-ion"]),
        ("tr", "lityum iyon batarya", ["lithium-ion"]),
        ("tr", "IGBT ve iki IoT cihazı", ["power-semiconductor", "internet-of-things"]),
        ("kk", "литий-ионды аккумулятор", ["lithium-ion"]),
        ("uz", "energiya saqlash tizimi", ["storage-systems"]),
        ("sw", "mfumo wa kuhifadhi nishati", ["storage-systems"]),
    ],
)
def test_the_words_of_the_trade_are_recognised(tagger: Tagger, language: str, text: str, expected: list[str]) -> None:
    assert [tag.concept for tag in tagger.tag(text, language)] == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Please refer to the plant line of our station; we are committed to the project and refuse delays."),
        ("es", "Un lugar seguro para el suministro, con una entrega segura en cada paso."),
        ("pt", "O fornecimento é seguro e a equipe local atende bem."),
        ("fr", "La prochaine étape est sûre, la ligne est ouverte et le lieu est calme."),
        ("ru", "Мы работаем на рынке двадцать лет и ценим надёжных партнёров."),
        ("zh", "我们公司成立于二〇〇三年，欢迎来电洽谈。"),
        ("tr", "Hangi yıl, ne zaman ve nerede? Bizim ekip ilk gün işe geldi."),
        ("id", "Perusahaan kami berdiri sejak lama dan melayani pelanggan dengan baik."),
    ],
)
def test_everyday_words_name_no_concept(tagger: Tagger, language: str, text: str) -> None:
    assert tagger.concepts(text, language) == {}


@pytest.mark.parametrize("text", ["akış pilleri", "akış pilinin", "Akış Pillerinden"])
def test_turkish_suffixes_are_recognised_once_a_scheme_has_turkish_labels(text: str) -> None:
    scheme = Scheme("", (concept("flow-battery", ("tr", "akış pili")),))
    assert [tag.concept for tag in Tagger(scheme).tag(text, "tr")] == ["flow-battery"]


@pytest.mark.parametrize("text", ["全钒液流电池", "全釩液流電池", "採用全釩液流電池系統的項目"])
def test_simplified_and_traditional_chinese_are_one(tagger: Tagger, text: str) -> None:
    assert "vanadium-flow" in tagger.concepts(text, "zh")


@pytest.mark.parametrize("text", ["LFP", "ＬＦＰ", "280Ah的LFP电芯", "LiFePO4", "LiFePO₄", "lfp"])
@pytest.mark.parametrize("language", ["en", "zh-Hans", "ar", "ru", "vi", "xx"])
def test_abbreviations_are_recognised_in_every_language_and_width(tagger: Tagger, text: str, language: str) -> None:
    assert "lfp" in tagger.concepts(text, language)


def test_arabic_and_persian_letter_variants_are_one(tagger: Tagger) -> None:
    assert tagger.concepts("باتري", "fa") == tagger.concepts("باتری", "fa") != {}
    assert tagger.concepts("بطّارِيَّة", "ar") == tagger.concepts("بطارية", "ar") != {}


@pytest.mark.parametrize("text", ["600MW hydropower", "hydro-power plant", "Hydropower", "the hydropower/solar site"])
def test_numbers_hyphens_and_case_hide_nothing(tagger: Tagger, text: str) -> None:
    assert "hydropower" in tagger.concepts(text, "en")


def test_the_longest_label_wins(tagger: Tagger) -> None:
    assert found(tagger, "a vanadium flow battery", "en") == [("vanadium-flow", "vanadium flow battery")]
    assert found(tagger, "a flow battery", "en") == [("flow-battery", "flow battery")]


def test_a_full_stop_or_comma_ends_a_label(tagger: Tagger) -> None:
    assert "vanadium-flow" not in tagger.concepts("We mine vanadium. Flow battery makers buy it.", "en")


def test_offsets_point_into_the_original_text(tagger: Tagger) -> None:
    text = "采购 ＬＦＰ 電池，配 600MW hydropower plants。"
    assert [pair for pair in found(tagger, text, "zh") if pair[0] in {"lfp", "hydropower"}] == [
        ("lfp", "ＬＦＰ"),
        ("hydropower", "hydropower plants"),
    ]


def test_english_labels_are_recognised_in_any_language(tagger: Tagger) -> None:
    for language in ("zh", "ar", "hi", "vi", "ru"):
        assert "wind" in tagger.concepts("wind farms", language)


def test_labels_of_other_languages_are_recognised_in_a_text_of_one(tagger: Tagger) -> None:
    assert "hydropower" in tagger.concepts("the new 水电站 on the river", "en")
    assert "hydropower" in tagger.concepts("PLTA on Sumatra", "en")


def test_a_short_word_is_not_taken_for_another_languages_label() -> None:
    scheme = Scheme(
        "",
        (
            concept("pumped-hydro", ("fr", "STEP")),
            concept("power-grid", ("es", "red")),
            concept("coal", ("es", "carbón")),
        ),
    )
    tagger = Tagger(scheme)
    assert tagger.concepts("the next step is a red line for carbon", "en") == {}
    assert tagger.concepts("STEP", "en") == {"pumped-hydro": 1.0}
    assert tagger.concepts("la red", "es") == {"power-grid": 1.0}


def test_a_short_abbreviation_needs_its_capitals_in_running_text_but_not_in_a_query() -> None:
    tagger = Tagger(Scheme("", (concept("manufacturing-execution-system", ("es", "MES")),)))
    assert (
        tagger.concepts("Entrega en tres meses; cada mes un lote, y el primer mes el prototipo con sus ensayos", "es")
        == {}
    )
    assert tagger.concepts("Sistema MES", "es") == {"manufacturing-execution-system": 1.0}
    assert tagger.concepts("mes", "es") == {"manufacturing-execution-system": 1.0}


def test_words_that_only_look_related_are_not_taken_for_a_concept(tagger: Tagger) -> None:
    assert tagger.concepts("transformer winding", "en").keys() == {"transformer"}
    assert tagger.concepts("металл и ветеран, и", "ru") == {}
    assert tagger.concepts("o solo e o sol", "pt") == {}
    assert "coal-power" not in tagger.concepts("emisiones de carbono", "es")


def test_an_ambiguous_label_weighs_half_for_each_concept() -> None:
    scheme = Scheme(
        "", (concept("a", ("en", "twin")), concept("b", ("en", "second"), ("en", "twin"))), (), (("en", "twin"),)
    )
    assert Tagger(scheme).concepts("one twin", "en") == {"a": 0.5, "b": 0.5}
    assert {tag.weight for tag in Tagger(scheme).tag("one twin", "en")} == {0.5}


def test_weights_add_up_over_a_text(tagger: Tagger) -> None:
    assert tagger.concepts("Hydropower, hydropower and wind power", "en") == {"hydropower": 2.0, "wind": 1.0}


def test_a_deprecated_concept_is_no_longer_found() -> None:
    one = concept("old", ("en", "telegraph"))
    assert Tagger(Scheme("", (one,))).concepts("telegraph", "en")
    assert not Tagger(Scheme("", (replace(one, deprecated=True),))).concepts("telegraph", "en")


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud7ff", "ー", "ـ", "َ", "\u200c", "🔋" * 50, "a" * 100_000, "ﷺ½㎿"])
def test_odd_texts_are_tagged_without_an_error(tagger: Tagger, text: str) -> None:
    for language in ("en", "zh", "ar", "fa", "xx"):
        assert isinstance(tagger.tag(text, language), list)


def test_naughty_strings_are_tagged_and_analysed_without_an_error(tagger: Tagger, shared_data: Path) -> None:
    for text in json.loads((shared_data / "naughty_strings.json").read_text("utf-8")):
        for language in ("en", "ar", "hi", "xx"):
            assert all(0 <= tag.start < tag.end <= len(text) for tag in tagger.tag(text, language))
            assert all(0 < len(lexeme) <= 64 for lexeme in words(text, language))
        assert detect(text)


@given(
    st.lists(st.sampled_from(["a", "b", "c", "abc", "x", "."]), max_size=12),
    st.lists(st.text("abc", min_size=1, max_size=4)),
)
def test_every_text_gives_the_leftmost_longest_labels(tokens: list[str], labels: list[str]) -> None:
    """Held against the plain definition: at each token the longest label that starts there, then on behind it."""
    texts = list(dict.fromkeys(" ".join(label) for label in labels))
    scheme = Scheme("", tuple(concept(f"c{number}", ("en", text)) for number, text in enumerate(texts)))
    known, expected, place = {tuple(text.split()) for text in texts}, [], 0
    while place < len(tokens):
        longest = next((size for size in range(4, 0, -1) if tuple(tokens[place : place + size]) in known), 0)
        expected += [" ".join(tokens[place : place + longest])] if longest else []
        place += max(longest, 1)
    text = " ".join(tokens)
    assert [text[tag.start : tag.end] for tag in Tagger(scheme).tag(text, "en")] == expected


def test_every_shipped_label_is_recognised_as_its_concept_in_its_language(shipped: Scheme, tagger: Tagger) -> None:
    missed = [
        (one.key, label.language, label.text)
        for one in shipped.concepts
        for label in one.labels
        if one.key not in {tag.concept for tag in tagger.tag(label.text, label.language)}
    ]
    assert not missed


def test_a_label_is_recognised_inside_a_sentence(shipped: Scheme, tagger: Tagger) -> None:
    for one in shipped.concepts:
        text = f"We supply {next(label.text for label in one.labels if label.language == 'en')}, quickly."
        assert one.key in tagger.concepts(text, "en"), text
