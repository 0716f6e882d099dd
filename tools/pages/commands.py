"""``docs/reference/cli.md``, from the typer application: what it says is what ``--help`` says."""

import inspect
from collections.abc import Iterator
from typing import Any

import typer
from typer.main import get_command

from landrelease.cli import app
from tools.pages import NOTICE, table

HEAD = f"""{NOTICE}

# Command line

Generated from the application itself (`src/landrelease/cli/`). `landrelease COMMAND --help` says the same in a
terminal.
"""


def page() -> str:
    """Text of the page: one section a command."""
    return "\n".join([HEAD, *(section(context) for context in contexts())])


def contexts() -> Iterator[typer.Context]:
    """Every command with its place: the application first, then its commands in their own order, groups opened."""
    yield from _walk(typer.Context(get_command(app), info_name="landrelease"))


def section(context: typer.Context) -> str:
    """One command: usage, help, arguments, options."""
    pieces = " ".join(context.command.collect_usage_pieces(context))
    usage = f"```console\n$ {context.command_path} {pieces}\n```\n"
    parts = [f"## `{context.command_path}`\n", usage, inspect.cleandoc(context.command.help or "") + "\n"]
    return "\n".join(parts + list(_tables(context)))


def parameters(context: typer.Context, type_name: str) -> list[tuple[str, str]]:
    """Name and help of a command's arguments (``"argument"``) or options (``"option"``), as ``--help`` has them."""
    records = [parameter.get_help_record(context) for parameter in _shown(context.command.params, type_name)]
    return [record for record in records if record is not None]


def _walk(context: typer.Context) -> Iterator[typer.Context]:
    yield context
    for name, command in getattr(context.command, "commands", {}).items():
        if not command.hidden:
            yield from _walk(typer.Context(command, info_name=name, parent=context))


def _tables(context: typer.Context) -> Iterator[str]:
    for type_name, head in (("argument", "Argument"), ("option", "Option")):
        rows = [(f"`{name.strip()}`", text) for name, text in parameters(context, type_name)]
        if rows:
            yield table((head, "Meaning"), rows)


def _shown(params: list[Any], type_name: str) -> list[Any]:
    completion = {"install_completion", "show_completion"}
    return [p for p in params if p.param_type_name == type_name and not p.hidden and p.name not in completion]
