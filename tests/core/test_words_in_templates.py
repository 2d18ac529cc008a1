"""What templates write in the reader's language, and how they keep users' text apart."""

from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone
from django.utils.translation import override

from apps.core.templatetags import voltbridge


def written(source: str, language: str = "en", **values: object) -> str:
    with override(language):
        return Template("{% load voltbridge %}" + source).render(Context(values))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "1,234.5"),
        ("ru", "1\u00a0234,5"),
        ("pt-br", "1.234,5"),
        ("hi", "1,234.5"),
        ("ar", "1,234.5"),
        ("fa", "۱٬۲۳۴٫۵"),
    ],
)
def test_a_number_is_written_with_the_separators_and_digits_of_the_reader(language: str, expected: str) -> None:
    assert written("{{ value|number }}", language, value=1234.5) == expected


def test_a_score_always_has_two_decimals_and_a_dash_where_nothing_is_known() -> None:
    assert written("{{ value|score }}", value=0.8) == "0.80"
    assert written("{{ value|score }}", "fr", value=1) == "1,00"
    assert written("{{ value|score }}", value=None) == "–"


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(50, 200, "50–200"), (50, None, "from 50"), (None, 200, "up to 200"), (100, 100, "100"), (-30, 45, "-30 to 45")],
)
def test_a_range_may_be_open_at_either_end(low: int | None, high: int | None, expected: str) -> None:
    assert f">{expected}<" in written('{% quantities low high "MW" %}', low=low, high=high)


def test_a_quantity_that_was_not_stated_writes_nothing() -> None:
    assert (
        written(
            '{% quantity nothing "MW" %}{% quantities nothing nothing "MW" %}{% money nothing "USD" %}', nothing=None
        )
        == ""
    )


def test_money_is_named_by_its_code_and_shortened_as_the_language_does() -> None:
    assert ">90M–120M<" in written('{% amounts 90000000 120000000 "USD" %}')
    assert ">9000万–1.2亿<" in written('{% amounts 90000000 120000000 "CNY" %}', "zh-hans")
    assert ">12,500,000<" in written('{% money 12500000 "CNY" %}')


def test_what_a_user_wrote_cannot_disturb_the_line_around_it() -> None:
    text = '<script>alert("x")</script> \u202eabc'
    html = written("{% isolate text 'ar' %}", text=text)
    assert html.startswith('<bdi dir="auto" lang="ar">')
    assert "<script" not in html
    assert "\u202eabc</bdi>" in html


def test_text_of_unknown_language_claims_none() -> None:
    assert written("{% isolate 'abc' %}") == '<bdi dir="auto">abc</bdi>'


def test_countries_and_languages_have_their_names_in_the_language_of_the_reader() -> None:
    assert written("{{ 'KZ'|country }}, {{ 'zh-Hans'|language }}", "ru") == "Казахстан, китайский, упрощенное письмо"
    assert written("{{ 'XX'|country }} {{ 'zz-ZZ'|language }}") == "XX zz-ZZ"


def test_the_clock_counts_working_days_and_admits_being_late(monkeypatch: pytest.MonkeyPatch) -> None:
    friday = datetime(2026, 11, 20, 9, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: friday)
    assert written("{% expected due %}", due=friday + timedelta(days=4)) == "answer expected within 2 working days"
    assert written("{% expected due %}", due=friday + timedelta(hours=3)) == "answer expected today"
    assert written("{% expected due %}", due=friday + timedelta(days=1)) == "answer expected within 1 working day"
    assert "late" in written("{% expected due %}", due=friday - timedelta(minutes=1))


def test_what_happened_lately_is_told_as_a_distance_and_older_things_by_their_date() -> None:
    now = timezone.now()
    assert ">3 hours ago<" in written("{% ago moment %}", moment=now - timedelta(hours=3, minutes=5))
    assert ">۳ ساعت پیش<" in written("{% ago moment %}", "fa", moment=now - timedelta(hours=3, minutes=5))
    assert ">May 1, 2020<" in written("{% ago moment %}", moment=datetime(2020, 5, 1, tzinfo=UTC))


def test_a_bar_is_never_longer_than_its_track_and_says_when_nothing_is_known() -> None:
    assert 'class="bar__fill" width="100.00"' in voltbridge.bar(1.4)
    assert "bar--unknown" in voltbridge.bar(None)
    assert 'class="bar__track" width="50.00"' in voltbridge.weighed(0.2, 0.1, 0.4)


def test_the_language_menu_keeps_the_page_and_its_query() -> None:
    request = RequestFactory().get("/en/components/results/?items=1&q=%E7%94%B5")
    with override("en"):
        links = voltbridge.language_links(Context({"request": request}))
    assert [(each.tag, each.current) for each in links][:2] == [("en", True), ("zh-Hans", False)]
    assert links[1].url == "/zh-hans/components/results/?items=1&q=%E7%94%B5"
    assert links[1].name == "简体中文"


def test_the_canonical_address_leaves_the_query_out_and_each_language_has_its_own() -> None:
    request = RequestFactory().get("/zh-hans/components/listing/?page=2")
    with override("zh-hans"):
        addresses = voltbridge.alternates(Context({"request": request}))
    assert addresses["canonical"].endswith("/zh-hans/components/listing/")
    assert addresses["default"].endswith("/en/components/listing/")
    assert {each.tag for each in addresses["languages"]} >= {"en", "zh-Hans"}
