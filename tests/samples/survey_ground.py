"""Ground for survey tests: a field of 200 m by 300 m, and a pond of 30 m radius in it."""

import shapely

from landrelease.geo.geodesic import GEOD

CORNER = (36.2, 48.3)


def rectangle(width_m, height_m, corner=CORNER):
    """A rectangle to the north-east of a corner, degrees; geodesic sides."""
    lon, lat = corner
    east = GEOD.fwd(lon, lat, 90.0, width_m)[0]
    north = GEOD.fwd(lon, lat, 0.0, height_m)[1]
    return shapely.box(lon, lat, east, north)


def place(east_m, north_m, corner=CORNER):
    """A point so many metres east and north of the corner, degrees."""
    box = rectangle(east_m, north_m, corner)
    return box.bounds[2], box.bounds[3]


def disc(east_m, north_m, radius_m):
    """A round obstacle, degrees."""
    middle = place(east_m, north_m)
    return shapely.Polygon([GEOD.fwd(*middle, bearing, radius_m)[:2] for bearing in range(0, 360, 5)])


FIELD = rectangle(200, 300)
POND = disc(100, 150, 30)
