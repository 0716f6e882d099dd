import pytest

from landrelease.profile import Profile, load_profile, parse_profile


@pytest.fixture
def deep_profile() -> Profile:
    """A country that asks for 20 cm."""
    return parse_profile(load_profile().text.replace("required_depth_cm = 13", "required_depth_cm = 20"))
