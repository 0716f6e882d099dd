"""Properties: whatever is tried, an owner closes nothing; intervals hold the truth at least at their level."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from landrelease.quality.accidents.rates import garwood
from landrelease.quality.checks.asks import poisson_chance, share_chance
from landrelease.quality.nonconformities import Nonconformity, apply_act
from landrelease.quality.safety.stints import by_worker, longest_stint, shortest_break
from landrelease.quality.states import OPEN_STATES
from landrelease.record.conduct import Stint
from landrelease.record.entry import Entry
from landrelease.record.kinds import WorkDay
from landrelease.terms import NonconformitySeverity, NonconformityState

PEOPLE, ORGANISATIONS = ["person:a", "person:b", "PERSON:A"], ["org:operator", "org:qa"]
_numbers = itertools.count()


@st.composite
def acts(draw):
    kind, body = draw(
        st.sampled_from(
            [
                ("nonconformity.correction", {"action": "x", "root_cause": "y"}),
                ("nonconformity.correction", {"action": "x", "root_cause": "y", "done": "2026-05-03"}),
                ("nonconformity.verification", {"holds": True}),
                ("nonconformity.verification", {"holds": False}),
                ("nonconformity.effectiveness", {"effective": True}),
                ("nonconformity.effectiveness", {"effective": False}),
            ]
        )
    )
    author, organisation = draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(ORGANISATIONS))
    day = draw(st.sampled_from(["2026-05-01", "2026-05-03", "2026-05-05"]))
    return kind, body, author, organisation, day, draw(st.booleans())


def entry(act, last):
    kind, body, author, organisation, day, cites = act
    name = f"{next(_numbers):064x}"
    return Entry(
        hash=name, content=b"", node="n", seq=1, prev="", kind=kind, subject="nc:1", valid_from=day, valid_to=None,
        recorded="2026-05-06T00:00:00Z", author=author, organisation=organisation, source=None,
        cites=(last,) if cites and last else (), body=body,
    )  # fmt: skip


@settings(max_examples=200)
@given(st.lists(acts(), max_size=12), st.booleans())
def test_nothing_is_closed_without_a_verification_by_someone_else(told, outside):
    case = Nonconformity(
        "nc:1", "0" * 64, ("0" * 64,), NonconformitySeverity.MAJOR, "SOP", "2026-05-02", "org:qa",
        responsible_organisation="org:operator", owners=("person:a",),
    )  # fmt: skip
    severities = [NonconformitySeverity.MAJOR] if outside else []
    for act in told:
        made = entry(act, case.last_act)
        before, case = case, apply_act(case, made, severities)
        if before.is_open and not case.is_open:
            assert before.state is NonconformityState.CORRECTED
            assert made.kind == "nonconformity.verification"
            assert not before.owned_by(made.author)
            assert not (outside and made.organisation == "org:operator")
            assert before.corrected_on <= made.valid_from
            assert case.verified_by == made.author
        if case.is_open:
            assert case.closed_on is None
        if len(case.findings) > len(before.findings):
            assert (case.state, case.entries) == (before.state, before.entries)
    assert case.is_open is (case.state in OPEN_STATES)


@settings(max_examples=60)
@given(st.floats(0.01, 60), st.sampled_from([0.8, 0.9, 0.95]))
def test_the_interval_holds_the_true_mean_at_least_at_its_level(mean, level):
    counts = np.arange(0, int(mean + 12 * np.sqrt(mean) + 20))
    held = [low <= mean <= high for low, high in (garwood(int(count), level) for count in counts)]
    assert poisson.pmf(counts, mean)[held].sum() >= level - 1e-9


@settings(max_examples=60)
@given(st.integers(0, 200), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_intervals_hold_their_count_and_grow_with_it(count, level):
    low, high = garwood(count, level)
    assert low <= count <= high
    later = garwood(count + 1, level)
    assert later[0] > low
    assert later[1] > high


@settings(max_examples=100)
@given(st.integers(0, 60), st.floats(0, 60))
def test_a_chance_is_a_chance(count, mean):
    assert 0 <= poisson_chance(count, mean) <= 1


@settings(max_examples=60)
@given(st.floats(0.2, 40), st.floats(0.001, 0.2))
def test_a_team_like_all_others_is_asked_about_no_more_often_than_stated(mean, level):
    counts = np.arange(0, 200)
    asked = [poisson_chance(int(count), mean) < level for count in counts]
    assert poisson.pmf(counts, mean)[asked].sum() <= level + 1e-9


@settings(max_examples=60)
@given(st.integers(0, 30), st.integers(0, 30), st.floats(0.05, 0.95))
def test_a_share_and_its_rest_have_one_chance(count, others, share):
    assert share_chance(count, others, share) == pytest.approx(share_chance(others, count, 1 - share), abs=1e-9)


CLOCK = st.integers(0, 23 * 60)


@settings(max_examples=100)
@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), CLOCK, st.integers(1, 59)), min_size=1, max_size=8))
def test_stints_never_overlap_in_what_is_measured(spans):
    log = [Stint(worker=worker, start=_clock(start), end=_clock(start + length)) for worker, start, length in spans]
    body = WorkDay(minutes_worked=60, stint_log=log)
    total = sum(end - start for told in by_worker(log).values() for start, end in told)
    longest, least = longest_stint(body), shortest_break(body)
    assert max(length for _worker, _start, length in spans) <= longest <= max(total, longest)
    assert least is None or least > 0


def _clock(minute):
    return f"{minute // 60:02d}:{minute % 60:02d}"
