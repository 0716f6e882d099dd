"""Random land in blocks: the blocks cover it, do not meet, are small enough, and their areas add up."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from landrelease.geo.crs import WGS84, to_wgs84
from landrelease.plan.blocks import planning_crs, work_blocks
from landrelease.plan.build import problem_from_accounts
from landrelease.profile import load_profile
from landrelease.terms import LandClass

PROFILE = load_profile()
NEAR = gpd.GeoDataFrame(
    {"area_id": ["a"], "classification": ["cha"], "release_status": ["unresolved"], "area_m2": [1.0]},
    geometry=[shapely.Point(44.0, 33.0)], crs=WGS84,
)  # fmt: skip
CRS = planning_crs(NEAR)

metres = st.integers(0, 900)


@st.composite
def lands(draw):
    """A few polygons on a 10 m lattice (hulls, some with a bite taken out), each an area of its own class."""
    shapes = []
    for number in range(draw(st.integers(1, 3))):
        corners = draw(st.lists(st.tuples(metres, metres), min_size=3, max_size=7, unique=True))
        shape = shapely.convex_hull(shapely.multipoints(np.array(corners, float) + number * 2000))
        bite = shapely.box(*(np.array(draw(st.tuples(metres, metres))) + number * 2000), *shape.bounds[2:])
        shape = shape.difference(bite) if draw(st.booleans()) else shape
        assume(shape.geom_type == "Polygon" and shape.area > 100)
        shapes.append(shape)
    classes = draw(
        st.lists(st.sampled_from([kind.value for kind in LandClass]), min_size=len(shapes), max_size=len(shapes))
    )
    return gpd.GeoDataFrame(
        {"area_id": [f"area:{n}" for n in range(len(shapes))], "classification": classes, "release_status": "reopened",
         "area_m2": [shape.area for shape in shapes], "name": "", "admin_area": "North"},
        geometry=list(to_wgs84(np.array(shapes, dtype=object), CRS)), crs=WGS84,
    )  # fmt: skip


@settings(max_examples=40)
@given(lands())
def test_blocks_are_a_partition_of_workable_pieces(land):
    blocks = work_blocks(land, PROFILE)
    assert blocks["block_id"].is_unique
    for row in land.itertuples():
        mine = blocks[blocks["area_id"] == row.area_id]
        whole, pieces = row.geometry, mine.geometry.to_numpy()
        # within a micrometre of the outline
        assert shapely.symmetric_difference(shapely.union_all(pieces), whole).area <= 1e-10 * whole.length
        assert shapely.area(pieces).sum() == pytest.approx(whole.area, rel=1e-6)
        assert mine["area_m2"].sum() == pytest.approx(row.area_m2)
        largest_m2 = PROFILE.planning.block_m2[LandClass(row.classification)]
        assert (mine["area_m2"] <= largest_m2 * 1.0001).all()


@settings(max_examples=25)
@given(lands())
def test_every_block_becomes_work_of_its_size(land):
    problem = problem_from_accounts(land, None, (), PROFILE, horizon_days=50)
    assert sum(area.area_m2 for area in problem.areas) == pytest.approx(land["area_m2"].sum())
    assert {area.parent_id or area.area_id for area in problem.areas} == set(land["area_id"])
    for area in problem.areas:
        assert area.operations[0].work_m2 == pytest.approx(area.area_m2)
        assert all(later.work_m2 <= area.area_m2 * (1 + 1e-9) for later in area.operations)
