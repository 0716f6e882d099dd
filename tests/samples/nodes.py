"""Nodes of one programme, and what one carries to another without a bundle's checks."""

from landrelease.record.entry import Statement
from landrelease.record.ledger import Ledger


def carry(source: Ledger, target: Ledger, blobs: bool = False) -> None:
    """Add to one ledger all entries of another that it lacks; with their blobs where it is asked for."""
    with target.store.writing() as writer:
        place, received = writer.last()
        for row in source.store.rows():
            if not writer.holds(row.hash):
                place += 1
                received = max(received, row.received)
                writer.add(row._replace(place=place, received=received))
        for blob in source.store.blobs() if blobs else ():
            if blob.content is not None:
                writer.add_blob(blob.sha256, blob.content)


def report(number: int = 1, organisation: str = "op:1") -> Statement:
    body = {"area": f"area:{number}", "stage": "completion", "method": "manual_team", "cleared_area_m2": 100 * number}
    return Statement("clearance.report", f"report:{number}", body, "2026-08-11", "person:amina", organisation)
