"""Faults are found independently: the gate names exactly those that were put in."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.samples.releases import AREA, Story, clearance, point, surface, survey, technical_survey

from landrelease.release.gate import can_release, unmet_criteria

FAULTS = ("coverage", "finds_disposed", "cancellation_criteria", "evidence_resolved", "nonconformity", "quality_visit",
          "residual")  # fmt: skip


def told(folder, faults):
    """The finished field with these faults."""
    story = Story(Path(folder))
    story.outline()
    finds = [{"ordnance": "mine_ap", "quantity": 2, "destroyed": 1 if "finds_disposed" in faults else 2}]
    story.work(
        west=clearance(finds=finds),
        middle=technical_survey(coverage_permille=10 if "coverage" in faults else 60),
        east=survey(criteria=[] if "cancellation_criteria" in faults else ["a", "b"]),
    )
    story.inspect(result="fail" if "quality_visit" in faults else "pass")
    if "nonconformity" in faults:
        story.inspect("2026-05-01", nonconformities=[{"severity": "major", "requirement": "depth"}])
    if "evidence_resolved" in faults:
        item = {"kind": "marking", "grade": "direct", "shape": point(36.0035, 48.001)}
        story.report("evidence", item, "2026-02-01", subject="evidence:1")
    return story


@settings(max_examples=25)
@given(faults=st.sets(st.sampled_from(FAULTS)))
def test_exactly_the_faults_put_in_are_named(faults):
    with tempfile.TemporaryDirectory() as folder:
        story = told(folder, faults)
        estimate = surface(9.0 if "residual" in faults else 0.01)
        found = {unmet.criterion.code for unmet in unmet_criteria(AREA, *story.state, estimate)}
        assert found == faults
        assert can_release(AREA, *story.state, estimate) is not bool(faults)
        story.ledger.close()
