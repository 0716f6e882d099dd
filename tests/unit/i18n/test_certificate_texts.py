"""The certificate is whole in each of its languages, however little else a catalogue holds."""

import pytest
from tools import messages

from landrelease.release.criteria import CHECKLIST_ITEMS
from landrelease.release.decision import NO_ESTIMATE
from landrelease.report.document import CERTIFICATE_LANGUAGES
from landrelease.terms import AssetKind, Effort, OrdnanceClass, QualityResult, ReleaseRoute, ReleaseStatus

MODULES = {"report/certificate_blocks.py", "release/certificate.py"}
"""Whose texts are printed on it; its map has none."""
TERMS = (ReleaseRoute, AssetKind, OrdnanceClass, QualityResult, ReleaseStatus, Effort)


def texts():
    """Every text that the certificate may print."""
    said = {
        message.id
        for message in messages.template()
        if message.id and MODULES & {place for place, _ in message.locations}
    }
    return said | {term.display for terms in TERMS for term in terms} | set(CHECKLIST_ITEMS) | {NO_ESTIMATE}


@pytest.mark.parametrize("code", [code for code in CERTIFICATE_LANGUAGES if code != "en"])
def test_every_text_of_the_certificate_is_translated(code):
    catalogue = messages.read(messages.LOCALE / code / "LC_MESSAGES" / "landrelease.po")
    have = {message.id for message in catalogue if message.id and message.string and not message.fuzzy}
    assert texts() - have == set()


def test_there_are_texts_to_translate():
    assert len(texts()) > 100


@pytest.mark.parametrize("code", ["ar", "uk"])
def test_the_rest_of_a_catalogue_may_be_missing(code):
    path = messages.LOCALE / code / "LC_MESSAGES" / "landrelease.po"
    assert 0 < messages.share_translated(path) < 1
    assert list(messages.problems(path)) == []
