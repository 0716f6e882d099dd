"""What the published layers look like in the database: tables, views, columns with their units, who may see what.

Every view has one geometry column with a type and one whole-number key, which is what QGIS needs to open a view without
being told anything.
"""

from dataclasses import dataclass

WGS84_CODE = 4326

_TEXT, _AREA = "text", "double precision"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a layer; `comment` says what it holds, with its unit."""

    name: str
    comment: str
    type: str = _TEXT

    def __post_init__(self) -> None:
        if not (self.name.isidentifier() and self.comment):
            raise ValueError(f"a column needs a plain name and a comment, not {self.name!r}")


@dataclass(frozen=True, slots=True)
class Shape:
    """A geometry column, of one type, in WGS 84."""

    name: str
    type: str
    comment: str

    def __post_init__(self) -> None:
        if self.type not in ("Point", "MultiPolygon"):
            raise ValueError(f"layers hold points or areas, not {self.type}")


@dataclass(frozen=True, slots=True)
class View:
    """What a reader opens: the columns of a layer with one of its shapes; `only`, the rows that have that shape."""

    name: str
    shape: Shape
    only: bool = False


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer: a table ``published_…`` with its views.

    Attributes
    ----------
    identity
        Column that names a row, unique in the layer and the same as long as the thing stays what it is.
    """

    name: str
    comment: str
    identity: Column
    columns: tuple[Column, ...]
    views: tuple[View, ...]

    def __post_init__(self) -> None:
        names = [column.name for column in self.all_columns]
        if len(set(names)) != len(names) or not self.views:
            raise ValueError(f"{self.name}: columns must differ and there must be a view")

    @property
    def table(self) -> str:
        """Name of the table below the views."""
        return f"published_{self.name}"

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Geometry columns of the table."""
        return tuple(view.shape for view in self.views)

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """Columns that are no shape, without the whole-number key."""
        return (self.identity, *self.columns)


_AREA_ID = Column("area_id", "Subject of the hazardous area")
_NAME = Column("name", "Name of the hazardous area")
_ADMIN = Column("admin_area", "Administrative area; readers are limited by it")
_ORGANISATION = Column("organisation", "Organisation that made the statement of the row; readers are limited by it")
_CLASS = Column("classification", "indication, sha or cha")
_WORK = Column("work_status", "Work status of the hazardous area")


def _areas(name: str, comment: str) -> tuple[View]:
    return (View(name, Shape("geometry", "MultiPolygon", comment)),)


LAYERS: tuple[Layer, ...] = (
    Layer(
        "land_part", "Land with one state, made by one statement; the parts of an area cover it without overlap",
        Column("part_id", "Area, state, first digits of the statements that made the part"),
        (
            _AREA_ID, _NAME, _ADMIN, _ORGANISATION, _CLASS, _WORK,
            Column("release_status", "unresolved, cancelled, reduced, cleared, released, handed_over or reopened"),
            Column("route", "How the land was resolved; empty while it is not"),
            Column("decided_on", "Day of the decision or approval that gave the present state (ISO 8601)"),
            Column("report", "Hash of the statement that made the part"),
            Column("reported_on", "Day on the ground of that statement (ISO 8601)"),
            Column("area_m2", "Area on the ellipsoid, m², as in the accounts", _AREA),
        ),
        _areas("land_part", "Outline in WGS 84, degrees"),
    ),
    Layer(
        "hazardous_area", "Hazardous areas as first outlined, with what is said of them",
        _AREA_ID,
        (
            _NAME, _ADMIN, _ORGANISATION, _CLASS, Column("hazard_kind", "Kind of the hazardous area"), _WORK,
            Column("reported_on", "Day on the ground of the first report (ISO 8601)"),
            Column("report", "Hash of that report"),
            Column("area_m2", "Area of the first outline on the ellipsoid, m²", _AREA),
        ),
        _areas("hazardous_area", "First outline in WGS 84, degrees"),
    ),
    Layer(
        "evidence", "Whatever shows contamination or speaks against it, with a position",
        Column("evidence_id", "Hash of the statement and number of the item in it"),
        (
            Column("entry", "Hash of the statement"),
            Column("record", "Kind of the statement"),
            Column("kind", "Kind of evidence, of accident or of ordnance"),
            Column("grade", "direct or indirect"),
            Column("resolved", "Why it counts no longer; empty while it does"),
            Column("quality", "Quality of the position"),
            Column("observed", "Day on the ground (ISO 8601)"),
            _ADMIN, _ORGANISATION, _AREA_ID,
        ),
        (
            View("evidence", Shape("geometry", "Point", "Position in WGS 84, degrees; of an outline, a point inside")),
            View("evidence_outline", Shape("outline", "MultiPolygon", "Outline in WGS 84, degrees"), only=True),
        ),
    ),
    Layer(
        "task", "Task orders at their hazardous areas",
        Column("entry", "Hash of the task order"),
        (
            Column("task_id", "Subject of the task"), _AREA_ID, _NAME, _ADMIN, _ORGANISATION,
            Column("activity", "What is to be done"),
            Column("team", "Subject of the team"),
            Column("start", "First day (ISO 8601)"),
            Column("end", "Last day (ISO 8601); empty while it is open"),
            Column("work_status", "Work status that the order states"),
        ),
        _areas("task", "First outline of the hazardous area in WGS 84, degrees; empty where it has none"),
    ),
)  # fmt: skip
"""Published layers, in this order."""
