"""Claims files: what is read, what is refused and how, and that a refusal writes nothing."""

import json

import pytest
from tests.samples.claims import answer_row, claim_row, file_text

from landrelease.claims.entering import enter, read_claims
from landrelease.claims.held import chosen_claims, claims_of
from landrelease.errors import LandreleaseError
from landrelease.record.entry import Statement
from landrelease.record.fold import fold
from landrelease.record.ledger import Ledger
from landrelease.terms import ClaimDefinition, ClaimVerdict


@pytest.fixture
def ledger(tmp_path):
    with Ledger.create(tmp_path / "ledger.sqlite") as made:
        yield made


def codes_of(text, form="toml"):
    with pytest.raises(LandreleaseError) as caught:
        read_claims(text, form, "a.toml")
    return caught.value.codes


REFUSED = [
    # what is wrong, claim, code
    ("no definition", claim_row(definition=None), "LR3300"),
    ("empty definition", claim_row(definition=" "), "LR3300"),
    ("unknown definition", claim_row(definition="demined"), "LR3301"),
    ("unknown field", claim_row(hectares=3), "LR3301"),
    ("no speaker", claim_row(speaker=None), "LR3301"),
    ("empty text", claim_row(text=" "), "LR3301"),
    ("area twice", claim_row(area_ha=1, area_m2=1), "LR3301"),
    ("area in words", claim_row(area_ha="vast"), "LR3301"),
    ("half a person", claim_row(people=1.5), "LR3301"),
    ("fewer than none", claim_row(deaths=-1), "LR3301"),
    ("no people", claim_row(people=0), "LR3301"),
    ("no days", claim_row(days=0), "LR3301"),
    ("bound of nothing", claim_row(bounds={"cows": "about"}), "LR3301"),
    ("unknown bound", claim_row(bounds={"items": "roughly"}), "LR3301"),
    ("land not spoken of", claim_row(definition="not_applicable", area_ha=3), "LR3302"),
    ("items not spoken of", claim_row(definition="not_applicable", items=3), "LR3302"),
    ("no day", claim_row(said="soon"), "LR3305"),
    ("known before said", claim_row(known="2025-02"), "LR3307"),
    ("backwards", claim_row(period_from="2025-03", period_to="2025-02"), "LR3307"),
    ("answer to nothing", claim_row(id="a") + "\n" + answer_row(to=""), "LR3301"),
    ("answer without verdict", claim_row(id="a") + "\n" + answer_row(verdict=None), "LR3301"),
    ("answer without a day", claim_row(id="a") + "\n" + answer_row(said="soon"), "LR3305"),
    ("one id twice", claim_row(id="a") + "\n" + claim_row(id="a"), "LR3301"),
]


@pytest.mark.parametrize(("wrong", "claims", "code"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_faulty_claim_is_refused(wrong, claims, code):
    assert codes_of(file_text(claims)) == (code,)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("not toml", "toml"),
        ("{", "json"),
        ("[]", "json"),
        (file_text(form='format = "landrelease claims 9"'), "toml"),
        (file_text("colour = 1"), "toml"),
        (file_text("claim = 1"), "toml"),
    ],
)
def test_what_is_no_claims_file_is_refused(text, form):
    assert codes_of(text, form) == ("LR3306",)


def test_every_fault_is_named_with_its_row():
    text = file_text(claim_row(definition=None), claim_row(), claim_row(people=0))
    with pytest.raises(LandreleaseError) as caught:
        read_claims(text, "toml", "a.toml")
    assert [(each.error.code, each.row, each.file) for each in caught.value.findings] == [
        ("LR3300", 1, "a.toml"),
        ("LR3301", 3, "a.toml"),
    ]


def test_a_claim_without_a_subject_is_refused():
    assert codes_of(file_text(claim_row(), subject="")) == ("LR3301",)


@pytest.mark.parametrize(("unit", "value"), [("area_ha", 42400), ("area_km2", 424.0), ("area_m2", 424_000_000)])
def test_an_area_is_read_in_three_units(unit, value):
    (told,) = read_claims(file_text(claim_row(**{unit: value})), "toml")
    assert told.body.area_m2 == 424_000_000


def test_json_says_the_same_as_toml():
    text = json.dumps({"format": "landrelease claims 1", "subject": "province:north", "claim": [
        {"about": "clearance", "speaker": "ministry", "said": "2025-03-01", "text": "Much was cleared.",
         "definition": "not_stated"}]})  # fmt: skip
    assert read_claims(text, "json") == read_claims(file_text(claim_row()), "toml")


def test_not_stated_is_kept_where_it_was_said(ledger):
    enter(ledger, read_claims(file_text(claim_row()), "toml"), "ana", "centre")
    (claim,) = claims_of(fold(ledger.log()))
    assert claim.body.definition is ClaimDefinition.NOT_STATED


def test_a_file_is_entered_once(ledger):
    told = read_claims(file_text(claim_row(id="a"), answer_row()), "toml")
    assert len(enter(ledger, told, "ana", "centre").added) == 2
    again = enter(ledger, told, "bo", "centre")
    assert (again.added, again.unchanged, len(ledger)) == ((), 2, 2)


def test_an_answer_cites_its_claim(ledger):
    enter(ledger, read_claims(file_text(claim_row(id="a"), answer_row()), "toml"), "ana", "centre")
    (claim,) = claims_of(fold(ledger.log()))
    (answer,) = claim.answers
    assert (answer.body.verdict, answer.claim) == (ClaimVerdict.DENIED, claim.hash)
    assert [entry.entry.cites for entry in ledger.log(kind="claim.response")] == [(claim.hash,)]


def test_a_later_file_answers_a_claim_on_record(ledger):
    enter(ledger, read_claims(file_text(claim_row()), "toml"), "ana", "centre")
    (claim,) = claims_of(fold(ledger.log()))
    enter(ledger, read_claims(file_text(answer_row(to=claim.hash[:12])), "toml"), "ana", "centre")
    assert len(claims_of(fold(ledger.log()))[0].answers) == 1


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (answer_row(to="b"), "LR3308"),
        (answer_row(to="0" * 64), "LR3308"),
        (answer_row(said="2025-02-28"), "LR3307"),
    ],
)
def test_an_answer_that_cannot_be_writes_nothing(ledger, answer, code):
    told = read_claims(file_text(claim_row(id="a"), answer), "toml")
    with pytest.raises(LandreleaseError) as caught:
        enter(ledger, told, "ana", "centre")
    assert (caught.value.codes, len(ledger)) == ((code,), 0)


def test_a_withdrawn_claim_is_gone_from_the_list(ledger):
    (added,) = enter(ledger, read_claims(file_text(claim_row()), "toml"), "ana", "centre").added
    ledger.append(
        [Statement("withdrawal", "w", {"reason": "typed wrong"}, "2025-03-02", "ana", "centre", cites=(added,))]
    )
    assert claims_of(fold(ledger.log())) == []


def test_claims_are_chosen_by_subject_or_hash(ledger):
    enter(ledger, read_claims(file_text(claim_row(), claim_row(said="2025-04")), "toml"), "ana", "centre")
    claims = claims_of(fold(ledger.log()))
    assert chosen_claims(claims, "province:north") == claims
    assert chosen_claims(claims, claims[1].hash[:8]) == [claims[1]]
    for unknown in ("province:south", claims[0].hash[:7], "ffff" * 4):
        with pytest.raises(LandreleaseError, match="LR3303"):
            chosen_claims(claims, unknown)
