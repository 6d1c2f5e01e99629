"""What the currency's logs say of accounts and payments, cash-outs and holds."""

from dongne.currency.events import (
    AccountClassified,
    AccountFrozen,
    AccountRecovered,
    AccountUnfrozen,
    Appealed,
    CashOutRequested,
    CashOutReturned,
    CashOutsSettled,
    Flagged,
    Frozen,
    HoldCarriedOut,
    HoldConfirmed,
    HoldPlaced,
    HoldReleased,
    OrderPaid,
    OrdersPaid,
    Transfer,
)
from dongne.indexer.draft import Draft
from dongne.indexer.errors import MoneyFromNowhere
from dongne.indexer.handling import At, Reads, on
from dongne.parts import parts
from dongne.store.currency import Account, CashOut, Hold, Payment
from dongne.words import AccountKind, CashOutStage, HoldStage

NOBODY = bytes(20)
_ORDER_BYTES, _CASH_OUT_ID_BYTES = 32, 4


@on(Transfer, reads=(Reads(Account, "from_"), Reads(Account, "to")))
def transfer(draft: Draft, at: At, from_: bytes, to: bytes, value: int) -> None:
    """Money moved, was issued or was redeemed."""
    accounts = draft[Account]
    payer = payee = None
    if from_ != NOBODY:
        payer = accounts.change(from_)
        payer.balance -= value
        if payer.balance < 0:
            raise MoneyFromNowhere("0x" + from_.hex(), value, at.block, -payer.balance)
    if to != NOBODY:
        payee = accounts.change(to)
        payee.balance += value
    draft.added(Payment).append(
        Payment(
            at.block,
            at.log,
            at.time,
            at.transaction,
            from_ if payer else None,
            to if payee else None,
            value,
            payer.kind if payer else 0,
            payee.kind if payee else 0,
        )
    )


@on(OrderPaid)
def order_paid(draft: Draft, _at: At, order: bytes) -> None:
    """The payment just before was a signed one."""
    draft.added(Payment)[-1].order_reference = order


@on(OrdersPaid)
def orders_paid(draft: Draft, _at: At, orders: bytes) -> None:
    """The payments of a batch, which stand just before, in the order of their references."""
    references = list(parts(orders, _ORDER_BYTES))
    payments = draft.added(Payment)
    for payment, reference in zip(payments[len(payments) - len(references) :], references, strict=True):
        payment.order_reference = bytes(reference)


@on(AccountClassified, reads=(Reads(Account, "account"),))
def account_classified(draft: Draft, at: At, account: bytes, kind: int, category: int) -> None:
    """An account was registered, or its kind or trade code changed."""
    row = draft[Account].change(account)
    row.kind, row.category = kind, category
    row.registered = at.time if row.registered is None else row.registered


@on(AccountFrozen, reads=(Reads(Account, "account"),))
def account_frozen(draft: Draft, _at: At, account: bytes) -> None:
    """It can neither pay nor be paid."""
    draft[Account].change(account).frozen = True


@on(AccountUnfrozen, reads=(Reads(Account, "account"),))
def account_unfrozen(draft: Draft, _at: At, account: bytes, _kind: int) -> None:
    """It is again what it was."""
    draft[Account].change(account).frozen = False


@on(Frozen, reads=(Reads(Account, "account"),))
def held(draft: Draft, _at: At, account: bytes, amount: int) -> None:
    """So much of its money is kept from being spent now."""
    draft[Account].change(account).held = amount


@on(AccountRecovered, reads=(Reads(Account, "from_"), Reads(Account, "to")))
def account_recovered(draft: Draft, at: At, from_: bytes, to: bytes) -> None:
    """Everything that the account was belongs to another address; its money moved by the transfer just before."""
    old, new = draft[Account].change(from_), draft[Account].change(to)
    new.kind, new.category, new.frozen, new.held = old.kind, old.category, old.frozen, old.held
    new.registered = at.time if new.registered is None else new.registered
    old.kind, old.category, old.frozen, old.held, old.successor = AccountKind.SUPERSEDED, 0, False, 0, to


@on(CashOutRequested, reads=(Reads(CashOut, "id"),))
def cash_out_requested(
    draft: Draft, at: At, id_: int, merchant: bytes, amount: int, due: int, merchant_reference: bytes
) -> None:
    """A merchant handed in money."""
    row = draft[CashOut].change(id_)
    row.merchant, row.amount, row.merchant_reference = merchant, amount, merchant_reference
    row.stage, row.requested, row.due = CashOutStage.WAITING, at.time, due


@on(CashOutsSettled)
def cash_outs_settled(draft: Draft, at: At, bank_reference: bytes, ids: bytes, _total: int) -> None:
    """The bank has paid."""
    numbers = [int.from_bytes(each, "big") for each in parts(ids, _CASH_OUT_ID_BYTES)]
    draft[CashOut].load(numbers)
    for number in numbers:
        row = draft[CashOut].known(number)
        row.stage, row.closed, row.bank_reference = CashOutStage.SETTLED, at.time, bank_reference


@on(CashOutReturned, reads=(Reads(CashOut, "id"),))
def cash_out_returned(draft: Draft, at: At, id_: int, _merchant: bytes, _amount: int, reason: bytes) -> None:
    """The money went back."""
    row = draft[CashOut].known(id_)
    row.stage, row.closed, row.reason = CashOutStage.RETURNED, at.time, reason


@on(Flagged, reads=(Reads(Hold, "id"),))
def flagged(draft: Draft, at: At, id_: int, account: bytes, amount: int, evidence: bytes) -> None:
    """Money is disputed."""
    row = draft[Hold].change(id_)
    row.account, row.amount, row.evidence = account, amount, evidence
    row.stage, row.flagged = HoldStage.FLAGGED, at.time


@on(HoldPlaced, reads=(Reads(Hold, "id"),))
def hold_placed(draft: Draft, _at: At, id_: int, account: bytes, amount: int, ends: int) -> None:
    """It is held."""
    row = draft[Hold].known(id_)
    row.account, row.amount, row.ends, row.stage = account, amount, ends, HoldStage.HELD


@on(HoldConfirmed, reads=(Reads(Hold, "id"),))
def hold_confirmed(draft: Draft, _at: At, id_: int, beneficiary: bytes, ends: int, decision: bytes) -> None:
    """It was decided who gets it."""
    row = draft[Hold].known(id_)
    row.beneficiary, row.ends, row.decision, row.stage = beneficiary, ends, decision, HoldStage.CONFIRMED


@on(Appealed, reads=(Reads(Hold, "id"),))
def appealed(draft: Draft, _at: At, id_: int, ends: int, _statement: bytes) -> None:
    """The owner appealed."""
    row = draft[Hold].known(id_)
    row.appealed, row.ends = True, ends


@on(HoldReleased, reads=(Reads(Hold, "id"),))
def hold_released(draft: Draft, at: At, id_: int, account: bytes, _amount: int) -> None:
    """The money is free again."""
    row = draft[Hold].known(id_)
    row.account, row.stage, row.ended = account, HoldStage.ENDED, at.time


@on(HoldCarriedOut, reads=(Reads(Hold, "id"),))
def hold_carried_out(draft: Draft, at: At, id_: int, beneficiary: bytes, _amount: int) -> None:
    """The decision was carried out."""
    row = draft[Hold].known(id_)
    row.beneficiary, row.stage, row.ended = beneficiary, HoldStage.ENDED, at.time
