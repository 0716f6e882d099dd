"""Signing officers of a story: a ledger with a key of its own, and officers whose keys it granted."""

from landrelease.record.signing.keyring import grant_key
from landrelease.record.signing.keys import SigningKey
from landrelease.terms import KeyRole

DIRECTOR = "person:director"
SIGNED = {"signatory": DIRECTOR, "organisation": "org:authority", "day": "2026-06-20"}


def key(number):
    """The same key for the same number."""
    return SigningKey.from_seed(bytes([number]) * 32)


def grant_officer(story, number=7, person=DIRECTOR, until=None, since=None):
    """Grant an officer a key; returns it."""
    officer = key(number)
    grant_key(story.ledger, officer.public, KeyRole.OFFICER, person, until=until, since=since)
    return officer
