"""Identifiers: three separate answers, and a failed check digit warns without blocking."""

from importlib import import_module

import pytest
from django.apps import apps
from django.utils.translation import override

from apps.enterprises.identifiers import examine
from apps.enterprises.models import Identifier
from apps.enterprises.selectors import as_private
from apps.enterprises.services import identifier
from apps.portal.enterprise_details import identifiers
from tests.factories.enterprises import a_draft_enterprise


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
    assert examine("USCC", "913501001234567000").warning == "rounded"


@pytest.mark.django_db
def test_a_warning_is_read_in_the_language_of_its_reader_whoever_wrote_the_number() -> None:
    with override("zh-hans"):
        enterprise = a_draft_enterprise()
        enterprise.identifiers.add(identifier(enterprise.pk, "LEI", "213800KUD8LXJWSQ9D15"), bulk=False)
    stored = enterprise.identifiers.all()
    told = "The check digit does not hold; please look at it again."
    assert as_private(enterprise)["identifiers"][0]["warning"] == told
    assert identifiers(stored, numbers=True)[0].warning == told
    with override("zh-hans"):
        assert as_private(enterprise)["identifiers"][0]["warning"] == "校验位不符，请再核对。"
        assert identifiers(stored, numbers=True)[0].warning == "校验位不符，请再核对。"


@pytest.mark.django_db
def test_warnings_that_were_stored_as_sentences_become_codes() -> None:
    enterprise = a_draft_enterprise()
    numbers = {
        "213800KUD8LXJWSQ9D15": "LEI",
        "213800": "LEI",
        "913501001234567000": "USCC",
        "91350100M000100Y44": "USCC",
    }
    rows = [identifier(enterprise.pk, scheme, value) for value, scheme in numbers.items()]
    codes = {row.value: row.warning for row in rows}
    for row in rows:
        row.warning = "Слова"
        row.save()
    migration = import_module("apps.enterprises.migrations.0003_warnings_as_codes")
    migration.name_warnings(apps, None)
    assert dict(Identifier.objects.values_list("value", "warning")) == codes
    assert set(codes.values()) == {"check_digit", "form", "rounded"}


@pytest.mark.parametrize("value", ["", "\u0661" * 18, "²" * 20, "💡" * 18, "a" * 10_000])
def test_strange_numbers_are_answered_not_raised(value: str) -> None:
    for scheme in ("LEI", "USCC", "INN", "OGRN", "CNPJ", "GSTIN", "PAN", "nonsense"):
        examine(scheme, value)
