"""A gateway forwarded a transaction, asked once more, and answered "nonce too low", while the node that was asked about
it lagged: the outbox forgot the transaction, and the same command would have sent it again.
"""

import stat

import pytest
from web3.exceptions import Web3RPCError

from dongne.chain import Call, Chain
from dongne.errors import NodeRefused
from dongne.outbox import Outbox
from scripts.localchain.anvil import anvil, funded

CALLER, TARGET = funded(0), funded(1)


@pytest.fixture
def chain():
    with anvil() as rpc:
        yield Chain(rpc, wait_seconds=10, poll_seconds=0.005)


@pytest.fixture
def gateway(chain, monkeypatch):
    """Forwards what is sent, then says no; at first the node that is asked about it does not know it."""
    forward, honest, looks = chain.web3.eth.send_raw_transaction, Chain.knows, []

    def forwarding(raw):
        forward(raw)
        raise Web3RPCError("nonce too low")

    def lagging(self, transaction):
        looks.append(transaction)
        return len(looks) > 1 and honest(self, transaction)

    monkeypatch.setattr(chain.web3.eth, "send_raw_transaction", forwarding)
    monkeypatch.setattr(Chain, "knows", lagging)


def test_a_transaction_that_was_forwarded_and_refused_is_delivered_once(chain, gateway, tmp_path):
    outbox = Outbox(chain, CALLER, tmp_path)

    receipt = outbox.deliver(Call(chain, TARGET.address, b"a note", "note"))

    assert receipt["status"] == 1
    assert chain.nonce(CALLER.address) == 1
    assert outbox.under_way() == ""


def test_a_signed_transaction_that_was_refused_is_kept_for_its_owner_alone(chain, monkeypatch, tmp_path):
    def refusing(_raw):
        raise Web3RPCError("the node is overloaded")

    monkeypatch.setattr(chain.web3.eth, "send_raw_transaction", refusing)
    outbox = Outbox(chain, CALLER, tmp_path)

    with pytest.raises(NodeRefused, match="overloaded"):
        outbox.deliver(Call(chain, TARGET.address, b"a note", "note"))

    assert outbox.under_way() != ""
    assert stat.S_IMODE(outbox.file.stat().st_mode) == 0o600
