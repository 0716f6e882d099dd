"""The standards profile: what is accepted, what is refused and how the refusal is worded."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landrelease.errors import LandreleaseError
from landrelease.profile import Profile, Rates, Section, load_profile, parse_profile
from landrelease.terms import EvidenceGrade, EvidenceKind

DEFAULT = load_profile()
TEXT = DEFAULT.text


def changed(name: str, value: str, section: str = "") -> str:
    """The default profile with one parameter set to another value."""
    pattern = rf"^{name} *= *(\[.*?\]|\{{.*?\}}|[^#\n]*)"
    head, mark, tail = TEXT.partition(f"[{section}]") if section else ("", "", TEXT)
    text, count = re.subn(pattern, f"{name} = {value} ", tail, count=1, flags=re.MULTILINE)
    assert count == 1, name
    return head + mark + text


def number(value: float) -> str:
    return repr(float(value))


def test_the_default_profile_is_whole():
    assert DEFAULT.identity.name == "default"
    assert set(type(DEFAULT).model_fields) == {*tomllib.loads(TEXT), "text"}


def test_the_default_profile_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        DEFAULT.release.coverage_permille = 900  # type: ignore[misc]


REFUSED = [
    # parameter, value, what the finding names
    ("required_depth_cm", "0", "land.required_depth_cm"),
    ("required_depth_cm", "-13", "land.required_depth_cm"),
    ("required_depth_cm", '"deep"', "land.required_depth_cm"),
    ("required_depth_cm", "nan", "land.required_depth_cm"),
    ("fade_out_m", "{ area = 10 }", "land.fade_out_m.strike"),
    ("coverage_permille", "1001", "release.coverage_permille"),
    ("coverage_permille", "999.5", "release.coverage_permille"),
    ("reviews_needed", "0", "release.reviews_needed"),
    ("direct", '["rumour"]', "evidence.direct"),
    ("blocking", '["critical", "grave"]', "quality.blocking"),
    ("confidence", "1.2", "quality.confidence"),
    ("days_on", "0", "safety.days_on"),
    ("days_on", "2.5", "safety.days_on"),
    ("manual_m2_a_deminer", "[10, 25]", "rates.manual_m2_a_deminer"),
    ("manual_m2_a_deminer", "[0, 25, 50]", "rates.manual_m2_a_deminer"),
    ("manual_m2_a_deminer", "[25, 10, 50]", "rates.manual_m2_a_deminer"),
    ("false_alarms_m2", "-0.1", "detection.false_alarms_m2"),
    ("killed_share", "1.01", "accidents.killed_share"),
    ("accuracy_m", "{ gnss = -1 }", "looks.accuracy_m.gnss"),
    ("trials", "{ manual_team = [61, 60] }", "looks.trials"),
    ("trials", "{ manual_team = [0, 0] }", "looks.trials"),
    ("heard_share", "[0.3, 0.1, 0.6]", "looks.heard_share"),
    ("heard_share", "[0.1, 0.3, 1.6]", "looks.heard_share"),
    ("false_positive", "{ reliable = 0.1 }", "looks.false_positive: nothing for usually_reliable"),
    ("suspicion_false_positive", "{ sha = 0.5 }", "looks.suspicion_false_positive: nothing for indication, cha"),
    ("suspicion_false_positive", "{ indication = 0.7, sha = 0.5, cha = 0.1 }", "must stay below 1"),
    ("name", "7", "identity.name"),
]


@pytest.mark.parametrize(("name", "value", "named"), REFUSED, ids=[f"{row[0]}={row[1]}" for row in REFUSED])
def test_a_value_out_of_range_is_refused_by_name(name, value, named):
    with pytest.raises(LandreleaseError) as caught:
        parse_profile(changed(name, value))
    assert caught.value.codes == ("LR0001",)
    assert named in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "identity"),
        ("not toml", "Expected"),
        (TEXT.replace("[safety]", "[saftey]"), "safety"),
        (TEXT.replace("heat_c", "heat_f"), "heat_f"),
        (TEXT + "\n[colour]\nsky = 1\n", "colour"),
        (TEXT.replace("stop_c = 42", "stop_c = 42\nstop_c = 43"), "overwrite"),
    ],
)
def test_missing_misspelt_and_doubled_parameters_are_refused(text, said):
    with pytest.raises(LandreleaseError, match="LR0001") as caught:
        parse_profile(text)
    assert said in str(caught.value)


ACCEPTED = [
    ("required_depth_cm", "20"),
    ("coverage_permille", "0"),
    ("blocking", "[]"),
    ("direct", "[]"),
    ("manual_m2_a_deminer", "[25, 25, 25]"),
    ("stop_c", "-5.0"),
]


@pytest.mark.parametrize(("name", "value"), ACCEPTED)
def test_a_country_may_set_its_own_values(name, value):
    profile = parse_profile(changed(name, value))
    assert profile.sha256 != DEFAULT.sha256


ORDERED = st.tuples(*[st.floats(0.01, 1e6, allow_nan=False)] * 3)
RATE_NAMES = st.sampled_from(sorted(Rates.model_fields))


@given(RATE_NAMES, ORDERED)
def test_rates_are_accepted_exactly_when_they_do_not_decrease(name, triangle):
    text = changed(name, "[" + ", ".join(number(value) for value in triangle) + "]")
    if list(triangle) == sorted(triangle):
        assert getattr(parse_profile(text).rates, name) == triangle
    else:
        with pytest.raises(LandreleaseError, match=rf"rates\.{name}"):
            parse_profile(text)


@given(st.one_of(st.floats(max_value=-1e-9), st.floats(min_value=1.0 + 1e-9), st.just(float("nan"))))
def test_a_share_is_between_nothing_and_all(value):
    shown = "nan" if value != value else "inf" if value == float("inf") else "-inf" if value < -1e308 else number(value)
    with pytest.raises(LandreleaseError, match=r"detection\.dog"):
        parse_profile(changed("dog", shown))


@given(st.floats(0, 1))
def test_every_share_is_accepted(value):
    assert parse_profile(changed("dog", number(value))).detection.dog == value


@given(st.sets(st.sampled_from(sorted(EvidenceKind))))
def test_evidence_is_direct_exactly_when_the_profile_says_so(direct):
    listed = ", ".join(f'"{kind}"' for kind in sorted(direct))
    evidence = parse_profile(changed("direct", f"[{listed}]")).evidence
    graded = {kind for kind in EvidenceKind if evidence.grade(kind) is EvidenceGrade.DIRECT}
    assert graded == direct


def test_the_hash_is_of_the_exact_text():
    assert parse_profile(TEXT).sha256 == DEFAULT.sha256
    assert parse_profile(TEXT + "# a comment\n").sha256 != DEFAULT.sha256


def test_a_profile_from_before_there_were_looks_is_read_with_the_defaults():
    head, _, tail = TEXT.partition("[looks]")
    older = parse_profile(head + "[accidents]" + tail.partition("[accidents]")[2])
    assert older.looks == DEFAULT.looks


def test_a_profile_is_read_from_a_file(tmp_path):
    path = tmp_path / "national.toml"
    path.write_text(changed("required_depth_cm", "20"), encoding="utf-8")
    assert load_profile(path).land.required_depth_cm == 20


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(LandreleaseError, match="LR0002") as caught:
        load_profile(tmp_path / "none.toml")
    assert "none.toml" in str(caught.value)


def sections(model: type[Section]) -> list[type[Section]]:
    nested = [f.annotation for f in model.model_fields.values() if isinstance(f.annotation, type)]
    inner = [kind for kind in nested if issubclass(kind, Section)]
    return [model, *(found for kind in inner for found in sections(kind))]


def test_every_section_is_closed_immutable_and_explained():
    for section in sections(Profile):
        assert section.model_config["extra"] == "forbid", section
        assert section.model_config["frozen"], section
        assert section.__doc__, section


def test_numbers_that_need_a_unit_have_it_in_their_name():
    units = re.compile(
        r"(^|_)(cm|m|m2|c|permille|minutes|days|share|hectare|years?|item|accident)(_|$)|^(days_on|confidence)$"
    )
    bare = {"cancellation_criteria", "reviews_needed", "manual", "dog", "machine", "technical_survey", "area", "strike"}
    bare |= {"beneficiary", "blockage", "deadline_bonus", "trial_targets", "trials", "aggregate_richness"}
    bare |= {"sector_false_positive", "depth_readings"}
    bare |= {"rate_bias", "rate_bias_sd", "rate_between_sd", "rate_within_sd", "prior_surveys", "team_people"}
    numeric = {
        name
        for section in sections(Profile)
        for name, field in section.model_fields.items()
        if field.annotation in (int, float) or "tuple" in str(field.annotation)
    }
    assert {name for name in numeric - bare if not units.search(name)} == set()


def test_no_profile_lies_outside_the_package():
    assert (Path(__file__).parents[3] / "src" / "landrelease" / "profile" / "default.toml").exists()
