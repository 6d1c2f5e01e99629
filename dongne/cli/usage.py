"""What typer itself says, in the reader's language: titles of its help, and what is wrong with a command line."""

import re
import sys
from enum import Enum
from typing import Any

from dongne.language import Joined, Language, Message, Readable, Template, _, translated

_TITLES: dict[str, Template] = {
    "ARGUMENTS_PANEL_TITLE": _("Arguments"),
    "OPTIONS_PANEL_TITLE": _("Options"),
    "COMMANDS_PANEL_TITLE": _("Commands"),
    "DEFAULT_STRING": _("[default: {}]"),
    "REQUIRED_LONG_STRING": _("[required]"),
}
"""Texts of its help by the constants of `typer.rich_utils` that hold them."""

USAGE: Template = _("Usage: ")

_EXTRA = re.compile(r"Got unexpected extra argument\(s\) \((?P<words>.*)\)", re.DOTALL)
_NO_COMMAND = re.compile(r"No such command '(?P<name>.*?)'\.(?: Did you mean (?P<near>.*)\?)?", re.DOTALL)


def speak(language: Language) -> None:
    """Let typer's help speak a language."""
    if language == "en" and "typer.rich_utils" not in sys.modules:
        return
    from rich.text import Text
    from typer import rich_utils

    for name, title in _TITLES.items():
        setattr(rich_utils, name, translated(title, language))
    Text.rstrip_end = _rstrip_end  # type: ignore[assignment, method-assign]


def _rstrip_end(text: Any, size: int) -> None:
    """As `Text.rstrip_end` of Rich, which counts letters where a Korean one takes two columns.

    A line kept the space behind its last word, was too long by it, and lost that word's end.
    """
    blanks = len(text.plain) - len(text.plain.rstrip())
    if (excess := text.cell_len - size) > 0 and blanks:
        text.right_crop(min(blanks, excess))


def wrong(error: Any) -> Message:
    """What is wrong with a command line, and where to look: for an exception of typer."""
    context = getattr(error, "ctx", None)
    command = getattr(context, "command_path", "dongne")
    return Message(_("{problem} See `{command} --help`."), {"problem": _problem(error), "command": command})


def _problem(error: Any) -> Readable:
    kind, parameter = type(error).__name__, getattr(error, "param", None)
    if kind == "NoSuchOption":
        return _near(_("There is no option {name}."), error.option_name, error.possibilities or ())
    if kind == "BadOptionUsage":
        takes_none = "does not take" in error.message
        template = _("The option {name} takes no value.") if takes_none else _("The option {name} needs a value.")
        return Message(template, {"name": error.option_name})
    if kind == "MissingParameter":
        return Message(_("{name} is missing."), {"name": _name(parameter)})
    if kind == "BadParameter" and parameter is not None:
        return _bad_value(error, parameter)
    return _of_text(error.message)


def _of_text(text: str) -> Readable:
    """What typer has only as a sentence."""
    if extra := _EXTRA.fullmatch(text):
        return Message(_("There are more words than the command takes: {words}."), extra.groupdict())
    if unknown := _NO_COMMAND.fullmatch(text):
        near = re.findall(r"'([^']*)'", unknown["near"] or "")
        return _near(_("There is no command {name}."), unknown["name"], near)
    if text == "Missing command.":
        return Message(_("The command is missing."))
    return Message("{text}", {"text": text})


def _near(template: Template, name: str, near: Any) -> Readable:
    message = Message(template, {"name": name})
    if not near:
        return message
    return Joined((message, Message(_("Did you mean {names}?"), {"names": tuple(near)})), " ")


def _bad_value(error: Any, parameter: Any) -> Readable:
    """A number or a choice as it must be; anything else in typer's own words."""
    values = {"name": _name(parameter), "least": parameter.min, "most": parameter.max, "text": error.message}
    kind = parameter.type_descriptor.annotation
    if isinstance(kind, type) and issubclass(kind, Enum):
        return Message(
            _("{name} must be one of these: {words}."), {**values, "words": tuple(each.value for each in kind)}
        )
    if kind is float and parameter.max is None:
        return Message(_("{name} must be a number of at least {least}."), values)
    if kind is float:
        return Message(_("{name} must be a number from {least} to {most}."), values)
    if kind is not int:
        return Message(_("{name} is not valid: {text}."), values)
    if parameter.min is not None and parameter.max is not None:
        return Message(_("{name} must be a whole number from {least:,} to {most:,}."), values)
    if parameter.min is not None:
        return Message(_("{name} must be a whole number of at least {least:,}."), values)
    return Message(_("{name} must be a whole number."), values)


def _name(parameter: Any) -> str:
    """An option as it is typed, an argument as the usage line names it."""
    return "/".join(parameter.opts) if parameter.opts[0].startswith("-") else str(parameter.get_error_hint()).strip("'")
