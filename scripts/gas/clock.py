"""A clock whose steps are the same in every run."""

from collections.abc import Iterator
from contextlib import contextmanager

from web3.types import RPCEndpoint

from scripts.localchain.suite import LocalSuite

_DAY = 86_400


@contextmanager
def even_clock(suite: LocalSuite) -> Iterator[None]:
    """A second a block from a fixed moment: witnesses hold the times of blocks, and zero bytes cost less.

    What is measured after this would have to take a clock that stands still into account.
    """
    provider = suite.chain.web3.provider
    suite.move_clock_to((suite.chain.timestamp() // _DAY + 1) * _DAY)
    provider.make_request(RPCEndpoint("anvil_setBlockTimestampInterval"), [1])
    try:
        yield
    finally:
        provider.make_request(RPCEndpoint("anvil_removeBlockTimestampInterval"), [])
