"""Writing a whole file or none."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path to write to; it takes the place of `path` when the block succeeds, and vanishes when it fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as folder:
        draft = Path(folder) / path.name
        yield draft
        draft.replace(path)


def template(name: str) -> str:
    """Return the text of a template that the package carries."""
    return files("landrelease.report").joinpath("templates", name).read_text(encoding="utf-8")


@contextmanager
def replacing_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder to write files to; they move into `folder` when the block succeeds, else nothing does.

    Other files of the folder stay. A file of the same name is replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".writing-") as name:
        draft = Path(name)
        yield draft
        for file in sorted(draft.iterdir()):
            file.replace(folder / file.name)
