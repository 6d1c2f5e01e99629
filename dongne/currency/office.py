"""A currency office's lists, carried out in batches; a list that was cut off is continued where it stopped."""

from collections.abc import Callable, Sequence
from itertools import groupby

from eth_typing import ChecksumAddress

from dongne.chain import Call
from dongne.currency.batch import Issue
from dongne.currency.errors import AllowanceTooSmall, PurposeServedAnotherList, RegisteredOtherwise
from dongne.currency.files import Registration
from dongne.currency.kinds import Kind
from dongne.currency.local_currency import AccountState, LocalCurrency
from dongne.parts import parts

BATCH = 500
"""Accounts of one transaction: 11 million gas to register them, below the 16.7 million of EIP-7825."""

Deliver = Callable[[Call], object]
"""Carries a call out; returns when it is mined."""
Heard = Callable[[int], object]
"""Hears how many items more are done."""


def register(
    currency: LocalCurrency, items: Sequence[Registration], deliver: Deliver, heard: Heard = lambda _count: None
) -> int:
    """Register what is not registered yet; returns how many accounts that were.

    Raises:
        RegisteredOtherwise: an account is registered as something else; nothing was sent.
        ContractRefused: the officer lacks the role.
    """
    states = currency.accounts([item.account for item in items])
    missing = [item for item, state in zip(items, states, strict=True) if not _is_registered(item, state)]
    heard(len(items) - len(missing))
    classes = sorted(missing, key=lambda item: (item.kind, item.category))
    for (kind, category), group in groupby(classes, key=lambda item: (item.kind, item.category)):
        for part in parts(list(group), BATCH):
            deliver(currency.register(kind, [item.account for item in part], category))
            heard(len(part))
    return len(missing)


def issue(
    currency: LocalCurrency,
    issuer: ChecksumAddress,
    issues: Sequence[Issue],
    purpose: bytes,
    deliver: Deliver,
    heard: Heard = lambda _count: None,
) -> int:
    """Issue a list for a purpose once; returns how many accounts were still to be served.

    The chain's logs tell how many of the list's first accounts the purpose has served, so a list that was cut off is
    continued, and one that is finished is not issued again. A purpose names one list: take a new one for the next.

    Raises:
        PurposeServedAnotherList: the purpose has served a list that begins otherwise; nothing was sent.
        AllowanceTooSmall: the issuer may not issue so much; nothing was sent.
        ContractRefused: an account may not receive new money; the batches before it stand.
    """
    served, total = currency.issued(issuer, purpose)
    if served > len(issues) or total != sum(item.amount for item in issues[:served]):
        raise PurposeServedAnotherList(served, total)
    _check_allowance(currency, issuer, sum(item.amount for item in issues[served:]))
    heard(served)
    for part in parts(issues[served:], BATCH):
        deliver(currency.issue_batch(part, purpose))
        heard(len(part))
    return len(issues) - served


def _is_registered(item: Registration, state: AccountState) -> bool:
    kind = state.registered_kind
    if kind is Kind.NONE:
        return False
    if (kind, state.category) != (item.kind, item.category):
        raise RegisteredOtherwise(item.account, kind, state.category, item.kind, item.category)
    return True


def _check_allowance(currency: LocalCurrency, issuer: ChecksumAddress, needed: int) -> None:
    allowance = currency.issuance_allowance(issuer)
    if needed > allowance:
        raise AllowanceTooSmall(needed, issuer, allowance)
