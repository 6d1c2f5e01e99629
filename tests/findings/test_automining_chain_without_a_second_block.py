"""On an automining Anvil a deployment waited 12 minutes for a second confirmation that never came."""

from time import monotonic

from dongne.chain import Call, Chain
from dongne.sending import flight
from scripts.localchain.anvil import anvil, funded


def test_a_second_confirmation_is_asked_for_where_the_chain_makes_no_block_by_itself(monkeypatch):
    monkeypatch.setattr(flight, "_BLOCKLESS_SECONDS", 0.2)
    with anvil() as rpc:
        chain, started = Chain(rpc, wait_seconds=60), monotonic()

        receipt = Call(chain, funded(1).address, b"", "note").transact(funded(0), confirmations=2)

        assert chain.block_number() == receipt["blockNumber"] + 1
        assert monotonic() - started < 30
