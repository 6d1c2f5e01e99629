"""What the index reads from a node: headers, and the logs of the suite's contracts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from dongne.indexer.errors import NodeContradictsItself
from dongne.indexer.handling import Call
from dongne.indexer.spans import ENOUGH_BYTES
from dongne.parts import parts
from dongne.rpc.bulk import Request, Rpc, number

HEADERS_AT_ONCE, TRANSACTIONS_AT_ONCE = 100, 100
"""Headers, and transactions, of one HTTP request."""

_SELECTOR_LETTERS = 2 + 2 * 4


class RawHeader(msgspec.Struct, gc=False, rename="camel"):
    """A header as JSON-RPC has it, as far as it is used."""

    number: str
    hash: str
    parent_hash: str
    timestamp: str


class RawLog(msgspec.Struct, gc=False, rename="camel"):
    """A log as JSON-RPC has it, as far as it is used."""

    address: str
    topics: list[str]
    data: str
    block_number: str
    block_hash: str
    transaction_hash: str
    log_index: str
    block_timestamp: str | None = None


class RawTransaction(msgspec.Struct, gc=False, rename="camel"):
    """A transaction as JSON-RPC has it, as far as it is used."""

    hash: str
    input: str
    block_hash: str | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True)
class BlockAt:
    """A block: number, hash and its parent's, Unix seconds."""

    number: int
    hash: bytes
    parent: bytes
    time: int


@dataclass(frozen=True, slots=True)
class History:
    """The logs of a span that is too old to be replaced.

    Attributes:
        last: the last block of the span.
        logs: as the node has them.
        times: Unix seconds of the blocks that have logs.
        calls: what the transactions call that handlers trace, by their hashes.
    """

    last: BlockAt
    logs: list[RawLog]
    times: dict[str, int]
    calls: dict[str, Call]


class Source:
    """The node, asked for what the index needs.

    Args:
        rpc: the nodes.
        addresses: of the contracts.
        topics: the first topic of each event that is wanted.
        traces: whether it is asked what the transaction of a log calls.
    """

    def __init__(
        self, rpc: Rpc, addresses: Iterable[str], topics: Iterable[bytes], traces: Callable[[RawLog], bool]
    ) -> None:
        self.rpc, self._traces = rpc, traces
        self._filter = {"address": sorted(addresses), "topics": [sorted("0x" + topic.hex() for topic in topics)]}

    def genesis(self) -> bytes:
        """Hash of the first block: it tells a chain from another one with the same number."""
        return _block(self.rpc.ask("eth_getBlockByNumber", ["0x0", False], RawHeader)).hash

    def head(self) -> BlockAt:
        """The latest block."""
        return _block(self.rpc.ask("eth_getBlockByNumber", ["latest", False], RawHeader))

    def blocks(self, numbers: Sequence[int]) -> list[BlockAt | None]:
        """Blocks by number; None where the node has none."""
        found: list[BlockAt | None] = []
        for some in parts(numbers, HEADERS_AT_ONCE):
            headers = self.rpc.ask_many([_header(each) for each in some])
            for wanted, header in zip(some, headers, strict=True):
                found.append(None if header is None else self._checked(_block(header), wanted))
        return found

    def logs_of(self, blocks: Sequence[BlockAt]) -> list[list[RawLog]]:
        """The logs of blocks, each asked for by its hash: a node that does not have that very block says so.

        Raises:
            TooMuchAsked: fewer blocks at a time.
            NodeContradictsItself: the logs are of other blocks.
        """
        hashes = ["0x" + block.hash.hex() for block in blocks]
        answers = self.rpc.ask_many([self._logs(blockHash=each) for each in hashes], _most_bytes(len(blocks)))
        for block, block_hash, logs in zip(blocks, hashes, answers, strict=True):
            if any(log.block_hash != block_hash or number(log.block_number) != block.number for log in logs):
                raise NodeContradictsItself(self.rpc.node, "logs of another block", block.number)
        return answers

    def history(self, before: BlockAt | None, first: int, last: int) -> History:
        """The logs of a span; the last block is looked at on both sides of them, in one request to one node.

        Args:
            before: the block that the span goes on from, which must still be there.

        Raises:
            TooMuchAsked: the span is too long for the node, or for the memory.
            NodeContradictsItself: blocks changed while they were read, or logs are not of them.
        """
        asked = [_header(last), self._logs(fromBlock=hex(first), toBlock=hex(last)), _header(last)]
        if before is not None:
            asked.append(_header(before.number))
        header, logs, again, *earlier = self.rpc.ask_many(asked, _most_bytes(last - first + 1))
        if header is None or again is None or header.hash != again.hash:
            raise NodeContradictsItself(self.rpc.node, "a block that comes and goes", last)
        if before is not None and (earlier[0] is None or _bytes(earlier[0].hash) != before.hash):
            raise NodeContradictsItself(self.rpc.node, "another block than before", before.number)
        if any(not first <= number(block) <= last for block in {log.block_number for log in logs}):
            raise NodeContradictsItself(self.rpc.node, "logs that were not asked for", last)
        return History(self._checked(_block(header), last), logs, self._times(logs), self.calls(logs))

    def calls(self, logs: Iterable[RawLog]) -> dict[str, Call]:
        """What the transactions of the logs call that handlers trace, by their hashes."""
        traced = {log.transaction_hash: log for log in logs if self._traces(log)}
        calls = {}
        for some in parts(list(traced.values()), TRANSACTIONS_AT_ONCE):
            asked = [_transaction(log.transaction_hash) for log in some]
            for log, found in zip(some, self.rpc.ask_many(asked), strict=True):
                if found is None or (found.hash, found.block_hash) != (log.transaction_hash, log.block_hash):
                    raise NodeContradictsItself(
                        self.rpc.node, "a log without its transaction", number(log.block_number)
                    )
                calls[found.hash] = Call(_bytes(found.to or ""), _bytes(found.input[:_SELECTOR_LETTERS]))
        return calls

    def _times(self, logs: Sequence[RawLog]) -> dict[str, int]:
        """Unix seconds by block; newer nodes say it with each log, older ones are asked for the headers."""
        times = {log.block_number: log.block_timestamp for log in logs}
        known = {block: number(time) for block, time in times.items() if time}
        missing = [number(block) for block, time in times.items() if not time]
        hashes = {log.block_number: log.block_hash for log in logs} if missing else {}
        for block in self.blocks(missing):
            if block is None or _bytes(hashes[hex(block.number)]) != block.hash:
                raise NodeContradictsItself(self.rpc.node, "logs of another block", block.number if block else 0)
            known[hex(block.number)] = block.time
        return known

    def _logs(self, **span: str) -> Request[list[RawLog]]:
        return Request("eth_getLogs", [{**self._filter, **span}], list[RawLog])

    def _checked(self, block: BlockAt, wanted: int) -> BlockAt:
        if block.number != wanted:
            raise NodeContradictsItself(self.rpc.node, f"block {block.number} instead", wanted)
        return block


def _most_bytes(blocks: int) -> int | None:
    """A single block has to be taken as it is."""
    return ENOUGH_BYTES if blocks > 1 else None


def _header(block: int) -> Request[Any]:
    return Request("eth_getBlockByNumber", [hex(block), False], RawHeader | None)  # type: ignore[arg-type]


def _transaction(transaction_hash: str) -> Request[Any]:
    return Request("eth_getTransactionByHash", [transaction_hash], RawTransaction | None)  # type: ignore[arg-type]


def _block(header: RawHeader) -> BlockAt:
    return BlockAt(number(header.number), _bytes(header.hash), _bytes(header.parent_hash), number(header.timestamp))


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])
