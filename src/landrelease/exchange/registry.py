"""The one table of formats, and how a file finds its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.exchange import (
    colombia_clearance,
    colombia_events,
    colombia_victims,
    geojson,
    geopackage,
    kml,
    table,
)
from landrelease.exchange.proposal import Reading, Row
from landrelease.exchange.textfile import header_of
from landrelease.i18n import N_

Reader = Callable[[Reading], Iterator[Row | Finding]]


@dataclass(frozen=True, slots=True)
class Format:
    """A registered format.

    Attributes
    ----------
    name
        What the command line and the `import` statement carry; never renamed.
    suffixes
        Endings of its files, lower case.
    signatures
        Sets of column names; a CSV whose header holds one of them is recognised. Empty for formats with a mapping.
    dataset
        Dataset of its statements; None where the mapping file names it.
    kinds
        Kinds that its rows become; empty where the mapping file names the kind.
    complete
        Whether a file is a complete edition: what it no longer has is withdrawn.
    """

    name: str
    title: str
    read: Reader
    suffixes: tuple[str, ...]
    signatures: tuple[frozenset[str], ...] = ()
    dataset: str | None = None
    kinds: tuple[str, ...] = ()
    complete: bool = False

    @property
    def needs_mapping(self) -> bool:
        """Whether a mapping file says what its columns mean."""
        return self.dataset is None


FORMATS: dict[str, Format] = {
    form.name: form
    for form in (
        Format(
            "co.events", N_("Colombia: events with explosive ordnance"), colombia_events.read, (".csv",),
            (frozenset(colombia_events.COLUMNS),), colombia_events.DATASET, colombia_events.KINDS, complete=True,
        ),
        Format(
            "co.clearance", N_("Colombia: clearance output by municipality and month"), colombia_clearance.read,
            (".csv",), (frozenset(colombia_clearance.LATER_COLUMNS), frozenset(colombia_clearance.EARLIER_COLUMNS)),
            colombia_clearance.DATASET, ("figure",), complete=True,
        ),
        Format(
            "co.victims", N_("Colombia: victims of mines and unexploded ordnance"), colombia_victims.read, (".csv",),
            (frozenset(colombia_victims.COLUMNS),), colombia_victims.DATASET, ("victim",), complete=True,
        ),
        Format("table", N_("CSV or XLSX table with a mapping file"), table.read, (".csv", ".tsv", ".txt", ".xlsx")),
        Format("geojson", N_("GeoJSON with a mapping file"), geojson.read, (".geojson", ".json")),
        Format("geopackage", N_("GeoPackage layer with a mapping file"), geopackage.read, (".gpkg",)),
        Format("kml", N_("KML or KMZ with a mapping file"), kml.read, (".kml", ".kmz")),
    )
}  # fmt: skip
"""Every format by name."""


def find_format(path: Path, name: str | None = None, *, mapped: bool = False) -> Format:
    """Return the format of a file: the one named, else the one whose columns it has, else the one of its ending.

    Raises
    ------
    LandreleaseError
        LR2001 where there is none, LR2002 where the format needs a mapping file and there is none.
    """
    found = FORMATS.get(name) if name is not None else _recognise(path, mapped=mapped)
    if found is None:
        details = {"file": path.name if name is None else name, "formats": ", ".join(FORMATS)}
        raise LandreleaseError(Finding(ErrorCode.FORMAT_UNKNOWN, details, file=path.name))
    if found.needs_mapping and not mapped:
        raise LandreleaseError(Finding(ErrorCode.MAPPING_NEEDED, {"format": found.name}, file=path.name))
    return found


def _recognise(path: Path, *, mapped: bool) -> Format | None:
    suffix = path.suffix.lower()
    candidates = [form for form in FORMATS.values() if suffix in form.suffixes]
    if any(form.signatures for form in candidates) and not mapped:
        header = set(header_of(path))
        known = (form for form in candidates if any(signature <= header for signature in form.signatures))
        if (form := next(known, None)) is not None:
            return form
    return next((form for form in candidates if form.needs_mapping), None)
