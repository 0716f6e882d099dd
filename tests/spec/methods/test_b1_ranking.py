"""Methods B1: ROC-AUC, PR-AUC, Height and rHeight as published."""

import numpy as np
import pytest

from landrelease.hazard.evaluate import height, pr_auc, r_height, roc_auc

POSITIVE, NEGATIVE = [0.9, 0.4], [0.8, 0.3, 0.1]


def test_worked_example() -> None:
    assert roc_auc(POSITIVE, NEGATIVE) == pytest.approx(5 / 6)
    assert r_height(POSITIVE, NEGATIVE) == pytest.approx(0.5)
    assert height(POSITIVE, NEGATIVE) == pytest.approx(1 / 3)


def test_pr_auc_by_hand() -> None:
    """Points (recall, precision) at .9 (1/2, 1), .8 (1/2, 1/2), .4 (1, 2/3): 1/2 + (1/2 + 2/3)/2/2."""
    assert pr_auc(POSITIVE, NEGATIVE) == pytest.approx(0.5 + (0.5 + 2 / 3) / 4)


def test_pr_auc_with_a_negative_on_top() -> None:
    """(0, 1), (0, 0) and (1, 1/2): a quarter."""
    assert pr_auc([0.5], [0.9]) == pytest.approx(0.25)


def test_ties_count() -> None:
    assert (roc_auc([1, 1], [1]), height([1, 1], [1]), r_height([1, 1], [1])) == (0.5, 2.0, 1.0)


def test_identities_without_ties() -> None:
    scores = np.random.default_rng(5).permutation(200) / 200.0
    positive, negative = scores[:30], scores[30:]
    auc = roc_auc(positive, negative)
    assert r_height(positive, negative) == pytest.approx(170 * (1 - auc))
    assert height(positive, negative) == pytest.approx(30 * (1 - auc))


@pytest.mark.parametrize("measure", [roc_auc, pr_auc])
def test_nothing_to_rank_is_unknown(measure) -> None:  # type: ignore[no-untyped-def]
    assert np.isnan(measure([], [0.1]))
    assert np.isnan(measure([0.1], []))
    assert np.isnan(height([0.1], []))
    assert np.isnan(r_height([], [0.1]))
