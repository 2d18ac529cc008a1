"""Numbers with units in ten languages: what size or sum a question names, and what is only a number."""

from dataclasses import astuple

import pytest

from apps.search import amounts

POWER, ENERGY, BUDGET = "power_mw", "energy_mwh", "budget"


@pytest.mark.parametrize(
    ("language", "phrase", "measure", "least", "most", "currency"),
    [
        ("en", "100 MWh", ENERGY, 80.0, 120.0, ""),
        ("en", ">= 20 MW", POWER, 20.0, None, ""),
        ("en", "up to 5 million USD", BUDGET, None, 5e6, "USD"),
        ("en", "$5 million", BUDGET, 4e6, 6e6, "USD"),
        ("en", "between 5 and 10 megawatt-hours", ENERGY, 5.0, 10.0, ""),
        ("en", "500 kW or more", POWER, 0.5, None, ""),
        ("zh", "50-200兆瓦时", ENERGY, 50.0, 200.0, ""),
        ("zh", "10万千瓦以上", POWER, 100.0, None, ""),
        ("zh", "不超过500万元", BUDGET, None, 5e6, "CNY"),
        ("ru", "до 5 млн $", BUDGET, None, 5e6, "USD"),
        ("ru", "от 10 до 50 МВт", POWER, 10.0, 50.0, ""),
        ("ru", "не менее 1 500 МВт·ч", ENERGY, 1500.0, None, ""),
        ("pt", "de 10 a 50 MW", POWER, 10.0, 50.0, ""),
        ("pt", "até R$ 5 milhões", BUDGET, None, 5e6, "BRL"),
        ("ar", "500 ميغاواط ساعة", ENERGY, 400.0, 600.0, ""),
        ("ar", "حتى ٥ ملايين دولار", BUDGET, None, 5e6, "USD"),
        ("fr", "entre 5 et 10 mégawattheures", ENERGY, 5.0, 10.0, ""),
        ("fr", "au moins 2,5 GW", POWER, 2500.0, None, ""),
        ("es", "hasta 1.500 MWh", ENERGY, None, 1500.0, ""),
        ("es", "mínimo 20 megavatios", POWER, 20.0, None, ""),
        ("fa", "۱۰ تا ۵۰ مگاوات", POWER, 10.0, 50.0, ""),
        ("fa", "حداقل ۲ گیگاوات ساعت", ENERGY, 2000.0, None, ""),
        ("id", "hingga 5 juta rupiah", BUDGET, None, 5e6, "IDR"),
        ("id", "minimal 20 MW", POWER, 20.0, None, ""),
        ("hi", "५० मेगावाट", POWER, 40.0, 60.0, ""),
        ("hi", "10 से 50 मेगावाट घंटा", ENERGY, 10.0, 50.0, ""),
        ("hi", "५ करोड़ रुपये तक", BUDGET, None, 5e7, "INR"),
    ],
)
def test_an_amount_is_read_in_the_words_of_its_language(
    language: str, phrase: str, measure: str, least: float | None, most: float | None, currency: str
) -> None:
    (found,) = amounts.find(f"x, {phrase}, y", language)
    assert (found.start, found.end) == (3, 3 + len(phrase))
    assert astuple(found.amount)[:3] == pytest.approx((measure, least, most))
    assert found.amount.currency == currency


@pytest.mark.parametrize(
    "text", ["LFP 314", "280 Ah", "120 USD/kWh", "20 GWh/year", "4 h", "9" * 400 + " MW", "over 5"]
)
def test_what_is_no_size_of_a_listing_stays_words(text: str) -> None:
    assert amounts.find(text, "en") == []


def test_a_size_given_twice_is_two_amounts_and_a_preposition_is_no_limit() -> None:
    text = "bateria de 100MW/400MWh"
    assert [text[found.start : found.end] for found in amounts.find(text, "pt")] == ["100MW", "400MWh"]


@pytest.mark.parametrize("text", ["1 MW " * 2000, "1-" * 5000, "от 1 " * 2000, ">= " * 3000])
def test_of_many_numbers_only_the_first_are_looked_at(text: str) -> None:
    assert len(amounts.find(text, "ru")) <= amounts.MOST_AMOUNTS
