"""A currency office's lists, carried out in batches; a list that was cut off is continued where it stopped."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from web3.types import TxReceipt

from dongne.chain import Call
from dongne.currency.batch import Issue, canonical, list_id
from dongne.currency.errors import (
    AllowanceTooSmall,
    BonusBudgetTooSmall,
    NoNewMoneyFor,
    PurposeServedAnotherList,
    RegisteredOtherwise,
    ReserveTooSmall,
)
from dongne.currency.events import Issued
from dongne.currency.files import Registration
from dongne.currency.kinds import Kind
from dongne.currency.local_currency import AccountState, LocalCurrency
from dongne.currency.treasury import Treasury
from dongne.language import Message, _
from dongne.parts import parts
from dongne.results import Outcome
from dongne.units import from_base_units

BATCH = 500
"""Accounts of one transaction: 11 million gas to register them, below the 16.7 million of EIP-7825."""

NAMED = 5
"""Accounts that a message names at most."""

Deliver = Callable[[Call], TxReceipt | None]
"""Carries a call out, and returns when it is mined; None where it was only rehearsed."""
Heard = Callable[[int], object]
"""Hears how many items more are done."""
Became = Callable[[dict[int, Outcome]], object]
"""Hears what became of items, by their lines, after every batch."""

REGISTERED, REGISTERED_BEFORE = Message(_("registered")), Message(_("registered before"))
ISSUED, ISSUED_BEFORE = Message(_("issued")), Message(_("issued before"))


def _nothing(_heard: object) -> None:
    """Where nobody listens."""


def register(
    currency: LocalCurrency,
    items: Sequence[Registration],
    deliver: Deliver,
    heard: Heard = _nothing,
    became: Became = _nothing,
) -> int:
    """Register what is not registered yet; returns how many accounts that were.

    Raises:
        RegisteredOtherwise: an account is registered as something else; nothing was sent.
        ContractRefused: the officer lacks the role.
    """
    states = currency.accounts([item.account for item in items])
    missing = [item for item, state in zip(items, states, strict=True) if not _is_registered(item, state)]
    to_do = {item.account for item in missing}
    became({item.line: Outcome(REGISTERED_BEFORE) for item in items if item.account not in to_do})
    heard(len(items) - len(missing))
    classes = sorted(missing, key=lambda item: (item.kind, item.category))
    for (kind, category), group in groupby(classes, key=lambda item: (item.kind, item.category)):
        for part in parts(list(group), BATCH):
            receipt = deliver(currency.register(kind, [item.account for item in part], category))
            _tell(became, part, REGISTERED, receipt)
            heard(len(part))
    return len(missing)


def issue(
    treasury: Treasury,
    currency: LocalCurrency,
    issues: Sequence[Issue],
    purpose: bytes,
    deliver: Deliver,
    heard: Heard = _nothing,
    became: Became = _nothing,
) -> int:
    """Issue a list for a purpose once; returns how many accounts were still to be served.

    The contract knows how many places of the list it has served, whoever issued them and in whatever order the file
    was, so a list that was cut off is continued, and one that is finished is not issued again. A purpose names one
    list: take a new one for the next.

    Raises:
        PurposeServedAnotherList: the purpose has served another list; nothing was sent.
        NoNewMoneyFor: somebody on the rest of the list cannot receive it now; nothing was sent.
        AllowanceTooSmall: the treasury may not issue so much; nothing was sent.
        ReserveTooSmall: too little is in reserve, or its attestation has expired; nothing was sent.
        ContractRefused: another issuer is serving the same list at the same time, or an account was frozen meanwhile;
            the batches before it stand.
    """
    serving = _Serving.of(currency, issues, purpose)
    _check_receivers(currency, serving.rest, (Kind.RESIDENT, Kind.INSTITUTION))
    _check_room(treasury, currency, sum(item.amount for item in serving.rest))
    return serving.serve(treasury.issue_batch, deliver, heard, became)


def top_up(
    treasury: Treasury,
    currency: LocalCurrency,
    deposits: Sequence[Issue],
    purpose: bytes,
    deliver: Deliver,
    heard: Heard = _nothing,
    became: Became = _nothing,
) -> int:
    """Turn a list of deposits into money with the bonus on top, once; returns how many were still to be served.

    Raises:
        BonusBudgetTooSmall: the bonuses cost more than is left; nothing was sent.
        PurposeServedAnotherList, NoNewMoneyFor, AllowanceTooSmall, ReserveTooSmall, ContractRefused: as `issue`.
    """
    serving, terms = _Serving.of(currency, deposits, purpose), treasury.top_up_terms()
    _check_receivers(currency, serving.rest, (Kind.RESIDENT,))
    bonuses, budget = sum(terms.bonus(item.amount) for item in serving.rest), treasury.bonus_budget()
    if bonuses > budget:
        decimals = currency.decimals()
        raise BonusBudgetTooSmall(from_base_units(bonuses, decimals), from_base_units(budget, decimals))
    _check_room(treasury, currency, bonuses + sum(item.amount for item in serving.rest))
    return serving.serve(treasury.top_up_batch, deliver, heard, became)


def served_before(currency: LocalCurrency, items: Sequence[Issue], purpose: bytes) -> int | None:
    """Number of the latest block in which this very list, people and amounts, was served for another purpose.

    Every month may have the same list; but a purpose that was worded in two ways issues one list twice.
    """
    wanted = list_id(items)
    blocks = [each.at.block for each in currency.events(Issued) if each.list == wanted and each.purpose != purpose]
    return max(blocks, default=None)


@dataclass(frozen=True, slots=True)
class _Serving:
    """What is left to be served of a list."""

    items: Sequence[Issue]
    purpose: bytes
    list_id: bytes
    served: int

    @property
    def rest(self) -> Sequence[Issue]:
        return self.items[self.served :]

    @classmethod
    def of(cls, currency: LocalCurrency, items: Sequence[Issue], purpose: bytes) -> "_Serving":
        wanted, known = list_id(items), currency.issue_list(purpose)
        if known.served and known.list_id != wanted:
            raise PurposeServedAnotherList(known.served)
        return cls(canonical(items), purpose, wanted, known.served)

    def serve(
        self,
        call: Callable[[list[Issue], bytes, bytes, int], Call],
        deliver: Deliver,
        heard: Heard,
        became: Became,
    ) -> int:
        became({item.line: Outcome(ISSUED_BEFORE) for item in self.items[: self.served]})
        heard(self.served)
        first = self.served
        for part in parts(self.rest, BATCH):
            receipt = deliver(call(list(part), self.purpose, self.list_id, first))
            _tell(became, part, ISSUED, receipt)
            first += len(part)
            heard(len(part))
        return len(self.rest)


def _tell(became: Became, part: Sequence[Issue | Registration], result: Message, receipt: TxReceipt | None) -> None:
    if receipt is not None:
        became({item.line: Outcome(result, receipt["transactionHash"].to_0x_hex()) for item in part})


def _is_registered(item: Registration, state: AccountState) -> bool:
    kind = state.registered_kind
    if kind is Kind.NONE:
        return False
    if (kind, state.category) != (item.kind, item.category):
        raise RegisteredOtherwise(item.account, kind, state.category, item.kind, item.category)
    return True


def _check_receivers(currency: LocalCurrency, items: Sequence[Issue], kinds: Sequence[Kind]) -> None:
    """A batch is all or nothing: whoever cannot receive would stop a list of several of them half-way."""
    accounts = [item.account for item in items]
    states = zip(accounts, currency.accounts(accounts), strict=True)
    barred = [account for account, state in states if state.kind not in kinds]
    if barred:
        raise NoNewMoneyFor(len(barred), tuple(barred[:NAMED]))


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
