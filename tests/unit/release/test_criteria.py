"""The criteria are data: each has a test, an error of its own, and names parameters that the profile has."""

import pytest

from landrelease.profile import load_profile
from landrelease.record.kinds import KINDS
from landrelease.release.checks import TESTS
from landrelease.release.criteria import CRITERIA, DETECTION_PARAMETER, ROUTE_REPORT, Criterion, Decider
from landrelease.terms import ReleaseRoute


def test_every_criterion_has_exactly_one_test():
    assert list(TESTS) == list(CRITERIA)


def test_every_criterion_has_an_error_of_its_own():
    errors = [criterion.error for criterion in CRITERIA.values()]
    assert len(set(errors)) == len(errors)


@pytest.mark.parametrize("criterion", CRITERIA.values(), ids=CRITERIA)
def test_parameters_exist_in_the_profile(criterion):
    for parameter in (criterion.parameter or "").split(", "):
        if parameter:
            section, _, name = parameter.partition(".")
            values = getattr(load_profile(), section)
            assert hasattr(values, name) if name else values


def test_every_route_has_its_report():
    assert set(ROUTE_REPORT) == set(ReleaseRoute)
    assert set(ROUTE_REPORT.values()) <= set(KINDS)


def test_every_method_has_a_chance_in_the_profile():
    assert all(0 < getattr(load_profile().detection, name) <= 1 for name in DETECTION_PARAMETER.values())


def test_only_the_residual_figure_may_be_overridden():
    assert [code for code, criterion in CRITERIA.items() if criterion.advisory] == ["residual"]
    assert CRITERIA["residual"].decides is Decider.SIGNATORY


def test_a_nameless_criterion_is_refused():
    with pytest.raises(ValueError, match="needs a code"):
        Criterion("", "x", "y", Decider.CENTRE, CRITERIA["depth"].error, "none")
