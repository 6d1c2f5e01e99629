"""The local currency: typed client, signed messages, packed batches, and the rules of the office's files."""

from dongne.currency.audit import Audit, Compared, Difference, Supply, audit_supply, supply_from_logs
from dongne.currency.batch import Issue, canonical, list_id, pack_accounts, pack_issues, pack_payments, unpack_payments
from dongne.currency.cash_out_desk import CashOut, CashOutDesk, RiskClass
from dongne.currency.files import Registration, read_issues, read_registrations
from dongne.currency.holds import Case, Freeze, Holds, Stage
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
from dongne.currency.local_currency import AccountState, Appointed, LocalCurrency, PaymentOutcome
from dongne.currency.messages import (
    AcceptRecovery,
    Appeal,
    AppealFreeze,
    CancelAuthorization,
    CancelRecovery,
    ClaimMoney,
    Payment,
    Permit,
    ReceiveAuthorization,
    SignedAuthorization,
    SignedPayment,
    TransferAuthorization,
)
from dongne.currency.office import issue, register, top_up
from dongne.currency.paymentfile import ListedPayment, PaymentFile, append_payment, payment_line, read_payments
from dongne.currency.recovery import Announcement, Recovery
from dongne.currency.relay import relay_payments
from dongne.currency.treasury import Attestation, Reserve, TopUpTerms, Treasury
from dongne.currency.unclaimed import Kept, Unclaimed

__all__ = [
    "DEFAULT_TABLE",
    "RESIDENTS_MAY_GIVE",
    "AcceptRecovery",
    "AccountState",
    "Announcement",
    "Appeal",
    "AppealFreeze",
    "Appointed",
    "Attestation",
    "Audit",
    "CancelAuthorization",
    "CancelRecovery",
    "Case",
    "CashOut",
    "CashOutDesk",
    "ClaimMoney",
    "Compared",
    "Difference",
    "Freeze",
    "Holds",
    "Issue",
    "Kept",
    "Kind",
    "ListedPayment",
    "LocalCurrency",
    "Pair",
    "Payment",
    "PaymentFile",
    "PaymentOutcome",
    "Permit",
    "ReceiveAuthorization",
    "Recovery",
    "Refusal",
    "Registration",
    "Reserve",
    "RiskClass",
    "SignedAuthorization",
    "SignedPayment",
    "Stage",
    "Supply",
    "TopUpTerms",
    "TransferAuthorization",
    "Treasury",
    "Unclaimed",
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
    "top_up",
    "transfer_table",
    "unpack_payments",
]
