"""What the relayer must know about a kind of signed message: how it is read, checked, sent, and what became of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from eth_typing import ChecksumAddress
from web3.types import TxReceipt

from dongne.chain import Call
from dongne.language import Readable
from dongne.transactions import BASE_GAS, BYTE_GAS, MOST_BYTES, MOST_GAS


@dataclass(frozen=True, slots=True)
class Item:
    """A signed message that can be relayed.

    Attributes:
        id: the same for the same message, however its signature is written.
        kind: name of its kind.
        lane: what may share a transaction with it.
        signer: whose message it is.
        sequence: its place among the signer's, where the contract wants them in turn.
        deadline: last Unix second at which it is good.
        content: as it was handed in.
        message: decoded, as its kind has it.
    """

    id: bytes
    kind: str
    lane: str
    signer: ChecksumAddress
    sequence: int
    deadline: int
    content: str
    message: Any = field(repr=False, compare=False)


Reasons = Mapping[bytes, Readable]
"""Why messages are refused, by their id."""


@dataclass(frozen=True, slots=True)
class Weight:
    """What a message adds to a transaction.

    Attributes:
        calldata: bytes.
        gas: at most, without that of its bytes.
    """

    calldata: int
    gas: int

    @property
    def whole_gas(self) -> int:
        """Gas with that of the bytes."""
        return self.gas + BYTE_GAS * self.calldata


class Kind(Protocol):
    """A kind of signed messages."""

    NAME: ClassVar[str]
    """Under which they are handed in."""

    IN_TURN: ClassVar[bool]
    """Whether the contract takes a signer's messages by their sequence only."""

    def read(self, content: str) -> Item:
        """A message from a line of a file of such messages.

        Raises:
            InputError: it is none, or its signer did not sign it.
        """

    def probe(self, item: Item) -> Call | None:
        """A call that carries one message alone, and reverts with the reason where it is refused; None if none does."""

    def next_of(self, signers: Sequence[ChecksumAddress]) -> Mapping[ChecksumAddress, int]:
        """The sequence that the contract takes next, of several signers; empty where it wants none."""

    def spoilt(self, items: Sequence[Item]) -> Reasons:
        """Those that the contract is known to refuse by now, with the reasons."""

    def most(self, lane: str) -> int:
        """How many of a lane share a transaction at most."""

    def weight(self, item: Item) -> Weight:
        """What a message adds to a transaction."""

    def call(self, items: Sequence[Item]) -> Call:
        """The call that carries messages of one lane, in this order, with its gas limit."""

    def refusals(self, items: Sequence[Item], receipt: TxReceipt) -> Reasons:
        """What the contract refused of a transaction that passed."""


def fitting(kind: Kind, items: Iterable[Item]) -> list[Item]:
    """As many of the first items, all of one lane, as one transaction holds."""
    fit, calldata, gas = list[Item](), 0, BASE_GAS
    for item in items:
        weight = kind.weight(item)
        calldata, gas = calldata + weight.calldata, gas + weight.whole_gas
        if fit and (len(fit) == kind.most(item.lane) or calldata > MOST_BYTES or gas > MOST_GAS):
            break
        fit.append(item)
    return fit


def gas_for(kind: Kind, items: Iterable[Item]) -> int:
    """The gas limit of a transaction that carries these."""
    return BASE_GAS + sum(kind.weight(item).whole_gas for item in items)
