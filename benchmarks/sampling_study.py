"""A study of 1,000 lots with known missed items on the simulator: its time, and what its samples catch."""

from typing import Any

from benchmarks.common import Figures, run, stopwatch
from landrelease.simulate.province import generate
from landrelease.simulate.sampling_study import Misses, SamplingStudy, StudySettings, sampling_study
from landrelease.simulate.scenario import load_scenario

LOTS, QUICK_LOTS = 1_000, 100
RUNS = 200
"""Runs of the study whose catch must lie within what is stated."""


def measure_sampling(seed: int, quick: bool) -> Figures:
    """Draw a province, then time the study; the province is not timed, and its time is given beside."""
    with stopwatch() as drawing:
        province = generate(load_scenario("regiment-120"), seed)
    lots = QUICK_LOTS if quick else LOTS
    with stopwatch() as watch:
        study = sampling_study(province, seed, StudySettings(lots))
    together = StudySettings(lots, Misses.TOGETHER, most_missed=6, unit_m=10.0)
    return {
        "sampling_study_s": watch.seconds,
        "sampling_lots": lots,
        "sampling_province_s": drawing.seconds,
        "sampling_alone": _figures(study),
        "sampling_runs_200": _figures(sampling_study(province, seed, StudySettings(RUNS))),
        "sampling_together": _figures(sampling_study(province, seed, together)),
    }


def _figures(study: SamplingStudy) -> dict[str, Any]:
    designs = {row.pop("design"): row for row in study.table.to_dict("records")}
    codes = [finding.error.code for finding in study.findings]
    return {**designs, "design_effect": study.lie.design_effect, "warned_lots": study.warned, "findings": codes}


if __name__ == "__main__":
    run(measure_sampling, __doc__ or "")
