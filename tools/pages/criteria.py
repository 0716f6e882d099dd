"""The page of release criteria, from the table that the gate uses."""

from landrelease.release.criteria import CRITERIA, Criterion


def page() -> str:
    """Text of ``docs/reference/criteria.md``."""
    head = (
        "# Release criteria\n\nWhat land must meet before a named person may release it. This page is generated from "
        "`landrelease/release/criteria.py`;\nvalues come from the [standards profile](profile.md).\n\n"
        "| code | criterion | needs | who is answerable | profile value | source | error |\n"
        "|---|---|---|---|---|---|---|\n"
    )
    return head + "".join(_row(criterion) for criterion in CRITERIA.values())


def _row(criterion: Criterion) -> str:
    label = f"{criterion.label} (advisory)" if criterion.advisory else criterion.label
    cells = (
        f"`{criterion.code}`", label, criterion.needs, criterion.decides.display, _parameters(criterion.parameter),
        criterion.source, criterion.error.code,
    )  # fmt: skip
    return f"| {' | '.join(cells)} |\n"


def _parameters(names: str | None) -> str:
    return ", ".join(f"`{name}`" for name in names.split(", ")) if names else ""
