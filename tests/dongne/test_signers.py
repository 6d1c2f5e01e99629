"""Signers elsewhere: what they answer is checked, and no key shows anywhere."""

import json
import sys
from contextlib import contextmanager

import pytest
from eth_account import Account
from eth_keys.constants import SECPK1_N

from dongne.chain import Call, Chain
from dongne.fees import Fees
from dongne.signers import KeyNotUsable, SignerFailed, external_signer, key_in
from dongne.transactions import KeySigner, Transaction
from scripts.localchain.anvil import anvil, funded
from tests.dongne.faulty_node import FaultyNode, respond, serving

KEY, OTHER = funded(0), funded(1)
TRANSACTION = Transaction(31_337, 7, Fees(100, 2), 50_000, bytes(20), b"data")
SIGNED = KeySigner(KEY).sign(TRANSACTION)

SCRIPT = """
import json, sys
from eth_account import Account
asked = json.load(sys.stdin)
signed = Account.from_key("{key}").unsafe_sign_hash(bytes.fromhex(asked["digest"][2:]))
r, s, v = signed.r, signed.s, signed.v
{change}
print("0x" + r.to_bytes(32, "big").hex() + s.to_bytes(32, "big").hex() + end)
"""


def command(tmp_path, key=KEY, change="end = bytes([v]).hex()"):
    script = tmp_path / "sign.py"
    script.write_text(SCRIPT.format(key=key.key.hex(), change=change))
    return external_signer(f"{sys.executable} {script}", KEY.address)


@pytest.mark.parametrize(
    "change",
    ["end = bytes([v]).hex()", "end = bytes([v - 27]).hex()", "end = ''", f"s, end = {SECPK1_N} - s, ''"],
    ids=["v", "parity", "r and s alone", "the higher s"],
)
def test_a_command_signs_in_any_form_that_modules_have(tmp_path, change):
    assert command(tmp_path, change=change).sign(TRANSACTION) == SIGNED


@pytest.mark.parametrize(
    "change",
    ["r, end = r ^ 1, ''", "end = 'xyz'", "end = '00' * 9", "s, end = 0, ''", "sys.exit(3)"],
    ids=["another signature", "no digits", "too long", "no number", "a failure"],
)
def test_what_is_no_signature_of_this_transaction_is_refused(tmp_path, change):
    with pytest.raises(SignerFailed, match="Nothing was sent"):
        command(tmp_path, change=change).sign(TRANSACTION)


def test_a_signature_of_another_key_is_refused(tmp_path):
    with pytest.raises(SignerFailed, match="not the signature of this transaction"):
        command(tmp_path, key=OTHER).sign(TRANSACTION)


def test_a_command_that_is_not_there_is_said():
    with pytest.raises(SignerFailed, match="FileNotFoundError"):
        external_signer("/nowhere/sign --slot 3", KEY.address).sign(TRANSACTION)


class Web3SignerService(FaultyNode):
    """Signs as Web3Signer's eth1 interface does: keccak of the data, r, s and v as text."""

    def answer(self, handler, body):
        public = KEY._key_obj.public_key
        if handler.path == f"/api/v1/eth1/sign/{public.to_hex()}":
            data = bytes.fromhex(json.loads(body)["data"][2:])
            signed = KEY._key_obj.sign_msg(data)
            text = "0x" + signed.to_bytes()[:64].hex() + bytes([signed.v + 27]).hex()
            respond(handler, 200, text.encode())
        else:
            respond(handler, 404, b"")

    def keys(self, handler):
        respond(handler, 200, json.dumps([each._key_obj.public_key.to_hex() for each in (OTHER, KEY)]).encode())


@contextmanager
def web3signer():
    with serving(Web3SignerService("")) as service:
        yield service.url


def test_web3signer_signs(tmp_path):
    with web3signer() as url:
        assert external_signer(url, KEY.address).sign(TRANSACTION) == SIGNED


def test_a_key_that_web3signer_does_not_have_is_said():
    with web3signer() as url, pytest.raises(SignerFailed, match="it has no key of that address"):
        external_signer(url, funded(5).address).sign(TRANSACTION)


def test_a_service_that_is_not_there_is_said():
    with pytest.raises(SignerFailed, match="ConnectionError"):
        external_signer("http://127.0.0.1:9", KEY.address).sign(TRANSACTION)


def test_a_command_sends_through_the_sender(tmp_path):
    with anvil() as rpc:
        chain = Chain(rpc, poll_seconds=0.005)

        receipt = chain.sender(command(tmp_path), tmp_path).deliver(Call(chain, OTHER.address, b"note", "note"))

        assert receipt["from"] == KEY.address


def test_a_key_of_the_environment_is_a_key():
    assert key_in(f" {KEY.key.to_0x_hex()}\n").address == KEY.address


@pytest.mark.parametrize("text", ["", "secret", "0x" + "00" * 32, "0x" + "ff" * 32, "11" * 31])
def test_what_is_no_key_is_not_shown(text):
    with pytest.raises(KeyNotUsable) as said:
        key_in(text)

    assert said.value.__cause__ is None
    assert not text or text not in str(said.value)


def test_a_key_in_the_settings_does_not_show_where_they_are_printed():
    from dongne.config import Settings

    key = Account.create()
    settings = Settings.from_environment({"DONGNE_PRIVATE_KEY": key.key.hex()})

    assert settings.private_key == key.key.hex()
    assert key.key.hex() not in repr(settings)
