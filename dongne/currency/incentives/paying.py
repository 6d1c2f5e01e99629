"""Publishes a month's list and pays it in parts; nobody is paid twice, whatever is repeated and by whom."""

from collections.abc import Callable, Iterator

from eth_typing import ChecksumAddress
from web3.types import TxReceipt

from dongne.chain import Call
from dongne.currency.incentives.client import Incentives, Skip
from dongne.currency.incentives.lists import CashbackList, Place
from dongne.currency.payouts import BEFORE, NOT_PAID, PAID
from dongne.results import Outcome

Deliver = Callable[[Call], TxReceipt | None]
"""Carries a call out; None where it was only rehearsed."""
Heard = Callable[[int], object]
"""Hears how many people more were dealt with."""


def pay_list(
    incentives: Incentives,
    programme: int,
    listed: CashbackList,
    deliver: Deliver,
    heard: Heard = lambda _count: None,
) -> Iterator[dict[int, Outcome]]:
    """Pay what is still to be paid of the published list; gives what became of its people, by line, part by part.

    A part of which everybody was paid is not sent again; of one that is, the contract skips who was paid.

    Raises:
        ContractRefused: it is not payable now, or this is not the list that was published.
        ChainError: the node failed; paying the same list again is harmless.
    """
    for number, part in enumerate(listed.parts):
        paid = incentives.paid(programme, listed.month, [place.account for place in part])
        if all(paid):
            yield {place.line: Outcome(BEFORE) for place in part}
        elif receipt := deliver(incentives.pay(programme, listed, number)):
            yield _outcomes(part, incentives.skipped_in(receipt), receipt)
        heard(len(part))


def _outcomes(part: tuple[Place, ...], skipped: dict[ChecksumAddress, Skip], receipt: TxReceipt) -> dict[int, Outcome]:
    transaction = receipt["transactionHash"].to_0x_hex()
    return {place.line: _outcome(skipped.get(place.account, Skip.NONE), transaction) for place in part}


def _outcome(skip: Skip, transaction: str) -> Outcome:
    if skip is Skip.NONE:
        return Outcome(PAID, transaction)
    return Outcome(BEFORE) if skip is Skip.PAID_BEFORE else Outcome(NOT_PAID, skip)
