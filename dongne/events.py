"""Typed events: a class for each event of a contract, decoded by the contract's ABI.

Products list theirs in `events.py`:

    @dataclass(frozen=True, slots=True)
    class Redeemed(Event):
        CONTRACT = "LocalCurrency"
        merchant: ChecksumAddress
        payout_reference: bytes
        amount: int

The class is named after the event and its fields are the event's parameters, in their order, in snake case.

There are two ways to read a log. `decode` gives an event: checked, comfortable, some 5,000 a second. `reader` gives the
bare values of a log as JSON-RPC has it, in the same order, two hundred times as fast: for the indexer and for audits.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from keyword import iskeyword
from typing import Any, ClassVar, NoReturn, Self, cast

from eth_abi.abi import decode
from eth_abi.codec import ABIDecoder
from eth_abi.decoding import StringDecoder
from eth_abi.exceptions import DecodingError
from eth_abi.registry import BaseEquals, registry
from eth_utils.abi import collapse_if_tuple, event_abi_to_log_topic
from eth_utils.address import to_checksum_address
from hexbytes import HexBytes
from web3.types import LogReceipt

from dongne.abi import entry

Topic = bytes | None

Reader = Callable[[Sequence[str], str], tuple[Any, ...]]
"""Values of a log by its topics and data, both hexadecimal with 0x.

Raises ValueError, or another of `UNREADABLE`, where they are not those of the event.
"""

UNREADABLE = (ValueError, IndexError, DecodingError)
"""What a reader raises where topics or data are not those of its event."""


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
    def reader(cls) -> "Reader":
        """Reads the event's values from a raw log: addresses as 20 bytes, everything else as `decode` has it."""
        return _reader(cls.CONTRACT, cls.__name__)

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


@cache
def _reader(contract: str, event: str) -> Reader:
    inputs = entry(contract, "event", event)["inputs"]
    kinds = [(collapse_if_tuple(each), each["indexed"]) for each in inputs]
    plain = [kind for kind, indexed in kinds if not indexed]
    if all(_expression(kind, "data", 0) for kind in plain):
        return _compiled(kinds, len(plain), "bytes" in plain)
    return _decoding(kinds, plain)


def _compiled(kinds: Sequence[tuple[str, bool]], words: int, is_dynamic: bool) -> Reader:
    """One expression for all values: a function call for each would take most of the time."""
    topics, starts = iter(range(1, 5)), iter(range(2, 2 + 64 * words, 64))
    values = [
        _expression(kind, f"topics[{next(topics)}]", 2) if indexed else _expression(kind, "data", next(starts))
        for kind, indexed in kinds
    ]
    size = f"len(data) {'>=' if is_dynamic else '=='} {2 + 64 * words}"
    fits = f"len(topics) == {1 + sum(indexed for _kind, indexed in kinds)} and {size}"
    source = f"lambda topics, data: ({''.join(f'{value}, ' for value in values)}) if {fits} else unfit(topics, data)"
    reader: Reader = eval(source, {"fromhex": bytes.fromhex, "tail": _tail, "unfit": _unfit})
    return reader


def _decoding(kinds: Sequence[tuple[str, bool]], plain: Sequence[str]) -> Reader:
    """For events with structs, which are rare: the general decoder for the data."""
    topics_only = _compiled([(kind, True) for kind, indexed in kinds if indexed], 0, True)

    def read(topics: Sequence[str], data: str) -> tuple[Any, ...]:
        indexed = iter(topics_only(topics, "0x"))
        decoded = iter(_LENIENT.decode(plain, bytes.fromhex(data[2:])))
        return tuple(next(indexed) if is_indexed else _raw(kind, next(decoded)) for kind, is_indexed in kinds)

    return read


def _expression(kind: str, text: str, start: int) -> str:
    """How a value is read from hexadecimal text at a place; empty for kinds that take the general decoder."""
    word = f"{text}[{start}:{start + 64}]"
    if kind == "address":
        return f"fromhex({text}[{start + 24}:{start + 64}])"
    if kind == "bool":
        return f"int({word}, 16) != 0"
    if re.fullmatch(r"uint\d+", kind):
        return f"int({word}, 16)"
    if size := re.fullmatch(r"bytes(\d+)", kind):
        return f"fromhex({text}[{start}:{start + 2 * int(size[1])}])"
    if kind == "bytes":
        return f"tail(data, {word})" if text == "data" else f"fromhex({word})"
    return ""


def _tail(data: str, offset: str) -> bytes:
    """Bytes of any length, which stand behind the words of the fixed ones."""
    start = 2 + 2 * int(offset, 16)
    length = 2 * int(data[start : start + 64], 16)
    found = data[start + 64 : start + 64 + length]
    if len(found) != length:
        raise ValueError("cut off")
    return bytes.fromhex(found)


def _unfit(topics: Sequence[str], data: str) -> NoReturn:
    raise ValueError(f"{len(topics)} topics and {len(data) // 2 - 1} bytes")


def _raw(kind: str, value: Any) -> Any:
    return bytes.fromhex(value[2:]) if kind == "address" else value


class _LenientText(StringDecoder):
    """Text of a contract may be any bytes: whoever writes it must not be able to stop whoever reads it."""

    def __init__(self) -> None:
        self.bytes_errors = "replace"


def _lenient() -> ABIDecoder:
    kinds: Any = registry
    lenient, equals = kinds.copy(), cast(Any, BaseEquals)
    lenient.unregister_decoder("string")
    lenient.register_decoder(equals("string", with_sub=False), _LenientText, label="string")
    return ABIDecoder(lenient)


_LENIENT = _lenient()


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
