"""Every state can be told apart, also by those who see colours differently and on a grey copy."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from landrelease.report.style import HAZARD_RAMP, STATE_COLOURS, STATE_HATCHES, STATE_PATTERNS
from landrelease.terms import ReleaseStatus

# Machado, Oliveira and Fernandes (2009), severity 1.0, linear RGB
DEFICIENCIES = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def linear(colour):
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIE L*a*b* (D65) of linear RGB."""
    matrix = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = matrix @ np.clip(rgb, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("table", [STATE_COLOURS, STATE_HATCHES, STATE_PATTERNS])
def test_every_state_has_an_entry(table):
    assert set(table) == set(ReleaseStatus)


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize(("one", "other"), list(combinations(ReleaseStatus, 2)))
def test_two_states_differ_in_colour_or_pattern(one, other, deficiency):
    seen = [lab(np.array(DEFICIENCIES[deficiency]) @ linear(STATE_COLOURS[state])) for state in (one, other)]
    difference = float(np.linalg.norm(seen[0] - seen[1]))
    # 2.3 can just be noticed side by side; 15 is plain at a glance
    assert difference >= 15 or STATE_PATTERNS[one] != STATE_PATTERNS[other]
    assert difference >= 8


def test_hazard_gets_darker():
    lightness = [lab(linear(colour))[0] for colour in HAZARD_RAMP]
    assert lightness == sorted(lightness, reverse=True)
