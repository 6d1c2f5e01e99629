"""What the vouchers' logs say of programmes, vouchers, and what these paid."""

from typing import Any

from dongne.currency.vouchers.events import (
    FundWithdrawn,
    ListPublished,
    ProgrammeClosed,
    ProgrammeFunded,
    ProgrammeOpened,
    RestRedeemed,
    Swept,
    TransferSingle,
    VoucherMoved,
    VoucherRefunded,
    VoucherSpent,
)
from dongne.indexer.draft import Draft
from dongne.indexer.handling import At, Reads, on
from dongne.store.currency import Programme, Voucher, VoucherPayment

NOBODY = bytes(20)
_PROGRAMME = Reads(Programme, "programme")


@on(ProgrammeOpened, reads=(_PROGRAMME,))
def programme_opened(draft: Draft, at: At, programme: int, funder: bytes, terms: tuple[Any, ...]) -> None:
    """A programme was opened, for good."""
    row = draft[Programme].change(programme)
    row.funder, row.opened = funder, at.time
    _funder, row.start, row.expiry, row.refund_bps, row.cap, categories, row.document, _uri = terms
    row.categories = ",".join(str(category) for category in categories)


@on(ProgrammeClosed, reads=(_PROGRAMME,))
def programme_closed(draft: Draft, _at: At, programme: int) -> None:
    """Nothing more is granted from it."""
    draft[Programme].known(programme).closed = True


@on(ProgrammeFunded, reads=(_PROGRAMME,))
def programme_funded(draft: Draft, _at: At, programme: int, amount: int) -> None:
    """The funder paid in."""
    draft[Programme].known(programme).funded += amount


@on(FundWithdrawn, reads=(_PROGRAMME,))
def fund_withdrawn(draft: Draft, _at: At, programme: int, amount: int) -> None:
    """The funder took back what was not granted."""
    draft[Programme].known(programme).funded -= amount


@on(ListPublished, reads=(_PROGRAMME,))
def list_published(
    draft: Draft, _at: At, programme: int, _list: bytes, _purpose: bytes, _root: bytes, total: int
) -> None:
    """People may claim from a list."""
    draft[Programme].known(programme).published += total


@on(TransferSingle, reads=(Reads(Programme, "id"), Reads(Voucher, "id", "from_"), Reads(Voucher, "id", "to")))
def transfer_single(draft: Draft, _at: At, _operator: bytes, from_: bytes, to: bytes, id_: int, value: int) -> None:
    """A voucher grew, shrank or moved; the log just behind says why, unless it was granted."""
    if from_ == NOBODY:
        draft[Programme].known(id_).granted += value
        draft[Voucher].change((id_, to)).face += value
    else:
        draft[Voucher].known((id_, from_)).balance -= value
    if to != NOBODY:
        draft[Voucher].change((id_, to)).balance += value


@on(VoucherSpent, reads=(_PROGRAMME,))
def voucher_spent(
    draft: Draft, at: At, programme: int, holder: bytes, merchant: bytes, amount: int, order: bytes
) -> None:
    """A voucher paid a merchant."""
    draft[Programme].known(programme).spent += amount
    _note(draft, at, programme, holder, merchant, amount, False, order)


@on(VoucherRefunded, reads=(_PROGRAMME, Reads(Voucher, "programme", "holder")))
def voucher_refunded(
    draft: Draft, at: At, programme: int, holder: bytes, merchant: bytes, amount: int, order: bytes
) -> None:
    """A merchant refunded a voucher: that it grew just before was no grant."""
    row = draft[Programme].known(programme)
    row.spent -= amount
    row.granted -= amount
    draft[Voucher].known((programme, holder)).face -= amount
    _note(draft, at, programme, holder, merchant, amount, True, order)


@on(RestRedeemed, reads=(_PROGRAMME, Reads(Voucher, "programme", "holder")))
def rest_redeemed(draft: Draft, _at: At, programme: int, holder: bytes, amount: int) -> None:
    """The rest was paid out to its holder."""
    draft[Programme].known(programme).redeemed += amount
    draft[Voucher].known((programme, holder)).redeemed = True


@on(Swept, reads=(_PROGRAMME,))
def swept(draft: Draft, _at: At, programme: int, _funder: bytes, amount: int) -> None:
    """What was left returned to the funder."""
    draft[Programme].known(programme).swept += amount


@on(VoucherMoved, reads=(Reads(Voucher, "programme", "from_"), Reads(Voucher, "programme", "to")))
def voucher_moved(draft: Draft, _at: At, programme: int, from_: bytes, to: bytes, _amount: int) -> None:
    """A voucher followed its holder's account; the balance moved just before."""
    old, new = draft[Voucher].known((programme, from_)), draft[Voucher].change((programme, to))
    new.face, old.face = new.face + old.face, 0
    new.redeemed, old.redeemed = new.redeemed or old.redeemed, False


def _note(
    draft: Draft,
    at: At,
    programme: int,
    holder: bytes,
    merchant: bytes,
    amount: int,
    is_refund: bool,
    order: bytes,
) -> None:
    draft.added(VoucherPayment).append(
        VoucherPayment(at.block, at.log, at.time, at.transaction, programme, holder, merchant, amount, is_refund, order)
    )
