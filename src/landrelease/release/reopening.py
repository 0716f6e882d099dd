"""What speaks for reopening released land: items found, accidents, new evidence. A person decides."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd

from landrelease.geo.crs import from_wgs84, local_equal_area
from landrelease.record.entry import Entry
from landrelease.release.dossier import Dossiers, EvidenceRecord
from landrelease.release.released import Released, released_land
from landrelease.terms import EvidenceKind, PostReleaseResult

if TYPE_CHECKING:
    from landrelease.land.accounts import Accounts
    from landrelease.record.register import Register


@dataclass(frozen=True)
class ReopeningProposal:
    """A statement that contradicts a release, and the land that it concerns.

    Attributes
    ----------
    area_id, part_ids
        Released or handed-over parts; all of the area's where the statement has no place.
    cause, kind, day
        Hash, kind and day of the statement.
    what
        In words, in the user's language.
    decision
        Hash of the decision that released the parts.
    placed
        Whether its place lies in the parts; otherwise it only names the area.
    """

    area_id: str
    part_ids: tuple[str, ...]
    cause: str
    kind: str
    day: str
    what: str
    decision: str
    placed: bool


def reopening_proposals(
    register: "Register", accounts: "Accounts", area_id: str | None = None
) -> list[ReopeningProposal]:
    """List what was found, or became known, in released land after its release (invariant 6).

    Evidence counts where it was seen after the day of the decision, or reached the record after it; what the decision
    cites was considered then. Nothing is reopened: `landrelease.release.decision.decide` does, for a named person.

    Parameters
    ----------
    area_id
        One area; all by default.

    Returns
    -------
    list of ReopeningProposal
        In order of day.
    """
    dossiers = Dossiers(register, accounts, reach_m=0.0)
    found = [
        proposal
        for land in released_land(register, accounts, area_id=area_id)
        for proposal in (*_of_evidence(land, dossiers, register), *_of_checks(land, register))
    ]
    return sorted(found, key=lambda one: (one.day, one.cause, one.decision))


def _of_evidence(land: Released, dossiers: Dossiers, register: "Register") -> Iterator[ReopeningProposal]:
    parts = land.parts
    area = str(parts["area_id"].iloc[0])
    for record in dossiers.of(area, parts["part_id"]).evidence:
        if not _is_new(record, register.entry(record.entry), land.decision):
            continue
        hit = _concerned(record, parts)
        if hit:
            yield ReopeningProposal(
                area, hit, record.entry, register.entry(record.entry).kind, record.day, record.kind.label,
                land.decision.hash, record.geometry is not None,
            )  # fmt: skip


def _is_new(record: EvidenceRecord, entry: Entry, decision: Entry) -> bool:
    """Whether it speaks for contamination and the decision could not know it; disposal does not undo the find."""
    if record.kind is EvidenceKind.LAND_IN_USE or record.entry in decision.cites:
        return False
    return record.day > decision.valid_from or entry.recorded > decision.recorded


def _concerned(record: EvidenceRecord, parts: gpd.GeoDataFrame) -> tuple[str, ...]:
    if record.geometry is None:
        return tuple(parts["part_id"])
    x_min, y_min, x_max, y_max = parts.total_bounds
    crs = local_equal_area([x_min, x_max], [y_min, y_max])
    place = from_wgs84(record.geometry, crs)
    near = parts.geometry.to_crs(crs).distance(place) <= record.accuracy_m
    return tuple(parts["part_id"][near.to_numpy()])


def _of_checks(land: Released, register: "Register") -> Iterator[ReopeningProposal]:
    """Post-release checks that contradict the release."""
    area = str(land.parts["area_id"].iloc[0])
    for entry in register.entries("release.check"):
        result = PostReleaseResult(entry.body["result"])
        if entry.body["area"] != area or result is PostReleaseResult.NOTHING_FOUND:
            continue
        if entry.valid_from >= land.decision.valid_from and entry.hash not in land.decision.cites:
            yield ReopeningProposal(
                area, tuple(land.parts["part_id"]), entry.hash, entry.kind, entry.valid_from, result.label,
                land.decision.hash, placed=False,
            )  # fmt: skip
