"""Numbers with units: what people write is understood, what is no number is refused with a reason."""

import pytest

from apps.core.quantities import BadQuantity, parse, parse_counted


@pytest.mark.parametrize(
    ("written", "unit", "value"),
    [
        (50, "MW", 50),
        ("50", "MW", 50),
        ("500 kW", "MW", 0.5),
        ("1,5 GWh", "MWh", 1500),
        ("1.500,25", "", 1500.25),
        ("1 500 kWh", "MWh", 1.5),
        ("1,500", "", 1500),
        ("0,125", "", 0.125),
        ("５０ MW", "MW", 50),
        ("٥٠ MW", "MW", 50),
        ("50兆瓦", "MW", 50),
        ("200 兆瓦时", "MWh", 200),
        ("10 МВт", "MW", 10),
        ("85 %", "", 0.85),
        ("90 minutes", "hour", 1.5),
        ("25 °C", "degC", 25),
        ("298.15 kelvin", "degC", 25),
        ("-20", "degC", -20),
        ("1e3", "", 1000),
    ],
)
def test_numbers_and_units_of_many_scripts_are_understood(written: object, unit: str, value: float) -> None:
    assert parse(written, unit).value == pytest.approx(value)


def test_the_number_and_unit_that_were_entered_are_kept() -> None:
    quantity = parse("500 kW", "MW")
    assert (quantity.number, quantity.unit) == ("500", "kW")


@pytest.mark.parametrize(
    "written",
    [
        "NaN",
        float("nan"),
        float("inf"),
        "1e400",
        10**400,
        "inf",
        "twelve",
        "",
        "5 apples",
        "50 kg",
        True,
        None,
        [],
        {},
        "1.2.3.4",
        "--5",
    ],
)
def test_what_is_no_such_quantity_is_refused(written: object) -> None:
    with pytest.raises(BadQuantity):
        parse(written, "MW")


@pytest.mark.parametrize(
    "written", ["5 (", "5 {", "5 ))", "5 MW/0", "1e308 GW", "5 " + "MW*" * 3000, "1" + " " * 3000 + "a\nb", "9" * 5000]
)
def test_what_no_library_can_read_is_refused_at_once(written: str) -> None:
    with pytest.raises(BadQuantity):
        parse(written, "MW")


def test_whatever_is_counted_keeps_its_name() -> None:
    quantity = parse_counted("20 containers")
    assert (quantity.value, quantity.number, quantity.unit) == (20, "20", "containers")
