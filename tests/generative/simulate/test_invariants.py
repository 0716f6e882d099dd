"""Whatever the seed and the force, a run keeps the books."""

import tempfile
from pathlib import Path

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landrelease.profile import load_profile
from landrelease.record.ledger import Ledger
from landrelease.simulate import SimulatedClock, compare, generate, load_scenario, policy_named, run_policy
from landrelease.simulate.scenario import Scenario

PROFILE = load_profile()


def _scenario(searchers: int, days: int, cell_m: float, missing: float) -> Scenario:
    """A still smaller province with another force, length, cell size and silence."""
    base = load_scenario("company-24")
    groups = [group.model_copy(update={"teams": min(group.teams, searchers)}) for group in base.force.groups]
    return base.model_copy(
        update={
            "force": base.force.model_copy(update={"groups": groups}),
            "deployment": base.deployment.model_copy(update={"days": days}),
            "work": base.work.model_copy(update={"cell_m": cell_m}),
            "reports": base.reports.model_copy(update={"suspected_m2": 2e6, "missing_share": missing}),
        }
    )


@settings(max_examples=10)
@given(
    seed=st.integers(0, 2**31),
    searchers=st.integers(1, 3),
    days=st.integers(5, 14),
    cell_m=st.sampled_from([20.0, 25.0, 50.0]),
    missing=st.sampled_from([0.0, 0.3]),
)
def test_books_close_whatever_happens(seed: int, searchers: int, days: int, cell_m: float, missing: float) -> None:
    scenario = _scenario(searchers, days, cell_m, missing)
    province = generate(scenario, seed)
    outcomes = []
    for name in ("sweep", "landrelease", "estimate"):
        with (
            tempfile.TemporaryDirectory() as folder,
            Ledger.create(Path(folder) / "ledger.db", clock=SimulatedClock()) as ledger,
        ):
            outcomes.append(run_policy(province, policy_named(name), ledger, PROFILE, seed))
    for out in outcomes:
        assert out.items_found + out.items_exploded + out.items_left == len(province.items)
        assert out.items_left_in_released <= out.items_left
        assert 0 <= out.released_m2 + out.unclosed_m2 <= out.suspected_m2 * (1 + 1e-9)
        assert 0 <= out.beneficiaries <= sum(area.beneficiaries for area in province.areas)
        assert out.work_days <= scenario.deployment.work_days
        assert out.most_days_without_rest <= PROFILE.safety.days_on
        assert out.accidents <= out.items_exploded
        assert out.killed + out.injured >= out.accidents
    assert compare(outcomes)["measure"].is_unique


@settings(max_examples=15)
@given(seed=st.integers(0, 2**31), missing=st.floats(0, 1), count=st.floats(1e5, 4e6))
def test_what_is_reported_is_disjoint(seed: int, missing: float, count: float) -> None:
    base = load_scenario("company-24")
    reports = base.reports.model_copy(update={"missing_share": missing, "suspected_m2": count})
    province = generate(base.model_copy(update={"reports": reports}), seed)
    outlines = np.array([area.outline for area in province.areas])
    total = shapely.area(outlines).sum() if len(outlines) else 0.0
    assert abs(shapely.union_all(outlines).area - total) <= 1e-6 * max(total, 1)
    owned = province.item_area[province.item_area >= 0]
    assert owned.max(initial=-1) < len(outlines)
