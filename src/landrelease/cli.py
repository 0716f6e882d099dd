"""The command line."""

import typer

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def main_options() -> None:
    """From scattered evidence of explosive ordnance to land proven safe."""


def main() -> None:
    """Run the command line."""
    app()
