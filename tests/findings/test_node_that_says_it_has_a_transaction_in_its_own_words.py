"""ethereumjs says "already in the TxPool", and finds no waiting transaction by its hash: it was taken for a refusal."""

import pytest

from dongne.errors import NodeRefused
from dongne.sending.handover import Verdict, verdict

NODE = "http://127.0.0.1:8545"
TRANSACTION = "0xdd4752765e51b259a019946dcb90d330599deca3852e8e39a6db7084f91571fc"


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        (f"{TRANSACTION}: this transaction is already in the TxPool", Verdict.TAKEN),
        ("0xab tries to send a tx with nonce 3, but account has nonce 4 (tx nonce too low)", Verdict.NONCE_USED),
        ("Cannot add tx for 0xab: already have max amount of txs for this account", Verdict.LATER),
        ("Cannot add tx: pool is full", Verdict.LATER),
        ("replacement gas too low, got tip 1, min: 2, got fee 3, min: 4", Verdict.DEARER),
        ("Tx cannot pay basefee of 9, have 4 (not within 50% range of current basefee)", Verdict.DEARER),
        ("Tx gaslimit of 9 exceeds block gas limit of 4 (exceeds last block gas limit)", Verdict.NEVER),
    ],
)
def test_what_a_client_says_is_understood(words, meaning):
    assert verdict(NodeRefused(NODE, words, -32603)) is meaning
