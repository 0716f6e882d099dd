"""Every invariant has a test, and every mark names an invariant."""

import pytest
from tools.pages.compliance import INVARIANTS, Held, held_by, page

NUMBERS = [invariant.number for invariant in INVARIANTS]


def test_there_are_twenty():
    assert list(range(1, 21)) == NUMBERS
    assert {invariant.number for invariant in INVARIANTS if invariant.level == "W"} == {17, 19}


@pytest.mark.parametrize("number", NUMBERS)
def test_every_invariant_has_a_test(number):
    assert held_by().get(number)


def test_every_mark_names_an_invariant():
    assert sorted(set(held_by()) - set(NUMBERS)) == []


def test_the_page_names_them_all():
    text = page()
    for invariant in INVARIANTS:
        assert f"\n## {invariant.number}. " in text
        assert invariant.text in text


def test_marks_on_modules_classes_and_functions_are_read(tmp_path):
    (tmp_path / "test_sample.py").write_text(
        "import pytest\n"
        "pytestmark = [pytest.mark.invariant(1)]\n"
        "def test_a_b():\n    pass\n"
        "class TestC:\n    @pytest.mark.invariant(2, 3)\n"
        "    def test_d(self):\n        '''Says it.\n\n        More.'''\n"
        "@pytest.mark.invariant\ndef test_e(): pass\n"
        "@pytest.mark.invariant('x')\ndef test_f(): pass\n"
        "def helper(): pass\n"
    )
    held = held_by(tmp_path)
    assert held[1][0] == Held("test_sample.py", "test_a_b", "a b")
    assert held[2] == held[3] == [Held("test_sample.py", "test_d", "Says it.")]
    assert [one.name for one in held[0]] == ["test_e", "test_f"]
    assert len(held[1]) == 4
