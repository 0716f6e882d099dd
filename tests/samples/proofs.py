"""A log, two witnesses and an officer with known keys, so that every byte can be made again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from landrelease.record.entry import Entry, Statement
from landrelease.record.ledger import Ledger
from landrelease.record.proofs.checkpoint import make_checkpoint
from landrelease.record.proofs.notes import VerifierKey
from landrelease.record.proofs.proof import make_proof, person_key_name
from landrelease.record.proofs.witness import add_cosignatures, log_key, make_consistency, witness, witness_key
from landrelease.record.signing.keys import SigningKey, officer_message

NORTH, DONOR, UNIVERSITY, OFFICER = (SigningKey.from_seed(bytes((number,)) * 32) for number in (1, 2, 3, 4))
PERSON = "person:Bo Åse"


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: datetime = datetime(2026, 8, 14, 15, 2, 11, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Nonces:
    """1, 2, 3 in hexadecimal digits."""

    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __call__(self) -> str:
        return f"{next(self.numbers):032x}"


def organisation(number: int) -> Statement:
    body = {"name": f"Operator {number}"}
    return Statement("organisation", f"organisation:{number}", body, "2026-01-01", "person:amina", "organisation:1")


def new_ledger(folder: Path, node: str, key: SigningKey | None, clock: Clock) -> Ledger:
    return Ledger.create(folder / f"{node}.sqlite", node=node, clock=clock, nonce=Nonces(), signer=key)


@dataclass
class Scene:
    """The log of the node north and two witnesses' ledgers."""

    clock: Clock
    log: Ledger
    donor: Ledger
    university: Ledger

    def grow(self, entries: int) -> list[Entry]:
        """Append entries, a minute later."""
        self.clock.move(minutes=1)
        first = len(self.log)
        return list(self.log.append([organisation(first + number) for number in range(entries)]))

    def sign_as_officer(self, entry: Entry) -> None:
        """Record the grant of an officer's key and the officer's signature of an entry."""
        public = OFFICER.public.hex
        grant = {"role": "officer", "holder": PERSON, "public_key": public}
        said = {"entry": entry.hash, "public_key": public, "signature": OFFICER.sign(officer_message(entry.hash)).hex()}
        subject, op = f"key:{public}", "organisation:1"
        self.log.append([Statement("key.grant", subject, grant, "2026-01-01", "person:amina", op)])
        self.log.append([Statement("signature", subject, said, "2026-08-14", PERSON, op, cites=(entry.hash,))])

    def request(self, old: int = 0) -> str:
        """Make a checkpoint now, and the request to cosign it."""
        return make_consistency(self.log, old, make_checkpoint(self.log))

    def cosigned(self, *witnesses: Ledger, old: int = 0) -> str:
        """Return the note of now with the cosignatures of these witnesses."""
        note = make_checkpoint(self.log)
        for ledger in witnesses:
            line = witness(ledger, make_consistency(self.log, old, note), NORTH.public)
            note = add_cosignatures(self.log, note, line, [witness_key(ledger)])
        return note

    def proof(self, entry: Entry, note: str | None = None) -> str:
        """Return the proof of an entry, with all witnesses known."""
        return make_proof(self.log, entry.hash, note, witnesses=self.witness_keys)

    @property
    def witness_keys(self) -> list[VerifierKey]:
        return [witness_key(self.donor), witness_key(self.university)]

    @property
    def trusted(self) -> list[str]:
        """What a careful reader trusts: the log, both witnesses, the officer."""
        officer = VerifierKey(person_key_name(PERSON), OFFICER.public)
        return [key.text for key in (log_key(self.log), *self.witness_keys, officer)]


@contextmanager
def made(folder: Path) -> Iterator[Scene]:
    """Open the scene in an empty folder."""
    clock = Clock()
    with (
        new_ledger(folder, "north", NORTH, clock) as log,
        new_ledger(folder, "donor", DONOR, clock) as donor,
        new_ledger(folder, "university", UNIVERSITY, clock) as university,
    ):
        yield Scene(clock, log, donor, university)
