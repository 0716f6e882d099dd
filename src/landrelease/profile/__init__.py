"""The national standards profile: versioned parameters that a country sets."""

import hashlib
import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from landrelease.errors import ErrorCode, fail
from landrelease.profile.conduct import Checklist, Checks, Quality, Safety
from landrelease.profile.section import Permille, Positive, Section, Share, default_section, default_text
from landrelease.terms import (
    Activity,
    AssetKind,
    ClaimDefinition,
    ClaimMeasure,
    EvidenceGrade,
    EvidenceKind,
    Ground,
    LandClass,
    PositionQuality,
    ReleaseRoute,
    Reliability,
)


class Identity(Section):
    """Name and version that statements cite."""

    name: str
    version: str


class FadeOut(Section):
    """Search distance beyond the last find, by kind of contamination."""

    area: Positive
    strike: Positive


class Land(Section):
    """Depth, distances and tolerances of areas."""

    required_depth_cm: Positive
    fade_out_m: FadeOut
    reported_area_tolerance_permille: Permille
    maximum_leg_m: Positive
    intermediate_point_m: Positive
    closure_tolerance_permille: Permille


class Evidence(Section):
    """Which kinds of evidence count as direct."""

    direct: list[EvidenceKind]
    indirect: list[EvidenceKind]

    def grade(self, kind: EvidenceKind) -> EvidenceGrade:
        """Return the grade of a kind of evidence in this country."""
        return EvidenceGrade.DIRECT if kind in self.direct else EvidenceGrade.INDIRECT


CriterionWeight = Literal["binding", "advisory", "off"]
HandoverNeed = Literal["residual_risk", "community_told", "numbers", "turning_points", "documents"]


class Release(Section):
    """Criteria for releasing land."""

    coverage_permille: Permille
    residual_items_per_hectare: Positive
    evidence_fade_out_m: Positive
    cancellation_criteria: int
    survey_coverage_permille: Permille
    reviews_needed: Annotated[int, Field(ge=1)]
    quality_visit_routes: list[ReleaseRoute]
    handover_needs: list[HandoverNeed] = []
    look_back_days: Annotated[int, Field(ge=0)] = 30


Triangle = tuple[Positive, Positive, Positive]


class Rates(Section):
    """m² a working day: least, most likely, greatest."""

    manual_m2_a_deminer: Triangle
    dog_m2_a_team: Triangle
    machine_m2_a_machine: Triangle
    technical_survey_m2_a_team: Triangle
    survey_m2_a_team: Triangle
    quality_m2_a_team: Triangle

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        for name in type(self).model_fields:
            low, mode, high = getattr(self, name)
            if not low <= mode <= high:
                raise ValueError(f"rates.{name}: least, most likely and greatest must not decrease")
        return self


class Detection(Section):
    """What a search finds, and what it takes for a find."""

    manual: Share
    dog: Share
    machine: Share
    technical_survey: Share
    false_alarms_m2: Annotated[float, Field(ge=0)]
    minutes_a_signal: Positive


Shares = tuple[Share, Share, Share]


class Looks(Section):
    """How observations are read by the hazard estimate; three numbers are least, most likely and greatest."""

    accuracy_m: dict[PositionQuality, Annotated[float, Field(ge=0)]]
    trials: dict[AssetKind, tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=1)]]]
    trial_targets: Positive
    mean_depth_cm: Positive
    below_depth_share: Share
    false_positive: dict[Reliability, Share]
    false_negative: dict[Reliability, Share]
    suspicion_false_positive: dict[LandClass, Share]
    sector_false_positive: Share
    heard_share: Shares
    harm_a_year: Triangle
    in_use_years: Positive
    plot_m2: Positive
    spot_m: Annotated[float, Field(ge=0)]
    record_true_share: Share
    record_whole_share: Shares
    aggregate_richness: Triangle

    @model_validator(mode="after")
    def _possible(self) -> Self:
        for name in ("heard_share", "harm_a_year", "record_whole_share", "aggregate_richness"):
            low, mode, high = getattr(self, name)
            if not low <= mode <= high:
                raise ValueError(f"looks.{name}: least, most likely and greatest must not decrease")
        for name, wanted in (("false_positive", Reliability), ("false_negative", Reliability),
                             ("suspicion_false_positive", LandClass)):  # fmt: skip
            missing = [term.value for term in wanted if term not in getattr(self, name)]
            if missing:
                raise ValueError(f"looks.{name}: nothing for {', '.join(missing)}")
        positive = max(
            *self.false_positive.values(), *self.suspicion_false_positive.values(), self.sector_false_positive
        )
        if positive + max(self.false_negative.values()) >= 1:
            raise ValueError("looks: false positives and false negatives together must stay below 1")
        if any(detected > targets for detected, targets in self.trials.values()):
            raise ValueError("looks.trials: more detected than there were targets")
        return self


class Survey(Section):
    """How surveys are laid out."""

    box_m: Positive


class Accidents(Section):
    """Priors of accident rates; always shown with their exposure."""

    per_item: Share
    per_person_year: Annotated[float, Field(ge=0)]
    victims_per_accident: Positive
    killed_share: Share


class Comparison(Section):
    """A figure that claims are set against: a range, or a rate of the profile shared by so many people."""

    measure: ClaimMeasure
    name: str
    low: Positive | None = None
    high: Positive | None = None
    rate: str | None = None
    people: Positive = 1
    definitions: list[ClaimDefinition] = []
    """What land that was dealt with at this rate may be called."""
    folklore: bool = False
    mark: Literal["V", "S", "D", "M", "P"]
    source: str
    note: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.rate is None) == (self.low is None or self.high is None):
            raise ValueError(f"claims.comparisons, {self.name}: give low and high, or the name of a rate")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"claims.comparisons, {self.name}: low is above high")
        if self.rate is not None and self.rate not in Rates.model_fields:
            raise ValueError(f"claims.comparisons, {self.name}: there is no rate '{self.rate}'")
        return self

    def bounds(self, rates: "Rates") -> tuple[float, float]:
        """Least and greatest value of the range."""
        if self.rate is None:
            return float(self.low or 0), float(self.high or 0)
        least, _mode, greatest = getattr(rates, self.rate)
        return least / self.people, greatest / self.people


class Claims(Section):
    """What claims about clearance are set against."""

    confidence: Share
    apart_share: Annotated[float, Field(gt=1)]
    comparisons: list[Comparison]


class Publication(Section):
    """What people outside mine action may see."""

    public_cell_m: Positive


class Weights(Section):
    """Value units a year of free land, for each amount of a criterion."""

    item: Annotated[float, Field(ge=0)]
    beneficiary: Annotated[float, Field(ge=0)]
    hectare: Annotated[float, Field(ge=0)]
    blockage: Annotated[float, Field(ge=0)]


class ForecastPriors(Section):
    """What a forecast draws where the programme's past says nothing yet."""

    rate_bias: float
    rate_bias_sd: Annotated[float, Field(ge=0)]
    rate_between_sd: Annotated[float, Field(ge=0)]
    rate_within_sd: Annotated[float, Field(ge=0)]
    outcomes: Annotated[list[Share], Field(min_length=3, max_length=3)]
    reduced_work_share: Annotated[float, Field(ge=0)]
    full_work_share: Annotated[float, Field(ge=0)]
    prior_surveys: Positive
    breakdown_share_a_day: Share
    breakdown_days: Positive
    weather_share_a_day: Share
    weather_days: Positive
    stand_down_days: Positive
    team_people: Positive
    days_a_year: Positive
    prior_days: Positive


def _default_forecast() -> ForecastPriors:
    return ForecastPriors.model_validate(default_section("forecast"))


class Planning(Section):
    """What the planner takes for granted."""

    travel_m_a_day: Positive
    mobilisation_days: Annotated[int, Field(ge=0)]
    commute_m: Annotated[float, Field(ge=0)]
    discount_a_year: Annotated[float, Field(ge=0)]
    benefit_days: Annotated[int, Field(ge=0)]
    deadline_bonus: Annotated[float, Field(ge=0)]
    searching_share: Share
    chains: dict[LandClass, list[Activity]]
    doers: dict[Activity, list[AssetKind]]
    share_left: dict[Activity, Share]
    prepared_ground: list[Ground]
    block_m2: dict[LandClass, Positive]
    weights: Weights

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for name in ("chains", "block_m2"):
            missing = [land_class.value for land_class in LandClass if not getattr(self, name).get(land_class)]
            if missing:
                raise ValueError(f"planning.{name}: nothing for {', '.join(missing)}")
        without = {step.value for chain in self.chains.values() for step in chain if not self.doers.get(step)}
        if without:
            raise ValueError(f"planning.doers: no kind of team for {', '.join(sorted(without))}")
        return self


def _default_looks() -> Looks:
    return Looks.model_validate(default_section("looks"))


def _default_claims() -> Claims:
    return Claims.model_validate(default_section("claims"))


def _default_survey() -> Survey:
    return Survey.model_validate(default_section("survey"))


class Profile(Section):
    """A whole standards profile.

    Raises
    ------
    LandreleaseError
        LR0001 from `load_profile`, when a parameter is missing, unknown or out of range.
    """

    identity: Identity
    land: Land
    evidence: Evidence
    release: Release
    release_criteria: dict[str, CriterionWeight] = {}
    """Weight of each criterion by its code (`landrelease.release.criteria`); one that is not named keeps its own."""
    reasonable_effort: dict[str, str] = {}
    """Items of all reasonable effort, in the words of the standard; a profile without any asks for none."""
    quality: Quality
    checklist: Checklist = Field(default_factory=lambda: default_section("checklist"))
    checks: Checks = Field(default_factory=lambda: Checks.model_validate(default_section("checks")))
    safety: Safety
    rates: Rates
    detection: Detection
    looks: Looks = Field(default_factory=_default_looks)
    """A profile that was adopted before there were looks, or the checklist and checks, has none: the default's hold."""
    survey: Survey = Field(default_factory=_default_survey)
    forecast: ForecastPriors = Field(default_factory=_default_forecast)
    """As for looks."""
    accidents: Accidents
    claims: Claims = Field(default_factory=_default_claims)
    """A profile that was adopted before there were claims has none: the default's hold."""
    publication: Publication
    planning: Planning
    ground_pace: dict[AssetKind, dict[Ground, Annotated[float, Field(ge=0)]]]
    text: str = Field(repr=False)
    """The TOML source, so that a statement can carry it whole."""

    @property
    def sha256(self) -> str:
        """Hash of the source text."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def parse_profile(text: str) -> Profile:
    """Read a profile from TOML text."""
    try:
        return Profile.model_validate({**tomllib.loads(text), "text": text})
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise fail(ErrorCode.PROFILE_INVALID, problem=str(error)) from error


def load_profile(path: Path | None = None) -> Profile:
    """Read a profile file, or the default profile."""
    if path is None:
        return parse_profile(default_text())
    if not path.exists():
        raise fail(ErrorCode.FILE_MISSING, path=path)
    return parse_profile(path.read_text(encoding="utf-8"))
