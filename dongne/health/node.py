"""Checks of the node: is it the right chain, is it up to date, does this machine's clock agree with it."""

from collections.abc import Iterator

from dongne.chain import Chain
from dongne.health.finding import Finding, fault, fine, weak
from dongne.language import _

NODE, BLOCKS = _("node"), _("blocks and clock")

OLD_SECONDS = 120
"""A block as old as this: public chains make one every few seconds."""

AHEAD_SECONDS = 15
"""How far a block may be ahead of this machine's clock; nodes refuse blocks that are further ahead of theirs."""

_DEVELOPMENT = ("anvil", "hardhat", "ganache")


def node(chain: Chain, expected: int | None) -> Iterator[Finding]:
    """The node's kind, and whether the settings say which chain must answer."""
    with chain.answers():
        version = str(chain.web3.client_version)
    yield fine(NODE, _("{version} at {url}, chain {chain_id}"), version=version, url=chain.node, chain_id=chain.id)
    if expected is None:
        yield weak(
            NODE,
            _("no setting says that it must be chain {chain_id}"),
            _("Set DONGNE_CHAIN_ID={chain_id}: then a node of another chain is refused before anything is sent."),
            chain_id=chain.id,
        )


def blocks(chain: Chain, now: float) -> Iterator[Finding]:
    """Whether the latest block is of now; `now` is Unix seconds by this machine's clock."""
    with chain.answers():
        syncing = chain.web3.eth.syncing
        develops = any(name in str(chain.web3.client_version).lower() for name in _DEVELOPMENT)
    block, age = chain.block_number(), int(now) - chain.timestamp()
    if syncing:
        yield fault(
            BLOCKS,
            _("the node is still catching up with the chain, at block {block:,}"),
            _("Wait until it has caught up, or name another node with DONGNE_RPC: it shows the past until then."),
            block=block,
        )
    elif age < -AHEAD_SECONDS:
        yield fault(
            BLOCKS,
            _("block {block:,} is {ahead:,} seconds ahead of this machine's clock"),
            _("Set this machine's clock by NTP: `timedatectl set-ntp true`."),
            block=block,
            ahead=-age,
        )
    elif age > OLD_SECONDS and not develops:
        yield fault(
            BLOCKS,
            _("block {block:,} is {age:,} seconds old: the node is behind, the chain stands, or this clock is fast"),
            _("Compare with a block explorer and `timedatectl`; restart the node, or name another with DONGNE_RPC."),
            block=block,
            age=age,
        )
    else:
        yield fine(BLOCKS, _("block {block:,} is {age:,} seconds old"), block=block, age=max(age, 0))
