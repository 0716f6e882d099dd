"""Incidents: what was refused because it contradicts the record is itself recorded, with the evidence."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.i18n import _
from landrelease.record.bundles.offered import Fork
from landrelease.record.bundles.seen import Contradiction
from landrelease.record.entry import Statement
from landrelease.record.keeping import Incident
from landrelease.record.ledger import Ledger
from landrelease.record.proofs.witness import inconsistency
from landrelease.record.signing.trust import SYSTEM
from landrelease.record.when import time_text
from landrelease.terms import IncidentKind


def record_fork(ledger: Ledger, path: Path, fork: Fork) -> LandreleaseError:
    """Record a fork, once for each pair of entries, and return the refusal."""
    details = {
        "path": path, "line": fork.line, "node": fork.node, "seq": fork.seq, "stored": fork.stored,
        "offered": fork.offered,
    }  # fmt: skip
    body = Incident(
        kind=IncidentKind.FORK, node=fork.node, seq=fork.seq, stored=fork.stored, offered=fork.offered,
        offered_entry=fork.content.decode(), offered_signature=fork.signature.hex() if fork.signature else None,
        note=_("A bundle offered another entry of this node with the same number"),
    )  # fmt: skip
    cites = (fork.stored,) if fork.stored in ledger else ()
    day = time_text(ledger.clock())[:10]
    statement = Statement("incident", f"node:{fork.node}", body, day, SYSTEM, SYSTEM, cites=cites)
    return LandreleaseError([Finding(ErrorCode.MERGE_FORK, details), *_recorded(ledger, statement)])


def record_contradiction(ledger: Ledger, path: Path, found: Contradiction) -> LandreleaseError:
    """Record that a log contradicts its checkpoint, once for each pair, and return the refusal."""
    statement = inconsistency(found.stored.note, found.offered, time_text(ledger.clock())[:10])
    details = {"path": path, "node": found.node, "size": found.stored.checkpoint.size}
    return LandreleaseError([Finding(ErrorCode.LOG_INCONSISTENT, details), *_recorded(ledger, statement)])


def _recorded(ledger: Ledger, statement: Statement) -> list[Finding]:
    """Append the incident unless the record has it; say so where it cannot be appended."""
    if any(_same(logged.entry.body, statement.body) for logged in ledger.log(kind="incident")):
        return []
    try:
        ledger.append([statement])
    except LandreleaseError as error:
        return [Finding(ErrorCode.INCIDENT_NOT_RECORDED, {"problem": error.findings[0].what})]
    return []


_NAMES = ("kind", "node", "seq", "stored", "offered", "stored_checkpoint", "offered_checkpoint")


def _same(known: Mapping[str, Any], body: Any) -> bool:
    plain = body.model_dump(mode="json", exclude_none=True)
    return all(known.get(name) == plain.get(name) for name in _NAMES)
