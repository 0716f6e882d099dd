"""The picture of who said what: every saying has its mark, and only pictures are written."""

import pytest
from tests.samples.claims import held

from landrelease.errors import LandreleaseError
from landrelease.report.claims_figure import timeline_figure, write_timeline

CLAIMS = [
    held(1, said="2025-03-01", answers=[{"verdict": "denied"}, {"verdict": "acknowledged", "said": "2025-06"}]),
    held(2, said="before 2025-05", speaker="analysts"),
    held(3, said="2025-03-02", text="x " * 200),
]


def texts(figure):
    return [text.get_text() for part in figure.subfigs for text in part.findobj() if hasattr(text, "get_text")]


def test_every_saying_is_numbered_and_listed():
    shown = texts(timeline_figure(CLAIMS))
    assert {"1", "2", "3", "4", "5"} <= set(shown)
    listed = next(text for text in shown if "analysts (said)" in text)
    assert sum(line[:1].isdigit() for line in listed.splitlines()) == 5


def test_kinds_of_saying_are_told_apart_by_shape():
    assert {"Said", "Denied", "Acknowledged"} <= set(texts(timeline_figure(CLAIMS)))


@pytest.mark.parametrize(("name", "start"), [("a.png", b"\x89PNG"), ("a.svg", b"<?xml")])
def test_a_picture_is_written(tmp_path, name, start):
    write_timeline(CLAIMS, tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(start)


def test_no_claims_make_an_empty_picture(tmp_path):
    write_timeline([], tmp_path / "none.svg")
    assert (tmp_path / "none.svg").exists()


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(LandreleaseError, match="LR2001"):
        write_timeline(CLAIMS, tmp_path / "a.pdf")
    assert list(tmp_path.iterdir()) == []
