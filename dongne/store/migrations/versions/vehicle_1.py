"""Tables of the vehicle registry."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Index, Integer, MetaData, SmallInteger

from dongne.store.migrations.tables import ADDRESS, HASH, UINT256, key, maybe, state, value

revision = "vehicle_1"
down_revision = None
branch_labels = ("vehicle",)
depends_on = None

TABLES = MetaData()

vehicles = state(
    "vehicles",
    TABLES,
    key("vehicle", HASH),
    value("owner", ADDRESS),
    value("owned_since", BigInteger),
    value("registered", BigInteger),
    value("records", Integer),
)
records = state(
    "records",
    TABLES,
    key("vehicle", HASH),
    key("number", Integer),
    value("kind", SmallInteger),
    value("gauge", SmallInteger),
    value("outcome", Integer),
    value("occurred_at", BigInteger),
    value("km", Integer),
    value("reason", SmallInteger),
    value("recorded_at", BigInteger),
    value("recorder", BigInteger),
    value("supersedes", Integer),
    maybe("superseded_by", Integer),
    value("document", HASH),
    value("block", BigInteger),
    value("transaction_hash", HASH),
)
recorders = state(
    "recorders",
    TABLES,
    key("recorder", ADDRESS),
    maybe("number", BigInteger),
    value("kinds", BigInteger),
    value("gauge_changes", Boolean),
    value("start", BigInteger),
    value("until", BigInteger),
    maybe("revoked_from", BigInteger),
)
liens = state(
    "liens",
    TABLES,
    key("id", BigInteger),
    value("vehicle", HASH),
    value("holder", ADDRESS),
    value("kind", SmallInteger),
    value("rank", UINT256),
    value("amount", UINT256),
    value("document", HASH),
    value("opened", BigInteger),
    maybe("released", BigInteger),
    maybe("release_document", HASH),
)
sales = state(
    "sales",
    TABLES,
    key("sale", HASH),
    value("vehicle", HASH),
    value("records", Integer),
    value("head", HASH),
    value("seller", ADDRESS),
    value("buyer", ADDRESS),
    value("token", ADDRESS),
    value("price", UINT256),
    value("deposit", UINT256),
    value("fee", UINT256),
    value("fund_by", BigInteger),
    value("inspect_by", BigInteger),
    value("settle_by", BigInteger),
    value("document", HASH),
    value("opened", BigInteger),
    value("stage", SmallInteger),
    value("stage_since", BigInteger),
    value("adverse", Integer),
    value("warranty_stage", SmallInteger),
    value("warranty_amount", UINT256),
)

Index("vehicles_by_owner", vehicles.c.owner)
Index("records_by_kind_occurred_at", records.c.kind, records.c.occurred_at)
Index("records_by_recorder", records.c.recorder)
Index("recorders_by_number", recorders.c.number)
Index("liens_by_vehicle", liens.c.vehicle)
Index("liens_by_holder", liens.c.holder)
Index("sales_by_vehicle", sales.c.vehicle)
Index("sales_by_seller", sales.c.seller)
Index("sales_by_buyer", sales.c.buyer)
Index("sales_by_stage_stage_since", sales.c.stage, sales.c.stage_since)


def upgrade() -> None:
    """Make them."""
    TABLES.create_all(op.get_bind(), checkfirst=False)
