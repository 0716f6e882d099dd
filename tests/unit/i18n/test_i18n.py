"""Translation: what is marked, what is shown, in which language."""

import contextvars
import threading

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from landrelease import i18n
from landrelease.errors import ErrorCode, Finding, fail
from landrelease.i18n import N_, _, current_language, language, ngettext, translation


@pytest.fixture
def loud(tmp_path, monkeypatch):
    """A made-up language with three messages, in a folder of its own."""
    catalog = Catalog(locale="fr")
    catalog.add("Cleared", "CLEARED!")
    catalog.add("There is no file {path}", "NO FILE {path}!")
    catalog.add(("{count} row", "{count} rows"), ("{count} ROW!", "{count} ROWS!"))
    folder = tmp_path / "locale" / "xx" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "landrelease.mo").open("wb") as file:
        write_mo(file, catalog)
    monkeypatch.setattr(i18n, "files", lambda package: tmp_path)
    return "xx"


def test_english_is_the_language_of_the_source():
    assert _("Cleared") == "Cleared"
    assert translation("en").gettext("Cleared") == "Cleared"


def test_a_marked_message_is_translated_only_when_shown(loud):
    marked = N_("Cleared")
    with language(loud):
        assert (marked, _(marked)) == ("Cleared", "CLEARED!")


def test_the_language_ends_with_its_block(loud):
    with language(loud):
        with language("en"):
            assert _("Cleared") == "Cleared"
        assert _("Cleared") == "CLEARED!"
    assert _("Cleared") == "Cleared"


def test_the_language_ends_even_when_the_work_fails(loud):
    with pytest.raises(ValueError, match="stop"), language(loud):
        raise ValueError("stop")
    assert _("Cleared") == "Cleared"


@pytest.mark.parametrize(
    ("message", "shown"), [("Cleared", "CLEARED!"), ("Never translated", "Never translated"), ("Reduced", "Reduced")]
)
def test_what_is_missing_stays_english(loud, message, shown):
    with language(loud):
        assert _(message) == shown


def test_an_unknown_language_is_english():
    with language("tlh"):
        assert _("Cleared") == "Cleared"


@pytest.mark.parametrize(("count", "english", "other"), [(1, "1 row", "1 ROW!"), (2, "2 rows", "2 ROWS!")])
def test_plurals(loud, count, english, other):
    assert ngettext("{count} row", "{count} rows", count).format(count=count) == english
    with language(loud):
        assert ngettext("{count} row", "{count} rows", count).format(count=count) == other


def test_a_finding_speaks_the_reader_s_language_not_the_maker_s(loud):
    finding = Finding(ErrorCode.FILE_MISSING, {"path": "a.csv"})
    with language(loud):
        assert finding.what == "NO FILE a.csv!"
    assert finding.what == "There is no file a.csv"


def test_the_current_language_has_a_name(loud):
    assert current_language() == "en"
    with language(loud):
        assert current_language() == loud


def test_an_exception_is_worded_where_it_was_raised(loud):
    with language(loud):
        error = fail(ErrorCode.FILE_MISSING, path="a.csv")
    assert "NO FILE" in str(error)


def test_threads_have_their_own_language(loud):
    heard = []

    def work():
        heard.append(_("Cleared"))

    with language(loud):
        bare, copied = (
            threading.Thread(target=work),
            threading.Thread(target=contextvars.copy_context().run, args=[work]),
        )
        for thread in (bare, copied):
            thread.start()
            thread.join()
    assert heard == ["Cleared", "CLEARED!"]


@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        ({}, "Cleared"),
        ({"LANDRELEASE_LANGUAGE": ""}, "Cleared"),
        ({"LANDRELEASE_LANGUAGE": "tlh"}, "Cleared"),
        ({"LANDRELEASE_LANGUAGE": "xx"}, "CLEARED!"),
        ({"LANG": "xx"}, "Cleared"),
    ],
)
def test_the_environment_may_name_the_language(loud, environment, shown):
    assert i18n.language_of(environment).catalogue.gettext("Cleared") == shown
