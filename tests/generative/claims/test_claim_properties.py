"""Properties of audits: scale, bounds, order of arrival; and that a claim never moves land."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.samples.claims import body, held

from landrelease.claims.audit import audit_claim
from landrelease.claims.contradictions import contradictions
from landrelease.claims.timeline import timeline
from landrelease.land.accounts import build_accounts
from landrelease.profile import load_profile
from landrelease.quality.accidents.rates import garwood
from landrelease.record.entry import Statement
from landrelease.record.fold import fold
from landrelease.record.ledger import Ledger
from landrelease.terms import ClaimMeasure

PROFILE = load_profile()
SOME = settings(max_examples=40, deadline=None)
AREAS, COUNTS, DAYS = st.integers(1, 10**12), st.integers(1, 10**7), st.integers(1, 3000)


@SOME
@given(AREAS, COUNTS, DAYS, st.integers(2, 9))
def test_twice_the_people_halve_the_rate(area, people, days, factor):
    def rate(count):
        made = audit_claim(held(1, area_m2=area, people=count, days=days), (), PROFILE)
        return next(row.value for row in made.rows if row.measure is ClaimMeasure.AREA_A_PERSON_DAY)

    assert abs(rate(people) / rate(people * factor) - factor) < 1e-9 * factor


@SOME
@given(AREAS, COUNTS, COUNTS, DAYS, st.integers(0, 1000))
def test_every_row_lies_within_its_bounds_and_every_claim_gets_a_reading(area, items, people, days, deaths):
    made = audit_claim(held(1, area_m2=area, items=items, people=people, days=days, deaths=deaths), (), PROFILE)
    for row in made.rows:
        assert row.low <= row.high
        assert row.value is None or row.low <= row.value <= row.high
    assert len(made.definitions) == 5
    assert "changes no land" in made.reading[-1]


@SOME
@given(AREAS, COUNTS, DAYS)
def test_a_faster_rate_never_makes_a_stronger_definition_possible(area, people, days):
    made = audit_claim(held(1, area_m2=area, people=people, days=days), (), PROFILE)
    possible = [one.possible for one in made.definitions if one.definition.value != "searched"]
    assert sorted(possible, reverse=True) == possible


@SOME
@given(st.integers(0, 10_000), st.floats(0.5, 0.999))
def test_exact_bounds_hold_the_count_and_widen_with_the_level(count, level):
    low, high = garwood(count, level)
    wider = garwood(count, (1 + level) / 2)
    assert wider[0] <= low <= count <= high <= wider[1]


FIGURES = st.fixed_dictionaries({}, optional={"items": st.integers(0, 3), "people": st.integers(1, 3)})


@SOME
@given(st.lists(FIGURES, max_size=6), st.randoms())
def test_contradictions_lose_no_side_and_do_not_hang_on_the_order(said, random):
    claims = [held(number, **fields) for number, fields in enumerate(said, start=1)]
    found = {each.measure: each for each in contradictions(claims)}
    for name in ("items", "people"):
        values = [fields[name] for fields in said if name in fields]
        assert (name in found) is (len(set(values)) > 1)
        if name in found:
            assert [int(side.value) for side in found[name].sides] == values
    random.shuffle(claims)
    assert {each.measure for each in contradictions(claims)} == set(found)


SAID = st.sampled_from(["2025", "2025-03", "2025-03-04", "before 2025-05", "2024-12..2025-02"])


@SOME
@given(st.lists(st.tuples(SAID, st.lists(SAID, max_size=3)), max_size=5))
def test_no_answer_stands_before_its_claim(told):
    claims = [
        held(number, said=said, answers=[{"said": one} for one in answered])
        for number, (said, answered) in enumerate(told, start=1)
    ]
    seen = set()
    for moment in timeline(claims):
        if moment.verdict is None:
            seen.add(moment.hash)
        assert moment.claim in seen
    assert len(seen) == len(claims)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.builds(dict, area_m2=AREAS, definition=st.sampled_from(["cleared", "certified"])), max_size=3))
def test_a_claim_never_moves_land(tmp_path_factory, claims):
    """Even one that names a hazardous area and says that it was cleared and certified."""
    square = {"type": "Polygon", "coordinates": [[[0, 0], [10**5, 0], [10**5, 10**5], [0, 10**5], [0, 0]]]}
    area = {"name": "Field", "classification": "cha", "shape": square}
    with Ledger.create(tmp_path_factory.mktemp("land") / "ledger.sqlite") as ledger:
        (said,) = ledger.append([Statement("hazard.report", "area:1", area, "2025-01-01", "ana", "op")])
        ledger.append([Statement("review", "r", {"verdict": "accepted"}, "2025-01-02", "bo", "nc", cites=(said.hash,))])
        before = build_accounts(fold(ledger.log()), PROFILE).balance()
        ledger.append(Statement("claim", "area:1", body(**each), "2025-03-01", "eve", "press") for each in claims)
        assert build_accounts(fold(ledger.log()), PROFILE).balance().equals(before)
