"""Workspaces."""

import pytest

from landrelease.errors import LandreleaseError
from landrelease.profile import load_profile, parse_profile
from landrelease.record.fold import fold
from landrelease.record.workspace import LEDGER, PROFILE, WORKSPACE, Workspace, adopt_changed_profile


@pytest.fixture
def stricter():
    return parse_profile(load_profile().text.replace("required_depth_cm = 13", "required_depth_cm = 20"))


def test_a_new_workspace_adopts_its_profile(tmp_path):
    with Workspace.create(tmp_path / "new" / "workspace") as workspace:
        (adopted,) = fold(workspace.ledger.log()).entries("profile")
        assert adopted.body["sha256"] == workspace.profile.sha256 == load_profile().sha256
        assert adopted.body["text"] == workspace.profile.text
        assert {path.name for path in workspace.path.iterdir()} >= {LEDGER, PROFILE, WORKSPACE}


def test_it_opens_as_it_was_made(tmp_path, stricter):
    Workspace.create(tmp_path, stricter, author="person:director", organisation="org:nc").close()
    with Workspace.open(tmp_path) as workspace:
        assert workspace.profile == stricter
        assert [logged.entry.author for logged in workspace.ledger.log()] == ["person:director"]


def test_a_profile_file_may_be_given(tmp_path, stricter):
    source = tmp_path / "national.toml"
    source.write_text(stricter.text, encoding="utf-8")
    with Workspace.create(tmp_path / "w", source) as workspace:
        assert workspace.profile == stricter


@pytest.mark.parametrize("name", [LEDGER, PROFILE, WORKSPACE])
def test_nothing_is_overwritten(tmp_path, name):
    (tmp_path / name).write_text("mine", encoding="utf-8")
    with pytest.raises(LandreleaseError, match="LR0004"):
        Workspace.create(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine"


def test_nor_a_file_in_the_place_of_the_folder(tmp_path):
    (tmp_path / "w").write_text("mine", encoding="utf-8")
    with pytest.raises(LandreleaseError, match="LR0004"):
        Workspace.create(tmp_path / "w")


def test_other_files_in_the_folder_stay(tmp_path):
    (tmp_path / "photo.jpg").write_bytes(b"x")
    Workspace.create(tmp_path).close()
    assert (tmp_path / "photo.jpg").read_bytes() == b"x"


@pytest.mark.parametrize(("text", "code"), [("[identity]\n", "LR0001"), ("=", "LR0001"), (None, "LR0002")])
def test_a_bad_profile_makes_nothing(tmp_path, text, code):
    source = tmp_path / "national.toml"
    if text is not None:
        source.write_text(text, encoding="utf-8")
    with pytest.raises(LandreleaseError, match=code):
        Workspace.create(tmp_path / "w", source)
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize(
    "content", [None, "", "format = 2\nprofile_sha256 = 'x'\n", "format = 1\n", "= not toml"], ids=repr
)
def test_what_is_no_workspace(tmp_path, content):
    if content is not None:
        (tmp_path / WORKSPACE).write_text(content, encoding="utf-8")
    with pytest.raises(LandreleaseError, match="LR0003"):
        Workspace.open(tmp_path)


@pytest.mark.parametrize(("name", "code"), [(LEDGER, "LR1008"), (PROFILE, "LR0002"), (WORKSPACE, "LR0003")])
def test_a_part_is_missing(tmp_path, name, code):
    Workspace.create(tmp_path).close()
    (tmp_path / name).unlink()
    with pytest.raises(LandreleaseError, match=code):
        Workspace.open(tmp_path)


def test_adopting_another_profile(tmp_path, stricter):
    with Workspace.create(tmp_path) as workspace:
        workspace.adopt(stricter, "person:director", "org:nc", "2026-09-01")
        assert workspace.profile == stricter
    with Workspace.open(tmp_path) as workspace:
        assert workspace.profile == stricter
        adopted = [logged.entry.body["sha256"] for logged in workspace.ledger.log(kind="profile")]
        assert adopted == [load_profile().sha256, stricter.sha256]


def test_a_profile_changed_by_hand_is_not_in_force_until_adopted(tmp_path, stricter):
    Workspace.create(tmp_path).close()
    (tmp_path / PROFILE).write_text(stricter.text, encoding="utf-8")
    with pytest.raises(LandreleaseError, match="LR1032"):
        Workspace.open(tmp_path)
    adopt_changed_profile(tmp_path, "person:director", "org:nc", "2026-09-01")
    with Workspace.open(tmp_path) as workspace:
        assert workspace.profile == stricter
        assert len(workspace.ledger) == 2
