"""The money in circulation, summed up from the chain's logs alone."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address
from web3.types import LogReceipt

from dongne.chain import LOGS_SPAN
from dongne.currency.events import Redeemed, Transfer
from dongne.currency.local_currency import LocalCurrency

Heard = Callable[[int], object]
"""Hears how many blocks more were read."""

_NOBODY = bytes(20)


@dataclass(frozen=True, slots=True)
class Supply:
    """What the logs say of the money in circulation.

    Attributes:
        issued: base units ever issued.
        redeemed: base units ever cashed out.
        balances: balance by account, zero balances left out.
    """

    issued: int
    redeemed: int
    balances: dict[ChecksumAddress, int]

    @property
    def circulating(self) -> int:
        """Base units that must be there."""
        return self.issued - self.redeemed


@dataclass(frozen=True, slots=True)
class Audit:
    """The supply by the logs beside what the contract states, both at one block.

    Attributes:
        supply: by the logs.
        stated: total supply by the contract, base units.
        block: at which both were read.
        differing: accounts whose balance by the logs is not the one that the contract states.
    """

    supply: Supply
    stated: int
    block: int
    differing: tuple[ChecksumAddress, ...] = ()

    @property
    def held(self) -> int:
        """Base units that accounts hold by the logs."""
        return sum(self.supply.balances.values())

    @property
    def is_reconciled(self) -> bool:
        """Whether logs, balances and contract agree."""
        return self.supply.circulating == self.stated == self.held and not self.differing


def audit_supply(currency: LocalCurrency, heard: Heard = lambda _blocks: None) -> Audit:
    """Sum up every transfer since the deployment and compare with what the contract states.

    Balances are compared too: a payment whose log a node withholds changes no sum. Where logs are missing, some account
    has more by the logs than it holds, so that those with nothing need not be asked for.
    """
    block = currency.chain.block_number()
    supply = supply_from_logs(currency, block, heard)
    stated = currency.balances_of(list(supply.balances), block)
    differing = tuple(account for account, base in supply.balances.items() if stated[account] != base)
    return Audit(supply, currency.total_supply(block), block, differing)


def supply_from_logs(currency: LocalCurrency, last: int | None = None, heard: Heard = lambda _blocks: None) -> Supply:
    """Sum up every transfer until block `last`, trusting no balance that the contract states."""
    last = currency.chain.block_number() if last is None else last
    changes, issued, redeemed = defaultdict[bytes, int](int), 0, 0
    for log in _logs(currency, last, heard):
        if bytes(log["topics"][0]) == Redeemed.topic():
            redeemed += Redeemed.decode(log).amount
        else:
            issued += _add(changes, log)
    changes.pop(_NOBODY, None)
    return Supply(issued, redeemed, {to_checksum_address(account): base for account, base in _held(changes)})


def _logs(currency: LocalCurrency, last: int, heard: Heard) -> Iterator[LogReceipt]:
    topics = [[Transfer.topic(), Redeemed.topic()]]
    for first in range(currency.entry.block, last + 1, LOGS_SPAN):
        until = min(first + LOGS_SPAN - 1, last)
        yield from currency.chain.logs(currency.address, topics, first, until)
        heard(until - first + 1)


def _add(changes: dict[bytes, int], log: LogReceipt) -> int:
    """One transfer, read by hand: there are millions, and the general decoder takes ten times so long.

    Returns what of it is new money.
    """
    _topic, payer, payee = log["topics"]
    value = int.from_bytes(log["data"], "big")
    changes[bytes(payer[12:])] -= value
    changes[bytes(payee[12:])] += value
    return value if bytes(payer[12:]) == _NOBODY else 0


def _held(changes: dict[bytes, int]) -> Iterable[tuple[bytes, int]]:
    return ((account, base) for account, base in changes.items() if base)
