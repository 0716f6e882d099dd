"""Appending and reading."""

import dataclasses
from datetime import datetime

import pytest

from landrelease.errors import LandreleaseError
from landrelease.record.canonical import content_hash
from landrelease.record.encoding import FIRST_PREV
from landrelease.record.ledger import Ledger

UNKNOWN = "f" * 64


class Watcher:
    """Counts what it is told, and cancels after so many units."""

    def __init__(self, most: int = 10**9) -> None:
        self.most, self.told, self.total, self.ended = most, 0, None, False

    def begin(self, label, total=None):
        self.total = total

    def advance(self, units=1):
        self.told += units
        if self.told >= self.most:
            raise KeyboardInterrupt

    def end(self):
        self.ended = True


def test_entries_are_chained_and_numbered(ledger, organisation):
    first, second, third = ledger.append([organisation(f"organisation:{n}") for n in (1, 2, 3)])
    assert [entry.seq for entry in (first, second, third)] == [1, 2, 3]
    assert [entry.prev for entry in (first, second, third)] == [FIRST_PREV, first.hash, second.hash]
    assert {entry.node for entry in (first, second, third)} == {"north"} == {ledger.node}
    assert all(content_hash(entry.content) == entry.hash for entry in (first, second, third))


def test_the_log_is_the_order_of_arrival(ledger, organisation):
    ledger.append([organisation("organisation:2")])
    ledger.append([organisation("organisation:1")])
    assert [(logged.index, logged.entry.subject) for logged in ledger.log()] == [
        (0, "organisation:2"),
        (1, "organisation:1"),
    ]
    assert len(ledger) == 2


def test_one_kind_of_the_log(ledger, organisation, report):
    ledger.append([organisation(), report(), organisation("organisation:2")])
    assert [logged.index for logged in ledger.log(kind="clearance.report")] == [1]
    assert [logged.index for logged in ledger.log(kind="organisation")] == [0, 2]
    assert list(ledger.log(kind="claim")) == []


def test_what_was_known_by_a_time(ledger, organisation, clock):
    for n in range(3):
        ledger.append([organisation(f"organisation:{n}")])
        clock.move(days=1)
    known = {day: len(list(ledger.log(received_by=day))) for day in ("2026-08-13", "2026-08-14", "2026-08-15", "2027")}
    assert known == {"2026-08-13": 0, "2026-08-14": 1, "2026-08-15": 2, "2027": 3}
    assert len(list(ledger.log(received_by="2026-08-15T15:02:10Z"))) == 1
    assert len(list(ledger.log(received_by="2026-08-15T15:02:11Z"))) == 2
    with pytest.raises(LandreleaseError, match="LR9001"):
        list(ledger.log(received_by="soon"))


def test_one_append_is_one_moment(ledger, organisation, clock):
    def slow():
        for n in range(3):
            clock.move(hours=1)
            yield organisation(f"organisation:{n}")

    ledger.append(slow())
    assert {logged.received for logged in ledger.log()} == {"2026-08-14T15:02:11Z"}


def test_a_clock_set_back_is_recorded_but_arrival_stands(ledger, organisation, clock):
    ledger.append([organisation()])
    clock.move(days=-30)
    ledger.append([organisation("organisation:2")])
    assert [(logged.received, logged.entry.recorded) for logged in ledger.log()] == [
        ("2026-08-14T15:02:11Z", "2026-08-14T15:02:11Z"),
        ("2026-08-14T15:02:11Z", "2026-07-15T15:02:11Z"),
    ]


def test_a_clock_without_zone_is_refused(tmp_path, organisation):
    with Ledger.create(tmp_path / "l.sqlite", clock=lambda: datetime(2026, 1, 1)) as ledger:
        with pytest.raises(LandreleaseError, match="LR1031"):
            ledger.append([organisation()])
        assert len(ledger) == 0


def test_all_or_nothing(ledger, organisation):
    good = organisation("organisation:2")
    for wrong, code in [
        (dataclasses.replace(good, kind="rumour"), "LR1001"),
        (dataclasses.replace(good, cites=(UNKNOWN,)), "LR1006"),
        (dataclasses.replace(good, cites=("not a hash",)), "LR1006"),
        (dataclasses.replace(good, body={}), "LR1002"),
    ]:
        with pytest.raises(LandreleaseError, match=code):
            ledger.append([good, good, wrong, good])
        assert len(ledger) == 0
    (entry,) = ledger.append([good])
    assert entry.seq == 1


def test_an_error_of_the_source_leaves_nothing(ledger, organisation):
    def broken():
        yield organisation()
        raise OSError("the memory stick was pulled out")

    with pytest.raises(OSError, match="memory stick"):
        ledger.append(broken())
    assert len(ledger) == 0


def test_cancelling_leaves_nothing(ledger, organisation):
    watcher = Watcher(most=3)
    with pytest.raises(KeyboardInterrupt):
        ledger.append((organisation(f"organisation:{n}") for n in range(10)), watcher)
    assert (len(ledger), watcher.told, watcher.ended) == (0, 3, True)


@pytest.mark.parametrize(("wrap", "total"), [(list, 4), (iter, None)])
def test_progress_is_told(ledger, organisation, wrap, total):
    watcher = Watcher()
    ledger.append(wrap([organisation(f"organisation:{n}") for n in range(4)]), watcher)
    assert (watcher.told, watcher.total, watcher.ended) == (4, total, True)


def test_appending_nothing(ledger):
    assert list(ledger.append([])) == []
    assert len(ledger) == 0


def test_citing_what_is_there(ledger, organisation, report):
    (first,) = ledger.append([organisation()])
    (second,) = ledger.append([report(cites=(first.hash,))])
    assert second.cites == (first.hash,)
    assert first.hash in ledger
    assert UNKNOWN not in ledger
    assert 5 not in ledger


def test_citing_within_one_batch(ledger, report, organisation):
    with ledger.batch() as batch:
        first = batch.add(report())
        second = batch.add(organisation(cites=(first.hash,)))
        assert len(ledger) == 0  # nobody sees it before the end
    assert [logged.entry for logged in ledger.log()] == [first, second]


def test_a_failed_batch_leaves_nothing(ledger, report):
    def half() -> None:
        with ledger.batch() as batch:
            batch.add(report())
            raise RuntimeError("thought better of it")

    with pytest.raises(RuntimeError, match="thought better"):
        half()
    assert len(ledger) == 0


def test_an_append_within_an_append_is_refused(ledger, organisation):
    def recursive():
        yield organisation()
        ledger.append([organisation("organisation:2")])

    with pytest.raises(LandreleaseError, match="LR1013"):
        ledger.append(recursive())
    assert len(ledger) == 0


def test_entries_by_hash(ledger, organisation):
    (entry,) = ledger.append([organisation()])
    assert ledger.entry(entry.hash) == entry
    for missing in (UNKNOWN, "", "no hash"):
        with pytest.raises(LandreleaseError, match="LR1015"):
            ledger.entry(missing)


def test_the_appended_are_a_sequence(ledger, organisation):
    ledger.append([organisation("organisation:0")])
    appended = ledger.append([organisation(f"organisation:{n}") for n in (1, 2, 3)])
    assert len(appended) == 3
    assert [entry.subject for entry in appended] == ["organisation:1", "organisation:2", "organisation:3"]
    assert appended[0].subject == "organisation:1"
    assert appended[-1].subject == "organisation:3"
    assert [entry.subject for entry in appended[1:]] == ["organisation:2", "organisation:3"]
    assert repr(appended) == "<3 entries from index 1>"
    with pytest.raises(IndexError):
        appended[3]


def test_same_statements_same_nonces_same_bytes(tmp_path, organisation, clock):
    from itertools import count

    def made(name):
        numbers = count()
        with Ledger.create(tmp_path / name, node="n", clock=clock, nonce=lambda: f"{next(numbers):032x}") as ledger:
            return [entry.content for entry in ledger.append([organisation(), organisation("organisation:2")])]

    assert made("a") == made("b")


def test_nodes_and_nonces_are_random_by_default(tmp_path, organisation):
    with Ledger.create(tmp_path / "a") as one, Ledger.create(tmp_path / "b") as two:
        assert one.node != two.node
        assert one.append([organisation()])[0].hash != two.append([organisation()])[0].hash
