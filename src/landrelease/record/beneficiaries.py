"""People reached, by sex and age: the body of a statement whose figures must add up (standards 8.3)."""

from typing import Literal

from pydantic import model_validator

from landrelease.record.body import Body, Count


class ByGroup(Body):
    """People by sex and age; what was not asked is left out, and is not zero."""

    women: Count | None = None
    men: Count | None = None
    girls: Count | None = None
    boys: Count | None = None
    unknown: Count | None = None

    @property
    def stated(self) -> int:
        """Sum of the groups that are stated."""
        return sum(each or 0 for each in (self.women, self.men, self.girls, self.boys, self.unknown))


class BeneficiaryCount(Body):
    """People who benefit from an activity. Direct and indirect are two statements: they are never added.

    Attributes
    ----------
    total
        All of them; the groups, where they are given, add up to it.
    first_time
        Those of them who were not reached before; at most all.
    basis
        Counted one by one, or estimated; how, in `note`.
    """

    area: str | None = None
    activity: str | None = None
    admin_area: str | None = None
    reached: Literal["direct", "indirect"]
    basis: Literal["count", "estimate"]
    total: Count
    groups: ByGroup | None = None
    first_time: Count | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _adds_up(self) -> "BeneficiaryCount":
        if self.groups is not None and self.groups.stated != self.total:
            raise ValueError(f"the groups add up to {self.groups.stated}, the total is {self.total}")
        if self.first_time is not None and self.first_time > self.total:
            raise ValueError(f"{self.first_time} were reached for the first time, of {self.total} in all")
        return self
