"""The policy on the explanation page runs as it is printed."""

import re
from pathlib import Path

from landrelease.profile import load_profile
from landrelease.record.ledger import Ledger
from landrelease.simulate import SimulatedClock, generate, load_scenario, run_policy

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "simulation.md"


def test_the_printed_policy_runs(tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    names: dict[str, type] = {}
    exec(code, names)
    with Ledger.create(tmp_path / "ledger.db", clock=SimulatedClock()) as ledger:
        outcome = run_policy(generate(load_scenario("company-24"), 1), names["SurveyOnly"](), ledger, load_profile(), 1)
    assert outcome.policy == "survey-only"
    assert outcome.cancelled_m2 > 0
    assert outcome.cleared_m2 == outcome.reduced_m2 == 0
