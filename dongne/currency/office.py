"""A currency office's lists, carried out in batches; a list that was cut off is continued where it stopped."""

from collections.abc import Callable, Sequence
from itertools import groupby

from eth_typing import ChecksumAddress

from dongne.chain import Call
from dongne.currency.batch import Issue, canonical, list_id
from dongne.currency.errors import AllowanceTooSmall, PurposeServedAnotherList, RegisteredOtherwise
from dongne.currency.files import Registration
from dongne.currency.kinds import Kind
from dongne.currency.local_currency import AccountState, LocalCurrency
from dongne.parts import parts
from dongne.units import from_base_units

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

    The contract knows how many places of the list it has served, whoever issued them and in whatever order the file
    was, so a list that was cut off is continued, and one that is finished is not issued again. A purpose names one
    list: take a new one for the next.

    Raises:
        PurposeServedAnotherList: the purpose has served another list; nothing was sent.
        AllowanceTooSmall: the issuer may not issue so much; nothing was sent.
        ContractRefused: an account may not receive new money, or another issuer is serving the same list at the same
            time; the batches before it stand.
    """
    ordered, wanted = canonical(issues), list_id(issues)
    known = currency.issue_list(purpose)
    if known.served and known.list_id != wanted:
        raise PurposeServedAnotherList(known.served)
    rest = ordered[known.served :]
    if rest:
        _check_allowance(currency, issuer, sum(item.amount for item in rest))
    heard(known.served)
    first = known.served
    for part in parts(rest, BATCH):
        deliver(currency.issue_batch(part, purpose, wanted, first))
        first += len(part)
        heard(len(part))
    return len(rest)


def _is_registered(item: Registration, state: AccountState) -> bool:
    kind = state.registered_kind
    if kind is Kind.NONE:
        return False
    if (kind, state.category) != (item.kind, item.category):
        raise RegisteredOtherwise(item.account, kind, state.category, item.kind, item.category)
    return True


def _check_allowance(currency: LocalCurrency, issuer: ChecksumAddress, needed: int) -> None:
    allowance = currency.issuance_allowance(issuer)
    if needed > allowance or not allowance:
        decimals = currency.decimals()
        raise AllowanceTooSmall(from_base_units(needed, decimals), issuer, from_base_units(allowance, decimals))
