"""Incidents: what was refused because it contradicts the record is itself recorded, with the evidence."""

from pathlib import Path

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.i18n import _
from landrelease.record.entry import Statement
from landrelease.record.keeping import Incident
from landrelease.record.ledger import Ledger
from landrelease.record.offered import Fork
from landrelease.record.trust import SYSTEM
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
    return LandreleaseError([Finding(ErrorCode.MERGE_FORK, details), *_recorded(ledger, body)])


def _recorded(ledger: Ledger, body: Incident) -> list[Finding]:
    """Append the incident unless the record has it; say so where it cannot be appended."""
    if any(_same(logged.entry.body, body) for logged in ledger.log(kind="incident")):
        return []
    subject = f"node:{body.node}"
    cites = (body.stored,) if body.stored is not None and body.stored in ledger else ()
    day = time_text(ledger.clock())[:10]
    try:
        ledger.append([Statement("incident", subject, body, day, SYSTEM, SYSTEM, cites=cites)])
    except LandreleaseError as error:
        return [Finding(ErrorCode.INCIDENT_NOT_RECORDED, {"problem": error.findings[0].what})]
    return []


def _same(known: object, body: Incident) -> bool:
    names = ("kind", "node", "seq", "stored", "offered")
    plain = body.model_dump(mode="json", include=set(names), exclude_none=True)
    return all(known.get(name) == plain.get(name) for name in names)  # type: ignore[attr-defined]
