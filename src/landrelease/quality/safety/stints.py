"""Stints of a day: lengths and breaks from the log of each worker, minutes after midnight."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from landrelease.errors import ErrorCode, Finding
from landrelease.i18n import _
from landrelease.record.conduct import Stint
from landrelease.record.kinds import WorkDay


def minute_of(clock: str) -> int:
    """Minute of the day of a time hh:mm."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def reversed_times(team: str, body: WorkDay) -> list[Finding]:
    """List the stints, and the shift, that end before they start (LR3237)."""
    spans = [(_("a stint of {team}").format(team=team), stint.start, stint.end) for stint in body.stint_log or ()]
    if body.shift_start and body.shift_end:
        spans.append((_("the shift of {team}").format(team=team), body.shift_start, body.shift_end))
    return [
        Finding(ErrorCode.SPAN_REVERSED, {"what": what, "start": start, "end": end})
        for what, start, end in spans
        if end < start
    ]


def by_worker(log: Iterable[Stint]) -> dict[str | None, list[tuple[int, int]]]:
    """Start and end of each worker's stints, in order; who is not named counts as one worker."""
    found: dict[str | None, list[tuple[int, int]]] = defaultdict(list)
    for stint in log:
        found[stint.worker].append((minute_of(stint.start), minute_of(stint.end)))
    return {worker: sorted(spans) for worker, spans in found.items()}


def longest_stint(body: WorkDay) -> int | None:
    """Longest spell of work in minutes, stated or from the log; None where neither is there."""
    logged = [end - start for spans in by_worker(body.stint_log or ()).values() for start, end in _joined(spans)]
    stated = [] if body.longest_stint_minutes is None else [body.longest_stint_minutes]
    return max([*stated, *logged], default=None)


def longest_in_heat(body: WorkDay, heat_c: float) -> int | None:
    """Longest logged stint at this temperature or above, minutes; None where no temperature of a stint says so."""
    hot = [stint for stint in body.stint_log or () if stint.temperature_c is not None and stint.temperature_c >= heat_c]
    return max((minute_of(stint.end) - minute_of(stint.start) for stint in hot), default=None)


def all_stated(body: WorkDay) -> bool:
    """Whether every stint is logged with its temperature."""
    return bool(body.stint_log) and all(stint.temperature_c is not None for stint in body.stint_log or ())


def shortest_break(body: WorkDay) -> int | None:
    """Shortest break between two stints of one worker in minutes; None where none is stated or logged.

    Stints that follow on each other without a break are one: they are long, not badly rested.
    """
    logged = [
        later[0] - earlier[1]
        for spans in map(_joined, by_worker(body.stint_log or ()).values())
        for earlier, later in pairwise(spans)
    ]
    stated = [] if body.shortest_break_minutes is None else [body.shortest_break_minutes]
    return min([*stated, *logged], default=None)


def longest_day(body: WorkDay) -> int:
    """Minutes of work of the person who worked longest, or of the team where that is more."""
    totals = (sum(end - start for start, end in spans) for spans in by_worker(body.stint_log or ()).values())
    return max([body.minutes_worked, *totals])


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
