"""A gateway forwarded a transaction, asked once more, and answered "nonce too low", while the node that was asked about
it lagged: the outbox forgot the transaction, and the same command would have sent it again.
"""

import pytest

from dongne.chain import Call, Chain
from dongne.errors import NodeRefused
from dongne.rpc import Nodes
from dongne.sending import flight
from scripts.localchain.anvil import anvil, funded

CALLER, TARGET = funded(0), funded(1)


@pytest.fixture
def chain():
    with anvil() as rpc:
        yield Chain(rpc, wait_seconds=10, poll_seconds=0.005)


@pytest.fixture(params=["nonce too low", "internal error"])
def gateway(chain, monkeypatch, request):
    """Forwards what is sent, then says no; at first the node that is asked about it does not know it."""
    forward, honest, looks = Nodes.send, flight.known, []

    def forwarding(self, raws):
        forward(self, raws)
        return [NodeRefused(self.label, request.param)]

    def lagging(nodes, entries):
        looks.append(entries)
        return honest(nodes, entries) if len(looks) > 1 else set()

    monkeypatch.setattr(Nodes, "send", forwarding)
    monkeypatch.setattr(flight, "known", lagging)


def test_a_transaction_that_was_forwarded_and_refused_is_delivered_once(chain, gateway, tmp_path):
    sender = chain.sender(CALLER, tmp_path)

    receipt = sender.deliver(Call(chain, TARGET.address, b"a note", "note"))

    assert receipt["status"] == 1
    assert chain.nonce(CALLER.address) == 1
    assert sender.under_way() == []


def test_a_transaction_that_was_refused_for_no_certain_reason_is_kept(chain, monkeypatch, tmp_path):
    monkeypatch.setattr(Nodes, "send", lambda self, raws: [NodeRefused(self.label, "the node is unwell")])
    monkeypatch.setattr(flight, "LAG_SECONDS", 0.2)
    sender = chain.sender(CALLER, tmp_path)

    with pytest.raises(NodeRefused, match="unwell"):
        sender.deliver(Call(chain, TARGET.address, b"a note", "note"))

    assert len(sender.under_way()) == 1
