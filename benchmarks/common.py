"""What every benchmark shares: its options, a stopwatch, and the JSON object on the last line."""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Figures = dict[str, Any]


class Stopwatch:
    """Seconds of wall time of one block."""

    seconds: float = float("nan")


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    """Time a block: ``with stopwatch() as watch: ...; watch.seconds``."""
    watch, start = Stopwatch(), time.perf_counter()
    yield watch
    watch.seconds = time.perf_counter() - start


def run(measure: Callable[[int, bool], Figures], description: str) -> None:
    """Read ``--seed`` and ``--quick``, measure, and print the figures as one JSON line, the last of the output."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--seed", type=int, default=1, help="seed of every random draw")
    parser.add_argument("--quick", action="store_true", help="small sizes, for continuous integration")
    options = parser.parse_args()
    print(json.dumps(measure(options.seed, options.quick)))
