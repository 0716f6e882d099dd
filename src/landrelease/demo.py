"""The house scenario: two policies with the same force, days and seed on one truth, and the study of the second."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from landrelease.errors import ErrorCode, fail
from landrelease.profile import load_profile
from landrelease.progress import SILENT, Progress
from landrelease.record.workspace import Workspace
from landrelease.simulate.clock import SimulatedClock
from landrelease.simulate.operations import run_policy
from landrelease.simulate.outcome import Outcome, compare
from landrelease.simulate.policies import POLICIES, policy_named
from landrelease.simulate.province import Province, generate
from landrelease.simulate.scenario import load_scenario
from landrelease.study import end_of_record, register_of, study

MARKER = ".landrelease-demo"
"""Says that a folder holds a demo's results and may be written again."""


@dataclass(frozen=True)
class DemoResult:
    """What came out: a row a measure, a column a policy; and the files by name."""

    outcomes: pd.DataFrame
    files: dict[str, str]


def run_demo(out: Path, scenario_name: str, seed: int, progress: Progress = SILENT) -> DemoResult:
    """Simulate every policy on one truth, compare them, and study the record of the last.

    Raises
    ------
    LandreleaseError
        LR9004 where `out` holds something that is not a demo's.
    """
    _prepare(out)
    province = generate(load_scenario(scenario_name), seed, progress)
    outcomes = [_simulate(out / "workspaces" / name, province, name, seed, progress) for name in POLICIES]
    table = compare(outcomes)
    table.to_csv(out / "outcomes.csv", index=False)
    last = list(POLICIES)[-1]
    with Workspace.open(out / "workspaces" / last) as workspace:
        end = end_of_record(register_of(workspace))  # the simulated force goes on from there, not from today
        result = study(workspace, out / "study", start=end, seed=seed, title=province.scenario.title, progress=progress)
    return DemoResult(table, {"outcomes.csv": str(out / "outcomes.csv"), **result.files})


def simulate_policy(
    path: Path, scenario_name: str, policy: str, seed: int, progress: Progress = SILENT
) -> pd.DataFrame:
    """Simulate one policy into a new workspace; a row a measure."""
    if policy not in POLICIES:
        raise fail(ErrorCode.POLICY_UNKNOWN, name=policy, names=", ".join(POLICIES))
    province = generate(load_scenario(scenario_name), seed, progress)
    return compare([_simulate(path, province, policy, seed, progress)])


def _simulate(path: Path, province: Province, policy: str, seed: int, progress: Progress) -> Outcome:
    with Workspace.create(path, load_profile(), clock=SimulatedClock()) as workspace:
        return run_policy(province, policy_named(policy), workspace.ledger, workspace.profile, seed, progress)


def _prepare(out: Path) -> None:
    """Make the folder, or empty that of an earlier demo; never touch anything else."""
    if out.exists() and any(out.iterdir()) and not (out / MARKER).exists():
        raise fail(ErrorCode.DEMO_FOLDER_TAKEN, path=out)
    for folder in ("workspaces", "study"):
        shutil.rmtree(out / folder, ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)
    (out / MARKER).touch()
