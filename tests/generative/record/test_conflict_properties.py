"""What holds for every conflict: no order of arrival changes its grade, and its grade means what it says."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from landrelease.record.conflicts import conflicts_since
from landrelease.record.entry import Logged, Statement
from landrelease.record.fold import fold
from landrelease.record.kinds import Supersession
from landrelease.record.ledger import Ledger
from landrelease.terms import ConflictGrade

DAY = "2026-08-14"
FIELDS = {
    "depth_cm": st.integers(0, 2),
    "note": st.sampled_from(["", "a", "b"]),
    "minutes_worked": st.integers(0, 1),
    "finds": st.lists(st.just({"ordnance": "mine_ap", "quantity": 1}), max_size=2),
    "cleared": st.sampled_from([10, 20]).map(
        lambda side: {"type": "Polygon", "coordinates": [[[0, 0], [0, side], [side, side], [0, 0]]]}
    ),
}
BODIES = st.fixed_dictionaries({}, optional=FIELDS)
DEEDS = st.lists(
    st.tuples(st.sampled_from(["replace"] * 3 + ["remove", "split"]), st.integers(0, 20), BODIES, BODIES),
    min_size=2, max_size=8,
)  # fmt: skip


def report(body, number) -> Statement:
    required = {"area": "area:1", "stage": "completion", "method": "manual_team"}
    return Statement("clearance.report", "report:1", required | body, DAY, f"person:{number}", "op:1")


def recorded(first, deeds) -> list[Logged]:
    """A report, and what was put in the place of it or of what came later: each deed replaces one earlier report."""
    with TemporaryDirectory() as folder, Ledger.create(Path(folder) / "l.sqlite") as ledger:
        with ledger.batch() as batch:
            reports = [batch.add(report(first, 0))]
            for number, (deed, place, *bodies) in enumerate(deeds):
                wanted = {"replace": 1, "remove": 0, "split": 2}[deed]
                by = [batch.add(report(body, number)).hash for body in bodies[:wanted]]
                old = reports[place % len(reports)].hash
                act = Supersession(replaced=[old], by=by, reason="r")
                batch.add(Statement("supersession", f"s:{number}", act, DAY, "person:1", "op:1", cites=(old, *by)))
                reports += [batch.add(report(bodies[0], number))] if number % 3 == 2 else []
        log = list(ledger.log())
        assert conflicts_since(ledger, 0) == fold(log).conflicts  # also without holding bodies
        return log


def arrival(log: list[Logged], draw) -> list[Logged]:
    """Any order in which every entry comes after what it cites."""
    left, came, order = list(log), set(), []
    while left:
        chosen = draw(st.sampled_from([logged for logged in left if came.issuperset(logged.entry.cites)]))
        left.remove(chosen)
        came.add(chosen.entry.hash)
        order.append(chosen)
    return order


@given(BODIES, DEEDS, st.data())
@settings(max_examples=50)
def test_the_order_of_arrival_changes_no_grade(first, deeds, data):
    log = recorded(first, deeds)
    assert fold(arrival(log, data.draw)).conflicts == fold(log).conflicts


def expected(old, one, other) -> set[str]:
    """Fields of the flat part of two bodies that both change, and not alike: said anew, without paths."""
    bodies = [{"finds": []} | body for body in (old, one, other)]  # an empty list is said where it is left out
    names = set().union(*bodies) - {"cleared"}
    said = {name: [body.get(name) for body in bodies] for name in names}
    return {f"body.{name}" for name, (was, left, right) in said.items() if was != left != right != was}


@given(BODIES, BODIES, BODIES)
@settings(max_examples=50)
def test_two_rivals_are_graded_as_a_person_would(first, one, other):
    deeds = [("replace", 0, one, {}), ("replace", 0, other, {})]
    (conflict,) = fold(recorded(first, deeds)).conflicts
    flat = {field for field in conflict.fields if not field.startswith("body.cleared")}
    assert flat == expected(first, one, other)
    assert (conflict.grade is ConflictGrade.HARD) == bool(conflict.fields)
    assert set(conflict.fields) <= set(conflict.changes[0]) & set(conflict.changes[1])


@given(BODIES, BODIES, BODIES, BODIES)
@settings(max_examples=30)
def test_a_further_rival_never_softens(first, one, other, third):
    deeds = [("replace", 0, body, {}) for body in (one, other, third)]
    (two,) = fold(recorded(first, deeds[:2])).conflicts
    (three,) = fold(recorded(first, deeds)).conflicts
    assert set(two.fields) <= set(three.fields)


@given(BODIES, BODIES, st.integers(2, 4))
@settings(max_examples=15)
def test_rivals_that_say_the_same_are_listed_and_soft(first, body, number):
    (conflict,) = fold(recorded(first, [("replace", 0, body, {})] * number)).conflicts
    assert (conflict.grade, conflict.fields, len(conflict.supersessions)) == (ConflictGrade.SOFT, (), number)
    assert len(set(conflict.changes)) == 1
