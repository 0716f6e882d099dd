"""A mapping of survey results, and a way to read rows with it without a ledger."""

import pytest

from landrelease.exchange.importing import import_file
from landrelease.exchange.mapping import parse_mapping
from landrelease.exchange.proposal import Reading, Row
from landrelease.exchange.registry import find_format
from landrelease.profile import load_profile
from landrelease.record.ledger import Ledger

TODAY = "2026-08-14"
ACCIDENTS = """
mapping = 1
dataset = "xx.accidents"
kind = "accident"
key = ["key"]
complete_edition = true
[valid]
from = { column = "year" }
[constants]
kind = "mine"
[fields.killed]
column = "killed"
"""
"""Accidents by key and year; every file is a complete edition."""
HAZARDS = """
mapping = 1
dataset = "xx.hazards"
kind = "hazard.report"
key = ["code"]
subject = "area:{code}"

[valid]
from = { column = "surveyed", forms = ["%d/%m/%Y"] }

[geometry]
wkt = "perimeter"
crs = "EPSG:4326"
quality = "gnss"

[constants]
hazard_kind = "area"

[fields.name]
column = "name"
required = true

[fields.classification]
column = "class"
required = true
codes = { Suspected = "sha", Confirmed = "cha" }

[fields.estimated_area_m2]
column = "area"
unit = "ha"
"""


@pytest.fixture(scope="session")
def profile():
    return load_profile()


@pytest.fixture
def ledger(tmp_path):
    with Ledger.create(tmp_path / "ledger.sqlite") as made:
        yield made


@pytest.fixture
def read(profile):
    """Read a file; returns its rows and the findings that hold for the whole file."""

    def read_path(path, mapping=None, format_name=None, repair=False):
        loaded = parse_mapping(mapping) if mapping is not None else None
        form = find_format(path, format_name, mapped=loaded is not None)
        items = list(form.read(Reading(path, profile, TODAY, loaded, repair)))
        return [i for i in items if isinstance(i, Row)], [i for i in items if not isinstance(i, Row)]

    return read_path


@pytest.fixture
def take(ledger):
    """Import a file as the importer does, with a reviewer."""

    def take_path(path, mapping=None, **options):
        loaded = parse_mapping(mapping) if isinstance(mapping, str) else mapping
        options = {"reviewer": "reviewer", "today": TODAY} | options
        return import_file(ledger, path, author="importer", organisation="centre", mapping=loaded, **options)

    return take_path
