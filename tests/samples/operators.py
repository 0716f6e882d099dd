"""Two operators at work on the field of `tests.samples.releases` in May and June 2026, told in statements."""

from tests.samples.releases import AREA, Story, clearance

REGIMENT, OTHER = "org:operator", "org:other"


def work_day(**changes):
    body = {"area": AREA, "activity": "clearance", "people": 8, "stints": 6, "longest_stint_minutes": 50,
            "minutes_worked": 300, "searched_area_m2": 120, "finds": 1}  # fmt: skip
    return {key: value for key, value in (body | changes).items() if value is not None}


def lost_day(reason):
    return {"people": 8, "lost_to": reason}


def told(path):
    """A season: an area found, searched by two teams, one day of rain, an accident, a visit with a nonconformity."""
    story = Story(path)
    story.say("organisation", {"name": "The regiment", "type": "operator"}, "2026-01-01", subject=REGIMENT)
    story.say("team", {"name": "North", "asset_kind": "manual_team", "people": 10}, "2026-01-01", subject="team:1")
    story.outline(beneficiaries_direct=40)
    for day, body in (
        ("2026-05-04", work_day()),
        ("2026-05-05", work_day(searched_area_m2=80, finds=2, longest_stint_minutes=55)),
        ("2026-05-06", lost_day("weather")),
        ("2026-06-02", work_day()),
    ):
        story.say("work_day", body, day, subject="team:1")
    story.say("work_day", work_day(activity="ts", searched_area_m2=500), "2026-05-05", subject="team:2")
    story.say("work_day", work_day(searched_area_m2=30), "2026-05-05", subject="team:9", organisation=OTHER)
    finds = [
        {"ordnance": "mine_ap", "quantity": 2, "destroyed": 2},
        {"ordnance": "small_arms", "quantity": 40},
        {"ordnance": "scrap", "quantity": 7},
    ]
    story.report("clearance.report", clearance(finds=finds, note="Ditch in the north, not searched."), "2026-05-10")
    story.say("clearance.report", clearance(stage="progress", cleared=None, cleared_area_m2=90, finds=finds[:1]),
              "2026-05-08")  # fmt: skip
    story.report("accident", {"kind": "demining", "area": AREA, "team": "team:1", "injured": 1}, "2026-05-09")
    story.inspect("2026-05-20", nonconformities=[
        {"severity": "minor", "requirement": "markers", "closed": "2026-06-01"}])  # fmt: skip
    return story
