"""No command shows a secret of an address, a signer, a key or a database, however malformed what holds it is."""

import json
from io import StringIO

import pytest
from eth_account import Account
from hexbytes import HexBytes
from prometheus_client import CollectorRegistry

from dongne.addresses import KeyForAnAddress, address_of
from dongne.cli import COMMANDS, GROUPS
from dongne.config import without_secrets
from dongne.errors import DongneError
from dongne.fees import Fees
from dongne.sending.metrics import SenderMetrics
from dongne.signers import external_signer
from dongne.store import Store
from dongne.telemetry import LogForm, log_to, logger
from dongne.transactions import Transaction
from tests.dongne.command_line import dongne

SECRET = "s3cr3tk3y"
SOMEBODY = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
FAMILIES = {
    "init": ("init",),
    "deploy": ("deploy", "--yes"),
    "status": ("status",),
    "export": ("export", "payments"),
    "doctor": ("doctor",),
    "currency": ("currency", "show"),
    "voucher": ("voucher", "list"),
    "vehicle": ("vehicle", "recorders"),
    "ballot": ("ballot", "recount", "1"),
    "roles": ("roles", "list"),
    "sign": ("sign", "payment", SOMEBODY, "1"),
    "key": ("key", "address", SECRET + ".json"),
    "index": ("index", "once"),
    "relay": ("relay", "status"),
}
ADDRESSES = (
    f"htps://user:{SECRET}@node.example/v3/{SECRET}",
    f"node.example/v3/{SECRET}",
    f"https//node.example/v3/{SECRET}",
    f"https://[::1/{SECRET}",
    f"https://user:{SECRET}@node.example:99999/{SECRET}",
    f"https://node.example/v3/ {SECRET}",
    SECRET,
    f"http://127.0.0.1:1/v3/{SECRET}",
    f"http://user:{SECRET}@127.0.0.1:1?key={SECRET}",
    f"http://127.0.0.1:1/{SECRET},htp://{SECRET}@node.example",
)


def test_every_family_of_commands_is_tried():
    assert set(FAMILIES) == {*COMMANDS, *GROUPS}


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("family", sorted(FAMILIES.keys() - {"key", "init"}))
def test_no_command_shows_the_access_key_of_a_node(capsys, monkeypatch, tmp_path, family, address):
    monkeypatch.setenv("DONGNE_RETRY_SECONDS", "0")
    monkeypatch.chdir(tmp_path)

    for given in ("option", "variable"):
        if given == "variable":
            monkeypatch.setenv("DONGNE_RPC", address)
        code, out, err = dongne(capsys, *FAMILIES[family], *(("--rpc", address) if given == "option" else ()))

        assert code != 0
        assert err.startswith(("dongne: ", "Usage")) or out
        assert SECRET not in out + err


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_address_is_shown_with_its_secrets(address):
    for each in address.split(","):
        assert SECRET not in without_secrets(each)


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://user:{SECRET}@127.0.0.1:1/city",
        f"postgresql://user@127.0.0.1:1/city?password={SECRET}&sslpassword={SECRET}&connect_timeout=2",
        f"postgres//user:{SECRET}@127.0.0.1/city",
        f"mysql://user:{SECRET}@127.0.0.1/city",
        SECRET,
    ],
)
def test_no_error_of_a_store_shows_its_password(address):
    with pytest.raises(DongneError) as raised:
        Store.open(address)

    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(
    "signer",
    [
        f"htps://user:{SECRET}@signer.example/{SECRET}",
        f"http://user:{SECRET}@127.0.0.1:1/{SECRET}",
        f"/no/such/program --token {SECRET}",
        f"/no/such/program --token '{SECRET}",
    ],
)
def test_no_error_of_a_signer_shows_its_secrets(signer):
    transaction = Transaction(1, 0, Fees(1, 1), 21_000, bytes(20), b"")

    with pytest.raises(DongneError) as raised:
        external_signer(signer, address_of(SOMEBODY)).sign(transaction)

    assert SECRET not in str(raised.value)


@pytest.mark.parametrize("prefix", ["0x", ""])
def test_a_private_key_that_was_given_for_an_address_is_not_shown(prefix):
    key = Account.create().key.hex().removeprefix("0x")

    with pytest.raises(KeyForAnAddress) as raised:
        address_of(prefix + key)

    assert key not in str(raised.value)


def test_a_sender_counts_what_it_sends_and_writes_lines_without_keys():
    registry, stream = CollectorRegistry(), StringIO()
    log_to(stream, LogForm.JSON)
    listener = SenderMetrics(registry).listener(logger("sender"))
    passed = {
        "status": 1,
        "gasUsed": 50_000,
        "effectiveGasPrice": 7,
        "transactionHash": HexBytes("0xaa"),
        "blockNumber": 3,
    }

    listener.sent("0xaa", "LocalCurrency.payMany")
    listener.replaced("0xbb", "LocalCurrency.payMany")
    listener.mined(passed)
    listener.mined(passed | {"status": 0})

    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["sent", "replaced by a dearer version", "outcome", "outcome"]
    assert {line["service"] for line in lines} == {"sender"}
    assert registry.get_sample_value("dongne_sender_sent_total") == 1
    assert registry.get_sample_value("dongne_sender_replaced_total") == 1
    assert registry.get_sample_value("dongne_sender_mined_total", {"outcome": "reverted"}) == 1
    assert registry.get_sample_value("dongne_sender_spent_wei_total") == 700_000
