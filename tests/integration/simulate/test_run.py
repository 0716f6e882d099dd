"""A whole deployment through the ledger, and what the other rooms make of it."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import shapely

from landrelease.errors import LandreleaseError
from landrelease.geo.shapes import shape_from_body
from landrelease.land.accounts import build_accounts
from landrelease.profile import load_profile
from landrelease.record.entry import Entry
from landrelease.record.fold import fold
from landrelease.record.ledger import Ledger
from landrelease.release.dossier import Dossiers
from landrelease.release.gate import unmet_in
from landrelease.simulate import (
    Outcome,
    Province,
    SimulatedClock,
    generate,
    load_scenario,
    policy_named,
    run_policy,
)
from landrelease.simulate.policies import Order
from landrelease.simulate.workforce import AUTHORITY, MONITORING, REGIMENT
from landrelease.terms import Activity

SCENARIO, PROFILE, SEED = load_scenario("company-24"), load_profile(), 1


@dataclass(frozen=True)
class Run:
    """One policy's run and its ledger, read once."""

    province: Province
    outcome: Outcome
    path: Path
    entries: tuple[Entry, ...]

    def of(self, *kinds: str) -> list[Entry]:
        return [entry for entry in self.entries if entry.kind in kinds]


@pytest.fixture(scope="module")
def province() -> Province:
    return generate(SCENARIO, SEED)


@pytest.fixture(scope="module", params=["sweep", "landrelease", "estimate"])
def run(request, province, tmp_path_factory) -> Run:
    path = tmp_path_factory.mktemp("ledger") / "ledger.db"
    with Ledger.create(path, clock=SimulatedClock()) as ledger:
        outcome = run_policy(province, policy_named(request.param), ledger, PROFILE, SEED)
        entries = tuple(logged.entry for logged in ledger.log())
    return Run(province, outcome, path, entries)


def test_items_are_found_exploded_or_left(run: Run) -> None:
    out = run.outcome
    assert out.items_found + out.items_exploded + out.items_left == out.items_laid == len(run.province.items)
    assert out.items_left_in_released <= out.items_left


def test_finds_in_the_record_are_the_items_found(run: Run) -> None:
    kinds = ("clearance.report", "survey.ts", "qa.visit", "eod.spot_task")
    recorded = sum(find["quantity"] for entry in run.of(*kinds) for find in entry.body.get("finds", ()))
    assert recorded == run.outcome.items_found


def test_work_days_of_the_record_add_up_to_the_finds(run: Run) -> None:
    assert sum(entry.body["finds"] for entry in run.of("work_day")) == run.outcome.items_found


def test_every_statement_is_counted_and_bears_its_simulated_date(run: Run) -> None:
    assert len(run.entries) == run.outcome.statements
    recorded = [entry.recorded for entry in run.entries]
    assert recorded == sorted(recorded)
    assert recorded[-1][:10] == SCENARIO.deployment.day(SCENARIO.deployment.days - 1).isoformat()
    assert all(entry.valid_from <= entry.recorded[:10] for entry in run.entries)


def test_nobody_reviews_their_own(run: Run) -> None:
    by_hash = {entry.hash: entry for entry in run.entries}
    reviews = run.of("review")
    assert reviews
    for review in reviews:
        assert review.organisation == AUTHORITY
        assert all(by_hash[cited].author != review.author for cited in review.cites)


def test_the_register_holds_everything_but_the_last_days(run: Run) -> None:
    with Ledger.open(run.path) as ledger:
        register = fold(ledger.log())
    last = SCENARIO.deployment.day(SCENARIO.deployment.days - 1).isoformat()
    assert {entry.valid_from for entry in register.pending()} <= {last}
    assert len(register.entries("hazard.report")) == run.outcome.areas


def test_land_accounts_agree_with_the_outcome(run: Run) -> None:
    with Ledger.open(run.path) as ledger:
        accounts = build_accounts(fold(ledger.log()), PROFILE)
    parts = accounts.parts()
    released = parts[parts["release_status"] == "released"].groupby("route")["area_m2"].sum()
    for route in ("cancelled", "reduced", "cleared"):
        expected = getattr(run.outcome, f"{route}_m2")
        assert float(released.get(route, 0.0)) == pytest.approx(expected, rel=1e-4, abs=2.0), route
    balance = accounts.balance()
    assert balance["new_m2"].sum() == pytest.approx(run.outcome.suspected_m2, rel=1e-4)


def test_released_land_lies_in_reported_land(run: Run) -> None:
    reported = {entry.subject: shape_from_body(entry.body["shape"]) for entry in run.of("hazard.report")}
    for entry in run.of("release.decision"):
        released = shape_from_body(entry.body["shape"])
        beyond = shapely.difference(released, reported[entry.body["area"]].buffer(1e-6))
        assert beyond.area < 1e-12


def test_decisions_rest_on_reports_and_where_asked_on_visits(run: Run) -> None:
    by_hash = {entry.hash: entry for entry in run.entries}
    needed = {
        "cancelled": {"survey.nts"},
        "reduced": {"survey.ts", "qa.visit"},
        "cleared": {"clearance.report", "qa.visit"},
    }
    for entry in run.of("release.decision"):
        (route,) = entry.body["routes"]
        assert {by_hash[cited].kind for cited in entry.cites} == needed[route]
        visits = [by_hash[cited] for cited in entry.cites if by_hash[cited].kind == "qa.visit"]
        passed = {"release": "pass", "reopen": "fail"}[entry.body["decision"]]
        assert all(visit.body["result"] == passed for visit in visits)


def test_those_who_inspect_do_not_inspect_themselves(run: Run) -> None:
    for visit in run.of("qa.visit"):
        assert visit.organisation == MONITORING != visit.body["inspected_organisation"] == REGIMENT


def test_every_team_has_one_work_day_a_day(run: Run) -> None:
    days = Counter((entry.subject, entry.valid_from) for entry in run.of("work_day"))
    teams = sum(group.teams for group in SCENARIO.force.groups)
    assert len(days) == teams * SCENARIO.deployment.days
    assert set(days.values()) == {1}


def test_no_one_works_on_days_that_are_lost(run: Run) -> None:
    for entry in run.of("work_day"):
        if entry.body.get("lost_to") in ("rest", "leave", "travel", "breakdown", "weather", "heat", "medical"):
            assert (entry.body["minutes_worked"], entry.body["searched_area_m2"]) == (0, 0), entry.body


def test_no_more_days_than_allowed(run: Run) -> None:
    worked = {entry.valid_from for entry in run.of("work_day") if entry.body["minutes_worked"] > 0}
    assert len(worked) == run.outcome.work_days <= SCENARIO.deployment.work_days
    assert max(entry.body["days_since_rest"] for entry in run.of("work_day")) <= PROFILE.safety.days_on
    assert run.outcome.most_days_without_rest <= PROFILE.safety.days_on


def test_stints_keep_the_limit_or_are_counted(run: Run) -> None:
    over = [e for e in run.of("work_day") if e.body.get("longest_stint_minutes", 0) > PROFILE.safety.stint_minutes]
    assert len(over) <= run.outcome.stint_overruns
    assert all(e.body["minutes_worked"] <= PROFILE.safety.minutes_a_day for e in run.of("work_day"))


def test_nobody_is_faster_than_the_profile_allows(run: Run) -> None:
    greatest = {
        Activity.NTS: PROFILE.rates.survey_m2_a_team[2],
        Activity.QA: PROFILE.rates.quality_m2_a_team[2],
        Activity.MECHANICAL: PROFILE.rates.machine_m2_a_machine[2],
        Activity.TS: PROFILE.rates.technical_survey_m2_a_team[2],
        Activity.CLEARANCE: PROFILE.rates.dog_m2_a_team[2],
    }
    for entry in run.of("work_day"):
        if "activity" in entry.body and entry.body["activity"] != Activity.EOD:
            assert entry.body["searched_area_m2"] <= greatest[Activity(entry.body["activity"])] + 1, entry.body


def test_manual_teams_are_no_faster_than_their_people(run: Run) -> None:
    searchers = {group.kind: group.searchers for group in SCENARIO.force.groups}["manual_team"]
    for entry in run.of("work_day"):
        if entry.subject.startswith("team:manual") and entry.body.get("activity") == Activity.CLEARANCE:
            assert entry.body["searched_area_m2"] <= searchers * PROFILE.rates.manual_m2_a_deminer[2] + 1


def test_landrelease_surveys_each_area_once(run: Run) -> None:
    surveys = Counter(entry.body["area"] for entry in run.of("survey.nts"))
    assert set(surveys.values()) <= {1}
    assert len(surveys) == run.outcome.areas_surveyed
    assert bool(surveys) == (run.outcome.policy != "sweep")


def test_cancelled_land_has_its_criteria(run: Run) -> None:
    for entry in run.of("survey.nts"):
        if entry.body.get("cancelled_area_m2"):
            assert len(entry.body["criteria"]) >= PROFILE.release.cancellation_criteria


def test_victims_are_those_of_the_accidents(run: Run) -> None:
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for victim in run.of("victim"):
        counted[victim.body["accident"]][victim.body["outcome"]] += 1
    for accident in run.of("accident"):
        victims = counted[accident.subject]
        assert (victims["killed"], victims["injured"]) == (accident.body["killed"], accident.body["injured"])
    assert len([a for a in run.of("accident") if a.body["kind"] == "demining"]) == run.outcome.accidents


def _content(path: Path, province: Province, policy: str) -> list[tuple[object, ...]]:
    with Ledger.create(path, clock=SimulatedClock()) as ledger:
        run_policy(province, policy_named(policy), ledger, PROFILE, SEED)
        entries = [logged.entry for logged in ledger.log()]
    number = {entry.hash: index for index, entry in enumerate(entries)}
    return [
        (e.kind, e.subject, e.valid_from, e.valid_to, e.recorded, e.author, e.organisation, dict(e.source),
         [number[cited] for cited in e.cites], e.body)
        for e in entries
    ]  # fmt: skip


@pytest.mark.parametrize("policy", ["sweep", "landrelease"])
def test_same_seed_same_record(policy: str, province: Province, tmp_path: Path) -> None:
    again = generate(SCENARIO, SEED)
    assert _content(tmp_path / "a.db", province, policy) == _content(tmp_path / "b.db", again, policy)


def test_a_ledger_with_a_real_clock_is_refused(province: Province, tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "real.db") as ledger:
        with pytest.raises(LandreleaseError, match="LR8005"):
            run_policy(province, policy_named("sweep"), ledger, PROFILE, SEED)
        assert len(ledger) == 0


class _Stubborn:
    """A policy that sends every team to the same order."""

    name = "stubborn"

    def __init__(self, order: Order) -> None:
        self.order = order

    def morning(self, view: object) -> None: ...

    def next_order(self, crew: object, view: object) -> Order:
        return self.order


@pytest.mark.parametrize(
    "order", [Order(0, Activity.MECHANICAL), Order(0, Activity.NTS), Order(0, Activity.TS, coverage=0.0)]
)
def test_impossible_orders_are_refused(order: Order, province: Province, tmp_path: Path) -> None:
    with (
        Ledger.create(tmp_path / "ledger.db", clock=SimulatedClock()) as ledger,
        pytest.raises(LandreleaseError, match="LR8004"),
    ):
        run_policy(province, _Stubborn(order), ledger, PROFILE, SEED)


def test_the_deployment_begins_when_the_scenario_says(run: Run) -> None:
    first = min(entry.valid_from for entry in run.of("work_day"))
    assert date.fromisoformat(first) == SCENARIO.deployment.start


NOT_SIMULATED = {"accreditation", "effort", "insurance"}
"""Papers that the simulated offices do not keep."""


def test_the_release_gate_agrees_with_most_decisions(run: Run) -> None:
    """What the simulated signatory released, the gate would release too, but for blocks still waiting for a visit."""
    with Ledger.open(run.path) as ledger:
        register = fold(logged for logged in ledger.log() if logged.entry.kind != "release.decision")
    accounts = build_accounts(register, PROFILE)
    dossiers = Dossiers(register, accounts, PROFILE.release.evidence_fade_out_m)
    parts = accounts.parts()
    resolved = parts[parts["release_status"].isin(["cancelled", "reduced", "cleared"])]
    unmet = {
        area: {miss.criterion.code for miss in unmet_in(dossiers.of(area, list(mine["part_id"])), PROFILE)}
        for area, mine in resolved.groupby("area_id")
    }
    assert unmet
    assert set().union(*unmet.values()) <= {"quality_visit", "evidence_resolved"} | NOT_SIMULATED
    if run.outcome.policy != "sweep":
        assert sum(not codes - NOT_SIMULATED for codes in unmet.values()) > 0.8 * len(unmet)
