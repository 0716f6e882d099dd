"""A province with known truth, and operations on it day by day."""

from landrelease.simulate.clock import SimulatedClock
from landrelease.simulate.named import POLICIES, policy_named
from landrelease.simulate.operations import run_policy
from landrelease.simulate.outcome import Outcome, compare
from landrelease.simulate.policies import LandRelease, Policy, Sweep
from landrelease.simulate.province import Province, generate
from landrelease.simulate.scenario import Scenario, load_scenario, scenario_names

__all__ = [
    "POLICIES", "LandRelease", "Outcome", "Policy", "Province", "Scenario", "SimulatedClock", "Sweep", "compare",
    "generate", "load_scenario", "policy_named", "run_policy", "scenario_names",
]  # fmt: skip
