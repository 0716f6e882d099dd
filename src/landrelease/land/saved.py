"""Accounts kept as plain arrays, and taken further by what a register says has changed since.

Restored accounts are those that were saved; only areas that a later statement meets, and what hangs together with
them, are settled again, from their statements and by the same functions as when everything is built anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from landrelease.i18n import current_language
from landrelease.land.accounts import Account, Accounts, Inside
from landrelease.land.approvals import approval_day
from landrelease.land.areas import AREA_KINDS, AreaState
from landrelease.land.events import LAND_KINDS, Action, Approved, Event
from landrelease.land.partition import Label, Line, Movement
from landrelease.land.parts import Part
from landrelease.land.said import Library, Packed, Said
from landrelease.land.store import EventStore
from landrelease.profile import Profile
from landrelease.record.asof.columns import (
    Arrays,
    Texts,
    packed_findings,
    packed_json,
    read_findings,
    read_json,
    read_texts,
)
from landrelease.record.fold import collection_paused
from landrelease.terms import HazardKind, LandClass, ReleaseRoute, ReleaseStatus, WorkStatus

if TYPE_CHECKING:
    from landrelease.record.asof.partial import PartialRegister
    from landrelease.record.register import Register

ENGINE = "land"
_KINDS = frozenset((*LAND_KINDS, *AREA_KINDS))
_ACTIONS, _ROUTES, _STATES, _LINES = tuple(Action), tuple(ReleaseRoute), tuple(ReleaseStatus), tuple(Line)


def accounts_since(register: "Register", profile: Profile) -> Accounts | None:
    """Return the accounts of a register from what was kept of an earlier one; None where nothing fit was kept.

    They fit where they were made by the same profile, in the same language (findings carry words), about all days.
    """
    kept = register.kept(ENGINE)
    if kept is None or register.valid_on is not None or read_json(kept.arrays["made_for"]) != _made_for(profile):
        return None
    with collection_paused():
        accounts = restore(kept.arrays, profile, Library(kept.reader.at, kept.reader.place))
        take_further(accounts, kept.register)
    return accounts


def take_further(accounts: Accounts, register: "PartialRegister") -> None:
    """Take in what a register says has changed."""
    inside, needed = accounts.inside(), accounts.profile.release.reviews_needed
    gone: list[str] = []
    given: dict[int, Approved] = {}
    for place, entry in register.changed():
        if entry.kind not in _KINDS:
            continue
        known, stands = inside.said.area_of(entry.hash, place) is not None, register.is_official(entry)
        day = approval_day(entry.author, register.reviews(entry), needed) if stands else None
        if (
            known
            and stands
            and all(event.approved_on == (day or event.ground_on) for event in inside.store.of_entry(entry.hash))
        ):
            continue
        if known:
            gone.append(entry.hash)
        if stands:
            given[place] = Approved(entry, day)
    accounts.revise(list(given.values()), gone, {each.entry.hash: place for place, each in given.items()})


def save(accounts: Accounts, library: Library) -> dict[str, NDArray[Any]]:
    """Write accounts about the whole history as arrays; what they hold of statements is dropped, to be read again."""
    inside, texts = accounts.inside(), Texts()
    said = inside.said.pack(library)
    return {
        "made_for": packed_json(_made_for(accounts.profile)),
        "areas": packed_json(said.names), "reported": said.reported, "places": said.places, "named": said.areas,
        "states": packed_json([_state_row(state) for state in inside.states.values()]),
        "read_findings": packed_json(
            [[area, entry, *packed_findings([finding])[0]]
             for area, found in inside.read_findings.items() for entry, finding in found]
        ),
        "account_findings": packed_json(
            {area: packed_findings(account.findings) for area, account in inside.accounts.items()}
        ),
        **_save_events(list(inside.store.events()), texts),
        **_save_parts([part for account in inside.accounts.values() for part in account.parts], texts),
        **_save_movements([move for account in inside.accounts.values() for move in account.movements], texts),
        "texts": texts.packed(),
    }  # fmt: skip


def restore(arrays: Arrays, profile: Profile, library: Library) -> Accounts:
    """Read the accounts that `save` wrote."""
    texts = read_texts(arrays["texts"])
    packed = Packed(tuple(read_json(arrays["areas"])), arrays["reported"], arrays["places"], arrays["named"])
    found: dict[str, list[Any]] = {}
    for area, entry, *row in read_json(arrays["read_findings"]):
        found.setdefault(area, []).append((entry, read_findings([row])[0]))
    states = map(_state, read_json(arrays["states"]))
    inside = Inside(
        Said(packed, library), EventStore(_events(arrays, texts)), _accounts(arrays, texts),
        {state.area_id: state for state in states}, found,
    )  # fmt: skip
    return Accounts.of(profile, inside)


def _made_for(profile: Profile) -> list[str]:
    return [profile.sha256, current_language()]


def _state_row(state: AreaState) -> list[Any]:
    return [
        state.area_id, state.name, state.admin_area, state.hazard_kind.value, state.classification.value,
        state.work_status.value, state.opened_on, packed_findings(state.findings),
    ]  # fmt: skip


def _state(row: Sequence[Any]) -> AreaState:
    area, name, admin_area, hazard, land_class, work, opened, findings = row
    return AreaState(
        area, name, admin_area, HazardKind(hazard), LandClass(land_class), WorkStatus(work), opened,
        tuple(read_findings(findings)),
    )  # fmt: skip


def _save_events(events: Sequence[Event], texts: Texts) -> dict[str, NDArray[Any]]:
    return {
        "event_entry": texts.numbers(each.entry for each in events),
        "event_area": texts.numbers(each.area for each in events),
        "event_action": _codes(_ACTIONS, (each.action for each in events)),
        "event_ground_on": texts.numbers(each.ground_on for each in events),
        "event_approved_on": texts.numbers(each.approved_on for each in events),
        "event_recorded": texts.numbers(each.recorded for each in events),
        "event_route": _codes(_ROUTES, (each.route for each in events)),
        "event_routes": texts.numbers(",".join(route.value for route in each.routes) for each in events),
        **_save_shapes("event", [each.shape for each in events]),
    }  # fmt: skip


def _events(arrays: Arrays, texts: Sequence[str | None]) -> list[Event]:
    columns: Any = (
        *(_named(arrays[f"event_{name}"], texts) for name in ("entry", "area")),
        _coded(_ACTIONS, arrays["event_action"]),
        *(_named(arrays[f"event_{name}"], texts) for name in ("ground_on", "approved_on", "recorded")),
        _shapes("event", arrays),
        _coded(_ROUTES, arrays["event_route"]),
        map(_routes, _named(arrays["event_routes"], texts)),
    )
    return [Event(*row) for row in zip(*columns, strict=True)]


def _routes(names: str | None) -> tuple[ReleaseRoute, ...]:
    return tuple(map(ReleaseRoute, names.split(","))) if names else ()


def _save_parts(parts: Sequence[Part], texts: Texts) -> dict[str, NDArray[Any]]:
    labels = [part.label for part in parts]
    return {
        **{
            f"part_{name}": texts.numbers(getattr(label, name) for label in labels)
            for name in ("area", "report", "reported_on", "decided_on", "decision")
        },
        "part_state": _codes(_STATES, (label.state for label in labels)),
        "part_route": _codes(_ROUTES, (label.route for label in labels)),
        "part_area_m2": np.array([part.area_m2 for part in parts], dtype=np.float64),
        **_save_shapes("part", [part.geometry for part in parts]),
    }


def _parts(arrays: Arrays, texts: Sequence[str | None]) -> list[Part]:
    labels: Any = zip(
        _named(arrays["part_area"], texts), _coded(_STATES, arrays["part_state"]),
        _coded(_ROUTES, arrays["part_route"]),
        *(_named(arrays[f"part_{name}"], texts) for name in ("report", "reported_on", "decided_on", "decision")),
        strict=True,
    )  # fmt: skip
    rows = zip(labels, _shapes("part", arrays), arrays["part_area_m2"].tolist(), strict=True)
    return [Part(Label(*label), geometry, area_m2) for label, geometry, area_m2 in rows]


def _save_movements(movements: Sequence[Movement], texts: Texts) -> dict[str, NDArray[Any]]:
    return {
        **{
            f"movement_{name}": texts.numbers(getattr(each, name) for each in movements)
            for name in ("area", "entry", "ground_on", "approved_on")
        },
        "movement_line": _codes(_LINES, (each.line for each in movements)),
        "movement_area_m2": np.array([each.area_m2 for each in movements], dtype=np.float64),
    }


def _movements(arrays: Arrays, texts: Sequence[str | None]) -> list[Movement]:
    rows: Any = zip(
        _named(arrays["movement_area"], texts), _coded(_LINES, arrays["movement_line"]),
        arrays["movement_area_m2"].tolist(),
        *(_named(arrays[f"movement_{name}"], texts) for name in ("entry", "ground_on", "approved_on")),
        strict=True,
    )  # fmt: skip
    return [Movement(*row) for row in rows]


def _accounts(arrays: Arrays, texts: Sequence[str | None]) -> Mapping[str, Account]:
    findings = read_json(arrays["account_findings"])
    parts: dict[str, list[Part]] = {area: [] for area in findings}
    movements: dict[str, list[Movement]] = {area: [] for area in findings}
    for part in _parts(arrays, texts):
        parts[part.label.area].append(part)
    for movement in _movements(arrays, texts):
        movements[movement.area].append(movement)
    return {
        area: Account(tuple(parts[area]), tuple(movements[area]), tuple(read_findings(found)))
        for area, found in findings.items()
    }


def _codes(terms: Sequence[Any], values: Iterable[Any]) -> NDArray[np.int8]:
    numbers = {term: at for at, term in enumerate(terms)} | {None: -1}
    return np.array([numbers[value] for value in values], dtype=np.int8)


def _coded(terms: Sequence[Any], codes: NDArray[np.int8]) -> list[Any]:
    known = [*terms, None]
    return [known[code] for code in codes.tolist()]


def _named(numbers: NDArray[np.int32], texts: Sequence[str | None]) -> list[str | None]:
    return [texts[number] for number in numbers.tolist()]


def _save_shapes(name: str, shapes: Sequence[Any]) -> dict[str, NDArray[Any]]:
    """Shapes as WKB, which keeps every bit of a coordinate; no bytes stand for no shape."""
    written = [b"" if shape is None else shape for shape in shapely.to_wkb(np.array(shapes, dtype=object)).tolist()]
    return {
        f"{name}_wkb": np.frombuffer(b"".join(written), dtype=np.uint8),
        f"{name}_wkb_length": np.array([len(each) for each in written], dtype=np.int32),
    }


def _shapes(name: str, arrays: Arrays) -> list[Any]:
    data, ends = arrays[f"{name}_wkb"].tobytes(), np.cumsum(arrays[f"{name}_wkb_length"]).tolist()
    pieces = [data[start:end] or None for start, end in zip([0, *ends], ends, strict=False)]
    return list(shapely.from_wkb(np.array(pieces, dtype=object)))
