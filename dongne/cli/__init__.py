"""The `dongne` command: parses, calls and prints; whatever it does, a script can do with the same calls."""

import os
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import version
from itertools import pairwise
from typing import Annotated, Any, get_args

import typer
from typer.exceptions import TyperException

from dongne.cli.options import AsJson, Deployments, Lang, Rpc, SharedOptions
from dongne.cli.usage import USAGE, speak, wrong
from dongne.config import language_of
from dongne.language import Language, Message, _, translated

COMMANDS = {
    "init": _("Make a city's file and a settings file by asking"),
    "deploy": _("Deploy the suite to a chain, or go on where a deployment stopped"),
    "status": _("Show the deployment: contracts, roles, delays"),
    "export": _("Write the index's tables to files, for DuckDB, Spark, pandas or a spreadsheet"),
    "doctor": _("Look for the usual faults of an installation, and say what to do"),
}
"""Commands without a group, each in a module of its name."""

GROUPS = {
    "currency": _("Local currency"),
    "voucher": _("Vouchers: money for a purpose"),
    "vehicle": _("Vehicle registry"),
    "ballot": _("Ballot"),
    "index": _("Tables of what the chain says, for queries and exports"),
    "relay": _("The relayer: takes signed messages in by HTTP and carries them to the chain"),
    "roles": _("Roles of the city's offices"),
    "key": _("Keystores"),
    "sign": _("Sign messages that others relay"),
}
"""Groups of commands, each in a module of its name. A module is imported only where it is used."""

ALL = (*COMMANDS, *GROUPS)

SHOWN = ("help", "short_help", "epilog", "rich_help_panel", "options_metavar", "subcommand_metavar")
"""Attributes of a command or option that its help shows."""

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


@cache
def command(language: Language = "en", used: tuple[str, ...] = ALL) -> Any:
    """The command line as an object that can be called, its help in a language; made once in a process."""
    return _translate(typer.main.get_command(application(used)), language)


def main() -> None:
    """Entry point of the `dongne` command."""
    sys.exit(run(sys.argv[1:], os.environ))


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run one command; returns its exit code (`ExitCode`). Whatever goes wrong is one message."""
    from dongne.errors import DongneError, ExitCode

    language = _language(arguments, environment)
    # A shell that completes a line hands it over in a variable: bash in the first, others in the second.
    words = [*arguments, *(word for name in _COMPLETED_LINE for word in environment.get(name, "").split())]
    used = tuple(name for name in ALL if name in words)
    speak(language)
    try:
        ended = command(language, used).main(list(arguments), prog_name="dongne", standalone_mode=False)
    except DongneError as error:
        return _failed(error.message, language, error.exit_code)
    except TyperException as error:
        return _misused(error, language)
    except (KeyboardInterrupt, typer.Abort):
        ended = ExitCode.INTERRUPTED
    except Exception:
        traceback.print_exc()
        return _failed(
            Message(_("This is a fault of the program: please report it with the lines above.")), language, ExitCode.BUG
        )
    except SystemExit as end:
        ended = end.code if isinstance(end.code, int) else 1
    if ended == ExitCode.INTERRUPTED:
        typer.echo(err=True)  # behind the ^C
        return _failed(Message(_("Stopped. Nothing was under way.")), language, ExitCode.INTERRUPTED)
    return ended if isinstance(ended, int) else ExitCode.DONE


def _failed(message: Message, language: Language, code: int) -> int:
    typer.echo(f"dongne: {message.text(language)}", err=True)
    return int(code)


def _misused(error: Any, language: Language) -> int:
    """A command line that is not valid; one without a command has shown the help already."""
    from dongne.errors import ExitCode

    if type(error).__name__ == "NoArgsIsHelpError":
        return ExitCode.USAGE
    return _failed(wrong(error), language, ExitCode.USAGE)


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
        for attribute in SHOWN:
            text = getattr(thing, attribute, None)
            if isinstance(text, str) and text:
                setattr(thing, attribute, translated(text, language))
    get_usage = node.get_usage
    node.get_usage = lambda context: get_usage(context).replace("Usage: ", translated(USAGE, language), 1)
    for child in getattr(node, "commands", {}).values():
        _translate(child, language)
    return node


def _language(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """The language that was asked for, even where the settings could not be read; the option is above the variable."""
    asked = [after for before, after in pairwise(arguments) if before == "--lang"]
    asked += [argument.removeprefix("--lang=") for argument in arguments if argument.startswith("--lang=")]
    known = [language for language in asked if language in get_args(Language)]
    return language_of({**environment, **({"DONGNE_LANG": known[-1]} if known else {})})
