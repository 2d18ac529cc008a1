"""Who was the true partner: real deals and project texts through the product's own matcher."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.matching import evaluation
from tests.matching import deals


def _measured(folder: Path, case: deals.Case) -> dict[str, Any]:
    enterprises, requests, truth = deals.write(folder, case)
    return evaluation.run(enterprises=enterprises, requests=requests, truth=truth)


def _split(rows: list[deals.Row]) -> tuple[list[deals.Row], list[deals.Row]]:
    return [row for row in rows if row["split"] == "train"], [row for row in rows if row["split"] == "dev"]


@pytest.mark.usefixtures("scheme", "rates")
def test_the_true_company_of_a_real_deal_is_found(shared_data: Path, tmp_path: Path) -> None:
    found = _measured(tmp_path, deals.deals(*_split(deals.read(shared_data / "cgit_energy_deals_to_2017.csv"))))
    assert found["all"]["n"] == 156
    assert found["all"]["mrr"] >= 0.42
    assert found["all"]["hit@10"] >= 0.78
    assert found["slices"]["long_tail"]["n"] == 22
    assert found["slices"]["long_tail"]["mrr"] >= 0.05
    low, high = found["slices"]["long_tail"]["mrr_interval"]
    assert low < found["slices"]["long_tail"]["mrr"] < high


@pytest.mark.usefixtures("scheme", "rates")
def test_the_true_contractor_of_a_masked_text_is_found(shared_data: Path, tmp_path: Path) -> None:
    found = _measured(tmp_path, deals.texts(*_split(deals.read(shared_data / "gcdf_contractor_to_2013.csv"))))
    assert found["all"]["n"] == 87
    assert found["all"]["mrr"] >= 0.55


@pytest.mark.usefixtures("scheme")
def test_a_refused_record_is_named_and_the_rest_is_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good: dict[str, Any] = {
        "external_id": "a",
        "name": "A",
        "country": "CN",
        "references": [{"title": "Dam", "country": "LA", "technologies": ["hydropower"]}],
    }
    request: dict[str, Any] = {
        "external_id": "r", "enterprise": "x", "side": "request", "title": "Dam", "summary": "A dam in Laos", "language": "en",
        "target_countries": ["LA"], "technologies": ["hydropower"],
    }  # fmt: skip
    case = (
        [good, {"external_id": "b", "name": "B", "country": "Atlantis"}],
        [request],
        [{"request": "r", "enterprises": ["a"]}],
    )
    assert _measured(tmp_path, case)["all"]["mrr"] == 1
    assert "country" in capsys.readouterr().err


GOOD: dict[str, Any] = {"external_id": "a", "name": "A", "country": "CN", "technologies": ["hydropower"]}
ASKED: dict[str, Any] = {
    "external_id": "r", "enterprise": "x", "side": "request", "title": "Dam", "summary": "A dam in Laos", "language": "en",
    "technologies": ["hydropower"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ({"enterprises": ["a"]}, "truth.jsonl:2: request is missing"),
        ({"request": "r"}, "truth.jsonl:2: enterprises is missing"),
        ({"request": "r", "enterprises": "a"}, "truth.jsonl:2: enterprises must be a list"),
        (["r", "a"], "truth.jsonl:2: a line holds one object"),
    ],
)
def test_a_wrong_line_of_the_truth_is_named_by_file_line_and_field(tmp_path: Path, line: Any, named: str) -> None:
    enterprises, requests, truth = deals.write(
        tmp_path, ([GOOD], [ASKED], [{"request": "r", "enterprises": ["a"]}, line])
    )
    with pytest.raises(CommandError, match=f"^{named}$"):
        call_command("evaluate", "partners", enterprises=enterprises, requests=requests, truth=truth)


@pytest.mark.usefixtures("scheme")
def test_a_request_that_nobody_judged_does_not_count(tmp_path: Path) -> None:
    case = [GOOD], [ASKED, ASKED | {"external_id": "unjudged"}], [{"request": "r", "enterprises": ["a"]}]
    found = _measured(tmp_path, case)["all"]
    assert (found["n"], found["mrr"]) == (1, 1)


@pytest.mark.usefixtures("scheme")
def test_a_judged_request_that_is_refused_counts_as_a_miss(tmp_path: Path) -> None:
    truth = [{"request": name, "enterprises": ["a"]} for name in ("r", "refused")]
    found = _measured(tmp_path, ([GOOD], [ASKED, ASKED | {"external_id": "refused", "side": "neither"}], truth))["all"]
    assert (found["n"], found["mrr"]) == (2, 0.5)
