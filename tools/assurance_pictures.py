"""Draw the pictures of the page on assurance: ``python -m tools.assurance_pictures`` writes them to ``docs/images``."""

from pathlib import Path

from landrelease.hazard.chances import chance_from_trial
from landrelease.report.sample_figure import write_characteristic
from landrelease.survey.combined import Odds, combine
from landrelease.survey.sampling import SampleForm, accept_on_zero

IMAGES = Path(__file__).parent.parent / "docs" / "images"


def main() -> None:
    """Write the pictures."""
    trial = chance_from_trial(19, 20)
    sees_all = accept_on_zero(1_000, 0.95, 0.99, SampleForm.EXACT)
    misses = accept_on_zero(1_000, 0.95, 0.99, SampleForm.EXACT, trial)
    labels = (f"{sees_all.sample} of 1,000 units, all seen", f"{misses.sample} of 1,000, trial 19 of 20")
    pair = (sees_all.characteristic(range(0, 41)), misses.characteristic(range(0, 41)))
    write_characteristic(IMAGES / "sample-detector.png", *pair, labels=labels)
    believed = combine(1_000, 60, 0.95, 0.99, Odds(8.0, 2.0, 20.0))
    alone = accept_on_zero(1_000, 0.95, 0.99, SampleForm.EXACT)
    labels = (f"60 targeted, {believed.random} random", f"{alone.sample} random, no targets")
    both = (believed.characteristic(range(0, 41)), alone.characteristic(range(0, 41)))
    write_characteristic(IMAGES / "sample-targets.png", *both, labels=labels)


if __name__ == "__main__":
    main()
