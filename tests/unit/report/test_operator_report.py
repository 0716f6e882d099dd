"""Operators' reports from statements: what is counted, what is kept apart, what each audience sees."""

import pytest
from tests.samples.operators import OTHER, REGIMENT, told
from tests.samples.releases import AREA, WEST

from landrelease.errors import LandreleaseError
from landrelease.geo.geodesic import geodesic_area_m2
from landrelease.report.data import Audience
from landrelease.report.operator_context import report_context
from landrelease.report.operator_data import FindGroup
from landrelease.report.operator_report import completion_report, daily_report, for_report_audience, monthly_report
from landrelease.report.operator_work import group_of
from landrelease.terms import OrdnanceClass, ReleaseStatus


@pytest.fixture(scope="module")
def season(tmp_path_factory):
    story = told(tmp_path_factory.mktemp("season"))
    return story.register, story.accounts


@pytest.fixture(scope="module")
def may(season):
    return monthly_report(*season, "2026-05", REGIMENT)


def work(report):
    return [(line.activity.value, line.team_days, line.person_days, line.minutes, line.searched_m2, line.finds)
            for line in report.work]  # fmt: skip


def test_a_month_sums_the_days_by_activity_and_adds_none_of_them(may):
    assert work(may) == [("ts", 1, 8, 300, 500, 1), ("clearance", 2, 16, 600, 200, 3)]
    assert (may.team_days, may.lost_days, may.minutes) == (3, 1, 900)


def test_lost_days_have_their_reason(may):
    assert [(line.reason, line.team_days) for line in may.lost] == [("Weather", 1)]


def test_a_team_that_worked_has_not_lost_the_day(tmp_path):
    story = told(tmp_path)
    story.say("work_day", {"people": 2, "lost_to": "travel"}, "2026-05-05", subject="team:1")
    made = monthly_report(story.register, story.accounts, "2026-05", REGIMENT)
    assert (made.team_days, made.lost_days) == (3, 1)


def test_teams_have_their_names_and_longest_stints(may):
    assert [(line.name, line.days_worked, line.days_lost, line.longest_stint_minutes) for line in may.teams] == [
        ("North", 2, 1, 55), ("team:2", 1, 0, 50),
    ]  # fmt: skip


def test_another_operator_is_not_counted(season, may):
    everyone = monthly_report(*season, "2026-05")
    assert everyone.team_days == may.team_days + 1
    assert monthly_report(*season, "2026-05", OTHER).minutes == 300


def test_finds_are_counted_by_class_in_groups_that_stay_apart(may):
    assert [(line.group, line.ordnance.value, line.found, line.destroyed) for line in may.finds] == [
        (FindGroup.COUNTED, "mine_ap", 4, 4),
        (FindGroup.SMALL_ARMS, "small_arms", 40, None),
        (FindGroup.FREE_FROM_EXPLOSIVE, "scrap", 7, None),
    ]


@pytest.mark.parametrize(
    ("ordnance", "status", "group"),
    [
        ("mine_ap", None, "counted"),
        ("mortar", "uxo", "counted"),
        ("mortar", "ffe", "free_from_explosive"),
        ("fuze", "component", "free_from_explosive"),
        ("small_arms", "axo", "small_arms"),
        ("scrap", None, "free_from_explosive"),
    ],
)
def test_what_is_free_from_explosive_is_in_no_count(ordnance, status, group):
    assert group_of(OrdnanceClass(ordnance), status) == group


def test_progress_and_completion_are_never_added(may):
    assert [(line.kind, line.reports, line.area_m2) for line in may.land] == [
        ("clearance.report.progress", 1, 90), ("clearance.report.completion", 1, None),
    ]  # fmt: skip


def test_what_waits_for_a_review_is_counted_and_said(may):
    assert (may.statements, may.pending) == (6, 1)


def test_accidents_are_told_without_identities(may):
    assert [(line.day, line.kind.value, line.killed, line.injured) for line in may.accidents] == [
        ("2026-05-09", "demining", None, 1)
    ]


def test_a_nonconformity_is_open_at_the_end_of_its_month_and_closed_in_the_next(season, may):
    june = monthly_report(*season, "2026-06", REGIMENT)
    assert [line.closed for line in may.nonconformities] == [None]
    assert [line.closed for line in june.nonconformities] == ["2026-06-01"]
    assert monthly_report(*season, "2026-07", REGIMENT).nonconformities == ()


def test_the_balance_is_that_of_the_account(season, may):
    row = season[1].balance(by=(), start="2026-05", end="2026-05").iloc[0]
    assert [(line.term, line.area_m2) for line in may.balance] == [(term, row[term]) for term in row.index]
    credited = {line.term: line.area_m2 for line in may.credited}
    assert credited["cleared_m2"] == pytest.approx(geodesic_area_m2(WEST), rel=1e-4)
    assert {line.area_m2 for line in monthly_report(*season, "2026-05", OTHER).credited} == {0}


def test_a_day_is_one_day(season):
    made = daily_report(*season, "2026-05-05", REGIMENT)
    assert work(made) == [("ts", 1, 8, 300, 500, 1), ("clearance", 1, 8, 300, 80, 2)]
    assert made.balance == ()


def test_a_day_without_anything_is_empty_and_says_so(season):
    made = daily_report(*season, "2026-05-24", REGIMENT)
    assert (made.statements, made.team_days, made.work, made.lost) == (0, 0, (), ())


@pytest.mark.parametrize("month", ["2026", "2026-13", "2026-05-01", "may", "2026-5", "２０２６-05"])
def test_what_is_no_month_is_refused(season, month):
    with pytest.raises(LandreleaseError, match="LR7112"):
        monthly_report(*season, month)


@pytest.mark.parametrize("day", ["2026-05", "2026-02-30", "", "2026-05-01T10:00:00Z"])
def test_what_is_no_day_is_refused(season, day):
    with pytest.raises(LandreleaseError, match="LR7112"):
        daily_report(*season, day)


@pytest.fixture(scope="module")
def made(season):
    return completion_report(*season, AREA)


class TestCompletion:
    def test_it_is_about_the_whole_work_on_the_area(self, made):
        assert (made.start, made.end, made.area_name, made.beneficiaries_direct) == (
            "2026-05-04", "2026-06-02", "Mill field", 40,
        )  # fmt: skip

    def test_parts_say_what_was_done_on_each(self, made):
        told = {part.state.value: (part.method and part.method.value, part.depth_cm) for part in made.parts}
        assert told == {"cleared": ("manual_team", 20), "unresolved": (None, None)}

    def test_turning_points_close_the_perimeter(self, made):
        (cleared,) = [part for part in made.parts if part.state is ReleaseStatus.CLEARED]
        (ring,) = cleared.rings
        assert [point.label for point in ring] == ["SP", "TP2", "TP3", "TP4"]
        assert sum(point.distance_m for point in ring) == pytest.approx(643, abs=2)

    def test_limits_are_what_the_reports_state(self, made):
        assert made.limits == ("Ditch in the north, not searched.",)

    def test_the_parts_add_up_to_the_account(self, made):
        terms = {line.term: line.area_m2 for line in made.balance}
        assert sum(part.area_m2 for part in made.parts) == pytest.approx(terms["closing_m2"] + terms["cleared_m2"])

    def test_a_task_stands_for_its_area(self, tmp_path):
        story = told(tmp_path)
        order = {"area": AREA, "activity": "clearance", "team": "team:1", "start": "2026-05-01"}
        story.say("task.order", order, "2026-05-01", subject="task:7")
        assert completion_report(story.register, story.accounts, "task:7").area == AREA

    def test_an_unknown_area_is_refused(self, season):
        with pytest.raises(LandreleaseError, match="LR7113"):
            completion_report(*season, "area:unknown")


class TestAudience:
    def test_the_public_sees_no_team_no_uncleared_outline_and_no_day_of_an_accident(self, season):
        made = completion_report(*season, AREA)
        shown = for_report_audience(made, Audience.PUBLIC)
        assert shown.teams == shown.limits == ()
        assert {part.state for part in shown.parts if part.rings} == {ReleaseStatus.CLEARED}
        assert [(line.day, line.area) for line in shown.accidents] == [("2026-05", None)]
        assert [line.area for line in shown.visits] == [None]
        assert shown.work == made.work

    def test_people_in_mine_action_see_all(self, may):
        assert for_report_audience(may, Audience.RESTRICTED) is may

    @pytest.mark.parametrize("audience", list(Audience))
    def test_nobody_is_named(self, season, audience):
        for made in (completion_report(*season, AREA), monthly_report(*season, "2026-05")):
            assert "person:" not in str(report_context(for_report_audience(made, audience)))
