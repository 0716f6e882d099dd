"""Items that lie together: the design effect, and when it is warned of."""

import numpy as np
import pytest

from landrelease.errors import LandreleaseError
from landrelease.survey.clustering import clustering, pooled


@pytest.mark.parametrize(
    ("counts", "effect", "independent"),
    [
        ([1] * 10 + [0] * 390, 1.0, True),
        ([5, 5] + [0] * 398, 5.0, False),
        ([2, 2, 2, 2] + [0] * 396, 2.0, False),
        ([4] + [0] * 399, 4.0, True),  # four finds say nothing yet
        ([0] * 400, 1.0, True),
    ],
)
def test_design_effect(counts, effect, independent):
    made = clustering(counts)
    assert made.design_effect == pytest.approx(effect)
    assert made.independent is independent
    assert [finding.error.code for finding in made.findings] == ([] if independent else ["LR5045"])


def test_the_design_effect_is_kish():
    """1 + (b - 1) rho with b items a unit and all of them in full units: groups of four have an effect of four."""
    assert clustering(np.repeat([4, 0], [25, 75])).design_effect == pytest.approx(4.0)


def test_independent_items_are_seldom_warned_of():
    rng = np.random.default_rng(4)
    lots = [np.bincount(rng.integers(400, size=80), minlength=400) for _ in range(300)]
    assert np.mean([not clustering(lot).independent for lot in lots]) < 0.09


def test_the_warning_names_effect_and_units():
    said = str(clustering([6, 6] + [0] * 98).findings[0])
    assert "design effect 6.00" in said
    assert "12 in 2 units" in said


@pytest.mark.parametrize("counts", [[], [-1, 2], [float("nan")]])
def test_bad_input(counts):
    with pytest.raises(LandreleaseError, match="LR5001"):
        clustering(counts)


def test_lots_judged_as_one():
    """Lots of few and of many single items are no cluster; three lots of which each alone says too little are."""
    assert pooled([clustering([1] * 3 + [0] * 97), clustering([1] * 30 + [0] * 70)]).independent
    each = clustering([3] + [0] * 99)
    assert each.independent
    made = pooled([each] * 3)
    assert (made.items, made.units, made.bad_units, made.design_effect) == (9, 300, 3, 3.0)
    assert not made.independent
    with pytest.raises(LandreleaseError, match="LR5001"):
        pooled([])
