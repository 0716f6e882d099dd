"""Plans against a certified bound, at three sizes, beside plain rules and general solvers.

python -m benchmarks.plan [--seed N] [--seeds 11,12,13] [--quick]        method: docs/explanation/plan.md
"""

import argparse
import json
import math
import time
from collections.abc import Sequence

from benchmarks.common import Figures, stopwatch
from benchmarks.plan_peers import cp_sat_value, pyjobshop_value
from benchmarks.plan_small import measure_small
from landrelease.plan.checker import check_plan
from landrelease.plan.dispatch import RULES, dispatch
from landrelease.plan.generate import generate_problem
from landrelease.plan.improve import Effort, Improved, improve

SIZES = {50: (10, 30.0), 500: (50, 40.0), 5_000: (200, 75.0)}
"""Teams and seconds by number of areas."""
PEER_SECONDS = 60.0
SEEDS = (11, 12, 13, 14, 15)
SAME_SHARE = 0.90


def warm_up() -> None:
    """Let numba compile, which no figure holds."""
    improve(generate_problem(20, 6, 1), effort=Effort(tries=2, leans=2))


def measure_size(areas: int, seeds: Sequence[int], seconds: float, peers: bool, peer_seconds: float) -> Figures:
    """Shares of the bound by engine, mean over the seeds; the general solvers get the first seed alone."""
    teams, _usual = SIZES[areas]
    shares: dict[str, list[float]] = {"ours": []}
    took, same = [], []
    for seed in seeds:
        problem = generate_problem(areas, teams, seed)
        with stopwatch() as watch:
            found = improve(problem, effort=Effort(seconds=seconds), seed=seed)
        assert math.isclose(check_plan(problem, found.plan).value, found.plan.value, rel_tol=1e-9)
        took.append(watch.seconds)
        same.append(seconds_to(found))
        shares["ours"].append(found.share)
        for rule in RULES:
            shares.setdefault(rule.value, []).append(dispatch(problem, rule).value / found.bound.value)
        if peers and seed == seeds[0]:
            for name, solver in (("cp_sat", cp_sat_value), ("pyjobshop", pyjobshop_value)):
                value = solver(problem, peer_seconds)
                shares[name] = [] if value is None else [value / found.bound.value]
    means = {name: round(math.fsum(values) / len(values), 4) if values else None for name, values in shares.items()}
    return {
        "certified_share": means["ours"], "certified_share_worst": round(min(shares["ours"]), 4),
        "seconds": round(max(took), 1), "shares": means, "seconds_to_same_share": same, "seeds": list(seeds),
    }  # fmt: skip


def seconds_to(found: Improved) -> float | None:
    """Seconds until a plan with `SAME_SHARE` of the bound stood, the bound included; None where it never did."""
    for after, value in found.reached:
        if value >= SAME_SHARE * found.bound.value:
            return round(found.bound_seconds + after, 2)
    return None


def measure_long(seed: int, seconds: float) -> Figures:
    """One country for ten minutes."""
    areas = 5_000
    problem = generate_problem(areas, SIZES[areas][0], seed)
    begun = time.perf_counter()
    found = improve(problem, effort=Effort(seconds=seconds), seed=seed)
    return {"certified_share": round(found.share, 4), "seconds": round(time.perf_counter() - begun, 1), "seed": seed}


def measure(seeds: Sequence[int], quick: bool, sizes: Sequence[int], long: bool) -> Figures:
    """All figures."""
    warm_up()
    figures: Figures = {}
    for areas in sizes:
        seconds = min(SIZES[areas][1], 4.0) if quick else SIZES[areas][1]
        figures[str(areas)] = measure_size(
            areas, seeds, seconds, peers=areas <= 500, peer_seconds=3.0 if quick else PEER_SECONDS
        )
    if long:
        figures["long"] = measure_long(seeds[0], 600.0)
    return figures | measure_small(seeds[0], quick)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, help="one seed in place of five")
    parser.add_argument("--seeds", help="seeds, for example 11,12,13")
    parser.add_argument("--sizes", default="", help="numbers of areas, for example 50,500")
    parser.add_argument("--long", action="store_true", help="ten minutes on the first seed at 5,000 areas too")
    parser.add_argument("--quick", action="store_true", help="50 areas alone, for continuous integration")
    options = parser.parse_args()
    chosen = [int(seed) for seed in options.seeds.split(",")] if options.seeds else list(SEEDS)
    chosen = [options.seed] if options.seed is not None else chosen[:1] if options.quick else chosen
    wanted = (
        [int(size) for size in options.sizes.split(",")] if options.sizes else [50] if options.quick else list(SIZES)
    )
    print(json.dumps(measure(chosen, options.quick, wanted, options.long)))
