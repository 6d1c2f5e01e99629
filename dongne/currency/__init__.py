"""The local currency: typed client, signed messages, packed batches, and the rules of the office's files."""

from dongne.currency.audit import Audit, Compared, Difference, Supply, audit_supply, supply_from_logs
from dongne.currency.batch import Issue, canonical, list_id, pack_accounts, pack_issues, pack_payments, unpack_payments
from dongne.currency.files import Registration, read_issues, read_registrations
from dongne.currency.kinds import (
    DEFAULT_TABLE,
    RESIDENTS_MAY_GIVE,
    Kind,
    Pair,
    Refusal,
    kind_of,
    pair_of,
    table_pairs,
    transfer_table,
)
from dongne.currency.local_currency import AccountState, LocalCurrency, PaymentOutcome
from dongne.currency.messages import Payment, Permit, SignedPayment
from dongne.currency.office import issue, register
from dongne.currency.paymentfile import ListedPayment, PaymentFile, append_payment, payment_line, read_payments
from dongne.currency.relay import relay_payments

__all__ = [
    "DEFAULT_TABLE",
    "RESIDENTS_MAY_GIVE",
    "AccountState",
    "Audit",
    "Compared",
    "Difference",
    "Issue",
    "Kind",
    "ListedPayment",
    "LocalCurrency",
    "Pair",
    "Payment",
    "PaymentFile",
    "PaymentOutcome",
    "Permit",
    "Refusal",
    "Registration",
    "SignedPayment",
    "Supply",
    "append_payment",
    "audit_supply",
    "canonical",
    "issue",
    "kind_of",
    "list_id",
    "pack_accounts",
    "pack_issues",
    "pack_payments",
    "pair_of",
    "payment_line",
    "read_issues",
    "read_payments",
    "read_registrations",
    "register",
    "relay_payments",
    "supply_from_logs",
    "table_pairs",
    "transfer_table",
    "unpack_payments",
]
