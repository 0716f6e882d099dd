"""``docs/reference/nonconformities.md``, from the table of states."""

from landrelease.quality.states import OPEN_STATES, STEPS
from landrelease.terms import NonconformitySeverity, NonconformityState
from tools.pages import NOTICE, table

HEAD = f"""{NOTICE}

# Nonconformities

What leads where, who may do it and what it needs. Generated from `src/landrelease/quality/states.py`; source: standards
reference 6.1 and 6.3, after IMAS 07.12. A step that is not in this table is refused when it is written; where other
software wrote it, it counts nothing and a finding (LR3205) says why. How to: [quality](../how-to/quality.md).
"""


def page() -> str:
    """Text of the page."""
    steps = [
        (step.source.display if step.source else "(new)", step.act.display, step.target.display, step.by.display,
         step.needs.display)
        for step in STEPS
    ]  # fmt: skip
    states = [(state.display, "yes" if state in OPEN_STATES else "no") for state in NonconformityState]
    severities = ", ".join(severity.display.lower() for severity in NonconformitySeverity)
    return "\n".join(
        [
            HEAD,
            table(("From", "Act", "To", "Who", "Needs"), steps),
            "## Open or closed\n",
            table(("State", "Counts as open"), states),
            f"Severities, gravest first: {severities}. Which of them stop a release while open, and which need another",
            "organisation to verify them, is set by the [profile](profile.md) (`quality.blocking`,",
            "`quality.verify_outside`).\n",
        ]
    )
