"""A PostgreSQL server of one's own, for development and tests: Unix socket only, nothing listens on the network.

python -m tools.postgres start   makes the server where there is none, starts it, prints the connection string
python -m tools.postgres show    prints the connection string of a running server
python -m tools.postgres stop    stops it; the data stay
python -m tools.postgres remove  stops it and removes its data

It uses the binaries of Debian's packages ``postgresql`` and ``postgresql-NN-postgis-3``. Root cannot run PostgreSQL,
so that for root the server runs as the user ``postgres``, who then owns the folder. Whoever reaches the socket may be
anyone in the database: the folder lets in only its owner and root.
"""

import argparse
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

PACKAGES = Path("/usr/lib/postgresql")
SUPERUSER = "postgres"
DATABASE = "landrelease"
MISSING = "no PostgreSQL server installed (Debian: apt-get install postgresql postgresql-15-postgis-3)"
_SETTINGS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "max_wal_size": "1GB",
    "log_timezone": "UTC",
    "timezone": "UTC",
}
_LOSSY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For tests that do not ask what survives a power cut."""


class ServerError(Exception):
    """The server cannot be made, started or stopped; the text says why."""


def binaries() -> Path | None:
    """Folder with ``initdb`` and ``pg_ctl`` of the newest installed version, or None."""
    found = [path.parent for path in PACKAGES.glob("*/bin/initdb")]
    return max(found, key=lambda folder: int(folder.parent.name), default=None)


@dataclass(frozen=True)
class Server:
    """A server whose data, socket and log lie in one folder.

    The path is short (a Unix socket's name has about 100 bytes) and every folder above it may be entered by the user
    ``postgres``, as those below the system's folder for temporary files may.
    """

    folder: Path
    programs: Path
    durable: bool = True

    @property
    def data(self) -> Path:
        """Folder of the data."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.folder / "server.log"

    def dsn(self, database: str = SUPERUSER, user: str = SUPERUSER) -> str:
        """Connection string for a database."""
        return make_conninfo("", host=str(self.folder), dbname=database, user=user)

    def running(self) -> bool:
        """Whether it runs."""
        return self.data.is_dir() and self._run("pg_ctl", "status", "-D", self.data).returncode == 0

    def start(self) -> None:
        """Make it where it is not there, and start it; it is ready when this returns."""
        if not self.data.exists():
            self._make()
        if self.running():
            return
        done = self._run("pg_ctl", "start", "-w", "-s", "-D", self.data, "-l", self.log)
        if done.returncode:
            raise ServerError(f"{done.stderr}{self.log.read_text() if self.log.exists() else ''}")

    def stop(self, *, at_once: bool = False) -> None:
        """Stop it; at once: as a crash would, but for what the operating system has already taken over."""
        if self.running():
            self._run("pg_ctl", "stop", "-w", "-s", "-m", "immediate" if at_once else "fast", "-D", self.data)

    def remove(self) -> None:
        """Stop it and remove its folder."""
        self.stop(at_once=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def create(self, database: str, template: str = "template0") -> str:
        """Make a database and return its connection string."""
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(statement.format(sql.Identifier(database), sql.Identifier(template)))
        return self.dsn(database)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is connected to it."""
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def empty(self, database: str, schema: str = "landrelease") -> None:
        """Remove a schema from a database, whoever is connected to it."""
        with psycopg.connect(self.dsn(database), autocommit=True) as connection:
            others = (
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
            )
            connection.execute(others, (database,))
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))

    def databases(self) -> list[str]:
        """Names of the databases."""
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            return [row[0] for row in connection.execute("SELECT datname FROM pg_database")]

    def has_postgis(self) -> bool:
        """Whether the extension PostGIS is installed for this server."""
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'").fetchone()
        return found is not None

    def _make(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(self.folder, SUPERUSER, SUPERUSER)
        if self.folder.stat().st_uid != _server_uid():
            raise ServerError(f"{self.folder} belongs to someone else")
        self.folder.chmod(0o700)
        options = [
            "--auth=trust",
            f"--username={SUPERUSER}",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-instructions",
        ]
        done = self._run("initdb", "-D", self.data, *options, *([] if self.durable else ["--no-sync"]))
        if done.returncode:
            raise ServerError(done.stderr)
        settings = _SETTINGS | {"unix_socket_directories": f"'{self.folder}'"} | ({} if self.durable else _LOSSY)
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as stream:
            stream.writelines(f"{name} = {value}\n" for name, value in settings.items())

    def _run(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        # output to files: a server that inherits a pipe keeps it open for as long as it runs
        user = {"user": SUPERUSER, "group": SUPERUSER, "extra_groups": []} if os.geteuid() == 0 else {}
        with (
            tempfile.TemporaryFile("w+", encoding="utf-8") as out,
            tempfile.TemporaryFile("w+", encoding="utf-8") as err,
        ):
            done = subprocess.run(
                [self.programs / program, *arguments],
                stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=self.folder, check=False, text=True,
                env={**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}, **user,  # type: ignore[call-overload]
            )  # fmt: skip
            out.seek(0), err.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, out.read(), err.read())


def temporary_server(*, durable: bool = False) -> Server:
    """Start a server in a new folder; remove it when done."""
    programs = binaries()
    if programs is None:
        raise ServerError(MISSING)
    server = Server(Path(tempfile.mkdtemp(prefix="lr-pg-")), programs, durable)
    server.start()
    return server


def development_server() -> Server:
    """Server of this user on this machine, for development."""
    programs = binaries()
    if programs is None:
        raise ServerError(MISSING)
    return Server(Path(tempfile.gettempdir()) / f"landrelease-postgres-{os.geteuid()}", programs)


def start_development() -> str:
    """Start the development server, make its database with PostGIS where it can, and return the connection string."""
    server = development_server()
    server.start()
    if DATABASE not in server.databases():
        dsn = server.create(DATABASE)
        if server.has_postgis():
            with psycopg.connect(dsn, autocommit=True) as connection:
                connection.execute("CREATE EXTENSION postgis")
    return server.dsn(DATABASE)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line of this tool."""
    parser = argparse.ArgumentParser(prog="python -m tools.postgres", description="A PostgreSQL server of one's own.")
    parser.add_argument("what", choices=["start", "show", "stop", "remove"])
    what = parser.parse_args(arguments).what
    try:
        if what == "start":
            print(start_development())
            return 0
        server = development_server()
        if what == "show" and not server.running():
            raise ServerError("it is not running; start it with 'make postgres'")
        {"show": lambda: print(server.dsn(DATABASE)), "stop": server.stop, "remove": server.remove}[what]()
    except ServerError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _server_uid() -> int:
    return pwd.getpwnam(SUPERUSER).pw_uid if os.geteuid() == 0 else os.geteuid()


if __name__ == "__main__":
    sys.exit(main())
