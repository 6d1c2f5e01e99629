"""The first set-up without a connection ended in pages of pip's retries, or, where npm failed, without a word."""

import pytest

from tests.machine import PYTHON, Machine

REFUSED = {
    "pip": "NewConnectionError: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution",
    "npm": "npm error request to https://registry.example/solc failed, reason: getaddrinfo EAI_AGAIN registry.example",
}


@pytest.mark.parametrize(("tool", "registry"), [("pip", "Python"), ("npm", "npm")])
def test_a_set_up_without_a_connection_ends_in_one_clear_line(tmp_path, tool, registry):
    machine = Machine(tmp_path / "machine")
    text = f"#!/bin/sh\necho '{REFUSED[tool]}' >&2\nexit 1\n"
    if tool == "pip":
        machine.install("python3", PYTHON.replace("; done", '; done; printf \'%s\' "$OFFLINE_PIP" > "$3/bin/pip"'))
    else:
        machine.install("npm", text)

    result = machine.setup(OFFLINE_PIP=text)

    assert result.returncode == 1
    *steps, last = result.stderr.splitlines()
    assert last == (
        f"dongne: cannot reach the {registry} registry. The first set-up needs the internet; connect, "
        "or set HTTPS_PROXY, and try again (log: .home/setup.log)"
    )
    assert not [line for line in steps if REFUSED[tool] in line]
