"""A ledger about the conduct of work: people, a team, nonconformities; tests say what they need."""

import itertools
from datetime import UTC, datetime

from landrelease.profile import load_profile
from landrelease.quality.acts import Author, Quality
from landrelease.record.conduct import CorrectiveAction, EffectivenessReview, NonconformityRaised, Verification
from landrelease.record.entry import Statement
from landrelease.record.fold import fold
from landrelease.record.ledger import Ledger

AREA, TEAM = "area:1", "team:1"
OPERATOR, INSPECTORATE = "org:operator", "org:qa"
OWNER, LEADER, INSPECTOR, MONITOR = "person:owner", "person:leader", "person:inspector", "person:monitor"
NC = "nc:1"


def raised(**changes):
    body = {"severity": "major", "requirement": "SOP 4.2: lanes are marked on both sides", "area": AREA, "team": TEAM,
            "responsible_organisation": OPERATOR, "owner": OWNER}  # fmt: skip
    return NonconformityRaised.model_validate({k: v for k, v in (body | changes).items() if v is not None})


def correction(**changes):
    body = {"action": "tape renewed, lanes walked again", "root_cause": "tape had run out", "done": "2026-05-10"}
    return CorrectiveAction.model_validate({k: v for k, v in (body | changes).items() if v is not None})


class Conduct:
    """A ledger being told, and what follows from it."""

    def __init__(self, path, profile=None):
        ticks = itertools.count()
        self.profile = profile or load_profile()
        self.ledger = Ledger.create(
            path / "ledger.sqlite", clock=lambda: datetime.fromtimestamp(1_790_000_000 + next(ticks), UTC)
        )
        for person in (OWNER, LEADER, INSPECTOR, MONITOR):
            self.say("person", {"pseudonym": person.removeprefix("person:")}, "2026-01-01", subject=person)

    def say(self, kind, body, day, *, subject=AREA, author=LEADER, organisation=OPERATOR, cites=(), until=None):
        statement = Statement(kind, subject, body, day, author, organisation, valid_to=until, cites=tuple(cites))
        return self.append(statement).hash

    def report(self, kind, body, day, **options):
        """Say something and have it accepted by someone else."""
        said = self.say(kind, body, day, **options)
        self.say("review", {"verdict": "accepted"}, day, subject="review:1", author="person:reviewer",
                 organisation="org:centre", cites=[said])  # fmt: skip
        return said

    def append(self, statement):
        return self.ledger.append([statement])[0]

    @property
    def register(self):
        return fold(self.ledger.log())

    @property
    def quality(self):
        return Quality(self.register, self.profile)

    def raise_(self, day="2026-05-01", nonconformity=NC, by=INSPECTOR, organisation=INSPECTORATE, cites=(), **changes):
        made = self.quality.raise_(nonconformity, raised(**changes), Author(by, organisation, day), cites)
        return self.append(made)

    def correct(self, day="2026-05-10", nonconformity=NC, by=OWNER, organisation=OPERATOR, **changes):
        body = correction(**{"done": day} | changes)
        return self.append(self.quality.correct(nonconformity, body, Author(by, organisation, day)))

    def verify(self, day="2026-05-12", nonconformity=NC, by=MONITOR, organisation=INSPECTORATE, holds=True):
        made = self.quality.verify(nonconformity, Verification(holds=holds), Author(by, organisation, day))
        return self.append(made)

    def review(self, day="2026-08-12", nonconformity=NC, by=MONITOR, organisation=INSPECTORATE, effective=True):
        made = self.quality.review(nonconformity, EffectivenessReview(effective=effective),
                                   Author(by, organisation, day))  # fmt: skip
        return self.append(made)
