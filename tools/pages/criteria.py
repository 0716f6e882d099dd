"""The page of release criteria, from the table that the gate uses."""

from landrelease.release.criteria import CRITERIA


def page() -> str:
    """Text of ``docs/reference/criteria.md``."""
    head = (
        "# Release criteria\n\nWhat land must meet before a named person may release it. This page is generated from "
        "`landrelease/release/criteria.py`;\nvalues come from the [standards profile](profile.md).\n\n"
        "| code | criterion | needs | who is answerable | profile value | source | error |\n|---|---|---|---|---|---|---|\n"
    )
    rows = (
        f"| `{each.code}` | {each.label}{' (advisory)' if each.advisory else ''} | {each.needs} | {each.decides.display} "
        f"| {_parameters(each.parameter)} | {each.source} | {each.error.code} |\n"
        for each in CRITERIA.values()
    )
    return head + "".join(rows)


def _parameters(names: str | None) -> str:
    return ", ".join(f"`{name}`" for name in names.split(", ")) if names else ""
