"""A folder of results gets all its files or keeps what it had."""

import pytest

from landrelease.report.files import replacing_folder


def test_files_move_in_together(tmp_path):
    (tmp_path / "old.txt").write_text("old")
    (tmp_path / "same.txt").write_text("old")
    with replacing_folder(tmp_path) as draft:
        (draft / "same.txt").write_text("new")
        (draft / "more.txt").write_text("new")
        assert (tmp_path / "same.txt").read_text() == "old"
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "old.txt": "old", "same.txt": "new", "more.txt": "new",
    }  # fmt: skip


@pytest.mark.parametrize("problem", [ValueError, KeyboardInterrupt])
def test_a_failure_leaves_the_folder_as_it_was(tmp_path, problem):
    (tmp_path / "same.txt").write_text("old")

    def write_half():
        with replacing_folder(tmp_path) as draft:
            (draft / "same.txt").write_text("half")
            raise problem

    with pytest.raises(problem):
        write_half()
    assert [path.name for path in tmp_path.iterdir()] == ["same.txt"]
    assert (tmp_path / "same.txt").read_text() == "old"


def test_a_folder_is_made_where_there_is_none(tmp_path):
    with replacing_folder(tmp_path / "a" / "b") as draft:
        (draft / "file.txt").write_text("text")
    assert (tmp_path / "a" / "b" / "file.txt").read_text() == "text"
