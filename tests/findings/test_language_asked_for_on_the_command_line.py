"""Found while translating: with DONGNE_LANG=ko errors stayed Korean under `--lang en`."""

import pytest

from dongne.language import Message
from tests.dongne.command_line import dongne

NOT_A_URL = "an http:// or https:// address, e.g. http://127.0.0.1:8545"


@pytest.mark.parametrize(
    ("variable", "options", "language"),
    [
        ("ko", ["--lang", "en"], "en"),
        ("ko", ["--lang=en"], "en"),
        ("en", ["--lang", "ko"], "ko"),
        ("en", ["--lang=ko"], "ko"),
        ("ko", [], "ko"),
        ("", [], "en"),
    ],
)
def test_the_option_is_above_the_variable(monkeypatch, capsys, variable, options, language):
    monkeypatch.setenv("DONGNE_LANG", variable)

    _code, _out, err = dongne(capsys, *options, "--rpc", "ftp://nowhere", "status")

    assert Message(NOT_A_URL).text("en") != Message(NOT_A_URL).text("ko"), "the catalogue is not compiled"
    assert Message(NOT_A_URL).text(language) in err
