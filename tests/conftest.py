"""Shared fixtures, and what a missing server, browser or data set means.

``LANDRELEASE_REQUIRE=postgres,browser,data,gdal`` turns the skip for want of each into a failure.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg.conninfo import conninfo_to_dict
from tests.samples.stores import POSTGRES, SQLITE, Ledgers
from tools.postgres import Server, ServerError, temporary_server

from landrelease.record.stores.postgres_schema import prepare

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
def ogr2ogr() -> str:
    """Path of GDAL's ogr2ogr, with its driver for PostGIS: the one of the wheels that we install lacks it."""
    path = shutil.which("ogr2ogr")
    if path is None:
        missing("gdal", "no ogr2ogr on the path (Debian: gdal-bin)")
    return str(path)


@pytest.fixture(scope="session")
def postgres_bin() -> Path:
    """Folder with PostgreSQL's initdb and postgres."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        missing("postgres", "no PostgreSQL server installed")
    return found[-1].parent


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A PostgreSQL server of this test process; it forgets what it holds if the machine fails."""
    try:
        server = temporary_server()
    except ServerError as error:
        missing("postgres", str(error))
    yield server
    server.remove()


@pytest.fixture(scope="session")
def _postgres_databases(postgres_server: Server) -> Callable[[str], str]:
    """Make databases from a template, each with a new name."""
    numbers = count()
    return lambda template: postgres_server.create(f"test_{next(numbers)}", template)


@pytest.fixture
def make_postgres_database(postgres_server: Server, _postgres_databases: Callable[[str], str]):
    """Make an empty database and return its connection string, as often as a test asks; the superuser connects."""
    made: list[str] = []

    def make(template: str = "template0") -> str:
        made.append(_postgres_databases(template))
        return made[-1]

    yield make
    for dsn in made:
        postgres_server.drop(conninfo_to_dict(dsn)["dbname"])


@pytest.fixture
def postgres_dsn(make_postgres_database: Callable[[], str]) -> str:
    """Connection string of an empty database of a server of this test process."""
    return make_postgres_database()


@pytest.fixture(scope="session")
def _postgis_template(postgres_server: Server) -> str:
    if not postgres_server.has_postgis():
        missing("postgres", "no PostGIS for the installed PostgreSQL (Debian: postgresql-15-postgis-3)")
    with psycopg.connect(postgres_server.create("with_postgis"), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION postgis")
    return "with_postgis"


@pytest.fixture
def postgis_dsn(make_postgres_database: Callable[[str], str], _postgis_template: str) -> str:
    """Connection string of an empty database with the extension PostGIS."""
    return make_postgres_database(_postgis_template)


@pytest.fixture(scope="session")
def _used_databases() -> list[str]:
    """Databases of tests that are over: emptying one is faster than making one."""
    return []


@pytest.fixture
def make_prepared_database(postgres_server: Server, _postgres_databases, _used_databases: list[str]):
    """Make a database with the tables of a ledger that nobody has started, as often as a test asks."""
    made: list[str] = []

    def make() -> str:
        made.append(_used_databases.pop() if _used_databases else _postgres_databases("template0"))
        prepare(made[-1])
        return made[-1]

    yield make
    for dsn in made:
        postgres_server.empty(conninfo_to_dict(dsn)["dbname"])
    _used_databases.extend(made)


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRES, marks=pytest.mark.postgres)])
def make_ledger(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledgers]:
    """Make ledgers, in turn on SQLite and on PostgreSQL; see `tests.samples.stores.Ledgers`."""
    database = request.getfixturevalue("make_prepared_database") if request.param == POSTGRES else None
    ledgers = Ledgers(request.param, tmp_path_factory.mktemp("ledgers"), database)
    yield ledgers
    ledgers.close()
