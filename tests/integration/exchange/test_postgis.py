"""Layers in PostGIS: whole, the same as the record's, kept from whoever may not see them."""

from contextlib import contextmanager
from dataclasses import replace
from threading import Thread

import geopandas as gpd
import psycopg
import pytest
import shapely
from psycopg import sql
from psycopg.conninfo import make_conninfo
from tests.samples import published as sample

from landrelease import cli
from landrelease.errors import LandreleaseError
from landrelease.exchange import postgis_layers
from landrelease.exchange.postgis import Stamp, check_published, publish_layers, read_stamp
from landrelease.exchange.postgis_layers import LAYERS
from landrelease.history import cache_of, make_snapshots
from landrelease.record.proofs.merkle import root
from landrelease.record.stores.postgres_schema import prepare
from landrelease.record.workspace import Workspace
from landrelease.report.publication import published_layers, stamp_of
from landrelease.study import check_publication, publish, register_of

VIEWS = {"land_part": 5, "hazardous_area": 4, "evidence": 13, "evidence_outline": 1, "task": 2}
"""Rows of each view for the statements of 2020."""
TYPES = {"land_part": "MULTIPOLYGON", "hazardous_area": "MULTIPOLYGON", "evidence": "POINT",
         "evidence_outline": "MULTIPOLYGON", "task": "MULTIPOLYGON"}  # fmt: skip


@pytest.fixture(scope="module")
def programme(tmp_path_factory):
    """The programme as of 2020, for tests that only read it."""
    with sample.workspace(tmp_path_factory.mktemp("programme") / "record") as made:
        yield made


@pytest.fixture(scope="module")
def layers(programme):
    return published_layers(register_of(programme))


@pytest.fixture(scope="module")
def stamp(programme):
    return stamp_of(programme.ledger, register_of(programme), None, None)


@pytest.fixture(scope="module")
def prepared(postgres_server, _postgis_template):
    dsn = postgres_server.create("views", _postgis_template)
    prepare(dsn)
    yield dsn
    postgres_server.drop("views")


@pytest.fixture
def database(prepared):
    """A prepared database without layers; the superuser connects."""
    names = ("published", "published_key", *(layer.table for layer in LAYERS))
    gone = sql.SQL(", ").join(sql.Identifier("landrelease", name) for name in names)
    run(prepared, sql.SQL("DROP TABLE IF EXISTS {} CASCADE; DELETE FROM landrelease.scope").format(gone))
    return prepared


@pytest.fixture
def filled(database, layers, stamp):
    """A database with the layers of 2020."""
    publish_layers(layers, database, stamp)
    return database


@pytest.fixture
def person(filled):
    """Make logins that are members of roles, and give their connection strings; they vanish with the test."""
    made = []

    def make(name, *roles, scope=()):
        made.append(name)
        run(filled, sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))
        for role in roles:
            run(filled, sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(name)))
        for organisation, admin_area in scope:
            run(filled, "INSERT INTO landrelease.scope VALUES (%s, %s, %s)", name, organisation, admin_area)
        return make_conninfo(filled, user=name)

    yield make
    for name in made:
        run(filled, sql.SQL("DROP OWNED BY {0}; DROP ROLE {0}").format(sql.Identifier(name)))


def run(dsn, statement, *values):
    with psycopg.connect(dsn, autocommit=True) as connection:
        done = connection.execute(statement, values or None)
        return done.fetchall() if done.description else []


def count(dsn, view):
    return run(dsn, sql.SQL("SELECT count(*) FROM landrelease.{}").format(sql.Identifier(view)))[0][0]


def counts(dsn):
    return {view: count(dsn, view) for view in VIEWS}


def keys(dsn, view, identity):
    return dict(run(dsn, f"SELECT {identity}, key FROM landrelease.{view}"))


@contextmanager
def refused(code):
    with pytest.raises(LandreleaseError) as caught:
        yield caught
    assert [finding.error.code for finding in caught.value.findings] == [code]


class Cancelled(KeyboardInterrupt):
    pass


class Watcher:
    """Calls `act` after some rows."""

    def __init__(self, rows, act):
        self.rows, self.act = rows, act

    def begin(self, label, total=None):
        pass

    def advance(self, units=1):
        self.rows -= units
        if self.rows == 0:
            self.act()

    def end(self):
        pass


def cancel():
    raise Cancelled


def test_every_view_has_its_rows_one_typed_geometry_and_one_key(filled):
    assert counts(filled) == VIEWS
    columns = "SELECT f_table_name, type, srid, coord_dimension FROM geometry_columns WHERE f_table_schema = %s"
    registered = {name: rest for name, *rest in run(filled, columns, "landrelease")}
    whole = "SELECT table_name, array_agg(column_name::text) FROM information_schema.columns" \
        " WHERE table_schema = 'landrelease' AND data_type IN ('integer', 'bigint', 'smallint') GROUP BY 1"  # fmt: skip
    numbers = dict(run(filled, whole))
    for view, kind in TYPES.items():
        assert registered[view] == [kind, 4326, 2], view
        assert numbers[view] == ["key"], f"{view}: QGIS takes the only whole number for the key"


def test_every_column_says_what_it_holds_and_areas_say_their_unit(filled):
    query = "SELECT relname, attname, col_description(pg_class.oid, attnum) FROM pg_attribute" \
        " JOIN pg_class ON attrelid = pg_class.oid WHERE relnamespace = 'landrelease'::regnamespace AND attnum > 0" \
        " AND (relname = ANY(%s) OR relname = 'published')"  # fmt: skip
    said = {(table, column): text for table, column, text in run(filled, query, list(VIEWS))}
    assert all(said.values()), [name for name, text in said.items() if not text]
    assert all("m²" in text for (_, column), text in said.items() if column == "area_m2")
    assert ("land_part", "area_m2") in said


def test_every_geometry_below_the_views_has_a_spatial_index(filled):
    query = "SELECT tablename FROM pg_indexes WHERE schemaname = 'landrelease' AND indexdef LIKE '%USING gist%'"
    assert sorted(name for (name,) in run(filled, query)) == sorted(
        layer.table for layer in LAYERS for _shape in layer.shapes
    )


def test_what_is_published_is_what_the_layers_hold(filled, layers):
    assert check_published(filled, layers) == []
    rows = "SELECT {} AS id, {}, ST_AsBinary({}) AS shape FROM landrelease.{}"
    stored = {name: (area, shapely.from_wkb(shape)) for name, area, shape in
              run(filled, rows.format("part_id", "area_m2", "geometry", "land_part"))}  # fmt: skip
    for part in layers["land_part"].itertuples():
        area, shape = stored[part.part_id]
        assert area == part.area_m2
        assert shapely.equals_exact(shapely.normalize(shape), shapely.normalize(shapely.multipolygons(
            shapely.get_parts(part.geometry))), 0)  # fmt: skip


def test_evidence_with_an_outline_is_shown_by_a_point_inside_and_by_the_outline(filled):
    query = "SELECT ST_Contains(o.outline, e.geometry), e.kind FROM landrelease.evidence AS e" \
        " JOIN landrelease.evidence_outline AS o USING (evidence_id)"  # fmt: skip
    assert run(filled, query) == [(True, "minefield_record")]


def test_a_task_at_an_area_without_outline_is_there_without_a_shape(database, programme, tmp_path):
    with sample.workspace(tmp_path / "later") as later:
        sample.continue_in_2021(later)
        publish(later, database)
    assert run(database, "SELECT area_id FROM landrelease.task WHERE geometry IS NULL") == [("area:5",)]


@pytest.mark.parametrize(
    ("as_of", "valid_on", "on_hand"),
    [
        (None, None, 3),
        ("2020-12-31", None, 4),
        (None, "2019-01-01", 0),
        (None, "2019-07-01", 4),
        ("2020-12-31", "2021-12-31", 4),
    ],
)
def test_the_stamp_names_the_question_and_the_log(database, tmp_path, as_of, valid_on, on_hand):
    with sample.workspace(tmp_path / "later") as later:
        sample.continue_in_2021(later)
        made = publish(later, database, as_of=as_of, valid_on=valid_on)
        hashes = list(later.ledger.store.hashes())
        node = later.ledger.node
    assert read_stamp(database) == made
    assert (made.as_of, made.valid_on, made.node, made.number) == (as_of, valid_on, node, 1)
    assert made.log_size == (len(hashes) if as_of is None else len(hashes) - 4)
    assert made.root == root(hashes[: made.log_size]).hex()
    assert made.last_hash == hashes[made.log_size - 1].hex()
    areas = "SELECT count(DISTINCT area_id) FROM landrelease.land_part WHERE release_status = 'unresolved'"
    assert run(database, areas) == [(on_hand,)]


def test_layers_from_snapshots_are_those_of_the_whole_log(database, tmp_path):
    with sample.workspace(tmp_path / "record") as record:
        whole = publish(record, database)
        make_snapshots(record.ledger, cache_of(record), [5, len(record.ledger)])
        assert check_publication(record, database) == []
        again = publish(record, database)
    assert (again.log_size, again.root, again.last_hash) == (whole.log_size, whole.root, whole.last_hash)


def test_a_record_in_a_database_is_published_beside_itself(database, tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("LANDRELEASE_DATABASE", raising=False)
    with Workspace.create(tmp_path / "record", database=database) as record:
        sample.tell(record, [*map(sample.hazard, sample.FIELDS)], "2020-03-01")
    for arguments in (["publish"], ["publish", "--check"]):
        with pytest.raises(SystemExit) as ended:
            cli.main([*arguments, str(tmp_path / "record")])
        assert ended.value.code in (0, None), capsys.readouterr().out
    assert count(database, "land_part") == 4


def test_layers_of_an_empty_record_are_there_with_their_columns(database, tmp_path):
    with Workspace.create(tmp_path / "new") as new:
        made = publish(new, database)
        assert check_publication(new, database) == []
    assert made.log_size == 1  # the profile
    assert counts(database) == dict.fromkeys(VIEWS, 0)
    columns = "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'landrelease' AND table_name = %s"
    assert run(database, columns, "land_part") == [(15,)]


def test_a_row_keeps_its_key_and_a_new_row_gets_a_new_one(filled, tmp_path, programme):
    before = keys(filled, "land_part", "part_id") | keys(filled, "task", "entry")
    with sample.workspace(tmp_path / "other") as other:  # other hashes, the same areas
        areas = keys(filled, "hazardous_area", "area_id")
        publish(other, filled)
        assert keys(filled, "hazardous_area", "area_id") == areas
        assert not set(keys(filled, "task", "entry").values()) & set(before.values())
    publish(programme, filled)
    assert keys(filled, "land_part", "part_id") | keys(filled, "task", "entry") == before


def test_names_that_repeat_are_told_apart(database, layers, stamp):
    parts = gpd.GeoDataFrame(gpd.pd.concat([layers["land_part"].iloc[[0]]] * 3, ignore_index=True))
    publish_layers(layers | {"land_part": parts}, database, stamp)
    name = parts["part_id"][0]
    assert sorted(keys(database, "land_part", "part_id")) == [name, f"{name}~2", f"{name}~3"]


@pytest.mark.parametrize("rows", [1, 6, 24])  # in each of the layers but the second
def test_a_cancelled_publication_leaves_the_earlier_one(filled, layers, stamp, rows):
    before = read_stamp(filled)
    empty = {name: frame.iloc[:0] for name, frame in layers.items()}
    with pytest.raises(Cancelled):
        publish_layers(layers, filled, replace(stamp, as_of="2020"), Watcher(rows, cancel))
    assert read_stamp(filled) == before
    assert check_published(filled, layers) == []
    publish_layers(empty, filled, stamp)
    assert counts(filled) == dict.fromkeys(VIEWS, 0)


def test_a_shape_that_a_layer_cannot_hold_changes_nothing(filled, layers, stamp):
    before = read_stamp(filled)
    for shape in (shapely.Point(36, 48), shapely.Polygon(), shapely.box(0, 0, 1, 1).exterior):
        wrong = layers["land_part"].copy()
        wrong.loc[2, "geometry"] = shape
        with refused("LR2075") as caught:
            publish_layers(layers | {"land_part": wrong}, filled, stamp)
        assert "area:2/unresolved" in caught.value.findings[0].what
    assert read_stamp(filled) == before


def test_a_reader_sees_all_of_one_publication_or_all_of_the_next(filled, layers, stamp):
    seen = []
    fewer = {name: frame.iloc[:1] for name, frame in layers.items()}
    publish_layers(fewer, filled, stamp, Watcher(3, lambda: seen.append(counts(filled))))
    assert seen == [VIEWS]
    assert counts(filled) == {"land_part": 1, "hazardous_area": 1, "evidence": 1, "evidence_outline": 0, "task": 1}


def test_two_publications_at_once_follow_one_another(filled, layers, stamp):
    threads = [Thread(target=publish_layers, args=(layers, filled, replace(stamp, as_of=f"202{n}"))) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert run(filled, "SELECT number FROM landrelease.published ORDER BY 1") == [(1,), (2,), (3,), (4,)]
    assert check_published(filled, layers) == []


def test_other_columns_than_before_make_the_tables_anew_and_keep_keys_and_stamps(filled, layers, stamp, monkeypatch):
    before = keys(filled, "land_part", "part_id")
    first = LAYERS[0]
    wider = replace(first, columns=(*first.columns, postgis_layers.Column("colour", "Colour on the map")))
    for module in ("postgis", "postgis_tables"):
        monkeypatch.setattr(f"landrelease.exchange.{module}.LAYERS", (wider, *LAYERS[1:]))
    made = publish_layers(layers | {"land_part": layers["land_part"].assign(colour="red")}, filled, stamp)
    assert made.number == 2
    assert keys(filled, "land_part", "part_id") == before
    assert run(filled, "SELECT DISTINCT colour FROM landrelease.land_part") == [("red",)]


SCOPES = {
    "everything": ([(None, None)], (5, 4, 13, 1, 2)),
    "nothing": ([], (0, 0, 0, 0, 0)),
    "first organisation": ([(sample.FIRST, None)], (3, 2, 8, 1, 1)),
    "second organisation": ([(sample.SECOND, None)], (2, 2, 5, 0, 1)),
    "district": ([(None, "10/")], (4, 3, 9, 1, 2)),
    "one area": ([(None, sample.COAST)], (1, 1, 3, 0, 0)),
    "first organisation in the south": ([(sample.FIRST, sample.SOUTH)], (1, 1, 3, 0, 0)),
    "two lines": ([(sample.FIRST, sample.NORTH), (sample.SECOND, sample.COAST)], (3, 2, 6, 1, 1)),
    "unknown area": ([(None, "99")], (0, 0, 0, 0, 0)),
}
"""Lines of `scope`, and the rows that they show in each view."""


@pytest.mark.parametrize("name", SCOPES)
def test_a_reader_sees_the_rows_of_its_scope(person, name):
    scope, expected = SCOPES[name]
    reader = person("views_reader", "landrelease_reader", scope=scope)
    assert counts(reader) == dict(zip(VIEWS, expected, strict=True))
    tables = {layer.views[0].name: count(reader, layer.table) for layer in LAYERS}
    assert tables == {view: rows for view, rows in counts(reader).items() if view in tables}, "the table below"
    if name != "everything":  # what is hidden does not show through a condition that fails on hidden rows either
        assert run(reader, "SELECT max(1 / (length(organisation) - 9)) FROM landrelease.task WHERE area_id = 'x'")


def test_a_reader_may_read_the_stamp_and_change_nothing(person, stamp):
    reader = person("views_reader", "landrelease_reader", scope=[(None, None)])
    found = read_stamp(reader)
    assert found is not None
    assert (found.root, found.log_size) == (stamp.root, stamp.log_size)
    for statement in (
        "DELETE FROM landrelease.published_land_part",
        "UPDATE landrelease.land_part SET area_m2 = 0",
        "INSERT INTO landrelease.published_key (layer, name) VALUES ('a', 'b')",
        "SELECT * FROM landrelease.published_key",
        "UPDATE landrelease.scope SET organisation = NULL",
        "INSERT INTO landrelease.published (log_size) VALUES (1)",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(reader, statement)


def test_nobody_without_a_role_sees_a_position(person):
    stranger = person("views_stranger")
    granted = "SELECT relname FROM pg_class WHERE relnamespace = 'landrelease'::regnamespace" \
        " AND relkind IN ('r', 'v') AND (has_table_privilege(%s, oid, 'SELECT, INSERT, UPDATE, DELETE')" \
        " OR has_any_column_privilege(%s, oid, 'SELECT'))"  # fmt: skip
    assert run(stranger, granted, "views_stranger", "views_stranger") == []
    for name in (*VIEWS, *(layer.table for layer in LAYERS), "published"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            count(stranger, name)


def test_a_view_cannot_be_used_to_see_more_than_ones_scope(person):
    """Conditions with a function of the reader's own run after the policy."""
    reader = person("views_reader", "landrelease_reader", scope=[(sample.FIRST, None)])
    with psycopg.connect(reader, autocommit=True) as connection:
        told = []
        connection.add_notice_handler(lambda notice: told.append(notice.message_primary))
        connection.execute(
            "CREATE FUNCTION pg_temp.tell(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS"
            " $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$"
        )
        connection.execute("SELECT * FROM landrelease.land_part WHERE pg_temp.tell(organisation)")
    assert set(told) == {sample.FIRST}


def test_the_application_publishes_into_tables_that_the_owner_made(person, layers, stamp):
    application = person("views_application", "landrelease_app")
    assert publish_layers(layers, application, stamp).number == 2
    assert check_published(application, layers) == []


def test_only_the_owner_makes_the_tables(person, filled, layers, stamp):
    application = person("views_application", "landrelease_app")
    run(filled, "COMMENT ON TABLE landrelease.published IS 'of another version'")
    with refused("LR2071"):
        publish_layers(layers, application, stamp)
    assert counts(filled) == VIEWS
    stranger = person("views_stranger")
    with refused("LR2071"):
        read_stamp(stranger)


def test_a_database_that_is_not_prepared_is_told_what_it_lacks(make_postgres_database, postgis_dsn, layers, stamp):
    plain = make_postgres_database()
    prepare(plain)
    for dsn, lacking in ((postgis_dsn, "tables of the record"), (plain, "PostGIS")):
        assert read_stamp(dsn) is None
        assert [finding.error.code for finding in check_published(dsn, layers)] == ["LR2074"]
        with refused("LR2070") as caught:
            publish_layers(layers, dsn, stamp)
        assert lacking in caught.value.findings[0].what


def test_a_server_that_does_not_answer_is_named_without_the_password(layers, stamp, tmp_path):
    dsn = make_conninfo("", host=str(tmp_path), dbname="records", user="me", password="s3cret")
    with refused("LR1041") as caught:
        publish_layers(layers, dsn, stamp)
    assert "records" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_value_that_the_server_refuses_is_told_and_changes_nothing(filled, layers, stamp):
    broken = layers["task"].assign(team="a\0b")
    with refused("LR2072") as caught:
        publish_layers(layers | {"task": broken}, filled, stamp)
    assert "NUL" in caught.value.findings[0].what
    assert check_published(filled, layers) == []


DIFFERENCES = {
    "a figure": ("UPDATE landrelease.published_land_part SET area_m2 = area_m2 + 1e-9 WHERE area_id = 'area:2'",
                 ("land_part", 0, 0, 1)),
    "a corner": ("UPDATE landrelease.published_task SET geometry = ST_Translate(geometry, 1e-12, 0)",
                 ("task", 0, 0, 2)),
    "a row gone": ("DELETE FROM landrelease.published_evidence WHERE kind = 'minefield_record'",
                   ("evidence", 1, 0, 0)),
    "a row more": ("INSERT INTO landrelease.published_hazardous_area (key, area_id) VALUES (-1, 'area:x')",
                   ("hazardous_area", 0, 1, 0)),
}  # fmt: skip


@pytest.mark.parametrize("name", DIFFERENCES)
def test_a_change_in_the_database_is_found(filled, programme, name):
    statement, (layer, missing, surplus, changed) = DIFFERENCES[name]
    run(filled, statement)
    found = check_publication(programme, filled)
    assert [(each.error.code, each.details) for each in found] == [
        ("LR2073", {"layer": layer, "missing": missing, "surplus": surplus, "changed": changed})
    ]


def test_what_arrived_since_is_counted(database, tmp_path):
    with sample.workspace(tmp_path / "record") as record:
        publish(record, database)
        assert check_publication(record, database) == []
        sample.continue_in_2021(record)
        found = {finding.error.code: finding.details for finding in check_publication(record, database)}
        assert found["LR2077"]["count"] == 4
        assert found["LR2073"]["layer"] == "task"
        publish(record, database, as_of="2020-12-31")
        assert check_publication(record, database) == []


def test_layers_of_another_record_are_found(filled, tmp_path):
    with sample.workspace(tmp_path / "other") as other:
        codes = [finding.error.code for finding in check_publication(other, filled)]
    assert codes[0] == "LR2078"
    assert set(codes) == {"LR2078", "LR2073"}


@pytest.mark.parametrize("wrong", [{"log_size": -1}, {"root": "00"}, {"last_hash": ""}, {"log_size": 0}])
def test_a_stamp_that_stands_for_nothing_is_refused(stamp, wrong):
    with pytest.raises(ValueError, match="stamp"):
        replace(stamp, **wrong)
    assert isinstance(stamp, Stamp)
