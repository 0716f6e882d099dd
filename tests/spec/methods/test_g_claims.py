"""Methods G2: the plausibility table of a claim, to the printed digits; section D figures that it is set against."""

from pathlib import Path

import pytest

from landrelease.claims.audit import ClaimAudit, audit_claim
from landrelease.claims.entering import enter, read_claims
from landrelease.claims.held import HeldClaim, claims_of
from landrelease.claims.wording import figure, times
from landrelease.profile import load_profile
from landrelease.record.fold import fold
from landrelease.record.ledger import Ledger
from landrelease.terms import ClaimDefinition, ClaimMeasure, Fit

EXAMPLE = Path(__file__).parents[3] / "examples" / "claims" / "deployment-2025.toml"
AREA, ITEMS, DENSITY = ClaimMeasure.AREA_A_PERSON_DAY, ClaimMeasure.ITEMS_A_PERSON_DAY, ClaimMeasure.ITEMS_A_HECTARE
DEATHS, PER_DEATH, PER_KM2 = (
    ClaimMeasure.DEATHS_A_1000_PERSON_YEARS, ClaimMeasure.ITEMS_A_DEATH, ClaimMeasure.DEATHS_A_KM2
)  # fmt: skip


@pytest.fixture(scope="module")
def claims(tmp_path_factory) -> list[HeldClaim]:
    """The example, entered into a record and read back."""
    ledger = Ledger.create(tmp_path_factory.mktemp("claims") / "ledger.sqlite")
    with ledger:
        enter(ledger, read_claims(EXAMPLE.read_text("utf-8"), "toml"), "person:analyst", "org:centre")
        return claims_of(fold(ledger.log()))


@pytest.fixture(scope="module")
def audited(claims) -> ClaimAudit:
    chosen = next(claim for claim in claims if claim.body.area_m2)
    return audit_claim(chosen, claims, load_profile())


def values(audited: ClaimAudit, measure: ClaimMeasure) -> list[str]:
    return [figure(row.value) for row in audited.rows if row.measure is measure]


class TestMustShow:
    """Issue 5, must show 6."""

    def test_area_a_person_day(self, audited):
        assert values(audited, AREA) == ["4,711", "3,533"]

    def test_items_a_hectare(self, audited):
        assert {f"{row.value:.0f}" for row in audited.rows if row.measure is DENSITY} == {"35"}

    def test_deaths_a_thousand_person_years(self, audited):
        (row,) = [row for row in audited.rows if row.measure is DEATHS]
        assert [f"{row.value:.0f}", f"{row.low:.1f}", f"{row.high:.0f}", row.level] == ["27", "12.5", "52", 0.95]

    def test_items_a_death(self, audited):
        (row,) = [row for row in audited.rows if row.measure is PER_DEATH]
        assert round(row.value, -3) == 167_000

    def test_the_reading(self, audited):
        text = " ".join(audited.reading)
        assert "inspected or searched" in text
        assert "not cleared to depth" in text
        assert "count all munitions" in text
        assert "by orders of magnitude" in text


class TestTable:
    """Every other figure of the table of G2."""

    def test_days_are_those_of_the_claims(self, audited):
        assert [row.days for row in audited.rows if row.measure is AREA] == [90, 120]

    def test_items_a_person_day(self, audited):
        assert values(audited, ITEMS) == ["16.7", "12.5"]

    def test_deaths_a_km2(self, audited):
        assert [f"{row.value:.3f}" for row in audited.rows if row.measure is PER_KM2] == ["0.021"]

    def test_exact_interval_on_nine_deaths(self, audited):
        low, high = audited.death_bounds
        assert (f"{low:.1f}", f"{high:.1f}") == ("4.1", "17.1")

    @pytest.mark.parametrize(
        ("measure", "name", "said"),
        [
            (AREA, "Manual clearance", "71 to 470"),
            (AREA, "Croatia 2015, all methods together", "11 to 14"),
            (PER_DEATH, "One killed for 5,000 mines removed", "33"),
            (ClaimMeasure.AREA_M2, "World, all treaty states, 2023", "1.5"),
            (ClaimMeasure.ITEMS, "World, all treaty states, 2023", "9.3"),
        ],
    )
    def test_against(self, audited, measure, name, said):
        """G2 prints "70-470 times" for the first: 70.7 and 471."""
        (against,) = [one for one in audited.comparisons if one.measure is measure and one.name == name]
        assert times(against.ratio_low, against.ratio_high) == said

    def test_one_flail_a_person(self, audited):
        (against,) = [one for one in audited.comparisons if one.name.startswith("Flail")]
        assert against.fit is Fit.WITHIN

    def test_density_lies_within_the_prior(self, audited):
        (against,) = [one for one in audited.comparisons if one.measure is DENSITY and "5 to 50" in one.note]
        assert against.fit is Fit.WITHIN

    def test_folklore_is_called_so(self, audited):
        (against,) = [one for one in audited.comparisons if one.name.startswith("One killed")]
        assert against.folklore

    def test_every_comparison_has_a_mark_and_a_source(self, audited):
        assert [one.name for one in audited.comparisons if not one.source or one.mark not in "VSDMP"] == []


@pytest.mark.parametrize(
    ("definition", "possible"),
    [
        (ClaimDefinition.INSPECTED, True),
        (ClaimDefinition.SEARCHED, True),
        (ClaimDefinition.REDUCED, False),
        (ClaimDefinition.CLEARED, False),
        (ClaimDefinition.CERTIFIED, False),
    ],
)
def test_which_definition_makes_it_possible(audited, definition, possible):
    (row,) = [row for row in audited.definitions if row.definition is definition]
    assert row.possible is possible
    assert row.why


def test_ukraine_2024_is_3_1_km2_a_specialist_year(audited):
    (against,) = [one for one in audited.comparisons if one.name.startswith("Ukraine 2024") and one.measure is AREA]
    assert f"{against.low * 365.25 / 1e6:.1f}" == "3.1"


@pytest.mark.invariant(19)
def test_the_example_keeps_speakers_apart(claims):
    figures = {claim.body.speaker for claim in claims if claim.body.area_m2 or claim.body.deaths is not None}
    assert len(figures) == 2
