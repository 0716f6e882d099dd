"""Tiles on the workers of a Dask scheduler: the same map; what goes wrong there is told and leaves nothing behind."""

import os
import time
from collections.abc import Iterator

import numpy as np
import pytest
from distributed import Client, LocalCluster
from tests.samples.field_looks import YEAR
from tests.samples.tiled import GRID, SETTINGS, TILE_CELLS, territory
from tests.samples.watchers import Impatient

from landrelease.errors import LandreleaseError
from landrelease.hazard.field import workers as workers_module
from landrelease.hazard.field.estimator import FieldEstimator, FieldSurface
from landrelease.hazard.field.tiles import fit_in_tiles
from landrelease.hazard.field.workers import OnDask, TileError, local_client
from landrelease.progress import SILENT


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with local_client(2) as made:
        yield made


def fitted(client: object, **options: object) -> FieldSurface:
    return fit_in_tiles(  # type: ignore[call-overload, no-any-return]
        territory(), GRID, YEAR, FieldEstimator(SETTINGS), tile_cells=TILE_CELLS, client=client, **options
    )


def test_workers_give_the_map_of_this_process(client: Client) -> None:
    here, there = fitted(None), fitted(client)
    np.testing.assert_allclose(there.items_per_m2, here.items_per_m2, rtol=1e-5)


def test_any_address_will_do(client: Client) -> None:
    np.testing.assert_allclose(fitted(client.scheduler.address).items_per_m2, fitted(client).items_per_m2, rtol=1e-6)


def _worker(_argument: int) -> int:
    return os.getpid()


def test_a_tile_stays_with_its_worker(client: Client) -> None:
    workers = OnDask(client)
    found = workers.fetch([workers.start(home, _worker, turn) for turn in range(3) for home in range(2)], SILENT)
    assert found[0::2] == [found[0]] * 3
    assert len(set(found)) == 2
    assert os.getpid() not in found


def _broken(_argument: int) -> int:
    raise ZeroDivisionError("made up")


def test_work_that_fails_is_told_with_its_tile(client: Client) -> None:
    workers = OnDask(client)
    with pytest.raises(TileError, match="ZeroDivisionError: made up") as told:
        workers.fetch([workers.start(0, _worker, 1), workers.start(1, _broken, 1)], SILENT)
    assert told.value.index == 1


def test_a_failure_is_an_error_of_the_catalogue(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("landrelease.hazard.field.tiles.summarise", _broken)
    with pytest.raises(LandreleaseError, match=r"(?s)LR4064.*made up"):
        fitted(client)


def test_a_watcher_cancels_and_the_workers_are_free_again(client: Client) -> None:
    with pytest.raises(KeyboardInterrupt):
        fitted(client, progress=Impatient(4))
    assert client.submit(_worker, 1, pure=False).result(timeout=30) > 0


def _dies(_argument: int) -> int:
    os._exit(3)


def test_a_worker_that_dies_is_told() -> None:
    with local_client(1) as alone:
        workers = OnDask(alone)
        with pytest.raises(TileError, match="KilledWorker"):
            workers.fetch([workers.start(0, _dies, 1)], SILENT)


def test_a_scheduler_without_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("landrelease.hazard.field.workers.CONNECT", "1s")
    with pytest.raises(LandreleaseError, match="LR4063"):
        fitted("tcp://127.0.0.1:9")


@pytest.mark.parametrize("address", ["nonsense://x", "127.0.0.1:notaport"])
def test_an_address_that_is_none_is_told(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("landrelease.hazard.field.workers.CONNECT", "1s")
    with pytest.raises(LandreleaseError, match="LR4063"):
        fitted(address)


def test_a_scheduler_without_workers_is_told() -> None:
    with local_client(0) as empty, pytest.raises(LandreleaseError, match="LR4065"):
        fitted(empty)


def _busy(_argument: int) -> None:
    time.sleep(2)


def test_a_scheduler_whose_last_worker_dies_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers_module, "WITHOUT_WORKERS_S", 0.5)
    local = LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None)  # type: ignore
    with local as cluster, Client(cluster) as client:  # type: ignore[no-untyped-call]
        workers = OnDask(client)
        handle = workers.start(0, _busy, 1)
        monkeypatch.setattr(client, "scheduler_info", lambda **_options: {"workers": {}})
        with pytest.raises(LandreleaseError) as told:
            workers.fetch([handle], SILENT)
    assert told.value.codes == ("LR4065",)
