"""Pages of results: order, facets, counts and cursors that hold while rows are added."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.enterprises.models import Enterprise
from apps.opportunities.models import Opportunity
from apps.search import cursors, facets, filters, ranking, services
from apps.search.lexemes import named
from apps.search.selectors import Page
from tests.factories.enterprises import a_published_enterprise
from tests.factories.listings import a_published_offer, a_published_project, a_published_request

Index = Callable[..., None]
Find = Callable[..., Page]


def ids(page: Page) -> list[int]:
    return [hit.subject_id for hit in page.results]


def many(
    number: int, *, enterprise: Enterprise | None = None, title: str = "Vanadium stacks", **values: Any
) -> list[int]:
    """Offers published one minute after the other up to now, indexed; the newest last."""
    owner, now = enterprise or a_published_enterprise(), timezone.now()
    rows = Opportunity.objects.bulk_create(
        Opportunity(
            enterprise=owner, side="offer", title=title, summary="-", language="en", state="published",
            published_at=now - timedelta(minutes=number - each), **values,
        )
        for each in range(number)
    )  # fmt: skip
    services.index("opportunity", [row.pk for row in rows])
    return [row.pk for row in rows]


def walk(find: Find, text: str, between: Callable[[], object] = lambda: None, **asked: Any) -> Iterator[Page]:
    """Every page, from the first to the last."""
    page = find(text, **asked)
    yield page
    while page.next:
        between()
        page = find(text, cursor=page.next, **asked)
        yield page


@pytest.mark.parametrize("question", ["", "vanadium"])
def test_pages_show_every_result_once_while_others_are_published(loaded: None, find: Find, question: str) -> None:
    enterprise = a_published_enterprise()
    rows = many(12, enterprise=enterprise)
    pages = list(walk(find, question, lambda: many(2, enterprise=enterprise, title="Vanadium vanadium"), page_size=5))
    assert [len(page.results) for page in pages] == [5, 5, 2]
    assert [each for page in pages for each in ids(page)] == list(reversed(rows))
    assert find(question).count == 16  # the next reader sees what was added


@pytest.mark.parametrize("question", ["", "vanadium"])
def test_the_way_back_shows_the_same_pages(loaded: None, find: Find, question: str) -> None:
    many(12)
    pages = list(walk(find, question, page_size=5))
    assert not pages[0].previous
    back = find(question, cursor=pages[2].previous, page_size=5)
    assert ids(back) == ids(pages[1])
    first = find(question, cursor=back.previous, page_size=5)
    assert ids(first) == ids(pages[0])
    assert not first.previous
    assert ids(find(question, cursor=first.next, page_size=5)) == ids(pages[1])


@pytest.mark.parametrize("limits", [{"RANKED": 6}, {"RANKED_OF_MANY": 6, "COUNTED": 10}])
def test_what_is_not_ranked_follows_by_date_and_can_be_paged_back(
    loaded: None, find: Find, monkeypatch: pytest.MonkeyPatch, limits: dict[str, int]
) -> None:
    for name, value in limits.items():
        monkeypatch.setattr(ranking, name, value)
    rows = many(14)
    pages = list(walk(find, "vanadium", page_size=4))
    assert [each for page in pages for each in ids(page)] == list(reversed(rows))
    assert [len(page.results) for page in pages] == [4, 2, 4, 4]
    seen, page = [ids(pages[-1])], pages[-1]
    while page.previous:
        page = find("vanadium", cursor=page.previous, page_size=4)
        seen.append(ids(page))
    assert [each for part in reversed(seen) for each in part] == list(reversed(rows))


def test_a_count_beyond_what_is_counted_says_so(loaded: None, find: Find, monkeypatch: pytest.MonkeyPatch) -> None:
    many(8)
    assert (find("vanadium").count, find("vanadium").count_is_lower_bound) == (8, False)
    monkeypatch.setattr(ranking, "COUNTED", 5)
    assert (find("vanadium").count, find("vanadium").count_is_lower_bound) == (5, True)


@pytest.mark.parametrize("text", ["x", "....", "W10", "bnVsbA", "WzEsMiwzLDQsNSw2LDdd", "💥", "A" * 5000])
def test_what_is_no_cursor_is_refused(loaded: None, find: Find, text: str) -> None:
    with pytest.raises(cursors.BadCursor):
        find("vanadium", cursor=text)


def test_a_cursor_of_another_question_or_other_filters_is_refused(loaded: None, find: Find) -> None:
    many(6)
    cursor = find("vanadium", page_size=5).next
    with pytest.raises(cursors.BadCursor):
        find("zinc", cursor=cursor)
    with pytest.raises(cursors.BadCursor):
        find("vanadium", cursor=cursor, side="offer")


def test_facets_count_what_fits_each_in_its_own_way(index: Index, find: Find) -> None:
    kazakh, brazilian = a_published_enterprise(country="KZ"), a_published_enterprise(country="BR")
    index(
        a_published_offer(
            kazakh, technologies=["lfp"], modes=["equipment-supply", "training"], stages=["cells-stacks"]
        ),
        a_published_offer(brazilian, technologies=["nmc"], family="technology", modes=[], target_countries=["KZ"]),
        a_published_request(brazilian, technologies=["vanadium-flow"], modes=[], language="pt-BR"),
        a_published_project(kazakh),
    )
    found = find().facets
    assert found["kind"] == {"opportunity": 3, "project": 1}
    assert found["side"] == {"offer": 2, "request": 1}
    assert found["family"] == {"business": 2, "technology": 1}
    assert found["mode"] == {"equipment-supply": 1, "training": 1}
    assert found["stage"] == {"cells-stacks": 1, "procurement": 1}
    assert found["country"] == {"KZ": 3, "BR": 2}
    assert found["framework"] == {"BRICS": 4, "BRI": 2, "EAEU": 2}
    assert found["language"] == {"en": 3, "pt": 1}
    assert found["size"] == {"10-to-100": 2}
    technology = found["technology"]
    assert (technology["lithium-ion"], technology["lfp"], technology["flow-battery"]) == (3, 2, 1)
    assert technology["electrochemical-storage"] == 4


def test_facets_count_within_the_filters_in_force(index: Index, find: Find) -> None:
    index(a_published_offer(technologies=["lfp"]), a_published_request(technologies=["lfp"]))
    assert find("", side="offer").facets["side"] == {"offer": 1}
    assert find("", side=["offer", "request"]).count == 2
    assert find("", technology="lithium-ion", side="request").count == 1
    assert find("", technology="磷酸铁锂电池").count == 2


def test_a_size_is_compared_as_a_range_and_an_unknown_one_fits_none(index: Index, find: Find) -> None:
    small = a_published_offer(energy_mwh_min=1.0, energy_mwh_max=10.0)
    large = a_published_offer(energy_mwh_min=100.0)
    index(small, large, a_published_offer())
    assert set(ids(find("", min_mwh="5"))) == {small.pk, large.pk}
    assert ids(find("", min_mwh="11")) == [large.pk]
    assert ids(find("", max_mwh="99")) == [small.pk]
    assert ids(find("", min_mwh="0.05 GWh", max_mwh="2 GWh")) == [large.pk]
    assert find("", min_mwh="11", max_mwh="99").count == 0


def test_what_a_filter_does_not_know_is_left_out_with_a_note(loaded: None) -> None:
    asked = {
        "colour": ["red"],
        "side": ["banana"],
        "country": ["kz,XX"],
        "min_mwh": ["lots"],
        "max_mwh": ["1e400"],
        "q": ["x"],
    }
    found, notes = filters.parse(asked, kind="opportunity")
    assert found.values == {"kind": ("opportunity",), "country": ("KZ",)}
    assert not found.bounds
    assert len(notes) == 5
    for name in ("colour", "banana", "XX", "min_mwh", "max_mwh"):
        assert any(name in note for note in notes), name


def test_no_two_facets_have_the_same_code(loaded: None) -> None:
    known = facets.vocabulary()
    packed = facets.packed(named(*facet) for facet in known.facets if facet[0] != "published")
    each_once = {name: dict.fromkeys(values, 1) for name, values in known.values.items() if name != "published"}
    assert known.counted(packed, {}) == each_once


def test_a_page_takes_one_statement_and_one_for_each_kind_of_rows(
    loaded: None, find: Find, django_assert_max_num_queries: Any
) -> None:
    many(12)
    find("vanadium")  # remembers the frequencies and the vocabulary
    with django_assert_max_num_queries(4):
        find("vanadium")


def sized(*sizes: float | None) -> list[int]:
    """An offer of each size, in MWh; the newest last."""
    enterprise = a_published_enterprise()
    return [many(1, enterprise=enterprise, energy_mwh_min=size)[0] for size in sizes]


def published_now(*rows: int) -> None:
    Opportunity.objects.filter(pk__in=rows).update(published_at=timezone.now())
    services.index("opportunity", rows)


@pytest.mark.parametrize("question", ["", "vanadium"])
def test_the_largest_come_first_page_after_page_and_back_and_those_of_unknown_size_last(
    loaded: None, find: Find, question: str
) -> None:
    small, unknown, large, middle, other = sized(5.0, None, 900.0, 40.0, None)
    expected = [large, middle, small, other, unknown]
    pages = list(walk(find, question, lambda: published_now(*sized(7.0, 10_000.0)), page_size=2, sort="largest"))
    assert [each for page in pages for each in ids(page)] == expected
    back = find(question, cursor=pages[2].previous, page_size=2, sort="largest")
    assert ids(back) == expected[2:4]


def test_the_newest_come_first_whatever_fits_best(loaded: None, find: Find) -> None:
    enterprise = a_published_enterprise()
    (best,) = many(1, enterprise=enterprise, title="Vanadium vanadium vanadium")
    rows = many(5, enterprise=enterprise, title="Vanadium and much else besides")
    published_now(rows[0])
    pages = list(walk(find, "vanadium", page_size=4, sort="newest"))
    found = [each for page in pages for each in ids(page)]
    assert (found[0], len(found), set(found)) == (rows[0], 6, {best, *rows})
    assert ids(find("vanadium"))[0] == best
    assert all(hit.has_all for page in pages for hit in page.results)


def test_a_cursor_of_one_order_is_none_of_another(loaded: None, find: Find) -> None:
    many(3)
    page = find("", page_size=2, sort="largest")
    with pytest.raises(cursors.BadCursor):
        find("", page_size=2, cursor=page.next)


def test_how_new_results_are_is_counted_and_filtered(loaded: None, find: Find) -> None:
    rows = many(3)
    for row, days in zip(rows, (3, 20, 200), strict=True):
        Opportunity.objects.filter(pk=row).update(published_at=timezone.now() - timedelta(days=days))
    services.index("opportunity", rows)
    assert find("").facets["published"] == {"week": 1, "month": 2, "quarter": 2, "year": 3}
    assert ids(find("", published="month")) == rows[:2]
    assert ids(find("vanadium", published=["week", "year"])) == rows
