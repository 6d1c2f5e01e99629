"""Relays signed payments in batches and says of each what became of it; nothing is ever paid twice.

A payer's nonce is used up by one payment: what was relayed before, by whomever, is left out when it is relayed again.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from eth_typing import ChecksumAddress
from web3.types import TxReceipt

from dongne.chain import Call
from dongne.currency.kinds import Refusal
from dongne.currency.local_currency import LocalCurrency
from dongne.currency.paymentfile import ListedPayment
from dongne.language import Message, _
from dongne.parts import parts
from dongne.results import LEFT_OUT, Outcome

BATCH = 200
"""Payments of one transaction: about 3.5 million gas for those of wallets."""

Deliver = Callable[[Call], TxReceipt | None]
"""Carries a call out; None where it was only rehearsed."""
Heard = Callable[[int], object]
"""Hears how many payments more were dealt with."""

PAID, REFUSED, SKIPPED = Message(_("paid")), Message(_("refused")), Message(LEFT_OUT)


def relay_payments(
    currency: LocalCurrency,
    payments: Sequence[ListedPayment],
    deliver: Deliver,
    heard: Heard = lambda _count: None,
) -> Iterator[dict[int, Outcome]]:
    """Relay payments in their order; gives what became of each, by line, after every batch.

    A rehearsal leaves payments without outcome.

    Raises:
        ChainError: the node failed; relaying the same payments again is harmless.
    """
    refused = _out_of_turn(payments, _nonces(currency, payments))
    heard(len(refused))
    yield refused
    for part in parts([each for each in payments if each.line not in refused], BATCH):
        yield _relayed(currency, part, deliver)
        heard(len(part))


def _relayed(currency: LocalCurrency, part: Sequence[ListedPayment], deliver: Deliver) -> dict[int, Outcome]:
    batch = [each.signed for each in part]
    receipt = deliver(currency.pay_many(batch))
    if receipt is None:
        return {}
    transaction = receipt["transactionHash"].to_0x_hex()
    return {
        each.line: Outcome(PAID, transaction) if outcome.refusal is Refusal.NONE else Outcome(REFUSED, outcome.refusal)
        for each, outcome in zip(part, currency.outcomes(receipt, batch), strict=True)
    }


def _nonces(currency: LocalCurrency, payments: Sequence[ListedPayment]) -> dict[ChecksumAddress, int]:
    payers = list(dict.fromkeys(each.signed.payment.payer for each in payments))
    return {payer: state.nonce for payer, state in zip(payers, currency.accounts(payers), strict=True)}


def _out_of_turn(payments: Sequence[ListedPayment], next_: Mapping[ChecksumAddress, int]) -> dict[int, Outcome]:
    """Payments whose nonce is used already, or comes after one that is not in the file."""
    expected, refused = Counter(next_), dict[int, Outcome]()
    for each in payments:
        payment = each.signed.payment
        values = {"nonce": payment.nonce, "next": expected[payment.payer]}
        if payment.nonce == expected[payment.payer]:
            expected[payment.payer] += 1
        elif payment.nonce < expected[payment.payer]:
            refused[each.line] = Outcome(SKIPPED, Message(_USED, values))
        else:
            refused[each.line] = Outcome(SKIPPED, Message(_TOO_EARLY, values))
    return refused


_USED = _("nonce {nonce} is used already (the next is {next}): this payment, or another in its place, was made before")
_TOO_EARLY = _("nonce {nonce} comes too early: the payer's next is {next}; relay the payments before it first")
