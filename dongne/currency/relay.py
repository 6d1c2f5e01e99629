"""Relays signed payments in batches and says of each what became of it; nothing is ever paid twice.

A payer's nonce is used up by one payment: what was relayed before, by whomever, is left out when it is relayed again.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from eth_typing import ChecksumAddress
from web3.types import TxReceipt

from dongne.chain import Call
from dongne.currency.kinds import Refusal
from dongne.currency.local_currency import LocalCurrency
from dongne.currency.paymentfile import ListedPayment
from dongne.language import Message, _
from dongne.parts import parts
from dongne.results import LEFT_OUT, Outcome
from dongne.sending import Delivery
from dongne.transactions import BASE_GAS, BYTE_GAS

BATCH = 200
"""Payments of one transaction: about 3.5 million gas for those of keys."""
KEY_GAS = 60_000
"""Gas for a key's payment at most: a new payee's first word, the turn of a month on both sides, its log."""
SMART_BATCH = 8
"""Payments of smart accounts in one transaction, apart from those of keys."""
SMART_GAS = 620_000
"""Gas for a smart account's payment: what must be left before its contract is asked, and the payment itself. With as
much for each, an account that burns all it gets leaves enough for the next."""

DeliverAll = Callable[[Iterable[Call]], Iterator[Delivery[Call]]]
"""Carries calls out, several at once; gives what became of each, in their order."""
Heard = Callable[[int], object]
"""Hears how many payments more were dealt with."""

PAID, REFUSED, SKIPPED = Message(_("paid")), Message(_("refused")), Message(LEFT_OUT)


def relay_payments(
    currency: LocalCurrency,
    payments: Sequence[ListedPayment],
    deliver_all: DeliverAll,
    heard: Heard = lambda _count: None,
) -> Iterator[dict[int, Outcome]]:
    """Relay payments; gives what became of each, by line, after every batch.

    Those of keys come first, in their order, then those of smart accounts: what a smart account's contract does spoils
    no other payment. A rehearsal leaves payments without outcome.

    Raises:
        ChainError: the node failed; relaying the same payments again is harmless.
    """
    refused = _out_of_turn(payments, _nonces(currency, payments))
    heard(len(refused))
    yield refused
    batches = list(_batches(currency, [each for each in payments if each.line not in refused]))
    calls = (_call(currency, part, smart) for part, smart in batches)
    for (part, _smart), done in zip(batches, deliver_all(calls), strict=True):
        if done.refusal:
            raise done.refusal
        yield _outcomes(currency, part, done.receipt)
        heard(len(part))


def _batches(
    currency: LocalCurrency, payments: Sequence[ListedPayment]
) -> Iterator[tuple[Sequence[ListedPayment], bool]]:
    smart = currency.chain.contracts({each.signed.payment.payer for each in payments})
    by_keys = [each for each in payments if each.signed.payment.payer not in smart]
    yield from ((part, False) for part in parts(by_keys, BATCH))
    by_contracts = [each for each in payments if each.signed.payment.payer in smart]
    yield from ((part, True) for part in parts(by_contracts, SMART_BATCH))


def _call(currency: LocalCurrency, part: Sequence[ListedPayment], smart: bool) -> Call:
    """A batch, with gas for the worst that its payments can take: estimates know nothing of the batches before it."""
    call = currency.pay_many([each.signed for each in part])
    each = SMART_GAS if smart else KEY_GAS
    return replace(call, gas=BASE_GAS + each * len(part) + BYTE_GAS * len(call.calldata))


def _outcomes(currency: LocalCurrency, part: Sequence[ListedPayment], receipt: TxReceipt | None) -> dict[int, Outcome]:
    if receipt is None:
        return {}
    batch = [each.signed for each in part]
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
