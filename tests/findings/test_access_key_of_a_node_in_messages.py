"""Messages showed the whole address of a node: hosted ones carry an access key in it, and messages end in logs."""

import pytest

from dongne.config import without_secrets
from dongne.errors import ExitCode
from tests.dongne.command_line import dongne


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://sepolia.example.org/v3/0123456789abcdef", "https://sepolia.example.org/…"),
        ("https://user:password@example.org:8545", "https://example.org:8545"),
        ("https://example.org?apikey=secret", "https://example.org/…"),
        ("http://127.0.0.1:8545", "http://127.0.0.1:8545"),
        ("http://[::1]:8545/", "http://[::1]:8545"),
    ],
)
def test_only_the_host_of_a_node_is_shown(address, shown):
    assert without_secrets(address) == shown


def test_a_node_that_does_not_answer_is_named_without_its_access_key(capsys):
    code, _out, err = dongne(capsys, "status", "--rpc", "http://user:secret@127.0.0.1:1/v3/secret", "--lang", "en")

    assert code == ExitCode.LATER
    assert "No node answers at http://127.0.0.1:1/…" in err
    assert "secret" not in err
