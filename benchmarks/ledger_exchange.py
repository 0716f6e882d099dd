"""Merging bundles into SQLite and PostgreSQL, and single appends on PostgreSQL."""

import random
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.common import Figures, stopwatch
from benchmarks.ledger_statements import make_reports
from landrelease.record.audit import audit
from landrelease.record.bundles.bundle import export_bundle
from landrelease.record.bundles.merge import merge
from landrelease.record.entry import Statement
from landrelease.record.keeping import KeyGrant
from landrelease.record.ledger import Ledger
from landrelease.record.proofs.merkle import root
from landrelease.record.signing.keys import SigningKey
from landrelease.terms import KeyRole

FIELD = "field-north"


def merging(seed: int, count: int, singles: int, make_database: Callable[[], str] | None) -> Figures:
    """Write a signed bundle of so many entries, merge it at a centre on each database; None: PostgreSQL is not here."""
    draw = random.Random(seed)
    centre_key, field_key = (SigningKey.from_seed(draw.randbytes(32)) for _ in range(2))
    reports = list(make_reports(draw, count))
    with TemporaryDirectory() as name:
        folder = Path(name)
        bundle, field_root = make_bundle(folder, reports, field_key, centre_key)
        with Ledger.create(folder / "centre.sqlite", "centre", signer=centre_key) as centre:
            figures = {"merge_per_s_sqlite": merge_rate(centre, bundle, field_key, field_root)}
        if make_database:
            with Ledger.create_database(make_database(), "centre", signer=centre_key) as centre:
                figures["merge_per_s_postgres"] = merge_rate(centre, bundle, field_key, field_root)
            figures["single_appends_per_s_postgres"] = single_rate(make_database(), centre_key, reports[:singles])
        figures["bundle_bytes_an_entry"] = bundle.stat().st_size / count
    return figures


def make_bundle(
    folder: Path, reports: list[Statement], field_key: SigningKey, centre_key: SigningKey
) -> tuple[Path, bytes]:
    """A field node's signed entries as a bundle, and the root of its log."""
    with Ledger.create(folder / "field.sqlite", FIELD, signer=field_key, root=centre_key.public.hex) as ledger:
        ledger.append(reports)
        (bundle,) = export_bundle(ledger, folder / "field.bundle")
        return bundle, root(ledger.store.hashes())


def merge_rate(centre: Ledger, bundle: Path, field_key: SigningKey, field_root: bytes) -> float:
    """Entries a second: unpacking, form, hash, chain, signature, citations, one transaction."""
    body = KeyGrant(role=KeyRole.NODE, holder=FIELD, public_key=field_key.public.hex)
    centre.append(
        [Statement("key.grant", f"key:{field_key.public.hex}", body, "2026-01-01", "person:root", "organisation:nc")]
    )
    before = len(centre)
    with stopwatch() as watch:
        result = merge(centre, bundle)
    assert result.held == 0
    assert len(centre) == before + result.added
    assert root(centre.store.hashes(before)) == field_root
    assert audit(centre).intact
    return result.added / watch.seconds


def single_rate(dsn: str, key: SigningKey, reports: list[Statement]) -> float:
    """Signed appends a second, each with its own commit."""
    with Ledger.create_database(dsn, signer=key) as ledger:
        ledger.append(reports[:20])
        with stopwatch() as watch:
            for report in reports[20:]:
                ledger.append([report])
        assert len(ledger) == 1 + len(reports)
    return (len(reports) - 20) / watch.seconds
