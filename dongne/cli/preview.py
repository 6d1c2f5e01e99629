"""What a transaction would do and cost, shown before it is sent: --dry-run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from eth_utils.address import is_hex_address, to_checksum_address

from dongne.calldata import ROLE_ARGUMENTS, DecodedCall, calls_in
from dongne.chain import Call
from dongne.language import Language, Message, Readable, _, shown
from dongne.suite import Role

ITEMS = 3
"""Items of a list that are shown; the rest is counted."""

BYTES = 36
"""Bytes that are shown whole: a hash, or a short text; of longer ones the start."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A transaction that was tried on the node's state of now.

    Attributes:
        title: contract and function.
        target: whom it calls; None creates a contract.
        gas: that it took.
        fee: wei a gas that it would pay at most.
        calls: what it consists of.
    """

    title: str
    target: str | None
    gas: int
    fee: int
    calls: tuple[DecodedCall, ...]

    @classmethod
    def of(cls, call: Call, gas: int, names: Mapping[str, str]) -> "Preview":
        """A call that took so much gas when it was tried, at the fees of now."""
        calls = calls_in(call.to, call.calldata, names) if call.to else ()
        return cls(call.title, call.to, gas, call.chain.fees().most, tuple(calls))

    def lines(self, labels: Mapping[str, Readable | str], language: Language) -> Iterator[str]:
        """The transaction in words: a line each for it, for its functions, and for their arguments."""
        values = {"title": self.title, "gas": self.gas, "cost": _ether(self.gas * self.fee), "fee": _gwei(self.fee)}
        costs = _("would send {title}: {gas:,} gas, at most {cost} ether at {fee} gwei")
        yield Message(costs, values).text(language)
        for call in self.calls:
            yield f"  {call.contract}.{call.function}"
            for name, value in call.arguments.items():
                yield f"    {name} = {_told(name, value, labels, language)}"

    def as_json(self) -> dict[str, Any]:
        """The transaction for machines."""
        return {
            "would_send": self.title,
            "to": self.target,
            "gas": self.gas,
            "fee": self.fee,
            "most_cost": self.gas * self.fee,
            "calls": [str(call) for call in self.calls],
        }


def _told(name: str, value: Any, labels: Mapping[str, Readable | str], language: Language) -> str:
    if isinstance(value, list | tuple):
        told = [_told(name, each, labels, language) for each in value[:ITEMS]]
        if len(value) > ITEMS:
            told.append(Message(_("… and {count} more"), {"count": len(value) - ITEMS}).text(language))
        return f"({', '.join(told)})" if isinstance(value, tuple) and len(value) <= ITEMS else f"[{', '.join(told)}]"
    if isinstance(value, bytes):
        return _bytes(value, language)
    if isinstance(value, int) and not isinstance(value, bool):
        is_role = name in ROLE_ARGUMENTS and value in set(Role)
        return Role(value).text(language) if is_role else f"{value:,}"
    if is_hex_address(value):
        return _labelled(str(to_checksum_address(value)), labels, language)
    return str(value)


def _bytes(value: bytes, language: Language) -> str:
    if len(value) <= BYTES:
        return "0x" + value.hex()
    return Message(_("0x{start}… ({count:,} bytes)"), {"start": value[:4].hex(), "count": len(value)}).text(language)


def _labelled(address: str, labels: Mapping[str, Readable | str], language: Language) -> str:
    label = labels.get(address)
    return f"{address} ({shown(label, language)})" if label else address


def _ether(wei: int) -> str:
    return f"{Decimal(wei).scaleb(-18):.6f}"


def _gwei(wei: int) -> str:
    return f"{Decimal(wei).scaleb(-9):,.3f}"
