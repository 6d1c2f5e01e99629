"""Commands of the vehicle."""

import typer

app = typer.Typer(no_args_is_help=True, help="vehicle")
