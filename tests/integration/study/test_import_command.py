"""Importing from the command line: who reviews for whom, and what is told of changes that wait."""

import json

import pytest
from tests.samples.exchange import ACCIDENTS

from landrelease.cli import main
from landrelease.record.ledger import Ledger


def run(*arguments):
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    assert not ended.value.code


@pytest.fixture
def imported(tmp_path, capsys):
    """Import rows into a workspace; return what is printed."""
    (tmp_path / "map.toml").write_text(ACCIDENTS)
    run("init", tmp_path / "w")
    capsys.readouterr()

    def take(name, *rows, options=(), author="ana"):
        path = tmp_path / name
        if rows:
            path.write_text("\n".join(["key,year,killed", *rows, ""]))
        run("import", tmp_path / "w", path, "--mapping", tmp_path / "map.toml", "--author", author, *options)
        printed = capsys.readouterr()
        return printed.out if "--json" in options else printed.out + printed.err

    return take


def test_a_reviewer_may_act_for_another_organisation(tmp_path, imported):
    imported(
        "a.csv",
        "E,2000,1",
        options=("--organisation", "op", "--reviewer", "bo", "--reviewer-organisation", "authority"),
    )
    with Ledger.open(tmp_path / "w" / "ledger.sqlite") as ledger:
        [review] = [logged.entry for logged in ledger.log(kind="review")]
        assert (review.author, review.organisation) == ("bo", "authority")


def test_what_waits_is_told_and_the_same_file_with_a_reviewer_accepts_it(imported):
    imported("a.csv", "E,2000,1", "F,2000,1", options=("--reviewer", "bo"))
    told = imported("b.csv", "E,2000,2")
    assert "LR2054" in told
    again = json.loads(imported("b.csv", options=("--reviewer", "bo", "--json")))
    assert (again["awaiting_review"], again["reviewed"], again["added"]) == (0, 3, 0)
    assert [finding["code"] for finding in again["findings"]] == ["LR2053"]


def test_counts_for_machines_tell_apart_what_took_effect(imported):
    imported("a.csv", "E,2000,1", "F,2000,1", options=("--reviewer", "bo"))
    counts = json.loads(imported("b.csv", "E,2000,2", options=("--json",)))
    assert (counts["replaced"], counts["withdrawn"], counts["awaiting_review"]) == (1, 1, 2)
