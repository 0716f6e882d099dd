"""The release gate: which criteria an area does not meet, and why.

A person decides; the gate only says what the record does not yet show. `check_release` raises with everything that is
missing at once, `can_release` wraps it.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, ParamSpec

from landrelease.errors import ErrorCode, LandreleaseError, fail
from landrelease.hazard.surface import Surface
from landrelease.i18n import _
from landrelease.profile import Profile
from landrelease.release.checks import TESTS, Case, Unmet
from landrelease.release.criteria import CRITERIA, weights
from landrelease.release.dossier import Dossier, Dossiers
from landrelease.terms import ReleaseStatus

if TYPE_CHECKING:
    from landrelease.land.accounts import Accounts
    from landrelease.record.register import Register

Asked = ParamSpec("Asked")

SETTLED = frozenset({ReleaseStatus.RELEASED, ReleaseStatus.HANDED_OVER})


def unmet_criteria(
    area_id: str,
    register: "Register",
    accounts: "Accounts",
    profile: Profile,
    surface: Surface | None = None,
    *,
    part_ids: Iterable[str] | None = None,
    dossiers: Dossiers | None = None,
) -> list[Unmet]:
    """List the release criteria that an area, or some of its parts, does not meet.

    Parameters
    ----------
    surface
        Estimate for the advisory residual figure; without one that criterion is not looked at.
    part_ids
        Only these parts; all parts not yet released by default.
    dossiers
        Index to share between many calls; built here by default.

    Raises
    ------
    LandreleaseError
        LR7011 when the area has no such part not yet released, LR7020 when the profile's criteria are wrong.
    """
    dossiers = dossiers or Dossiers(register, accounts, profile.release.evidence_fade_out_m)
    return unmet_in(dossiers.of(area_id, part_ids), profile, surface)


def check_release(
    area_id: str,
    register: "Register",
    accounts: "Accounts",
    profile: Profile,
    surface: Surface | None = None,
    *,
    part_ids: Iterable[str] | None = None,
    override_reason: str | None = None,
) -> None:
    """Refuse land that does not meet every criterion, listing all that is missing.

    Raises
    ------
    LandreleaseError
        LR7001 to LR7010 and LR7021, one finding for each unmet criterion, with the statements behind it; an advisory
        one is passed over with a reason.
    """
    unmet = unmet_criteria(area_id, register, accounts, profile, surface, part_ids=part_ids)
    refuse_unmet(unmet, override_reason)


def refuse_unmet(unmet: Iterable[Unmet], override_reason: str | None) -> None:
    """Raise with what is not met; what is only advisory is passed over where there is a reason that is not blank."""
    overridden = bool(override_reason and override_reason.strip())
    binding = [each for each in unmet if not (each.advisory and overridden)]
    if binding:
        raise LandreleaseError(each.finding for each in binding)


def _passes(check: Callable[Asked, None]) -> Callable[Asked, bool]:
    """Turn a check that raises into one that answers."""

    def can(*args: Asked.args, **options: Asked.kwargs) -> bool:
        try:
            check(*args, **options)
        except LandreleaseError:
            return False
        return True

    return can


can_release = _passes(check_release)
"""Whether `check_release` would pass; the same arguments."""


def unmet_in(dossier: Dossier, profile: Profile, surface: Surface | None = None) -> list[Unmet]:
    """List the criteria that a dossier does not meet, in the order of `CRITERIA`."""
    parts = dossier.parts[~dossier.parts["release_status"].isin(SETTLED)]
    if parts.empty:
        raise fail(ErrorCode.RELEASE_NOTHING, area=dossier.area_id, wanted=_("no part that is not yet released"))
    case = Case(dossier.only(parts), profile, surface)
    return [
        replace(unmet, advisory=weight == "advisory")
        for code, weight in weights(profile).items()
        if weight != "off"
        for unmet in TESTS[code](case, CRITERIA[code])
    ]
