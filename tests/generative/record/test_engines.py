"""The same random history on SQLite, on PostgreSQL and in a plain model: the same logs, roots and registers."""

import itertools
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st
from tests.samples.ledger_model import Model, Piece, Standings
from tests.samples.programme import grant, revocation
from tests.samples.stores import POSTGRES, SQLITE, Ledgers

from landrelease.errors import LandreleaseError
from landrelease.record.audit import audit
from landrelease.record.bundles.bundle import export_bundle
from landrelease.record.bundles.merge import merge
from landrelease.record.entry import Statement
from landrelease.record.fold import fold
from landrelease.record.ledger import Ledger
from landrelease.record.proofs.merkle import root
from landrelease.record.review import review_statements
from landrelease.record.signing.keys import SigningKey
from landrelease.terms import ReviewVerdict

CENTRE, NORTH, SOUTH = NODES = ("centre", "north", "south")
KEYS = {node: SigningKey.from_seed(bytes([number] * 32)) for number, node in enumerate(NODES, 1)}
PUBLIC = {node: key.public.hex for node, key in KEYS.items()}
PEOPLE = ("person:amina", "person:bo", "person:chen")

nodes, people, any_number = st.sampled_from(NODES), st.sampled_from(PEOPLE), st.integers(0, 40)
Step = tuple[object, ...]
steps = st.one_of(
    st.tuples(st.just("say"), nodes, people, st.integers(1, 3)),
    st.tuples(st.just("review"), nodes, people, any_number, st.sampled_from(list(ReviewVerdict))),
    st.tuples(st.just("withdraw"), nodes, people, any_number),
    st.tuples(st.just("replace"), nodes, people, any_number, any_number),
    st.tuples(st.just("send"), nodes, nodes, st.integers(0, 12)),
    st.tuples(st.just("send"), nodes, nodes, st.just(0)),
    st.tuples(st.just("fork"), st.sampled_from((NORTH, SOUTH)), nodes, any_number),
    st.tuples(st.just("revoke"), st.sampled_from((NORTH, SOUTH)), st.integers(2, 8)),
)
histories = st.lists(steps, min_size=4, max_size=24)


@dataclass
class World:
    """Three nodes on one kind of database; clocks and nonces make the same bytes in every world."""

    ledgers: Ledgers
    folder: Path
    now: datetime = datetime(2026, 8, 14, 15, 0, tzinfo=UTC)
    nodes: dict[str, Ledger] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        for node, key in KEYS.items():
            self.nodes[node] = self.ledgers(
                node, clock=lambda: self.now, signer=key, root=PUBLIC[CENTRE],
                nonce=lambda: f"{next(self._numbers):032x}",
            )  # fmt: skip
        grants = [grant(KEYS[node].public, node, organisations=()) for node in (NORTH, SOUTH)]
        self.nodes[CENTRE].append(grants)
        for node in (NORTH, SOUTH):
            self.send(CENTRE, node, 0)

    def do(self, step: Step) -> bool:
        """Take one step; tell whether it was accepted."""
        self.now += timedelta(minutes=1)
        try:
            return bool(getattr(self, str(step[0]))(*step[1:]))
        except (LandreleaseError, LookupError):
            return False

    def say(self, node: str, author: str, area: int) -> bool:
        body = {"name": f"field {area}", "classification": "sha"}
        self.nodes[node].append(
            [Statement("hazard.report", f"area:{area}", body, "2026-08-01", author, org_of(author))]
        )
        return True

    def review(self, node: str, author: str, number: int, verdict: ReviewVerdict) -> bool:
        hashes = [self.hash_of(node, number)]
        self.nodes[node].append(review_statements(hashes, verdict, author, org_of(author), "seen", "2026-08-14"))
        return True

    def withdraw(self, node: str, author: str, number: int) -> bool:
        cited = self.hash_of(node, number)
        statement = Statement(
            "withdrawal", f"entry:{cited}", {"reason": "error"}, "2026-08-14", author, org_of(author), cites=(cited,)
        )
        self.nodes[node].append([statement])
        return True

    def replace(self, node: str, author: str, number: int, other: int) -> bool:
        old, new = self.hash_of(node, number), self.hash_of(node, other)
        body = {"replaced": [old], "by": [new], "reason": "better survey"}
        self.nodes[node].append(
            [Statement("supersession", f"entry:{old}", body, "2026-08-14", author, org_of(author), cites=(old, new))]
        )
        return True

    def revoke(self, node: str, from_seq: int) -> bool:
        self.nodes[CENTRE].append([revocation(KEYS[node].public, from_seq)])
        return True

    def send(self, source: str, target: str, since: int) -> bool:
        """Carry what the source received from a place in its log on: early enough, and nothing is missing."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            ledger = self.nodes[source]
            (bundle,) = export_bundle(ledger, Path(folder) / "part.bundle", min(since, len(ledger)))
            merge(self.nodes[target], bundle)
        return True

    def fork(self, node: str, target: str, number: int) -> bool:
        """A copy of the node, restored from an old backup, says something else and sends it."""
        stored = [line for line in self.nodes[target].store.lines() if self.nodes[target].entry(line.hash).node == node]
        if len(stored) < 2 or node == target:
            return False
        keep = 1 + number % (len(stored) - 1)
        copy = self.ledgers(node, clock=lambda: self.now, root=PUBLIC[CENTRE])
        with copy.store.writing() as writer:
            rows = [row for row in self.nodes[target].store.rows() if row.node == node][:keep]
            writer.add_many(
                row._replace(place=place, received=f"{self.now:%Y-%m-%dT%H:%M:%SZ}") for place, row in enumerate(rows)
            )
        copy.signer = KEYS[node]
        copy._nonce = lambda: "f" * 32
        copy.append([Statement("claim", "claim:1", CLAIM, "2026-08-14", PEOPLE[0], org_of(PEOPLE[0]))])
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            (bundle,) = export_bundle(copy, Path(folder) / "fork.bundle")
            merge(self.nodes[target], bundle)
        return True

    def hash_of(self, node: str, number: int) -> str:
        """One of the statements that a person made, or an act on it."""
        found = [line.hash for line in self.nodes[node].store.lines() if b'"kind":"key.' not in line.content]
        if not found:
            raise LookupError
        return found[number % len(found)]

    def hashes(self, node: str) -> list[str]:
        return [
            line.hash.hex() if isinstance(line.hash, bytes) else line.hash for line in self.nodes[node].store.lines()
        ]

    def held(self, node: str) -> set[str]:
        return {held.hash for held in self.nodes[node].store.held()}

    def close(self) -> None:
        self.ledgers.close()


CLAIM = {"about": "area:1", "speaker": "person:amina", "said": "2026-08-14", "text": "another history"}


def org_of(author: str) -> str:
    return f"op:{PEOPLE.index(author) % 2}"


@dataclass
class Watched:
    """The model beside a world: it merges by itself, and takes from the world only what a node writes."""

    world: World

    def __post_init__(self) -> None:
        self.models = {node: Model(node) for node in NODES}
        self._copy()
        assert {node: len(model.log) for node, model in self.models.items()} == {CENTRE: 3, NORTH: 4, SOUTH: 4}

    def do(self, step: Step) -> None:
        source, target = step[1], step[2] if len(step) > 2 else ""
        offered = self.models[source].bundle(step[3], PUBLIC) if step[0] == "send" else None
        accepted = self.world.do(step)
        if offered is not None:
            assert self.models[target].merge(offered, PUBLIC) == accepted, step
        self._copy()

    def _copy(self) -> None:
        for node, model in self.models.items():
            new = [Piece(line.content) for line in self.world.nodes[node].store.lines(len(model.log))]
            assert len(model.log) == 0 or all(piece.place[0] == node for piece in new)
            model.log += new


def registers(world: World) -> dict[str, object]:
    return {node: fold(ledger.log()) for node, ledger in world.nodes.items()}


@pytest.fixture
def make_world(tmp_path, make_postgres_database) -> Iterator[Callable[[str], World]]:
    """Make worlds; each example's own is closed by the test."""

    def make(kind: str) -> World:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        return World(Ledgers(kind, folder, make_postgres_database), folder)

    return make


def check_model(watched: Watched, world: World) -> None:
    """The model says the same about logs, roots, what is held, and every standing."""
    for node, model in watched.models.items():
        ledger = world.nodes[node]
        assert [piece.hash for piece in model.log] == world.hashes(node)
        assert set(model.held) == world.held(node)
        assert root(ledger.store.hashes()) == model.root()
        counted = [piece for piece in model.log if not model.void(piece, PUBLIC)]
        register = fold(ledger.log())
        standings = {piece.hash: register.standing(piece.hash).value for piece in model.log}
        expected = dict.fromkeys((piece.hash for piece in model.log), "revoked")
        assert standings == expected | Standings(counted).all()


SETTINGS = settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
GAP = [("say", NORTH, PEOPLE[0], 1), ("send", NORTH, CENTRE, 5), ("send", NORTH, CENTRE, 0)]
STOLEN = [
    ("say", NORTH, PEOPLE[0], 1), ("say", NORTH, PEOPLE[0], 2), ("send", NORTH, CENTRE, 0), ("revoke", NORTH, 3),
    ("review", CENTRE, PEOPLE[1], 0, ReviewVerdict.ACCEPTED), ("review", CENTRE, PEOPLE[1], 1, ReviewVerdict.ACCEPTED),
    ("send", CENTRE, SOUTH, 0), ("say", NORTH, PEOPLE[0], 3), ("send", NORTH, SOUTH, 0),
]  # fmt: skip

NEEDED_BY_NOBODY = [
    ("say", NORTH, PEOPLE[0], 1), ("say", NORTH, PEOPLE[0], 2), ("send", NORTH, CENTRE, 0), ("revoke", NORTH, 3),
    ("send", CENTRE, SOUTH, 0), ("say", SOUTH, PEOPLE[2], 1), ("send", SOUTH, CENTRE, 0),
]  # fmt: skip
FORKED = [
    ("say", NORTH, PEOPLE[0], 1), ("say", NORTH, PEOPLE[0], 2), ("send", NORTH, CENTRE, 0), ("fork", NORTH, CENTRE, 1),
    ("fork", NORTH, CENTRE, 1), ("send", CENTRE, SOUTH, 0),
]  # fmt: skip


@given(histories)
@example(NEEDED_BY_NOBODY)
@example(FORKED)
@example(GAP)
@example(STOLEN)
@settings(SETTINGS, max_examples=40)
def test_sqlite_does_what_the_format_pages_say(make_world, history):
    world = make_world(SQLITE)
    try:
        watched = Watched(world)
        for step in history:
            watched.do(step)
        check_model(watched, world)
        event(f"held {any(map(world.held, NODES))}")
        assert all(audit(ledger).intact for ledger in world.nodes.values())
    finally:
        world.close()


@given(histories)
@example(NEEDED_BY_NOBODY)
@example(FORKED)
@example(GAP)
@example(STOLEN)
@SETTINGS
def test_postgresql_and_sqlite_give_the_same(make_world, history):
    here, there = make_world(SQLITE), make_world(POSTGRES)
    try:
        for step in history:
            assert here.do(step) == there.do(step), step
        for node in NODES:
            assert here.hashes(node) == there.hashes(node)
            assert here.held(node) == there.held(node)
            assert root(here.nodes[node].store.hashes()) == root(there.nodes[node].store.hashes())
        assert registers(here) == registers(there)
    finally:
        here.close()
        there.close()
