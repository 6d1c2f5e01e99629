"""The options that every command takes, and those of every command that sends; both may follow the command."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated

import typer

from dongne.language import Language, _

SHARED_PANEL = _("Options of every command")
SENDING_PANEL = _("Options of every command that sends")

Rpc = Annotated[
    str | None,
    typer.Option(
        "--rpc",
        help=_("JSON-RPC address of a node, or several with commas between; else DONGNE_RPC"),
        rich_help_panel=SHARED_PANEL,
    ),
]
Deployments = Annotated[
    Path | None,
    typer.Option(
        "--deployments", help=_("Folder of the address books; else DONGNE_DEPLOYMENTS"), rich_help_panel=SHARED_PANEL
    ),
]
Lang = Annotated[
    Language | None,
    typer.Option("--lang", help=_("else DONGNE_LANG, else LANG"), rich_help_panel=SHARED_PANEL),
]
AsJson = Annotated[bool | None, typer.Option("--json", help=_("Print JSON"), rich_help_panel=SHARED_PANEL)]

Keystore = Annotated[
    Path | None,
    typer.Option(
        "--keystore", help=_("Encrypted key of the sender; else DONGNE_KEYSTORE"), rich_help_panel=SENDING_PANEL
    ),
]
PasswordFile = Annotated[
    Path | None,
    typer.Option(
        "--password-file",
        help=_("File with its password; else DONGNE_KEYSTORE_PASSWORD_FILE; else it is asked for"),
        rich_help_panel=SENDING_PANEL,
    ),
]
DryRun = Annotated[
    bool | None,
    typer.Option(
        "--dry-run",
        help=_("Say what would be sent and whether it would pass; send nothing"),
        rich_help_panel=SENDING_PANEL,
    ),
]
Yes = Annotated[
    bool | None, typer.Option("--yes", "-y", help=_("Answer yes to every question"), rich_help_panel=SENDING_PANEL)
]
Safe = Annotated[
    str | None,
    typer.Option(
        "--safe",
        help=_("Address of a Safe: write a file for its Transaction Builder instead of sending"),
        rich_help_panel=SENDING_PANEL,
    ),
]
SafeFile = Annotated[
    Path | None,
    typer.Option("--safe-file", help=_("Where to write it; else safe.json"), rich_help_panel=SENDING_PANEL),
]


MaxFee = Annotated[
    str | None,
    typer.Option(
        "--max-fee",
        help=_("Most that a unit of gas may cost, in gwei; else DONGNE_MAX_FEE, else 500"),
        rich_help_panel=SENDING_PANEL,
    ),
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
    max_fee: MaxFee = None


OF_A_SAFE = frozenset({"safe", "safe_file"})
"""Options of a Safe, which can do everything but create contracts."""
