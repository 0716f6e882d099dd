"""StudyData refuses what the writers could not show."""

import pandas as pd
import pytest
from tests.samples import studies

from landrelease.errors import LandreleaseError
from landrelease.report.data import PlanData, StudyData


def test_an_empty_study_has_every_frame():
    study = studies.nothing()
    assert study.parts.empty
    assert study.parts.crs.to_epsg() == 4326
    assert study.surface is None


@pytest.mark.parametrize("frame", ["parts", "areas", "evidence", "tasks", "admin"])
def test_a_missing_column_is_named(frame):
    whole = getattr(studies.province(), frame)
    with pytest.raises(LandreleaseError, match=whole.columns[0]) as refused:
        studies.province(**{frame: whole.drop(columns=whole.columns[0])})
    assert refused.value.codes == ("LR7101",)


@pytest.mark.parametrize("crs", ["EPSG:3857", None])
def test_another_system_is_refused(crs):
    parts = studies.parts()
    moved = parts.to_crs(crs) if crs else parts.set_crs(None, allow_override=True)
    with pytest.raises(LandreleaseError) as refused:
        studies.province(parts=moved)
    assert refused.value.codes == ("LR7102",)


@pytest.mark.parametrize("frame", ["figures", "findings"])
def test_tables_are_checked_too(frame):
    with pytest.raises(LandreleaseError) as refused:
        studies.province(**{frame: pd.DataFrame({"x": []})})
    assert refused.value.codes == ("LR7101",)


def test_a_plan_is_checked():
    plan = studies.plan()
    with pytest.raises(LandreleaseError, match="reason"):
        PlanData(plan.assignments, plan.waiting.drop(columns="reason"), plan.summary, 10)


def test_frames_can_be_replaced():
    study = studies.province()
    fewer = study.with_frames(parts=study.parts.head(2))
    assert (len(fewer.parts), len(study.parts)) == (2, 7)
    assert isinstance(fewer, StudyData)
