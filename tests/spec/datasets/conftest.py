"""The three registers of Colombia, imported once: the older clearance edition in 2015, everything else in 2019."""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from landrelease.exchange.importing import import_file
from landrelease.record.fold import fold
from landrelease.record.ledger import Ledger

FILES = {
    "clearance_2014": "colombia_clearance/desminado_2005_2014_latamdataresources.csv",
    "clearance_2019": "colombia_clearance/desminado_v1.csv",
    "events": "colombia_events/events_1990_2019.csv",
    "victims": "colombia_victims/victims_2017-10.csv",
}
RECEIVED = {"clearance_2014": 2015}


@dataclass
class Colombia:
    ledger: Ledger
    results: dict
    paths: dict

    def register(self, received_by=None):
        return fold(self.ledger.log(received_by=received_by))

    def findings(self, name, code):
        return [finding for finding in self.results[name].findings if finding.error.code == code]


@pytest.fixture(scope="session")
def colombia(shared_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("colombia")
    now = [2015]
    ledger = Ledger.create(folder / "ledger.sqlite", clock=lambda: datetime(now[0], 6, 1, tzinfo=UTC))
    results, paths = {}, {}
    for name, file in FILES.items():
        now[0] = RECEIVED.get(name, 2019)
        paths[name] = shutil.copy(shared_data / file, folder)
        results[name] = import_file(
            ledger, paths[name], author="importer", organisation="centre", reviewer="reviewer", accept_partial=True,
            today="2026-08-14",
        )  # fmt: skip
    yield Colombia(ledger, results, paths)
    ledger.close()


@pytest.fixture(scope="session")
def register(colombia):
    """The register as known today."""
    return colombia.register()
