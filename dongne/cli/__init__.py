"""The `dongne` command: parses, calls and prints; whatever it does, a script can do with the same calls."""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from importlib.metadata import version
from itertools import pairwise
from typing import Annotated, Any

import typer

from dongne.cli.options import AsJson, Deployments, Lang, Rpc, SharedOptions
from dongne.config import language_of
from dongne.language import Language, _, translated

COMMANDS = {"status": _("Show the deployment: contracts, roles, delays")}
"""Commands without a group, each in a module of its name."""

GROUPS = {
    "currency": _("Local currency"),
    "voucher": _("Vouchers: money for a purpose"),
    "vehicle": _("Vehicle registry"),
    "ballot": _("Ballot"),
    "index": _("Tables of what the chain says, for queries and exports"),
    "roles": _("Roles of the city's offices"),
    "key": _("Keystores"),
    "sign": _("Sign messages that others relay"),
}
"""Groups of commands, each in a module of its name. A module is imported only where it is used."""

ALL = (*COMMANDS, *GROUPS)

_COMPLETED_LINE = ("COMP_WORDS", "_TYPER_COMPLETE_ARGS")


def application(used: Iterable[str] = ALL) -> typer.Typer:
    """The command line with the groups of `used` whole and the others by name only: starting takes a third so long."""
    app = typer.Typer(
        name="dongne",
        help=_("A city's local currency, vehicle registry and ballot on an Ethereum-compatible chain."),
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    for name, text in COMMANDS.items():
        app.add_typer(_module(name) if name in used else _stub(name, text))
    for name, text in GROUPS.items():
        app.add_typer(_module(name) if name in used else _stub(), name=name, help=text)
    return app


def command(language: Language = "en", used: Iterable[str] = ALL) -> Any:
    """The command line as an object that can be called, its help in a language."""
    return _translate(typer.main.get_command(application(used)), language)


def main() -> None:
    """Entry point of the `dongne` command."""
    sys.exit(run(sys.argv[1:], os.environ))


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run one command; returns its exit code. Errors of ours are one message, Ctrl-C says what is under way."""
    from dongne.errors import DongneError, Interrupted

    language = _language(arguments, environment)
    # A shell that completes a line hands it over in a variable: bash in the first, others in the second.
    words = [*arguments, *(word for name in _COMPLETED_LINE for word in environment.get(name, "").split())]
    used = [name for name in ALL if name in words]
    try:
        command(language, used).main(list(arguments), prog_name="dongne", standalone_mode=True)
    except DongneError as error:
        typer.echo(f"dongne: {error.explain(language)}", err=True)
        return 130 if isinstance(error, Interrupted) else 1
    except KeyboardInterrupt:
        typer.echo("\ndongne: " + translated(_("Stopped. Nothing was under way."), language), err=True)
        return 130
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0


def _root(
    context: typer.Context,
    rpc: Rpc = None,
    deployments: Deployments = None,
    lang: Lang = None,
    as_json: AsJson = None,
    _version: Annotated[
        bool | None,
        typer.Option(
            "--version", help=_("Print the version"), is_eager=True, callback=lambda asked: _show_version(asked)
        ),
    ] = None,
) -> None:
    context.obj = SharedOptions(rpc, deployments, lang, as_json)


def _show_version(asked: bool | None) -> None:
    if asked:
        typer.echo(f"dongne {version('dongne')}")
        raise typer.Exit


def _module(name: str) -> typer.Typer:
    app: typer.Typer = import_module(f"dongne.cli.{name}").app
    return app


def _stub(command_name: str = "", text: str = "") -> typer.Typer:
    """A group or command that is only listed."""
    stub = typer.Typer()
    if command_name:
        stub.command(command_name, help=text)(lambda: None)
    else:
        stub.callback()(lambda: None)
    return stub


def _translate(node: Any, language: Language) -> Any:
    """Give a command, its options and its sub-commands the help of a language."""
    parameters = node.get_params(node.context_class(node, info_name=node.name))  # with --help, which is not in params
    for thing in (node, *parameters):
        for attribute in ("help", "short_help", "epilog", "rich_help_panel"):
            text = getattr(thing, attribute, None)
            if isinstance(text, str) and text:
                setattr(thing, attribute, translated(text, language))
    for child in getattr(node, "commands", {}).values():
        _translate(child, language)
    return node


def _language(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """The language that was asked for, even where the settings could not be read; the option is above the variable."""
    asked = [after for before, after in pairwise(arguments) if before == "--lang"]
    asked += [argument.removeprefix("--lang=") for argument in arguments if argument.startswith("--lang=")]
    return language_of({**environment, **({"DONGNE_LANG": asked[-1]} if asked else {})})
