import gc
import threading

import pytest

from landrelease.land.ahead import ahead
from landrelease.record.fold import collection_paused


def test_results_come_in_order():
    assert list(ahead(lambda item: item * item, range(50))) == [(item, item * item) for item in range(50)]


def test_nothing():
    assert list(ahead(str, [])) == []


def test_an_error_of_the_work_comes_out():
    with pytest.raises(ZeroDivisionError):
        list(ahead(lambda item: 1 // item, [1, 0]))


def test_only_a_few_items_wait():
    """Items are drawn as they are needed: a watcher who cancels does not wait for all of them."""
    drawn = []

    def items():
        for item in range(10_000):
            drawn.append(item)
            yield item

    lazily = ahead(lambda item: item, items())
    next(lazily)
    lazily.close()
    assert len(drawn) < 1_000
    assert threading.active_count() < 100


@pytest.mark.parametrize("was_on", [True, False])
def test_collection_is_as_it_was(was_on):
    before = gc.isenabled()
    (gc.enable if was_on else gc.disable)()
    try:
        with collection_paused():
            assert not gc.isenabled()
        assert gc.isenabled() == was_on
    finally:
        (gc.enable if before else gc.disable)()
