"""The table of states: nothing is closed but by a verification, and every state can be reached."""

from landrelease.quality.states import OPEN_STATES, STEPS, Doer, QualityAct, step_of
from landrelease.terms import NonconformityState


def test_only_a_verification_closes():
    closing = {step.act for step in STEPS if step.source in OPEN_STATES and step.target not in OPEN_STATES}
    assert closing == {QualityAct.CONFIRM}


def test_whoever_judges_is_not_the_owner():
    judging = {step.act for step in STEPS if step.by is Doer.VERIFIER}
    assert judging == {QualityAct.CONFIRM, QualityAct.REFUTE, QualityAct.FIND_EFFECTIVE, QualityAct.FIND_INEFFECTIVE}


def test_an_act_leads_from_a_state_to_one_state():
    assert len({(step.source, step.act) for step in STEPS}) == len(STEPS)


def test_every_state_is_reached_and_left_or_the_end():
    assert {step.target for step in STEPS} == set(NonconformityState)
    assert {step.source for step in STEPS} - {None} == set(NonconformityState)


def test_what_is_not_in_the_table_is_no_step():
    assert step_of(NonconformityState.OPEN, QualityAct.CONFIRM) is None
    assert step_of(None, QualityAct.CONFIRM) is None
