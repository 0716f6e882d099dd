"""What a certificate repeats of the record, and what it never says."""

import geopandas as gpd
import pyproj
import pytest
import shapely
from tests.samples.releases import AREA, MIDDLE, clearance, surface, technical_survey

from landrelease.errors import LandreleaseError
from landrelease.release.certificate import certificate
from landrelease.release.decision import decide
from landrelease.release.perimeter import turning_points, utm_zone
from landrelease.terms import AssetKind, OrdnanceClass, QualityResult, ReleaseRoute

SIGNED = {"signatory": "person:director", "organisation": "org:authority", "day": "2026-06-20"}


@pytest.fixture
def released(story):
    story.finished()
    story.append(decide(AREA, *story.state, **SIGNED))
    return story


def test_it_repeats_the_record(released):
    made = certificate(AREA, *released.state)
    assert (made.name, made.admin_area, made.signatory, made.decided_on) == (
        "Mill field", "admin:1", "person:director", "2026-06-20",
    )  # fmt: skip
    assert made.area_m2 == pytest.approx(66_380, rel=1e-3)
    assert {part.route for part in made.parts} == set(ReleaseRoute)
    cleared = next(part for part in made.parts if part.route is ReleaseRoute.CLEARED)
    assert (cleared.method, cleared.depth_cm, cleared.coverage_permille) == (AssetKind.MANUAL_TEAM, 20, 1000)
    assert (cleared.worked_from, cleared.organisation) == ("2026-05-10", "org:operator")
    [found] = made.finds
    assert (found.ordnance, found.found, found.destroyed) == (OrdnanceClass.MINE_AP, 3, 3)
    [visit] = made.visits
    assert (visit.organisation, visit.result) == ("org:qa", QualityResult.PASS)


def test_it_is_unsigned_and_never_says_safe(released):
    made = certificate(AREA, *released.state)
    assert made.signed is False
    assert "does not state that the ground is safe" in made.statement
    for text in (made.residual, *made.limits):
        assert "safe" not in text


def test_it_cites_what_the_decision_cited(released):
    made = certificate(AREA, *released.state)
    decision = released.register.entry(made.decision)
    assert made.cites == decision.cites
    assert {part.report for part in made.parts} <= set(made.cites)


def test_the_residual_figure_is_repeated_with_its_override(story):
    story.finished()
    story.append(decide(AREA, *story.state, **SIGNED, surface=surface(9.0), reason="searched twice"))
    made = certificate(AREA, *story.state)
    assert "38.7" in made.residual
    assert "searched twice" in made.residual


def test_without_a_decision_there_is_no_certificate(story):
    story.finished()
    with pytest.raises(LandreleaseError) as refused:
        certificate(AREA, *story.state)
    assert refused.value.codes == ("LR7014",)


def test_a_refusal_makes_no_certificate(story):
    story.finished()
    story.append(decide(AREA, *story.state, **SIGNED, decision="refuse", reason="not yet"))
    with pytest.raises(LandreleaseError) as refused:
        certificate(AREA, *story.state)
    assert refused.value.codes == ("LR7014",)


def test_parts_decided_alone_are_certified_alone(story):
    story.outline()
    story.report("clearance.report", clearance(), "2026-05-10")
    story.inspect()
    cleared = story.accounts.parts().set_index("release_status")["part_id"]["cleared"]
    story.append(decide(AREA, *story.state, **SIGNED, part_ids=[cleared]))
    first = certificate(AREA, *story.state)
    assert [part.route for part in first.parts] == [ReleaseRoute.CLEARED]

    story.report("survey.ts", technical_survey(MIDDLE), "2026-07-01")
    story.inspect("2026-07-10")
    reduced = story.accounts.parts().set_index("release_status")["part_id"]["reduced"]
    story.append(decide(AREA, *story.state, **(SIGNED | {"day": "2026-07-20"}), part_ids=[reduced]))
    second = certificate(AREA, *story.state)
    assert [part.route for part in second.parts] == [ReleaseRoute.REDUCED]
    again = certificate(AREA, *story.state, decision=first.decision)
    assert [part.route for part in again.parts] == [ReleaseRoute.CLEARED]


def test_reopened_land_is_not_certified(released):
    item = released.report("ordnance.item", {"ordnance": "mine_ap", "area": AREA}, "2026-07-01", subject="item:1")
    reopening = {**SIGNED, "day": "2026-07-02", "decision": "reopen", "reason": "a mine was found", "cites": [item]}
    released.append(decide(AREA, *released.state, **reopening))
    with pytest.raises(LandreleaseError) as refused:
        certificate(AREA, *released.state)
    assert refused.value.codes == ("LR7011",)


def test_turning_points_of_a_square():
    points = turning_points([(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0), (0.0, 0.0)], utm_zone(0.0, 0.5))
    assert [point.label for point in points] == ["SP", "TP2", "TP3", "TP4"]
    assert points[0].bearing_deg == 0.0
    assert points[0].distance_m == pytest.approx(110_574, abs=1)
    assert points[3].bearing_deg == pytest.approx(270.0, abs=0.01)
    assert points[3].distance_m == pytest.approx(111_319, abs=1)


def test_points_on_a_straight_line_are_not_turning_points(released):
    for part in certificate(AREA, *released.state).parts:
        assert [len(ring) for ring in part.rings] == [4]


def test_the_perimeter_stays_within_centimetres_of_the_part(released):
    parts = released.accounts.parts().set_index("part_id").to_crs(released.accounts.parts().estimate_utm_crs())
    for part in certificate(AREA, *released.state).parts:
        shells = [shapely.Polygon([(p.longitude, p.latitude) for p in ring]) for ring in part.rings]
        walked = gpd.GeoSeries(shells, crs="EPSG:4326").to_crs(parts.crs).union_all()
        assert walked.symmetric_difference(parts.geometry[part.part_id]).buffer(-0.03).is_empty


def test_outer_rings_are_walked_with_the_land_on_the_right(released):
    for part in certificate(AREA, *released.state).parts:
        outer = shapely.Polygon([(point.longitude, point.latitude) for point in part.rings[0]])
        assert not outer.exterior.is_ccw


def test_walking_the_legs_leads_back_to_the_start(released):
    geod = pyproj.Geod(ellps="WGS84")
    for part in certificate(AREA, *released.state).parts:
        lon, lat = part.rings[0][0].longitude, part.rings[0][0].latitude
        for point in part.rings[0]:
            assert (lon, lat) == pytest.approx((point.longitude, point.latitude), abs=1e-9)
            lon, lat, _back = geod.fwd(lon, lat, point.bearing_deg, point.distance_m)
        assert (lon, lat) == pytest.approx((part.rings[0][0].longitude, part.rings[0][0].latitude), abs=1e-9)


@pytest.mark.parametrize(
    ("place", "epsg"), [((36.0, 48.0), 32637), ((35.999, 48.0), 32636), ((-73.5, -4.0), 32718), ((180.0, 1.0), 32660)]
)
def test_the_utm_zone_is_that_of_the_longitude(place, epsg):
    assert utm_zone(*place).to_epsg() == epsg


def test_eastings_and_northings_are_those_of_the_zone(released):
    made = certificate(AREA, *released.state)
    back = pyproj.Transformer.from_crs(made.zone, "EPSG:4326", always_xy=True)
    for part in made.parts:
        for point in part.rings[0]:
            assert back.transform(point.easting_m, point.northing_m) == pytest.approx(
                (point.longitude, point.latitude), abs=1e-8
            )


def test_one_part_is_certified_alone(released):
    part = released.accounts.parts()["part_id"].iloc[0]
    made = certificate(AREA, *released.state, part_ids=[part])
    assert [each.part_id for each in made.parts] == [part]
    assert len(made.neighbours) == 2


def test_organisations_are_named_as_the_record_names_them(released):
    released.say("organisation", {"name": "Operator One", "type": "operator"}, "2020-01-01", subject="org:operator")
    made = certificate(AREA, *released.state)
    assert {part.organisation for part in made.parts} == {"Operator One"}
    assert made.visits[0].organisation == "org:qa"


def test_neighbours_carry_their_state(story):
    story.outline()
    story.report("clearance.report", clearance(), "2026-05-10")
    story.inspect()
    cleared = story.accounts.parts().set_index("release_status")["part_id"]["cleared"]
    story.append(decide(AREA, *story.state, **SIGNED, part_ids=[cleared]))
    assert [neighbour.state for neighbour in certificate(AREA, *story.state).neighbours] == ["unresolved"]
