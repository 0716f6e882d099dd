"""Short tables that documents and maps show: states, figures by region, findings by code."""

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import pandas as pd

from landrelease.errors import Finding, Severity
from landrelease.report.data import FINDING_COLUMNS, rows_of
from landrelease.report.wording import stated
from landrelease.terms import ReleaseStatus

_ORDER = {severity: rank for rank, severity in enumerate((Severity.ERROR, Severity.WARNING, Severity.NOTE))}


def area_by_state(parts: pd.DataFrame) -> pd.DataFrame:
    """Count parts and sum m² by release status, every status once: columns ``state``, ``parts``, ``area_m2``."""
    sums = parts.groupby("release_status")["area_m2"].agg(["size", "sum"])
    rows = [
        (state, int(sums["size"].get(state.value, 0)), float(sums["sum"].get(state.value, 0.0)))
        for state in ReleaseStatus
    ]
    return pd.DataFrame(rows, columns=["state", "parts", "area_m2"])


def region_names(admin: pd.DataFrame, level: int = 1) -> pd.Series:
    """Name of the region of a level that each administrative area lies in; itself where it lies in none."""
    rows = {str(row.admin_area): row for row in rows_of(admin)}
    return pd.Series([_region(key, rows, level) for key in rows], index=list(rows), dtype=object)


def _region(key: str, rows: dict[str, Any], level: int) -> str:
    seen: set[str] = set()
    row = rows[key]
    while int(row.level) > level and row.parent in rows and row.parent not in seen:
        seen.add(row.parent)
        row = rows[row.parent]
    return str(row.name)


def figures_by_region(figures: pd.DataFrame, admin: pd.DataFrame, level: int = 1) -> dict[str, pd.DataFrame]:
    """Sum figures without geometry by region, one table a data set, regions down, measures across, total last.

    An administrative area that is not on record, such as ``ANTIOQUIA/GRANADA``, counts to what precedes the stroke.
    """
    known = region_names(admin, level).to_dict()
    regions = [known.get(area, stated(area).split("/")[0]) for area in figures["admin_area"]]
    tables = {}
    for dataset, rows in figures.assign(region=regions).groupby("dataset", sort=True):
        table = rows.pivot_table(index="region", columns="measure", values="value", aggfunc="sum", sort=False)
        table = table[list(dict.fromkeys(rows["measure"]))].sort_index()
        table.loc["total"] = table.sum()
        tables[str(dataset)] = table
    return tables


def evidence_counts(evidence: gpd.GeoDataFrame) -> pd.DataFrame:
    """Count what shows contamination, by kind of statement and kind: columns ``record``, ``kind``, ``count``."""
    counts = evidence.groupby(["record", "kind"], dropna=False).size().reset_index(name="count")
    ordered: pd.DataFrame = counts.sort_values(["count", "kind"], ascending=[False, True], ignore_index=True)
    return ordered


def summarise_findings(findings: Iterable[Finding]) -> pd.DataFrame:
    """Count findings by code, gravest first, with the first of each as an example; columns `FINDING_COLUMNS`."""
    first: dict[str, Finding] = {}
    counts: dict[str, int] = {}
    for finding in findings:
        code = finding.error.code
        first.setdefault(code, finding)
        counts[code] = counts.get(code, 0) + 1
    ordered = sorted(first.values(), key=lambda finding: (_ORDER[finding.severity], finding.error.code))
    rows = [
        (
            each.error.code, each.severity.value, each.what, each.remedy, counts[each.error.code], each.where
        )
        for each in ordered
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(FINDING_COLUMNS))
