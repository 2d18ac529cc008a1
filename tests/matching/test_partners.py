"""Who was the true partner: real deals and project texts through the product's own matcher."""

from pathlib import Path
from typing import Any

import pytest

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
