"""A currency office's lists, carried out in batches; a list that was cut off is continued where it stopped."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from dongne.chain import Call
from dongne.currency.batch import Issue, canonical, list_id
from dongne.currency.errors import (
    AllowanceTooSmall,
    BonusBudgetTooSmall,
    PurposeServedAnotherList,
    RegisteredOtherwise,
    ReserveTooSmall,
)
from dongne.currency.files import Registration
from dongne.currency.kinds import Kind
from dongne.currency.local_currency import AccountState, LocalCurrency
from dongne.currency.treasury import Treasury
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
    treasury: Treasury,
    currency: LocalCurrency,
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
        AllowanceTooSmall: the treasury may not issue so much; nothing was sent.
        ReserveTooSmall: too little is in reserve, or its attestation has expired; nothing was sent.
        ContractRefused: an account may not receive new money, or another issuer is serving the same list at the same
            time; the batches before it stand.
    """
    serving = _Serving.of(currency, issues, purpose)
    _check_room(treasury, currency, sum(item.amount for item in serving.rest))
    return serving.serve(treasury.issue_batch, deliver, heard)


def top_up(
    treasury: Treasury,
    currency: LocalCurrency,
    deposits: Sequence[Issue],
    purpose: bytes,
    deliver: Deliver,
    heard: Heard = lambda _count: None,
) -> int:
    """Turn a list of deposits into money with the bonus on top, once; returns how many were still to be served.

    Raises:
        BonusBudgetTooSmall: the bonuses cost more than is left; nothing was sent.
        PurposeServedAnotherList, AllowanceTooSmall, ReserveTooSmall, ContractRefused: as `issue`.
    """
    serving, terms = _Serving.of(currency, deposits, purpose), treasury.top_up_terms()
    bonuses, budget = sum(terms.bonus(item.amount) for item in serving.rest), treasury.bonus_budget()
    if bonuses > budget:
        decimals = currency.decimals()
        raise BonusBudgetTooSmall(from_base_units(bonuses, decimals), from_base_units(budget, decimals))
    _check_room(treasury, currency, bonuses + sum(item.amount for item in serving.rest))
    return serving.serve(treasury.top_up_batch, deliver, heard)


@dataclass(frozen=True, slots=True)
class _Serving:
    """What is left to be served of a list."""

    rest: Sequence[Issue]
    purpose: bytes
    list_id: bytes
    served: int

    @classmethod
    def of(cls, currency: LocalCurrency, items: Sequence[Issue], purpose: bytes) -> "_Serving":
        wanted, known = list_id(items), currency.issue_list(purpose)
        if known.served and known.list_id != wanted:
            raise PurposeServedAnotherList(known.served)
        return cls(canonical(items)[known.served :], purpose, wanted, known.served)

    def serve(self, call: Callable[[list[Issue], bytes, bytes, int], Call], deliver: Deliver, heard: Heard) -> int:
        heard(self.served)
        first = self.served
        for part in parts(self.rest, BATCH):
            deliver(call(list(part), self.purpose, self.list_id, first))
            first += len(part)
            heard(len(part))
        return len(self.rest)


def _is_registered(item: Registration, state: AccountState) -> bool:
    kind = state.registered_kind
    if kind is Kind.NONE:
        return False
    if (kind, state.category) != (item.kind, item.category):
        raise RegisteredOtherwise(item.account, kind, state.category, item.kind, item.category)
    return True


def _check_room(treasury: Treasury, currency: LocalCurrency, needed: int) -> None:
    """Whether the treasury may and can issue so much."""
    if not needed:
        return
    allowance, decimals = currency.issuance_allowance(treasury.address), currency.decimals()
    if needed > allowance:
        raise AllowanceTooSmall(from_base_units(needed, decimals), from_base_units(allowance, decimals))
    reserve = treasury.reserve()
    if needed > reserve.issuable:
        raise ReserveTooSmall(from_base_units(needed, decimals), from_base_units(reserve.issuable, decimals))
