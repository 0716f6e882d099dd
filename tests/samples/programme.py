"""A programme with a centre and a field node, both signing: ten reports, a review, a checkpoint, an attachment."""

import itertools
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.samples.nodes import carry

from landrelease.record.attachments.blobs import attach
from landrelease.record.entry import Entry, Statement
from landrelease.record.ledger import Ledger
from landrelease.record.proofs.checkpoint import make_checkpoint
from landrelease.record.review import review_statements
from landrelease.record.signing.keys import PublicKey, SigningKey
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


@dataclass
class Programme:
    """Ledger files of the centre and of the node north: a copy of those that were made once."""

    folder: Path
    clock: Ticking = field(default_factory=Ticking)

    def __post_init__(self) -> None:
        self.path, self.north_path = self.folder / "centre.sqlite", self.folder / "north.sqlite"
        made = _made()
        for path in (self.path, self.north_path):
            shutil.copy(Path(made.folder.name) / path.name, path)
        self.reports, self.attachment, self.note = made.reports, made.attachment, made.note
        self.clock.now = made.now
        nonces = itertools.count(1_000)
        self.nonce = lambda: f"{next(nonces):032x}"

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


class _Made(NamedTuple):
    folder: "TemporaryDirectory[str]"
    reports: list[Entry]
    attachment: Entry
    note: str
    now: datetime


@cache
def _made() -> _Made:
    """Make the files; the folder goes when the tests end."""
    folder, clock, nonces = TemporaryDirectory(), Ticking(), itertools.count(1)
    root = CENTRE_KEY.public.hex

    def create(node: str, key: SigningKey) -> Ledger:
        path = Path(folder.name) / f"{node}.sqlite"
        return Ledger.create(path, node, clock, signer=key, root=root, nonce=lambda: f"{next(nonces):032x}")

    with create("centre", CENTRE_KEY) as centre, create("north", NORTH_KEY) as north:
        centre.append([grant(NORTH_KEY.public, "north")])
        reports = list(north.append(report(number) for number in range(1, REPORTS + 1)))
        carry(centre, north)
        carry(north, centre)
        hashes = [entry.hash for entry in reports]
        centre.append(review_statements(hashes, ReviewVerdict.ACCEPTED, BO, AUTHORITY))
        attachment = attach(
            centre, b"a scanned report", cites=hashes[:1], author=BO, organisation=AUTHORITY, kind=AttachmentKind.SCAN,
            media_type="text/plain", name="scan.txt",
        )  # fmt: skip
        return _Made(folder, reports, attachment, make_checkpoint(centre), clock.now)
