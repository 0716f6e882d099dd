"""What rests on an entry that cannot be believed: read again only when something is wrong."""

from dataclasses import dataclass, field

from landrelease.errors import Finding, LandreleaseError
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress, track
from landrelease.record.audit.report import Dependents
from landrelease.record.encoding import entry_members
from landrelease.record.ledger import Ledger
from landrelease.record.proofs.checkpoint import origin_of
from landrelease.record.stores import Kept, Row

LISTED_CITING, LISTED_SUBJECTS = 20, 20


def dependents_of(ledger: Ledger, first: Finding, progress: Progress = SILENT) -> Dependents | None:
    """Follow chain and citations from the entry that a finding is about.

    Parameters
    ----------
    first
        A finding with index, hash, node and number of an entry.

    Returns
    -------
    Dependents
        None where the finding is about no entry.
    """
    index = first.details.get("index")
    if not isinstance(index, int):
        return None
    follower = _Follower(index, str(first.details["hash"]))
    try:
        for row in track(ledger.store.rows(), progress, _("Following what depends on it"), len(ledger)):
            follower.take(row)
        return follower.dependents(ledger.store.kept(origin_of(ledger.node)))
    except LandreleaseError:  # the file cannot be read further; the audit has said so
        return follower.dependents([])


@dataclass(slots=True)
class _Follower:
    index: int
    hash: str
    node: str | None = None
    seq: int | None = None
    later: int = 0
    citing: int = 0
    first_citing: list[tuple[str, str, str]] = field(default_factory=list)
    subjects: dict[str, None] = field(default_factory=dict)
    tainted: set[str] = field(default_factory=set)

    def take(self, row: Row) -> None:
        """Look at one line of the log, in order."""
        if row.place == self.index:
            self.node, self.seq = row.node, row.seq
            self.tainted.add(row.hash)
            self._touch(row.subject)
        elif row.place > self.index:
            self.later += self.node is not None and row.node == self.node
            if row.content is not None and self._cites_tainted(row):
                self.citing += 1
                self.tainted.add(row.hash)
                self._touch(row.subject)
                if len(self.first_citing) < LISTED_CITING:
                    self.first_citing.append((row.hash, row.kind or "", row.subject or ""))

    def dependents(self, kept: list[Kept]) -> Dependents:
        """Sum up."""
        covering = min(((one.size, one.origin) for one in kept if one.size > self.index), default=None)
        return Dependents(
            self.hash, self.index, self.node, self.seq, self.later, self.citing, tuple(self.first_citing),
            tuple(self.subjects)[:LISTED_SUBJECTS], len(self.subjects), covering and (covering[1], covering[0]),
        )  # fmt: skip

    def _cites_tainted(self, row: Row) -> bool:
        content = row.content
        if content is None or b'"cites":[' not in content:
            return False
        try:
            cites = entry_members(content).get("cites", ())
        except LandreleaseError:
            return False
        return not self.tainted.isdisjoint(cites)

    def _touch(self, subject: str | None) -> None:
        if isinstance(subject, str):
            self.subjects[subject] = None
