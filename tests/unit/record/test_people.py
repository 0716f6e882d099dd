"""Whose names are the same."""

import pytest

from landrelease.record.people import NOT_STATED, person_key, same_organisation, same_person


@pytest.mark.parametrize(
    ("name", "other", "same"),
    [
        ("ana", "ana", True),
        ("ana", "ANA", True),
        ("ana", " Ana\t", True),
        ("Ana  Maria", "ana maria", True),
        ("\uff41\uff4e\uff41", "ana", True),  # full-width letters
        ("Jose\u0301", "JOSÉ", True),  # a combining accent
        ("Straße", "STRASSE", True),
        ("Ana\u00a0Maria", "ana maria", True),  # a no-break space
        ("ana", "ane", False),
        ("José", "Jose", False),
        ("ana maria", "anamaria", False),
    ],
)
def test_spellings_of_one_name(name, other, same):
    assert same_person(name, other) is same
    assert same_person(other, name) is same
    assert (person_key(name) == person_key(other)) is same


@pytest.mark.parametrize(
    ("name", "other", "same"),
    [
        ("centre", "centre", True),
        ("centre", "Centre", False),
        (NOT_STATED, NOT_STATED, False),
        ("Not Stated ", "Not Stated ", False),
        ("", "", False),
    ],
)
def test_who_named_no_organisation_shares_it_with_nobody(name, other, same):
    assert same_organisation(name, other) is same


@pytest.mark.parametrize("sign", ["\u200b", "\u200d", "\u00ad", "\ufeff", "\u2060", "\u202e"])
def test_what_cannot_be_seen_makes_no_other_person(sign):
    assert same_person(f"person:a{sign}mina", "person:amina")
