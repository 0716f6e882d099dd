import pytest
from tests.samples.land import accounts, box, cancelled, cleared, entry, hazard, reduced, states

from landrelease.land.accounts import NOISE_M2
from landrelease.land.events import Approved
from landrelease.land.partition import Line
from landrelease.land.parts import COLUMNS

A, B, C = "area:A", "area:B", "area:C"
FIELDS = [hazard(A, box(0, 0, 100, 100)), hazard(B, box(100, 0, 200, 100)), hazard(C, box(900, 0, 999, 99))]


class Watcher:
    def __init__(self):
        self.steps, self.done, self.open = [], 0, 0

    def begin(self, label, total=None):
        self.steps.append((label, total))
        self.open += 1

    def advance(self, units=1):
        self.done += units

    def end(self):
        self.open -= 1


def test_table_of_parts():
    frame = accounts(*FIELDS).parts()
    assert list(frame.columns) == [*COLUMNS, "geometry"]
    assert frame.crs.to_epsg() == 4326
    assert frame["part_id"].is_unique
    assert frame["area_id"].tolist() == [A, B, C]
    assert frame["area_m2"].tolist() == pytest.approx([10_000, 10_000, 9_801], rel=1e-3)


def test_a_change_names_what_it_touched():
    made = accounts(*FIELDS)
    change = made.apply(reduced(B, box(120, 0, 200, 100), "2026-02-01"))
    assert change.areas == (B,)
    assert change.moved_m2 == {Line.REDUCED: pytest.approx(8_000, rel=1e-3)}
    assert change.findings == ()


def test_a_change_that_meets_two_areas_settles_both():
    change = accounts(*FIELDS).apply(reduced(A, box(50, 0, 150, 100), "2026-02-01"))
    assert change.areas == (A, B)
    assert change.moved_m2 == {Line.REDUCED: pytest.approx(5_000, rel=1e-3)}
    assert [finding.error.code for finding in change.findings] == ["LR3116"]


def test_parts_that_are_not_met_are_the_same_objects():
    made = accounts(*FIELDS)
    before = {part.part_id: part for part in made.plane_parts()}
    made.apply(cancelled(A, box(0, 0, 50, 50), "2026-02-01"))
    kept = [part for part in made.plane_parts() if part.label.area != A]
    assert kept
    assert all(part is before[part.part_id] for part in kept)


def test_earlier_figures_move_by_millimetres_at_most():
    made = accounts(*FIELDS, cancelled(A, box(0, 0, 50, 50), "2026-02-01"))
    before = made.balance(by=("area_id", "period"), end="2026-02").set_index(["area_id", "period"])
    made.apply(cleared(A, box(13, 27, 77, 81), "2026-03-01"))
    after = made.balance(by=("area_id", "period"), end="2026-02").set_index(["area_id", "period"])
    assert (before - after).abs().max(axis=None) < NOISE_M2


def test_several_statements_applied_together_are_as_one_by_one():
    given = [
        cancelled(A, box(0, 0, 50, 50), "2026-02-01"),
        cleared(B, box(150, 0, 210, 100), "2026-02-03"),
        hazard("area:D", box(195, 0, 250, 50), "2026-01-02"),
    ]
    together, single = accounts(*FIELDS), accounts(*FIELDS)
    change = together.apply_all([Approved(each) for each in given])
    for each in given:
        single.apply(each)
    assert change.areas == (A, B, "area:D")
    assert together.parts().drop(columns="geometry").equals(single.parts().drop(columns="geometry"))
    assert together.apply_all([]).areas == ()


def test_a_replaced_report_leaves_the_accounts():
    wrong, right = (cleared(A, box(0, 0, 100, north), "2026-02-01") for north in (90, 40))
    made = accounts(*FIELDS, wrong)
    made.apply(right)
    change = made.apply(
        entry("supersession", {"replaced": [wrong.hash], "by": [right.hash], "reason": "typing"}, "2026-03-01")
    )
    assert change.moved_m2 == {Line.CLEARED: pytest.approx(-5_000, rel=1e-3)}
    assert states(made)["cleared"] == 4_000


def test_withdrawing_what_was_never_there_changes_nothing():
    made = accounts(*FIELDS)
    assert made.apply(entry("withdrawal", {"reason": "x"}, "2026-03-01", cites=["0" * 64])).areas == ()


def test_a_withdrawn_area_is_gone():
    made = accounts(*FIELDS)
    made.apply(entry("withdrawal", {"reason": "x"}, "2026-03-01", cites=[FIELDS[2].hash]))
    assert made.areas == (A, B)
    assert set(made.parts()["area_id"]) == {A, B}
    assert made.findings == []


def test_kinds_that_say_nothing_of_land_are_passed_over():
    made = accounts(*FIELDS)
    claim = entry("claim", {"about": A, "speaker": "s", "said": "2026", "text": "all cleared"}, "2026-02-01", subject=A)
    change = made.apply(claim)
    assert (change.areas, change.moved_m2, change.findings) == ((), {}, ())


def test_a_self_crossing_outline_is_repaired_with_a_finding():
    bow = box(300, 0, 400, 100)
    ring = bow["coordinates"][0]
    crossed = bow | {"coordinates": [[ring[0], ring[2], ring[1], ring[3], ring[0]]]}
    made = accounts(hazard(A, crossed))
    assert [finding.error.code for finding in made.findings] == ["LR3007"]
    assert states(made) == {"unresolved": 5_000}


def test_an_outline_without_area_is_listed_and_opens_nothing():
    flat = box(0, 0, 100, 100)
    ring = flat["coordinates"][0]
    made = accounts(hazard(A, flat | {"coordinates": [[ring[0], ring[1], ring[0], ring[1], ring[0]]]}))
    assert [finding.error.code for finding in made.findings] == ["LR3004"]
    assert made.parts().empty


def test_progress_is_told_and_closed():
    from landrelease.land.accounts import Accounts
    from landrelease.profile import load_profile

    watcher = Watcher()
    Accounts(load_profile(), [Approved(each) for each in FIELDS], watcher)
    assert (watcher.done, watcher.open) == (3, 0)
    assert watcher.steps == [("Settling areas", 3)]


def test_a_watcher_who_cancels_stops_the_work():
    from landrelease.land.accounts import Accounts
    from landrelease.profile import load_profile

    class Impatient(Watcher):
        def advance(self, units=1):
            raise KeyboardInterrupt

    watcher = Impatient()
    with pytest.raises(KeyboardInterrupt):
        Accounts(load_profile(), [Approved(each) for each in FIELDS], watcher)
    assert watcher.open == 0


def test_many_areas_in_batches():
    fields = [hazard(f"area:{at:03d}", box(at * 60, 0, at * 60 + 50, 50)) for at in range(150)]
    reports = [cancelled(f"area:{at:03d}", box(at * 60, 0, at * 60 + 70, 25), "2026-02-01") for at in range(149)]
    made = accounts(*fields, *reports)
    assert len(made.areas) == 150
    assert states(made) == pytest.approx({"cancelled": 149 * 1_250, "unresolved": 149 * 1_250 + 2_500}, rel=1e-3)
    assert made.balance_errors().max() < 1e-12
