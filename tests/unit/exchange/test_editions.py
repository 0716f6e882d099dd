"""How a file is matched with what its dataset holds, drawn as tables: key and content of rows, before and after."""

import pytest

from landrelease.exchange.editions import compare, replacements, withdrawn
from landrelease.exchange.proposal import Proposal, Row
from landrelease.exchange.staging import Staging
from landrelease.record.entry import Entry
from landrelease.record.kinds import Accident
from landrelease.terms import AccidentKind


def body(content):
    return Accident(kind=AccidentKind.MINE, note=content)


def row(number, text, corrects=None):
    key, content = text.split(":")
    values = {} if corrects is None else {"refused_file": "F", "refused_row": str(corrects)}
    return Row(number, {"text": text} | values, Proposal(key, "accident", body(content), "2000"))


def entry(number, key_stem, content, subject_number):
    return Entry(
        f"old{number}", b"", "n", number, "", "accident", f"{key_stem}:{subject_number}", "2000", None, "", "a", "o",
        {"file": "F", "row": number}, (), {"kind": "mine", "note": content},
    )  # fmt: skip


def stem_of(key):
    with Staging("d") as staging:
        staging.add(row(2, f"{key}:x"))
        return staging.one("SELECT stem FROM fresh")


@pytest.fixture
def match():
    """Match rows with what is held; returns counts, subject numbers of what is recorded, and what gives way to what."""

    def matched(held, fresh, complete=True, correction=False):
        numbers = {}
        with Staging("d") as staging:
            for number, text in enumerate(held.split(), 2):
                key, content = text.split(":")
                numbers[key] = numbers.get(key, 0) + 1
                staging.hold([entry(number, stem_of(key), content, numbers[key])])
            for number, text in enumerate(fresh.split(), 2):
                text, _, corrects = text.partition("@")
                staging.add(row(number, text, int(corrects) if corrects else None))
            counts = compare(staging, complete=complete, correction=correction)
            recorded = [(int(item[2].rsplit(":", 1)[1]), item[1]) for item in staging.fresh()]
            staging.run("UPDATE fresh SET entry = 'new' || row WHERE held IS NULL")
            changes = [(change.replaced, change.by) for change in replacements(staging)]
            gone = [entry for _free, entry in withdrawn(staging)]
        return counts, recorded, changes, gone

    return matched


@pytest.mark.parametrize(
    ("held", "fresh", "unchanged", "added", "replaced", "gone"),
    [
        ("", "A:1 B:1", 0, 2, 0, 0),
        ("A:1", "A:1", 1, 0, 0, 0),
        ("A:1 B:1", "B:1 A:1", 2, 0, 0, 0),
        ("A:1", "A:2", 0, 0, 1, 0),
        ("A:1 B:1", "A:1", 1, 0, 0, 1),
        ("A:1", "A:1 A:1 A:1", 1, 2, 0, 0),
        ("A:1 A:1 A:1", "A:1", 1, 0, 0, 2),
        ("A:1 A:2", "A:2 A:3", 1, 0, 1, 0),
        ("A:1 A:1", "A:2", 0, 0, 2, 0),
        ("A:1", "A:2 A:3", 0, 1, 1, 0),
        ("A:1 A:1 A:2", "A:1 A:2 A:3", 2, 0, 1, 0),
    ],
)
def test_rows_are_matched_as_multisets(match, held, fresh, unchanged, added, replaced, gone):
    counts, _recorded, _changes, withdrawn_ = match(held, fresh)
    assert (counts.unchanged, counts.added, counts.replaced, counts.withdrawn) == (unchanged, added, replaced, gone)
    assert len(withdrawn_) == gone


@pytest.mark.parametrize(
    ("held", "fresh", "recorded"),
    [
        ("", "A:1 B:1 A:1", [(1, 2), (1, 3), (2, 4)]),
        ("A:1", "A:2", [(1, 2)]),  # a changed row keeps its subject
        ("A:1 A:2", "A:1 A:2 A:3", [(3, 4)]),  # a new one never takes a number that was used
        ("A:1 A:2", "A:2 A:3 A:4", [(1, 3), (3, 4)]),
    ],
)
def test_subjects_are_numbered_within_their_key(match, held, fresh, recorded):
    assert match(held, fresh)[1] == recorded


def test_within_one_key_the_new_together_take_the_place_of_the_old(match):
    assert match("A:1 A:2 B:1", "A:3 B:2")[2] == [(("old2", "old3"), ("new2",)), (("old4",), ("new3",))]


def test_nothing_is_withdrawn_of_an_incomplete_edition(match):
    counts, _recorded, changes, gone = match("A:1 B:1 B:2", "B:1", complete=False)
    assert (counts.withdrawn, counts.gone_kept, changes, gone) == (0, 2, [], [])


def test_a_correction_replaces_the_row_it_names_and_no_other(match):
    counts, recorded, changes, gone = match("A:1 A:2 A:3", "A:9@3", correction=True, complete=False)
    assert (counts.replaced, counts.added, counts.gone_kept) == (1, 0, 2)
    assert (recorded, changes, gone) == ([(2, 2)], [(("old3",), ("new2",))], [])


def test_a_correction_of_a_row_that_was_refused_whole_is_added(match):
    counts, recorded, changes, _gone = match("A:1", "A:9@77", correction=True, complete=False)
    assert (counts.replaced, counts.added, recorded, changes) == (0, 1, [(2, 2)], [])
