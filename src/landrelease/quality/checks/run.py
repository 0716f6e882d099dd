"""All automatic checks of reports in one call."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from landrelease.i18n import _
from landrelease.profile import Profile
from landrelease.progress import SILENT, Progress, track
from landrelease.quality.checks import ground, work
from landrelease.quality.checks.asks import Ask

if TYPE_CHECKING:
    from landrelease.record.register import Register


def run_checks(
    register: "Register",
    profile: Profile,
    items_per_m2: Mapping[str, float] | None = None,
    progress: Progress = SILENT,
) -> list[Ask]:
    """Look through day reports and clearance reports for what someone should be asked about.

    Parameters
    ----------
    items_per_m2
        Expected items by area, from an estimate; without it finds are compared between teams only.

    Returns
    -------
    list[Ask]
        By day, code and statement. A question is no verdict: it names what differs from what, and by which statements.
    """
    checks: tuple[Callable[[], Iterable[Ask]], ...] = (
        lambda: work.rate_asks(register, profile),
        lambda: work.find_asks(register, profile, items_per_m2),
        lambda: work.lost_day_asks(register),
        lambda: work.accreditation_asks(register),
        lambda: ground.track_asks(register, profile),
        lambda: ground.depth_asks(register, profile),
        lambda: ground.repeated_ground_asks(register, profile),
    )
    found = [ask for check in track(checks, progress, _("Checking reports"), len(checks)) for ask in check()]
    return sorted(found, key=lambda ask: (ask.day, ask.code.code, ask.entries))
