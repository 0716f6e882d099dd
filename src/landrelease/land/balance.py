"""The area balance: opening + new + expansion + correction + reopened - cancelled - reduced - cleared = closing."""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum

import pandas as pd

from landrelease.errors import ErrorCode, fail
from landrelease.land.areas import AreaState
from landrelease.land.dates import Period, first_day, last_day
from landrelease.land.partition import Line, Movement

LINES = tuple(f"{line.value}_m2" for line in Line)
COLUMNS = ("opening_m2", *LINES, "closing_m2")
KEYS = ("area_id", "admin_area", "period")
_NOWHERE = ""
"""Stands for an unknown administrative area while rows are grouped."""
_ROUNDING = 1e-12
"""What floating-point sums leave of land that is all released, relative to what went through the row."""
_SIGNS = pd.Series({f"{line.value}_m2": line.sign for line in Line})


class Clock(StrEnum):
    """Which day of a statement dates its line."""

    APPROVED = "approved"
    """Day of the accepting review: land is credited in the period of approval (standards 4.6, invariant 14)."""
    GROUND = "ground"
    """Day on the ground: the first day of an outline, the last day of work."""


def balance_frame(
    movements: Iterable[Movement],
    state_of: Callable[[str], AreaState],
    by: Sequence[str],
    start: str | None,
    end: str | None,
    period: Period,
    clock: Clock,
) -> pd.DataFrame:
    """Sum movements; see `Accounts.balance`."""
    _check_keys(by)
    table = _table(movements, state_of, clock)
    start, end = _span(table["on"], start, end)
    table = table[table["on"] <= end]
    if table.empty:
        return pd.DataFrame(0.0, index=range(0 if by else 1), columns=[*by, *COLUMNS])
    keys = [key for key in by if key != "period"]
    rows = _periods(table, keys, start, end, period) if "period" in by else _spans(table, keys, start)
    rows = rows[[*by, *COLUMNS]].sort_values(list(by), ignore_index=True) if by else rows[[*COLUMNS]]
    if "admin_area" in by:
        rows["admin_area"] = rows["admin_area"].where(rows["admin_area"] != _NOWHERE, None)
    return rows.rename_axis(columns=None)


def _span(days: pd.Series, start: str | None, end: str | None) -> tuple[str, str]:
    """First and last day, from the movements where none is given."""
    first, last = (days.min(), days.max()) if len(days) else ("9999-12-31", "0001-01-01")
    begin = first_day(start) if start else min(first, last_day(end) if end else first)
    until = last_day(end) if end else max(last, begin)
    if begin > until:
        raise fail(ErrorCode.BALANCE_BACKWARDS, start=begin, end=until)
    return begin, until


def _check_keys(by: Sequence[str]) -> None:
    unknown = [key for key in by if key not in KEYS]
    if unknown or len(set(by)) < len(by):
        raise fail(ErrorCode.BALANCE_KEY_UNKNOWN, key=", ".join(unknown or by), known=", ".join(KEYS))


def _table(movements: Iterable[Movement], state_of: Callable[[str], AreaState], clock: Clock) -> pd.DataFrame:
    rows = [
        (each.area, state_of(each.area).admin_area or _NOWHERE, f"{each.line.value}_m2", each.area_m2,
         each.approved_on if clock is Clock.APPROVED else each.ground_on)
        for each in movements
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["area_id", "admin_area", "line", "area_m2", "on"])


def _spans(table: pd.DataFrame, keys: list[str], start: str) -> pd.DataFrame:
    """One row a key: what was on hand before the start, and every line from then on."""
    early = table["on"] < start
    lines = _pivot(table[~early], keys)
    opening = _net(_pivot(table[early], keys))
    return _closed(lines.reindex(lines.index.union(opening.index), fill_value=0.0), opening).reset_index()


def _periods(table: pd.DataFrame, keys: list[str], start: str, end: str, period: Period) -> pd.DataFrame:
    """One row a key and period, without a gap from the key's first movement on; each opens where the last closed."""
    names = period.between(start, end)
    named = table.assign(period=[period.of(max(day, start)) for day in table["on"]])
    early = named["on"] < start
    groups = [*keys, "period"]
    lines = _pivot(named[~early], groups)
    before = _net(_pivot(named[early], groups))
    index = _every(lines.index.union(before.index), keys, names)
    lines, before = lines.reindex(index, fill_value=0.0), before.reindex(index, fill_value=0.0)
    held = _net(lines) + before
    held = held.groupby(level=keys).cumsum() if keys else held.cumsum()
    return _closed(lines, held - _net(lines)).reset_index()


def _every(index: pd.Index, keys: list[str], names: list[str]) -> pd.Index:
    """Each key with every period from its first one to the last."""
    if not keys:
        return pd.Index(names, name="period")
    first = index.to_frame(index=False).groupby(keys)["period"].min().reset_index()
    rows = [(*row[:-1], name) for row in first.itertuples(index=False) for name in names[names.index(row[-1]) :]]
    return pd.MultiIndex.from_tuples(rows, names=[*keys, "period"])


def _pivot(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Lines as columns, summed by key; one row named 0 where there is no key."""
    names = [*keys, "line"] if keys else [pd.Series(0, index=table.index, name="all"), table["line"]]
    return table.groupby(names)["area_m2"].sum().unstack("line").reindex(columns=list(LINES)).fillna(0.0)


def _net(lines: pd.DataFrame) -> pd.Series:
    return (lines * _SIGNS).sum(axis=1)


def _closed(lines: pd.DataFrame, opening: pd.Series) -> pd.DataFrame:
    opening = opening.reindex(lines.index, fill_value=0.0)
    closing = opening + _net(lines)
    through = lines.abs().sum(axis=1) + opening.abs()
    return lines.assign(opening_m2=opening, closing_m2=closing.where(closing.abs() > _ROUNDING * through, 0.0))
