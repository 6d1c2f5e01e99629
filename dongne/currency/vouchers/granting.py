"""A list of grants, carried out in batches or published for claims; no place of it is ever granted twice.

The contract counts the places of a list that it has served. So a list that was cut off is continued, one that is
finished is not granted again, and of two officers who bring the same list at once one is refused.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from eth_typing import ChecksumAddress
from web3.types import TxReceipt

from dongne.chain import Call
from dongne.currency.events import AccountRecovered
from dongne.currency.kinds import Kind
from dongne.currency.local_currency import LocalCurrency
from dongne.currency.vouchers.client import Vouchers
from dongne.currency.vouchers.errors import (
    CapsExceeded,
    FundTooSmallForList,
    HoldersNotResidents,
    ListBegun,
    ListClaimedByItsPeople,
    ListUnpublished,
    VouchersLeftBehind,
)
from dongne.currency.vouchers.lists import Grant, GrantPlan
from dongne.language import Message, _
from dongne.parts import parts
from dongne.results import Outcome

BATCH = 500
"""Grants of one transaction: 13 million gas, below the 16.7 million of EIP-7825."""

NAMED = 5
"""Accounts that a message names at most."""

GRANTED, BEFORE = Message(_("granted")), Message(_("granted before"))
CLAIMED = Message(_("claimed"))

Deliver = Callable[[Call], TxReceipt | None]
"""Carries a call out; None where it was only rehearsed."""
Heard = Callable[[int], object]
"""Hears how many grants more were dealt with."""


def grant_list(
    vouchers: Vouchers, currency: LocalCurrency, plan: GrantPlan, deliver: Deliver, heard: Heard = lambda _count: None
) -> Iterator[dict[int, Outcome]]:
    """Grant what is still to be granted of a list; gives what became of the grants, by line, after every batch.

    A rehearsal ends after its first batch: the second could not be carried out before it.

    Raises:
        InputError: the list cannot be granted whole; nothing was sent.
        ContractRefused: somebody else granted the same places meanwhile, or the officer lacks the role.
    """
    progress = vouchers.progress(plan.list_id)
    if progress.published:
        raise ListClaimedByItsPeople()
    ahead = plan.grants[progress.served :]
    check_list(vouchers, currency, plan, ahead)
    heard(progress.served)
    yield {grant.line: Outcome(BEFORE) for grant in plan.grants[: progress.served]}
    for number, part in enumerate(parts(ahead, BATCH)):
        first = progress.served + number * BATCH
        receipt = deliver(vouchers.grant_batch(plan.programme, plan.list_id, first, part))
        if receipt is None:
            return
        transaction = receipt["transactionHash"].to_0x_hex()
        yield {grant.line: Outcome(GRANTED, transaction) for grant in part}
        heard(len(part))


def publish_list(vouchers: Vouchers, currency: LocalCurrency, plan: GrantPlan, deliver: Deliver) -> bool:
    """Let the people of a list claim one by one; returns whether that was still to be done.

    Raises:
        InputError: the list cannot be granted whole; nothing was sent.
    """
    progress = vouchers.progress(plan.list_id)
    if progress.published:
        return False
    if progress.served:
        raise ListBegun(progress.served)
    check_list(vouchers, currency, plan, plan.grants)
    deliver(vouchers.publish(plan))
    return True


def claim_places(
    vouchers: Vouchers, plan: GrantPlan, places: Sequence[int], deliver: Deliver
) -> Iterator[dict[int, Outcome]]:
    """Claim places of a published list for their holders; gives what became of each, by line.

    Raises:
        ListUnpublished: another list, or another purpose, than what was published.
    """
    if not vouchers.progress(plan.list_id).published:
        raise ListUnpublished(plan.programme)
    for place, done in zip(places, vouchers.claimed(plan.list_id, places), strict=True):
        line = plan.grants[place].line
        if done:
            yield {line: Outcome(BEFORE)}
        elif receipt := deliver(vouchers.claim(plan, place)):
            yield {line: Outcome(CLAIMED, receipt["transactionHash"].to_0x_hex())}


def check_list(vouchers: Vouchers, currency: LocalCurrency, plan: GrantPlan, ahead: Sequence[Grant]) -> None:
    """Make sure that the rest of a list can be granted whole: residents, caps, and the programme's money.

    Raises:
        HoldersNotResidents, VouchersLeftBehind, CapsExceeded, FundTooSmallForList: it cannot.
    """
    accounts = [grant.account for grant in ahead]
    states = zip(accounts, currency.accounts(accounts), strict=True)
    strangers = [account for account, state in states if state.registered_kind is not Kind.RESIDENT]
    if strangers:
        raise HoldersNotResidents(len(strangers), tuple(strangers[:NAMED]))
    _refuse_left_behind(vouchers, currency, plan.programme, accounts)
    fund = vouchers.fund_of(plan.programme)
    found = zip(ahead, vouchers.vouchers(plan.programme, accounts), strict=True)
    beyond = [grant.account for grant, voucher in found if voucher.face + grant.amount > fund.cap]
    if beyond:
        raise CapsExceeded(len(beyond), fund.cap, tuple(beyond[:NAMED]))
    needed = sum(grant.amount for grant in ahead)
    if needed > fund.free:
        raise FundTooSmallForList(needed, plan.programme, fund.free)


def _refuse_left_behind(
    vouchers: Vouchers, currency: LocalCurrency, programme: int, accounts: Sequence[ChecksumAddress]
) -> None:
    """The contract counts a person's cap where its voucher is: what was granted to a lost key must come along first."""
    moved = {event.to: event.from_ for event in currency.events(AccountRecovered)}
    former = [old for account in accounts for old in _former(account, moved)]
    found = zip(former, vouchers.vouchers(programme, former), strict=True)
    left = [account for account, voucher in found if voucher.face]
    if left:
        raise VouchersLeftBehind(len(left), tuple(left[:NAMED]), programme)


def _former(account: ChecksumAddress, moved: Mapping[ChecksumAddress, ChecksumAddress]) -> Iterator[ChecksumAddress]:
    while account in moved:
        account = moved[account]
        yield account
