from importlib.resources import files

import pytest

from landrelease.errors import LandreleaseError
from landrelease.simulate.scenario import load_scenario, parse_scenario, scenario_names


def _text(name: str = "company-24") -> str:
    return files("landrelease.simulate").joinpath("scenarios", f"{name}.toml").read_text(encoding="utf-8")


def test_package_scenarios_are_listed() -> None:
    assert scenario_names() == ["company-24", "regiment-120"]


def test_house_scenario_is_what_the_page_says() -> None:
    scenario = load_scenario("regiment-120")
    assert scenario.force.people == 1000
    assert scenario.deployment.start.isoformat() == "2025-08-01"
    assert (scenario.deployment.days, scenario.deployment.work_days) == (120, 90)
    assert scenario.place.side_m == 60_000
    assert scenario.reports.suspected_m2 == 4e8


def test_a_copy_on_disk_gives_the_same_scenario(tmp_path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(_text(), encoding="utf-8")
    assert load_scenario(path) == load_scenario("company-24")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("days = 24", "days = -1", "deployment.days"),
        ("days = 24", "days = 3", "deployment"),
        ("missing_share = 0.12", "missing_share = 1.2", "reports.missing_share"),
        ("spread_m = [8, 45]", "spread_m = [45, 8]", "hazards.nuisance"),
        ("latitude = 38.0", "latitude = 91.0", "place.latitude"),
        ('kind = "dog_team"', 'kind = "cat_team"', "force.groups"),
        ("persistence = 0.7", "persistance = 0.7", "weather"),
        ("[ground]", "[ground", ""),
    ],
)
def test_a_bad_parameter_is_named(old: str, new: str, named: str) -> None:
    text = _text()
    assert old in text
    with pytest.raises(LandreleaseError) as caught:
        parse_scenario(text.replace(old, new, 1))
    assert caught.value.codes == ("LR8001",)
    assert named in str(caught.value)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(LandreleaseError, match=r"LR8002.*company-24, regiment-120"):
        load_scenario("no-such-scenario")


def test_days_are_dates() -> None:
    deployment = load_scenario("company-24").deployment
    assert deployment.day(0).isoformat() == "2025-08-01"
    assert deployment.day(31).isoformat() == "2025-09-01"
