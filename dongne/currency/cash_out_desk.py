"""Typed client of the `CashOutDesk` contract."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address
from web3.types import TxReceipt

from dongne.chain import Call
from dongne.contract import ContractClient
from dongne.currency.batch import pack_accounts
from dongne.currency.events import CashOutRequested
from dongne.currency.messages import SignedAuthorization
from dongne.language import Word, _

ID_BYTES = 4

RECLAIM_AFTER = 14 * 86_400
"""Seconds after it was due from which on a merchant can take a cash-out back."""


class RiskClass(Word):
    """How long a merchant waits for its money."""

    STANDARD = 0, _("standard")
    TRUSTED = 1, _("trusted")
    WATCHED = 2, _("watched")
    HIGH = 3, _("high")


@dataclass(frozen=True, slots=True)
class CashOut:
    """Money that waits to be paid out.

    Attributes:
        id: its number.
        merchant: whom the bank pays.
        amount: base units; 0 where it was settled or returned, or never requested.
        due: Unix seconds from which on it can be settled.
    """

    id: int
    merchant: ChecksumAddress
    amount: int
    due: int

    @property
    def is_open(self) -> bool:
        """Whether its money is still at the desk."""
        return self.amount > 0


class CashOutDesk(ContractClient):
    """Where merchants turn the city's currency into won at their bank."""

    NAME = "CashOutDesk"

    def request(self, signed: SignedAuthorization) -> Call:
        """Hand in a merchant's money by its authorization for this contract; anyone may."""
        given = signed.authorization
        terms = (given.payer, given.value, given.valid_after, given.valid_before, given.nonce)
        return self._write("request", *terms, signed.signature)

    def requested_in(self, receipt: TxReceipt) -> int:
        """Number of the cash-out that a transaction requested."""
        return self.events_of(receipt, CashOutRequested)[0].id

    def settle(self, ids: Sequence[int], bank_reference: bytes) -> Call:
        """Destroy the money of cash-outs that the bank has paid (settlement officer)."""
        return self._write("settleBatch", pack_ids(ids), bank_reference)

    def return_cash_out(self, number: int, reason: bytes) -> Call:
        """Give the money of a cash-out back that the bank could not pay (settlement officer)."""
        return self._write("returnCashOut", number, reason)

    def reclaim(self, number: int) -> Call:
        """Take a cash-out back that the city has left for 14 days; anyone may, the money goes to the merchant."""
        return self._write("reclaim", number)

    def set_risk_class(self, risk: RiskClass, merchants: Iterable[ChecksumAddress]) -> Call:
        """Say how long the later cash-outs of merchants wait (holds officer)."""
        return self._write("setRiskClass", risk, pack_accounts(merchants))

    def set_waiting_days(self, days: Sequence[int]) -> Call:
        """Say how many days each risk class waits, 0 to 30, in the order of `RiskClass` (currency supervisor)."""
        return self._write("setWaitingDays", list(days))

    def cash_out(self, number: int) -> CashOut:
        """A cash-out as the contract holds it."""
        return _cash_out(number, self._read("cashOut", number))

    def cash_outs(self, ids: Sequence[int], block: int | None = None) -> list[CashOut]:
        """Many cash-outs, now or at a block, in JSON-RPC batches."""
        found = self._read_many("cashOut", [(number,) for number in ids], block)
        return [_cash_out(number, each) for number, each in zip(ids, found, strict=True)]

    def open_cash_outs(self) -> list[CashOut]:
        """Cash-outs whose money is at the desk, in the order in which they were requested."""
        every = range(int(self._read("cashOuts")))
        return [each for each in self.cash_outs(every) if each.is_open]

    def settled_total(self, block: int | None = None) -> int:
        """Base units that were ever settled, now or at a block."""
        return int(self._read("settledTotal", block=block))

    def settled_until(self, time: int) -> int:
        """Base units that were settled until a time, Unix seconds, its second included."""
        return int(self._read("settledUntil", time))

    def risk_class(self, merchant: ChecksumAddress) -> RiskClass:
        """How long a merchant's next cash-out waits."""
        return RiskClass(self._read("riskClassOf", merchant))

    def waiting_days(self, risk: RiskClass) -> int:
        """Days that a class waits."""
        return int(self._read("waitingDays", risk))


def pack_ids(ids: Iterable[int]) -> bytes:
    """Numbers of cash-outs as the contract takes them: 4 bytes each, big-endian."""
    return b"".join(number.to_bytes(ID_BYTES, "big") for number in ids)


def unpack_ids(packed: bytes) -> list[int]:
    """The numbers in a packed list."""
    return [int.from_bytes(packed[place : place + ID_BYTES], "big") for place in range(0, len(packed), ID_BYTES)]


def _cash_out(number: int, found: tuple[Any, ...]) -> CashOut:
    merchant, amount, due = found
    return CashOut(number, to_checksum_address(merchant), amount, due)
