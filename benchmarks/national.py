"""A plausible national record of any size: twenty years of survey, clearance, work days, spot tasks, victims, figures.

Everything is drawn from one seed, in the order of time; the shares of each kind are those of `SHARES`.
"""

import random
from calendar import monthrange
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from landrelease.profile import Profile, load_profile
from landrelease.record.entry import Source, Statement
from landrelease.record.keeping import ProfileAdopted
from landrelease.record.ledger import Ledger
from landrelease.simulate.clock import SimulatedClock
from landrelease.terms import HowKnown, Reliability

Put = Callable[[Statement], str]
"""Appends a statement and returns its hash."""

FIRST_YEAR, MONTHS = 2006, 240
SHARES: Mapping[str, int] = {
    "area": 6_000, "report": 40_000, "evidence": 15_000, "work_day": 350_000, "item": 120_000, "accident": 20_000,
    "victim": 20_000, "figure": 80_000, "claim": 20_000,
}  # fmt: skip
"""Statements of each sort in a record of a million entries; reviews and corrections are the rest."""
DEGREE = 10_000_000
METRE = 90
"""About 1e-7 degree in a metre, near enough for a made-up country."""
STRIPS = 10
"""Strips of an area that reports resolve one by one."""
TEAMS, OPERATORS, ADMIN_AREAS, DATASETS = 300, 8, 120, 6
_SOURCE = Source(HowKnown.RECORDS, Reliability.USUALLY_RELIABLE)
_REVIEWED = frozenset({"area", "report", "evidence", "item", "accident", "victim", "figure"})


@dataclass
class Area:
    """A hazardous area of the made-up country: centre in 1e-7 degree, half its width in metres, strips not resolved."""

    name: str
    x: int
    y: int
    radius_m: int
    left: int = STRIPS

    @property
    def admin_area(self) -> str:
        """Where it lies."""
        return f"admin:{hash((self.x // DEGREE, self.y // DEGREE)) % ADMIN_AREAS}"


@dataclass(frozen=True)
class Waiting:
    """A statement that a reviewer has not looked at yet."""

    hash: str
    statement: Statement


class National:
    """The record of a country, written month by month."""

    def __init__(self, seed: int, entries: int) -> None:
        self._draw, self._entries, self._written = random.Random(seed), entries, 0
        self._done = dict.fromkeys(SHARES, 0)
        self._areas: list[Area] = []
        self._open: deque[Area] = deque()
        self._waiting: deque[Waiting] = deque()
        self._accepted: deque[Waiting] = deque(maxlen=2_000)
        self._makers: Mapping[str, Callable[[str], Statement | None]] = {
            name: getattr(self, f"_{name}") for name in SHARES
        }

    def month(self, number: int, put: Put) -> None:
        """Write one month: its statements, reviews of earlier ones, corrections."""
        today = date(FIRST_YEAR + number // 12, number % 12 + 1, 1)
        for sort, day in self._agenda(number, today):
            if (statement := self._makers[sort](day)) is not None:
                self._put(statement, put, sort in _REVIEWED)
        last = today.replace(day=monthrange(today.year, today.month)[1]).isoformat()
        self._review(last, put)
        self._correct(last, put)
        while number == MONTHS - 1 and self._written < self._entries:
            self._put(self._work_day(last), put, False)

    def _agenda(self, number: int, today: date) -> Iterator[tuple[str, str]]:
        """What is written this month, in the order of days."""
        due: list[tuple[str, str]] = []
        for sort, share in SHARES.items():
            total = round(share * self._entries / 1e6 * (number + 1) / MONTHS)
            days = (today.replace(day=self._draw.randint(1, 28)) for _ in range(total - self._done[sort]))
            due += [(day.isoformat(), sort) for day in days]
            self._done[sort] = total
        return ((sort, day) for day, sort in sorted(due))

    def _put(self, statement: Statement, put: Put, reviewed: bool) -> str:
        if self._written >= self._entries:
            return ""
        self._written += 1
        made = put(statement)
        if reviewed and self._draw.random() < 0.98:
            self._waiting.append(Waiting(made, statement))
        return made

    def _review(self, day: str, put: Put) -> None:
        """Review what waits, one by one or a few together; a part waits for the next month."""
        keep = len(self._waiting) // 4
        while len(self._waiting) > keep:
            several = self._draw.randint(2, 4) if self._draw.random() < 0.08 else 1
            batch = [self._waiting.popleft() for _ in range(min(several, len(self._waiting)))]
            verdict = self._draw.choices(("accepted", "returned", "rejected"), (0.955, 0.03, 0.015))[0]
            self._verdict(batch, verdict, f"person:reviewer-{self._draw.randrange(12)}", day, put)
            if verdict == "accepted":
                self._accepted.extend(batch)
                if self._draw.random() < 0.13:
                    self._verdict(batch, "accepted", "person:second", day, put)
            if verdict == "returned":
                self._replace(batch[0], day, put)

    def _verdict(self, batch: list[Waiting], verdict: str, reviewer: str, day: str, put: Put) -> None:
        cited = tuple(each.hash for each in batch)
        statement = Statement(
            "review", f"entry:{cited[0]}", {"verdict": verdict}, day, reviewer, "authority", cites=cited
        )
        self._put(statement, put, False)

    def _correct(self, day: str, put: Put) -> None:
        """Withdraw or replace about one in a hundred of what was accepted."""
        for _ in range(int(self._entries / 1e6 * 4_000 / MONTHS + self._draw.random()) if self._accepted else 0):
            each = self._draw.choice(self._accepted)
            if self._draw.random() < 0.6:
                self._replace(each, day, put)
                continue
            told = each.statement
            withdrawal = Statement(
                "withdrawal", f"entry:{each.hash}", {"reason": "entered twice"}, day, told.author, told.organisation,
                cites=(each.hash,),
            )  # fmt: skip
            if (made := self._put(withdrawal, put, False)) and self._draw.random() < 0.8:
                self._verdict([Waiting(made, withdrawal)], "accepted", "person:reviewer-1", day, put)

    def _replace(self, old: Waiting, day: str, put: Put) -> None:
        told = old.statement
        if (made := self._put(replace(told, cites=(old.hash,)), put, True)) == "":
            return
        body = {"replaced": [old.hash], "by": [made], "reason": "corrected"}
        supersession = Statement(
            "supersession", f"entry:{old.hash}", body, day, told.author, told.organisation, cites=(old.hash, made)
        )
        self._put(supersession, put, False)

    def _said(self, kind: str, subject: str, body: Mapping[str, Any], day: str) -> Statement:
        operator = self._draw.randrange(OPERATORS)
        author = f"person:{operator}-{self._draw.randrange(25)}"
        return Statement(kind, subject, body, day, author, f"organisation:{operator}", source=_SOURCE)

    def _area(self, day: str) -> Statement:
        place = len(self._areas)
        x, y = 20 * DEGREE + place % 80 * 450_000, 5 * DEGREE + place // 80 * 450_000
        if self._areas and self._draw.random() < 0.05:  # beside a known one, so that the two meet
            x, y = self._areas[-1].x + 250 * METRE, self._areas[-1].y
        jitter = self._draw.randrange(100_000)
        area = Area(f"area:{place}", x + jitter, y + jitter // 2, self._draw.randint(80, 300))
        self._areas.append(area)
        self._open.append(area)
        evidence = {"kind": "accident", "grade": "direct", "how_known": "verbal", "observed": str(FIRST_YEAR - 2)}
        body = {
            "name": f"Field {place}", "classification": self._draw.choice(("sha", "cha")), "shape": self._octagon(area),
            "admin_area": area.admin_area, "evidence": [evidence], "ordnance": ["mine_ap"], "ground": "vegetated",
            "beneficiaries_direct": self._draw.randint(0, 300), "blocked": ["road"],
        }  # fmt: skip
        return self._said("hazard.report", area.name, body, day)

    def _octagon(self, area: Area) -> dict[str, Any]:
        a, b = area.radius_m * METRE, area.radius_m * METRE * 2 // 5
        corners = ((-a, -b), (-b, -a), (b, -a), (a, -b), (a, b), (b, a), (-b, a), (-a, b))
        shaken = [(area.x + x + self._shake(300), area.y + y + self._shake(300)) for x, y in corners]
        return _polygon(shaken)

    def _shake(self, most: int) -> int:
        return self._draw.randint(-most, most)

    def _strip(self, area: Area) -> dict[str, Any]:
        """The next strip of an area from the west, a little over its boundary: eight corners."""
        beside = 0 if self._draw.random() < 0.95 else self._shake(100)
        left, right = (self._edge(area, STRIPS - area.left + side, beside) for side in (0, 1))
        return _polygon([*reversed(left), *right])

    def _edge(self, area: Area, number: int, beside: int) -> list[tuple[int, int]]:
        """Western edge of a strip; the same for the strip before it, but where one was measured badly."""
        x = area.x - area.radius_m * METRE + number * (2 * area.radius_m * METRE // STRIPS) + beside
        y = area.radius_m * METRE * 3 // 4
        return [(x + (area.x // 7 + number * 31 + at * 17) % 81, area.y + at * y // 2) for at in (-2, -1, 1, 2)]

    def _report(self, day: str) -> Statement | None:
        while self._open and self._open[0].left == 0:
            self._open.popleft()
        if not self._open:
            return None
        area = self._open[min(int(self._draw.expovariate(0.01)), len(self._open) - 1)]
        if area.left == 0:
            return None
        strip = self._strip(area)
        area.left -= 1
        subject, made = f"report:{self._done['report']}:{self._draw.randrange(1 << 30)}", self._draw.random()
        if made < 0.2:
            body = {"area": area.name, "hazard_found": False, "cancelled": strip, "criteria": ["land_in_use"] * 3}
            return self._said("survey.nts", subject, body, day)
        if made < 0.45:
            body = {"area": area.name, "method": "dog_team", "coverage_permille": 300, "reduced": strip}
            return self._said("survey.ts", subject, body, day)
        return self._said("clearance.report", subject, self._clearance(area, strip), day)

    def _clearance(self, area: Area, strip: dict[str, Any]) -> dict[str, Any]:
        found = {"ordnance": "mine_ap", "quantity": 1 + self._draw.randrange(3), "status": "emplaced", "depth_cm": 7}
        return {
            "area": area.name, "stage": "completion", "method": "manual_team", "cleared": strip, "depth_cm": 20,
            "team": f"team:{self._draw.randrange(TEAMS)}", "coverage_permille": 1000, "finds": [found],
            "minutes_worked": self._draw.randint(500, 20_000),
        }  # fmt: skip

    def _evidence(self, day: str) -> Statement | None:
        if not self._open:
            return None
        area = self._draw.choice(self._open)
        body = {
            "kind": "detonation", "grade": self._draw.choice(("direct", "indirect")), "how_known": "verbal",
            "area": area.name, "shape": _point(area.x + self._shake(9_000), area.y + self._shake(9_000)),
        }  # fmt: skip
        return self._said("evidence", f"evidence:{self._draw.randrange(1 << 40)}", body, day)

    def _work_day(self, day: str) -> Statement:
        body = {
            "activity": "clearance", "people": self._draw.randint(6, 14), "stints": 6, "longest_stint_minutes": 50,
            "minutes_worked": 300, "searched_area_m2": self._draw.randint(50, 900), "finds": self._draw.randrange(2),
            "temperature_c": self._draw.randint(10, 42),
        }  # fmt: skip
        if self._open:
            body["area"] = self._open[min(int(self._draw.expovariate(0.01)), len(self._open) - 1)].name
        return self._said("work_day", f"team:{self._draw.randrange(TEAMS)}", body, day)

    def _place(self) -> dict[str, Any]:
        return _point(20 * DEGREE + self._draw.randrange(4 * DEGREE), 5 * DEGREE + self._draw.randrange(4 * DEGREE))

    def _admin(self) -> str:
        return f"admin:{self._draw.randrange(ADMIN_AREAS)}"

    def _item(self, day: str) -> Statement:
        found = {
            "ordnance": self._draw.choice(("mortar", "grenade", "projectile")),
            "quantity": self._draw.randint(1, 5),
        }
        if self._draw.random() < 0.5:
            body: dict[str, Any] = {"shape": self._place(), "admin_area": self._admin(), "finds": [found]}
            return self._said("eod.spot_task", f"spot:{self._draw.randrange(1 << 40)}", body, day)
        body = {**found, "status": "uxo", "shape": self._place(), "admin_area": self._admin(), "disposed": True}
        return self._said("ordnance.item", f"item:{self._draw.randrange(1 << 40)}", body, day)

    def _accident(self, day: str) -> Statement:
        body = {"kind": "mine", "shape": self._place(), "admin_area": self._admin(), "killed": self._draw.randrange(3)}
        return self._said("accident", f"accident:{self._draw.randrange(1 << 40)}", body, day)

    def _victim(self, day: str) -> Statement:
        body = {"outcome": self._draw.choice(("killed", "injured")), "group": "civilian", "admin_area": self._admin()}
        return self._said("victim", f"victim:{self._draw.randrange(1 << 40)}", body, day)

    def _figure(self, day: str) -> Statement:
        dataset = self._draw.randrange(DATASETS)
        measures = {"cleared_m2": self._draw.randint(100, 90_000), "items": self._draw.randrange(40)}
        body = {"dataset": f"dataset:{dataset}", "admin_area": self._admin(), "period": day[:7], "measures": measures}
        return self._said("figure", f"figure:{self._draw.randrange(1 << 40)}", body, day)

    def _claim(self, day: str) -> Statement:
        body = {"about": "the programme", "speaker": "a spokesman", "said": day, "text": "1,500 items in 90 days"}
        return self._said("claim", f"claim:{self._draw.randrange(1 << 40)}", body, day)


def _polygon(corners: list[tuple[int, int]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[*corners, corners[0]]], "quality": "gnss", "accuracy_m": 3}


def _point(x: int, y: int) -> dict[str, Any]:
    return {"type": "Point", "coordinates": (x, y), "quality": "gnss", "accuracy_m": 5}


def fill(ledger: Ledger, clock: SimulatedClock, seed: int, entries: int, profile: Profile | None = None) -> None:
    """Write a national record into a ledger, one append a simulated month.

    Parameters
    ----------
    clock
        The ledger's clock; it is set to the last day of each month.
    profile
        Adopted by the first entry where the ledger is empty; the default profile for None.
    """
    record, written = National(seed, entries - max(len(ledger), 1)), len(ledger)
    for number in range(MONTHS):
        year, month = FIRST_YEAR + number // 12, number % 12 + 1
        clock.now = datetime(year, month, monthrange(year, month)[1], 18, tzinfo=UTC)
        with ledger.batch() as batch:
            if written == 0 and number == 0:
                batch.put(adoption(profile or load_profile()))
            record.month(number, lambda statement, batch=batch: batch.put(statement)[0])  # type: ignore[misc]


def adoption(profile: Profile) -> Statement:
    """The statement that puts a profile in force from the first day on."""
    name, version = profile.identity.name, profile.identity.version
    body = ProfileAdopted(name=name, version=version, sha256=profile.sha256, text=profile.text)
    return Statement("profile", f"profile:{name}", body, f"{FIRST_YEAR}-01-01", "authority", "authority")


def build(path: Path, entries: int, seed: int = 1) -> None:
    """Make a ledger file with a national record; the same bytes for the same seed."""
    clock, nonces = SimulatedClock(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)), random.Random(seed)
    with Ledger.create(path, "national", clock, nonce=lambda: f"{nonces.getrandbits(128):032x}") as ledger:
        fill(ledger, clock, seed, entries)
