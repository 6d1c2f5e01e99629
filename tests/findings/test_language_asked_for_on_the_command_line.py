"""Found while translating: with DONGNE_LANG=ko errors stayed Korean under `--lang en`."""

import pytest

from dongne.cli import main

ENGLISH, KOREAN = "it must be an http:// or https:// address", "주소를 지정하세요"


@pytest.mark.parametrize(
    ("variable", "options", "said"),
    [
        ("ko", ["--lang", "en"], ENGLISH),
        ("ko", ["--lang=en"], ENGLISH),
        ("en", ["--lang", "ko"], KOREAN),
        ("en", ["--lang=ko"], KOREAN),
        ("ko", [], KOREAN),
        ("", [], ENGLISH),
    ],
)
def test_the_option_is_above_the_variable(monkeypatch, capsys, variable, options, said):
    monkeypatch.setenv("DONGNE_LANG", variable)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("sys.argv", ["dongne", *options, "--rpc", "ftp://nowhere", "status"])

    with pytest.raises(SystemExit):
        main()

    assert said in capsys.readouterr().err
