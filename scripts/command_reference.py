"""Writes the reference of the `dongne` command into docs/commands.md, from the commands themselves: `make commands`."""

import re
from collections.abc import Iterator
from typing import Any

from dongne.cli import command
from dongne.cli.options import OF_A_SAFE, SENDING_PANEL, SHARED_PANEL
from dongne.errors import ExitCode
from scripts.deployment.artifacts import ROOT
from scripts.pages import rewritten

_EXAMPLE = re.compile(r"dongne [^;\n]+")

PAGE = ROOT / "docs" / "commands.md"


def page(text: str) -> str:
    """The page with its generated parts written anew."""
    parts = {"exit-codes": exit_codes(), "shared-options": shared_options(), "commands": commands()}
    for mark, generated in parts.items():
        text = rewritten(text, mark, generated)
    return text


def exit_codes() -> str:
    """A table of what a command's exit code says."""
    rows = [f"| {code.value} | {code.label} |" for code in ExitCode]
    return "\n".join(["| code | meaning |", "|---|---|", *rows, ""])


def shared_options() -> str:
    """Tables of the options that every command takes, and every one that sends."""
    everywhere = command("en").commands["currency"].commands["pause"]
    return "\n".join(
        line
        for panel in (SHARED_PANEL, SENDING_PANEL)
        for line in (f"### {panel}", "", *_table([each for each in everywhere.params if _panel(each) == panel]))
    )


def commands() -> str:
    """A section for each command, those of a group together."""
    return "\n".join(line for path, node in _nodes(command("en")) for line in _section(path, node))


def _nodes(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Groups, each followed by what is in it; the command itself is left out."""
    for name, child in node.commands.items():
        yield (*path, name), child
        if hasattr(child, "commands"):
            yield from _nodes(child, (*path, name))


def _section(path: tuple[str, ...], node: Any) -> Iterator[str]:
    yield f"{'#' * (len(path) + 2)} dongne {' '.join(path)}"
    yield ""
    yield from (node.help or "").split("\n")
    yield ""
    if hasattr(node, "commands"):
        return
    own = [each for each in node.params if _panel(each) not in (SHARED_PANEL, SENDING_PANEL)]
    yield from ["```text", _usage(path, node), "```", ""]
    if own:
        yield from _table(own)
    yield from _sending({each.name for each in node.params if _panel(each) == SENDING_PANEL})
    if examples := _EXAMPLE.findall(node.epilog or ""):
        yield from ["```sh", *examples, "```", ""]


def _sending(options: set[str]) -> Iterator[str]:
    if options:
        without = "" if options >= OF_A_SAFE else ", but for those of a Safe"
        yield from [
            f"It sends: [options of every command that sends](#options-of-every-command-that-sends){without}.",
            "",
        ]


def _usage(path: tuple[str, ...], node: Any) -> str:
    words = [_placeholder(each) for each in node.params if each.param_type_name == "argument"]
    return " ".join(["dongne", *path, *words, "[OPTIONS]"])


def _placeholder(argument: Any) -> str:
    name = (argument.metavar or argument.name).upper().strip("{}[]")
    name += "…" if argument.nargs == -1 else ""
    return name if argument.required else f"[{name}]"


def _table(parameters: list[Any]) -> Iterator[str]:
    yield from ["| | what |", "|---|---|"]
    for each in parameters:
        yield f"| {_name(each)} | {_what(each)} |"
    yield ""


def _name(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return f"`{_placeholder(parameter)}`"
    names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
    return names if parameter.is_flag else f"{names} {_kind(parameter)}"


def _kind(option: Any) -> str:
    kind = option.type_descriptor.annotation
    return option.metavar or {"int": "N", "Path": "FILE"}.get(getattr(kind, "__name__", ""), "TEXT")


def _what(parameter: Any) -> str:
    text = str(parameter.help or "").replace("|", "\\|")
    if parameter.param_type_name == "option" and parameter.required:
        text += "; required"
    usual = parameter.default
    if usual in (None, False, ()) or callable(usual):
        return text
    return f"{text}; else {usual:,}" if isinstance(usual, int) else f"{text}; else {usual}"


def _panel(parameter: Any) -> str:
    return str(getattr(parameter, "rich_help_panel", None) or "")


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
