"""The register: what a log of statements says, and why."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from landrelease.errors import ErrorCode, Finding, fail
from landrelease.i18n import _
from landrelease.record.conflicts import Conflict, find_conflicts
from landrelease.record.entry import Entry
from landrelease.record.kinds import KINDS
from landrelease.record.standing import Standings, age
from landrelease.record.when import holds_on
from landrelease.terms import Standing

if TYPE_CHECKING:
    from landrelease.record.asof.partial import Kept


class Register:
    """Statements with their standing. Made by `landrelease.record.fold.fold`.

    Lists are in the order of the day from which a statement holds, then of recording: the same whatever the order of
    arrival. Statements on one subject that contradict each other stand side by side.

    Attributes
    ----------
    valid_on
        The day on the ground that the register is about; None for the whole history. Filters `entries`, `pending` and
        `counts`, and where `explain` begins; never `standing`, `about` or `history`.
    conflicts
        Statements with several supersessions, graded (`landrelease.record.conflicts`).
    findings
        What someone should look at: reviews of own statements, disagreeing reviewers, reports dated ahead.
    """

    def __init__(
        self, entries: dict[str, Entry], standings: Standings, findings: Iterable[Finding], valid_on: str | None
    ) -> None:
        self._entries, self._standings = entries, standings
        self.valid_on = valid_on
        self.conflicts: list[Conflict] = find_conflicts(standings)
        self.findings: list[Finding] = sorted((*findings, *standings.findings()), key=finding_key)

    def entries(self, kind: str | None = None, official: bool = True) -> list[Entry]:
        """Return the official statements of a kind (of all kinds for None); `official=False` adds the pending ones."""
        wanted = {Standing.OFFICIAL} if official else {Standing.OFFICIAL, Standing.PENDING}
        return [entry for entry in self._of_kind(kind) if self._standings[entry] in wanted]

    def history(self, kind: str) -> list[Entry]:
        """Return the official statements of a kind whatever day they hold on: also where the register is of one day."""
        return [entry for entry in self._by_kind.get(kind, []) if self._standings[entry] is Standing.OFFICIAL]

    def removed(self, kind: str) -> list[tuple[Entry, list[Entry]]]:
        """Return the withdrawn and superseded statements of a kind, each with the acts that took effect."""
        gone = (Standing.WITHDRAWN, Standing.SUPERSEDED)
        found = [entry for entry in self._of_kind(kind) if self._standings[entry] in gone]
        return [(entry, self._standings.removals_of(entry)) for entry in found]

    @property
    def last_hash(self) -> str:
        """Hash of the statement that arrived last; empty where there is none."""
        return next(reversed(self._entries), "")

    def pending(self) -> list[Entry]:
        """Return what waits for a review."""
        return [entry for entry in self._of_kind(None) if self._standings[entry] is Standing.PENDING]

    def standing(self, entry_hash: str) -> Standing:
        """Return where a statement stands. Refuses (LR1015) a hash that is not in the register."""
        return self._standings[self.entry(entry_hash)]

    def entry(self, entry_hash: str) -> Entry:
        """Return an entry. Refuses (LR1015) a hash that is not in the register."""
        if entry_hash not in self._entries:
            raise fail(ErrorCode.ENTRY_MISSING, hash=entry_hash)
        return self._entries[entry_hash]

    def about(self, subject: str) -> list[Entry]:
        """Return every statement about a subject, whatever its standing."""
        return sorted(self._by_subject.get(subject, ()), key=age)

    def counts(self) -> dict[str, dict[Standing, int]]:
        """Return the number of statements by kind and standing."""
        counted = Counter((entry.kind, self._standings[entry]) for entry in self._of_kind(None))
        table: dict[str, dict[Standing, int]] = {}
        for (kind, standing), number in sorted(counted.items()):
            table.setdefault(kind, {})[standing] = number
        return table

    def explain(self, subject: str) -> list[tuple[Entry, Standing, str]]:
        """Return every statement that made the present state of a subject, with its standing and the reason.

        These are the statements about it, those whose body names it as their area, and the reviews, supersessions and
        withdrawals of all of these, whenever they were made.
        """
        told = (*self._by_subject.get(subject, ()), *self._by_area.get(subject, ()))
        found = {entry.hash: entry for entry in told if self._holds(entry)}
        waiting = list(found)
        while waiting:
            for act in self._standings.acts_on(waiting.pop()):
                if act.hash not in found:
                    found[act.hash] = act
                    waiting.append(act.hash)
        return [
            (entry, self._standings[entry], self.reason(entry))
            for entry in sorted(found.values(), key=lambda entry: (entry.recorded, entry.node, entry.seq))
        ]

    def reason(self, entry: Entry) -> str:
        """Say in the user's language why a statement stands where it does."""
        standing = self._standings[entry]
        if standing is Standing.REVOKED:
            return _("the key of node {node} was revoked from before this entry").format(node=entry.node)
        if standing in (Standing.WITHDRAWN, Standing.SUPERSEDED):
            return _removal_reason(self._standings.removals_of(entry)[-1])
        reviews = self._standings.reviews_of(entry)
        if reviews and standing is not Standing.PENDING:
            return "; ".join(map(_review_reason, reviews))
        if standing is Standing.PENDING:
            return _("waits for a review by someone other than {author}").format(author=entry.author)
        return _("needs no review")

    def kept(self, engine: str) -> "Kept | None":  # noqa: ARG002 - a register of the whole log has nothing to go on from
        """Return what an engine kept of its work on an earlier part of the log; None where it has to begin anew."""
        return None

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, entry_hash: object) -> bool:
        return entry_hash in self._entries

    def __eq__(self, other: object) -> bool:
        """Tell whether two registers say the same, whatever the order of arrival; void entries say nothing."""
        return isinstance(other, Register) and self._content() == other._content()

    __hash__ = None  # type: ignore[assignment]  # compared by content

    def _content(self) -> tuple[object, ...]:
        judged = ((entry_hash, self._standings[entry]) for entry_hash, entry in self._entries.items())
        standings = {entry_hash: standing for entry_hash, standing in judged if standing is not Standing.REVOKED}
        findings = [finding for finding in self.findings if finding.error is not ErrorCode.ENTRIES_REVOKED]
        return self.valid_on, standings, self.conflicts, list(map(finding_key, findings))

    def _of_kind(self, kind: str | None) -> list[Entry]:
        entries = self._sorted if kind is None else self._by_kind.get(kind, [])
        return entries if self.valid_on is None else [entry for entry in entries if self._holds(entry)]

    def _holds(self, entry: Entry) -> bool:
        day = self.valid_on
        return day is None or holds_on(KINDS[entry.kind].holds, entry.valid_from, entry.valid_to, day)

    @cached_property
    def _sorted(self) -> list[Entry]:
        return sorted(self._entries.values(), key=age)

    @cached_property
    def _by_kind(self) -> dict[str, list[Entry]]:
        found: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self._sorted:
            found[entry.kind].append(entry)
        return found

    @cached_property
    def _by_subject(self) -> dict[str, list[Entry]]:
        found: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self._entries.values():
            found[entry.subject].append(entry)
        return found

    @cached_property
    def _by_area(self) -> dict[str, list[Entry]]:
        found: defaultdict[str, list[Entry]] = defaultdict(list)
        named = {name for name, kind in KINDS.items() if "area" in kind.body.model_fields}
        for entry in self._entries.values():
            if entry.kind in named and (area := entry.body.get("area")):
                found[area].append(entry)
        return found


def _review_reason(review: Entry) -> str:
    text = {
        "accepted": _("accepted by {author} on {day}"),
        "returned": _("returned by {author} on {day}"),
        "rejected": _("rejected by {author} on {day}"),
    }[review.body["verdict"]].format(author=review.author, day=review.valid_from)
    return _with_note(text, review)


def _removal_reason(act: Entry) -> str:
    text = _("withdrawn by {author} on {day}") if act.kind == "withdrawal" else _("replaced by {author} on {day}")
    return _with_note(text.format(author=act.author, day=act.valid_from), act)


def _with_note(text: str, act: Entry) -> str:
    note = act.body.get("reason")
    return f"{text}: {note}" if note else text


def finding_key(finding: Finding) -> tuple[str, str]:
    """Order in which a register lists findings: the same whatever the order of arrival."""
    return finding.error.code, repr(sorted(finding.details.items()))
