"""Random histories of a small programme: areas, reports, figures, profiles, and every act on them, over some days."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from landrelease.profile import load_profile, parse_profile
from landrelease.record.entry import Entry, Statement
from landrelease.record.kinds import Supersession
from landrelease.record.ledger import Ledger
from landrelease.simulate.clock import SimulatedClock

DAY_ONE = datetime(2026, 8, 1, 12, tzinfo=UTC)
PEOPLE = (("ann", "op"), ("eva", "op"), ("bob", "nc"), ("cem", "nc"))
SAID = ("area", "area", "clearance", "clearance", "survey", "boundary", "work_day", "figure", "team", "decision")
ACTS = ("review", "review", "review", "review", "supersession", "withdrawal")
DEEDS = st.lists(
    st.tuples(
        st.sampled_from((*SAID, *ACTS, "profile")),
        st.sampled_from(PEOPLE),
        st.lists(st.integers(0, 9), min_size=1, max_size=3, unique=True),
        st.sampled_from(("accepted", "accepted", "accepted", "returned", "rejected")),
        st.integers(0, 24),
        st.integers(0, 2),
    ),
    min_size=4,
    max_size=34,
)
"""What is done, by whom, to which of the latest statements, the verdict, where on the ground, days until the next."""


def history(ledger: Ledger, clock: SimulatedClock, deeds: list[Any]) -> list[Entry]:
    """Do the deeds, one append each."""
    done: list[Entry] = []
    clock.now = max(clock.now, DAY_ONE)
    for number, (kind, who, back, verdict, place, days) in enumerate(deeds):
        cited = (
            list({done[-1 - at % len(done)].hash: done[-1 - at % len(done)] for at in back}.values()) if done else []
        )
        told = _act(kind, who, cited, verdict) if kind in ACTS and cited else _said(kind, who, place, number)
        done += ledger.append([told])
        clock.now += timedelta(days=days)
    return done


def _act(kind: str, who: tuple[str, str], cited: list[Entry], verdict: str) -> Statement:
    hashes = tuple(entry.hash for entry in cited)
    if kind == "supersession":
        body: Any = Supersession(replaced=[hashes[0]], by=list(hashes[1:]), reason="r")
    else:
        body = {"verdict": verdict} if kind == "review" else {"reason": "r"}
    return Statement(kind, f"entry:{hashes[0]}", body, "2026-08-20", *who, cites=hashes)


def _said(kind: str, who: tuple[str, str], place: int, number: int) -> Statement:
    area, day = f"area:{place % 4}", f"2026-08-{1 + place:02}"
    bodies: dict[str, tuple[str, str, dict[str, Any]]] = {
        "area": ("hazard.report", area, {"name": "Field", "classification": "sha", "shape": square(place % 6, 3)}),
        "clearance": ("clearance.report", f"report:{number}", _cleared(area, place)),
        "survey": ("survey.nts", f"report:{number}", {"area": area, "hazard_found": False, "cancelled": square(place)}),
        "boundary": ("boundary.change", f"report:{number}", {"area": area, "added": square(place), "reason": "r"}),
        "work_day": ("work_day", "team:1", {"area": area, "people": 3}),
        "figure": ("figure", f"figure:{place}", {
            "dataset": f"set:{place % 2}", "admin_area": "admin:1", "period": "2026",
            "measures": {"b": place, "a_m2": 7},
        }),
        "decision": ("release.decision", f"decision:{number}", {
            "area": area, "decision": "release", "to": "released", "signatory": "s", "profile": "p",
        }),
        "profile": ("profile", "profile:p", _profile(1 + place % 2)),
    }  # fmt: skip
    name, subject, body = bodies.get(
        kind, ("team", f"team:{number}", {"name": "t", "asset_kind": "machine", "people": 1})
    )
    return Statement(name, subject, body, day, *who)


def _cleared(area: str, place: int) -> dict[str, Any]:
    told = {"stage": "completion", "method": "manual_team", "depth_cm": 20, "coverage_permille": 1000}
    return {"area": area, "cleared": square(place % 12), **told}


def _profile(reviews_needed: int) -> dict[str, Any]:
    text = load_profile().text.replace("reviews_needed = 1", f"reviews_needed = {reviews_needed}")
    profile = parse_profile(text)
    return {"name": "p", "version": str(reviews_needed), "sha256": profile.sha256, "text": text}


def square(place: int, width: int = 1) -> dict[str, Any]:
    """A polygon on a grid of some 50 m, so that many of them meet."""
    x, y, side = 200_000_000 + place % 5 * 5_000, 50_000_000 + place // 5 * 5_000, 5_000 * width
    ring = [(x, y), (x + side, y), (x + side, y + side + 300), (x, y + side), (x, y)]
    return {"type": "Polygon", "coordinates": [ring]}
