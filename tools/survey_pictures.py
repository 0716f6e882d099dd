"""Draw the pictures of the page on survey design: a transect design, and the flags of a simulated site.

python -m tools.survey_pictures
"""

from pathlib import Path

import matplotlib.image
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from landrelease.geo.grid import Grid
from landrelease.geo.plane import PLANE
from landrelease.report.figures import image, new_figure
from landrelease.report.transect_sheet import transect_figure
from landrelease.survey.density import density_map
from landrelease.survey.flagging import flag_windows, flagged_areas, transect_windows
from landrelease.survey.ground import survey_ground
from landrelease.survey.rehearsal import SimulatedSite, draw_site
from landrelease.survey.target import TargetArea, TransectSpacing
from landrelease.survey.transects import design_transects

FOLDER = Path(__file__).parent.parent / "docs" / "images"
SIDE_M, GAP_M, SWATH_M, WINDOW_M = 1_200.0, 60.0, 2.0, 200.0
BACKGROUND = 0.02


def design_picture() -> Figure:
    """Parallel transects over a field with a pond."""
    field = shapely.Polygon([(36.2, 48.3), (36.2108, 48.3009), (36.21, 48.3072), (36.2004, 48.3081)])
    pond = shapely.box(36.204, 48.304, 36.2052, 48.3048)
    ground = survey_ground(field, [pond], 5.0)
    return transect_figure(design_transects(ground, TransectSpacing(50.0, 2.0), bearing_degrees=20.0, seed=3))


def flags_picture() -> Figure:
    """The same simulated site by the window test, with false discoveries controlled, and by the density map."""
    site = draw_site(SIDE_M, SIDE_M, [TargetArea(360, 240, 0.08), TargetArea(260, 200, 0.08)], BACKGROUND, 5)
    lines = [shapely.LineString([(x, 0), (x, SIDE_M)]) for x in np.arange(20.0, SIDE_M, GAP_M + SWATH_M)]
    windows = transect_windows(lines, SWATH_M, site.x_m, site.y_m, WINDOW_M)
    flags, outline = flag_windows(windows, BACKGROUND), shapely.box(0, 0, SIDE_M, SIDE_M)
    density = density_map(windows, Grid.covering(PLANE, (0, 0, SIDE_M, SIDE_M), WINDOW_M / 6))
    figure = new_figure(9.6, 3.5)
    ways = {
        "Window test": flagged_areas(windows, flags.classic, within=outline),
        "False discoveries controlled": flagged_areas(windows, flags.controlled, within=outline),
        "Density map": density.areas(BACKGROUND, within=outline),
    }
    for number, (title, areas) in enumerate(ways.items(), 1):
        axes = figure.add_subplot(1, 3, number)
        axes.set_title(title, fontsize=10)
        draw_site_on(axes, site, lines)
        for area in areas:
            axes.fill(*area.exterior.xy, color="#d55e00", alpha=0.35, linewidth=0)
    return figure


def draw_site_on(axes: Axes, site: SimulatedSite, lines: list[shapely.LineString]) -> None:
    """Transects, and the anomalies of the target areas."""
    for line in lines:
        axes.plot(*line.xy, color="#999999", linewidth=0.5)
    item = site.of_target >= 0
    axes.scatter(site.x_m[item], site.y_m[item], s=0.4, color="#0072b2", linewidths=0)
    axes.set(xlim=(0, SIDE_M), ylim=(0, SIDE_M), xticks=[], yticks=[], aspect="equal")


def main() -> None:
    """Write both pictures."""
    for name, figure in (("transects.png", design_picture()), ("flags.png", flags_picture())):
        (FOLDER / name).write_bytes(image(figure, "png", 110))
        print(name, matplotlib.image.imread(FOLDER / name).shape)


if __name__ == "__main__":
    main()
