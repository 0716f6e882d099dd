"""What a page is given says the same as the frames that it was made of."""

from datetime import date

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from landrelease.report.compact import NEVER, coded, day_number, days, shape_steps
from landrelease.report.map_data import MOST_STEPS, steps

DEGREES = st.floats(-179, 179, allow_nan=False)


def decoded(polygons):
    """What the page's script does with the steps."""
    rings = [[np.cumsum(np.array(ring).reshape(-1, 2), axis=0) / 1e6 for ring in polygon] for polygon in polygons]
    return shapely.MultiPolygon([(shell, holes) for shell, *holes in rings])


@given(DEGREES, st.floats(-80, 80), st.floats(1e-4, 1), st.integers(3, 40))
def test_shapes_come_back_to_the_page_s_precision(x, y, radius, corners):
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    polygon = shapely.Polygon(np.column_stack([x + radius * np.cos(angles), y + radius * np.sin(angles)]))
    back = decoded(shape_steps(polygon))
    assert shapely.hausdorff_distance(polygon, back) <= 1e-6


@given(st.lists(st.tuples(DEGREES, st.floats(-80, 80)), min_size=1, max_size=5))
def test_holes_and_several_polygons_come_back(centres):
    shapes = [shapely.Point(c).buffer(0.5).difference(shapely.Point(c).buffer(0.2)) for c in centres]
    whole = shapely.union_all(shapes)
    back = decoded(shape_steps(whole))
    assert abs(back.area - whole.area) <= 1e-4
    assert len(back.geoms) == len(shapely.get_parts(whole))


@given(st.lists(st.one_of(st.none(), st.text(max_size=5)), max_size=30))
def test_codes_give_the_column_back(values):
    made = coded(values)
    back = [None if code < 0 else made["values"][code] for code in made["codes"]]
    assert back == values
    assert len(set(made["values"])) == len(made["values"])


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_days_count_from_1970(day):
    assert day_number(day.isoformat()) == (day - date(1970, 1, 1)).days
    assert day_number(f"{day.isoformat()}T23:59:59Z") == day_number(day.isoformat())
    assert day_number(day.isoformat()[:7]) == (day.replace(day=1) - date(1970, 1, 1)).days
    assert day_number(day.isoformat()[:4]) == (date(day.year, 1, 1) - date(1970, 1, 1)).days


@given(st.lists(st.one_of(st.none(), st.sampled_from(["2026-01-05", "2026", "1999-12"])), max_size=20))
def test_an_unknown_day_is_never_a_day(values):
    assert [number == NEVER for number in days(values)] == [value is None for value in values]


@given(st.sets(st.integers(1, 40_000), max_size=2_000))
def test_the_slider_reaches_the_last_day_in_a_bounded_number_of_steps(dates):
    stops = steps(sorted(dates))
    assert stops == sorted(set(stops))
    assert set(stops) <= dates
    assert (stops[-1] if stops else None) == max(dates, default=None)
    assert len(stops) <= MOST_STEPS
    if len(dates) <= MOST_STEPS:
        assert set(stops) == dates
