"""Signed payments a second, against eth-account's `sign_typed_data` over the same messages."""

from collections.abc import Callable, Iterator, Sequence
from time import process_time

from eth_account import Account

from dongne.currency import Payment
from dongne.signing import Domain
from scripts.bench.figures import Figure

_PAYMENTS, _BY_ETH_ACCOUNT, LEAST_RATIO = 10_000, 500, 8
_KEY = Account.from_key(b"\x01" * 32)
_DOMAIN = Domain("Dongne Won", "1", 31_337, _KEY.address)


def measure() -> Iterator[Figure]:
    """By the processor's time, which other programs on the machine change least."""
    payments = [
        Payment(_KEY.address, _KEY.address, number, number, 4_000_000_000, number.to_bytes(32, "big"))
        for number in range(_PAYMENTS)
    ]
    ours = _rate(payments, lambda each: each.sign(_KEY, _DOMAIN))
    theirs = _rate(payments[:_BY_ETH_ACCOUNT], lambda each: _KEY.sign_typed_data(full_message=each.typed_data(_DOMAIN)))
    yield Figure("signing_per_second", ours, "payments/s")
    yield Figure("signing_ratio_to_web3", ours / theirs, "times", least=LEAST_RATIO)


def _rate(payments: Sequence[Payment], sign: Callable[[Payment], object]) -> float:
    began = process_time()
    for each in payments:
        sign(each)
    return len(payments) / (process_time() - began)
