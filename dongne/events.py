"""Typed events: a class for each event of a contract, decoded by the contract's ABI.

Products list theirs in `events.py`:

    @dataclass(frozen=True, slots=True)
    class Redeemed(Event):
        CONTRACT = "LocalCurrency"
        merchant: ChecksumAddress
        payout_reference: bytes
        amount: int

The class is named after the event and its fields are the event's parameters, in their order, in snake case.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from keyword import iskeyword
from typing import Any, ClassVar, Self

from eth_abi.abi import decode
from eth_utils.abi import collapse_if_tuple, event_abi_to_log_topic
from eth_utils.address import to_checksum_address
from hexbytes import HexBytes
from web3.types import LogReceipt

from dongne.abi import entry

Topic = bytes | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the chain a log is."""

    block: int
    transaction: HexBytes
    log: int


@dataclass(frozen=True, slots=True)
class Event:
    """Base of the typed events.

    Attributes:
        at: where on the chain the event is.
    """

    CONTRACT: ClassVar[str]

    at: Place = field(kw_only=True, compare=False)

    @classmethod
    def topic(cls) -> bytes:
        """Topic that marks the event's logs: the hash of its signature."""
        return _codec(cls.CONTRACT, cls.__name__).topic

    @classmethod
    def topics(cls, **indexed: object) -> list[Topic]:
        """Topics that select the event's logs by indexed parameters: `Transfer.topics(payer=address)`."""
        codec = _codec(cls.CONTRACT, cls.__name__)
        unknown = indexed.keys() - set(codec.indexed_names)
        if unknown:
            raise TypeError(f"{cls.__name__} has no indexed parameter {', '.join(sorted(unknown))}")
        wanted = [None if indexed.get(name) is None else _topic(indexed[name]) for name in codec.indexed_names]
        while wanted and wanted[-1] is None:
            wanted.pop()
        return [codec.topic, *wanted]

    @classmethod
    def decode(cls, log: LogReceipt) -> Self:
        """The event that a log holds."""
        codec = _codec(cls.CONTRACT, cls.__name__)
        place = Place(int(log["blockNumber"]), log["transactionHash"], int(log["logIndex"]))
        return cls(**codec.values(log), at=place)

    @classmethod
    def parameters(cls) -> tuple[str, ...]:
        """Names of the event's parameters, in order."""
        return tuple(each.name for each in fields(cls) if each.name != "at")


@dataclass(frozen=True, slots=True)
class _Codec:
    """How the logs of one event are read."""

    topic: bytes
    names: tuple[str, ...]
    indexed: tuple[tuple[str, str], ...]
    plain: tuple[tuple[str, str], ...]
    finish: Mapping[str, Callable[[Any], Any]]

    @property
    def indexed_names(self) -> tuple[str, ...]:
        return tuple(name for name, _kind in self.indexed)

    def values(self, log: LogReceipt) -> dict[str, Any]:
        found = {
            name: decode([kind], bytes(topic))[0]
            for (name, kind), topic in zip(self.indexed, log["topics"][1:], strict=True)
        }
        data = decode([kind for _name, kind in self.plain], bytes(log["data"]))
        found |= dict(zip((name for name, _kind in self.plain), data, strict=True))
        return {name: self.finish.get(name, _same)(value) for name, value in found.items()}


@cache
def _codec(contract: str, event: str) -> _Codec:
    definition = entry(contract, "event", event)
    inputs = [(_snake(each["name"]), collapse_if_tuple(each), each["indexed"]) for each in definition["inputs"]]
    return _Codec(
        topic=bytes(event_abi_to_log_topic(definition)),  # type: ignore[arg-type]
        names=tuple(name for name, _kind, _indexed in inputs),
        indexed=tuple((name, kind) for name, kind, indexed in inputs if indexed),
        plain=tuple((name, kind) for name, kind, indexed in inputs if not indexed),
        finish={name: to_checksum_address for name, kind, _indexed in inputs if kind == "address"},
    )


def _topic(value: object) -> bytes:
    if isinstance(value, int):
        return value.to_bytes(32, "big")
    if isinstance(value, str):
        return bytes.fromhex(value.removeprefix("0x")).rjust(32, b"\0")
    if isinstance(value, bytes) and len(value) == 32:
        return value
    raise TypeError(f"{value!r} cannot be a topic: give a number, an address or 32 bytes")


def _snake(name: str) -> str:
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.lstrip("_")).lower()
    return f"{snake}_" if iskeyword(snake) else snake


def _same(value: Any) -> Any:
    return value
