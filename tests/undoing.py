"""Takes back what a test did to a local chain that several tests share."""

from collections.abc import Iterator
from contextlib import contextmanager

from dongne.chain import Chain


@contextmanager
def undone(chain: Chain) -> Iterator[None]:
    snapshot = chain.web3.provider.make_request("evm_snapshot", [])["result"]
    try:
        yield
    finally:
        chain.web3.provider.make_request("evm_revert", [snapshot])
