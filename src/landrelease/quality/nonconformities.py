"""Nonconformities and where each stands, followed from the statements about it.

What the record holds is judged again here, whoever wrote it: an act that the table of states does not allow (an owner
who verifies, a closing before a correction) counts nothing and is named in a finding.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from landrelease.errors import ErrorCode, Finding
from landrelease.i18n import _
from landrelease.quality.states import OPEN_STATES, QualityAct, step_of
from landrelease.record.conduct import NonconformityRaised
from landrelease.record.entry import Entry
from landrelease.record.people import person_key, same_organisation
from landrelease.terms import AssetKind, NonconformityOrigin, NonconformitySeverity, NonconformityState

if TYPE_CHECKING:
    from landrelease.record.register import Register

RAISED, CORRECTION, VERIFICATION, EFFECTIVENESS = (
    "nonconformity", "nonconformity.correction", "nonconformity.verification", "nonconformity.effectiveness",
)  # fmt: skip
ACTS = (CORRECTION, VERIFICATION, EFFECTIVENESS)


@dataclass(frozen=True, slots=True)
class Nonconformity:
    """A requirement that was not met, and where its correction stands.

    Attributes
    ----------
    nonconformity
        Its identifier: the subject of the statements about it; of one noted within a visit, the hash of the visit.
    entry
        Hash of the statement that raised it (the last version), or of the visit.
    entries
        Hashes of all statements behind the state, oldest first.
    raised_on, corrected_on, closed_on
        Days as ISO text; None where it has not come so far.
    owners
        People who own or corrected it: none of them may verify it.
    raised_by
        Organisation that raised it.
    verified_by
        Person who verified the last correction.
    last_act
        Hash of the last act that counts: what the next judgement must cite.
    findings
        Acts that count nothing, with the reason.
    noted
        Whether it is only noted within a visit.
    """

    nonconformity: str
    entry: str
    entries: tuple[str, ...]
    severity: NonconformitySeverity
    requirement: str
    raised_on: str
    raised_by: str
    origin: NonconformityOrigin = NonconformityOrigin.REPORTED
    state: NonconformityState = NonconformityState.OPEN
    found: str | None = None
    area: str | None = None
    team: str | None = None
    asset: str | None = None
    method: AssetKind | None = None
    responsible_organisation: str | None = None
    owners: tuple[str, ...] = ()
    root_cause: str | None = None
    due: str | None = None
    corrected_on: str | None = None
    closed_on: str | None = None
    verified_by: str | None = None
    last_act: str | None = None
    findings: tuple[Finding, ...] = ()
    noted: bool = False

    @property
    def is_open(self) -> bool:
        """Whether its correction has not been verified yet."""
        return self.state in OPEN_STATES

    def owned_by(self, person: str) -> bool:
        """Whether a person owns or corrected it."""
        return person_key(person) in {person_key(owner) for owner in self.owners}

    def needs_outsider(self, outside: Collection[NonconformitySeverity]) -> bool:
        """Whether only another organisation than the responsible one may verify it."""
        return self.severity in outside and self.responsible_organisation is not None

    def is_overdue(self, day: str) -> bool:
        """Whether it is open after its due date."""
        return self.is_open and self.due is not None and self.due < day[: len(self.due)]


def nonconformities(
    register: "Register", *, noted: bool = False, outside: Collection[NonconformitySeverity] = ()
) -> list[Nonconformity]:
    """Follow every nonconformity of a register.

    Parameters
    ----------
    register
        Where it is of one day, what was found and done by then.
    noted
        Also those that are only noted within QA visits (closed on the day that the visit states).
    outside
        Severities that only another organisation than the responsible one verifies: ``quality.verify_outside``.

    Returns
    -------
    list[Nonconformity]
        By day and identifier; one for each subject. Of several official statements on one subject the gravest severity
        counts.
    """
    followed = [_follow(versions, acts, outside) for versions, acts in _statements(register)]
    if noted:
        followed += noted_in_visits(register)
    return sorted(followed, key=lambda each: (each.raised_on, each.nonconformity, each.requirement))


def open_nonconformities(
    register: "Register",
    *,
    area: str | None = None,
    teams: Collection[str] = (),
    assets: Collection[str] = (),
    methods: Collection[tuple[AssetKind, str]] = (),
    severities: Collection[NonconformitySeverity] | None = None,
    noted: bool = False,
    outside: Collection[NonconformitySeverity] = (),
) -> list[Nonconformity]:
    """List the nonconformities that are open on an area, or on any of the teams, assets or methods; all by default.

    Parameters
    ----------
    methods
        Kinds of asset with the organisation that worked with them.
    severities
        Only these; for a release the profile's ``quality.blocking``.
    noted, outside
        As `nonconformities`.
    """
    found = [each for each in nonconformities(register, noted=noted, outside=outside) if each.is_open]
    if severities is not None:
        found = [each for each in found if each.severity in severities]
    if area is None and not (teams or assets or methods):
        return found
    return list(concerning(found, area, teams, assets, methods))


def concerning(
    found: Iterable[Nonconformity],
    area: str | None,
    teams: Collection[str],
    assets: Collection[str] = (),
    methods: Collection[tuple[AssetKind, str]] = (),
) -> Iterator[Nonconformity]:
    """Choose the nonconformities on an area, or on any of the teams, assets or methods."""
    for each in found:
        on_method = each.method is not None and not (each.team or each.asset or each.area) and any(
            kind == each.method and each.responsible_organisation in (None, organisation)
            for kind, organisation in methods
        )  # fmt: skip
        if (each.area is not None and each.area == area) or each.team in teams or each.asset in assets or on_method:
            yield each


def followed_up(register: "Register") -> set[tuple[str, str]]:
    """Visits and requirements whose noted nonconformity has a statement of its own, which then speaks for it."""
    return {(cited, entry.body["requirement"]) for entry in register.entries(RAISED) for cited in entry.cites}


def noted_in_visits(register: "Register") -> list[Nonconformity]:
    """List the nonconformities that are only noted within QA visits."""
    told = followed_up(register)
    return [
        _noted(visit, number, item)
        for visit in register.entries("qa.visit")
        for number, item in enumerate(visit.body.get("nonconformities", ()), 1)
        if (visit.hash, item["requirement"]) not in told
    ]


def _noted(visit: Entry, number: int, item: Mapping[str, str]) -> Nonconformity:
    body, closed = visit.body, item.get("closed")
    return Nonconformity(
        nonconformity=f"{visit.hash[:16]}/{number}",
        entry=visit.hash,
        entries=(visit.hash,),
        severity=NonconformitySeverity(item["severity"]),
        requirement=item["requirement"],
        raised_on=visit.valid_from,
        raised_by=visit.organisation,
        origin=NonconformityOrigin.VISIT,
        state=NonconformityState.CLOSED if closed else NonconformityState.OPEN,
        found=item.get("note"),
        area=body.get("area"),
        team=body.get("team"),
        responsible_organisation=body["inspected_organisation"],
        closed_on=closed,
        noted=True,
    )


def _statements(register: "Register") -> Iterator[tuple[list[Entry], list[Entry]]]:
    """Versions of each nonconformity and the acts on it, each in order of time."""
    versions, acts = defaultdict[str, list[Entry]](list), defaultdict[str, list[Entry]](list)
    for entry in (*register.entries(RAISED), *_removed_by_their_own(register)):
        versions[entry.subject].append(entry)
    for kind in ACTS:
        for entry in register.entries(kind):
            acts[entry.subject].append(entry)
    for subject, told in versions.items():
        yield sorted(told, key=_recorded), sorted(acts[subject], key=_recorded)


def _recorded(entry: Entry) -> tuple[str, str, int, str]:
    return entry.recorded, entry.node, entry.seq, entry.hash


def _removed_by_their_own(register: "Register") -> Iterator[Entry]:
    """Nonconformities that only those who have to correct them have taken back: these still count."""
    for entry, acts in register.removed(RAISED):
        if all(_interested(entry, act) for act in acts):
            yield entry


def _interested(entry: Entry, act: Entry) -> bool:
    owner, responsible = entry.body.get("owner"), entry.body.get("responsible_organisation")
    if owner is not None and person_key(owner) == person_key(act.author):
        return True
    return responsible == act.organisation and not same_organisation(entry.organisation, act.organisation)


_GRAVITY = {severity: rank for rank, severity in enumerate(NonconformitySeverity)}


def _follow(versions: list[Entry], acts: list[Entry], outside: Collection[NonconformitySeverity]) -> Nonconformity:
    last, body = versions[-1], NonconformityRaised.model_validate(versions[-1].body)
    severity = min((NonconformitySeverity(entry.body["severity"]) for entry in versions), key=_GRAVITY.__getitem__)
    case = Nonconformity(
        nonconformity=last.subject,
        entry=last.hash,
        entries=tuple(entry.hash for entry in versions),
        severity=severity,
        requirement=body.requirement,
        raised_on=min(entry.valid_from for entry in versions),
        raised_by=last.organisation,
        origin=body.origin,
        found=body.found,
        area=body.area,
        team=body.team,
        asset=body.asset,
        method=body.method,
        responsible_organisation=body.responsible_organisation,
        owners=tuple(dict.fromkeys(entry.body["owner"] for entry in versions if entry.body.get("owner"))),
        root_cause=body.root_cause,
        due=body.due,
    )
    for act in acts:
        case = apply_act(case, act, outside)
    return case


def act_of(kind: str, body: Mapping[str, Any]) -> QualityAct:
    """Name what a statement does."""
    if kind == CORRECTION:
        return QualityAct.CORRECT if body.get("done") else QualityAct.PLAN
    if kind == VERIFICATION:
        return QualityAct.CONFIRM if body["holds"] else QualityAct.REFUTE
    return QualityAct.FIND_EFFECTIVE if body["effective"] else QualityAct.FIND_INEFFECTIVE


def apply_act(case: Nonconformity, act: Entry, outside: Collection[NonconformitySeverity]) -> Nonconformity:
    """Return a nonconformity after one more act; one that is not allowed leaves it and adds a finding."""
    doing = act_of(act.kind, act.body)
    step = step_of(case.state, doing)
    problem = _problem(case, act, doing, outside) if step else _("it is '{state}'").format(state=case.state.label)
    if step is None or problem:
        details = {"nonconformity": case.nonconformity, "act": doing.label, "author": act.author, "hash": act.hash,
                   "problem": problem}  # fmt: skip
        return replace(case, findings=(*case.findings, Finding(ErrorCode.NONCONFORMITY_ACT_VOID, details)))
    moved = replace(case, state=step.target, entries=(*case.entries, act.hash), last_act=act.hash)
    return _with_correction(moved, act) if act.kind == CORRECTION else _with_judgement(moved, act)


def _problem(case: Nonconformity, act: Entry, doing: QualityAct, outside: Collection[NonconformitySeverity]) -> str:
    """Why an act that fits the state still counts nothing; empty where it counts."""
    if act.kind == CORRECTION:
        return before(case.raised_on, act.body.get("done") or act.valid_from)
    if case.owned_by(act.author):
        return _("its author owns or corrected it")
    if (
        doing is QualityAct.CONFIRM
        and case.needs_outsider(outside)
        and case.responsible_organisation == act.organisation
    ):
        return _("its author acts for the organisation that had to correct it")
    if case.last_act not in act.cites:
        return _("it does not cite what it judges")
    since = case.corrected_on if doing in (QualityAct.CONFIRM, QualityAct.REFUTE) else case.closed_on
    return before(since or case.raised_on, act.valid_from)


def before(earlier: str, day: str) -> str:
    """Say that a day is too early; empty where it is not."""
    size = min(len(earlier), len(day))
    return "" if earlier[:size] <= day[:size] else _("{day} is before {earlier}").format(day=day, earlier=earlier)


def _with_correction(case: Nonconformity, act: Entry) -> Nonconformity:
    body = act.body
    owners = [body["owner"]] if body.get("owner") else []
    if body.get("done"):
        owners.append(act.author)
    return replace(
        case,
        owners=tuple(dict.fromkeys((*case.owners, *owners))),
        root_cause=body.get("root_cause") or case.root_cause,
        due=body.get("due") or case.due,
        corrected_on=body.get("done"),
    )


def _with_judgement(case: Nonconformity, act: Entry) -> Nonconformity:
    if case.is_open:
        return replace(case, corrected_on=None, closed_on=None, verified_by=None)
    if act.kind == VERIFICATION:
        return replace(case, closed_on=act.valid_from, verified_by=act.author)
    return case
