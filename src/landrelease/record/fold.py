"""From the log to the register: what was known by a time, about a day on the ground."""

import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

from landrelease.errors import ErrorCode, Finding, fail
from landrelease.record.entry import Entry, Logged
from landrelease.record.in_force import profile_in_force
from landrelease.record.kinds import KINDS
from landrelease.record.register import Register
from landrelease.record.signing.trust import check_officer_signature
from landrelease.record.standing import Standings, targets
from landrelease.record.statements import ACTS
from landrelease.record.when import is_day


def fold(log: Iterable[Logged], valid_on: str | None = None, reviews_needed: int | None = 1) -> Register:
    """Fold a log into a register.

    Parameters
    ----------
    log
        Entries, each after those that it cites: ``ledger.log()``, or ``ledger.log(received_by="2026-04-30")`` for what
        was known on 30 April.
    valid_on
        Only what held on the ground on this day; None for the whole history.
    reviews_needed
        How many different people must accept a report; None: as many as the profile in force asks for
        (`landrelease.record.in_force`).

    Returns
    -------
    Register
        The same for every order of arrival of statements that do not cite each other.

    Raises
    ------
    LandreleaseError
        LR9001 where `valid_on` is not a date; LR1023 where an act comes before what it acts on.
    """
    if valid_on is not None and not (is_day(valid_on) and len(valid_on) == len("2026-04-30")):
        raise fail(ErrorCode.DATE_INVALID, value=valid_on)
    with collection_paused():
        entries, acts, revoked, findings = _gather(log)
        register = Register(entries, Standings(entries, acts, reviews_needed or 1, revoked), findings, valid_on)
        needed = reviews_needed or profile_in_force(register).release.reviews_needed
        if needed == (reviews_needed or 1):
            return register
        return Register(entries, Standings(entries, acts, needed, revoked), findings, valid_on)


def standings(log: Iterable[Logged], reviews_needed: int = 1) -> Standings:
    """Judge every statement of a log without holding its content: for work that reads the log and needs no register.

    Notes
    -----
    What is held grows with the number of entries, not with their size: bytes are dropped, and bodies but those of acts.

    Raises
    ------
    LandreleaseError
        As `fold`.
    """
    with collection_paused():
        entries, acts, revoked, _findings = _gather(map(_without_content, log))
        return Standings(entries, acts, reviews_needed, revoked)


def _without_content(logged: Logged) -> Logged:
    entry = logged.entry
    body = entry.body if entry.kind in ACTS else {}
    return replace(logged, entry=replace(entry, content=b"", body=body))


def _gather(log: Iterable[Logged]) -> tuple[dict[str, Entry], list[Entry], set[str], list[Finding]]:
    entries: dict[str, Entry] = {}
    acts: list[Entry] = []
    revoked: set[str] = set()
    findings: list[Finding] = []
    for logged in log:
        entry = logged.entry
        entries[entry.hash] = entry
        if logged.revoked:
            revoked.add(entry.hash)
        elif entry.kind in ACTS:
            _check_order(logged, entries)
            acts.append(entry)
        elif (finding := statement_finding(entry)) is not None:
            findings.append(finding)
    findings += revoked_findings(entries[entry_hash] for entry_hash in revoked)
    return entries, acts, revoked, findings


def statement_finding(entry: Entry) -> Finding | None:
    """Find what is wrong with a statement alone: dated ahead, or an officer's signature that is none."""
    return check_officer_signature(entry) if entry.kind == "signature" else dated_ahead(entry)


def revoked_findings(revoked: Iterable[Entry]) -> Iterator[Finding]:
    """Say of each node once how many of its entries do not count."""
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for entry in revoked:
        numbers[entry.node].append(entry.seq)
    for node, found in numbers.items():
        yield Finding(ErrorCode.ENTRIES_REVOKED, {"node": node, "count": len(found), "seq": min(found)})


def _check_order(logged: Logged, entries: dict[str, Entry]) -> None:
    """Refuse an act whose targets have not come: its effect would be lost without a word."""
    act = logged.entry
    for target in targets(act):
        if target not in entries:
            raise fail(
                ErrorCode.CITED_NOT_BEFORE, hash=act.hash, index=logged.index, node=act.node, seq=act.seq, cited=target
            )


def dated_ahead(entry: Entry) -> Finding | None:
    """Find a report of what happened that is dated after it was recorded; east of Greenwich a day may be ahead."""
    if entry.valid_from <= entry.recorded[: len(entry.valid_from)] or not KINDS[entry.kind].reviewed:
        return None
    tomorrow = (date.fromisoformat(entry.recorded[:10]) + timedelta(days=1)).isoformat()
    if entry.valid_from <= tomorrow[: len(entry.valid_from)]:
        return None
    details = {"subject": entry.subject, "kind": entry.kind, "valid_from": entry.valid_from, "hash": entry.hash}
    return Finding(ErrorCode.DATED_AHEAD, details)


@contextmanager
def collection_paused() -> Iterator[None]:
    """Keep the cycle collector from walking over all entries or parts again and again: none of them is garbage."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
