"""The options that every command takes, and those of every command that sends; both may follow the command."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from dongne.language import _

Function = TypeVar("Function", bound=Callable[..., None])

_PANEL = _("Options of every command")
_SENDING_PANEL = _("Options of every command that sends")

Rpc = Annotated[
    str | None, typer.Option("--rpc", help=_("JSON-RPC address of a node; else DONGNE_RPC"), rich_help_panel=_PANEL)
]
Deployments = Annotated[
    Path | None,
    typer.Option(
        "--deployments", help=_("Folder of the address books; else DONGNE_DEPLOYMENTS"), rich_help_panel=_PANEL
    ),
]
Lang = Annotated[
    str | None, typer.Option("--lang", help=_("ko or en; else DONGNE_LANG, else LANG"), rich_help_panel=_PANEL)
]
AsJson = Annotated[bool | None, typer.Option("--json", help=_("Print JSON"), rich_help_panel=_PANEL)]

Keystore = Annotated[
    Path | None,
    typer.Option(
        "--keystore", help=_("Encrypted key of the sender; else DONGNE_KEYSTORE"), rich_help_panel=_SENDING_PANEL
    ),
]
PasswordFile = Annotated[
    Path | None,
    typer.Option(
        "--password-file",
        help=_("File with its password; else DONGNE_KEYSTORE_PASSWORD_FILE; else it is asked for"),
        rich_help_panel=_SENDING_PANEL,
    ),
]
DryRun = Annotated[
    bool | None,
    typer.Option(
        "--dry-run",
        help=_("Say what would be sent and whether it would pass; send nothing"),
        rich_help_panel=_SENDING_PANEL,
    ),
]
Yes = Annotated[
    bool | None, typer.Option("--yes", "-y", help=_("Answer yes to every question"), rich_help_panel=_SENDING_PANEL)
]
Safe = Annotated[
    str | None,
    typer.Option(
        "--safe",
        help=_("Address of a Safe: write a file for its Transaction Builder instead of sending"),
        rich_help_panel=_SENDING_PANEL,
    ),
]
SafeFile = Annotated[
    Path | None,
    typer.Option("--safe-file", help=_("Where to write it; else safe.json"), rich_help_panel=_SENDING_PANEL),
]


@dataclass(frozen=True, slots=True)
class SharedOptions:
    """Values of the options of every command; None where an option was not given."""

    rpc: Rpc = None
    deployments: Deployments = None
    lang: Lang = None
    as_json: AsJson = None

    def over(self, other: "SharedOptions") -> "SharedOptions":
        """These options, completed by those given before the command's name."""
        pairs = ((each.name, getattr(self, each.name), getattr(other, each.name)) for each in fields(self))
        return SharedOptions(**{name: here if here is not None else there for name, here, there in pairs})


@dataclass(frozen=True, slots=True)
class SendingOptions:
    """Values of the options of every command that sends; None where an option was not given."""

    keystore: Keystore = None
    password_file: PasswordFile = None
    dry_run: DryRun = None
    yes: Yes = None
    safe: Safe = None
    safe_file: SafeFile = None


def command(
    app: typer.Typer, name: str | None = None, *, sends: bool = False, **settings: Any
) -> Callable[[Function], Function]:
    """Registers a function as a command; its first parameter is the `Session`, made from the shared options.

    Args:
        app: the group that it belongs to.
        name: of the command; that of the function where none is given.
        sends: whether it sends transactions and so takes the options of a sender.
        settings: as `typer.Typer.command` takes them, for example `epilog`.
    """
    from dongne.cli.session import Session
    from dongne.errors import ContractRefused

    def register(function: Function) -> Function:
        shared = _parameters(SharedOptions)
        sending = _parameters(SendingOptions) if sends else {}

        @wraps(function)
        def run(context: typer.Context, **values: Any) -> None:
            before = context.obj if isinstance(context.obj, SharedOptions) else SharedOptions()
            here = SharedOptions(**{option: values.pop(option) for option in shared})
            sender = SendingOptions(**{option: values.pop(option) for option in sending})
            session = Session.of(here.over(before), sender)
            try:
                function(session, **values)
            except ContractRefused as refused:
                refused.zone = session.zone
                raise

        _first, *own = inspect.signature(function, eval_str=True).parameters.values()
        context = inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
        by_name = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own]
        parameters = [context, *by_name, *sending.values(), *shared.values()]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {each.name: each.annotation for each in parameters}
        app.command(name, **settings)(run)
        return function

    return register


def _parameters(kind: type) -> dict[str, inspect.Parameter]:
    return {
        each.name: inspect.Parameter(each.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=each.type)
        for each in fields(kind)
    }
