"""Memory does not grow with the file: the whole import, ledger and all, in a process of its own."""

import subprocess
import sys

import pytest

pytest.importorskip("resource")

MAPPING = """
mapping = 1
dataset = "xx.claims"
kind = "accident"
key = ["id"]
[valid]
from = { column = "day" }
[fields.kind]
column = "kind"
[fields.note]
column = "note"
"""
IMPORT = """
import resource, sys
import landrelease.record.stores.sqlite as store
store._CACHE_KB = 2_000  # a page cache that is full soon, so that smaller files show the same
from landrelease.exchange.importing import import_file
from landrelease.record.ledger import Ledger
folder, rows = sys.argv[1], sys.argv[2]
with Ledger.create(f"{folder}/{rows}.sqlite") as ledger:
    result = import_file(ledger, f"{folder}/{rows}.csv", author="a", organisation="o", reviewer="r",
                         accept_partial=True, mapping=f"{folder}/mapping.toml")
print(result.added, result.refused, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def peak_mb(folder, rows):
    """Import a file of about 16 kB a row, every tenth refused, and return the peak memory in MB."""
    with (folder / f"{rows}.csv").open("w") as out:
        out.write("id,day,kind,note\n")
        for number in range(rows):
            kind = "flood" if number % 10 == 0 else "mine"
            out.write(f"{number},2020,{kind},{number:06d}{'x' * 16_000}\n")
    command = [sys.executable, "-c", IMPORT, str(folder), str(rows)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    added, refused, megabytes = map(int, done.stdout.split())
    assert (added, refused) == (rows * 9 // 10, rows // 10)
    return megabytes


def test_a_file_four_times_as_large_takes_no_more_memory(tmp_path):
    (tmp_path / "mapping.toml").write_text(MAPPING)
    small, large = peak_mb(tmp_path, 1_000), peak_mb(tmp_path, 4_000)
    grown = ((tmp_path / "4000.csv").stat().st_size - (tmp_path / "1000.csv").stat().st_size) / 1e6
    assert grown > 45
    assert large - small < grown / 4
