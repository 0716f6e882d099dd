"""What is published into a database: the layers of a register with who said what, and what they stand for."""

from collections.abc import Callable

import geopandas as gpd
import pandas as pd

from landrelease import __version__
from landrelease.errors import ErrorCode, Finding
from landrelease.exchange.postgis import Stamp, check_published, read_stamp
from landrelease.land.accounts import build_accounts
from landrelease.progress import SILENT, Progress
from landrelease.record.ledger import Ledger
from landrelease.record.proofs.merkle import root
from landrelease.record.register import Register
from landrelease.report.layers import area_layer, evidence_layer, task_layer

Layers = dict[str, gpd.GeoDataFrame]


def published_layers(register: Register, progress: Progress = SILENT) -> Layers:
    """Make the layers of a register as `landrelease.exchange.postgis` publishes them.

    Returns
    -------
    dict
        The frames of `landrelease.study.layers` with the organisation that made each statement, a name for each item of
        evidence, and the administrative area of each task.
    """
    accounts = build_accounts(register, progress=progress)
    areas = area_layer(register, accounts)
    evidence, tasks = evidence_layer(register), task_layer(register, areas)
    item = evidence.groupby("entry").cumcount() + 1
    places = dict(zip(areas["area_id"], areas["admin_area"], strict=True))
    said_by = _organisations(register)
    return {
        "land_part": said_by(accounts.parts(), "report"),
        "hazardous_area": said_by(areas, "report"),
        "evidence": said_by(evidence.assign(evidence_id=evidence["entry"] + "/" + item.astype(str)), "entry"),
        "task": said_by(tasks.assign(admin_area=tasks["area_id"].map(places)), "entry"),
    }


def _organisations(register: Register) -> Callable[[gpd.GeoDataFrame, str], gpd.GeoDataFrame]:
    """What adds to a frame the organisation of the statement that a column names."""

    def said_by(frame: gpd.GeoDataFrame, column: str) -> gpd.GeoDataFrame:
        names = [register.entry(each).organisation for each in frame[column]]
        return frame.assign(organisation=pd.Series(names, index=frame.index, dtype=object))

    return said_by


def stamp_of(ledger: Ledger, register: Register, as_of: str | None, valid_on: str | None) -> Stamp:
    """Say what a register of this ledger stands for: the first statements of its log, and the root over them."""
    size = len(register)
    return Stamp(
        size, root(ledger.store.hashes(0, size)).hex(), register.last_hash, as_of, valid_on, ledger.node,
        f"landrelease {__version__}",
    )  # fmt: skip


def compare_published(ledger: Ledger, register: Register, dsn: str, progress: Progress = SILENT) -> list[Finding]:
    """Compare what is published with what the record says now.

    Parameters
    ----------
    register
        For the as-of and the valid day of the stamp (`landrelease.exchange.postgis.read_stamp`).

    Returns
    -------
    list of Finding
        LR2074 where nothing is published, LR2078 where the stamp is of another log, LR2077 where statements have
        arrived since, LR2073 for each layer that differs.
    """
    stamp = read_stamp(dsn)
    if stamp is None:
        return check_published(dsn, {})
    findings = []
    size = len(ledger)
    if stamp.log_size > size or root(ledger.store.hashes(0, stamp.log_size)).hex() != stamp.root:
        findings.append(Finding(ErrorCode.LAYERS_OF_OTHER_LOG, {"size": stamp.log_size, "root": stamp.root}))
    elif stamp.log_size < len(register):
        details = {"count": len(register) - stamp.log_size, "published": f"{stamp.published:%Y-%m-%d %H:%M}"}
        findings.append(Finding(ErrorCode.LAYERS_BEHIND, details))
    return findings + check_published(dsn, published_layers(register, progress))
