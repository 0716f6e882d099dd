"""The vocabulary: stable values, names for people."""

import json
import pickle
import re

import pytest

from landrelease import terms
from landrelease.i18n import language
from landrelease.terms import EvidenceKind, LandClass, ReleaseRoute, ReleaseStatus, Term

VOCABULARIES = [c for c in vars(terms).values() if isinstance(c, type) and issubclass(c, Term) and c is not Term]
WORDS = [(vocabulary, term) for vocabulary in VOCABULARIES for term in vocabulary]


def test_there_are_words():
    assert len(VOCABULARIES) >= 20
    assert len(WORDS) >= 100


def test_values_are_short_lower_case_words_that_files_can_carry():
    assert [term for _, term in WORDS if not re.fullmatch(r"[a-z][a-z0-9_]*", term.value)] == []


def test_every_word_has_a_name_for_people():
    assert [term for _, term in WORDS if not term.label.strip() or term.label != term.display] == []
    assert [term for _, term in WORDS if term.label[0] != term.label[0].upper()] == []


def test_names_differ_within_a_vocabulary():
    for vocabulary in VOCABULARIES:
        assert len({term.label for term in vocabulary}) == len(vocabulary), vocabulary


def test_member_names_are_the_values_in_capitals():
    assert [term for _, term in WORDS if term.name != term.value.upper()] == []


def test_a_word_is_its_value_everywhere():
    for vocabulary, term in WORDS:
        assert vocabulary(term.value) is term
        assert str(term) == f"{term}" == term.value == term
        assert json.loads(json.dumps(term)) == term.value
        assert pickle.loads(pickle.dumps(term)) is term


def test_an_unknown_value_is_refused():
    with pytest.raises(ValueError, match="'cleaned' is not a valid ReleaseStatus"):
        ReleaseStatus("cleaned")


def test_a_word_without_a_catalogue_is_shown_in_english():
    with language("tlh"):
        assert LandClass.SHA.label == "Suspected hazardous area"


def test_each_route_is_also_a_state_of_a_part():
    assert {route.value for route in ReleaseRoute} < {status.value for status in ReleaseStatus}


@pytest.mark.parametrize("kind", ["land_in_use", "other"])
def test_evidence_may_speak_against_contamination_or_be_of_no_listed_kind(kind):
    assert EvidenceKind(kind).label
