"""Properties of operators' reports: months are sums of days, and balances are those of the account."""

from datetime import date, timedelta

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.samples.releases import AREA, Story, clearance

from landrelease.land.accounts import build_accounts
from landrelease.land.partition import Line
from landrelease.report.data import Audience
from landrelease.report.operator_context import report_context
from landrelease.report.operator_report import TERMS, daily_report, for_report_audience, monthly_report
from landrelease.report.tables import SIGNS

ORGANISATIONS = ["org:operator", "org:other"]
DAYS = st.dates(date(2026, 4, 28), date(2026, 6, 3))
WORK = st.fixed_dictionaries(
    {"activity": st.sampled_from(["ts", "clearance", "bac"]), "people": st.integers(0, 20),
     "minutes_worked": st.integers(1, 400), "searched_area_m2": st.integers(0, 500), "finds": st.integers(0, 9),
     "stints": st.integers(0, 9)},
)  # fmt: skip
LOST = st.builds(dict, lost_to=st.sampled_from(["weather", "rest"]), people=st.integers(0, 9))
SAID = st.lists(st.tuples(DAYS, st.integers(1, 3), st.sampled_from(ORGANISATIONS), st.one_of(WORK, LOST)), max_size=12)
"""Day, team, organisation, body."""
MAY = [(date(2026, 5, 1) + timedelta(days=day)).isoformat() for day in range(31)]


def accounts_of(story):
    register = story.register
    return register, build_accounts(register, story.profile)


@settings(max_examples=25, deadline=None)
@given(SAID)
def test_a_month_is_the_sum_of_its_days(tmp_path_factory, said):
    story = Story(tmp_path_factory.mktemp("days"))
    for day, team, organisation, body in said:
        story.say("work_day", body, day.isoformat(), subject=f"team:{team}", organisation=organisation)
    register, accounts = accounts_of(story)
    for organisation in (None, *ORGANISATIONS):
        month = monthly_report(register, accounts, "2026-05", organisation)
        days = [daily_report(register, accounts, day, organisation) for day in MAY]
        for name in ("team_days", "lost_days", "minutes", "statements"):
            assert getattr(month, name) == sum(getattr(day, name) for day in days), name
        for line in month.work:
            same = [each for day in days for each in day.work if each.activity is line.activity]
            for name in ("team_days", "person_days", "minutes", "stints", "searched_m2", "finds"):
                assert getattr(line, name) == sum(getattr(each, name) for each in same), name
        mine = [body for day, _team, who, body in said if day.month == 5 and organisation in (None, who)]
        assert sum(line.searched_m2 for line in month.work) == sum(body.get("searched_area_m2", 0) for body in mine)


STRIPS = [shapely.box(36.0 + strip / 2000, 48.0, 36.0 + (strip + 1) / 2000, 48.002) for strip in range(8)]
REPORTS = st.lists(
    st.tuples(st.integers(0, 7), DAYS, DAYS, st.sampled_from(ORGANISATIONS)), max_size=6, unique_by=lambda each: each[0]
)
"""Strip, day of work, day of approval, organisation."""


@settings(max_examples=15, deadline=None)
@given(REPORTS)
def test_monthly_balances_tie_to_the_account_and_credits_add_up_to_its_lines(tmp_path_factory, reports):
    story = Story(tmp_path_factory.mktemp("land"))
    story.outline()
    for strip, first, second, organisation in reports:
        day, approved = sorted((first.isoformat(), second.isoformat()))
        body = clearance(STRIPS[strip])
        hashed = story.say("clearance.report", body, day, organisation=organisation)
        story.say("review", {"verdict": "accepted"}, approved, subject="r", author="person:reviewer", cites=[hashed])
    register, accounts = accounts_of(story)
    closing = None
    for month in ("2026-03", "2026-04", "2026-05", "2026-06"):
        whole = {line.term: line.area_m2 for line in monthly_report(register, accounts, month).balance}
        row = accounts.balance(by=(), start=month, end=month).iloc[0]
        assert whole == {term: row[term] for term in TERMS}
        assert sum(sign * whole[term] for term, sign in SIGNS.items()) == pytest.approx(whole["closing_m2"], abs=1e-3)
        assert closing is None or whole["opening_m2"] == pytest.approx(closing, abs=1e-3)
        closing = whole["closing_m2"]
        credited = [monthly_report(register, accounts, month, each).credited for each in (*ORGANISATIONS, "org:centre")]
        for place, line in enumerate(Line):
            total = sum(each[place].area_m2 for each in credited)
            assert total == pytest.approx(whole[f"{line.value}_m2"], abs=1e-3)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(DAYS, st.integers(1, 9), WORK), max_size=6))
def test_the_public_learns_no_team_and_no_person(tmp_path_factory, said):
    story = Story(tmp_path_factory.mktemp("public"))
    for day, team, body in said:
        story.say("work_day", body | {"area": AREA}, day.isoformat(), subject=f"team:{team}")
    register, accounts = accounts_of(story)
    text = str(report_context(for_report_audience(monthly_report(register, accounts, "2026-05"), Audience.PUBLIC)))
    assert "team:" not in text
    assert "person:" not in text
