"""Settings from the environment: frozen, and refused at once where they make no sense."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from dongne.config import DEFAULT_RPC, Settings
from dongne.errors import SettingError


def test_an_empty_environment_means_a_local_node_and_english():
    assert Settings.from_environment({}) == Settings(DEFAULT_RPC, None, Path("deployments"), "en")


def test_every_variable_is_read():
    environment = {
        "DONGNE_RPC": "https://node.example/key",
        "DONGNE_CHAIN_ID": "11155111",
        "DONGNE_DEPLOYMENTS": "/srv/books",
        "DONGNE_LANG": "ko",
        "UNRELATED": "x",
    }

    settings = Settings.from_environment(environment)

    assert settings == Settings("https://node.example/key", 11_155_111, Path("/srv/books"), "ko")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DONGNE_RPC", ""),
        ("DONGNE_RPC", "localhost:8545"),
        ("DONGNE_RPC", "ftp://node"),
        ("DONGNE_CHAIN_ID", "0"),
        ("DONGNE_CHAIN_ID", "-1"),
        ("DONGNE_CHAIN_ID", "0x1"),
        ("DONGNE_CHAIN_ID", "sepolia"),
        ("DONGNE_LANG", "fr"),
        ("DONGNE_LANG", "KO"),
    ],
)
def test_a_variable_that_makes_no_sense_is_named_with_its_value(variable, value):
    with pytest.raises(SettingError, match=f"{variable} is {value!r}; it must be"):
        Settings.from_environment({variable: value})


def test_settings_do_not_change():
    with pytest.raises(FrozenInstanceError):
        Settings().rpc = "http://elsewhere"
