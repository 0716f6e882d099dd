"""Shared fixtures, and what a missing server, browser or data set means.

``LANDRELEASE_REQUIRE=postgres,browser,data`` turns the skip for want of each into a failure.
"""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "data"
REQUIRED = {name.strip() for name in os.environ.get("LANDRELEASE_REQUIRE", "").split(",") if name.strip()}

os.environ.pop("LANDRELEASE_LANGUAGE", None)  # the tests read the English texts

settings.register_profile(
    "ci", deadline=None, derandomize=True, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci")


def missing(what: str, reason: str) -> None:
    """Skip the test with the reason, or fail it where this run requires what is missing."""
    if what in REQUIRED:
        pytest.fail(f"required but absent: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the shared data sets, never copied into the repository."""
    if not SHARED.is_dir():
        missing("data", "no shared data sets beside the checkout (../shared/data)")
    return SHARED


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the system's Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        missing("browser", "no Chromium on the path")
    return str(path)


@pytest.fixture(scope="session")
def postgres_bin() -> Path:
    """Folder with PostgreSQL's initdb and postgres."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        missing("postgres", "no PostgreSQL server installed")
    return found[-1].parent
