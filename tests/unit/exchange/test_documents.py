"""What the manual shows works as it says."""

import re
from pathlib import Path

import pytest

from landrelease.exchange.mapping import FieldRule, FileSection, GeometrySection, Mapping, NumberSection, parse_mapping
from landrelease.exchange.registry import FORMATS

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "formats" / "mapping-v1.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
TABLE = re.search(r"```text\n(.*?)```", PAGE, re.DOTALL).group(1)


def test_every_example_is_a_mapping():
    assert [parse_mapping(text).kind for text in EXAMPLES] == ["evidence", "hazard.report"]


def test_the_example_reads_the_table_beside_it(tmp_path, read):
    path = tmp_path / "hazards.csv"
    path.write_text(TABLE, encoding="utf-8")
    [row] = read(path, EXAMPLES[0])[0]
    assert row.findings == []
    body = row.proposal.body
    assert (body.kind.value, [term.value for term in body.ordnance]) == ("explosive_item", ["mine_ap", "uxo"])
    assert body.shape.entered.coordinates == [["500010.5", "8670020"]]
    assert row.proposal.valid_from == "2019-07-31"


@pytest.mark.parametrize("model", [Mapping, FileSection, NumberSection, GeometrySection, FieldRule])
def test_every_key_is_described(model):
    undescribed = {
        field.alias or name for name, field in model.model_fields.items() if f"`{field.alias or name}`" not in PAGE
    }
    assert undescribed <= {"file", "numbers", "valid", "source", "geometry", "constants", "fields", "sha256"}


def test_every_format_is_on_the_generated_page():
    page = (DOCS / "reference" / "formats.md").read_text(encoding="utf-8")
    assert [name for name in FORMATS if f"| `{name}` |" not in page] == []


def test_every_option_of_the_how_to_is_one_of_the_command(capsys):
    from typer.main import get_command

    from landrelease.cli import app

    known = {
        option
        for command in get_command(app).commands.values()
        for parameter in command.params
        for option in [*parameter.opts, *parameter.secondary_opts]
    }
    page = (DOCS / "how-to" / "import.md").read_text(encoding="utf-8")
    assert set(re.findall(r"--[a-z][a-z-]+", page)) - known == set()
