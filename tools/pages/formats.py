"""``docs/reference/formats.md``, from the registry of formats and the table of writers."""

from landrelease.exchange.registry import FORMATS, Format
from landrelease.exchange.writing import WRITERS
from landrelease.i18n import _
from tools.pages import NOTICE, table

HEAD = f"""{NOTICE}

# File formats

Generated from `src/landrelease/exchange/registry.py`. How to use them: [import a file](../how-to/import.md).

## In

*Mapping*: whether a [mapping file](../formats/mapping-v1.md) says what the columns mean. *Complete edition*: whether
what a later file no longer has is withdrawn; with a mapping, the mapping file says so.
"""
COLUMNS = """
## Columns of the formats without a mapping

A CSV file whose header holds all of one line is recognised. Additional columns are left alone.
"""


def page() -> str:
    """Text of the page."""
    read = table(
        ("Format", "What", "Files", "Dataset", "Kinds", "Mapping", "Complete edition"),
        [_line(form) for form in FORMATS.values()],
    )
    columns = [
        (f"`{form.name}`", ", ".join(f"`{name}`" for name in sorted(signature)))
        for form in FORMATS.values()
        for signature in form.signatures
    ]
    written = "\n## Out\n\n" + ", ".join(f"`{suffix}`" for suffix in WRITERS)
    tail = ", and cloud-optimised GeoTIFF for grids. Layers are in EPSG:4326; in tables, shapes are well-known text.\n"
    return "\n".join([HEAD, read, COLUMNS, table(("Format", "Columns"), columns), written + tail])


def _line(form: Format) -> tuple[str, ...]:
    kinds = ", ".join(f"`{kind}`" for kind in form.kinds) or "any"
    files = ", ".join(f"`{suffix}`" for suffix in form.suffixes)
    dataset = f"`{form.dataset}`" if form.dataset else "named by the mapping"
    complete = "mapping" if form.needs_mapping else "yes" if form.complete else "no"
    return f"`{form.name}`", _(form.title), files, dataset, kinds, "yes" if form.needs_mapping else "no", complete
