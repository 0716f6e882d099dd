"""A programme with a centre and a field node, both signing: ten reports, a review, a checkpoint, an attachment."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from landrelease.record.blobs import attach
from landrelease.record.checkpoint import make_checkpoint
from landrelease.record.entry import Entry, Statement
from landrelease.record.keys import PublicKey, SigningKey
from landrelease.record.ledger import Ledger
from landrelease.record.review import review_statements
from landrelease.record.stores import Row
from landrelease.terms import AttachmentKind, ReviewVerdict

CENTRE_KEY, NORTH_KEY, SOUTH_KEY, THIEF_KEY, OFFICER_KEY, WITNESS_KEY = (
    SigningKey.from_seed(bytes([number] * 32)) for number in range(1, 7)
)
AMINA, BO = "person:amina", "person:bo"
OPERATOR, AUTHORITY = "op:1", "op:nc"
REPORTS = 10


@dataclass
class Ticking:
    """A clock that moves a minute whenever it is read."""

    now: datetime = datetime(2026, 8, 14, 15, 0, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def report(number: int) -> Statement:
    body = {"area": f"area:{number}", "stage": "completion", "method": "manual_team", "cleared_area_m2": 100 * number}
    return Statement("clearance.report", f"report:{number}", body, "2026-08-11", AMINA, OPERATOR)


def grant(
    key: PublicKey, holder: str, role: str = "node", from_seq: int = 1, organisations: Sequence[str] = (OPERATOR,)
) -> Statement:
    body = {
        "role": role, "holder": holder, "public_key": key.hex, "from_seq": from_seq,
        "organisations": list(organisations),
    }  # fmt: skip
    return Statement("key.grant", f"key:{key.hex}", body, "2026-08-14", BO, AUTHORITY)


def revocation(key: PublicKey, from_seq: int | None = None, reason: str = "laptop stolen") -> Statement:
    body = {"public_key": key.hex, "reason": reason} | ({"from_seq": from_seq} if from_seq else {})
    return Statement("key.revocation", f"key:{key.hex}", body, "2026-08-14", BO, AUTHORITY)


def copy_log(source: Ledger, target: Ledger) -> None:
    """Write what the target lacks as someone does who merges by hand: nothing is checked."""
    with target.store.writing() as writer:
        place, received = writer.last()
        for row in source.store.rows():
            if not writer.holds(row.hash):
                place += 1
                writer.add(Row(place, max(received, row.received), *row[2:]))


@dataclass
class Programme:
    """Ledger files of the centre and of the node north."""

    folder: Path
    clock: Ticking = field(default_factory=Ticking)

    def __post_init__(self) -> None:
        self.path, self.north_path = self.folder / "centre.sqlite", self.folder / "north.sqlite"
        nonces = itertools.count(1)
        self.nonce = lambda: f"{next(nonces):032x}"
        root = CENTRE_KEY.public.hex
        with Ledger.create(self.path, "centre", self.clock, signer=CENTRE_KEY, nonce=self.nonce) as centre:
            centre.append([grant(NORTH_KEY.public, "north")])
        with Ledger.create(
            self.north_path, "north", self.clock, signer=NORTH_KEY, root=root, nonce=self.nonce
        ) as north:
            self.reports = list(north.append(report(number) for number in range(1, REPORTS + 1)))
            with self.open() as centre:
                copy_log(centre, north)
                copy_log(north, centre)
        with self.open() as centre:
            hashes = [entry.hash for entry in self.reports]
            centre.append(review_statements(hashes, ReviewVerdict.ACCEPTED, BO, AUTHORITY))
            self.attachment = attach(
                centre, b"a scanned report", cites=hashes[:1], author=BO, organisation=AUTHORITY,
                kind=AttachmentKind.SCAN, media_type="text/plain", name="scan.txt",
            )  # fmt: skip
            self.note = make_checkpoint(centre)

    @property
    def blob(self) -> str:
        """Hash of the one attachment."""
        return str(self.attachment.body["blob"])

    def open(self) -> Ledger:
        """Open the centre's ledger with its key."""
        return Ledger.open(self.path, self.clock, signer=CENTRE_KEY, nonce=self.nonce)

    def open_north(self) -> Ledger:
        """Open the ledger of the node north with its key."""
        return Ledger.open(self.north_path, self.clock, signer=NORTH_KEY, nonce=self.nonce)

    def entries(self) -> list[Entry]:
        """All entries of the centre's log."""
        with self.open() as centre:
            return [logged.entry for logged in centre.log()]
