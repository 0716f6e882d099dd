"""Quality, safety and welfare from the command line: what a person records, what is refused, what stays private."""

import json
import zipfile

import pytest
from tests.samples.conduct import AREA, INSPECTOR, INSPECTORATE, LEADER, MONITOR, NC, OPERATOR, OWNER, TEAM

from landrelease.cli import main
from landrelease.profile import load_profile
from landrelease.record.entry import Statement
from landrelease.record.ledger import Ledger

QA = ("--author", INSPECTOR, "--organisation", INSPECTORATE)
MONITORING = ("--author", MONITOR, "--organisation", INSPECTORATE)
OWN = ("--author", OWNER, "--organisation", OPERATOR)
DAY = {"area": AREA, "activity": "clearance", "people": 20, "minutes_worked": 400, "searched_area_m2": 400, "finds": 1,
       "longest_stint_minutes": 55, "medic_on_site": True}  # fmt: skip


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """A workspace with four people, a team and a day report."""
    path = tmp_path_factory.mktemp("quality") / "w"
    with pytest.raises(SystemExit):
        main(["init", str(path)])
    with Ledger.open(path / "ledger.sqlite") as ledger:
        people = [Statement("person", person, {"pseudonym": person}, "2026-01-01", LEADER, OPERATOR)
                  for person in (OWNER, LEADER, INSPECTOR, MONITOR)]  # fmt: skip
        team = Statement("team", TEAM, {"name": "A", "asset_kind": "manual_team", "people": 20}, "2026-01-01", LEADER,
                         OPERATOR)  # fmt: skip
        ledger.append([*people, team, Statement("work_day", TEAM, DAY, "2026-05-04", LEADER, OPERATOR)])
    return path


@pytest.fixture
def call(started, capsys):
    """Call a command with --json; returns what it prints, or the codes of a refusal."""

    def told(group, verb, *arguments, code=0):
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([group, verb, str(started), *map(str, arguments), "--json"])
        assert (ended.value.code or 0) == code
        printed = capsys.readouterr()
        return printed.err if code else json.loads(printed.out)

    return told


def size(path):
    with Ledger.open(path / "ledger.sqlite") as ledger:
        return len(ledger)


def test_a_nonconformity_from_the_visit_to_the_review(started, call):
    call("quality", "visit", "visit:1", "--inspected", OPERATOR, "--result", "fail", "--area", AREA, "--team", TEAM,
         "--answer", "qualified_medic_available=no", "--day", "2026-05-04", *QA)  # fmt: skip
    [visit] = call("quality", "visits")
    call("quality", "raise", NC, "--severity", "major", "--requirement", "SOP 7.4", "--area", AREA, "--owner", OWNER,
         "--responsible", OPERATOR, "--cites", visit["statement"][:12], "--day", "2026-05-04", *QA)  # fmt: skip
    call("quality", "correct", NC, "--action", "medic hired", "--root-cause", "no stand-in", "--done", "2026-05-06",
         "--day", "2026-05-06", *OWN)  # fmt: skip
    before = size(started)
    assert "LR3201" in call("quality", "verify", NC, "--day", "2026-05-08", "--author", OWNER, "--organisation",
                            INSPECTORATE, code=1)  # fmt: skip
    assert "LR3204" in call("quality", "verify", NC, "--day", "2026-05-01", *MONITORING, code=1)
    assert "LR3203" in call("quality", "review", NC, "--day", "2026-05-08", *MONITORING, code=1)
    assert "LR3200" in call("quality", "verify", "nc:9", "--day", "2026-05-08", *MONITORING, code=1)
    assert size(started) == before
    assert [case["state"] for case in call("quality", "nonconformities")["nonconformities"]] == ["corrected"]
    call("quality", "verify", NC, "--day", "2026-05-08", *MONITORING)
    assert call("quality", "nonconformities")["nonconformities"] == []
    call("quality", "review", NC, "--day", "2026-08-08", *MONITORING)
    [case] = call("quality", "nonconformities", "--all", "--area", AREA)["nonconformities"]
    assert (case["state"], case["verified_by"], case["root_cause"]) == ("effective", MONITOR, "no stand-in")


def test_the_checklist_is_the_profiles(call):
    assert "qualified_medic_available" in call("quality", "checklist")["people"]


@pytest.mark.invariant(10)
def test_breaches_are_listed_and_recorded_once_when_asked(started, call):
    found = call("safety", "check", "--team", TEAM)
    assert {breach["rule"] for breach in found["breaches"]} == {"stint", "daily_hours"}
    assert {"distance", "insurance"} <= {each["rule"] for each in found["not_stated"]}
    before = size(started)
    for _again in range(2):
        call("safety", "check", "--record", *QA)
    assert size(started) == before + 2
    cases = call("quality", "nonconformities", "--team", TEAM)["nonconformities"]
    assert {case["requirement"] for case in cases} == {"safety.stint", "safety.daily_hours"}
    assert call("safety", "check", "--from", "2026-05-05")["breaches"] == []


def test_hours_and_questions(started, call):
    [row] = call("safety", "hours")
    assert (row["minutes"], row["longest_stint_minutes"]) == (400, 55)
    assert call("quality", "check") == []


def test_rates_show_their_exposure(call):
    answer = call("safety", "rates", "--of", OPERATOR)
    assert answer["exposure"]["worked_person_days"] == 20
    assert {row["count"] for row in answer["rates"]} == {0}
    assert "LR3228" in call("safety", "rates", "--level", "1", code=1)
    assert set(call("safety", "accidents")) >= {"kind", "activity", "cause", "hour_of_shift", "factor"}


@pytest.mark.invariant(15)
def test_a_name_stays_until_the_next_of_kin_know(started, call):
    with Ledger.open(started / "ledger.sqlite") as ledger:
        said = ledger.append([
            Statement("accident", "accident:1", {"kind": "demining", "killed": 1}, "2026-05-20", LEADER, OPERATOR),
            Statement("victim", "victim:1", {"accident": "accident:1", "outcome": "killed"}, "2026-05-20", LEADER,
                      OPERATOR),
        ])[0].hash  # fmt: skip
    assert "LR3230" in call("safety", "name", "victim:1", code=1)
    told = ("victim:1", "--accident", "accident:1", "--notified-by", LEADER, "--author", LEADER, "--organisation",
            OPERATOR)  # fmt: skip
    assert "LR3231" in call("safety", "notice", *told, "--notified", "2026-05-19", code=1)
    call("safety", "notice", *told, "--notified", "2026-05-21")
    assert call("safety", "name", "victim:1") == {"may_leave": ["victim:1"]}
    report = started.parent / "report.json"
    report.write_text(json.dumps({"independent": True, "conclusions": [{"text": "x", "evidence": ["0" * 64]}]}))
    assert "LR3232" in call("safety", "investigation", "accident:1", report, *QA, code=1)
    report.write_text(json.dumps({"independent": True, "conclusions": [{"text": "x", "evidence": [said]}]}))
    call("safety", "investigation", "accident:1", report, "--day", "2026-06-01", *QA)
    report.write_text(json.dumps({"independent": True, "blame": "someone"}))
    assert "LR1002" in call("safety", "investigation", "accident:1", report, *QA, code=1)


def bundle(started, name, capsys, *options):
    """Everything in a bundle, as bytes."""
    with pytest.raises(SystemExit) as ended:
        main(["bundle", "export", str(started), str(started.parent / name), *options])
    assert not ended.value.code
    with zipfile.ZipFile(started.parent / name) as archive:
        return b"".join(archive.read(member) for member in archive.namelist())


@pytest.mark.invariant(15)
def test_welfare_is_private_to_the_organisation_and_erasable(started, call, capsys):
    kept = call("welfare", "add", "person:k-17", "contact_home", "--from", "2026-05-01", "--note", "letter", *OWN)
    call("welfare", "add", "person:k-17", "psychosocial_offer", "--from", "2026-05-02", "--taken-up", *OWN)
    asked = ("--organisation", OPERATOR, "--day", "2026-05-11")
    assert call("welfare", "list", *asked)["people"] == [
        {"person": "person:k-17", "days_since_rest": None, "days_since_leave": None, "days_since_contact_home": 10,
         "offers": 1, "offers_taken_up": 1}
    ]  # fmt: skip
    assert "LR3238" in call("welfare", "list", "--of", OPERATOR, "--organisation", INSPECTORATE, code=1)
    assert call("welfare", "list", "--organisation", INSPECTORATE)["people"] == []
    for name, options in (("all.zip", ()), ("personal.zip", ("--personal",)),
                          ("other.zip", ("--personal", "--welfare-of", INSPECTORATE))):  # fmt: skip
        assert b"k-17" not in bundle(started, name, capsys, *options)
    assert b"k-17" in bundle(started, "own.zip", capsys, "--welfare-of", OPERATOR)
    with pytest.raises(SystemExit):
        main(["erase", str(started), kept["blob"][:16], "--reason", "asked for", *OWN])
    answer = call("welfare", "list", *asked)
    assert answer["people"][0]["days_since_contact_home"] is None
    assert [finding["code"] for finding in answer["findings"]] == ["LR3239"]


def test_welfare_that_ends_before_it_starts_is_refused(started, call):
    before = size(started)
    wrong = ("person:k-17", "leave", "--from", "2026-05-05", "--to", "2026-05-01", *OWN)
    assert "LR3237" in call("welfare", "add", *wrong, code=1)
    assert size(started) == before


def test_no_statement_names_the_person_of_a_welfare_entry(started):
    with Ledger.open(started / "ledger.sqlite") as ledger:
        assert not any(b"k-17" in logged.entry.content for logged in ledger.log())


MAPPING = """
mapping = 1
dataset = "operator.days"
kind = "work_day"
key = ["team", "day"]
subject = "{team}"
[valid]
from = { column = "day" }
[constants]
activity = "clearance"
[fields.minutes_worked]
column = "minutes"
[fields.longest_stint_minutes]
column = "stint"
"""


@pytest.mark.invariant(9, 10)
@pytest.mark.parametrize(("on_breach", "taken"), [("flag", 2), ("refuse", 1)])
def test_day_reports_are_checked_when_they_are_taken_in(tmp_path, capsys, on_breach, taken):
    (tmp_path / "map.toml").write_text(MAPPING)
    text = load_profile().text.replace('on_report = { stint = "flag"', f'on_report = {{ stint = "{on_breach}"')
    (tmp_path / "profile.toml").write_text(text)
    (tmp_path / "days.csv").write_text("team,day,minutes,stint\nteam:1,2026-05-01,300,45\nteam:1,2026-05-02,300,55\n")
    with pytest.raises(SystemExit):
        main(["init", str(tmp_path / "w"), "--profile", str(tmp_path / "profile.toml")])
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(["import", str(tmp_path / "w"), str(tmp_path / "days.csv"), "--mapping", str(tmp_path / "map.toml"),
              "--organisation", OPERATOR, "--accept-partial", "--json"])  # fmt: skip
    assert not ended.value.code
    answer = json.loads(capsys.readouterr().out)
    assert (answer["accepted"], answer["added"]) == (taken, taken)
    [finding] = [each for each in answer["findings"] if each["code"].startswith("LR322")]
    assert (finding["code"], finding["row"]) == ("LR3226" if on_breach == "flag" else "LR3225", 3)
