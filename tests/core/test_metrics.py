"""Measures of ranked lists, computed by hand."""

import math

import pytest

from apps.core import metrics


def test_a_relevant_item_in_third_place() -> None:
    found = metrics.of_one(["a", "b", "c", "d"], {"c"})
    assert found == {
        "hit@1": 0.0, "hit@10": 1.0, "mrr": pytest.approx(1 / 3), "ndcg@10": pytest.approx(1 / math.log2(4)), "recall@10": 1.0,
    }  # fmt: skip


def test_the_ideal_order_has_all_the_gain() -> None:
    assert metrics.of_one(["a", "b", "c"], {"a", "b"})["ndcg@10"] == pytest.approx(1)


def test_only_the_first_ten_count() -> None:
    ranking = [*range(10), "right"]
    found = metrics.of_one(ranking, {"right", "missing"})
    assert (found["hit@10"], found["ndcg@10"], found["recall@10"]) == (0.0, 0.0, 0.0)
    assert found["mrr"] == pytest.approx(1 / 11)


@pytest.mark.parametrize("case", [([], {"a"}), (["a"], set()), (["b"], {"a"})])
def test_nothing_found_is_nothing_gained(case: tuple[list[str], set[str]]) -> None:
    assert set(metrics.of_one(*case).values()) == {0.0}


def test_means_over_rankings_and_an_interval_where_there_are_few() -> None:
    few = [(["a"], {"a"}), (["b", "a"], {"a"})]
    found = metrics.summary(few)
    assert (found["n"], found["hit@1"], found["mrr"]) == (2, 0.5, 0.75)
    low, high = found["mrr_interval"]
    assert 0.5 <= low <= 0.75 <= high <= 1.0
    assert "mrr_interval" not in metrics.summary(few * metrics.SMALL)


def test_an_interval_is_the_same_for_the_same_values_and_narrows_with_their_number() -> None:
    values = [0.0, 1.0] * 10
    assert metrics.interval(values) == metrics.interval(values)
    wide, narrow = metrics.interval(values), metrics.interval(values * 20)
    assert narrow[1] - narrow[0] < wide[1] - wide[0]


def test_a_report_of_nothing_has_no_figures() -> None:
    assert metrics.report([], {})["all"] == {
        "n": 0, "hit@1": None, "hit@10": None, "mrr": None, "ndcg@10": None, "recall@10": None,
    }  # fmt: skip
