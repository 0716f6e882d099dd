"""The kinds of statement and the shape of their bodies.

A body holds only objects, arrays, strings, integers and booleans: no floats, no nulls. A field that is left out is
unknown; zero is zero; "none" is said in words. Coordinates are integers of 1e-7 degree (longitude, latitude; WGS 84),
areas integers of m², depths cm, durations minutes, shares permille. Field lists follow the IMAS 05.10 draft minimum
data and the IMSMA forms (``docs/reference/kinds.md`` is generated from this file).
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from landrelease.record.beneficiaries import BeneficiaryCount
from landrelease.record.body import AreaM2, Body, Count, Day, Decimal, Hash, Integer, Permille
from landrelease.record.claiming import Claim, ClaimResponse
from landrelease.record.conduct import (
    AccidentCircumstances,
    AccidentFollowUp,
    AccidentInvestigation,
    Accreditation,
    CheckedItem,
    Clock,
    CorrectiveAction,
    EffectivenessReview,
    InsuranceClaim,
    InsuranceCover,
    MedicalPlan,
    NextOfKinNotice,
    NonconformityRaised,
    Qualification,
    Stint,
    Track,
    Verification,
    WelfareEntry,
)
from landrelease.record.keeping import (
    Attachment,
    BlobErased,
    BlobHeld,
    ImportRecorded,
    Incident,
    KeyGrant,
    KeyRevocation,
    OfficerSignature,
    ProfileAdopted,
)
from landrelease.record.releasing import Handover, PostReleaseCheck, ReleaseEffort
from landrelease.record.shapes import AreaShape, PointShape, Shape
from landrelease.terms import (
    AccidentKind,
    Activity,
    AgeGroup,
    AssetKind,
    EvidenceGrade,
    EvidenceKind,
    Ground,
    HazardKind,
    HowKnown,
    Independence,
    LandClass,
    NonconformitySeverity,
    OrdnanceClass,
    OrdnanceStatus,
    PersonGroup,
    QualityResult,
    ReleaseRoute,
    ReleaseStatus,
    Reliability,
    ReportStage,
    ReviewVerdict,
    SectorResult,
    Sex,
    VictimOutcome,
    WorkStatus,
)


class Organisation(Body):
    """An organisation."""

    name: str
    type: Literal["authority", "operator", "military", "donor", "other"] = "other"
    parent: str | None = None


class Person(Body):
    """A person, by pseudonym; personal data are in an erasable blob."""

    pseudonym: str
    blob: Hash | None = None


class Team(Body):
    """A team and what it searches with."""

    name: str
    asset_kind: AssetKind
    people: Count
    base: PointShape | None = None
    activities: list[Activity] = []


class Asset(Body):
    """A machine, dog, detector or vehicle."""

    name: str
    asset_kind: AssetKind
    model: str | None = None
    team: str | None = None


class AdminArea(Body):
    """An administrative area."""

    name: str
    code: str | None = None
    level: Count
    parent: str | None = None
    shape: AreaShape | None = None


class MinefieldRecord(Body):
    """What a laying party's record says of one minefield; each figure may be missing."""

    rows: Count | None = None
    row_spacing_cm: Count | None = None
    item_spacing_cm: Count | None = None
    items: Count | None = None


class EvidenceItem(Body):
    """One item of evidence, for or against contamination."""

    kind: EvidenceKind
    grade: EvidenceGrade
    how_known: HowKnown = HowKnown.UNKNOWN
    reliability: Reliability = Reliability.UNKNOWN
    shape: Shape | None = None
    area: str | None = None
    admin_area: str | None = None
    ordnance: list[OrdnanceClass] = []
    minefield: MinefieldRecord | None = None
    in_use_years: Annotated[Count | None, Field(description="years in use without harm")] = None
    observed: Day | None = None
    resolved: str | None = None
    note: str | None = None


class HazardReport(Body):
    """A hazardous area as a survey reports it; the subject is the area."""

    name: str
    classification: LandClass
    hazard_kind: HazardKind = HazardKind.AREA
    shape: AreaShape | None = None
    estimated_area_m2: AreaM2 | None = None
    admin_area: str | None = None
    evidence: list[EvidenceItem] = []
    ordnance: list[OrdnanceClass] = []
    ground: Ground = Ground.UNKNOWN
    beneficiaries_direct: Count | None = None
    blocked: list[str] = []
    note: str | None = None


class NTSReport(Body):
    """Non-technical survey of an area: what was found and what land it cancels. 'No hazard' is a result."""

    area: str
    hazard_found: bool
    cancelled: AreaShape | None = None
    cancelled_area_m2: AreaM2 | None = None
    criteria: list[str] = []
    informants: Count | None = None
    evidence: list[EvidenceItem] = []
    note: str | None = None


class Sector(Body):
    """A sector of a technical survey."""

    shape: AreaShape
    result: SectorResult


class Find(Body):
    """Items found in one place."""

    ordnance: OrdnanceClass
    quantity: Count
    status: OrdnanceStatus = OrdnanceStatus.UNKNOWN
    shape: PointShape | None = None
    depth_cm: Count | None = None
    destroyed: Count | None = None


class TSReport(Body):
    """Technical survey of an area: sectors searched and what land it reduces."""

    area: str
    method: AssetKind
    team: str | None = None
    sectors: list[Sector] = []
    searched_area_m2: AreaM2 | None = None
    coverage_permille: Permille | None = None
    reduced: AreaShape | None = None
    reduced_area_m2: AreaM2 | None = None
    finds: list[Find] = []
    assets: Annotated[list[str] | None, Field(description="machines, dogs and detectors used")] = None
    note: str | None = None


class ClearanceReport(Body):
    """Clearance progress or completion on an area. Only a completion releases land."""

    area: str
    stage: ReportStage
    method: AssetKind
    team: str | None = None
    cleared: AreaShape | None = None
    cleared_area_m2: AreaM2 | None = None
    depth_cm: Count | None = None
    coverage_permille: Permille | None = None
    finds: list[Find] = []
    minutes_worked: Count | None = None
    depths_cm: Annotated[list[Count] | None, Field(description="depth reached at each check")] = None
    track: Track | None = None
    assets: Annotated[list[str] | None, Field(description="machines, dogs and detectors used")] = None
    note: str | None = None


class BoundaryChange(Body):
    """A recorded change of an area's boundary: land added (new survey, fade-out) or taken out (correction)."""

    area: str
    added: AreaShape | None = None
    removed: AreaShape | None = None
    reason: str


class EODSpotTask(Body):
    """A spot task."""

    shape: PointShape
    admin_area: str | None = None
    finds: list[Find] = []
    evacuated: Count | None = None
    survey_needed: bool | None = None


class OrdnanceItem(Body):
    """Ordnance found or reported, outside a clearance report."""

    ordnance: OrdnanceClass
    quantity: Count | None = None
    status: OrdnanceStatus = OrdnanceStatus.UNKNOWN
    shape: PointShape | None = None
    admin_area: str | None = None
    area: str | None = None
    depth_cm: Count | None = None
    disposed: bool | None = None
    note: str | None = None


class Accident(Body):
    """An accident. Exact positions in uncleared land are restricted."""

    kind: AccidentKind
    shape: PointShape | None = None
    admin_area: str | None = None
    area: str | None = None
    ordnance: OrdnanceClass = OrdnanceClass.UNKNOWN
    killed: Count | None = None
    injured: Count | None = None
    unidentified: Annotated[Count | None, Field(description="killed or injured who could not be identified")] = None
    team: str | None = None
    factors: list[str] = []
    circumstances: AccidentCircumstances | None = None
    note: str | None = None


class Victim(Body):
    """One victim. No name, no identifying detail: those are in an erasable blob."""

    accident: str | None = None
    outcome: VictimOutcome
    group: PersonGroup = PersonGroup.UNKNOWN
    sex: Sex = Sex.UNKNOWN
    age_group: AgeGroup = AgeGroup.UNKNOWN
    admin_area: str | None = None
    shape: PointShape | None = None
    blob: Hash | None = None


class NotedNonconformity(Body):
    """A requirement that was not met, noted within a visit; one that is followed up is a statement of its own."""

    severity: NonconformitySeverity
    requirement: str
    closed: Day | None = None
    note: str | None = None


class QAVisit(Body):
    """A QA visit or QC inspection by an organisation other than the inspected team's."""

    area: str | None = None
    team: str | None = None
    inspected_organisation: str
    result: QualityResult
    sampled: AreaShape | None = None
    sampled_area_m2: AreaM2 | None = None
    finds: list[Find] = []
    nonconformities: list[NotedNonconformity] = []
    measures: str | None = None
    activity: Activity | None = None
    independence: Independence | None = None
    checklist: list[CheckedItem] | None = None


class Review(Body):
    """A verdict on the statements that it cites, by someone other than their author."""

    verdict: ReviewVerdict
    reason: str | None = None


class Supersession(Body):
    """The statements in `replaced` give way to those in `by`. Both are also cited."""

    replaced: Annotated[list[Hash], Field(min_length=1)]
    by: list[Hash] = []
    reason: str


class Withdrawal(Body):
    """The cited statements are withdrawn."""

    reason: str


class TaskOrder(Body):
    """An order to a team to work on an area."""

    area: str
    activity: Activity
    team: str
    start: Day
    end: Day | None = None
    work_status: WorkStatus = WorkStatus.TASKED
    plan: Hash | None = None
    reason: str | None = None


class WorkDay(Body):
    """One team's day. The subject is the team."""

    area: str | None = None
    activity: Activity | None = None
    people: Count = 0
    stints: Count | None = None
    longest_stint_minutes: Count | None = None
    minutes_worked: Count = 0
    searched_area_m2: AreaM2 = 0
    finds: Count = 0
    temperature_c: Integer | None = None
    lost_to: (
        Literal["weather", "heat", "rest", "leave", "travel", "accident", "breakdown", "security", "medical"] | None
    ) = None
    days_since_rest: Count | None = None
    shift_start: Clock | None = None
    shift_end: Clock | None = None
    stint_log: list[Stint] | None = None
    shortest_break_minutes: Count | None = None
    least_distance_m: Annotated[Count | None, Field(description="between workers")] = None
    medic_on_site: bool | None = None
    evacuation_vehicle: bool | None = None
    evacuation_minutes: Count | None = None
    searched: AreaShape | None = None
    depths_cm: Annotated[list[Count] | None, Field(description="depth reached at each check")] = None
    track: Track | None = None


class Figure(Body):
    """A figure without geometry, kept beside the accounts from geometry and never mixed with them."""

    dataset: str
    admin_area: str
    period: Day
    operator: str | None = None
    category: str | None = None
    measures: dict[str, Integer]


class ReleaseDecision(Body):
    """A named signatory's decision on parts of land, citing all evidence considered."""

    area: str
    decision: Literal["release", "refuse", "hand_over", "reopen"]
    to: ReleaseStatus
    shape: AreaShape | None = None
    routes: list[ReleaseRoute] = []
    signatory: str
    profile: str
    advisory_items_left: Decimal | None = None
    advisory_estimate: Hash | None = None
    advisory_method: str | None = None
    advisory_inputs: Annotated[list[Hash], Field(description="last statements that the estimate knew")] = []
    override_reason: str | None = None
    overridden: Annotated[list[str], Field(description="advisory criteria that were not met")] = []
    limits: list[str] = []


class EstimateRecorded(Body):
    """A hazard estimate that was made: method, inputs, seed, how the fit ended, result files, scores."""

    method: str
    parameters: dict[str, str] = {}
    inputs: Annotated[list[Hash], Field(description="last statement known")] = []
    looks_sha256: Annotated[
        Hash | None, Field(description="SHA-256 over the hashes of the statements read, sorted, a line each")
    ] = None
    looks: Count | None = None
    events: Count | None = None
    draws: Count | None = None
    seed: Integer
    converged: Annotated[bool | None, Field(description="whether the fit came to rest; of a field only")] = None
    newton_steps: Count | None = None
    newton_decrement: Annotated[Decimal | None, Field(description="nats still to gain at the last step")] = None
    rounds: Annotated[list[Decimal], Field(description="change of the log total in each round")] = []
    results: dict[str, Hash] = {}
    scores: Annotated[dict[str, Decimal], Field(description="by method and measure: field.roc_auc")] = {}


class PlanAdopted(Body):
    """A plan that was adopted."""

    rule: str
    seed: Integer
    value: Decimal
    bound: Decimal | None = None
    inputs: list[Hash] = []
    results: dict[str, Hash] = {}


@dataclass(frozen=True, slots=True)
class Kind:
    """A registered kind of statement.

    Attributes
    ----------
    name
        What entries carry; never renamed.
    body
        Pydantic model of the body.
    reviewed
        Whether a statement counts officially only after a review by someone other than its author.
    holds
        ``"event"``: true from the first valid day on. ``"interval"``: true between the valid days only.
    version
        Schema version; an older body is read through an upcaster.
    """

    name: str
    body: type[Body]
    reviewed: bool = False
    holds: Literal["event", "interval"] = "event"
    version: int = 1


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("organisation", Organisation, holds="interval"),
        Kind("person", Person, holds="interval"),
        Kind("team", Team, holds="interval"),
        Kind("asset", Asset, holds="interval"),
        Kind("admin_area", AdminArea, holds="interval"),
        Kind("hazard.report", HazardReport, reviewed=True),
        Kind("evidence", EvidenceItem, reviewed=True),
        Kind("survey.nts", NTSReport, reviewed=True),
        Kind("survey.ts", TSReport, reviewed=True),
        Kind("clearance.report", ClearanceReport, reviewed=True),
        Kind("boundary.change", BoundaryChange, reviewed=True),
        Kind("eod.spot_task", EODSpotTask, reviewed=True),
        Kind("ordnance.item", OrdnanceItem, reviewed=True),
        Kind("accident", Accident, reviewed=True),
        Kind("victim", Victim, reviewed=True),
        Kind("qa.visit", QAVisit),
        Kind("nonconformity", NonconformityRaised),
        Kind("nonconformity.correction", CorrectiveAction),
        Kind("nonconformity.verification", Verification),
        Kind("nonconformity.effectiveness", EffectivenessReview),
        Kind("qualification", Qualification, holds="interval"),
        Kind("accreditation", Accreditation, holds="interval"),
        Kind("insurance", InsuranceCover, holds="interval"),
        Kind("insurance.claim", InsuranceClaim),
        Kind("medical.plan", MedicalPlan),
        Kind("accident.investigation", AccidentInvestigation, reviewed=True),
        Kind("accident.follow_up", AccidentFollowUp),
        Kind("next_of_kin.notice", NextOfKinNotice),
        Kind("welfare", WelfareEntry),
        Kind("beneficiary.count", BeneficiaryCount, reviewed=True),
        Kind("review", Review),
        Kind("supersession", Supersession),
        Kind("withdrawal", Withdrawal),
        Kind("task.order", TaskOrder),
        Kind("work_day", WorkDay),
        Kind("figure", Figure, reviewed=True),
        Kind("claim", Claim),
        Kind("claim.response", ClaimResponse),
        Kind("release.effort", ReleaseEffort),
        Kind("release.decision", ReleaseDecision),
        Kind("handover", Handover),
        Kind("release.check", PostReleaseCheck, reviewed=True),
        Kind("estimate", EstimateRecorded),
        Kind("plan", PlanAdopted),
        Kind("profile", ProfileAdopted, holds="interval"),
        Kind("import", ImportRecorded),
        Kind("key.grant", KeyGrant),
        Kind("key.revocation", KeyRevocation),
        Kind("signature", OfficerSignature),
        Kind("attachment", Attachment),
        Kind("blob.held", BlobHeld),
        Kind("blob.erased", BlobErased),
        Kind("incident", Incident),
    )
}
