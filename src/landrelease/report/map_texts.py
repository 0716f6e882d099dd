"""Every word on the map page, in the user's language."""

from landrelease.i18n import _
from landrelease.report.data import Audience, StudyData


def map_texts(data: StudyData, audience: Audience) -> dict[str, str]:
    """Words of the page, by the name that its script uses."""
    return {
        **_about(data, audience), "map": _("Map"), "tables": _("Tables"), "land": _("Land"),
        "theme": _("Dark or light"), "zoom_in": _("Zoom in"), "zoom_out": _("Zoom out"),
        "legend": _("Legend"), "time": _("Shown as on"), "play": _("Play"), "pause": _("Pause"), "state": _("State"),
        "earlier": _("Earlier"), "later": _("Later"), "evidence": _("Evidence and events"), "tasks": _("Task orders"),
        "admin": _("Administrative areas"), "hazard": _("Estimated hazard"),
        "hazard_unit": _("Expected items a km² (advisory; logarithmic)"), "part": _("Part"), "area": _("Area"),
        "items": _("Expected items"), "chance": _("Chance of an item"), "bounds": _("90 %: {low} to {high}"),
        "square_metres": _("m²"), "name": _("Name"), "admin_area": _("Administrative area"),
        "class": _("Classification"), "route": _("Route"), "reported": _("Reported"), "decided": _("Decided"),
        "statement": _("Statement"), "kind": _("Kind"), "day": _("Day"), "position": _("Position"),
        "team": _("Team"), "activity": _("Activity"), "start": _("Start"), "end": _("End"),
        "show": _("Show on the map"),
        "filter": _("Find in the table"), "previous": _("Previous"), "next": _("Next"), "rows": _("rows"),
        "more": _("more at this place"), "unknown": _("not known"), "close": _("Close"),
        "no_webgl": _("This browser cannot draw the map (no WebGL). The tables below hold the same content."),
        "keys": _("Keys on the map: arrows move, plus and minus zoom, Enter tells what is in the middle. "
                  "On the time slider: arrows step through the record."),
        "no_parts": _("No outline of land is on record."), "licences": _("Licences"),
        "tasks_hidden": _("Task orders are not shown to the public."),
    }  # fmt: skip


def _about(data: StudyData, audience: Audience) -> dict[str, str]:
    banners = {
        Audience.RESTRICTED: _("RESTRICTED: shows exact positions of uncleared land and of accidents. Do not publish."),
        Audience.PUBLIC: _("Public version: uncleared land and evidence are shown only by cells of {cell} m.").format(
            cell=f"{data.public_cell_m:g}"
        ),
    }
    return {
        "banner": banners[audience],
        "about": _("Known by {as_of}; valid on the ground on {valid_on}.").format(
            as_of=data.as_of, valid_on=data.valid_on
        ),
        "caution": _("Shows what was recorded. Land without a mark is not known to be free of explosive ordnance."),
    }
