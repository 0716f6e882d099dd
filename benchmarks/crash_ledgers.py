"""Ledgers to be interrupted, and what must be true of them afterwards."""

import random
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from benchmarks.crash_work import Database, Order, Told, Work, bundle_paths, open_ledger, statements
from landrelease.history import make_snapshots
from landrelease.record.asof.snapshots import SnapshotCache, register_at
from landrelease.record.audit import audit
from landrelease.record.bundles.bundle import export_bundle
from landrelease.record.entry import Statement
from landrelease.record.fold import fold
from landrelease.record.keeping import KeyGrant
from landrelease.record.ledger import Ledger
from landrelease.record.signing.keys import SigningKey
from landrelease.terms import KeyRole

NODES, BUNDLES, ENTRIES = 3, 8, 40
"""Field nodes, bundles of each, statements in each."""
OLD_LEDGERS = {Database.SQLITE: 20, Database.POSTGRES: 4}
"""Ledgers of version 1 for one round of migrations."""
OLD_ENTRIES = 60
"""Statements in each."""
NOTHING_KEPT = ("LR1041", "LR1042")
"""Refusals that promise that nothing of the unit was kept."""
_GROUP = re.compile(r"crash:(?P<unit>.+):\d+/(?P<size>\d+)")
NEWEST = 2
_FIRST = frozenset({"entry", "log", "checkpoint", "blob", "meta"})
_TABLES = {
    Database.SQLITE: {1: _FIRST, NEWEST: _FIRST | {"held"}},
    Database.POSTGRES: {1: _FIRST | {"held", "schema_version"}, NEWEST: _FIRST | {"held", "schema_version", "scope"}},
}

Make = Callable[[str], str]
EMPTY = "template0"


@dataclass
class Ground:
    """What rounds share: a folder, a key, the bundles of field nodes, and where new databases come from.

    Attributes
    ----------
    make_database
        Gives the connection string of a new copy of a database; None: no PostgreSQL is here.
    """

    folder: Path
    seed: int
    make_database: Make | None = None
    numbers: int = 0
    old: dict[Database, str] = field(default_factory=dict)
    bundles: tuple[str, ...] = ()
    grants: list[Statement] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.draw = random.Random(self.seed)
        self.secret = self.draw.randbytes(32)
        self.key = SigningKey.from_seed(self.secret)
        self._write_bundles()

    def order(self, work: Work, database: Database) -> Order:
        """New ledgers and what is to be done with them."""
        places: tuple[str, ...]
        if work is Work.MIGRATION:
            places = tuple(self._old_ledger(database) for _ in range(OLD_LEDGERS[database]))
        else:
            places = (self._new_ledger(database),)
        bundles = self.bundles if work is Work.MERGE else ()
        cache = str(self._place().with_suffix(".cache"))
        return Order(work, database, places, self.secret, self.draw.randrange(1 << 30), cache, bundles)

    def _place(self) -> Path:
        self.numbers += 1
        return self.folder / f"ledger-{self.numbers}.sqlite"

    def _new_ledger(self, database: Database) -> str:
        if database is Database.SQLITE:
            place = str(self._place())
            ledger = Ledger.create(place, "centre", signer=self.key)
        else:
            assert self.make_database is not None
            place = self.make_database(EMPTY)
            ledger = Ledger.create_database(place, "centre", signer=self.key)
        with ledger:
            ledger.append(self.grants)
        return place

    def _write_bundles(self) -> None:
        """Field nodes that the centre has granted, each exporting what is new after every batch."""
        for number in range(NODES):
            key = SigningKey.from_seed(self.draw.randbytes(32))
            node = f"field-{number}"
            body = KeyGrant(role=KeyRole.NODE, holder=node, public_key=key.public.hex)
            self.grants.append(
                Statement("key.grant", f"key:{key.public.hex}", body, "2026-01-01", "person:root", "org:1")
            )
            with Ledger.create(self._place(), node, signer=key, root=self.key.public.hex) as ledger:
                for part in range(BUNDLES):
                    since = len(ledger) if part else 0
                    ledger.append(statements(f"{node}-{part}", ENTRIES))
                    export_bundle(ledger, self.folder / f"{node}-{part}.bundle", since)
        self.bundles = bundle_paths(self.folder)

    def _old_ledger(self, database: Database) -> str:
        """A copy of a ledger as the first version made it."""
        if Database.SQLITE not in self.old:
            self.old[Database.SQLITE] = self._first_version()
        source = self.old[Database.SQLITE]
        if database is Database.SQLITE:
            return shutil.copy(source, str(self._place()))
        assert self.make_database is not None
        if database not in self.old:
            self.old[database] = fill_first_version(self.make_database(EMPTY), source)
        return self.make_database(self.old[database])

    def _first_version(self) -> str:
        """Statements of an unsigned ledger in the tables of version 1; for PostgreSQL they are copied from there."""
        newer, older = self._place(), self._place()
        with Ledger.create(newer, "centre") as ledger:
            ledger.append(statements("old", OLD_ENTRIES))
        script = files("landrelease.record.stores").joinpath("schema.sql").read_text(encoding="utf-8")
        with closing(sqlite3.connect(older)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(script)
            connection.execute("ATTACH ? AS newer", (str(newer),))
            for table in ("meta", "entry", "log"):
                names = ", ".join(row[1] for row in connection.execute(f"PRAGMA table_info({table})"))
                connection.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM newer.{table} ORDER BY rowid")
            connection.commit()
        return str(older)


def fill_first_version(dsn: str, source: str) -> str:
    """Make the tables of version 1 in a database, copy a ledger file's rows into them, and return its name."""
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    from landrelease.record.stores.postgres_schema import prepare, script

    prepare(dsn)  # makes the roles
    with closing(sqlite3.connect(source)) as old, psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("DROP SCHEMA landrelease CASCADE; CREATE SCHEMA landrelease; SET search_path = landrelease")
        connection.execute(script(1).encode())
        connection.execute("INSERT INTO schema_version (version) VALUES (1)")
        for table in ("meta", "entry", "log"):
            names = [row[1] for row in old.execute(f"PRAGMA table_info({table})")]
            marks = ", ".join(["%s"] * len(names))
            rows = old.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY rowid").fetchall()
            connection.cursor().executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)
    return str(conninfo_to_dict(dsn)["dbname"])


@dataclass(frozen=True)
class Aftermath:
    """What was found after a crash.

    Attributes
    ----------
    entries
        Lines of the logs.
    lost
        Acknowledged entries that are not there.
    denied
        Units that are there although a refusal said that nothing of them was kept.
    half
        Units of which a part is there.
    unsound
        What the audit, or a following append, said.
    unacknowledged
        Units that are there whole without having been acknowledged: the crash came between the two.
    """

    entries: int = 0
    lost: int = 0
    denied: int = 0
    half: int = 0
    unsound: tuple[str, ...] = ()
    unacknowledged: int = 0


def look_after(order: Order, told: Iterable[Told]) -> Aftermath:
    """Open what is left and look at everything that must be true; then append to it."""
    told = list(told)
    done = {each.unit for each in told if each.what == "done"}
    if order.work is Work.MIGRATION:
        found = [_look_at_migrated(order.database, place, place in done) for place in order.places]
        return Aftermath(
            sum(each.entries for each in found), sum(each.lost for each in found),
            half=sum(each.half for each in found), unsound=sum((each.unsound for each in found), ()),
        )  # fmt: skip
    with open_ledger(order.database, order.places[0], order.secret) as ledger:
        units, hashes, half = _units(ledger)
        acknowledged = {entry for each in told for entry in each.hashes}
        denied = {each.unit for each in told if each.what == "refused" and each.code in NOTHING_KEPT}
        own = {unit for unit in units if unit.startswith(f"{order.seed}-")}
        half += _half_blobs(ledger)
        unsound = _unsound(ledger)
        ledger.append(statements("after", 2))
        unsound += _unsound(ledger) + (_wrong_snapshots(ledger, order) if order.work is Work.SNAPSHOT else ())
    lost = len(acknowledged - hashes)
    return Aftermath(len(hashes), lost, len(denied & set(units)), half, unsound, len(own - done))


def _units(ledger: Ledger) -> tuple[set[str], set[str], int]:
    """Units in the log, hashes in the log, and how many units are there in part; what is held counts as a whole too."""
    sizes: dict[str, int] = {}
    there: Counter[str] = Counter()
    hashes = set()
    for place, logged in enumerate(ledger.log()):
        assert logged.index == place
        hashes.add(logged.entry.hash)
        if found := _GROUP.fullmatch(logged.entry.subject):
            sizes[found["unit"]] = int(found["size"])
            there[found["unit"]] += 1
    half = sum(there[unit] != size for unit, size in sizes.items())
    held = Counter(match["unit"] for each in ledger.store.held() if (match := _GROUP.search(each.content.decode())))
    half += sum(number != ENTRIES or unit in there for unit, number in held.items())
    return set(there), hashes, half


def _half_blobs(ledger: Ledger) -> int:
    """Attachments without their content, and contents that no statement names."""
    named = {logged.entry.body["blob"] for logged in ledger.log(kind="attachment")}
    return len(named ^ {each.sha256 for each in ledger.store.blobs() if each.content is not None})


def _unsound(ledger: Ledger) -> tuple[str, ...]:
    report = audit(ledger)
    return tuple(finding.what for finding in report.findings) if not report.intact else ()


def _wrong_snapshots(ledger: Ledger, order: Order) -> tuple[str, ...]:
    """Answers from snapshots are those of the whole log; a draft may be left, as another run may be writing it."""
    cache = SnapshotCache(Path(order.cache))
    register = fold(ledger.log(), reviews_needed=None)
    wrong = [] if register_at(ledger, cache) == register else ["a snapshot answers otherwise"]
    make_snapshots(ledger, cache)
    wrong += [] if register_at(ledger, cache) == register else ["a snapshot made afterwards answers otherwise"]
    return tuple(wrong)


def _look_at_migrated(database: Database, place: str, done: bool) -> Aftermath:
    """Tables of one version or of the other, the later one where that was acknowledged; then forward and sound."""
    version, tables = (_file_version if database is Database.SQLITE else _database_version)(place)
    half = int(tables != _TABLES[database][version])
    if database is Database.POSTGRES:
        from landrelease.record.stores.postgres_schema import migrate

        migrate(place)
    with Ledger.open(place) if database is Database.SQLITE else Ledger.open_database(place) as ledger:
        units, hashes, parts = _units(ledger)
        missing = int("old" not in units or len(hashes) != OLD_ENTRIES)
        lost = int(done and version != NEWEST) + missing
        return Aftermath(len(hashes), lost, half=half + parts, unsound=_unsound(ledger))


def _file_version(place: str) -> tuple[int, frozenset[str]]:
    with closing(sqlite3.connect(place)) as connection:
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        return version, frozenset(name for (name,) in names)


def _database_version(place: str) -> tuple[int, frozenset[str]]:
    import psycopg

    with psycopg.connect(place) as connection:
        found = connection.execute("SELECT max(version) FROM landrelease.schema_version").fetchone()
        names = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'landrelease'::regnamespace AND relkind = 'r'"
        )
        return found[0] if found else 0, frozenset(name for (name,) in names)
