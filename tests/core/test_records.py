"""A record refuses what is wrong, names field and cause, and keeps the rest to the byte."""

from datetime import date, datetime

import pytest

from apps.core import records
from apps.core.records import Field, Record
from apps.opportunities.rules import RECORD as OPPORTUNITY
from apps.projects.rules import RECORD as PROJECT

RECORD = Record(
    "thing",
    [
        Field("name", "Name", records.text(20), "text", required=True),
        Field("low", "Low", records.number("MW", high=100), "number"),
        Field("high", "High", records.number("MW", high=100), "number"),
        Field("count", "Count", records.integer(), "integer"),
        Field("day", "Day", records.day, "date"),
        Field("colours", "Colours", records.items(records.choice(lambda: ["red", "green"])), "list"),
        Field(
            "parts",
            "Parts",
            records.rows(Record("part", [Field("year", "Year", records.integer(low=1950), "integer", required=True)])),
            "rows",
        ),
    ],
    ranges=[("low", "high")],
)


def codes(raw: dict[str, object], *, partial: bool = False) -> dict[str, str]:
    return {problem.field: problem.code for problem in RECORD.clean(raw, partial=partial)[1]}


def test_a_whole_record_is_cleaned() -> None:
    values, problems = RECORD.clean(
        {
            "name": " x ",
            "low": "500 kW",
            "count": "3",
            "day": "2026-11-23",
            "colours": "red;green;red",
            "parts": [{"year": 2020}],
        }
    )
    assert problems == []
    assert values == {
        "name": " x ",
        "low": 0.5,
        "count": 3,
        "day": date(2026, 11, 23),
        "colours": ["red", "green"],
        "parts": [{"year": 2020}],
        "as_entered": {"low": {"number": "500", "unit": "kW"}},
    }


@pytest.mark.parametrize(
    ("raw", "field", "code"),
    [
        ({}, "name", "required"),
        ({"name": "   "}, "name", "required"),
        ({"name": "x" * 21}, "name", "too_long"),
        ({"name": "a\x00b"}, "name", "control_character"),
        ({"name": "\ud800"}, "name", "encoding"),
        ({"name": ["x"]}, "name", "invalid"),
        ({"name": 10**400}, "name", "too_long"),
        ({"name": "x", "low": "5", "high": "4"}, "high", "reversed"),
        ({"name": "x", "low": -1}, "low", "out_of_range"),
        ({"name": "x", "low": "1e400"}, "low", "number"),
        ({"name": "x", "low": "5 kg"}, "low", "number"),
        ({"name": "x", "count": 1.5}, "count", "number"),
        ({"name": "x", "day": "31.02.2026"}, "day", "date"),
        ({"name": "x", "colours": ["red", "blue"]}, "colours.1", "unknown_code"),
        ({"name": "x", "colours": [["red"]]}, "colours.0", "unknown_code"),
        ({"name": "x", "parts": [{"year": 2020}, {"year": 1900}]}, "parts.1.year", "out_of_range"),
        ({"name": "x", "parts": [{}]}, "parts.0.year", "required"),
        ({"name": "x", "parts": ["x"]}, "parts.0", "invalid"),
        ({"name": "x", "nmae": "y"}, "nmae", "unknown"),
    ],
)
def test_a_wrong_value_is_refused_with_field_and_cause(raw: dict[str, object], field: str, code: str) -> None:
    assert codes(raw) == {field: code}


def test_an_edit_may_leave_out_a_required_field_but_not_empty_it() -> None:
    assert codes({"count": 1}, partial=True) == {}
    assert codes({"name": ""}, partial=True) == {"name": "required"}


def test_nothing_stated_empties_an_optional_field() -> None:
    assert RECORD.clean({"name": "x", "low": "", "colours": None})[0] == {"name": "x", "low": None, "colours": []}


def test_a_spreadsheets_date_with_a_time_is_a_day() -> None:
    assert RECORD.clean({"name": "x", "day": datetime(2026, 1, 2, 3, 4)})[0]["day"] == date(2026, 1, 2)  # noqa: DTZ001


def test_an_edit_is_material_only_where_something_a_moderator_approved_changes() -> None:
    values, _ = RECORD.clean(
        {"name": "x", "day": "2026-11-23", "parts": [{"year": 2020}], "low": "500 kW", "colours": []}
    )
    same = {"name": "x", "day": "2026-11-23", "parts": [{"year": 2020, "note": ""}], "low": 0.5, "colours": None}
    assert not RECORD.is_material(values, same)
    assert RECORD.is_material(values, same | {"name": "y"})
    assert RECORD.is_material(values, same | {"parts": [{"year": 2021}]})


@pytest.mark.parametrize(
    ("record", "name", "meant"), [(OPPORTUNITY, "family", "business"), (PROJECT, "language", "en")]
)
@pytest.mark.parametrize("nothing", [None, ""])
def test_a_choice_that_is_left_empty_means_its_default(
    record: Record, name: str, meant: str, nothing: str | None
) -> None:
    assert record.clean({name: nothing}, partial=True)[0] == {name: meant}
