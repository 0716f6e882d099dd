"""Tables of any registered kind, as CSV and as XLSX."""

from datetime import date, datetime

import openpyxl
import pytest

from landrelease.errors import LandreleaseError

NTS = """
mapping = 1
dataset = "xx.nts"
kind = "survey.nts"
key = ["id"]
subject = "area:{id}"
[valid]
from = { column = "from", forms = ["%d.%m.%Y"] }
to = { column = "to", forms = ["%d.%m.%Y"] }
[source]
how_known = "visual"
reliability = "reliable"
[constants]
"evidence.0.grade" = "indirect"
[fields.area]
column = "id"
[fields.hazard_found]
column = "hazard"
codes = { "Sí" = "true", "No" = "false" }
[fields.criteria]
column = "criteria"
split = ";"
[fields.informants]
column = "informants"
not_stated = ["N/A", "-"]
[fields."evidence.0.kind"]
column = "evidence"
[fields.cancelled_area_m2]
column = "cancelled"
unit = "in value"
"""
FIGURES = """
mapping = 1
dataset = "xx.figures"
kind = "figure"
key = ["place", "month"]
[valid]
from = { column = "month" }
[constants]
dataset = "xx.figures"
[fields.admin_area]
column = "place"
[fields.period]
column = "month"
[fields."measures.devices"]
column = "devices"
[fields."measures.area_m2"]
column = "area"
unit = "m2"
[numbers]
decimal = ","
thousands = "."
"""
POINTS = """
mapping = 1
dataset = "xx.items"
kind = "ordnance.item"
key = ["n"]
[file]
sheet = "finds"
header_row = 2
[valid]
from = { column = "day" }
[geometry]
x = "lon"
y = "lat"
crs = "EPSG:4326"
quality = "gnss"
accuracy_m = 5
[fields.ordnance]
column = "class"
codes = { AP = "mine_ap", UXO = "uxo" }
[fields.quantity]
column = "number"
[fields.disposed]
column = "done"
"""


def csv_of(folder, text):
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def xlsx_of(folder, *rows, sheet="finds"):
    book = openpyxl.Workbook()
    book.active.title = "notes"
    made = book.create_sheet(sheet)
    for row in rows:
        made.append(row)
    book.save(folder / "table.xlsx")
    return folder / "table.xlsx"


def test_every_rule_of_the_mapping_is_applied(tmp_path, read):
    head = "id;from;to;hazard;criteria;informants;evidence;cancelled\n"
    table = head + 'A1;01.02.2020;05.02.2020;No;"used; grazed";-;land_in_use;1.5 ha\n'
    [row] = read(csv_of(tmp_path, table), NTS)[0]
    proposal = row.proposal
    assert row.findings == []
    assert (proposal.subject, proposal.valid_from, proposal.valid_to) == ("area:A1", "2020-02-01", "2020-02-05")
    assert (proposal.how_known.value, proposal.reliability.value) == ("visual", "reliable")
    body = proposal.body
    assert (body.hazard_found, body.criteria, body.informants) == (False, ["used", "grazed"], None)
    assert (body.evidence[0].kind.value, body.evidence[0].grade.value) == ("land_in_use", "indirect")
    assert body.cancelled_area_m2 == 15_000


def test_a_figure_keeps_its_measures(tmp_path, read):
    [row] = read(csv_of(tmp_path, 'place\tmonth\tdevices\tarea\nX/Y\t2019-07\t1.200\t"3.456,7"\n'), FIGURES)[0]
    assert row.proposal.body.measures == {"devices": 1200, "area_m2": 3457}
    assert row.proposal.key == "X/Y|2019-07"


def test_a_body_that_lacks_a_field_names_it(tmp_path, read):
    table = "id;from;to;hazard;criteria;informants;evidence;cancelled\nA1;01.02.2020;;;;;other;\n"
    [row] = read(csv_of(tmp_path, table), NTS)[0]
    assert row.proposal is None
    [finding] = row.findings
    assert (finding.error.code, finding.row, finding.field) == ("LR2030", 2, "hazard")


def test_a_period_that_ends_before_it_begins_is_refused(tmp_path, take, ledger):
    table = "id;from;to;hazard;criteria;informants;evidence;cancelled\nA1;05.02.2020;01.02.2020;No;;;other;\n"
    with pytest.raises(LandreleaseError) as error:
        take(csv_of(tmp_path, table), NTS)
    assert [(finding.error.code[:3], finding.row) for finding in error.value.findings[1:]] == [("LR1", 2)]
    assert len(ledger) == 0


class TestSpreadsheets:
    HEAD = (["finds of the year"], ["n", "day", "lon", "lat", "class", "number", "done"])

    def test_typed_cells_are_read_as_text_would_be(self, tmp_path, read):
        path = xlsx_of(
            tmp_path, *self.HEAD,
            [1, date(2020, 6, 30), 15.1234567, -12.5, "AP", 3, True],
            [2, datetime(2020, 7, 1), "15.2", "-12.6", "UXO", 1.0, False],
            [None] * 7,
            [4, "2020", None, None, "AP", None, None],
        )  # fmt: skip
        rows = read(path, POINTS)[0]
        found = [(row.number, [finding.error.code for finding in row.findings]) for row in rows]
        assert found == [(3, []), (4, []), (6, ["LR2058"])]
        first, second, third = (row.proposal for row in rows)
        assert (first.valid_from, first.body.quantity, first.body.disposed) == ("2020-06-30", 3, True)
        assert (first.body.shape.coordinates, first.body.shape.accuracy_m) == ((151234567, -125000000), 5)
        assert (second.body.quantity, second.body.disposed) == (1, False)
        assert (third.body.shape, third.body.quantity) == (None, None)

    def test_findings_name_sheet_and_row(self, tmp_path, read):
        [row] = read(xlsx_of(tmp_path, *self.HEAD, [1, "2020", 15, -12, "AV", 3, True]), POINTS)[0]
        [finding] = row.findings
        assert (finding.file, finding.sheet, finding.row, finding.field) == ("table.xlsx", "finds", 3, "class")

    @pytest.mark.parametrize(
        ("rows", "code"),
        [
            (HEAD, "LR2005"),
            ((["title"],), "LR2005"),
            ((["t"], ["n", "day"], [1, 2]), "LR2004"),
            ((["t"], ["n", "n"], [1, 2]), "LR2031"),
        ],
    )
    def test_a_sheet_that_is_no_table_is_refused(self, tmp_path, read, rows, code):
        with pytest.raises(LandreleaseError) as error:
            read(xlsx_of(tmp_path, *rows), POINTS)
        assert error.value.codes == (code,)

    def test_a_sheet_that_is_not_there_is_named(self, tmp_path, read):
        with pytest.raises(LandreleaseError) as error:
            read(xlsx_of(tmp_path, *self.HEAD, sheet="other"), POINTS)
        assert error.value.codes == ("LR2050",)
        assert "notes, other" in str(error.value)

    @pytest.mark.parametrize("keep", [0, 100, 3_000])
    def test_a_damaged_file_is_refused(self, tmp_path, read, keep):
        path = xlsx_of(tmp_path, *self.HEAD, [1, "2020", 15, -12, "AP", 3, True])
        path.write_bytes(path.read_bytes()[:keep])
        with pytest.raises(LandreleaseError) as error:
            read(path, POINTS)
        assert error.value.codes == ("LR2006",)

    def test_a_spreadsheet_goes_all_the_way(self, tmp_path, take):
        path = xlsx_of(tmp_path, *self.HEAD, [1, date(2020, 6, 30), 15.1, -12.5, "AP", 3, True])
        assert take(path, POINTS).added == 1


class TestSubjects:
    """A template of the subject takes columns that are there and filled: areas are never merged by a gap."""

    TEXT = NTS.replace("area:{id}", "area:{zone}/{id}")
    HEADER = "id,from,to,hazard,criteria,informants,evidence,cancelled,zone"
    ROW = "H-1,01.02.2020,02.02.2020,No,,,marking,1 ha,"

    def test_an_unknown_column_is_a_missing_column(self, read, tmp_path):
        with pytest.raises(LandreleaseError) as caught:
            read(csv_of(tmp_path, f"{self.HEADER[:-5]}\n{self.ROW[:-1]}\n"), self.TEXT)
        assert caught.value.findings[0].error.code == "LR2004"
        assert "zone" in caught.value.findings[0].what

    def test_an_empty_value_refuses_the_row(self, read, tmp_path):
        rows, _ = read(csv_of(tmp_path, f"{self.HEADER}\n{self.ROW}\n{self.ROW}north\n"), self.TEXT)
        assert [row.proposal and row.proposal.subject for row in rows] == [None, "area:north/H-1"]
        assert [(f.error.code, f.field) for f in rows[0].findings] == [("LR2017", "zone")]

    @pytest.mark.parametrize("sign", ["\0", "\x07", "\x1f", "\x7f"])
    def test_a_control_character_refuses_the_row(self, read, tmp_path, sign):
        rows, _ = read(csv_of(tmp_path, f"{self.HEADER}\n{self.ROW}a{sign}b\n{self.ROW}b\n"), self.TEXT)
        assert [(f.error.code, f.field) for f in rows[0].findings] == [("LR2060", "zone")]
        assert [row.proposal is None for row in rows] == [True, False]


def test_a_position_that_cannot_be_read_is_not_called_missing(tmp_path, read):
    text = POINTS.replace("header_row = 2", "header_row = 1").replace('sheet = "finds"', "")
    [row] = read(csv_of(tmp_path, "n,day,lon,lat,class,number,done\n1,2020,x,-12,AP,1,true\n"), text)[0]
    assert [(f.error.code, f.field) for f in row.findings] == [("LR2011", "lon")]
