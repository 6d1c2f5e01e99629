"""docs/commands.md says what the commands are."""

import pytest

from dongne.cli import command
from dongne.errors import ExitCode
from scripts import command_reference
from scripts.command_reference import PAGE
from tests.docs.pages import Page


def leaves(node, path=()):
    for name, child in node.commands.items():
        yield from leaves(child, (*path, name)) if hasattr(child, "commands") else [((*path, name), child)]


COMMANDS = list(leaves(command("en")))


def test_the_page_is_as_it_is_written_now():
    text = PAGE.read_text(encoding="utf-8")

    assert command_reference.page(text) == text, "run `make commands`"


@pytest.mark.parametrize(("path", "node"), COMMANDS, ids=[" ".join(path) for path, _ in COMMANDS])
def test_a_command_has_its_options_an_example_and_what_it_is_for(path, node):
    section = Page("docs/commands.md").section(f"{'#' * (len(path) + 2)} dongne {' '.join(path)}")

    own = [each for each in node.params if getattr(each, "rich_help_panel", None) is None]
    assert all(name in section for each in own if each.param_type_name == "option" for name in each.opts)
    assert node.help.split("\n")[0] in section
    assert f"```sh\ndongne {' '.join(path)}" in section


def test_every_exit_code_is_in_the_table():
    stated = Page("docs/commands.md").section("## Exit codes")

    assert all(f"| {code.value} | {code.label} |" in stated for code in ExitCode)
