"""Found while translating: a cell such as `[/x]` in a file broke the table of an import after its rows were sent.

The table took brackets for markup: a closing tag without an opening one is an error, an opening one vanished.
"""

import pytest

from dongne.cli.output import Fact
from dongne.cli.session import Session
from dongne.config import Settings


@pytest.mark.parametrize("value", ["odometer '[/x]' is not a reading", "[red]plate", "['a', 'b']"])
def test_brackets_in_a_value_are_printed_as_they_are(capsys, value):
    session = Session(Settings())

    session.show({}, lambda: session.facts("Import of sales", Fact("left out", value)))

    assert value in capsys.readouterr().out
