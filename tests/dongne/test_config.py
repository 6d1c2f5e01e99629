"""Settings from the environment: frozen, and refused at once where they make no sense."""

import re
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from dongne.config import DEFAULT_RPC, Settings
from dongne.errors import SettingError

KEYS = (Path("/keys/officer.json"), Path("/keys/password"))


def test_an_empty_environment_means_a_local_node_and_english():
    settings = Settings.from_environment({"HOME": "/home/clerk"}, Path("/somewhere"))

    assert settings == Settings(
        DEFAULT_RPC,
        None,
        Path("/somewhere/deployments"),
        "en",
        prover=Path("/home/clerk/.local/share/dongne/prover"),
    )


def test_every_variable_is_read():
    environment = {
        "DONGNE_RPC": "https://node.example/key",
        "DONGNE_CHAIN_ID": "11155111",
        "DONGNE_DEPLOYMENTS": "/srv/books",
        "DONGNE_LANG": "ko",
        "DONGNE_KEYSTORE": "/keys/officer.json",
        "DONGNE_KEYSTORE_PASSWORD_FILE": "/keys/password",
        "DONGNE_PROVER": "/srv/prover",
        "UNRELATED": "x",
    }

    settings = Settings.from_environment(environment)

    assert settings == Settings(
        "https://node.example/key", 11_155_111, Path("/srv/books"), "ko", *KEYS, prover=Path("/srv/prover")
    )


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DONGNE_RPC", "http://node:99999"),
        ("DONGNE_RPC", "http://node with a space"),
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
    with pytest.raises(SettingError, match=re.escape(f"{variable} is {value!r}; it must be")):
        Settings.from_environment({variable: value})


@pytest.mark.parametrize("value", ["http://", "http://[::1", "http:/node/key"])
def test_nothing_is_shown_of_a_text_that_is_no_address(value):
    with pytest.raises(SettingError, match="DONGNE_RPC is '…'; it must be"):
        Settings.from_environment({"DONGNE_RPC": value})


def test_settings_do_not_change():
    with pytest.raises(FrozenInstanceError):
        Settings().rpc = "http://elsewhere"


@pytest.mark.parametrize("mark", ["deployments", "brownie-config.yaml"])
def test_the_project_around_the_working_folder_has_the_address_books(tmp_path, mark):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / mark).mkdir()

    assert Settings.from_environment({}, tmp_path / "a" / "b").deployments == tmp_path / "deployments"
