"""Found by trying: a password or an answer that never came ended in a warning of Python's and the word "Aborted."."""

import json
import subprocess
import sys

import pytest
import typer
from eth_account import Account

from dongne.cli.session import Session
from dongne.config import Settings
from dongne.errors import Declined, ExitCode
from dongne.language import _

COMMAND = [sys.executable, "-c", "from dongne.cli import main; main()"]


def test_a_password_that_nobody_types_is_told_with_what_to_do(tmp_path):
    keystore = Account.encrypt(bytes(31) + b"\1", "secret", kdf="pbkdf2", iterations=1_000)
    del keystore["address"]
    (tmp_path / "key.json").write_text(json.dumps(keystore))
    command = [*COMMAND, "key", "address", str(tmp_path / "key.json"), "--lang", "en"]

    ended = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, start_new_session=True, check=False
    )

    assert ended.returncode == ExitCode.DECLINED
    assert "--password-file" in ended.stderr.splitlines()[-1]
    assert "Aborted" not in ended.stderr
    assert "GetPassWarning" not in ended.stderr


def test_ctrl_c_at_a_question_says_that_nothing_was_sent(monkeypatch):
    def stop(*_arguments, **_options):
        raise typer.Abort

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.confirm", stop)

    with pytest.raises(Declined, match="Nothing was sent"):
        Session(Settings.from_environment({})).confirm(_("Freeze {account}?"), account="0x")
