"""Standards 7.1, 7.3, 7.4 and invariants 9, 10: the limits of the profile, rule by rule."""

import pytest
from tests.samples.conduct import AREA, OPERATOR, TEAM

from landrelease.errors import LandreleaseError
from landrelease.profile import load_profile, parse_profile
from landrelease.quality.safety.breaches import refuse_breaches
from landrelease.quality.safety.cover import Cover, Held, check_cover
from landrelease.quality.safety.day import TeamDay, check_day
from landrelease.quality.safety.days import check_team_days, hours
from landrelease.quality.safety.stints import reversed_times
from landrelease.record.entry import Statement
from landrelease.record.kinds import WorkDay
from landrelease.terms import Activity, AssetKind, SafetyRule

PROFILE = load_profile()
KEPT = {"area": AREA, "activity": "clearance", "people": 20, "minutes_worked": 300, "stints": 6, "temperature_c": 30,
        "longest_stint_minutes": 50, "shortest_break_minutes": 10, "least_distance_m": 25, "medic_on_site": True,
        "evacuation_vehicle": True, "evacuation_minutes": 60, "days_since_rest": 6}  # fmt: skip


def team_day(kind=AssetKind.MANUAL_TEAM, **changes):
    body = WorkDay.model_validate({key: value for key, value in (KEPT | changes).items() if value is not None})
    return TeamDay(TEAM, "2026-05-04", OPERATOR, body, kind, days_since_leave=10)


def broken(profile=PROFILE, **changes):
    return [breach.rule.value for breach in check_day(team_day(**changes), profile).breaches]


def test_a_day_within_all_limits_breaks_none_and_leaves_nothing_open():
    check = check_day(team_day(), PROFILE)
    assert (check.breaches, check.not_stated) == ((), ())


LIMITS = [
    # what the day report says, which rule it breaks
    ({"longest_stint_minutes": 51}, "stint"),
    ({"longest_stint_minutes": 31, "temperature_c": 35}, None),
    ({"longest_stint_minutes": 51, "temperature_c": 35}, "stint"),
    ({"stint_log": [{"start": "12:00", "end": "12:31", "temperature_c": 35}], "temperature_c": 35}, "stint"),
    ({"stint_log": [{"start": "12:00", "end": "12:30", "temperature_c": 35}], "temperature_c": 35}, None),
    ({"longest_stint_minutes": 30, "temperature_c": 35}, None),
    ({"shortest_break_minutes": 9}, "break"),
    ({"minutes_worked": 361}, "daily_hours"),
    ({"minutes_worked": 360}, None),
    ({"temperature_c": 43, "longest_stint_minutes": 30}, "heat"),
    ({"temperature_c": 31, "kind": AssetKind.DOG_TEAM}, "heat"),
    ({"days_since_rest": 7}, "days_on"),
    ({"least_distance_m": 24}, "distance"),
    ({"least_distance_m": 24, "activity": "nts"}, None),
    ({"least_distance_m": None, "people": 1}, None),
    ({"medic_on_site": False}, "medic"),
    ({"medic_on_site": False, "activity": "handover"}, None),
    ({"evacuation_vehicle": False}, "evacuation_vehicle"),
    ({"evacuation_minutes": 61}, "evacuation_time"),
    ({"minutes_worked": 0, "medic_on_site": False, "longest_stint_minutes": 90}, None),
]


@pytest.mark.invariant(10)
@pytest.mark.parametrize(("changes", "rule"), LIMITS)
def test_each_limit_is_kept_up_to_its_value_and_broken_beyond(changes, rule):
    assert broken(**changes) == ([] if rule is None else [rule])


@pytest.mark.parametrize(("temperature", "longest", "unknown"), [(35, 31, True), (35, 30, False), (34, 50, False)])
def test_the_heat_of_a_day_does_not_say_when_the_longest_stint_was(temperature, longest, unknown):
    check = check_day(team_day(temperature_c=temperature, longest_stint_minutes=longest), PROFILE)
    assert [each.rule.value for each in check.not_stated] == (["stint"] if unknown else [])


def log(*spans):
    return [{"worker": worker, "start": start, "end": end} for worker, start, end in spans]


STINTS = [
    (log(("a", "06:00", "06:50"), ("a", "07:00", "07:50")), []),
    (log(("a", "06:00", "06:51"), ("a", "07:01", "07:50")), ["stint"]),
    (log(("a", "06:00", "06:50"), ("a", "06:55", "07:40")), ["break"]),
    (log(("a", "06:00", "06:50"), ("b", "06:55", "07:40")), []),
    (log(("a", "06:00", "06:30"), ("a", "06:30", "07:00")), ["stint"]),
]


@pytest.mark.invariant(10)
@pytest.mark.parametrize(("stints", "rules"), STINTS)
def test_stints_and_breaks_are_those_of_one_worker(stints, rules):
    changes = {"stint_log": stints, "longest_stint_minutes": None, "shortest_break_minutes": None}
    assert broken(**changes) == rules


def test_a_stint_that_ends_before_it_starts_is_named():
    body = team_day(stint_log=log(("a", "07:00", "06:50")), shift_start="06:00", shift_end="05:00").body
    assert [finding.error.code for finding in reversed_times(TEAM, body)] == ["LR3237", "LR3237"]


def test_what_is_not_stated_is_not_known_to_be_kept():
    silent = {"medic_on_site": None, "least_distance_m": None, "longest_stint_minutes": None, "temperature_c": None}
    check = check_day(team_day(**silent), PROFILE)
    assert check.breaches == ()
    assert {each.rule.value for each in check.not_stated} == {"medic", "distance", "stint", "heat"}


@pytest.mark.invariant(10)
def test_the_profile_says_what_a_breach_leads_to():
    refusing = parse_profile(
        PROFILE.text.replace('medic = "flag", evacuation_vehicle', 'medic = "refuse", evacuation_vehicle')
    )
    [breach] = check_day(team_day(medic_on_site=False), refusing).breaches
    assert breach.finding.error.code == "LR3225"
    with pytest.raises(LandreleaseError, match="LR3225"):
        refuse_breaches([breach])
    [flagged] = check_day(team_day(medic_on_site=False), PROFILE).breaches
    assert flagged.finding.error.code == "LR3226"
    refuse_breaches([flagged])


def test_a_rule_that_the_profile_leaves_out_is_not_looked_at():
    silent = parse_profile(PROFILE.text.replace('heat = "flag", days_on = "flag"', 'days_on = "flag"'))
    assert broken(silent, temperature_c=43, longest_stint_minutes=30) == []


@pytest.mark.invariant(10)
def test_a_breach_proposes_a_nonconformity():
    [breach] = check_day(team_day(medic_on_site=False), PROFILE).breaches
    proposed = breach.nonconformity(PROFILE)
    assert (proposed.severity, proposed.requirement, proposed.team) == ("critical", "safety.medic", TEAM)
    assert proposed.responsible_organisation == OPERATOR


def test_a_profile_from_before_these_limits_has_the_defaults():
    lines = [line for line in PROFILE.text.splitlines() if not line.startswith(("on_report", "on_plan", "severity"))]
    assert parse_profile("\n".join(lines)).safety.on_report == PROFILE.safety.on_report


def work(conduct, days, **changes):
    for number in days:
        conduct.say("work_day", KEPT | {"days_since_rest": 0} | changes, f"2026-05-{number:02d}", subject=TEAM)


def test_rest_days_are_counted_from_the_reports(conduct):
    work(conduct, range(1, 8))
    check = check_team_days(conduct.register, conduct.profile, start="2026-05-04")
    assert [(breach.rule, breach.day) for breach in check.breaches] == [(SafetyRule.DAYS_ON, "2026-05-07")]
    assert check.days == 4


def test_a_day_off_ends_the_run(conduct):
    work(conduct, [1, 2, 3, 5, 6, 7, 8])
    assert check_team_days(conduct.register, conduct.profile).breaches == ()


def test_leave_is_counted_from_the_last_that_was_reported(conduct):
    conduct.say("work_day", {"people": 20, "lost_to": "leave"}, "2026-01-02", subject=TEAM)
    work(conduct, [4])
    [breach] = check_team_days(conduct.register, conduct.profile).breaches
    assert (breach.rule, breach.observed) == (SafetyRule.LEAVE, "122 days")


def test_hours_add_up(conduct):
    work(conduct, [1, 2], minutes_worked=200)
    [row] = hours(conduct.register)
    assert (row["days_worked"], row["minutes"], row["most_days_on"]) == (2, 400, 2)


COVER = [
    # kind, body, valid from and to, whether it holds for clearance on 2026-05-04
    ("accreditation", {"activities": ["clearance"]}, "2026-01-01", "2026-12-31", Held.YES),
    ("accreditation", {"activities": ["nts"]}, "2026-01-01", "2026-12-31", Held.NO),
    ("accreditation", {"activities": ["clearance"]}, "2025-01-01", "2026-05-03", Held.NO),
    ("accreditation", {"activities": ["clearance"], "status": "suspended"}, "2026-01-01", None, Held.NO),
    ("insurance", {}, "2026-01-01", "2026-12-31", Held.YES),
    ("insurance", {"activities": ["nts"]}, "2026-01-01", "2026-12-31", Held.NO),
    ("insurance", {}, "2026-05-05", "2026-12-31", Held.NO),
    ("qualification", {"activities": ["clearance"]}, "2026-01", "2026-05", Held.YES),
    ("medical.plan", {"area": AREA}, "2026-05-01", None, Held.YES),
]


@pytest.mark.invariant(9)
@pytest.mark.parametrize(("kind", "body", "start", "end", "held"), COVER)
def test_approvals_and_cover_hold_between_their_days_for_their_work(conduct, kind, body, start, end, held):
    subject = AREA if kind == "medical.plan" else OPERATOR
    conduct.say(kind, body, start, subject=subject, until=end)
    rule = next(rule for rule in SafetyRule if rule.value == kind.replace(".", "_"))
    asked = Cover(conduct.register).held(rule, [TEAM, OPERATOR, AREA], Activity.CLEARANCE, "2026-05-04")
    assert asked is held
    work(conduct, [4])
    broken = {breach.rule for breach in check_team_days(conduct.register, conduct.profile).breaches}
    assert broken == (set() if held is Held.YES else {rule})


@pytest.mark.invariant(9)
def test_a_suspension_outweighs_the_grant(conduct):
    suspended = {"status": "suspended", "reason": "two accidents"}
    for further, day in (({}, "2026-01-01"), (suspended, "2026-05-01")):
        body = {"activities": ["clearance"]} | further
        conduct.say("accreditation", body, day, subject=OPERATOR, until="2026-12-31")
    cover = Cover(conduct.register)
    days = {day: cover.held(SafetyRule.ACCREDITATION, [OPERATOR], Activity.CLEARANCE, day)
            for day in ("2026-04-30", "2026-05-02")}  # fmt: skip
    assert days == {"2026-04-30": Held.YES, "2026-05-02": Held.NO}


def test_what_was_never_recorded_is_unknown(conduct):
    work(conduct, [4])
    check = check_team_days(conduct.register, conduct.profile)
    assert check.breaches == ()
    assert check.not_stated[SafetyRule.INSURANCE] == 1


def test_cover_that_ends_before_it_begins_is_refused():
    with pytest.raises(LandreleaseError, match="LR3237"):
        check_cover(Statement("insurance", OPERATOR, {}, "2026-05-01", "person:a", OPERATOR, valid_to="2026-04-30"))
