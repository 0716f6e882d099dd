"""The priced problem: team-days, money and corridors bought at a price, each area planned alone.

Every plan keeps to the teams' days, the donors' budgets and the corridors' areas. Where these limits are given up and
paid for instead, the areas fall apart, and what they earn together with what the limits are worth is above every plan
(planning parts 3.1, 9.1, 9.2). Any prices of 0 or more will do; `landrelease.plan.bound` looks for the lowest sum.
"""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from landrelease.plan.bound_kernels import price_areas
from landrelease.plan.classes import ClassTables
from landrelease.plan.worth import opening_value

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PARTS = 2
"""Parts of the areas that are worked on at the same time; a fixed number, so that sums have one order."""
ROUNDING = 1e-9
"""Share added to a certificate for what the sums of floating-point numbers may lose."""


@dataclass(frozen=True)
class Nodes:
    """The operations of each area as chains or trees; one entry a node unless said otherwise.

    Attributes
    ----------
    head, tail
        Nodes of each area: `head` to before `tail`, shape (areas,).
    release
        Share of the area's value that is earned when the node ends.
    branch, chance
        Following nodes, -1 for none, and the chance of each, shape (nodes, branches).
    """

    head: Ints
    tail: Ints
    release: Floats
    branch: Ints
    chance: Floats


def chains(tables: ClassTables) -> Nodes:
    """What is left of each area's chain: each operation leads to the next, the last releases the area."""
    count = len(tables.tables.norm)
    is_last = np.zeros(count, dtype=np.bool_)
    is_last[tables.first[1:] - 1] = True
    branch = np.where(is_last, -1, np.arange(count) + 1)
    return Nodes(
        tables.next_operation, tables.first[1:], is_last.astype(np.float64), branch[:, None], np.ones((count, 1))
    )


@dataclass(frozen=True)
class Multipliers:
    """Prices of 0 or more.

    Attributes
    ----------
    team_day
        Value units for a team-day, by class and period, shape (classes, periods).
    money
        Value units for a unit of money of each donor, shape (donors,).
    link
        What each corridor pays each of its areas for a day of being free, by period, and once for all days after the
        horizon (the last column), shape (links, periods + 1).
    """

    team_day: Floats
    money: Floats
    link: Floats

    def moved(self, direction: "Multipliers", step: float) -> "Multipliers":
        """Prices after a step, none below 0."""
        pairs = zip(self.arrays(), direction.arrays(), strict=True)
        return Multipliers(*(np.maximum(0.0, price + step * change) for price, change in pairs))

    def arrays(self) -> tuple[Floats, Floats, Floats]:
        """The three kinds of price."""
        return self.team_day, self.money, self.link


@dataclass(frozen=True)
class Priced:
    """The priced problem at some prices.

    Attributes
    ----------
    value
        Not below the value of any plan, rounding included; exact only on a grid of days.
    slope
        Change of the value with each price: a limit less what the best plans take of it.
    profits
        What each area earns above its cost, shape (areas,).
    weight, starts, ends, chosen
        Of each node in the best plan of its area: chance that it is done, first day, finish day, pair; -1 for none.
    """

    value: float
    slope: Multipliers
    profits: Floats
    weight: Floats
    starts: Ints
    ends: Ints
    chosen: Ints


@dataclass
class Relaxation:
    """A problem with prices for periods of days.

    Parameters
    ----------
    tables
        The problem.
    edges
        First day of each period, and the horizon, shape (periods + 1,).
    grid
        Finish days that are tried; every day by default, as a certificate needs it.
    nodes
        What may be done in each area; the chains by default.
    """

    tables: ClassTables
    edges: Ints
    grid: Ints | None = None
    nodes: Nodes | None = None
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(PARTS), repr=False)

    def __post_init__(self) -> None:
        tables, problem = self.tables, self.tables.problem
        days = np.arange(tables.horizon + 1)
        self.points = days if self.grid is None else self.grid
        self.exact = len(self.points) == len(days)
        self.tree = self.nodes or chains(tables)
        self._worked_at = np.ascontiguousarray(tables.tables.calendars.elapsed[:, self.points])
        self._point_of = np.abs(self.points[None] - days[:, None]).argmin(axis=1)
        middle = (self.points[1:] + self.points[:-1] + 1) // 2
        self._seen_as = self.points if self.exact else np.concatenate([self.points[:1], middle])
        self._values = tables.values if self.exact else np.ascontiguousarray(tables.values[:, self._seen_as])
        self._ready = np.searchsorted(self.points, tables.ready)
        self.period_of = np.searchsorted(self.edges, days[:-1], side="right") - 1
        self.capacity = np.add.reduceat(tables.team_days, self.edges[:-1], axis=1)
        self.budgets = np.array(list(problem.budgets.values()), dtype=np.float64)
        links = [(j, area_id) for j, corridor in enumerate(problem.corridors) for area_id in corridor.area_ids]
        self.corridor_of = np.array([j for j, _area in links], dtype=np.int64)
        self.area_of = np.array([tables.tables.area_index[area] for _j, area in links], dtype=np.int64)
        opened = [[opening_value(problem, corridor, int(day)) for day in days] for corridor in problem.corridors]
        curve = np.array(opened, dtype=np.float64).reshape(len(opened), len(days))
        self._day_worth = np.concatenate([curve[:, :-1] - curve[:, 1:], curve[:, -1:]], axis=1)

    @property
    def periods(self) -> int:
        """Number of periods."""
        return len(self.edges) - 1

    def free(self) -> Multipliers:
        """Prices of 0."""
        return Multipliers(
            np.zeros((self.tables.classes, self.periods)),
            np.zeros(len(self.budgets)),
            np.zeros((len(self.area_of), self.periods + 1)),
        )

    def refined(self, prices: Multipliers, edges: Ints) -> Multipliers:
        """Prices of a relaxation with other periods, carried to the periods of this one."""
        period = np.searchsorted(edges, self.edges[:-1], side="right") - 1
        link = np.concatenate([prices.link[:, period], prices.link[:, -1:]], axis=1)
        return Multipliers(prices.team_day[:, period], prices.money, link)

    def at(self, prices: Multipliers) -> Priced:
        """Plan each area alone at these prices."""
        profits, usage, done = self._areas(prices)
        weight, _starts, ends, chosen = done
        open_worth, link_slope = self._corridors(prices.link, weight, ends)
        terms = [*(prices.team_day * self.capacity).ravel(), *(prices.money * self.budgets), *profits, open_worth]
        value = math.fsum(terms)
        slope = Multipliers(self.capacity - usage, self.budgets - self._spent(weight, chosen), link_slope)
        return Priced(value + ROUNDING * abs(value), slope, profits, *done)

    def values(self, link: Floats) -> Floats:
        """Value of each area at each grid point, with what corridors pay it, shape (areas, points)."""
        values = self._values
        if len(link):
            values = values.copy()
            pay = np.concatenate([link[:, self.period_of], link[:, -1:]], axis=1)
            still = pay[:, ::-1].cumsum(axis=1)[:, ::-1]
            np.add.at(values, self.area_of, still[:, self._seen_as])
        return values

    def _areas(self, prices: Multipliers) -> tuple[Floats, Floats, tuple[Floats, Ints, Ints, Ints]]:
        """Profits, team-days used by class and period, and what is done at each node."""
        tables, pairs, tree, horizon = self.tables, self.tables.pairs, self.tree, self.tables.horizon
        nodes, areas = len(tree.release), len(tree.head)
        daily = prices.team_day[:, self.period_of]
        price = np.concatenate([np.zeros((tables.classes, 1)), daily.cumsum(axis=1)], axis=1)
        profits, weight = np.zeros(areas), np.zeros(nodes)
        starts, ends, chosen = (np.zeros(nodes, dtype=np.int64) for _each in range(3))
        changes = np.zeros((PARTS, tables.classes, horizon + 1))
        money = np.append(prices.money, 0.0)[tables.donor_of][pairs.team_class] * pairs.charge
        values = self.values(prices.link)

        def work(part: int) -> None:
            low, high = part * areas // PARTS, (part + 1) * areas // PARTS
            price_areas(
                low, high, tree.head, tree.tail, self._ready,
                pairs.start, pairs.team_class, pairs.days, pairs.calendar, pairs.setup_days, pairs.reach_day, money,
                tables.finish, self._worked_at, self._point_of, values, tree.release, tree.branch, tree.chance,
                price, profits, changes[part], weight, starts, ends, chosen,
            )  # fmt: skip

        list(self._pool.map(work, range(PARTS)))
        use = changes.sum(axis=0).cumsum(axis=1)[:, :horizon]
        return profits, np.add.reduceat(use, self.edges[:-1], axis=1), (weight, starts, ends, chosen)

    def _spent(self, weight: Floats, chosen: Ints) -> Floats:
        """Money that the best plans take from each donor."""
        done = np.flatnonzero(chosen >= 0)
        pair = chosen[done]
        donor = self.tables.donor_of[self.tables.pairs.team_class[pair]]
        amount = weight[done] * self.tables.pairs.charge[pair]
        return np.bincount(donor + 1, amount, len(self.budgets) + 1)[1:].astype(np.float64)

    def _corridors(self, link: Floats, weight: Floats, ends: Ints) -> tuple[float, Floats]:
        """What corridors keep for themselves, and days that areas are free less days that corridors ask for."""
        if not len(link):
            return 0.0, np.zeros_like(link)
        pay = np.concatenate([link[:, self.period_of], link[:, -1:]], axis=1)
        paid = np.zeros_like(self._day_worth)
        np.add.at(paid, self.corridor_of, pay)
        kept = self._day_worth - paid
        asked = (kept > 0)[self.corridor_of].astype(np.float64)
        slope = self._free(weight, ends)[self.area_of] - asked
        by_period = np.add.reduceat(slope[:, :-1], self.edges[:-1], axis=1)
        return float(np.maximum(kept, 0).sum()), np.concatenate([by_period, slope[:, -1:]], axis=1)

    def _free(self, weight: Floats, ends: Ints) -> Floats:
        """Share of each area that is released by each day, and at the horizon, shape (areas, horizon + 1)."""
        share = np.where(ends >= 0, weight * self.tree.release, 0.0)
        area = np.repeat(np.arange(len(self.tree.head)), self.tree.tail - self.tree.head)
        none = np.zeros(0, dtype=np.int64)
        node = np.concatenate([none, *(np.arange(a, b) for a, b in zip(self.tree.head, self.tree.tail, strict=True))])
        freed = np.zeros((len(self.tree.head), self.tables.horizon + 1))
        np.add.at(freed, (area, np.maximum(ends[node], 0)), share[node])
        return freed.cumsum(axis=1)
