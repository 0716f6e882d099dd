"""Asking the register."""

import pytest

from landrelease.errors import LandreleaseError
from landrelease.record.entry import Statement
from landrelease.record.fold import fold
from landrelease.record.review import review_statements
from landrelease.terms import ReviewVerdict, Standing


@pytest.fixture
def accept(ledger):
    def accept(*entries, author="person:bo", verdict=ReviewVerdict.ACCEPTED, reason=None):
        hashes = [entry.hash for entry in entries]
        return ledger.append(
            review_statements(hashes, verdict, author, "organisation:nc", reason, on="2026-08-15")
        )[0]  # fmt: skip

    return accept


def test_official_and_pending(ledger, report, accept):
    one, two = ledger.append([report("report:1"), report("report:2")])
    accept(one)
    register = fold(ledger.log())
    assert register.entries("clearance.report") == [one]
    assert register.entries("clearance.report", official=False) == [one, two]
    assert register.pending() == [two]
    assert register.entries("claim") == []
    assert (len(register), one.hash in register, "f" * 64 in register) == (3, True, False)


def test_rejected_reports_are_in_no_list_but_in_the_history(ledger, report, accept):
    (entry,) = ledger.append([report()])
    accept(entry, verdict=ReviewVerdict.REJECTED)
    register = fold(ledger.log())
    assert register.entries("clearance.report", official=False) == []
    assert register.about("report:1") == [entry]


def test_contradicting_statements_stand_side_by_side(ledger, report, accept):
    low, high = ledger.append([report(cleared_area_m2=5400), report(cleared_area_m2=9100, author="person:chen")])
    accept(low, high)
    assert fold(ledger.log()).entries("clearance.report") == [low, high]


def test_lists_are_ordered_by_the_day_on_the_ground(ledger, report):
    days = ["2026-08-12", "2026-08", "2026-08-10", "2026-08-11"]
    ledger.append([report(f"report:{n}", valid_from=day) for n, day in enumerate(days)])
    entries = fold(ledger.log()).entries("clearance.report", official=False)
    assert [entry.valid_from for entry in entries] == sorted(days)


@pytest.mark.parametrize(
    ("day", "kinds"),
    [
        ("2025-12-31", []),
        ("2026-01-01", ["organisation"]),
        ("2026-06-30", ["organisation"]),
        ("2026-07-01", []),
        ("2026-08-11", ["clearance.report"]),
        ("2030-01-01", ["clearance.report"]),
        (None, ["organisation", "clearance.report"]),
    ],
)
def test_valid_on(ledger, organisation, report, day, kinds):
    ledger.append([organisation(valid_to="2026-06"), report(valid_to="2026-08-12")])
    register = fold(ledger.log(), valid_on=day)
    assert [entry.kind for entry in register.entries(official=False)] == kinds
    assert sum(sum(row.values()) for row in register.counts().values()) == len(kinds)
    assert len(register.about("report:1")) == 1  # the history is whole


@pytest.mark.parametrize("day", ["2026", "2026-08", "tomorrow", "2026-08-11T00:00:00Z"])
def test_valid_on_is_a_day(ledger, day):
    with pytest.raises(LandreleaseError, match="LR9001"):
        fold(ledger.log(), valid_on=day)


def test_what_was_known_on_a_date_about_a_date(ledger, report, accept, clock):
    (entry,) = ledger.append([report(valid_from="2026-07-01")])
    clock.move(days=3)
    accept(entry)
    standing = {
        known: fold(ledger.log(received_by=known), valid_on="2026-07-02").standing(entry.hash)
        for known in ("2026-08-14", "2026-08-16", "2026-08-17")
    }
    assert list(standing.values()) == [Standing.PENDING, Standing.PENDING, Standing.OFFICIAL]


def test_counts(ledger, report, organisation, accept):
    one, two, three = ledger.append([report(f"report:{n}") for n in (1, 2, 3)])
    ledger.append([organisation()])
    accept(one, two)
    assert fold(ledger.log()).counts() == {
        "clearance.report": {Standing.OFFICIAL: 2, Standing.PENDING: 1},
        "organisation": {Standing.OFFICIAL: 1},
        "review": {Standing.OFFICIAL: 1},
    }
    assert three.kind == "clearance.report"


def test_unknown_hash(ledger):
    for ask in (fold(ledger.log()).standing, fold(ledger.log()).entry):
        with pytest.raises(LandreleaseError, match="LR1015"):
            ask("f" * 64)


@pytest.mark.parametrize(
    ("valid_from", "flagged"),
    [("2026-08-14", False), ("2026-08-15", False), ("2026-08-16", True), ("2026-09", True), ("2026-08", False),
     ("2027", True)],
)  # fmt: skip
def test_reports_dated_ahead_are_found(ledger, report, organisation, valid_from, flagged):
    ledger.append([report(valid_from=valid_from), organisation(valid_from=valid_from)])
    findings = fold(ledger.log()).findings
    assert [finding.error.code for finding in findings] == ["LR1026"] * flagged
    assert all(valid_from in finding.what for finding in findings)


def test_explain_tells_the_whole_story(ledger, report, organisation, accept):
    hazard = Statement(
        "hazard.report", "area:1", {"name": "Hill 3", "classification": "sha"}, "2026-05-01", "person:amina", "op:1"
    )
    (area,) = ledger.append([hazard])
    ledger.append([report("report:other", area="area:2"), organisation()])
    first, second = ledger.append([report("report:1"), report("report:2", valid_from="2026-08-12")])
    accept(area, second)
    accept(first, verdict=ReviewVerdict.RETURNED, reason="no depth stated")
    supersession = {"replaced": [first.hash], "by": [second.hash], "reason": "depth added"}
    cites = (first.hash, second.hash)
    ledger.append([Statement("supersession", "fix", supersession, "2026-08-13", "person:amina", "op:1", cites=cites)])
    ledger.append([report("report:3", valid_from="2026-08-13")])
    told = [(entry.subject.split("+")[0][:10], standing.value, why) for entry, standing, why in
            fold(ledger.log()).explain("area:1")]  # fmt: skip
    assert told == [
        ("area:1", "official", "accepted by person:bo on 2026-08-15"),
        ("report:1", "superseded", "replaced by person:amina on 2026-08-13: depth added"),
        ("report:2", "official", "accepted by person:bo on 2026-08-15"),
        (f"entries:{area.hash[:2]}", "official", "needs no review"),
        (f"entry:{first.hash[:4]}", "official", "needs no review"),
        ("fix", "official", "needs no review"),
        ("report:3", "pending", "waits for a review by someone other than person:amina"),
    ]


@pytest.mark.parametrize(
    ("verdict", "reason"),
    [(ReviewVerdict.RETURNED, "returned by person:bo on 2026-08-15: blurred"),
     (ReviewVerdict.REJECTED, "rejected by person:bo on 2026-08-15: blurred")],
)  # fmt: skip
def test_reasons_of_verdicts(ledger, report, accept, verdict, reason):
    (entry,) = ledger.append([report()])
    accept(entry, verdict=verdict, reason="blurred")
    assert fold(ledger.log()).reason(entry) == reason


def test_reason_of_a_withdrawal(ledger, report):
    (entry,) = ledger.append([report()])
    body = {"reason": "entered twice"}
    withdrawal = Statement("withdrawal", "w", body, "2026-08-16", "person:amina", "op:1", cites=(entry.hash,))
    ledger.append([withdrawal])
    assert fold(ledger.log()).reason(entry) == "withdrawn by person:amina on 2026-08-16: entered twice"


def test_registers_are_compared_by_content(ledger, report, accept):
    entry, _other = ledger.append([report("report:1"), report("report:2")])
    before = fold(ledger.log())
    assert before == fold(reversed(list(ledger.log())))
    assert before != fold(ledger.log(), valid_on="2026-08-11")
    accept(entry)
    assert before != fold(ledger.log())
    assert before != "a register"


def test_explain_of_a_day_begins_with_what_held_then_and_keeps_the_verdicts_on_it(ledger, report, accept):
    first, later = ledger.append([report("report:1"), report("report:2", valid_from="2026-08-12")])
    accept(first, later)
    told = fold(ledger.log(), valid_on="2026-08-11").explain("area:1")
    assert [entry.subject[:8] for entry, _standing, _why in told] == ["report:1", "entries:"]
    assert fold(ledger.log(), valid_on="2026-08-01").explain("area:1") == []


def test_history_is_official_and_of_every_day(ledger, report, accept):
    one, two = ledger.append([report("report:1"), report("report:2")])
    accept(one)
    register = fold(ledger.log(), valid_on="2026-01-01")
    assert register.entries("clearance.report") == []
    assert register.history("clearance.report") == [one]
    assert two in fold(ledger.log()).entries("clearance.report", official=False)


def test_the_last_hash_is_that_of_the_last_arrival_whatever_its_day(ledger, report, clock):
    assert fold(ledger.log()).last_hash == ""
    (first,) = ledger.append([report("report:1")])
    clock.move(days=1)
    (second,) = ledger.append([report("report:2", valid_from="2020-01-01")])
    assert fold(ledger.log()).last_hash == second.hash
    assert fold(ledger.log("2026-08-14")).last_hash == first.hash
