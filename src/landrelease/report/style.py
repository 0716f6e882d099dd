"""Colours and marks shared by maps, figures and tables; told apart by the colour-blind, and never by colour alone.

Base: the palette of Okabe and Ito (2008), made for colour vision deficiencies.
"""

from landrelease.terms import ReleaseStatus

STATE_COLOURS: dict[ReleaseStatus, str] = {
    ReleaseStatus.UNRESOLVED: "#d55e00",
    ReleaseStatus.REOPENED: "#000000",
    ReleaseStatus.CANCELLED: "#f0e442",
    ReleaseStatus.REDUCED: "#56b4e9",
    ReleaseStatus.CLEARED: "#0072b2",
    ReleaseStatus.RELEASED: "#009e73",
    ReleaseStatus.HANDED_OVER: "#cc79a7",
}
"""Fill of a part by its state; every state has an entry (tested)."""

STATE_HATCHES: dict[ReleaseStatus, str] = {
    ReleaseStatus.UNRESOLVED: "////",
    ReleaseStatus.REOPENED: "xxxx",
    ReleaseStatus.CANCELLED: "",
    ReleaseStatus.REDUCED: "",
    ReleaseStatus.CLEARED: "---",
    ReleaseStatus.RELEASED: "",
    ReleaseStatus.HANDED_OVER: "....",
}
"""Hatch of a part on paper, where a map may be copied in black and white."""

STATE_PATTERNS: dict[ReleaseStatus, str | None] = {
    ReleaseStatus.UNRESOLVED: "lines",
    ReleaseStatus.REOPENED: "cross",
    ReleaseStatus.CANCELLED: None,
    ReleaseStatus.REDUCED: None,
    ReleaseStatus.CLEARED: "level",
    ReleaseStatus.RELEASED: None,
    ReleaseStatus.HANDED_OVER: "dots",
}
"""Pattern over the fill of a part on the map page."""

ACTIVITY_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#999999")
"""Bars of a plan, in order of first use."""

CLOSED_COLOUR = "#e4e4e4"

HAZARD_RAMP = ("#fff7ec", "#fdd49e", "#fc8d59", "#d7301f", "#7f0000")
"""Hazard from low to high, in rising darkness (ColorBrewer OrRd, safe for the colour-blind)."""
