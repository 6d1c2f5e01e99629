"""Hands in merchants' cash-outs and settles what the bank has paid, each exactly once."""

from collections.abc import Callable, Iterator, Sequence

from web3.types import TxReceipt

from dongne.chain import Call
from dongne.currency.cash_out_desk import CashOut, CashOutDesk
from dongne.currency.cash_out_file import ListedCashOut, Payout
from dongne.currency.local_currency import LocalCurrency
from dongne.errors import ContractRefused
from dongne.language import Message, _
from dongne.parts import parts
from dongne.results import LEFT_OUT, Outcome

BATCH = 500
"""Cash-outs of one transaction: about 2.7 million gas."""

Deliver = Callable[[Call], TxReceipt | None]
"""Carries a call out; None where it was only rehearsed."""
Heard = Callable[[int], object]
"""Hears how many cash-outs more were dealt with."""

SETTLED = Message(_("settled"))
REQUESTED = Message(_("requested"))
REFUSED = Message(_("refused"))
SKIPPED = Message(LEFT_OUT)
_NOT_OPEN = _("it is not open: settled or given back before")
_OTHERWISE = _("the chain holds {amount:,} base units of {merchant} under this number")
_NOT_DUE = _("it is not due yet")
_USED_BEFORE = _("it was handed in before, or cancelled")


def request_all(
    desk: CashOutDesk,
    currency: LocalCurrency,
    cash_outs: Sequence[ListedCashOut],
    deliver: Deliver,
    heard: Heard = lambda _count: None,
) -> Iterator[dict[int, Outcome]]:
    """Hand in signed cash-outs, each in a transaction of its own; gives what became of each, by line.

    An authorization is used once: what was handed in before, by whomever, is left out.

    Raises:
        ChainError: the node failed; handing the same in again is harmless.
    """
    for each in cash_outs:
        yield {each.line: _requested(desk, currency, each, deliver)}
        heard(1)


def sort_out(payouts: Sequence[Payout], found: Sequence[CashOut], now: int) -> dict[int, Outcome]:
    """Lines of a list for the bank that cannot be settled as they are, with why."""
    refused = dict[int, Outcome]()
    for payout, cash_out in zip(payouts, found, strict=True):
        if not cash_out.is_open:
            refused[payout.line] = Outcome(SKIPPED, Message(_NOT_OPEN))
        elif not payout.is_of(cash_out):
            values = {"amount": cash_out.amount, "merchant": cash_out.merchant}
            refused[payout.line] = Outcome(SKIPPED, Message(_OTHERWISE, values))
        elif cash_out.due > now:
            refused[payout.line] = Outcome(SKIPPED, Message(_NOT_DUE))
    return refused


def settle_all(
    desk: CashOutDesk,
    payouts: Sequence[Payout],
    bank_reference: bytes,
    deliver: Deliver,
    heard: Heard = lambda _count: None,
) -> Iterator[dict[int, Outcome]]:
    """Settle what the bank has paid; gives what became of each, by line, after every batch.

    The contract settles a number once, so a list that was cut off is simply brought again.

    Raises:
        ChainError: the node failed; settling the same list again is harmless.
    """
    for part in parts(payouts, BATCH):
        receipt = deliver(desk.settle([each.id for each in part], bank_reference))
        heard(len(part))
        if receipt is not None:
            transaction = receipt["transactionHash"].to_0x_hex()
            yield {each.line: Outcome(SETTLED, transaction) for each in part}


def _requested(desk: CashOutDesk, currency: LocalCurrency, listed: ListedCashOut, deliver: Deliver) -> Outcome:
    given = listed.signed.authorization
    if currency.is_authorization_used(given.payer, given.nonce):
        return Outcome(SKIPPED, Message(_USED_BEFORE))
    try:
        receipt = deliver(desk.request(listed.signed))
    except ContractRefused as refused:
        return Outcome(REFUSED, refused.message)
    return Outcome(REQUESTED, receipt["transactionHash"].to_0x_hex() if receipt else "")
