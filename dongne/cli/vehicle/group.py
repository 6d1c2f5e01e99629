"""The group `dongne vehicle`; its modules add their commands to it."""

import typer

from dongne.language import _

app = typer.Typer(no_args_is_help=True, help=_("Vehicle registry"))
