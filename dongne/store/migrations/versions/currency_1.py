"""Tables of the local currency."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Index, Integer, MetaData, SmallInteger, String, Table

from dongne.store.migrations.tables import ADDRESS, HASH, UINT256, key, maybe, state, value

revision = "currency_1"
down_revision = None
branch_labels = ("currency",)
depends_on = None

TABLES = MetaData()

accounts = state(
    "accounts",
    TABLES,
    key("address", ADDRESS),
    value("kind", SmallInteger),
    value("category", Integer),
    value("frozen", Boolean),
    value("balance", BigInteger),
    value("held", BigInteger),
    maybe("registered", BigInteger),
    maybe("successor", ADDRESS),
)
payments = Table(
    "payments",
    TABLES,
    key("block", BigInteger),
    key("log", Integer),
    key("time", BigInteger),
    value("transaction_hash", HASH),
    maybe("payer", ADDRESS),
    maybe("payee", ADDRESS),
    value("amount", BigInteger),
    value("payer_kind", SmallInteger),
    value("payee_kind", SmallInteger),
    maybe("order_reference", HASH),
    sqlite_with_rowid=False,
    postgresql_partition_by="RANGE (time)",
)
cash_outs = state(
    "cash_outs",
    TABLES,
    key("id", BigInteger),
    value("merchant", ADDRESS),
    value("amount", BigInteger),
    value("stage", SmallInteger),
    value("requested", BigInteger),
    value("due", BigInteger),
    value("merchant_reference", HASH),
    maybe("closed", BigInteger),
    maybe("bank_reference", HASH),
    maybe("reason", HASH),
)
holds = state(
    "holds",
    TABLES,
    key("id", BigInteger),
    value("account", ADDRESS),
    value("amount", UINT256),
    value("stage", SmallInteger),
    value("flagged", BigInteger),
    value("evidence", HASH),
    maybe("ends", BigInteger),
    value("appealed", Boolean),
    maybe("beneficiary", ADDRESS),
    maybe("decision", HASH),
    maybe("ended", BigInteger),
)
programmes = state(
    "programmes",
    TABLES,
    key("programme", BigInteger),
    value("funder", ADDRESS),
    value("opened", BigInteger),
    value("start", BigInteger),
    value("expiry", BigInteger),
    value("refund_bps", Integer),
    value("cap", UINT256),
    value("categories", String),
    value("document", HASH),
    value("closed", Boolean),
    value("funded", BigInteger),
    value("granted", BigInteger),
    value("published", BigInteger),
    value("spent", BigInteger),
    value("redeemed", BigInteger),
    value("swept", BigInteger),
)
vouchers = state(
    "vouchers",
    TABLES,
    key("programme", BigInteger),
    key("holder", ADDRESS),
    value("face", BigInteger),
    value("balance", BigInteger),
    value("redeemed", Boolean),
)
voucher_payments = Table(
    "voucher_payments",
    TABLES,
    key("block", BigInteger),
    key("log", Integer),
    value("time", BigInteger),
    value("transaction_hash", HASH),
    value("programme", BigInteger),
    value("holder", ADDRESS),
    value("merchant", ADDRESS),
    value("amount", BigInteger),
    value("is_refund", Boolean),
    value("order_reference", HASH),
    sqlite_with_rowid=False,
)

Index("accounts_by_kind_category", accounts.c.kind, accounts.c.category)
Index("payments_by_payer_time", payments.c.payer, payments.c.time)
Index("payments_by_payee_time", payments.c.payee, payments.c.time)
Index("payments_by_order_reference", payments.c.order_reference)
Index("cash_outs_by_merchant", cash_outs.c.merchant)
Index("cash_outs_by_stage_due", cash_outs.c.stage, cash_outs.c.due)
Index("cash_outs_by_bank_reference", cash_outs.c.bank_reference)
Index("holds_by_account", holds.c.account)
Index("vouchers_by_holder", vouchers.c.holder)
Index("voucher_payments_by_holder", voucher_payments.c.holder)
Index("voucher_payments_by_merchant", voucher_payments.c.merchant)
Index("voucher_payments_by_programme", voucher_payments.c.programme)


def upgrade() -> None:
    """Make them."""
    TABLES.create_all(op.get_bind(), checkfirst=False)
