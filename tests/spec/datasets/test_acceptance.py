"""Acceptance tests from the real data sets; the numbers are those of reference/datasets.md, sections 2 to 4 and 7."""

import csv
from collections import Counter
from itertools import chain
from pathlib import Path

import pandas as pd
import pytest

from landrelease.exchange.colombia import bounds, normalise
from landrelease.land.figures import figures

pytestmark = pytest.mark.data
EVENT_KINDS = ("accident", "ordnance.item", "evidence")


@pytest.fixture(scope="session")
def events(register):
    return [entry for kind in EVENT_KINDS for entry in register.entries(kind)]


@pytest.fixture(scope="session")
def clearance(register):
    return figures(register)


def rows_of(path):
    with Path(path).open(encoding="utf-8-sig", newline="") as source:
        return list(csv.DictReader(source))


def totals(frame):
    return frame.groupby("measure").value.sum().to_dict()


class TestA1EventsAreComplete:
    def test_every_row_is_a_statement(self, colombia, events):
        result = colombia.results["events"]
        assert (result.rows, result.accepted, result.refused, result.added) == (36_527, 36_527, 0, 36_527)
        assert len(events) == 36_527

    def test_departments_and_municipalities(self, events):
        places = {entry.body["admin_area"] for entry in events}
        assert len({place.split("/")[0] for place in places}) == 32

    def test_names_and_points_in_the_file(self, colombia):
        rows = rows_of(colombia.paths["events"])
        assert len({row["municipality"] for row in rows}) == 718
        assert len({(float(row["lon"]), float(row["lat"])) for row in rows}) == 27_241

    def test_every_subject_is_its_own(self, events):
        assert len({entry.subject for entry in events}) == 36_527


class TestA2OneRowOutsideTheCountry:
    def test_the_finding_names_row_and_field(self, colombia):
        [finding] = colombia.findings("events", "LR2021")
        assert (finding.row, finding.field) == (5780, "lon")
        assert "74.23416667" in finding.what
        assert "--repair" in finding.remedy

    def test_the_event_is_kept_without_its_position(self, colombia, events):
        assert colombia.results["events"].partial == 1
        [entry] = [entry for entry in events if "shape" not in entry.body]
        assert entry.body["admin_area"] == "BOGOTA DC/BOGOTA DC"
        assert entry.source["row"] == 5780

    def test_every_position_that_is_kept_lies_in_the_country(self, events):
        points = [entry.body["shape"]["coordinates"] for entry in events if "shape" in entry.body]
        assert len(points) == 36_526
        assert all(bounds().hold(x / 1e7, y / 1e7) for x, y in points)

    def test_the_row_is_in_the_file_of_refused_rows(self, colombia):
        [row] = rows_of(colombia.results["events"].refused_path)
        assert (row["refused_row"], row["refused_code"], row["refused_kept"]) == ("5780", "LR2021", "without the field")


@pytest.mark.parametrize(
    ("label", "kind", "rows"),
    [
        ("Desminado militar en operaciones", "ordnance.item", 24_136),
        ("Accidente por MAP", "accident", 6_667),
        ("Incautaciones", "evidence", 3_494),
        ("Sospecha de campo minado", "evidence", 1_908),
        ("Accidente por MUSE", "accident", 242),
        ("Municiones sin explotar", "ordnance.item", 44),
        ("Produccion de Minas (Fabrica)", "evidence", 28),
        ("Arsenal almacenada", "evidence", 8),
    ],
)
def test_a3_every_type_becomes_its_kind(register, label, kind, rows):
    assert sum(entry.body["note"].split("; ")[0] == label for entry in register.entries(kind)) == rows


def test_events_are_placed_not_surveyed(events):
    qualities = Counter(entry.body["shape"]["quality"] for entry in events if "shape" in entry.body)
    assert qualities == {"place": 36_526}
    assert not any("accuracy_m" in entry.body.get("shape", {}) for entry in events)


def test_event_years_are_kept_as_years(events):
    assert {len(entry.valid_from) for entry in events} == {4}
    assert min(entry.valid_from for entry in events) == "1990"


class TestA4ClearanceTotals:
    def test_totals_of_the_file(self, clearance):
        found = totals(clearance)
        assert found["area_m2"] == 6_008_612
        assert (found["devices"], found["map"], found["muse"], found["aei"]) == (6_862, 5_705, 924, 233)
        assert (found["nts"], found["ts"], found["clearance_operations"]) == (6_079, 812, 837)

    def test_rows_with_operations(self, register):
        measures = [entry.body["measures"] for entry in register.entries("figure")]
        working = [m for m in measures if m["clearance_operations"]]
        assert len(working) == 580
        assert round(sum(m["devices"] == 0 for m in working) / len(working), 3) == 0.278
        assert pd.Series([m["area_m2"] / m["clearance_operations"] for m in working]).median() == pytest.approx(3753, 1)
        assert sum(m["devices"] for m in working) == 6_077
        assert sum(m["area_m2"] for m in working) == pytest.approx(424.05e4, abs=50)

    def test_departments_municipalities_operators(self, clearance):
        assert clearance.admin_area.str.split("/").str[0].nunique() == 30
        assert clearance.admin_area.str.split("/").str[1].nunique() == 317
        assert clearance.operator.nunique() == 9

    def test_by_operator(self, clearance):
        area = clearance[clearance.measure == "area_m2"].groupby("operator").value.sum()
        devices = clearance[clearance.measure == "devices"].groupby("operator").value.sum()
        assert area["BRDEH"] == 4_831_505
        assert area["THE HALO TRUST"] == 857_960
        assert devices["HANDICAP INTERNATIONAL"] == 80


def test_a5_classes_add_up_to_the_total(colombia):
    for name in ("clearance_2014", "clearance_2019"):
        assert colombia.findings(name, "LR2038") == []


class TestA6ClearanceOddities:
    @pytest.mark.parametrize(
        ("code", "rows"),
        [("LR2035", 280), ("LR2036", 210), ("LR2034", 769), ("LR2033", 3), ("LR2037", 969)],
        ids=["area without operation", "devices without operation", "repeated keys", "exact duplicates", "all zero"],
    )
    def test_each_row_is_named(self, colombia, code, rows):
        found = colombia.findings("clearance_2019", code)
        assert len(found) == len({finding.row for finding in found}) == rows

    def test_the_area_without_an_operation(self, colombia):
        found = colombia.findings("clearance_2019", "LR2035")
        assert sum(finding.details["area_m2"] for finding in found) == 1_768_093

    def test_the_rows_named_are_those(self, colombia):
        rows = rows_of(colombia.paths["clearance_2019"])
        named = {finding.row for finding in colombia.findings("clearance_2019", "LR2035")}
        wrong = {
            number
            for number, row in enumerate(rows, 2)
            if row["areadespejada"] != "0" and row["operacionesdespeje"] == "0"
        }
        assert named == wrong

    def test_the_summary_counts_what_the_list_lists(self, colombia):
        summary = {line.error.code: line.count for line in colombia.results["clearance_2019"].summary}
        assert (summary["LR2034"], summary["LR2035"], summary["LR2037"]) == (769, 280, 969)


class TestA7WhatWasKnownWhen:
    """AEI was folded into MAP while totals stayed."""

    @pytest.mark.parametrize(
        ("known_in", "aei", "map_", "muse", "devices", "area_m2"),
        [
            ("2014-12", None, None, None, None, None),
            ("2015", 641, 3_871, 494, 5_006, 2_170_631),
            ("2019", 3, 4_519, 483, 5_005, 2_188_059),
        ],
    )
    def test_devices_to_2014_as_known(self, colombia, known_in, aei, map_, muse, devices, area_m2):
        frame = figures(colombia.register(known_in))
        found = totals(frame[frame.period < "2015"])
        assert (found.get("aei"), found.get("map"), found.get("muse")) == (aei, map_, muse)
        assert found.get("devices") == devices
        assert found.get("area_m2") == (area_m2 if area_m2 is None else pytest.approx(area_m2, abs=2))

    def test_what_the_newer_edition_did(self, colombia):
        result = colombia.results["clearance_2019"]
        assert (result.replaced, result.withdrawn, result.unchanged) == (332, 1, 0)
        [finding] = colombia.findings("clearance_2019", "LR2044")
        assert finding.details == {"count": 1}

    def test_the_older_statements_are_still_there(self, colombia, register):
        older = [logged.entry for logged in colombia.ledger.log(received_by="2018", kind="figure")]
        standings = Counter(register.standing(entry.hash).value for entry in older)
        assert standings == {"superseded": 332, "withdrawn": 1}


class TestA8ThousandsCommas:
    def test_years_are_read(self, register):
        years = Counter(entry.valid_from[:4] for entry in register.entries("victim"))
        assert years["2006"] == 1_232
        assert (years["2005"], years["2007"], years["2013"], years["2017"]) == (1_182, 979, 420, 23)
        assert (min(years), max(years)) == ("1990", "2017")


class TestA9HeaderAgainstValues:
    def test_the_finding_counts(self, colombia):
        [finding] = colombia.findings("victims", "LR2039")
        assert finding.details == {"points": 3_586, "several": 285, "codes": 516}

    def test_no_position_claims_to_be_what_it_is_not(self, register):
        assert {entry.body["shape"]["quality"] for entry in register.entries("victim")} == {"unknown"}


class TestA10EveryVictimIsKept:
    def test_look_alikes_stay(self, colombia, register):
        result = colombia.results["victims"]
        assert (result.rows, result.accepted, result.added) == (11_498, 11_498, 11_498)
        assert len(register.entries("victim")) == 11_498
        [finding] = colombia.findings("victims", "LR2032")
        assert finding.details == {"count": 3_769}

    def test_values_outside_the_code_list_are_named_by_row(self, colombia):
        found = colombia.findings("victims", "LR2010")
        rows = rows_of(colombia.paths["victims"])
        assert [finding.row for finding in found] == [
            number for number, row in enumerate(rows, 2) if row["genero"] == "Sin Información"
        ]
        assert len(found) == 45

    def test_coded_groups(self, register):
        victims = [entry.body for entry in register.entries("victim")]
        assert Counter(v["outcome"] for v in victims) == {"injured": 9_225, "killed": 2_273}
        assert Counter(v["group"] for v in victims) == {"security_forces": 7_025, "civilian": 4_473}
        assert Counter(v["sex"] for v in victims) == {"male": 10_847, "female": 606, "unknown": 45}
        assert Counter(v["age_group"] for v in victims) == {"adult": 10_325, "child": 1_173}

    def test_no_personal_detail_is_taken_in(self, colombia, register):
        fields = set(chain.from_iterable(entry.body for entry in register.entries("victim")))
        assert fields == {"outcome", "group", "sex", "age_group", "admin_area", "shape"}
        [finding] = colombia.findings("victims", "LR2040")
        assert finding.details == {"columns": "sitio, grupoetnico"}


def places(rows, department, municipality, form=str):
    return {(form(row[department]), form(row[municipality])) for row in rows}


class TestJoins:
    def test_a11_victims_to_events_by_name(self, colombia):
        victims = places(rows_of(colombia.paths["victims"]), "departamento", "municipio")
        events = places(rows_of(colombia.paths["events"]), "department", "municipality")
        assert round(100 * len(victims & events) / len(victims), 1) == 99.4

    @pytest.mark.parametrize(("form", "percent"), [(str, 61.6), (normalise, 97.0)], ids=["as written", "normalised"])
    def test_a12_clearance_to_events_by_name(self, colombia, form, percent):
        clearance = places(rows_of(colombia.paths["clearance_2019"]), "departamento", "municipio", form)
        events = places(rows_of(colombia.paths["events"]), "department", "municipality", form)
        assert round(100 * len(clearance & events) / len(clearance), 1) == percent

    def test_a12_in_the_record_the_names_are_normalised(self, events, clearance):
        cleared = set(clearance.admin_area)
        matched = cleared & {entry.body["admin_area"] for entry in events}
        assert round(100 * len(matched) / len(cleared), 1) == 97.0

    def test_a13_clearance_to_victims_by_code(self, colombia):
        clearance = {row["codigodanemunicipio"] for row in rows_of(colombia.paths["clearance_2019"])}
        victims = {row["codigodanemunicipio"].replace(",", "") for row in rows_of(colombia.paths["victims"])}
        assert (len(clearance & victims), len(clearance)) == (309, 328)


class TestTheRecordOfTheImports:
    def test_each_file_is_named_with_its_hash_and_counts(self, colombia, register):
        found = {entry.body["file"]: entry.body for entry in register.entries("import")}
        assert found["events_1990_2019.csv"]["rows"] == 36_527
        assert {body["sha256"] for body in found.values()} == {r.sha256 for r in colombia.results.values()}

    def test_each_statement_names_file_and_row(self, colombia, register):
        victims = register.entries("victim")
        assert {entry.source["file"] for entry in victims} == {colombia.results["victims"].sha256}
        assert sorted(entry.source["row"] for entry in victims) == list(range(2, 11_500))

    def test_nothing_waits_for_a_review(self, register):
        assert register.pending() == []

    def test_reviews_cite_at_most_a_thousand(self, register):
        assert max(len(entry.cites) for entry in register.entries("review")) == 1_000
