"""The server for development and tests: reachable by its socket only, made once, gone when removed."""

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from tools import postgres
from tools.postgres import Server, binaries


@pytest.fixture
def server(postgres_server: Server) -> Server:
    return postgres_server


def setting(server: Server, name: str) -> str:
    with psycopg.connect(server.dsn()) as connection:
        return connection.execute("SELECT current_setting(%s)", (name,)).fetchone()[0]


def test_it_listens_on_no_network(server):
    assert setting(server, "listen_addresses") == ""
    assert server.running()


def test_only_the_owner_enters_its_folder(server):
    assert server.folder.stat().st_mode & 0o777 == 0o700


def test_starting_a_running_server_leaves_it_alone(server):
    with psycopg.connect(server.dsn()) as before:
        server.start()
        assert before.execute("SELECT 1").fetchone() == (1,)


def test_a_database_of_its_own_for_every_test(make_postgres_database, server):
    first, second = make_postgres_database(), make_postgres_database()
    with psycopg.connect(first) as connection:
        connection.execute("CREATE TABLE t (i int)")
    with psycopg.connect(second) as connection:
        assert connection.execute("SELECT to_regclass('t')").fetchone() == (None,)
    assert {conninfo_to_dict(dsn)["dbname"] for dsn in (first, second)} < set(server.databases())


def test_postgis_where_it_is_asked_for(postgis_dsn, postgres_dsn):
    area = "SELECT ST_Area('POLYGON((0 0, 2 0, 2 3, 0 3, 0 0))'::geometry)"
    with psycopg.connect(postgis_dsn) as connection:
        assert connection.execute(area).fetchone() == (6.0,)
    with psycopg.connect(postgres_dsn) as connection, pytest.raises(psycopg.errors.UndefinedObject):
        connection.execute(area)


def test_a_life_from_start_to_remove(tmp_path_factory, monkeypatch, capsys, postgres_server):
    monkeypatch.setattr(postgres.tempfile, "gettempdir", lambda: str(postgres_server.folder))
    assert postgres.main(["show"]) == 1
    assert "make postgres" in capsys.readouterr().err
    assert postgres.main(["start"]) == 0
    dsn = capsys.readouterr().out.strip()
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (i int)")
    assert postgres.main(["stop"]) == 0
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(dsn)
    assert postgres.main(["start"]) == 0
    with psycopg.connect(dsn) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    assert postgres.main(["remove"]) == 0
    assert not postgres.development_server().folder.exists()


def test_without_the_packages_the_message_names_them(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(postgres, "PACKAGES", tmp_path)
    assert binaries() is None
    assert postgres.main(["start"]) == 1
    assert "apt-get install postgresql" in capsys.readouterr().err


def test_the_newest_version_is_chosen_by_number(monkeypatch, tmp_path):
    for version in ("9", "15", "17"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "initdb").touch()
    monkeypatch.setattr(postgres, "PACKAGES", tmp_path)
    assert binaries() == tmp_path / "17" / "bin"
