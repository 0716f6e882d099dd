"""Where each statement stands, from the reviews, supersessions and withdrawals that cite it.

The rules, in the order in which they are applied (``docs/formats/ledger-v1.md``, "Standing"):

1.  A review counts unless it is by the author of what it cites, or was itself removed or rejected. Of one reviewer's
    several verdicts the latest counts. A statement is rejected where any reviewer rejects it, else returned where any
    returns it, else official where enough reviewers accept it or its kind needs no review, else pending.
2.  What needed a review to come in needs one to go out. A supersession or withdrawal of a statement that is official
    by review takes effect when someone other than its author has accepted it, a supersession also when all that it puts
    in place are later statements of the same kind on the same subject, and official by review; where it puts one in
    place that was itself replaced so, the last of the chain counts. Of anything else, the author or the author's
    organisation, where one is stated, may dispose at once.
3.  A withdrawn statement is withdrawn, a replaced one superseded, whatever its reviews say.
4.  A void entry is revoked, whatever was done with it; it acts on nothing and counts nowhere.

Nothing depends on the order of arrival: a statement can only cite earlier ones, so that the acts on a statement are
judged from the last one back.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from landrelease.errors import ErrorCode, Finding
from landrelease.record.entry import Entry
from landrelease.record.kinds import KINDS
from landrelease.record.people import person_key, same_organisation, same_person
from landrelease.terms import ReviewVerdict, Standing

_VERDICTS = {
    ReviewVerdict.REJECTED: Standing.REJECTED,
    ReviewVerdict.RETURNED: Standing.RETURNED,
    ReviewVerdict.ACCEPTED: Standing.OFFICIAL,
}


class Standings:
    """The standing of every statement in a log.

    Parameters
    ----------
    entries
        All entries by hash.
    acts
        The reviews, supersessions and withdrawals among them, each after what it cites.
    reviews_needed
        How many different people must accept a statement.
    revoked
        Hashes of the entries that are void, because their node's key had been revoked.
    """

    def __init__(
        self,
        entries: Mapping[str, Entry],
        acts: Iterable[Entry],
        reviews_needed: int = 1,
        revoked: Collection[str] = frozenset(),
    ) -> None:
        self._entries, self._needed, self._revoked = entries, reviews_needed, frozenset(revoked)
        self._acts = [act for act in acts if act.hash not in self._revoked]
        self._reviews: defaultdict[str, list[Entry]] = defaultdict(list)
        self._removals: defaultdict[str, list[Entry]] = defaultdict(list)
        for act in self._acts:
            citing = self._reviews if act.kind == "review" else self._removals
            for target in targets(act):
                citing[target].append(act)
        self._said = {act.hash: _said(act) for act in self._acts if act.kind == "review"}
        self._alive: dict[str, bool] = {}
        for act in reversed(self._acts):
            self._alive[act.hash] = self._is_alive(act)
        self._judged: dict[str, Standing] = {}

    def __getitem__(self, entry: Entry) -> Standing:
        standing = self._judged.get(entry.hash)
        if standing is None:
            judge = self._judge_act if entry.hash in self._alive else self._judge
            standing = self._judged[entry.hash] = judge(entry)
        return standing

    def of(self, entry_hash: str) -> Standing:
        """Return the standing of the statement with this hash."""
        return self[self._entries[entry_hash]]

    def __contains__(self, entry_hash: object) -> bool:
        return entry_hash in self._entries

    def entry(self, entry_hash: str) -> Entry:
        """Return the statement with this hash."""
        return self._entries[entry_hash]

    def entries(self) -> Iterable[Entry]:
        """Return the statements that were judged, in the order of the log."""
        return self._entries.values()

    def acts_on(self, entry_hash: str) -> list[Entry]:
        """Return the reviews, supersessions and withdrawals of a statement."""
        return [*self._reviews.get(entry_hash, ()), *self._removals.get(entry_hash, ())]

    def reviews_of(self, entry: Entry) -> list[Entry]:
        """Return the latest review that counts of each reviewer, by time."""
        reviews = self._reviews.get(entry.hash)
        if not reviews:
            return []
        counted = [
            review for review in reviews if self._alive[review.hash] and not same_person(review.author, entry.author)
        ]
        if len(counted) < 2:
            return counted
        latest = {person_key(review.author): review for review in sorted(counted, key=age)}
        return sorted(latest.values(), key=age)

    def removals_of(self, entry: Entry) -> list[Entry]:
        """Return the withdrawals and supersessions of a statement that have taken effect, by time."""
        removals = self._removals.get(entry.hash)
        if not removals:
            return []
        return sorted((act for act in removals if self._alive[act.hash] and self._removes(act, entry)), key=age)

    def rivals(self) -> dict[str, list[Entry]]:
        """Return, by replaced statement, supersessions that stand and put different statements in its place."""
        found = {}
        for replaced, acts in self._removals.items():
            standing = [act for act in acts if act.kind == "supersession" and self._alive[act.hash]]
            rivals = self._rivals(standing) if len(standing) > 1 and replaced not in self._revoked else []
            if len({tuple(act.body["by"]) for act in rivals}) > 1:
                found[replaced] = rivals
        return found

    def latest(self, entry_hash: str) -> str:
        """Follow a statement over the single statements that have taken its place, to the one that has none."""
        seen: set[str] = set()
        while entry_hash in self._entries and entry_hash not in seen:
            seen.add(entry_hash)
            acts = self.removals_of(self._entries[entry_hash])
            by = [act.body["by"] for act in acts if act.kind == "supersession"]
            if len(acts) != 1 or len(by) != 1 or len(by[0]) != 1:
                break
            entry_hash = by[0][0]
        return entry_hash

    def _rivals(self, acts: list[Entry]) -> list[Entry]:
        """Leave out the acts whose replacements were withdrawn, or are replaced in turn by another of the acts."""
        settled = {replaced for act in acts for replaced in act.body["replaced"]}
        return [
            act
            for act in acts
            if not act.body["by"] or any(by not in settled and not self._withdrawn(by) for by in act.body["by"])
        ]

    def _withdrawn(self, entry_hash: str) -> bool:
        entry = self._entries.get(entry_hash)
        return entry is not None and self._judge(entry) in (Standing.WITHDRAWN, Standing.REVOKED)

    def supersessions(self) -> Iterator[tuple[Entry, bool]]:
        """Yield every supersession in the order of the log, and whether it stands, also where it waits for a review."""
        return ((act, self._alive[act.hash]) for act in self._acts if act.kind == "supersession")

    def may_remove(self, entry: Entry, author: str, organisation: str) -> bool:
        """Tell whether they dispose of a statement at once: it is theirs, and not official by review."""
        own = same_person(author, entry.author) or same_organisation(organisation, entry.organisation)
        return own and not self._official_by_review(entry)

    def findings(self) -> Iterator[Finding]:
        """Yield reviews of own statements, and statements about which reviewers disagree."""
        found = map(self.own_review, self._acts)
        disagreed = (self.disagreement(self._entries[entry_hash]) for entry_hash in self._reviews)
        return (each for each in chain(found, disagreed) if each is not None)

    def own_review(self, act: Entry) -> Finding | None:
        """Say how many of its own author's statements an act reviews; None where it reviews none."""
        if act.kind != "review" or not (own := self._own_targets(act)):
            return None
        return Finding(ErrorCode.OWN_REVIEW, {"author": act.author, "count": own, "hash": act.hash})

    def disagreement(self, entry: Entry) -> Finding | None:
        """Say that reviewers disagree about a statement; None where they do not."""
        if (
            entry.hash in self._revoked
            or len(self._reviews.get(entry.hash, ())) < 2
            or len(set(map(self._verdict_of, self.reviews_of(entry)))) < 2
        ):
            return None
        return Finding(ErrorCode.REVIEWS_DISAGREE, {"hash": entry.hash, "subject": entry.subject})

    def _verdict_of(self, review: Entry) -> Standing:
        return self._said[review.hash]

    def _own_targets(self, act: Entry) -> int:
        return sum(same_person(self._entries[target].author, act.author) for target in targets(act))

    def _is_alive(self, act: Entry) -> bool:
        return self._verdict(act) in (Standing.PENDING, Standing.OFFICIAL) and not self.removals_of(act)

    def _verdict(self, entry: Entry) -> Standing:
        """What the reviews alone say, of a void statement nothing."""
        if entry.hash in self._revoked:
            return Standing.REVOKED
        verdicts = [self._said[review.hash] for review in self.reviews_of(entry)]
        for worst in (Standing.REJECTED, Standing.RETURNED):
            if worst in verdicts:
                return worst
        return Standing.OFFICIAL if len(verdicts) >= self._needed else Standing.PENDING

    def _official_by_review(self, entry: Entry) -> bool:
        return KINDS[entry.kind].reviewed and self._verdict(entry) is Standing.OFFICIAL

    def _removes(self, act: Entry, entry: Entry) -> bool:
        if self._verdict(act) is Standing.OFFICIAL:
            return True
        if self.may_remove(entry, act.author, act.organisation):
            return True
        return (
            act.kind == "supersession" and KINDS[entry.kind].reviewed and self._succeeded(act.body.get("by", ()), entry)
        )

    def _succeeded(self, replacing: Sequence[str], entry: Entry) -> bool:
        """Tell whether these are accepted later versions of the statement, and not just some accepted statements."""
        versions = self._versions(replacing, entry)
        if len(versions) != 1:
            return bool(versions) and all(map(self._official_by_review, versions))
        seen = {version.hash for version in versions}
        for version in versions:  # grows: one that was replaced by a single later version leads on to that one
            if self._official_by_review(version):
                return True
            for act in self._removals.get(version.hash, ()):
                by: Sequence[str] = act.body["by"] if act.kind == "supersession" and self._alive[act.hash] else ()
                if len(by) == 1 and by[0] not in seen:
                    seen.add(by[0])
                    versions += self._versions(by, version)
        return False

    def _versions(self, replacing: Sequence[str], entry: Entry) -> list[Entry]:
        """Return these statements where all are later ones of the same kind on the same subject, else none."""
        found = [self._entries[by] for by in replacing if by in self._entries]
        fit = all((by.kind, by.subject) == (entry.kind, entry.subject) and _later(by, entry) for by in found)
        return found if fit and len(found) == len(replacing) else []

    def _judge(self, entry: Entry) -> Standing:
        if entry.hash in self._revoked:
            return Standing.REVOKED
        removals = {act.kind for act in self.removals_of(entry)}
        if "withdrawal" in removals:
            return Standing.WITHDRAWN
        if removals:
            return Standing.SUPERSEDED
        verdict = self._verdict(entry)
        if verdict is Standing.PENDING and not KINDS[entry.kind].reviewed:
            return Standing.OFFICIAL
        return verdict

    def _judge_act(self, act: Entry) -> Standing:
        """A supersession or withdrawal that waits for a review is pending."""
        standing = self._judge(act)
        if act.kind == "review" or standing is not Standing.OFFICIAL:
            return standing
        removed = (self.removals_of(self._entries[target]) for target in targets(act))
        return Standing.OFFICIAL if all(removed) else Standing.PENDING


def _said(review: Entry) -> Standing:
    return _VERDICTS[ReviewVerdict(review.body["verdict"])]


def _later(entry: Entry, other: Entry) -> bool:
    """Tell whether an entry was made after another: by the chain of their node, between nodes by their clocks."""
    return entry.seq > other.seq if entry.node == other.node else entry.recorded > other.recorded


def targets(act: Entry) -> Iterable[str]:
    """What an act acts on: all that a review or withdrawal cites, what a supersession replaces."""
    return act.body["replaced"] if act.kind == "supersession" else act.cites


def age(entry: Entry) -> tuple[str, str, str, int]:
    """Order entries by the day from which they hold, then by when and where they were recorded."""
    return entry.valid_from, entry.recorded, entry.node, entry.seq
