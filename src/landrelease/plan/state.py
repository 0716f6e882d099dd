"""Where teams and areas stand in the morning of a day: all that a daily decision needs beside the problem."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from landrelease.plan.problem import Assignment, Problem


@dataclass(frozen=True, slots=True)
class TeamState:
    """Day from which a team is free, and where it will be then; `area_id` is None at its base."""

    free_day: int
    x_m: float
    y_m: float
    area_id: str | None = None


@dataclass(frozen=True, slots=True)
class AreaState:
    """Number of the next operation of an area that nobody has taken, and the day on which it may start."""

    next_operation: int = 0
    ready_day: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """Teams by team_id, areas by area_id; what is missing stands as on day 0."""

    teams: Mapping[str, TeamState]
    areas: Mapping[str, AreaState]

    @classmethod
    def opening(cls, problem: Problem) -> Self:
        """All teams free at their bases on day 0, all chains at their first operation."""
        teams = {team.team_id: TeamState(0, team.base_x_m, team.base_y_m) for team in problem.teams}
        return cls(teams, {area.area_id: AreaState() for area in problem.areas})

    def after(self, problem: Problem, assignment: Assignment) -> Self:
        """State once an assignment is made: the team will be in the area, the next operation ready at the finish."""
        place = next(area for area in problem.areas if area.area_id == assignment.area_id)
        team = TeamState(assignment.finish_day, place.x_m, place.y_m, place.area_id)
        area = AreaState(assignment.operation + 1, assignment.finish_day)
        return replace(
            self,
            teams={**self.teams, assignment.team_id: team},
            areas={**self.areas, assignment.area_id: area},
        )
