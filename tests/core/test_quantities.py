"""Numbers with units: what people write is understood, what is no number is refused with a reason."""

import signal

import pytest

from apps.core.quantities import BadQuantity, parse, parse_counted, refuse_ambiguous


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
        ("١٬٥٠٠٫٢٥", "", 1500.25),
        ("۱٫۵ GWh", "MWh", 1500),
        ("1٬500", "", 1500),
        ("3 kW h", "MWh", 0.003),
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
    "written",
    ["MWh**9**9**9", "MWh^9^9^9", "(MWh)", "MWh2", "sq cubic h squared cubed", "h cubed cubed", "M" * 31],
)
def test_a_unit_is_words_and_never_arithmetic(written: str) -> None:
    signal.alarm(20)  # ends a reader that would calculate for good
    try:
        with pytest.raises(BadQuantity, match="The unit “"):
            parse(f"1 {written}", "MWh")
    finally:
        signal.alarm(0)


@pytest.mark.parametrize("written", ["1٫5٫5", "1.500٫25", "٫", "٬5٫"])
def test_arabic_signs_in_the_wrong_place_are_refused(written: str) -> None:
    with pytest.raises(BadQuantity):
        parse(written, "")


@pytest.mark.parametrize(
    "written", ["5 (", "5 {", "5 ))", "5 MW/0", "1e308 GW", "5 " + "MW*" * 3000, "1" + " " * 3000 + "a\nb", "9" * 5000]
)
def test_what_no_library_can_read_is_refused_at_once(written: str) -> None:
    with pytest.raises(BadQuantity):
        parse(written, "MW")


def test_whatever_is_counted_keeps_its_name() -> None:
    quantity = parse_counted("20 containers")
    assert (quantity.value, quantity.number, quantity.unit) == (20, "20", "containers")


def test_what_is_counted_may_be_written_in_arabic() -> None:
    quantity = parse_counted("١٫٥ طن")
    assert (quantity.value, quantity.number, quantity.unit) == (1.5, "١٫٥", "طن")


@pytest.mark.parametrize("written", ["5-10 tons", "1/2", "5 - 10", "20 %", "1~2 tons", "1;2", "20 (40 ft)"])
def test_a_counted_number_is_one_number_and_a_name(written: str) -> None:
    with pytest.raises(BadQuantity):
        parse_counted(written)


@pytest.mark.parametrize("written", ["6.000", "-1.500", "٦.٠٠٠", " 12.000 "])
def test_a_dot_before_three_digits_is_ambiguous_where_a_whole_number_is_meant(written: str) -> None:
    with pytest.raises(BadQuantity, match="two ways"):
        refuse_ambiguous(written)


@pytest.mark.parametrize("written", ["6000", "6,000", "6 000", "6٬000", "6000.0", 6.0, "1.000.000", "٦٫٠٠٠"])
def test_other_ways_of_writing_thousands_are_not(written: object) -> None:
    refuse_ambiguous(written)
