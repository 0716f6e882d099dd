"""``landrelease audit --replay``: snapshots that say something else than the record."""

from dataclasses import replace

import pytest
from tests.samples.published import workspace as published

from landrelease.cli import main
from landrelease.history import cache_of, check_snapshots, make_snapshots
from landrelease.record.asof.snapshots import Snapshot, names
from landrelease.record.workspace import Workspace


@pytest.fixture
def workspace(tmp_path):
    published(tmp_path / "w").close()
    with Workspace.open(tmp_path / "w") as opened:
        size = len(opened.ledger)
        make_snapshots(opened.ledger, cache_of(opened), [size // 2, size])
        yield opened


def found(workspace):
    return [(one.error.code, one.details["size"]) for one in check_snapshots(workspace.ledger, cache_of(workspace))]


def edit(workspace, change):
    """Write the last snapshot changed, with a checksum that fits."""
    size = len(workspace.ledger)
    name = names(workspace.ledger, [size])[size]
    snapshot = cache_of(workspace).read(size, name)
    cache_of(workspace).write(name, change(snapshot))
    return size


def kept(snapshot: Snapshot, engine: str, column: str, change):
    """The snapshot with one column of an engine changed."""
    arrays = dict(snapshot.kept[engine])
    arrays[column] = change(arrays[column].copy())
    return replace(snapshot, kept={**snapshot.kept, engine: arrays})


def first(value):
    def change(array):
        array[0] = value(array[0])
        return array

    return change


def test_those_of_the_record_are_sound(workspace):
    assert found(workspace) == []


def standing(snapshot):
    standings = snapshot.prefix.standings.copy()
    standings[3] = (standings[3] + 1) % 3
    return replace(snapshot, prefix=replace(snapshot.prefix, standings=standings))


@pytest.mark.parametrize(
    "change",
    [
        standing,
        lambda snapshot: replace(snapshot, prefix=replace(snapshot.prefix, needed=2)),
        lambda snapshot: kept(snapshot, "land", "part_area_m2", first(lambda area: area * 2)),
        lambda snapshot: kept(snapshot, "land", "part_area_m2", lambda areas: areas[:-1]),
        lambda snapshot: kept(snapshot, "land", "movement_area_m2", first(lambda area: area + 1)),
        lambda snapshot: kept(snapshot, "land", "part_wkb", first(lambda byte: byte ^ 1)),
    ],
    ids=["standing", "reviewers", "area", "fewer", "movement", "shape"],
)
def test_one_that_was_edited_is_found(workspace, change):
    size = edit(workspace, change)
    assert found(workspace) == [("LR1179", size)]


def test_those_that_are_passed_over_are_told(workspace):
    size = len(workspace.ledger)
    path = max(cache_of(workspace).folder.iterdir())
    path.write_bytes(path.read_bytes()[:-1])
    (cache_of(workspace).folder / f"{size + 7:010d}-{'0' * 32}.snapshot").write_bytes(b"of a longer log")
    (finding,) = check_snapshots(workspace.ledger, cache_of(workspace))
    assert (finding.error.code, finding.details["count"]) == ("LR1180", 2)


def test_the_record_and_its_snapshots_stay_as_they_are(workspace):
    before = {path.name: path.read_bytes() for path in cache_of(workspace).folder.iterdir()}
    assert found(workspace) == []
    assert {path.name: path.read_bytes() for path in cache_of(workspace).folder.iterdir()} == before


def test_the_command_compares_when_it_is_asked_to(workspace, capsys):
    edit(workspace, standing)
    for options, code in ([], 0), (["--replay"], 1):
        with pytest.raises(SystemExit) as left:
            main(["audit", str(workspace.path), "--quiet", *options])
        assert left.value.code == code
    assert "LR1179" in capsys.readouterr().err
