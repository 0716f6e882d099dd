"""Claims and audits as rows of tables, for people; one place for every face."""

from collections.abc import Sequence

from landrelease.claims.audit import ClaimAudit
from landrelease.claims.contradictions import ANSWER, DEFINITION, Contradiction, figures_of
from landrelease.claims.held import HeldClaim
from landrelease.claims.rows import Row
from landrelease.claims.timeline import Moment
from landrelease.claims.wording import figure, rounded, span, times
from landrelease.i18n import N_, _
from landrelease.terms import ClaimDefinition, ClaimMeasure, ClaimVerdict, FigureBound, SpeakerInterest

SHOWN = 8
"""Digits of a hash that people see."""

_NAMES = {
    "area_m2": N_("Area, m²"),
    "items": N_("Items"),
    "people": N_("People"),
    "days": N_("Days"),
    "deaths": N_("Deaths"),
    "wounded": N_("Wounded"),
    DEFINITION: N_("Definition of 'cleared'"),
    ANSWER: N_("Answer"),
}


def measure_name(measure: str) -> str:
    """Name of a claimed figure; its own name where it is none of ours."""
    name = measure.partition(":")[0]
    return _(_NAMES[name]) if name in _NAMES else measure


def claim_rows(claims: Sequence[HeldClaim]) -> list[dict[str, str]]:
    """One row a claim: who said what when, under which definition, and how it was answered."""
    return [
        {
            _("Claim"): claim.hash[:SHOWN], _("Subject"): claim.subject, _("Said"): claim.body.said,
            _("Known"): claim.body.known or "", _("By"): _speaker(claim), _("Text"): claim.body.text,
            _("Figures"): figures_text(claim), _("Definition"): claim.body.definition.label,
            _("Answers"): answers_text(claim),
        }
        for claim in claims
    ]  # fmt: skip


def figures_text(claim: HeldClaim) -> str:
    """Every figure of a claim with how exactly it was said."""
    bounds = claim.body.bounds or {}
    told = [
        f"{measure_name(name)}: {bound_text(bounds.get(name, FigureBound.EXACT))}{_grouped(value)}"
        for name, value in figures_of(claim).items()
    ]
    if claim.body.wounded_counted is False:
        told.append(_("the wounded are not counted"))
    return "; ".join(told)


def answers_text(claim: HeldClaim) -> str:
    """Every answer to a claim: who, when, how."""
    return "; ".join(
        f"{answer.body.verdict.label} {answer.body.said}: {answer.body.speaker}" for answer in claim.answers
    ) or _("none on record")


def contradiction_rows(found: Sequence[Contradiction]) -> list[dict[str, str]]:
    """One row a side; nothing is merged."""
    return [
        {
            _("Subject"): each.subject, _("Measure"): measure_name(each.measure),
            _("Says"): _side_text(each.measure, side.value), _("Claim"): side.claim.hash[:SHOWN],
            _("By"): side.claim.body.speaker, _("Said"): side.claim.body.said, _("About"): side.claim.body.about,
        }
        for each in found
        for side in each.sides
    ]  # fmt: skip


def timeline_rows(moments: Sequence[Moment]) -> list[dict[str, str]]:
    """One row a saying or answer, in the order of time."""
    return [
        {
            _("When"): moment.said_text, _("Who"): moment.speaker, _("What"): moment.what,
            _("Claim"): moment.claim[:SHOWN],
            _("Known"): moment.known or "", _("Text"): moment.text,
            _("Days after"): "" if moment.days_after is None else str(moment.days_after),
        }
        for moment in moments
    ]  # fmt: skip


def given_rows(audit: ClaimAudit) -> list[dict[str, str]]:
    """Every figure that the audit goes by, with who gave it."""
    return [
        {
            _("Figure"): measure_name(one.name), _("Value"): bound_text(one.bound) + figure(float(one.value)),
            _("By"): one.speaker or _("assumed for this audit"), _("Said"): one.said, _("Claim"): one.claim[:SHOWN],
        }
        for one in audit.given
    ]  # fmt: skip


def plausibility_rows(audit: ClaimAudit) -> list[dict[str, str]]:
    """One row a ratio and number of days, with its interval and what it is set against."""
    return [
        {
            _("Quantity"): row.measure.label, _("Days"): "" if row.days is None else str(row.days),
            _("Value"): _value(row), _("Interval"): _interval(row), _("Set against"): _against(audit, row),
        }
        for row in audit.rows
    ]  # fmt: skip


def comparison_rows(audit: ClaimAudit) -> list[dict[str, str]]:
    """One row a comparison, with its mark and source."""
    return [
        {
            _("Quantity"): one.measure.label,
            _("Set against"): one.name + (f" ({_('folklore')})" if one.folklore else ""),
            _("Range"): span(one.low, one.high), _("Claim is, times"): times(one.ratio_low, one.ratio_high),
            _("Where it lies"): one.fit.label, _("Mark"): one.mark,
            _("Source"): one.source + (f"; {one.note}" if one.note else ""),
        }
        for one in audit.comparisons
    ]  # fmt: skip


def definition_rows(audit: ClaimAudit) -> list[dict[str, str]]:
    """One row a definition of "cleared": whether it makes the claim possible, and why."""
    answers = {True: _("yes"), False: _("no"), None: _("not known")}
    return [
        {
            _("Definition"): one.definition.label, _("Means"): one.means,
            _("m² a person-day elsewhere"): "" if one.low is None or one.high is None else span(one.low, one.high),
            _("Possible"): answers[one.possible], _("Why"): one.why,
        }
        for one in audit.definitions
    ]  # fmt: skip


def bound_text(bound: FigureBound) -> str:
    """Word before a figure: "at least "; nothing before an exact one."""
    return "" if bound is FigureBound.EXACT else f"{bound.label.lower()} "


def _speaker(claim: HeldClaim) -> str:
    body = claim.body
    told = [body.speaker, (body.interest or SpeakerInterest.UNKNOWN).label.lower()]
    told += [body.interest_note] if body.interest_note else []
    return ", ".join(told)


def _grouped(value: str) -> str:
    return f"{int(value):,}" if value.lstrip("-").isdigit() else value


def _side_text(measure: str, value: str) -> str:
    if measure == DEFINITION:
        return ClaimDefinition(value).label
    return ClaimVerdict(value).label if measure.startswith(ANSWER) else _grouped(value)


def _written(row: Row, value: float) -> str:
    return rounded(value) if row.measure is ClaimMeasure.ITEMS_A_DEATH else figure(value)


def _value(row: Row) -> str:
    return bound_text(row.bound) + (span(row.low, row.high) if row.value is None else _written(row, row.value))


def _interval(row: Row) -> str:
    if row.level is None:
        return "" if row.value is not None else _("claims differ")
    return _("{level} %: {low} to {high}").format(
        level=f"{100 * row.level:g}", low=_written(row, row.low), high=_written(row, row.high)
    )


def _against(audit: ClaimAudit, row: Row) -> str:
    """Each comparison in short, with how many times it this one line is."""
    least, greatest = (row.low, row.high) if row.value is None else (row.value, row.value)
    return "; ".join(
        _("{name} {range}: {times} times").format(
            name=one.name, range=span(one.low, one.high), times=times(least / one.high, greatest / one.low)
        )
        for one in audit.comparisons
        if one.measure is row.measure
    )
