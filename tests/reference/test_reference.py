"""Countries, frameworks and rates: dated, sourced, and refused whole when a row is wrong."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from apps.reference import choices, fields, rules, selectors, services
from apps.reference.models import ExchangeRate, Framework, FrameworkMembership
from apps.search import facets, places
from tests.factories.people import an_administrator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def seeds() -> None:
    services.load_seeds()


def test_countries_are_those_of_iso_3166() -> None:
    codes = rules.country_codes()
    assert {"CN", "KZ", "BR", "AE", "NA", "TL", "SS"} <= codes
    assert not {"EU", "ZZ", "UN", "SU"} & codes
    assert len(codes) == 249


def test_a_country_is_named_in_the_readers_language() -> None:
    assert selectors.country_name("KZ", "ru") == "Казахстан"
    assert selectors.country_name("BR", "zh-hans") == "巴西"
    assert selectors.country_name("AE", "ar") == "الإمارات العربية المتحدة"


@pytest.mark.parametrize(
    ("raw", "tag"),
    [
        ("zh-hans", "zh-Hans"),
        ("PT-br", "pt-BR"),
        ("pt_BR", "pt-BR"),
        ("uz", "uz"),
        ("xx", None),
        ("english", None),
        ("", None),
        ("en-", None),
        ("e" * 300, None),
    ],
)
def test_language_tags_are_read_as_bcp_47(raw: str, tag: str | None) -> None:
    assert rules.language_tag(raw) == tag


def test_membership_is_dated() -> None:
    before, after = selectors.members(date(2023, 6, 1))["BRICS"], selectors.members(date(2026, 1, 1))["BRICS"]
    assert "ID" not in before
    assert "ID" in after
    assert "SA" not in after  # disputed is not a member
    assert "IT" in selectors.members(date(2023, 6, 1))["BRI"]
    assert "IT" not in selectors.members(date(2026, 1, 1))["BRI"]


def test_every_row_has_a_source_and_old_rows_show_as_stale() -> None:
    assert not FrameworkMembership.objects.filter(source="").exists()
    row = FrameworkMembership.objects.get(framework="BRI", country="KZ")
    assert selectors.is_stale(row, date(2026, 11, 23))
    assert not selectors.is_stale(row, row.as_of)


def test_loading_twice_changes_nothing() -> None:
    count = FrameworkMembership.objects.count()
    services.import_frameworks((services.SEEDS / "frameworks.csv").read_text("utf-8"))
    assert FrameworkMembership.objects.count() == count == 178


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("BRI,XX,member,2020-01-01,day,,,source,2026-01-01", "line 3, iso2"),
        ("NATO,CN,member,2020-01-01,day,,,source,2026-01-01", "line 3, framework"),
        ("BRI,CN,member,2020-13-01,day,,,source,2026-01-01", "line 3, since"),
        ("BRI,CN,friend,2020-01-01,day,,,source,2026-01-01", "line 3, status"),
        ("BRI,CN,member,2020-01-01,day,,,,2026-01-01", "line 3, source"),
        ("BRI,CN,member,2020-01-01,day,,,source,", "line 3, as_of"),
        ("BRI,CN,member,2020-01-01,century,,,source,2026-01-01", "line 3, since_precision"),
        ("BRI,CN,member,2020-01-01,day,2019-01-01,,source,2026-01-01", "line 3, until"),
        ("BRI,CN,member,2020-01-01", "line 3, since_precision: the cell is missing"),
        ("BRI,CN,member,2020-01-01,day,,,source,2026-01-01,more", "line 3: 10 cells"),
        (f"BRI,CN,member,2020-01-01,day,,{'x' * 301},source,2026-01-01", "line 3, note"),
        ("\n\nBRI,XX,member,2020-01-01,day,,,source,2026-01-01", "line 5, iso2"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_loaded(row: str, message: str) -> None:
    header = "framework,iso2,status,since,since_precision,until,note,source,as_of"
    good = "BRI,NA,partner,2020-01-01,day,,,source,2026-01-01"
    with pytest.raises(services.BadFile, match=message):
        services.import_frameworks(f"{header}\n{good}\n{row}\n")
    assert not FrameworkMembership.objects.filter(country="NA", status="partner").exists()


def test_a_missing_column_is_named_and_a_blank_first_line_is_passed_over() -> None:
    with pytest.raises(services.BadFile, match="line 1, as_of: the column is missing"):
        services.import_frameworks("framework,iso2,status,since,since_precision,until,note,source\n")
    header = "framework,iso2,status,since,since_precision,until,note,source,as_of"
    assert services.import_frameworks(f"\n{header}\nBRI,NA,partner,2020-01-01,day,,,source,2026-01-01\n") == 1


@pytest.mark.parametrize(
    ("command", "text", "told"),
    [
        ("import_frameworks", "framework\nBRI\n", "line 1, iso2: the column is missing"),
        ("import_frameworks", "", "the file holds no rows"),
        ("import_rates", "\n\ndate,currency,rate\n2026-11-20,USD\n", "line 4, rate: the cell is missing"),
        ("import_rates", "date,currency,rate\n2026-11-20,USD,1,2\n", "line 2: 4 cells under 3 columns"),
        ("import_rates", "date,currency,rate\n2026-11-20,EUR,1\n", "line 2, EUR: rates say"),
        ("import_rates", "date,currency,rate\n2026-11-20,USD,1\n2026-11-20,USD,2\n", "line 3, USD: the rate of"),
        ("import_rates", "Date,USD,JPY\n2026-11-20,1.17\n", "line 2, JPY: the cell is missing"),
        ("import_rates", "Date,USD\n2026-11-20,1.17,180\n", "line 2: 3 cells under 2 columns"),
        ("import_rates", "Date,USD\n2026-11-20,x\n", "line 2, rate of USD"),
        ("import_rates", "Date,USD\n,1\n", "line 2, date"),
        ("import_rates", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "declares a document type"),
        ("import_rates", "<!DOCTYPE a><a/>", "declares a document type"),
        ("import_rates", "<a/>", "the file holds no rates"),
    ],
)
def test_a_command_says_what_is_wrong_with_its_file_and_where(
    tmp_path: Path, command: str, text: str, told: str
) -> None:
    file = tmp_path / "file"
    file.write_text(text, "utf-8")
    before = ExchangeRate.objects.count(), FrameworkMembership.objects.count()
    with pytest.raises(CommandError, match=told):
        call_command(command, file)
    assert (ExchangeRate.objects.count(), FrameworkMembership.objects.count()) == before


@pytest.mark.parametrize(
    "text",
    [
        "date,currency,rate\n2026-11-20,USD,1.17\n",
        "Date,USD,JPY,\n2026-11-20,1.17,N/A,\n",
        "Date, USD, JPY, \n20 November 2026, 1.17, 180.1, \n",
        '<Envelope><Cube><Cube time="2026-11-20"><Cube currency="USD" rate="1.17"/></Cube></Cube></Envelope>',
    ],
)
def test_rates_are_read_as_the_central_bank_publishes_them(text: str) -> None:
    services.import_rates(text)
    assert ExchangeRate.objects.get(currency="USD", day=date(2026, 11, 20)).rate == 1.17
    assert selectors.in_euro(117, "USD", selectors.rates()) == pytest.approx(100)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "date,currency,rate\n2026-11-20,USD,-1\n",
        "date,currency,rate\n2026-11-20,ABC,1\n",
        "date,currency,rate\n2026-11-20,USD,nan\n",
        "<a><b>",
    ],
)
def test_a_wrong_file_of_rates_changes_nothing(text: str) -> None:
    before = ExchangeRate.objects.count()
    with pytest.raises(services.BadFile):
        services.import_rates(text)
    assert ExchangeRate.objects.count() == before


def test_a_framework_that_a_file_names_becomes_a_choice_a_facet_and_a_word() -> None:
    services.import_frameworks(
        "framework,iso2,status,since,since_precision,until,note,source,as_of,name\n"
        "SCO,KZ,member,2001-06-15,day,,,its charter,2026-01-01,Shanghai Cooperation Organisation\n"
        "SCO,CN,member,2001-06-15,day,,,its charter,2026-01-01,\n"
    )
    assert ("SCO", "Shanghai Cooperation Organisation") in choices.frameworks()
    assert fields.framework("sco") == "SCO"
    assert "SCO" in facets.vocabulary().values["framework"]
    asked = places.find("cells for the Shanghai Cooperation Organisation", "en", asked=True)
    assert [tag.concept for tag in asked] == ["SCO"]
    assert selectors.members()["SCO"] == {"KZ", "CN"}


def test_a_framework_added_by_an_administrator_is_known_at_once(client: Client) -> None:
    client.force_login(an_administrator())
    added = {"code": "SCO", "names": '{"en": ["Shanghai Cooperation Organisation"]}'}
    assert client.post("/en/admin/reference/framework/add/", added).status_code == 302
    assert fields.framework("SCO") == "SCO"


def test_there_is_room_for_sixteen_frameworks_and_the_next_is_refused_by_name() -> None:
    for number in range(13):
        Framework.objects.create(code=f"UNION{number}", names={"en": [f"Union {number}"]})
    selectors.forget()
    row = "UNION99,KZ,member,2001-06-15,day,,,its charter,2026-01-01,Union 99\n"
    header = "framework,iso2,status,since,since_precision,until,note,source,as_of,name\n"
    with pytest.raises(services.BadFile, match="line 2, framework: There can be at most 16 frameworks"):
        services.import_frameworks(header + row)
    with pytest.raises(services.BadFile, match="line 2, framework: Three to twelve"):
        services.import_frameworks(header + row.replace("UNION99", "eu"))
