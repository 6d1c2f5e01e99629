"""The local currency: typed client, signed messages and packed batches."""

from dongne.currency.batch import Issue, pack_accounts, pack_issues, pack_payments, unpack_payments
from dongne.currency.files import Registration, read_issues, read_registrations
from dongne.currency.local_currency import (
    DEFAULT_TABLE,
    RESIDENTS_MAY_GIVE,
    AccountState,
    Kind,
    LocalCurrency,
    PaymentOutcome,
    Refusal,
    Supply,
    table_pairs,
    transfer_table,
)
from dongne.currency.messages import Payment, Permit, SignedPayment
from dongne.currency.office import issue, register

__all__ = [
    "DEFAULT_TABLE",
    "RESIDENTS_MAY_GIVE",
    "AccountState",
    "Issue",
    "Kind",
    "LocalCurrency",
    "Payment",
    "PaymentOutcome",
    "Permit",
    "Refusal",
    "Registration",
    "SignedPayment",
    "Supply",
    "issue",
    "pack_accounts",
    "pack_issues",
    "pack_payments",
    "read_issues",
    "read_registrations",
    "register",
    "table_pairs",
    "transfer_table",
    "unpack_payments",
]
