"""The release criteria as data: what each needs and who decides; their values come from the standards profile.

The rule is standards section 4.5 (a) to (e) with the transitions of 4.3 and the invariants of 11. What tests each
criterion is in `landrelease.release.gate`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import N_, _
from landrelease.profile import CriterionWeight, Profile
from landrelease.record.releasing import EffortItem
from landrelease.terms import Activity, AssetKind, Effort, ReleaseRoute, Term


class Decider(Term):
    """Who is answerable for a criterion being met."""

    OPERATOR = "operator", N_("The operator that did the work")
    CENTRE = "centre", N_("The mine action centre")
    QUALITY = "quality", N_("The QA organisation")
    SIGNATORY = "signatory", N_("The named signatory")


@dataclass(frozen=True, slots=True)
class Criterion:
    """One condition that land must meet before a person may release it.

    Attributes
    ----------
    code
        Stable name; statements and pages cite it.
    label, needs
        What it is called and what it needs, in English; translated when shown.
    decides
        Who is answerable.
    error
        What the user reads when it is not met.
    source
        Rule or invariant that it stands for.
    parameter
        Name of the profile value that sets it, or None.
    advisory
        Whether it is a figure of the model: it advises under every profile, and may only be left out.
    fixed
        Whether it stands for an invariant of the standards: it binds under every profile.
    """

    code: str
    label: str
    needs: str
    decides: Decider
    error: ErrorCode
    source: str
    parameter: str | None = None
    advisory: bool = False
    fixed: bool = False

    def __post_init__(self) -> None:
        """Refuse a nameless criterion."""
        if not (self.code and self.label and self.needs):
            raise ValueError("a criterion needs a code, a label and what it needs")

    @property
    def weight(self) -> CriterionWeight:
        """Weight under a profile that does not name it."""
        return "advisory" if self.advisory else "binding"

    @property
    def title(self) -> str:
        """Label in the user's language."""
        return _(self.label)


CRITERIA: dict[str, Criterion] = {
    criterion.code: criterion
    for criterion in (
        Criterion(
            "resolved",
            N_("Every part has a route"),
            N_("Each part was cancelled, reduced or cleared; unresolved and reopened land cannot be released."),
            Decider.OPERATOR,
            ErrorCode.RELEASE_UNRESOLVED,
            "standards 4.3; invariant 2",
            fixed=True,
        ),
        Criterion(
            "report_approved",
            N_("The report that fits the route is approved"),
            N_("An official survey report, technical survey report or completion report made each part."),
            Decider.CENTRE,
            ErrorCode.RELEASE_REPORT,
            "standards 4.5 (a); invariants 2, 8",
            fixed=True,
        ),
        Criterion(
            "cancellation_criteria",
            N_("Cancellation criteria are ticked"),
            N_("The survey report behind cancelled land names at least the number of criteria that the profile asks."),
            Decider.CENTRE,
            ErrorCode.RELEASE_CANCELLATION,
            "standards 4.3",
            "release.cancellation_criteria",
        ),
        Criterion(
            "depth",
            N_("Required depth is reached"),
            N_("The completion report states a depth, and it is at least the required one."),
            Decider.OPERATOR,
            ErrorCode.RELEASE_DEPTH,
            "standards 4.6; invariant 4",
            "land.required_depth_cm",
            fixed=True,
        ),
        Criterion(
            "coverage",
            N_("Required coverage is reached"),
            N_("The report states which share was searched, and it is at least what the profile asks for the route."),
            Decider.OPERATOR,
            ErrorCode.RELEASE_COVERAGE,
            "standards 4.3, 4.5; invariant 4",
            "release.coverage_permille, release.survey_coverage_permille",
            fixed=True,
        ),
        Criterion(
            "finds_disposed",
            N_("All finds are disposed of"),
            N_("Every item found in the land is recorded as destroyed; scrap free from explosive is not counted."),
            Decider.OPERATOR,
            ErrorCode.RELEASE_FINDS,
            "standards 4.3; invariant 13",
        ),
        Criterion(
            "evidence_resolved",
            N_("Evidence within the fade-out distance is resolved"),
            N_("Every item of evidence on or near the land was found, removed, or rebutted by a report that cites it."),
            Decider.CENTRE,
            ErrorCode.RELEASE_EVIDENCE,
            "standards 4.5 (b); invariant 3",
            "release.evidence_fade_out_m",
        ),
        Criterion(
            "effort",
            N_("All reasonable effort is on record"),
            N_("Each item of the profile's checklist was done, or does not apply for a reason that is stated."),
            Decider.CENTRE,
            ErrorCode.RELEASE_EFFORT,
            "standards 4.5 (c)",
            "reasonable_effort",
        ),
        Criterion(
            "accreditation",
            N_("Team or operator was accredited for the work"),
            N_("An accreditation of the team or its organisation for this kind of work held on every day of it."),
            Decider.CENTRE,
            ErrorCode.RELEASE_ACCREDITATION,
            "standards 7.1; invariant 9",
        ),
        Criterion(
            "insurance",
            N_("Team or operator was insured"),
            N_("An insurance of the team or its organisation held on every day of the work."),
            Decider.OPERATOR,
            ErrorCode.RELEASE_INSURANCE,
            "standards 7.1, 7.6; invariant 9",
        ),
        Criterion(
            "nonconformity",
            N_("No serious nonconformity is open"),
            N_("None of the severities that block is open on the area, or on its teams since they last passed."),
            Decider.QUALITY,
            ErrorCode.RELEASE_NONCONFORMITY,
            "standards 4.5 (d); invariant 5",
            "quality.blocking",
            fixed=True,
        ),
        Criterion(
            "quality_visit",
            N_("Quality was checked by another organisation"),
            N_("The last QA visit after the work, by an organisation other than the one inspected, was passed."),
            Decider.QUALITY,
            ErrorCode.RELEASE_QUALITY,
            "standards 4.3, 6; invariant 8",
            "release.quality_visit_routes",
            fixed=True,
        ),
        Criterion(
            "residual",
            N_("Expected items left are tolerable"),
            N_("The expected items left are at most the tolerated density; the signatory may override with a reason."),
            Decider.SIGNATORY,
            ErrorCode.RELEASE_RESIDUAL,
            "standards 4.5 (e); invariant 18",
            "release.residual_items_per_hectare",
            advisory=True,
        ),
    )
}
"""Every release criterion, in the order in which they are shown."""

CHECKLIST_ITEMS: tuple[str, ...] = (
    N_("Records, the authority, women, men, girls, boys and former combatants were asked"),
    N_("Use of the land since the conflict is known, and by whom"),
    N_("Accidents were searched for"),
    N_("Earlier surveys were reconciled"),
    N_("Coverage of technical survey and performance of its assets are on record"),
    N_("The depth is justified"),
    N_("Quality was checked"),
    N_("What risk remains is stated"),
)
"""Words of the default profile's checklist, marked here so that they can be translated."""


def weights(profile: Profile) -> dict[str, CriterionWeight]:
    """Weight of each criterion under a profile, in the order of `CRITERIA`.

    Raises
    ------
    LandreleaseError
        LR7020 where the profile names a criterion that there is none of, lets an invariant of the standards be
        overridden, or makes a figure of the model binding.
    """
    given = profile.release_criteria
    for code, weight in given.items():
        if problem := _problem(code, weight):
            raise fail(ErrorCode.RELEASE_CRITERION, code=code, weight=weight, problem=problem)
    return {code: given.get(code, criterion.weight) for code, criterion in CRITERIA.items()}


def effort_items(profile: Profile, done: Iterable[str], not_applicable: Mapping[str, str]) -> list[EffortItem]:
    """Say what was done for each item of a profile's checklist; an item that is not named was not done.

    Parameters
    ----------
    not_applicable
        Why an item does not apply, by its code.

    Raises
    ------
    LandreleaseError
        LR7034 for an item that the checklist does not have.
    """
    done = set(done)
    for item in sorted((done | set(not_applicable)) - set(profile.reasonable_effort)):
        raise fail(ErrorCode.EFFORT_UNKNOWN, item=item, items=", ".join(profile.reasonable_effort))
    return [
        EffortItem(item=item, effort=Effort.DONE) if item in done
        else EffortItem(item=item, effort=Effort.NOT_APPLICABLE, note=not_applicable[item]) if item in not_applicable
        else EffortItem(item=item, effort=Effort.NOT_DONE)
        for item in profile.reasonable_effort
    ]  # fmt: skip


def _problem(code: str, weight: CriterionWeight) -> str:
    criterion = CRITERIA.get(code)
    if criterion is None:
        return _("there is no such criterion; there are {codes}").format(codes=", ".join(CRITERIA))
    if criterion.fixed and weight != "binding":
        return _("it stands for an invariant of the standards and always binds")
    if criterion.advisory and weight == "binding":
        return _("a figure of the model advises; a named person decides")
    return ""


ROUTE_REPORT: dict[ReleaseRoute, str] = {
    ReleaseRoute.CANCELLED: "survey.nts",
    ReleaseRoute.REDUCED: "survey.ts",
    ReleaseRoute.CLEARED: "clearance.report",
}
"""Kind of report that must stand behind each route (invariant 2)."""

ROUTE_ACTIVITY: dict[ReleaseRoute, Activity] = {
    ReleaseRoute.CANCELLED: Activity.NTS,
    ReleaseRoute.REDUCED: Activity.TS,
    ReleaseRoute.CLEARED: Activity.CLEARANCE,
}
"""Kind of work behind each route, for which team or operator must be accredited and insured (invariant 9)."""

DETECTION_PARAMETER: dict[AssetKind, str] = {
    AssetKind.MANUAL_TEAM: "manual",
    AssetKind.DOG_TEAM: "dog",
    AssetKind.MACHINE: "machine",
    AssetKind.TECHNICAL_SURVEY_TEAM: "technical_survey",
}
"""Profile parameter (section ``detection``) with each method's chance to find an item."""
