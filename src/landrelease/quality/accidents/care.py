"""Next of kin and investigation: what must be there before a name leaves, before a conclusion is drawn."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from landrelease.errors import ErrorCode, Finding, LandreleaseError, fail
from landrelease.i18n import _
from landrelease.quality.accidents.exposure import employer_of
from landrelease.quality.acts import Author
from landrelease.quality.nonconformities import before
from landrelease.quality.people import check_person
from landrelease.record.conduct import AccidentFollowUp, AccidentInvestigation, NextOfKinNotice
from landrelease.record.entry import Entry, Statement
from landrelease.record.people import same_organisation

if TYPE_CHECKING:
    from landrelease.record.register import Register

NOTICE, INVESTIGATION, FOLLOW_UP = "next_of_kin.notice", "accident.investigation", "accident.follow_up"


def check_name_may_leave(register: "Register", victims: Iterable[str]) -> None:
    """Refuse to let the names of victims leave before their next of kin have been told: every export calls it.

    Parameters
    ----------
    victims
        Subjects of ``victim`` statements whose name, or anything that identifies them, is about to be shown or sent.

    Raises
    ------
    LandreleaseError
        LR3230 for each without a notice; LR3241 for each whose notice says that they do not agree.
    """
    told: dict[str, bool] = {}
    for entry in register.history(NOTICE):
        told[entry.subject] = told.get(entry.subject, True) and entry.body.get("consent_to_publish") is not False
    findings = [
        Finding(ErrorCode.NAME_WITHOUT_CONSENT if victim in told else ErrorCode.NAME_BEFORE_NOTICE, {"victim": victim})
        for victim in dict.fromkeys(victims)
        if not told.get(victim, False)
    ]
    if findings:
        raise LandreleaseError(findings)


def name_may_leave(register: "Register", victim: str) -> bool:
    """Whether `check_name_may_leave` would pass for one victim."""
    try:
        check_name_may_leave(register, [victim])
    except LandreleaseError:
        return False
    return True


def notice(register: "Register", victim: str, body: NextOfKinNotice, by: Author) -> Statement:
    """State that the next of kin of a victim have been told.

    Raises
    ------
    LandreleaseError
        LR3207 for a victim or a person who is not in the record, LR3229 for an accident that is not, LR3231 where the
        notice is before the accident.
    """
    accident = accident_of(register, body.accident)
    known = [entry for entry in register.about(victim) if entry.kind == "victim"]
    if not known:
        raise fail(ErrorCode.PERSON_NOT_RECORDED, person=victim)
    check_person(register, body.notified_by)
    if before(accident.valid_from, body.notified):
        raise fail(ErrorCode.NOTICE_TOO_EARLY, victim=victim, notified=body.notified, day=accident.valid_from)
    return Statement(NOTICE, victim, body, by.day, by.person, by.organisation, cites=(known[-1].hash, accident.hash))


def accident_of(register: "Register", accident: str) -> Entry:
    """Return the last statement about an accident, accepted or not. Refuses (LR3229) one that is not in the record."""
    known = [entry for entry in register.about(accident) if entry.kind == "accident"]
    if not known:
        raise fail(ErrorCode.ACCIDENT_NOT_RECORDED, accident=accident)
    return known[-1]


def investigation(register: "Register", accident: str, body: AccidentInvestigation, by: Author) -> Statement:
    """State what an investigation found; every conclusion ties to evidence in the record (IMAS 10.60).

    Raises
    ------
    LandreleaseError
        LR3229; LR3232 for each statement or attachment that is not in the record; LR3233 where the organisation that
        was involved calls its own investigation independent; LR3237 where it is dated before the accident.
    """
    about = accident_of(register, accident)
    if before(about.valid_from, by.day):
        raise fail(ErrorCode.SPAN_REVERSED, what=_("investigation of {name}").format(name=accident),
                   start=about.valid_from, end=by.day)  # fmt: skip
    involved = {about.organisation, employer_of(about)}
    if body.independent and any(same_organisation(by.organisation, each) for each in involved):
        raise fail(ErrorCode.INVESTIGATION_NOT_INDEPENDENT, organisation=by.organisation, accident=accident)
    attached = {entry.body["blob"]: entry.hash for entry in register.history("attachment")}
    cited = list(dict.fromkeys(one for conclusion in body.conclusions for one in conclusion.evidence))
    missing = [one for one in cited if one not in register and one not in attached]
    if missing:
        details = [{"accident": accident, "cited": one} for one in missing]
        raise LandreleaseError(Finding(ErrorCode.EVIDENCE_NOT_RECORDED, each) for each in details)
    cites = (about.hash, *(attached.get(one, one) for one in cited))
    return _said(INVESTIGATION, accident, body, by, cites)


def follow_up(register: "Register", accident: str, body: AccidentFollowUp, by: Author) -> Statement:
    """State what was done about a recommendation.

    Raises
    ------
    LandreleaseError
        LR3234 where no investigation of the accident has it; LR3237 where it was done before the investigation.
    """
    for entry in reversed(register.entries(INVESTIGATION, official=False)):
        numbers = [each["number"] for each in entry.body.get("recommendations", ())]
        if entry.subject == accident and body.recommendation in numbers:
            if body.done and before(entry.valid_from, body.done):
                what = _("recommendation {number}").format(number=body.recommendation)
                raise fail(ErrorCode.SPAN_REVERSED, what=what, start=entry.valid_from, end=body.done)
            return _said(FOLLOW_UP, accident, body, by, (entry.hash,))
    raise fail(ErrorCode.RECOMMENDATION_UNKNOWN, accident=accident, number=body.recommendation)


def open_recommendations(register: "Register") -> list[dict[str, object]]:
    """List the recommendations of official investigations that nobody has reported as done."""
    done = {
        (cited, entry.body["recommendation"])
        for entry in register.entries(FOLLOW_UP)
        if entry.body.get("done")
        for cited in entry.cites
    }
    return [
        {"accident": entry.subject, "recommendation": each["number"], "text": each["text"], "owner": each.get("owner"),
         "due": each.get("due"), "statement": entry.hash}
        for entry in register.entries(INVESTIGATION)
        for each in entry.body.get("recommendations", ())
        if (entry.hash, each["number"]) not in done
    ]  # fmt: skip


def _said(kind: str, subject: str, body: object, by: Author, cites: Sequence[str]) -> Statement:
    return Statement(kind, subject, body, by.day, by.person, by.organisation, cites=tuple(dict.fromkeys(cites)))  # type: ignore[arg-type]
