"""Methods E, standards 7.5, 7.6, invariant 15: exact rates with exposure, evidence, next of kin before names."""

import pytest
from tests.samples.conduct import AREA, INSPECTOR, INSPECTORATE, LEADER, OPERATOR, TEAM

from landrelease.errors import LandreleaseError
from landrelease.quality.accidents.care import (
    check_name_may_leave,
    follow_up,
    investigation,
    name_may_leave,
    notice,
    open_recommendations,
)
from landrelease.quality.accidents.exposure import accident_rates, exposure_of
from landrelease.quality.accidents.rates import garwood, rate_of, updated_rate
from landrelease.quality.accidents.tables import accident_tables, incident_log, reconcile
from landrelease.quality.acts import Author
from landrelease.record.conduct import AccidentFollowUp, AccidentInvestigation, NextOfKinNotice

ACCIDENT, VICTIM = "accident:1", "victim:1"
BY_OPERATOR, BY_QA = Author(LEADER, OPERATOR, "2026-06-01"), Author(INSPECTOR, INSPECTORATE, "2026-06-01")

GARWOOD = [
    # count, level, printed interval: Garwood 1936 and tables after it (95 %), methods G for 9
    (0, 0.95, 0.00, 3.69),
    (1, 0.95, 0.03, 5.57),
    (2, 0.95, 0.24, 7.22),
    (5, 0.95, 1.62, 11.67),
    (9, 0.95, 4.12, 17.08),
    (10, 0.95, 4.80, 18.39),
    (0, 0.90, 0.00, 3.00),
]


@pytest.mark.parametrize(("count", "level", "low", "high"), GARWOOD)
def test_exact_intervals_of_a_poisson_mean(count, level, low, high):
    assert [round(value, 2) for value in garwood(count, level)] == [low, high]


def test_nine_deaths_in_a_thousand_people_for_120_days():
    rate, low, high = rate_of(9, 1_000 * 120 / 365.25, "person-years").per(1_000)
    assert (round(rate), round(low, 1), round(high)) == (27, 12.5, 52)


def test_a_gamma_prior_and_its_posterior():
    rate = updated_rate(1, 90.0, "person-years", prior_events=1.0, prior_exposure=32.0)
    assert rate.rate == pytest.approx(2 / 122)
    assert rate.low < rate.rate < rate.high


@pytest.mark.parametrize(
    ("count", "exposure", "level"),
    [(-1, 10, 0.95), (1, 0, 0.95), (1, -5, 0.95), (1, float("nan"), 0.95), (1, 10, 0), (1, 10, 1)],
)
def test_an_impossible_count_exposure_or_level_is_refused(count, exposure, level):
    with pytest.raises(LandreleaseError, match="LR3228"):
        rate_of(count, exposure, "person-days", level)


def day(**changes):
    return {"area": AREA, "activity": "clearance", "people": 20, "minutes_worked": 300, "searched_area_m2": 400,
            "finds": 2} | changes  # fmt: skip


def accident(conduct, subject=ACCIDENT, when="2026-05-20", **changes):
    body = {
        "kind": "demining",
        "team": TEAM,
        "killed": 0,
        "injured": 1,
        "circumstances": {"activity": "excavation", "cause": "item_being_dealt_with", "minutes_into_shift": 130},
    }
    return conduct.report("accident", body | changes, when, subject=subject)  # fmt: skip


def told(conduct):
    for number in range(1, 11):
        conduct.say("work_day", day(), f"2026-05-{number:02d}", subject=TEAM)
    conduct.say("work_day", {"people": 20, "lost_to": "rest"}, "2026-05-11", subject=TEAM)
    accident(conduct)
    accident(conduct, "accident:2", "2026-05-21", kind="road", killed=1, injured=0, circumstances=None)
    accident(conduct, "accident:3", "2026-05-22", kind="attack", killed=2, injured=0, circumstances=None)
    accident(conduct, "accident:4", "2026-05-23", kind="mine", team=None)


def test_rates_show_their_exposure_and_count_road_and_attack_deaths(conduct):
    told(conduct)
    frame, exposure = accident_rates(conduct.register, OPERATOR, "2026-05-01", "2026-05-31")
    assert (exposure.deployment_person_days, exposure.worked_person_days) == (220, 200)
    assert (exposure.person_hours, exposure.items, exposure.days) == (1_000, 20, 11)
    killed = frame[(frame["what"] == "killed") & (frame["measure"] == "worked_person_days")].iloc[0]
    assert (killed["count"], killed["exposure"], killed["rate"]) == (3, 200, 15)
    assert killed["low"] < 15 < killed["high"]
    assert set(frame["what"]) == {"accidents", "killed", "injured"}


def test_days_without_people_are_named(conduct):
    conduct.say("work_day", day(people=0), "2026-05-01", subject=TEAM)
    [finding] = exposure_of(conduct.register).findings
    assert finding.error.code == "LR3236"


def test_no_exposure_no_rate(conduct):
    frame, exposure = accident_rates(conduct.register)
    assert frame.empty
    assert exposure.days == 0


def test_tables_count_by_activity_cause_and_hour_and_keep_what_is_not_stated(conduct):
    told(conduct)
    tables = accident_tables(conduct.register)
    assert tables["activity"].set_index("label")["accidents"].to_dict() == {"Not stated": 2, "Excavation": 1}
    assert tables["hour_of_shift"].set_index("label")["accidents"].to_dict() == {"Not stated": 2, "Hour 3": 1}
    assert tables["kind"]["killed"].sum() == 3
    assert [row["accident"] for row in incident_log(conduct.register)] == ["accident:1", "accident:2", "accident:3"]


def test_the_record_is_put_beside_the_annual_report(conduct):
    told(conduct)
    figures = {"dataset": "annual-report", "admin_area": "admin:all", "period": "2026", "operator": OPERATOR,
               "measures": {"accidents": 1, "killed": 0, "injured": 1}}  # fmt: skip
    conduct.report("figure", figures, "2026", subject="report:2026")
    frame, findings = reconcile(conduct.register, OPERATOR, "2026")
    assert frame.set_index("measure")["difference"].to_dict() == {"accidents": 2, "killed": 3, "injured": 0}
    assert [(f.error.code, f.details["reported"]) for f in findings] == [("LR3235", 1), ("LR3235", 0)]
    assert reconcile(conduct.register, OPERATOR, "2025")[1] == []


def victim(conduct):
    made = accident(conduct)
    conduct.report("victim", {"accident": ACCIDENT, "outcome": "killed", "group": "deminer"}, "2026-05-20",
                   subject=VICTIM)  # fmt: skip
    return made


def told_to(**changes):
    body = {"accident": ACCIDENT, "notified": "2026-05-21", "notified_by": LEADER}
    return NextOfKinNotice.model_validate(body | changes)


@pytest.mark.invariant(15)
def test_no_name_leaves_before_the_next_of_kin_have_been_told(conduct):
    victim(conduct)
    with pytest.raises(LandreleaseError) as caught:
        check_name_may_leave(conduct.register, [VICTIM, "victim:2", VICTIM])
    assert caught.value.codes == ("LR3230", "LR3230")
    conduct.append(notice(conduct.register, VICTIM, told_to(), BY_OPERATOR))
    check_name_may_leave(conduct.register, [VICTIM])
    assert not name_may_leave(conduct.register, "victim:2")


@pytest.mark.invariant(15)
def test_no_name_leaves_against_the_will_of_the_next_of_kin(conduct):
    victim(conduct)
    conduct.append(notice(conduct.register, VICTIM, told_to(consent_to_publish=False), BY_OPERATOR))
    with pytest.raises(LandreleaseError, match="LR3241"):
        check_name_may_leave(conduct.register, [VICTIM])


@pytest.mark.parametrize(
    ("who", "changes", "code"),
    [
        (VICTIM, {"notified": "2026-05-19"}, "LR3231"),
        (VICTIM, {"accident": "accident:9"}, "LR3229"),
        (VICTIM, {"notified_by": "person:nobody"}, "LR3207"),
        ("victim:9", {}, "LR3207"),
    ],
)
def test_an_impossible_notice_is_refused(conduct, who, changes, code):
    victim(conduct)
    before = len(conduct.ledger)
    with pytest.raises(LandreleaseError, match=code):
        notice(conduct.register, who, told_to(**changes), BY_OPERATOR)
    assert len(conduct.ledger) == before


def report(*evidence, independent=True):
    conclusions = [{"text": "the item lay deeper than the detector reaches", "evidence": list(evidence)}]
    recommendations = [{"number": 1, "text": "dig to 20 cm here", "owner": LEADER, "due": "2026-07-01"}]
    return AccidentInvestigation(independent=independent, conclusions=conclusions, recommendations=recommendations,
                                 factors=["detector"])  # fmt: skip


def test_conclusions_tie_to_evidence_in_the_record(conduct):
    made = victim(conduct)
    said = investigation(conduct.register, ACCIDENT, report(made), BY_QA)
    assert made in said.cites
    with pytest.raises(LandreleaseError, match="LR3232"):
        investigation(conduct.register, ACCIDENT, report("0" * 64), BY_QA)
    with pytest.raises(LandreleaseError, match="LR3229"):
        investigation(conduct.register, "accident:9", report(made), BY_QA)


def test_nobody_investigates_themselves_independently(conduct):
    made = victim(conduct)
    with pytest.raises(LandreleaseError, match="LR3233"):
        investigation(conduct.register, ACCIDENT, report(made), BY_OPERATOR)
    assert investigation(conduct.register, ACCIDENT, report(made, independent=False), BY_OPERATOR)


def test_recommendations_are_followed_until_they_are_done(conduct):
    made = victim(conduct)
    said = investigation(conduct.register, ACCIDENT, report(made), BY_QA)
    conduct.report(said.kind, said.body, "2026-06-01", subject=ACCIDENT, author=INSPECTOR, organisation=INSPECTORATE,
                   cites=said.cites)  # fmt: skip
    assert [row["recommendation"] for row in open_recommendations(conduct.register)] == [1]
    by = Author(LEADER, OPERATOR, "2026-07-01")
    with pytest.raises(LandreleaseError, match="LR3234"):
        follow_up(conduct.register, ACCIDENT, AccidentFollowUp(recommendation=2, done="2026-06-20"), by)
    with pytest.raises(LandreleaseError, match="LR3237"):
        follow_up(conduct.register, ACCIDENT, AccidentFollowUp(recommendation=1, done="2026-05-30"), by)
    conduct.append(follow_up(conduct.register, ACCIDENT, AccidentFollowUp(recommendation=1, done="2026-06-20"), by))
    assert open_recommendations(conduct.register) == []
    assert accident_tables(conduct.register)["factor"]["label"].tolist() == ["Detector inadequate"]
