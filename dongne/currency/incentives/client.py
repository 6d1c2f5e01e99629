"""Typed client of the `Incentives` contract."""

from collections.abc import Sequence
from dataclasses import dataclass

from eth_typing import ChecksumAddress
from web3.types import TxReceipt

from dongne.chain import Call
from dongne.contract import ContractClient
from dongne.currency.batch import pack_issues
from dongne.currency.incentives.events import CashbackSkipped, IncentiveOpened
from dongne.currency.incentives.lists import CashbackList, Rate
from dongne.currency.incentives.terms import Terms
from dongne.language import Word, _


class Skip(Word):
    """Why somebody on a list is not paid; numbered as in IIncentives.sol."""

    NONE = 0, _("paid")
    NOT_RESIDENT = 1, _("not a resident now, or frozen")
    PAID_BEFORE = 2, _("paid before")
    EXCEEDS_PURCHASES = 3, _("the currency counted fewer purchases than the list")


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme's terms but for the trades, and its money.

    Attributes:
        funder: who pays in and gets back what is left.
        first_month: whose purchases are rewarded first; months since January 1970.
        last_month: whose purchases are rewarded last.
        rate_bps: share of purchases that is paid back, in 1/10,000.
        cap: most that one person is paid for a month, base units.
        held: base units that the contract holds for it.
    """

    funder: ChecksumAddress
    first_month: int
    last_month: int
    rate_bps: int
    cap: int
    held: int

    @property
    def rate(self) -> Rate:
        """By which a list's cash-back follows from purchases."""
        return Rate(self.rate_bps, self.cap)


@dataclass(frozen=True, slots=True)
class PublishedList:
    """The list of a programme's latest month.

    Attributes:
        root: of its Merkle tree; zeros where it was rejected.
        month: whose purchases it rewards.
        payable_from: Unix seconds.
        total: base units of all cash-back by rate and cap.
        granted: what the programme had for it.
        paid: of it so far.
    """

    root: bytes
    month: int
    payable_from: int
    total: int
    granted: int
    paid: int

    @property
    def stands(self) -> bool:
        """Whether there is a list that was not rejected."""
        return any(self.root)

    def share(self, cashback: int) -> int:
        """What somebody is paid: all of it, or everybody's part of what there was."""
        return cashback * self.granted // self.total


class Incentives(ContractClient):
    """A city's cash-back. Amounts are base units of the currency, months count since January 1970."""

    NAME = "Incentives"

    def count(self) -> int:
        """How many programmes there are; they are numbered from 1."""
        return int(self._read("programmes"))

    def programme(self, programme: int) -> Programme:
        """A programme's terms and money."""
        return Programme(*self._read("programmeOf", programme))

    def trades(self, programme: int) -> tuple[int, ...]:
        """Trade codes at which a programme rewards purchases, by its event."""
        opened = next(self.events(IncentiveOpened, programme=programme))
        return tuple(opened.terms[5])

    def published(self, programme: int, block: int | None = None) -> PublishedList:
        """The list of a programme's latest month, now or at a block; zeros if there is none."""
        return PublishedList(*self._read("listOf", programme, block=block))

    def programme_of_trade(self, category: int) -> int:
        """The latest programme that rewards purchases at a trade; 0 if there is none."""
        return int(self._read("programmeOfTrade", category))

    def paid(self, programme: int, month: int, accounts: Sequence[ChecksumAddress]) -> list[bool]:
        """Who was paid from a programme for a month, in JSON-RPC batches; only of the latest month it is known."""
        return self._read_many("isPaid", [(programme, month, account) for account in accounts])

    def rewarded_purchases(self, month: int, account: ChecksumAddress) -> int:
        """Purchases of a month for which a person was paid, by all programmes together."""
        return int(self._read("rewardedPurchases", month, account))

    def open(self, terms: Terms) -> Call:
        """Open a programme (currency supervisor)."""
        return self._write("open", terms.as_struct())

    def opened_in(self, receipt: TxReceipt) -> int:
        """The number of the programme that a transaction opened."""
        return self.events_of(receipt, IncentiveOpened)[0].programme

    def close(self, programme: int) -> Call:
        """End a programme with the present month (guardian)."""
        return self._write("close", programme)

    def fund(self, programme: int, amount: int) -> Call:
        """Pay in what was approved in the currency (the programme's funder)."""
        return self._write("fund", programme, amount)

    def publish(self, programme: int, listed: CashbackList) -> Call:
        """Publish the list of the month that has just been closed (incentive officer)."""
        return self._write("publish", programme, listed.month, listed.tree.root, listed.total)

    def reject(self, programme: int) -> Call:
        """Make the published list void (guardian)."""
        return self._write("rejectList", programme)

    def pay(self, programme: int, listed: CashbackList, part: int) -> Call:
        """Pay a part of the published list; anyone may."""
        items = pack_issues(place.as_item() for place in listed.parts[part])
        return self._write("pay", programme, part, items, listed.proof(part))

    def skipped_in(self, receipt: TxReceipt) -> dict[ChecksumAddress, Skip]:
        """Who of a part was not paid by a transaction, and why."""
        return {event.account: Skip(event.reason) for event in self.events_of(receipt, CashbackSkipped)}

    def sweep(self, programme: int) -> Call:
        """Return the money of a programme that is over to its funder; anyone may."""
        return self._write("sweep", programme)
