"""Importing into a ledger: all or nothing, once, in editions, with refused rows set aside."""

import csv
import json
import shutil
from collections import Counter
from datetime import UTC, datetime

import geopandas
import openpyxl
import pytest

from landrelease.errors import LandreleaseError
from landrelease.exchange.findings import summarise, write_findings
from landrelease.exchange.importing import import_file
from landrelease.record.fold import fold
from landrelease.record.ledger import Ledger

EVENTS = "lon,lat,type_code,department,area_type,year,municipality,type_es"
MINE = "-74.776599,8.095854,1,ANTIOQUIA,Rural,1990,NECHÍ,Accidente por MAP"
FIND = "-73.338071,6.441321,4,SANTANDER,Rural,2011,SIMACOTA,Desminado militar en operaciones"
SUSPECT = "-75.853516,6.302789,8,ANTIOQUIA,Rural,2004,ANZÁ,Sospecha de campo minado"
LOST_SIGN = "74.234167,4.197778,4,BOGOTA DC,Rural,2005,Bogotá DC,Desminado militar en operaciones"
NOT_A_TYPE = "-75.0,6.0,9,ANTIOQUIA,Rural,2004,ANZÁ,Otro"

TEAMS = """
mapping = 1
dataset = "xx.accidents"
kind = "accident"
key = ["id"]
[valid]
from = { column = "day" }
[geometry]
x = "lon"
y = "lat"
crs = "EPSG:4326"
quality = "gnss"
[fields.kind]
column = "kind"
[fields.killed]
column = "killed"
"""


def events(folder, *lines, name="events.csv"):
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text("\n".join([EVENTS, *lines]) + "\n", encoding="utf-8")
    return path


def accidents(folder, *lines, name="accidents.csv"):
    path = folder / name
    path.write_text("\n".join(["id,day,kind,lon,lat,killed", *lines]) + "\n", encoding="utf-8")
    return path


def official(ledger, *kinds):
    register = fold(ledger.log())
    return [entry for kind in kinds for entry in register.entries(kind)]


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as source:
        return list(csv.DictReader(source))


def kinds(ledger):
    return Counter(logged.entry.kind for logged in ledger.log())


class TestWhatGoesIn:
    def test_statements_name_file_row_author_and_are_reviewed(self, tmp_path, ledger, take):
        result = take(events(tmp_path, MINE, FIND, SUSPECT))
        assert (result.rows, result.accepted, result.refused, result.added) == (3, 3, 0, 3)
        assert kinds(ledger) == {"accident": 1, "ordnance.item": 1, "evidence": 1, "review": 1, "import": 1}
        [accident] = official(ledger, "accident")
        assert accident.source == {"file": result.sha256, "row": 2}
        assert (accident.author, accident.organisation, accident.valid_from) == ("importer", "centre", "1990")
        assert accident.body["shape"]["coordinates"] == [-747765990, 80958540]
        assert accident.body["admin_area"] == "ANTIOQUIA/NECHI"

    def test_without_a_reviewer_they_wait(self, tmp_path, ledger, take):
        take(events(tmp_path, MINE), reviewer=None)
        register = fold(ledger.log())
        assert register.entries("accident") == []
        assert [entry.kind for entry in register.pending()] == ["accident"]

    @pytest.mark.parametrize("reviewer", ["importer", "Importer", " IMPORTER "])
    def test_nobody_reviews_their_own_import(self, tmp_path, ledger, take, reviewer):
        with pytest.raises(LandreleaseError) as error:
            take(events(tmp_path, MINE), reviewer=reviewer)
        assert error.value.codes == ("LR2046",)
        assert len(ledger) == 0

    def test_the_import_itself_is_recorded(self, tmp_path, ledger, take):
        result = take(events(tmp_path, MINE, FIND))
        [entry] = official(ledger, "import")
        assert entry.subject == "import:co.events"
        assert {name: entry.body[name] for name in ("file", "format", "dataset", "rows", "added")} == {
            "file": "events.csv", "format": "co.events", "dataset": "co.events", "rows": 2, "added": 2,
        }  # fmt: skip
        assert entry.body["sha256"] == result.sha256

    def test_progress_is_told_step_by_step(self, tmp_path, take):
        class Watcher:
            labels = []

            def begin(self, label, total=None):
                self.labels.append(label)

            def advance(self, units=1):
                pass

            def end(self):
                pass

        take(events(tmp_path, MINE), progress=Watcher())
        assert Watcher.labels == [
            "Hashing events.csv", "Reading events.csv", "Comparing with the record", "Recording statements",
        ]  # fmt: skip


class TestAllOrNothing:
    def test_one_wrong_row_stops_everything_and_lies_beside_the_source(self, tmp_path, ledger, take):
        path = events(tmp_path / "in", MINE, NOT_A_TYPE, FIND)
        with pytest.raises(LandreleaseError) as error:
            take(path)
        assert error.value.codes == ("LR2048", "LR2009")
        assert len(ledger) == 0
        [row] = rows(tmp_path / "in" / "events.refused.csv")
        assert (row["type_code"], row["refused_row"], row["refused_code"]) == ("9", "3", "LR2009")
        assert (row["refused_field"], row["refused_kept"]) == ("type_code", "no")
        assert row["refused_remedy"]

    def test_the_good_rows_go_in_where_the_user_says_so(self, tmp_path, ledger, take):
        result = take(events(tmp_path, MINE, NOT_A_TYPE, FIND), accept_partial=True)
        assert (result.rows, result.accepted, result.refused, result.added) == (3, 2, 1, 2)
        assert result.refused_path == tmp_path / "events.refused.csv"
        assert len(official(ledger, "accident", "ordnance.item")) == 2

    def test_a_dry_run_finds_the_same_and_writes_nothing(self, tmp_path, ledger, take):
        path = events(tmp_path / "in", MINE, NOT_A_TYPE)
        result = take(path, dry_run=True)
        assert [finding.error.code for finding in result.findings] == ["LR2009"]
        assert (result.rows, result.added, result.dry_run, result.refused_path) == (2, 1, True, None)
        assert len(ledger) == 0
        assert [file.name for file in (tmp_path / "in").iterdir()] == ["events.csv"]

    def test_a_cancelled_import_leaves_nothing(self, tmp_path, ledger, take):
        class Cancels:
            def begin(self, label, total=None):
                self.recording = label.startswith("Recording")

            def advance(self, units=1):
                if self.recording:
                    raise KeyboardInterrupt

            def end(self):
                pass

        path = events(tmp_path, MINE, FIND, SUSPECT)
        with pytest.raises(KeyboardInterrupt):
            take(path, progress=Cancels())
        assert len(ledger) == 0
        assert take(path).added == 3

    def test_the_event_with_the_lost_sign_is_kept_without_its_position(self, tmp_path, ledger, take):
        result = take(events(tmp_path, MINE, LOST_SIGN), accept_partial=True)
        assert (result.accepted, result.partial, result.refused) == (2, 1, 0)
        [item] = official(ledger, "ordnance.item")
        assert "shape" not in item.body

    def test_or_repaired_with_a_finding_and_the_value_as_entered(self, tmp_path, ledger, take):
        result = take(events(tmp_path, MINE, LOST_SIGN), repair=True)
        assert [finding.error.code for finding in result.findings] == ["LR2022"]
        assert (result.accepted, result.partial, result.refused_path) == (2, 0, None)
        [item] = official(ledger, "ordnance.item")
        assert item.body["shape"]["coordinates"] == [-742341670, 41977780]
        entered = item.body["shape"]["entered"]
        assert (entered["crs"], entered["coordinates"]) == ("EPSG:4326", [["74.234167", "4.197778"]])

    def test_refused_rows_go_to_the_workspace_where_the_source_cannot_be_written_beside(self, tmp_path, ledger, take):
        path = events(tmp_path / "in", NOT_A_TYPE, MINE)
        (tmp_path / "in").chmod(0o555)
        try:
            result = take(path, accept_partial=True)
        finally:
            (tmp_path / "in").chmod(0o755)
        assert result.refused_path == tmp_path / "events.refused.csv"

    def test_a_file_of_refused_rows_is_never_overwritten(self, tmp_path, take):
        (tmp_path / "events.refused.csv").write_text("someone's corrections")
        result = take(events(tmp_path, NOT_A_TYPE, MINE), accept_partial=True)
        assert result.refused_path.name == "events.refused-2.csv"
        assert (tmp_path / "events.refused.csv").read_text() == "someone's corrections"

    def test_the_same_refusal_twice_makes_one_file(self, tmp_path, take):
        path = events(tmp_path / "in", NOT_A_TYPE)
        for _again in range(2):
            with pytest.raises(LandreleaseError):
                take(path)
        assert sorted(file.name for file in (tmp_path / "in").iterdir()) == ["events.csv", "events.refused.csv"]

    @pytest.mark.parametrize(
        ("name", "content", "options", "code"),
        [
            ("data.parquet", "x", {}, "LR2001"),
            ("data.csv", "a,b\n1,2\n", {}, "LR2002"),
            ("data.csv", "a,b\n1,2\n", {"format": "no.such"}, "LR2001"),
            ("data.csv", "a,b\n1,2\n", {"format": "co.events"}, "LR2004"),
            ("data.geojson", "{}", {}, "LR2002"),
        ],
    )
    def test_a_file_without_a_format_is_refused(self, tmp_path, ledger, take, name, content, options, code):
        path = tmp_path / name
        path.write_text(content)
        with pytest.raises(LandreleaseError) as error:
            take(path, **options)
        assert error.value.codes == (code,)
        assert len(ledger) == 0

    def test_a_missing_file_is_named(self, tmp_path, take):
        with pytest.raises(LandreleaseError) as error:
            take(tmp_path / "none.csv")
        assert error.value.codes == ("LR0002",)


class TestOnce:
    @pytest.mark.invariant(11)
    def test_the_same_file_again_adds_nothing(self, tmp_path, ledger, take):
        path = events(tmp_path, MINE, FIND)
        take(path)
        size = len(ledger)
        again = take(path)
        assert len(ledger) == size
        assert [finding.error.code for finding in again.findings] == ["LR2042"]
        assert (again.rows, again.added, again.unchanged) == (0, 0, 0)

    @pytest.mark.invariant(11)
    def test_the_same_file_under_another_name_adds_nothing(self, tmp_path, ledger, take):
        path = events(tmp_path, MINE, FIND)
        take(path)
        size = len(ledger)
        take(shutil.copy(path, tmp_path / "copy.csv"))
        assert len(ledger) == size

    def test_the_same_rows_in_other_bytes_change_nothing_but_the_list_of_imports(self, tmp_path, ledger, take):
        take(events(tmp_path, MINE, FIND))
        result = take(events(tmp_path, FIND, MINE, name="sorted.csv"))
        assert (result.added, result.replaced, result.withdrawn, result.unchanged) == (0, 0, 0, 2)
        assert kinds(ledger)["import"] == 2
        assert len(official(ledger, "accident", "ordnance.item")) == 2

    def test_a_repair_asked_for_later_supersedes_the_row_without_position(self, tmp_path, ledger, take):
        path = events(tmp_path, MINE, LOST_SIGN)
        take(path, accept_partial=True)
        result = take(path, repair=True)
        assert (result.unchanged, result.replaced, result.added) == (1, 1, 0)
        [item] = official(ledger, "ordnance.item")
        assert "shape" in item.body

    def test_an_import_that_was_overtaken_writes_nothing(self, tmp_path, ledger, take):
        path = events(tmp_path, MINE, FIND)

        class Overtaking:
            """Imports the same file once the first import has compared it with the record."""

            label, done = "", False

            def begin(self, label, total=None):
                self.label = label

            def advance(self, units=1):
                pass

            def end(self):
                if self.label.startswith("Comparing") and not self.done:
                    self.done = True
                    take(path)

        with pytest.raises(LandreleaseError) as error:
            take(path, progress=Overtaking())
        assert error.value.codes == ("LR2052",)
        assert len(official(ledger, "accident", "ordnance.item")) == 2


class TestLookAlikes:
    def test_rows_that_look_alike_are_all_kept_each_with_its_subject(self, tmp_path, ledger, take):
        result = take(events(tmp_path, MINE, MINE, MINE))
        assert result.added == 3
        assert [finding.details for finding in result.findings if finding.error.code == "LR2032"] == [{"count": 2}]
        assert len({entry.subject for entry in official(ledger, "accident")}) == 3

    @pytest.mark.parametrize(("copies", "unchanged", "added", "withdrawn"), [(2, 2, 0, 1), (3, 3, 0, 0), (5, 3, 2, 0)])
    def test_they_are_counted_against_the_next_edition(
        self, tmp_path, ledger, take, copies, unchanged, added, withdrawn
    ):
        others = [f"{MINE},".replace("1990", str(year)).rstrip(",") for year in (1989, 1991, 1992, 1993)]
        take(events(tmp_path, *others, MINE, MINE, MINE))
        result = take(events(tmp_path, *[MINE] * copies, *others, name="next.csv"))
        assert (result.unchanged - 4, result.added, result.withdrawn) == (unchanged, added, withdrawn)
        assert len(official(ledger, "accident")) == 4 + copies
        assert len({entry.subject for entry in official(ledger, "accident")}) == 4 + copies


class TestEditions:
    def test_a_changed_row_supersedes_its_statement(self, tmp_path, ledger, take):
        take(events(tmp_path, MINE, FIND))
        [before] = official(ledger, "accident")
        result = take(events(tmp_path, MINE.replace("8.095854", "8.1"), FIND, name="next.csv"))
        assert (result.added, result.replaced, result.withdrawn, result.unchanged) == (0, 1, 0, 1)
        [after] = official(ledger, "accident")
        assert after.subject == before.subject
        assert after.body["shape"]["coordinates"][1] == 81000000
        assert fold(ledger.log()).standing(before.hash) == "superseded"

    def test_what_was_known_before_can_still_be_asked(self, tmp_path):
        now = [datetime(2020, 1, 1, tzinfo=UTC)]
        with Ledger.create(tmp_path / "l.sqlite", clock=lambda: now[0]) as ledger:
            who = {"author": "a", "organisation": "o", "reviewer": "r"}
            import_file(ledger, events(tmp_path, MINE, FIND), **who)
            now[0] = datetime(2021, 1, 1, tzinfo=UTC)
            import_file(ledger, events(tmp_path, MINE.replace("8.095854", "8.1"), FIND, name="next.csv"), **who)
            for year, latitude in (("2020", 80958540), ("2021", 81000000)):
                [entry] = fold(ledger.log(received_by=year)).entries("accident")
                assert entry.body["shape"]["coordinates"][1] == latitude

    def test_a_row_that_is_gone_from_a_complete_edition_is_withdrawn_with_a_finding(self, tmp_path, ledger, take):
        several = [MINE.replace("1990", str(year)) for year in range(1990, 2000)]
        take(events(tmp_path, *several))
        result = take(events(tmp_path, *several[:4], *several[5:], name="next.csv"))
        assert (result.withdrawn, result.unchanged) == (1, 9)
        assert [f.details for f in result.findings if f.error.code == "LR2044"] == [{"count": 1}]
        assert "1994" not in {entry.valid_from for entry in official(ledger, "accident")}

    def test_without_a_reviewer_the_withdrawal_waits_too(self, tmp_path, ledger, take):
        several = [MINE.replace("1990", str(year)) for year in range(1990, 2000)]
        take(events(tmp_path, *several))
        take(events(tmp_path, *several[:4], *several[5:], name="next.csv"), reviewer=None)
        assert len(official(ledger, "accident")) == 10

    def test_a_refused_row_is_not_a_row_that_is_gone(self, tmp_path, ledger, take):
        several = [MINE.replace("1990", str(year)) for year in range(1990, 2000)]
        take(events(tmp_path, *several))
        broken = [*several[:4], several[4].replace(",1,", ",9,"), *several[5:]]
        result = take(events(tmp_path, *broken, name="next.csv"), accept_partial=True)
        assert (result.withdrawn, result.refused) == (0, 1)
        assert "LR2045" in [finding.error.code for finding in result.findings]
        assert len(official(ledger, "accident")) == 10

    def test_an_excerpt_is_not_taken_for_an_edition(self, tmp_path, ledger, take):
        several = [MINE.replace("1990", str(year)) for year in range(1990, 2000)]
        take(events(tmp_path, *several))
        excerpt = events(tmp_path, several[0], several[-1], name="excerpt.csv")
        with pytest.raises(LandreleaseError) as error:
            take(excerpt)
        assert error.value.codes == ("LR2051",)
        assert len(official(ledger, "accident")) == 10
        assert take(excerpt, complete=False).unchanged == 2
        assert len(official(ledger, "accident")) == 10

    def test_unless_the_user_confirms(self, tmp_path, ledger, take):
        several = [MINE.replace("1990", str(year)) for year in range(1990, 2000)]
        take(events(tmp_path, *several))
        assert take(events(tmp_path, several[0], several[-1], name="next.csv"), complete=True).withdrawn == 8

    def test_an_older_edition_does_not_undo_a_newer_one(self, tmp_path, ledger, take):
        take(events(tmp_path, MINE, FIND))
        size = len(ledger)
        with pytest.raises(LandreleaseError) as error:
            take(events(tmp_path, MINE.replace("8.0", "8.1"), name="older.csv"))
        assert error.value.codes == ("LR2043",)
        assert len(ledger) == size

    def test_a_third_edition_stands_on_the_second(self, tmp_path, ledger, take):
        for number, latitude in enumerate(("8.1", "8.2", "8.3")):
            take(events(tmp_path, MINE.replace("8.095854", latitude), FIND, name=f"{number}.csv"))
        [entry] = official(ledger, "accident")
        assert entry.body["shape"]["coordinates"][1] == 83000000
        assert fold(ledger.log()).conflicts == []

    def test_going_back_to_an_earlier_value_is_a_new_statement(self, tmp_path, ledger, take):
        for number, latitude in enumerate(("8.1", "8.2", "8.1")):
            extra = FIND.replace("2011", str(2011 + number))
            take(events(tmp_path, MINE.replace("8.095854", latitude), FIND, extra, name=f"{number}.csv"))
        [entry] = official(ledger, "accident")
        assert entry.body["shape"]["coordinates"][1] == 81000000


class TestCorrectedRows:
    """The file of refused rows, corrected and imported as it is."""

    def corrected(self, path, change):
        table = rows(path)
        for row in table:
            change(row)
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.DictWriter(out, table[0])
            writer.writeheader()
            writer.writerows(table)
        return path

    def test_a_refused_row_is_added_and_nothing_withdrawn(self, tmp_path, ledger, take):
        result = take(events(tmp_path, MINE, NOT_A_TYPE, FIND), accept_partial=True)
        path = self.corrected(
            result.refused_path, lambda row: row.update(type_code="8", type_es="Sospecha de campo minado")
        )
        again = take(path)
        assert (again.added, again.replaced, again.withdrawn) == (1, 0, 0)
        assert len(official(ledger, "accident", "ordnance.item", "evidence")) == 3

    def test_a_corrected_position_replaces_the_row_that_was_kept_without_it(self, tmp_path, ledger, take):
        twin = LOST_SIGN.replace("74.234167", "-74.0")
        result = take(events(tmp_path, MINE, twin, LOST_SIGN, twin), accept_partial=True)
        again = take(self.corrected(result.refused_path, lambda row: row.update(lon="-74.234167")))
        assert (again.added, again.replaced, again.withdrawn) == (0, 1, 0)
        places = Counter(entry.body["shape"]["coordinates"][0] for entry in official(ledger, "ordnance.item"))
        assert places == {-740000000: 2, -742341670: 1}

    def test_the_corrected_edition_then_finds_nothing_to_do(self, tmp_path, ledger, take):
        result = take(events(tmp_path, MINE, LOST_SIGN), accept_partial=True)
        take(self.corrected(result.refused_path, lambda row: row.update(lon="-74.234167")))
        whole = take(events(tmp_path, MINE, LOST_SIGN.replace("74.2", "-74.2"), name="next.csv"))
        assert (whole.unchanged, whole.added, whole.replaced, whole.withdrawn) == (2, 0, 0, 0)


class TestMappedTables:
    def test_rows_become_statements_of_any_kind(self, tmp_path, ledger, take):
        take(accidents(tmp_path, "A1,2020-05-01,mine,15.1,-12.2,1", "A2,2021-03,uxo,,,"), TEAMS)
        first, second = official(ledger, "accident")
        assert (first.body["killed"], first.body["shape"]["quality"], first.valid_from) == (1, "gnss", "2020-05-01")
        assert "killed" not in second.body
        assert "shape" not in second.body

    def test_a_partial_list_keeps_what_it_does_not_name(self, tmp_path, ledger, take):
        take(accidents(tmp_path, "A1,2020,mine,,,1", "A2,2021,uxo,,,0"), TEAMS)
        result = take(accidents(tmp_path, "A2,2021,uxo,,,2", name="next.csv"), TEAMS)
        assert (result.replaced, result.withdrawn) == (1, 0)
        assert [finding.error.code for finding in result.findings] == ["LR2059", "LR2058", "LR2045"]
        assert sorted(entry.body["killed"] for entry in official(ledger, "accident")) == [1, 2]

    def test_a_repeated_key_is_named_and_kept(self, tmp_path, ledger, take):
        result = take(accidents(tmp_path, "A1,2020,mine,,,1", "A2,2020,mine,,,1", "A1,2020,mine,,,3"), TEAMS)
        [finding] = [finding for finding in result.findings if finding.error.code == "LR2034"]
        assert (finding.row, finding.details) == (4, {"key": "A1", "first": 2})
        assert len(official(ledger, "accident")) == 3

    def test_another_mapping_reads_the_same_file_anew(self, tmp_path, ledger, take):
        path = accidents(tmp_path, "A1,2020,mine,,,1")
        take(path, TEAMS)
        result = take(path, TEAMS.replace('quality = "gnss"', 'quality = "map"'))
        assert (result.unchanged, result.added) == (1, 0)
        assert kinds(ledger)["import"] == 2

    def test_two_datasets_do_not_touch_each_other(self, tmp_path, ledger, take):
        take(accidents(tmp_path, "A1,2020,mine,,,1"), TEAMS)
        result = take(accidents(tmp_path, "A1,2020,mine,,,2"), TEAMS.replace("xx.", "yy."))
        assert (result.added, result.replaced) == (1, 0)
        assert len({entry.subject for entry in official(ledger, "accident")}) == 2


class TestFindingsForPeople:
    def test_they_are_summed_by_code_and_field(self, tmp_path, take):
        result = take(events(tmp_path, MINE, *[NOT_A_TYPE] * 12, LOST_SIGN), dry_run=True)
        first, second = result.summary[:2]
        assert (first.error.code, first.count, first.rows) == ("LR2009", 12, tuple(range(3, 13)))
        assert (second.error.code, second.count, second.rows) == ("LR2021", 1, (15,))
        assert summarise(result.findings) == result.summary
        assert "12 times" in str(first)
        assert "3, 4, 5" in str(first)
        assert str(second) == str(second.example)

    def test_and_listed_row_by_row(self, tmp_path, take):
        result = take(events(tmp_path, NOT_A_TYPE, MINE), dry_run=True)
        write_findings(result.findings, tmp_path / "findings.csv")
        [row] = rows(tmp_path / "findings.csv")
        assert (row["code"], row["severity"], row["row"], row["field"]) == ("LR2009", "error", "2", "type_code")

    def test_they_can_be_plain_values(self, tmp_path, take):
        result = take(events(tmp_path, LOST_SIGN, MINE), dry_run=True)
        assert json.loads(json.dumps([finding.as_dict() for finding in result.findings]))[0]["code"] == "LR2021"


class TestTerritory:
    """Without bounds in the mapping, positions are checked against those that the ledger holds."""

    HOME = [f"A-{n},2020-01-01,mine,{15 + n / 10},{-12 - n / 20},1" for n in range(20)]

    def codes(self, result):
        codes = (finding.error.code for finding in result.findings)
        return Counter(code for code in codes if code != "LR2045")

    def test_where_the_ledger_says_nothing_that_is_said_once(self, tmp_path, take):
        result = take(accidents(tmp_path, *self.HOME[:3]), TEAMS)
        assert self.codes(result) == {"LR2059": 1}
        assert result.added == 3

    def test_bounds_of_the_mapping_need_no_note(self, tmp_path, take):
        bounds = "[geometry.bounds]\nwest = 11\nsouth = -19\neast = 25\nnorth = -4\n[fields.kind]"
        assert not take(accidents(tmp_path, *self.HOME), TEAMS.replace("[fields.kind]", bounds)).findings

    @pytest.mark.parametrize(
        ("lon", "lat", "code"),
        [
            (-12.0, 15.0, "LR2019"),  # exchanged, and said so
            (21.5, -12.0, "LR2020"),  # the next zone
            (16.95, -11.5, None),  # a little further than anything before
        ],
    )
    def test_positions_far_from_all_others_are_refused(self, tmp_path, take, lon, lat, code):
        take(accidents(tmp_path, *self.HOME), TEAMS)
        late = accidents(tmp_path, f"B-1,2021-01-01,mine,{lon},{lat},1", name="late.csv")
        result = take(late, TEAMS, accept_partial=True)
        assert self.codes(result) == ({code: 1} if code else {})
        assert result.added == (code is None)

    def test_nineteen_positions_are_too_few(self, tmp_path, take):
        take(accidents(tmp_path, *self.HOME[:19]), TEAMS)
        result = take(accidents(tmp_path, "B-1,2021-01-01,mine,-12.0,15.0,1", name="late.csv"), TEAMS)
        assert (self.codes(result), result.added) == ({"LR2059": 1}, 1)


class TestRefusedRowsOfEveryFormat:
    """What was refused, corrected in its file, comes in as if the source had been right."""

    TABLE = TEAMS.replace("[valid]", '[file]\nencoding = "latin-1"\ndelimiter = ";"\nheader_row = 3\n[valid]')
    FEATURES = TEAMS.replace('x = "lon"\ny = "lat"\ncrs = "EPSG:4326"\n', "")

    def feature(self, number, kind):
        place = {"type": "Point", "coordinates": [15.123456789, -12.25]}
        properties = {"id": f"-A{number}", "day": "2020-01-02", "kind": kind, "killed": number}
        return {"type": "Feature", "properties": properties, "geometry": place}

    def source(self, folder, suffix):
        path = folder / f"in{suffix}"
        features = [self.feature(1, "mine"), self.feature(2, "wrong")]
        if suffix == ".geojson":
            path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        elif suffix == ".gpkg":
            frame = geopandas.GeoDataFrame.from_features(features, crs="EPSG:4326").to_crs("EPSG:32733")
            frame.to_file(path, driver="GPKG", engine="pyogrio")
        elif suffix == ".kml":
            path.write_text("<kml><Document>" + "".join(map(self.placemark, features)) + "</Document></kml>")
        else:
            rows = [[*f["properties"].values(), *f["geometry"]["coordinates"]] for f in features]
            lines = [["Relatório"], [], ["id", "day", "kind", "killed", "lon", "lat"], *rows]
            if suffix == ".csv":
                path.write_text("\n".join(";".join(map(str, line)) for line in lines) + "\n", encoding="latin-1")
            else:
                book = openpyxl.Workbook()
                for line in lines:
                    book.active.append(line)
                book.save(path)
        return path

    def placemark(self, feature):
        data = "".join(f'<Data name="{k}"><value>{v}</value></Data>' for k, v in feature["properties"].items())
        place = ",".join(map(str, feature["geometry"]["coordinates"]))
        point = f"<Point><coordinates>{place}</coordinates></Point>"
        return f"<Placemark><ExtendedData>{data}</ExtendedData>{point}</Placemark>"

    @pytest.mark.parametrize("delimiter", [",", ";"])
    @pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".geojson", ".gpkg", ".kml"])
    def test_the_corrected_row_is_the_row_of_the_source(self, tmp_path, ledger, take, suffix, delimiter):
        mapping = self.TABLE if suffix in (".csv", ".xlsx") else self.FEATURES
        result = take(self.source(tmp_path, suffix), mapping, accept_partial=True)
        assert (result.added, result.refused) == (1, 1)
        [row] = rows(result.refused_path)
        assert (row["id"], row["kind"]) == ("'-A2", "wrong")
        row["kind"] = "uxo"
        with result.refused_path.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.DictWriter(out, row, delimiter=delimiter)
            writer.writeheader()
            writer.writerow(row)
        again = take(result.refused_path, mapping)
        assert (again.added, again.refused, again.withdrawn) == (1, 0, 0)
        first, second = official(ledger, "accident")
        assert {first.body["kind"], second.body["kind"]} == {"mine", "uxo"}
        assert first.body["shape"] == second.body["shape"]
        assert first.body["shape"]["coordinates"] == [151234568, -122500000]
