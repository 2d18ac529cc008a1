"""Identifiers: three separate answers, and a failed check digit warns without blocking."""

import pytest

from apps.enterprises.identifiers import examine


@pytest.mark.parametrize(
    ("scheme", "value", "syntax", "checksum"),
    [
        ("LEI", "213800KUD8LAJWSQ9D15", True, True),
        ("LEI", "5493001KJTIIGC8Y1R12", True, True),
        ("LEI", "213800KUD8LXJWSQ9D15", True, False),
        ("LEI", "213800", False, None),
        ("USCC", "91110000600037341L", True, True),
        ("USCC", "91350100M000100Y43", True, True),
        ("USCC", "91350100M000100Y44", True, False),
        ("USCC", "91350100M000100Y4Z", False, None),
        ("uscc", " 9135 0100 M000100Y43 ", True, True),
        ("INN", "7707083893", True, True),
        ("CNPJ", "16.727.230/0001-97", True, True),
        ("TRN-AE", "100200300400003", None, None),
    ],
)
def test_syntax_and_check_digit_are_answered_apart(
    scheme: str, value: str, syntax: bool | None, checksum: bool | None
) -> None:
    answer = examine(scheme, value)
    assert (answer.syntax_ok, answer.checksum_ok) == (syntax, checksum)


def test_a_number_that_a_spreadsheet_rounded_is_warned_of() -> None:
    assert "000" in examine("USCC", "913501001234567000").warning


@pytest.mark.parametrize("value", ["", "\u0661" * 18, "²" * 20, "💡" * 18, "a" * 10_000])
def test_strange_numbers_are_answered_not_raised(value: str) -> None:
    for scheme in ("LEI", "USCC", "INN", "OGRN", "CNPJ", "GSTIN", "PAN", "nonsense"):
        examine(scheme, value)
