"""Catalogues: extraction from the source, bringing up to date, compiling, checking."""

import gettext
import io
import re
import time

import pytest
from tools import messages

from landrelease.errors import ErrorCode, Finding
from landrelease.i18n import language
from landrelease.terms import Activity, LandClass, ReleaseStatus

SOURCE = """
from landrelease.i18n import N_, _, ngettext

A = N_("Cleared")
def f(path, n):
    return _("There is no file {path}").format(path=path), ngettext("{count} row", "{count} rows", n), _("Cleared")
def g():
    return "not marked", _(A)
"""


@pytest.fixture
def house(tmp_path):
    """A source tree with four marked texts and an empty folder of languages."""
    source, locale = tmp_path / "src", tmp_path / "locale"
    (source / "room").mkdir(parents=True)
    (source / "room" / "a.py").write_text(SOURCE, encoding="utf-8")
    return source, locale


def fill(path, texts):
    """Translate some texts of a catalogue, as a person would in an editor."""
    text = path.read_text(encoding="utf-8")
    for english, translated in texts.items():
        before = f'msgid "{english}"\nmsgstr ""'
        assert before in text, english
        text = text.replace(before, f'msgid "{english}"\nmsgstr "{translated}"')
    path.write_text(text, encoding="utf-8")


def compile_(path):
    path.with_suffix(".mo").write_bytes(messages.compiled(path))


def test_marked_texts_are_found_once_with_their_modules(house):
    found = {
        message.id: [module for module, _ in message.locations] for message in messages.template(house[0]) if message.id
    }
    assert found == {
        "Cleared": ["room/a.py"],
        "There is no file {path}": ["room/a.py"],
        ("{count} row", "{count} rows"): ["room/a.py"],
    }


def test_a_new_language_begins_empty_and_without_dates(house):
    path = messages.update("fr", house[1], house[0])
    text = path.read_text(encoding="utf-8")
    assert path.relative_to(house[1]).as_posix() == "fr/LC_MESSAGES/landrelease.po"
    assert 'msgid "Cleared"\nmsgstr ""' in text
    assert "Date" not in text
    assert "nplurals=2" in text


def test_an_update_keeps_what_was_translated_and_is_stable(house):
    path = messages.update("fr", house[1], house[0])
    fill(path, {"Cleared": "Nettoyé"})
    once = messages.update("fr", house[1], house[0]).read_bytes()
    assert "Nettoyé".encode() in once
    assert messages.update("fr", house[1], house[0]).read_bytes() == once


def test_an_update_drops_what_is_gone_and_proposes_for_what_changed(house):
    path = messages.update("fr", house[1], house[0])
    fill(path, {"Cleared": "Nettoyé", "There is no file {path}": "Il n'y a pas de fichier {path}"})
    changed = SOURCE.replace('"Cleared"', '"Reopened"').replace("There is no file", "There is no such file")
    (house[0] / "room" / "a.py").write_text(changed, encoding="utf-8")
    text = messages.update("fr", house[1], house[0]).read_text(encoding="utf-8")
    assert 'msgid "Cleared"' not in text
    assert "fuzzy" in text
    catalogue = gettext.GNUTranslations(io.BytesIO(messages.compiled(path)))
    assert catalogue.gettext("There is no such file {path}") == ("There is no such file {path}")


def test_a_compiled_catalogue_translates(house):
    path = messages.update("fr", house[1], house[0])
    fill(path, {"Cleared": "Nettoyé"})
    catalogue = gettext.GNUTranslations(io.BytesIO(messages.compiled(path)))
    assert catalogue.gettext("Cleared") == "Nettoyé"
    assert catalogue.gettext("There is no file {path}") == "There is no file {path}"


def test_the_same_texts_compile_to_the_same_bytes_at_any_time(house):
    path = messages.update("fr", house[1], house[0])
    once = messages.compiled(path)
    assert time.strftime("%Y-%m-%d", time.gmtime()).encode() not in once
    assert messages.compiled(path) == once


WRONG = [
    # English, translated, what is said
    ("There is no file {path}", "Pas de fichier {chemin}", "other fields"),
    ("There is no file {path}", "Pas de fichier", "other fields"),
    ("There is no file {path}", "Pas de fichier {path", "other fields"),
]


@pytest.mark.parametrize(("english", "translated", "said"), WRONG)
def test_a_translation_with_other_fields_is_refused(house, english, translated, said):
    path = messages.update("fr", house[1], house[0])
    fill(path, {english: translated})
    compile_(path)
    assert [problem for problem in messages.problems(path, house[0]) if said in problem]


def test_a_stale_or_missing_mo_is_refused(house):
    path = messages.update("fr", house[1], house[0])
    assert "stale" in " ".join(messages.problems(path, house[0]))
    compile_(path)
    assert list(messages.problems(path, house[0])) == []
    fill(path, {"Cleared": "Nettoyé"})
    assert "stale" in " ".join(messages.problems(path, house[0]))


def test_a_translation_of_nothing_is_refused(house):
    path = messages.update("fr", house[1], house[0])
    path.write_text(path.read_text(encoding="utf-8") + '\nmsgid "Gone"\nmsgstr "Parti"\n', encoding="utf-8")
    compile_(path)
    assert [problem for problem in messages.problems(path, house[0]) if "not in the source" in problem]


def test_the_share_that_is_translated(house):
    path = messages.update("fr", house[1], house[0])
    fill(path, {"Cleared": "Nettoyé"})
    assert messages.share_translated(path, house[0]) == pytest.approx(1 / 3)


@pytest.mark.parametrize("path", messages.catalogues(), ids=lambda path: path.parts[-3])
def test_the_languages_of_the_house_are_in_order(path):
    assert list(messages.problems(path)) == []


@pytest.mark.parametrize(
    ("term", "french"),
    [
        (ReleaseStatus.CLEARED, "Dépolluée"),
        (LandClass.SHA, "Zone soupçonnée dangereuse"),
        (LandClass.CHA, "Zone dangereuse confirmée"),
        (Activity.NTS, "Enquête non technique"),
    ],
)
def test_french_words_of_the_field(term, french):
    with language("fr"):
        assert term.label == french
    assert term.label != french


def test_a_finding_in_french():
    finding = Finding(ErrorCode.FILE_MISSING, {"path": "a.csv"}, file="a.csv", row=3)
    with language("fr"):
        assert str(finding) == "LR0002 a.csv, ligne 3: Le fichier a.csv n'existe pas. Vérifiez le chemin."


@pytest.fixture(scope="module")
def marked():
    """Every marked text of the house."""
    return [message for message in messages.template() if message.id]


def test_every_room_marks_its_texts(marked):
    modules = {module.partition("/")[0] for message in marked for module, _ in message.locations}
    assert {"errors.py", "terms.py", "cli", "report", "record"} <= modules


def test_no_marked_text_is_built_by_an_f_string(marked):
    """An f-string inside ``_()`` cannot be extracted: its text would never be translated."""
    assert len(marked) > 300
    built = re.compile(r"\b(?:N_|_|ngettext)\(\s*f[\"']")
    sources = {path: path.read_text(encoding="utf-8") for path in messages.SOURCE.rglob("*.py")}
    assert [path.name for path, text in sources.items() if built.search(text)] == []
