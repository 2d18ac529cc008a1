"""What was asked is marked where a listing says it, in the listing's own script."""

from collections.abc import Callable

import pytest
from django.test import Client

from apps.search import highlights
from apps.search.selectors import Page
from tests.factories.listings import a_published_offer

pytestmark = pytest.mark.django_db
Index = Callable[..., None]
Find = Callable[..., Page]


@pytest.mark.parametrize(
    ("language", "title", "marked"),
    [
        ("en", "Vanadium flow batteries for Kazakhstan", ["Vanadium flow batteries", "Kazakhstan"]),
        ("zh", "为哈萨克斯坦供应全钒液流电池", ["哈萨克斯坦", "全钒液流电池"]),
        ("ru", "Ванадиевые проточные батареи для Казахстана", ["Ванадиевые проточные батареи", "Казахстана"]),
        ("pt-BR", "Baterias de fluxo de vanádio no Cazaquistão", ["Baterias de fluxo de vanádio", "Cazaquistão"]),
        ("ar", "بطاريات تدفق الفاناديوم في كازاخستان", ["بطاريات تدفق الفاناديوم", "كازاخستان"]),
        ("fr", "Batteries à flux au vanadium au Kazakhstan", ["Batteries à flux au vanadium", "Kazakhstan"]),
        ("es", "Baterías de flujo de vanadio en Kazajistán", ["Baterías de flujo de vanadio", "Kazajistán"]),
        ("fa", "باتری جریانی وانادیوم در قزاقستان", ["باتری جریانی وانادیوم", "قزاقستان"]),
        ("id", "Baterai aliran vanadium di Kazakhstan", ["Baterai aliran vanadium", "Kazakhstan"]),
        ("hi", "कज़ाख़स्तान में वैनेडियम फ्लो बैटरी", ["कज़ाख़स्तान", "वैनेडियम फ्लो बैटरी"]),
        ("th", "แบตเตอรี่ไหลวาเนเดียมในคาซัคสถาน", ["แบตเตอรี่ไหลวาเนเดียม", "คาซัคสถาน"]),
    ],
)
def test_concepts_and_places_of_a_question_in_another_language_are_marked(
    index: Index, find: Find, language: str, title: str, marked: list[str]
) -> None:
    index(a_published_offer(title=title, language=language, technologies=["vanadium-flow"]))
    (hit,) = find(
        "钒电池 哈萨克斯坦" if language == "en" else "vanadium flow battery Kazakhstan", kind="opportunity"
    ).results
    assert [title[start:end] for start, end in highlights.spans(title, language, hit)] == marked


@pytest.mark.parametrize(
    ("language", "asked", "title", "marked"),
    [
        ("en", "brackets", "A bracket for roofs", ["bracket"]),
        ("zh", "支架", "屋顶支架现货", ["支架"]),
        ("ar", "حامل", "حامل معدني للسقف", ["حامل"]),
        ("hi", "ब्रैकेट", "छत के लिए ब्रैकेट", ["ब्रैकेट"]),
        ("th", "ขายึด", "ขายึดหลังคา", ["ขายึด"]),
    ],
)
def test_plain_words_are_marked_as_the_listing_writes_them(
    index: Index, find: Find, language: str, asked: str, title: str, marked: list[str]
) -> None:
    index(a_published_offer(title=title, language=language, technologies=[]))
    (hit,) = find(asked, lang=language, kind="opportunity").results
    assert [title[start:end] for start, end in highlights.spans(title, language, hit)] == marked


def test_the_card_marks_the_title_and_shows_the_text_around_the_first_place(index: Index) -> None:
    offer = a_published_offer(
        title="<b>Flow</b>",
        summary=f"{'Much else is said. ' * 9}We make LFP cells & packs. {'And more. ' * 20}",
        technologies=[],
    )
    index(offer)
    page = Client().get("/en/search/?q=LFP").content.decode()
    assert (
        "We make <mark>LFP cells</mark> &amp; packs." in page or "We make <mark>LFP</mark> cells &amp; packs." in page
    )
    assert "&lt;b&gt;Flow&lt;/b&gt;" in page
    (found,) = Client().get("/api/v1/opportunities/?q=LFP").json()["results"]
    start, end = found["highlights"]["summary"][0]
    assert offer.summary[start:end].startswith("LFP")
    assert "title" not in found["highlights"]
