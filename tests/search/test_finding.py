"""A question in any language finds listings in every other, and each result says why it is there."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.search import matches
from apps.search.selectors import Page
from tests.factories.enterprises import a_published_enterprise
from tests.factories.listings import a_published_offer, a_published_project, a_published_request

Index = Callable[..., None]
Find = Callable[..., Page]


def ids(page: Page) -> list[int]:
    return [hit.subject_id for hit in page.results]


PORTUGUESE: dict[str, Any] = {
    "language": "pt-BR", "title": "Bateria de fluxo de vanádio para usinas solares", "technologies": [],
    "summary": "Fornecemos sistemas de bateria de fluxo de vanádio, dez horas de duração, com garantia de vinte anos.",
}  # fmt: skip


@pytest.mark.parametrize(
    ("question", "listing"),
    [
        ("液流电池", PORTUGUESE),
        ("vanadium flow battery", PORTUGUESE),
        ("ванадиевая проточная батарея", PORTUGUESE),
        ("بطارية تدفق الفاناديوم", PORTUGUESE),
        ("磷酸铁锂", {"language": "ru", "title": "Литий-железо-фосфатные аккумуляторы", "summary": "Поставка со склада.", "technologies": []}),
        ("lithium-ion", {"language": "zh-Hans", "title": "磷酸铁锂电芯", "summary": "年产能二十吉瓦时。", "technologies": []}),
        ("pumped hydro", {"language": "es", "title": "Central de bombeo", "summary": "Buscamos socio para almacenamiento por bombeo.", "technologies": []}),
        ("انرژی خورشیدی", {"language": "fr", "title": "Centrale solaire", "summary": "Énergie solaire photovoltaïque.", "technologies": []}),
        ("सौर ऊर्जा", {"language": "en", "title": "Solar power plant", "summary": "A solar farm.", "technologies": []}),
        ("baterai aliran", {"language": "en", "title": "Vanadium flow battery", "summary": "Stacks.", "technologies": []}),
    ],
)  # fmt: skip
def test_a_question_in_one_language_finds_a_listing_in_another(
    index: Index, find: Find, question: str, listing: dict[str, Any]
) -> None:
    wanted = a_published_offer(**listing)
    other = a_published_offer(
        language="en", title="Pallets of paper", summary="Recycled paper.", technologies=[], modes=[]
    )
    index(wanted, other)
    assert ids(find(question)) == [wanted.pk]


def test_a_listing_of_a_narrower_concept_fits_a_question_for_the_broader_one_and_not_the_other_way_round(
    index: Index, find: Find
) -> None:
    vanadium = a_published_offer(title="Vanadium flow stacks", summary="-", technologies=["vanadium-flow"])
    flow = a_published_offer(title="Stacks", summary="-", technologies=["flow-battery"])
    index(vanadium, flow)
    assert set(ids(find("flow battery"))) == {vanadium.pk, flow.pk}
    assert ids(find("vanadium flow battery", page_size=1)) == [vanadium.pk]


def test_each_result_says_which_words_and_concepts_it_has_and_how_the_listing_puts_them(
    index: Index, find: Find
) -> None:
    index(a_published_offer(**PORTUGUESE))
    (hit,) = find("液流电池 vanádio").results
    (match, *_others) = matches.meanings(hit, "zh-hans")
    assert (match.key, match.label, match.found) == ("flow-battery", "液流电池", "Bateria de fluxo de vanádio")
    assert "vanádio" in hit.words


def test_country_names_work_as_words_in_every_language(index: Index, find: Find) -> None:
    kazakh = a_published_enterprise(name="Дала", country="KZ")
    request = a_published_request(kazakh)
    elsewhere = a_published_request(a_published_enterprise(country="BR"), target_countries=["EG"])
    index(request, elsewhere)
    for name in (
        "Kazakhstan",
        "哈萨克斯坦",
        "Казахстане",
        "كازاخستان",
        "Cazaquistão",
        "قزاقستان",
        "कज़ाख़स्तान",
        "Қазақстан",
    ):
        assert ids(find(name)) == [request.pk], name
    for name in ("Egypt", "埃及", "مصر", "Египет"):
        assert ids(find(name)) == [elsewhere.pk], name


def test_a_country_that_only_the_text_names_is_found_in_another_language(index: Index, find: Find) -> None:
    offer = a_published_offer(title="Storage for mines", summary="Delivered to Zambia and Namibia.")
    index(offer)
    assert ids(find("纳米比亚")) == [offer.pk]
    assert find("", country="NA").count == 0


def test_framework_names_work_as_words_in_every_language(index: Index, find: Find) -> None:
    member = a_published_request(a_published_enterprise(country="ET"))
    wishing = a_published_offer(a_published_enterprise(country="DE"), target_frameworks=["BRICS"])
    stranger = a_published_offer(a_published_enterprise(country="DE"))
    index(member, wishing, stranger)
    for name in ("BRICS", "金砖国家", "БРИКС", "بريكس", "ब्रिक्स"):
        assert set(ids(find(name))) == {member.pk, wishing.pk}, name
    assert set(ids(find("一带一路"))) == {member.pk}


def test_what_has_all_that_was_asked_comes_before_what_has_only_some(index: Index, find: Find) -> None:
    enterprise = a_published_enterprise()
    all_of_it = a_published_offer(
        enterprise, title="Sodium-ion cells", summary="Made for cold climates.", technologies=[]
    )
    some = [
        a_published_offer(
            enterprise, title="Sodium-ion sodium-ion cells", summary=f"Sodium-ion. {number}", technologies=[]
        )
        for number in range(3)
    ]
    index(all_of_it, *some)
    page = find("sodium-ion climates")
    assert ids(page)[0] == all_of_it.pk
    assert [hit.has_all for hit in page.results] == [True, False, False, False]


def test_words_that_are_written_without_spaces_need_not_stand_together(index: Index, find: Find) -> None:
    offer = a_published_offer(
        language="zh-Hans", title="全钒液流电池", summary="本公司为供应商。", technologies=[], modes=[]
    )
    other = a_published_offer(language="zh-Hans", title="供应商名录", summary="纸张。", technologies=[], modes=[])
    index(offer, other)
    (hit, *_others) = find("液流电池供应商").results
    assert (hit.subject_id, hit.has_all, hit.words) == (offer.pk, True, ("液流电池", "供应商"))


def test_a_name_is_found_in_listings_of_every_language_though_each_stems_in_its_own_way(
    index: Index, find: Find
) -> None:
    texts = [
        ("en", "Inverters of Siemens"),
        ("pt", "Inversores da Siemens"),
        ("ru", "Инверторы Siemens"),
        ("zh", "Siemens逆变器"),
    ]
    offers = [a_published_offer(language=tag, title=title, summary="-", technologies=[]) for tag, title in texts]
    index(*offers)
    assert set(ids(find("siemens"))) == {offer.pk for offer in offers}


def test_a_long_question_finds_what_has_some_of_its_words(index: Index, find: Find) -> None:
    offer = a_published_offer(title="Extruder for separators", summary="A line of eight metres.", technologies=[])
    index(offer, a_published_offer(title="Paper", summary="-", technologies=[]))
    question = "who could sell us a used extruder for wet process separators with delivery before the summer holidays"
    (hit,) = find(question).results
    assert (hit.subject_id, hit.has_all) == (offer.pk, False)
    assert {"extruder", "separators"} <= set(hit.words)


def test_a_word_in_the_title_counts_for_more_than_one_in_the_text(index: Index, find: Find) -> None:
    enterprise = a_published_enterprise()
    in_text = a_published_offer(enterprise, title="Machines", summary="With an extruder and more machines for lines.")
    in_title = a_published_offer(enterprise, title="Extruder", summary="Machines and more machines for any lines.")
    index(in_text, in_title)
    assert ids(find("extruder")) == [in_title.pk, in_text.pk]


def test_of_two_that_fit_alike_the_one_that_states_more_comes_first(index: Index, find: Find) -> None:
    listing: dict[str, Any] = {"title": "Flow battery", "summary": "Stacks.", "technologies": ["flow-battery"]}
    full = a_published_offer(**listing, target_countries=["KZ", "UZ", "EG"])
    index(full, a_published_offer(**listing, target_countries=[], modes=[], stages=[]))
    assert ids(find("flow battery", page_size=1)) == [full.pk]


def test_without_a_question_the_newest_come_first(index: Index, find: Find) -> None:
    offers = [a_published_offer(title=f"Offer {number}") for number in range(3)]
    index(*offers)
    assert ids(find()) == [offer.pk for offer in reversed(offers)]


def test_offers_projects_and_enterprises_are_found_together_and_apart(index: Index, find: Find) -> None:
    enterprise = a_published_enterprise(name="Tsumeb Vanadium", country="NA", summary="Vanadium electrolyte.")
    offer = a_published_offer(enterprise, title="Vanadium electrolyte", summary="From Tsumeb.")
    project = a_published_project(enterprise, title="Vanadium mine", country="NA")
    index(enterprise, offer, project)
    assert {hit.subject for hit in find("vanadium").results} == {"enterprise", "opportunity", "project"}
    assert [hit.subject for hit in find("vanadium", kind="project").results] == ["project"]


@pytest.mark.parametrize("question", ["Tsumeb", "TSUMEB", "ＴＳＵＭＥＢ", "ｔsumeb", "“Tsumeb”", "- tsumeb", "Tsumeb!"])
def test_width_case_and_signs_around_a_word_make_no_difference(index: Index, find: Find, question: str) -> None:
    offer = a_published_offer(title="Tsumeb", summary="-")
    index(offer)
    assert ids(find(question)) == [offer.pk]
