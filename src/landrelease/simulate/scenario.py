"""A scenario: the province, the force, the days and everything that is drawn, read from one TOML file."""

import tomllib
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from landrelease.errors import ErrorCode, fail
from landrelease.terms import AssetKind

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Whole = Annotated[int, Field(ge=0)]
Range = Annotated[tuple[NotNegative, NotNegative], Field(description="least and greatest")]


class Section(BaseModel):
    """A closed, immutable group of parameters; units are in the names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="after")
    def _ranges_ordered(self) -> Self:
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if field.description == "least and greatest" and value[0] > value[1]:
                raise ValueError(f"{name}: the least is greater than the greatest")
        return self


class Place(Section):
    """Where the province lies and how large it is."""

    name: str
    longitude: Annotated[float, Field(ge=-180, le=180)]
    latitude: Annotated[float, Field(ge=-66, le=66)]
    side_m: Annotated[float, Field(ge=2000, le=200_000)]


class Ground(Section):
    """Relief and cover."""

    cell_m: Positive
    relief_m: Positive
    steep_slope: Positive
    wooded_share: Share
    vegetated_share: Share


class People(Section):
    """Settlements and what joins them."""

    settlements: Annotated[int, Field(ge=3)]
    people: Annotated[int, Field(ge=10)]
    districts: Annotated[int, Field(ge=1)]
    rivers: Whole


class Rows(Section):
    """Patterned minefields along the front line."""

    panels: Whole
    length_m: Range
    rows: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]]
    row_spacing_m: Range
    mine_spacing_m: Range
    gap_share: Share
    laying_error_m: NotNegative
    vehicle_panel_share: Share
    vehicle_spacing_m: Range
    distance_from_front_m: Range


class Nuisance(Section):
    """Small groups of mines and devices near paths, wells and buildings."""

    groups: Whole
    items: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]]
    spread_m: Range
    improvised_share: Share


class Strikes(Section):
    """Cluster strikes: an ellipse of submunitions of which some failed to function."""

    strikes: Whole
    submunitions: Range
    failed_share: Range
    half_length_m: Range
    half_width_m: Range


class Hazards(Section):
    """What was laid and what was left."""

    rows: Rows
    nuisance: Nuisance
    strikes: Strikes
    undetectable_share: Share


class Reports(Section):
    """What people know and report before the force arrives, with errors and silence."""

    suspected_m2: Positive
    empty_area_m2: Range
    empty_median_m2: Positive
    empty_log_spread: Positive
    missing_share: Share
    minefield_record_share: Share
    exaggeration_m: Range
    displacement_m: NotNegative
    evidence_error_m: NotNegative
    verbal_reports_a_group: NotNegative
    false_evidence_share: Share
    spot_items_share: Share
    accidents: Whole
    victims_an_accident: Annotated[float, Field(ge=1)]
    killed_share: Share
    first_year: Annotated[int, Field(ge=1900, le=2200)]


class Survey(Section):
    """How well survey teams see; priors, no published rate."""

    found_rows: Share
    found_nuisance: Share
    found_strikes: Share
    false_evidence_share: Share
    retained_margin_m: Range
    lane_width_m: Positive
    sector_m: Positive


class Group(Section):
    """Teams of one kind."""

    kind: AssetKind
    teams: Whole
    people: Annotated[int, Field(ge=1)]
    searchers: Whole = 0
    assets: Whole = 0


class Force(Section):
    """The deployed people and what slows them."""

    name: str
    staff: Whole
    groups: list[Group]
    searcher_kinds: list[AssetKind]
    travel_m_an_hour: Positive
    winding: Annotated[float, Field(ge=1)]
    site_minutes: NotNegative
    sites_a_medical_team: Annotated[int, Field(ge=1)]
    sick_share: Share
    leave_days: Whole
    machine_breakdown_a_day: Share
    vehicle_breakdown_a_day: Share
    repair_days: Annotated[int, Field(ge=1)]
    overrun_share: Share
    overrun_minutes: NotNegative
    prepared_pace: Annotated[float, Field(ge=1)]
    manual_technical_share: Share
    clutter_spread: NotNegative
    beyond_depth_share: Share
    exposure_share: Share
    stand_down_days: Whole

    @property
    def people(self) -> int:
        """Everyone deployed."""
        return self.staff + sum(group.teams * group.people for group in self.groups)


class Deployment(Section):
    """Dates: how long, how many days of work at most."""

    start: date
    days: Annotated[int, Field(ge=1, le=400)]
    work_days: Annotated[int, Field(ge=1)]
    arrival_days: Whole
    departure_days: Whole
    shift_starts_hour: Annotated[int, Field(ge=0, le=12)]
    shift_hours: Annotated[int, Field(ge=1, le=14)]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.arrival_days + self.departure_days >= self.days:
            raise ValueError("arrival and departure leave no day to work")
        return self

    def day(self, index: int) -> date:
        """Return the date of a day; 0 is the first."""
        return self.start + timedelta(days=index)


class Weather(Section):
    """Daily temperature and rain by season."""

    warmest_day_of_year: Annotated[int, Field(ge=1, le=366)]
    warmest_c: float
    coldest_c: float
    daily_range_c: Positive
    spread_c: NotNegative
    persistence: Annotated[float, Field(ge=0, lt=1)]
    rain_starts: Share
    rain_goes_on: Share
    rain_lost_share: Share


class Work(Section):
    """How reports are cut and sampled."""

    cell_m: Annotated[float, Field(ge=5, le=100)]
    block_m2: Positive
    progress_every_days: Annotated[int, Field(ge=1)]
    review_after_days: Annotated[int, Field(ge=0)]


class Scenario(Section):
    """A whole scenario.

    Raises
    ------
    LandreleaseError
        LR8001 from `load_scenario` and `parse_scenario`, when a parameter is missing, unknown or out of range.
    """

    name: str
    title: str
    place: Place
    ground: Ground
    people: People
    hazards: Hazards
    reports: Reports
    survey: Survey
    force: Force
    deployment: Deployment
    weather: Weather
    work: Work


def parse_scenario(text: str) -> Scenario:
    """Read a scenario from TOML text."""
    try:
        return Scenario.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise fail(ErrorCode.SCENARIO_INVALID, problem=str(error)) from error


def scenario_names() -> list[str]:
    """Names of the scenarios in the package."""
    folder = files("landrelease.simulate").joinpath("scenarios")
    return sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml"))


def load_scenario(name_or_path: str | Path) -> Scenario:
    """Read a scenario by its name in the package, or from a TOML file.

    Raises
    ------
    LandreleaseError
        LR8001 when it is not valid, LR8002 when there is no such name or file.
    """
    if str(name_or_path) in scenario_names():
        resource = files("landrelease.simulate").joinpath("scenarios", f"{name_or_path}.toml")
        return parse_scenario(resource.read_text(encoding="utf-8"))
    path = Path(name_or_path)
    if not path.is_file():
        raise fail(ErrorCode.SCENARIO_MISSING, name=name_or_path, names=", ".join(scenario_names()))
    return parse_scenario(path.read_text(encoding="utf-8"))
