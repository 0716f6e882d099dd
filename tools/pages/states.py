"""The page of states: each axis as a diagram and a table, from the transition table."""

from landrelease.land.states import STATES, TRANSITIONS, Axis, Transition

_WIDTH, _BOX, _HEIGHT, _STEP = 130, 110, 34, 15


def page() -> str:
    """Text of ``docs/reference/states.md``."""
    head = (
        "# States of land\n\nThree axes, never one status: the classification and the work status belong to an area, "
        "the release status\nto each part of it. A change that is not in these tables is refused. Source: standards "
        "reference 4.3,\nafter IMAS 07.11. This page is generated from `landrelease/land/states.py`.\n"
    )
    return head + "".join(_section(axis) for axis in Axis)


def _section(axis: Axis) -> str:
    mine = [each for each in TRANSITIONS if each.axis is axis]
    rows = "".join(
        f"| {each.source.display if each.source else '(new)'} | {each.target.display} "
        f"| {'; '.join(need.display for need in each.needs)} | {each.decides.display} |\n"
        for each in mine
    )
    table = "| from | to | needs | who decides |\n|---|---|---|---|\n" + rows
    return f"\n## {axis.display}\n\n{_diagram(axis, mine)}\n\n{table}"


def _diagram(axis: Axis, transitions: list[Transition]) -> str:
    """States in a row; changes forward are arcs above it, changes back arcs below it."""
    states = list(STATES[axis])
    moves = [(states.index(each.source), states.index(each.target)) for each in transitions if each.source is not None]
    above = max([target - source for source, target in moves if target > source], default=0) * _STEP + 12
    below = max([source - target for source, target in moves if target < source], default=0) * _STEP + 12
    marker = f"arrow-{axis.value}"
    body = [_box(at, above, state.display) for at, state in enumerate(states)]  # type: ignore[attr-defined]
    body += [_arc(source, target, above, marker) for source, target in moves]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH * len(states)} {above + _HEIGHT + below}" '
        f'style="max-width:{_WIDTH * len(states)}px" role="img" '
        f'aria-label="{axis.display}: states and changes" fill="none" stroke="currentColor" '
        f'font-size="12" font-family="sans-serif">'
        f'<defs><marker id="{marker}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        f'orient="auto"><path d="M0 0L8 4L0 8z" fill="currentColor" stroke="none"/></marker></defs>'
        f"{''.join(body)}</svg>"
    )


def _box(at: int, top: int, name: str) -> str:
    x = at * _WIDTH + (_WIDTH - _BOX) // 2
    words = _lines(name)
    first = top + _HEIGHT // 2 + 4 - 7 * (len(words) - 1)
    text = "".join(
        f'<text x="{x + _BOX // 2}" y="{first + 14 * line}" text-anchor="middle" fill="currentColor" stroke="none">'
        f"{word}</text>"
        for line, word in enumerate(words)
    )
    return f'<rect x="{x}" y="{top}" width="{_BOX}" height="{_HEIGHT}" rx="5"/>{text}'


def _lines(name: str) -> list[str]:
    """Break a long name near its middle."""
    if len(name) <= 16 or " " not in name:
        return [name]
    words = name.split(" ")
    cut = min(range(1, len(words)), key=lambda at: abs(len(" ".join(words[:at])) - len(name) / 2))
    return [" ".join(words[:cut]), " ".join(words[cut:])]


def _arc(source: int, target: int, top: int, marker: str) -> str:
    forward = target > source
    edge = top if forward else top + _HEIGHT
    height = abs(target - source) * _STEP * (-1 if forward else 1)
    start, end = (at * _WIDTH + _WIDTH // 2 + shift for at, shift in ((source, 14), (target, -14)))
    if not forward:
        start, end = start - 28, end + 28
    bend = f"C{start} {edge + height * 4 // 3} {end} {edge + height * 4 // 3} {end} {edge}"
    return f'<path d="M{start} {edge}{bend}" marker-end="url(#{marker})"/>'
