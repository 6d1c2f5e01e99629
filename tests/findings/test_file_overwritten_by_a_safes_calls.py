"""`--safe-file` wrote over whatever was there: a keystore, or calls that the Safe had not carried out yet."""

import pytest

from dongne.chain import Call, Chain
from dongne.cli.sender import SafeFile, SafeFileExists
from scripts.localchain.anvil import anvil, funded

SAFE = funded(3).address


@pytest.fixture
def sender(tmp_path):
    """Writes calls of a Safe to a file."""
    with anvil() as rpc:
        chain = Chain(rpc)

        def writing():
            return SafeFile(SAFE, chain.id, tmp_path / "safe.json", lambda *_, **__: None)

        yield chain, writing


def test_a_file_that_is_there_is_not_overwritten(sender, tmp_path):
    chain, writing = sender
    (tmp_path / "safe.json").write_text("a keystore")

    with pytest.raises(SafeFileExists, match="Nothing was written"):
        writing().deliver(Call(chain, SAFE, b"", "note"))

    assert (tmp_path / "safe.json").read_text() == "a keystore"


def test_all_calls_of_one_command_are_in_its_file(sender, tmp_path):
    chain, writing = sender
    one = writing()

    one.deliver(Call(chain, SAFE, b"", "first"))
    one.deliver(Call(chain, SAFE, b"", "second"))

    assert '"first, second"' in (tmp_path / "safe.json").read_text()
