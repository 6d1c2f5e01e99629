"""Turns the logs of a span into changes: reads their values, fetches the rows they concern, lets the handlers work."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from dongne.errors import InputError, NodeTalksNonsense
from dongne.events import UNREADABLE
from dongne.indexer.draft import Draft
from dongne.indexer.errors import LogMalformed
from dongne.indexer.handling import At, Call, Handler
from dongne.indexer.source import RawLog
from dongne.store.rows import Row

Values = tuple[Any, ...]
Read = tuple[Handler, At, Values]


class Reading:
    """Handlers by contract and topic.

    Args:
        handlers: of the contracts' events.
        addresses: of the contracts by name; handlers of others are left out.
    """

    def __init__(self, handlers: Iterable[Handler], addresses: Mapping[str, str]) -> None:
        used = [handler for handler in handlers if handler.event.CONTRACT in addresses]
        self.topics = {handler.event.topic() for handler in used}
        self._by_log = {
            (addresses[handler.event.CONTRACT].lower(), "0x" + handler.event.topic().hex()): (
                handler,
                handler.event.reader(),
                bytes.fromhex(addresses[handler.event.CONTRACT][2:]),
            )
            for handler in used
        }
        self._keys = {id(handler): handler.row_keys() for handler in used}

    def traces(self, log: RawLog) -> bool:
        """Whether a handler asks what the transaction of a log calls."""
        found = self._by_log.get((log.address, log.topics[0]))
        return found is not None and (traces := found[0].traces) is not None and traces(log.data)

    def values(
        self, logs: Sequence[RawLog], times: Mapping[str, int], calls: Mapping[str, Call], node: str
    ) -> list[Read]:
        """The values of the logs that have a handler.

        Raises:
            NodeTalksNonsense: a log does not have the values of its event.
        """
        read: list[Read] = []
        numbers = {block: (int(block, 16), time) for block, time in times.items()}
        transaction, transaction_hash = "", b""
        for log in logs:
            if (found := self._by_log.get((log.address, log.topics[0]))) is None:
                continue
            handler, reader, contract = found
            if log.transaction_hash != transaction:
                transaction, transaction_hash = log.transaction_hash, bytes.fromhex(log.transaction_hash[2:])
            block, time = numbers[log.block_number]
            try:
                at = At(block, int(log.log_index, 16), time, transaction_hash, contract, calls.get(transaction))
                read.append((handler, at, reader(log.topics, log.data)))
            except UNREADABLE as error:
                where = f"{handler.event.__name__} in transaction {transaction}"
                raise NodeTalksNonsense(node, f"{where}: {error}") from error
        read.sort(key=itemgetter(1))
        return read

    def load(self, draft: Draft, read: Sequence[Read]) -> None:
        """Fetch the rows that the handlers will ask for."""
        wanted: defaultdict[type[Row], set[Any]] = defaultdict(set)
        for handler, _at, values in read:
            for row, key in self._keys[id(handler)]:
                wanted[row].add(key(values))
        for row, keys in wanted.items():
            draft[row].load(keys)

    @staticmethod
    def handle(draft: Draft, read: Sequence[Read], begins: Callable[[int], None] = lambda _block: None) -> None:
        """Let the handlers work, in the chain's order; `begins` hears each block's number before its logs.

        Raises:
            LogMalformed: what is packed in a log's values does not hold together.
        """
        block = -1
        for handler, at, values in read:
            if at.block != block:
                begins(block := at.block)
            try:
                handler.function(draft, at, *values)
            except (InputError, ValueError) as error:
                raise LogMalformed(handler.event.__name__, block, str(error)) from error
