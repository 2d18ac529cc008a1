"""Reading files: what is understood, what is refused, and where a file that breaks off is taken up to."""

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from apps.core.records import Field, Record, day, items, number, rows, text
from apps.imports import readers, spreadsheets
from apps.imports.rows import Refused, Row

SITE = Record("site", [Field("name", "Name", text(50), "text", required=True)])
RECORD = Record(
    "listing",
    [
        Field("external_id", "External id", text(50), "text", required=True),
        Field("title", "Title", text(100), "text", required=True),
        Field("languages", "Languages", items(text(9)), "list"),
        Field("power", "Power", number("MW"), "number"),
        Field("expires", "Expires", day, "date"),
        Field("sites", "Sites", rows(SITE), "rows"),
    ],
)
Write = Callable[..., Path]


def read(path: Path) -> list[Row]:
    return list(readers.read(path, RECORD))


def ids(found: list[Row]) -> list[str]:
    return [row.raw.get("external_id", "") for row in found]


def codes(found: list[Row]) -> list[tuple[int, str, str]]:
    return [(row.line, problem.field, problem.code) for row in found for problem in row.problems]


def refusal(path: Path) -> Refused:
    with pytest.raises(Refused) as caught:
        read(path)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_is_read_in_each_encoding_that_says_what_it_is(a_file: Write, encoding: str) -> None:
    found = read(a_file("external_id,title\na,全钒液流电池\nb,Зарядка 🔋\n", encoding=encoding))
    assert [row.raw for row in found] == [
        {"external_id": "a", "title": "全钒液流电池"},
        {"external_id": "b", "title": "Зарядка 🔋"},
    ]
    assert [row.line for row in found] == [2, 3]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_seen_from_the_header(a_file: Write, delimiter: str) -> None:
    lines = [["external_id", "title", "languages"], ["a", '"one; two, three"', '"en;fr"']]
    found = read(a_file("\r\n".join(delimiter.join(line) for line in lines)))
    assert found[0].raw == {"external_id": "a", "title": "one; two, three", "languages": "en;fr"}
    assert RECORD.clean(found[0].raw)[0]["languages"] == ["en", "fr"]


def test_another_encoding_is_refused_by_the_line_where_it_shows(a_file: Write) -> None:
    path = a_file("external_id,title\na,plain\nb,Сеть\n", encoding="cp1251")
    refused = refusal(path)
    assert refused.line == 3
    assert refused.problems[0].code == "encoding"
    assert "Line 3" in str(refused)


def test_the_bad_byte_is_found_far_into_a_large_file(a_file: Write) -> None:
    whole = "external_id,title\n" + "".join(f"{number},title {number}\n" for number in range(20_000))
    refused = refusal(a_file(whole.encode() + b"x,caf\xe9\ny,z\n"))
    assert refused.line == 20_002


def test_utf_16_without_its_mark_is_refused(a_file: Write) -> None:
    assert refusal(a_file("external_id,title\na,b\n", encoding="utf-16-le")).problems[0].code == "encoding"


def test_unknown_doubled_and_missing_columns_are_named_once(a_file: Write) -> None:
    refused = refusal(a_file("external_id,titel,power,power\n" + "a,b,1,2\n" * 50))
    assert [(problem.field, problem.code) for problem in refused.problems] == [
        ("titel", "unknown"),
        ("power", "twice"),
        ("title", "required"),
    ]
    assert "titel" in str(refused)


def test_a_cell_keeps_its_line_breaks_and_the_next_row_its_line(a_file: Write) -> None:
    found = read(a_file(b'external_id,title\r\na,"one\r\ntwo"\r\nb,three\r\n'))
    assert [(row.line, row.raw["title"]) for row in found] == [(2, "one\r\ntwo"), (4, "three")]


def test_lists_of_objects_stand_in_their_cell_as_json(table: Write) -> None:
    record = {"external_id": "a", "title": "t", "sites": [{"name": "Kaskelen"}]}
    found = read(table([record, record | {"external_id": "b", "sites": "[{"}]))
    assert found[0].raw["sites"] == [{"name": "Kaskelen"}]
    assert codes(found) == [(3, "sites", "json")]


def test_a_row_with_too_many_or_too_few_cells_is_refused_and_the_next_goes_on(a_file: Write) -> None:
    found = read(a_file("external_id,title\na\nb,c,d\ne,f\n"))
    assert codes(found) == [(2, "", "cells"), (3, "", "cells")]
    assert found[2].raw == {"external_id": "e", "title": "f"}


def test_a_quote_in_the_wrong_place_costs_its_own_row_only(a_file: Write) -> None:
    found = read(a_file('external_id,title\na,"b"c\nd,e\n'))
    assert codes(found) == [(2, "", "csv")]
    assert found[1].raw == {"external_id": "d", "title": "e"}


def test_a_table_cut_off_in_a_quoted_cell_is_read_up_to_the_break(a_file: Write) -> None:
    found = read(a_file('external_id,title\na,b\nc,"half a ti'))
    assert ids(found) == ["a", ""]
    assert codes(found) == [(3, "", "breaks_off")]
    assert "line 3" in found[1].problems[0].message


def test_a_table_cut_off_between_cells_is_read_up_to_the_break(a_file: Write) -> None:
    assert codes(read(a_file("external_id,title\na,b\nc"))) == [(3, "", "breaks_off")]


def test_a_file_cut_off_inside_a_letter_is_read_up_to_the_break(a_file: Write) -> None:
    found = read(a_file("external_id,title\na,b\nc,电".encode()[:-1]))
    assert ids(found)[0] == "a"
    assert codes(found) == [(3, "", "breaks_off")]


def test_the_last_line_needs_no_end(a_file: Write) -> None:
    assert ids(read(a_file("external_id,title\na,b\nc,d"))) == ["a", "c"]


def test_empty_lines_count_but_hold_no_record(a_file: Write) -> None:
    assert [row.line for row in read(a_file("external_id,title\n\na,b\n,\n\nc,d\n"))] == [3, 6]


def test_json_lines_are_read_with_their_types(json_lines: Write) -> None:
    record = {"external_id": "a", "title": "t", "power": 5.5, "languages": ["en"], "sites": [{"name": "x"}]}
    assert read(json_lines([record]))[0].raw == record


def test_a_line_that_is_no_object_costs_itself_only(a_file: Write) -> None:
    lines = ['{"external_id": "a"}', "nonsense", "[1]", '"text"', "9" * 5000, "[" * 100_000, '{"external_id": "b"}']
    found = read(a_file("\n".join(lines) + "\n", "records.jsonl"))
    assert [line for line, _field, code in codes(found) if code == "json"] == [2, 3, 4, 5, 6]
    assert ids([found[0], found[-1]]) == ["a", "b"]


def test_json_lines_cut_off_are_read_up_to_the_break(a_file: Write) -> None:
    found = read(a_file('{"external_id": "a"}\n{"external_id": "b", "tit', "records.jsonl"))
    assert codes(found) == [(2, "", "breaks_off")]


def test_a_json_list_is_refused_with_what_to_write(a_file: Write) -> None:
    assert "one object a line" in str(refusal(a_file('[{"external_id": "a"}]', "records.json")))


def test_a_line_without_an_end_is_not_read_forever(a_file: Write) -> None:
    path = a_file('{"external_id": "a"}\n{"external_id": "' + "x" * 5_000_000, "records.jsonl")
    assert codes(read(path)) == [(2, "", "breaks_off")]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(a_file: Write, content: bytes) -> None:
    assert refusal(a_file(content)).problems[0].code == "empty"


def test_the_second_row_of_an_external_id_is_refused_and_names_the_first(a_file: Write) -> None:
    found = read(a_file("external_id,title\na,one\nb,two\na,three\n"))
    assert codes(found) == [(4, "external_id", "duplicate")]
    assert "Line 2" in found[2].problems[0].message


def test_a_spreadsheet_gives_numbers_and_dates_as_they_are(sheet: Write) -> None:
    expires = date(2028, 5, 1)
    found = read(sheet([["external_id", "title", "power", "expires"], [17, "t", 2.5, expires], ["b", "u", None, None]]))
    values, problems = RECORD.clean(found[0].raw)
    assert not problems
    assert (values["external_id"], values["power"], values["expires"]) == ("17", 2.5, expires)
    assert [row.line for row in found] == [2, 3]


def test_a_spreadsheet_error_in_a_cell_is_named(sheet: Write) -> None:
    found = read(sheet([["external_id", "title", "power"], ["a", "t", "#DIV/0!"]]))
    assert codes(found) == [(2, "power", "spreadsheet_error")]


def test_a_cell_beside_the_columns_is_refused(sheet: Write) -> None:
    assert codes(read(sheet([["external_id", "title"], ["a", "t", "more"]]))) == [(2, "", "cells")]


def test_a_spreadsheet_that_declares_a_million_columns_is_read_by_its_cells(sheet: Write, tmp_path: Path) -> None:
    path = sheet([["external_id", "title"], ["a", "t"]])
    swollen = _rewritten(path, tmp_path, "A1:B2", "A1:XFD1048576")
    assert ids(read(swollen)) == ["a"]


def test_rows_that_are_only_declared_do_not_go_on_forever(sheet: Write, tmp_path: Path) -> None:
    path = sheet([["external_id", "title"], ["a", "t"], ["b", "t"]])
    far = _rewritten(path, tmp_path, '<row r="3"', '<row r="99999999999"', {'r="A3"': "", 'r="B3"': ""})
    found = read(far)
    assert ids(found)[0] == "a"
    assert codes(found)[-1][2] == "breaks_off"


def test_a_spreadsheet_that_unpacks_to_too_much_is_refused_before_it_is_opened(
    sheet: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("sheet.xml", "w") as part:
        for _ in range(spreadsheets.MOST_UNPACKED // 1024 // 1024 + 1):
            part.write(b" " * 1024 * 1024)
    assert bomb.stat().st_size < 500_000
    monkeypatch.setattr("openpyxl.load_workbook", _must_not_be_called)
    assert refusal(bomb).problems[0].code == "too_large"


def test_a_spreadsheet_of_too_many_parts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "parts.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for part in range(spreadsheets.MOST_PARTS + 1):
            archive.writestr(f"{part}.xml", "")
    assert refusal(path).problems[0].code == "too_large"


def test_an_archive_that_lies_about_its_sizes_is_read_no_further_than_it_says(sheet: Write, tmp_path: Path) -> None:
    """The declared size of the sheet is cut in both headers: what lies behind it is never unpacked."""
    path = sheet([["external_id", "title"], *[[str(number), "t" * 50] for number in range(2000)]])
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    true, lie = part.file_size.to_bytes(4, "little"), (2000).to_bytes(4, "little")
    path.write_bytes(bytes(data).replace(true, lie))
    assert refusal(path).problems[0].code == "format"


def test_half_a_spreadsheet_is_refused(sheet: Write, a_file: Write) -> None:
    whole = sheet([["external_id", "title"], ["a", "t"]]).read_bytes()
    assert refusal(a_file(whole[: len(whole) // 2], "half.xlsx")).problems[0].code == "format"


def test_an_old_spreadsheet_is_refused_with_what_to_do(a_file: Write) -> None:
    assert ".xlsx" in str(refusal(a_file(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old.xls")))


def _must_not_be_called(*_args: Any, **_options: Any) -> None:
    raise AssertionError("the archive was opened")


def _rewritten(path: Path, folder: Path, old: str, new: str, more: dict[str, str] | None = None) -> Path:
    """The same spreadsheet with a text of its first sheet replaced."""
    result = folder / "rewritten.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                assert old.encode() in content
                for before, after in ({old: new} | (more or {})).items():
                    content = content.replace(before.encode(), after.encode())
            target.writestr(part.filename, content)
    return result


def test_a_number_in_a_text_field_keeps_its_digits_or_is_refused(a_file: Write) -> None:
    lines = [
        '{"external_id": 911100006000373417, "title": "t"}',
        '{"external_id": 91110000600037341712345, "title": "t"}',
    ]
    exact, too_long = (RECORD.clean(row.raw) for row in read(a_file("\n".join(lines), "records.jsonl")))
    assert exact[0]["external_id"] == "911100006000373417"
    assert [(problem.field, problem.code) for problem in too_long[1]] == [("external_id", "digits_lost")]
