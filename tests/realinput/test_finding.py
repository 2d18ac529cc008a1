"""Plain words in ten languages find the real projects, whose titles and descriptions are English."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from apps.projects.models import Project
from apps.search import questions, selectors
from apps.search.filters import Filters
from tests.realinput import convert
from tests.realinput.conftest import do_what_is_queued, take_in

pytestmark = pytest.mark.django_db  # which also tells pytest-django to make the database
LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Topic:
    """What the English word looks like in a title, what else says the same in a text, and how ten languages ask for it."""

    title: str
    synonyms: str
    asked: dict[str, str]


TOPICS = {
    "hydropower": Topic(
        r"hydro-?electric\w*|hydro ?power|hydro\b",
        # The names of plants and companies (HPP, HPS, Hidroeléctrica); a dam in these data is one that makes electricity.
        r"hydro\w*|hidro\w*|HPPs?|HPS|dams?",
        {"en": "hydropower", "zh-hans": "水电", "ru": "гидроэнергетика", "pt": "hidrelétrica", "ar": "الطاقة الكهرومائية",
         "fr": "hydroélectricité", "es": "hidroeléctrica", "fa": "برق‌آبی", "id": "tenaga air", "hi": "जलविद्युत"},
    ),
    "wind": Topic(
        r"wind",
        r"windfarms?|wind-\w+|e[óo]lic[ao]s?|éolien\w*",  # as project companies are called in Spanish, Portuguese and French
        {"en": "wind", "zh-hans": "风电", "ru": "ветер", "pt": "eólica", "ar": "طاقة الرياح",
         "fr": "éolien", "es": "eólica", "fa": "بادی", "id": "tenaga angin", "hi": "पवन"},
    ),
    "solar": Topic(
        r"solar",
        r"photovoltaics?|PV|CSP",  # its two technologies
        {"en": "solar", "zh-hans": "太阳能", "ru": "солнечная энергия", "pt": "energia solar", "ar": "الطاقة الشمسية",
         "fr": "solaire", "es": "energía solar", "fa": "خورشیدی", "id": "tenaga surya", "hi": "सौर ऊर्जा"},
    ),
    "substation": Topic(
        r"sub-?stations?",
        r"transformer stations?|switching stations?|switchyards?|converter stations?",  # kinds of it
        {"en": "substation", "zh-hans": "变电站", "ru": "подстанция", "pt": "subestação", "ar": "محطة فرعية",
         "fr": "poste électrique", "es": "subestación", "fa": "پست برق", "id": "gardu induk", "hi": "उपकेंद्र"},
    ),
    "transmission line": Topic(
        r"transmission lines?",
        r"(?:power|electricity) transmission|transmission (?:network|system|grid|project|and)|interconnect\w+|power lines?|HVDC|kV lines?",
        {"en": "transmission line", "zh-hans": "输电线路", "ru": "линия электропередачи", "pt": "linha de transmissão",
         "ar": "خط نقل", "fr": "ligne de transport", "es": "línea de transmisión", "fa": "خط انتقال", "id": "jalur transmisi",
         "hi": "ट्रांसमिशन लाइन"},
    ),
    "gas": Topic(
        r"gas",
        r"LNG|LPG|CCGT|CCPP|combined[- ]cycle|turbo-?gas|\w+gas|gas-\w+",  # fuels, and plants that burn it
        {"en": "gas", "zh-hans": "天然气", "ru": "газ", "pt": "gás", "ar": "غاز", "fr": "gaz", "es": "gas", "fa": "گاز",
         "id": "gas", "hi": "गैस"},
    ),
    "geothermal": Topic(
        r"geothermal",
        r"steam fields?",
        {"en": "geothermal", "zh-hans": "地热", "ru": "геотермальная энергия", "pt": "geotérmica", "ar": "حرارية أرضية",
         "fr": "géothermie", "es": "geotérmica", "fa": "زمین‌گرمایی", "id": "panas bumi", "hi": "भूतापीय"},
    ),
    "coal": Topic(
        r"coal",
        r"coal-\w+|lignite|thermal power",  # brown coal; and what plants that burn coal are mostly called
        {"en": "coal", "zh-hans": "煤炭", "ru": "уголь", "pt": "carvão", "ar": "فحم", "fr": "charbon", "es": "carbón",
         "fa": "زغال‌سنگ", "id": "batu bara", "hi": "कोयला"},
    ),
    "nuclear": Topic(
        r"nuclear",
        r"atomic|uranium",
        {"en": "nuclear", "zh-hans": "核电", "ru": "атомная энергия", "pt": "nuclear", "ar": "نووي", "fr": "nucléaire",
         "es": "nuclear", "fa": "هسته‌ای", "id": "nuklir", "hi": "परमाणु"},
    ),
    "biomass": Topic(
        r"biomass",
        r"bagasse|biogas|bio-\w+|biofuels?|bioelectric\w*|biodigesters?",  # what it is made of and turned into
        {"en": "biomass", "zh-hans": "生物质", "ru": "биомасса", "pt": "biomassa", "ar": "كتلة حيوية", "fr": "biomasse",
         "es": "biomasa", "fa": "زیست‌توده", "id": "biomassa", "hi": "बायोमास"},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def projects(platform: None, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[int, Project]:
    """The real projects, published and indexed."""
    path = tmp_path_factory.mktemp("records") / "projects.jsonl"
    convert.write(path, map(convert.project, convert.read(shared_data / convert.FILE)))
    take_in({"projects": path})
    do_what_is_queued()
    return Project.objects.published().in_bulk()


def found(text: str, reader: str) -> list[int]:
    """The ids of every project that a reader of this language is shown for a question, page by page."""
    return list(_pages(questions.parse(text, reader=reader)))


def _pages(query: questions.Query) -> Iterator[int]:
    cursor = ""
    while True:
        page = selectors.search(query, Filters({"kind": ("project",)}), cursor=cursor)
        yield from (hit.subject_id for hit in page.results)
        cursor = page.next
        if not cursor:
            return


def _matching(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


@pytest.mark.parametrize(
    ("topic", "language"),
    [pytest.param(name, tag, id=f"{name}-{tag}") for name, topic in TOPICS.items() for tag in topic.asked],
)
def test_a_plain_word_finds_the_right_projects(projects: dict[int, Project], topic: str, language: str) -> None:
    asked = TOPICS[topic].asked[language]
    wanted, said = _matching(TOPICS[topic].title), _matching(f"{TOPICS[topic].title}|{TOPICS[topic].synonyms}")
    titled = {pk for pk, row in projects.items() if wanted.search(row.title)}
    shown = found(asked, language)
    assert len(shown) == len(set(shown))
    missed = [projects[pk].title for pk in titled.difference(shown)]
    texts = [f"{projects[pk].title}\n{projects[pk].description}" for pk in shown[:LOOKED_AT]]
    # The word as it was asked counts too: some descriptions give the Chinese names of companies and works.
    wrong = [text[:200] for text in texts if not said.search(text) and asked not in text]
    assert 10 * len(missed) <= len(titled), f"{len(missed)} of {len(titled)} titles were not found: {missed}"
    assert texts
    assert 5 * len(wrong) <= len(texts), f"{len(wrong)} of the first {len(texts)} are wrong: {wrong}"
