"""The commands for whoever runs the PostgreSQL server of a programme."""

from dataclasses import asdict
from typing import Annotated

import typer

from landrelease.cli.common import Json
from landrelease.i18n import _
from landrelease.terminal import print_json, print_pairs, say

database = typer.Typer(no_args_is_help=True, help=_("Make and look after a PostgreSQL database for a record."))

Dsn = Annotated[
    str,
    typer.Argument(
        envvar="LANDRELEASE_DATABASE",
        help=_("Connection string; the password comes from PGPASSWORD or ~/.pgpass."),
    ),
]


@database.command()
def prepare(dsn: Dsn) -> None:
    """Make roles and tables as the owner of the database, or bring them forward; what is there stays."""
    from landrelease.record.stores.postgres_schema import prepare as make

    _say_done(dsn, make(dsn))


@database.command()
def migrate(dsn: Dsn) -> None:
    """Bring the tables to the version of this program as the owner of the database; what is recorded stays."""
    from landrelease.record.stores.postgres_schema import migrate as bring_forward

    _say_done(dsn, bring_forward(dsn))


@database.command()
def show(dsn: Dsn, json_: Json = False) -> None:
    """Say what a database holds and whether it can be relied on; exits 1 where it cannot."""
    from landrelease.record.stores.postgres_state import database_state

    state = database_state(dsn)
    if json_:
        print_json({**asdict(state), "sound": state.sound})
    else:
        lists = {"guards": ", ".join(state.guards), "unsafe_settings": ", ".join(state.unsafe_settings)}
        print_pairs(state.name, {**asdict(state), **lists, "sound": state.sound})
    if not state.sound:
        raise typer.Exit(1)


def _say_done(dsn: str, found: int) -> None:
    from landrelease.record.stores.postgres_connection import database_name
    from landrelease.record.stores.postgres_schema import SCHEMA_VERSION

    if found == SCHEMA_VERSION:
        say(_("{database} has the tables of version {version}").format(database=database_name(dsn), version=found))
        return
    say(
        _("{database}: tables brought from version {old} to {version}").format(
            database=database_name(dsn), old=found, version=SCHEMA_VERSION
        )
    )
