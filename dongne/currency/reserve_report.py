"""What stands behind the money, from logs alone: issued, settled, attested, and whether every issue was covered."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain as joined

from eth_typing import ChecksumAddress

from dongne.currency.cash_out_desk import CashOutDesk
from dongne.currency.events import (
    BonusBudgetSet,
    CashOutRequested,
    CashOutReturned,
    CashOutsSettled,
    Issued,
    Redeemed,
    ReserveAttested,
    ToppedUp,
)
from dongne.currency.local_currency import LocalCurrency
from dongne.currency.treasury import Treasury
from dongne.errors import ChainMoved
from dongne.events import Event
from dongne.language import Word, _


class Figure(Word):
    """What a report compares with what the contracts state."""

    CIRCULATING = 1, _("in circulation")
    SETTLED = 2, _("cash-outs ever settled")
    AT_THE_DESK = 3, _("waiting at the desk")
    ATTESTED = 4, _("attested reserve")
    LEFT = 5, _("left of it after cash-outs")
    ISSUABLE = 6, _("can be issued now")
    BUDGET = 7, _("left of the bonus budget")


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure by the logs beside what the contract states; base units.

    Of what waits at the desk the contract may hold more: anybody can pay it by mistake.
    """

    figure: Figure
    by_logs: int
    stated: int

    @property
    def agrees(self) -> bool:
        """Whether both say the same."""
        return self.by_logs == self.stated or (self.figure is Figure.AT_THE_DESK and self.by_logs <= self.stated)


@dataclass(frozen=True, slots=True)
class Attested:
    """A statement of the bank.

    Attributes:
        attester: who stated it here.
        reserve: base units in the reserve account.
        as_of: Unix seconds at which the bank counted it; `expires` is until when money was issued on it.
        document: salted hash of the statement.
        time: Unix seconds at which it was stated here.
    """

    attester: ChecksumAddress
    reserve: int
    as_of: int
    expires: int
    document: bytes
    time: int


@dataclass(frozen=True, slots=True)
class Uncovered:
    """An issue that no reserve stood behind: the contracts would have refused it.

    Attributes:
        transaction: its hash, with 0x.
        supply: base units in circulation after it.
        left: base units of the reserve at that moment.
    """

    transaction: str
    supply: int
    left: int


@dataclass(slots=True)
class ReserveReport:
    """What stands behind the money at a block; base units.

    Attributes:
        block: number of the block until which logs were read; `block_hash` with 0x, `time` in Unix seconds.
        issued: ever.
        redeemed: ever destroyed: settled at the desk, or lapsed.
        requested: ever handed in at the desk.
        settled: of it, paid by the bank; `returned` went back.
        deposits: what residents ever topped up with; `bonuses` is what they got on top.
        budget: what bonuses can still cost.
        issues: how many there were.
        attestations: the bank's statements, in order.
        uncovered: issues beyond the reserve.
        compared: with what the contracts state.
    """

    block: int
    block_hash: str
    time: int
    issued: int = 0
    redeemed: int = 0
    requested: int = 0
    settled: int = 0
    returned: int = 0
    deposits: int = 0
    bonuses: int = 0
    budget: int = 0
    issues: int = 0
    attestations: list[Attested] = field(default_factory=list)
    uncovered: list[Uncovered] = field(default_factory=list)
    compared: tuple[Compared, ...] = ()
    _settlements: list[tuple[int, int]] = field(default_factory=list)

    @property
    def circulating(self) -> int:
        """Base units in circulation; those that wait at the desk are."""
        return self.issued - self.redeemed

    @property
    def at_the_desk(self) -> int:
        """Base units that merchants have handed in and the bank has not paid."""
        return self.requested - self.settled - self.returned

    @property
    def left(self) -> int:
        """What is left of the last attested reserve."""
        if not self.attestations:
            return 0
        last = self.attestations[-1]
        since = sum(total for time, total in self._settlements if time > last.as_of)
        return max(0, last.reserve - since)

    def issuable(self, time: int) -> int:
        """What more can be issued at a time."""
        good = self.attestations and time < self.attestations[-1].expires
        return max(0, self.left - self.circulating) if good else 0

    @property
    def is_sound(self) -> bool:
        """Whether every issue was covered, and logs and contracts agree."""
        return not self.uncovered and all(each.agrees for each in self.compared)

    def enter(self, event: Event, time: int) -> None:
        """Book an event; they come in the chain's order."""
        match event:
            case ReserveAttested():
                self.attestations.append(
                    Attested(event.attester, event.reserve, event.as_of, event.expires, event.document, time)
                )
            case Issued():
                self._issue(event, time)
            case Redeemed():
                self.redeemed += event.amount
            case CashOutRequested():
                self.requested += event.amount
            case CashOutsSettled():
                self.settled += event.total
                self._settlements.append((time, event.total))
            case CashOutReturned():
                self.returned += event.amount
            case ToppedUp():
                self.deposits, self.bonuses = self.deposits + event.deposits, self.bonuses + event.bonuses
                self.budget -= event.bonuses
            case BonusBudgetSet():
                self.budget = event.budget

    def _issue(self, event: Issued, time: int) -> None:
        self.issued, self.issues = self.issued + event.total, self.issues + 1
        good = self.attestations and time < self.attestations[-1].expires
        if not good or self.circulating > self.left:
            self.uncovered.append(Uncovered(event.at.transaction.to_0x_hex(), self.circulating, self.left))


def reserve_report(currency: LocalCurrency, treasury: Treasury, desk: CashOutDesk) -> ReserveReport:
    """Keep the books of issues, cash-outs and attestations again, and compare with what the contracts state.

    Raises:
        ChainMoved: the last block was dropped while it was being read.
    """
    chain = currency.chain
    last = chain.block_number()
    report = ReserveReport(last, chain.block_hash(last), chain.timestamp(last))
    events = sorted(_events(currency, treasury, desk, last), key=lambda event: (event.at.block, event.at.log))
    times = chain.timestamps(sorted({event.at.block for event in events}))
    for event in events:
        report.enter(event, times[event.at.block])
    report.compared = tuple(_compared(report, currency, treasury, desk))
    if chain.block_hash(last) != report.block_hash:
        raise ChainMoved(last)
    return report


def _events(currency: LocalCurrency, treasury: Treasury, desk: CashOutDesk, last: int) -> Iterator[Event]:
    return joined(
        *(currency.events(kind, last=last) for kind in (Issued, Redeemed)),
        *(treasury.events(kind, last=last) for kind in (ReserveAttested, ToppedUp, BonusBudgetSet)),
        *(desk.events(kind, last=last) for kind in (CashOutRequested, CashOutsSettled, CashOutReturned)),
    )


def _compared(
    report: ReserveReport, currency: LocalCurrency, treasury: Treasury, desk: CashOutDesk
) -> Iterator[Compared]:
    block = report.block
    stated = treasury.reserve(block)
    attested = report.attestations[-1].reserve if report.attestations else 0
    held = currency.balances_of([desk.address], block)[desk.address]
    yield Compared(Figure.CIRCULATING, report.circulating, currency.total_supply(block))
    yield Compared(Figure.SETTLED, report.settled, desk.settled_total(block))
    yield Compared(Figure.AT_THE_DESK, report.at_the_desk, held)
    yield Compared(Figure.ATTESTED, attested, treasury.attestation(block).reserve)
    yield Compared(Figure.LEFT, report.left, stated.left)
    yield Compared(Figure.ISSUABLE, report.issuable(report.time), stated.issuable)
    yield Compared(Figure.BUDGET, report.budget, treasury.bonus_budget(block))
