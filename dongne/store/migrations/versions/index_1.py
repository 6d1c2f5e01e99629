"""Tables of how far the index is."""

from alembic import op
from sqlalchemy import BigInteger, Integer, MetaData, String, Table

from dongne.store.migrations.tables import HASH, key, maybe, value

revision = "index_1"
down_revision = None
branch_labels = ("index",)
depends_on = None

TABLES = MetaData()

Table(
    "index_progress",
    TABLES,
    key("id", Integer),
    value("chain_id", BigInteger),
    value("genesis", HASH),
    value("contracts", String),
    value("derivation", Integer),
    value("first", BigInteger),
    value("block", BigInteger),
    maybe("hash", HASH),
    value("time", BigInteger),
)
Table("index_blocks", TABLES, key("number", BigInteger), value("hash", HASH), value("time", BigInteger))


def upgrade() -> None:
    """Make them."""
    TABLES.create_all(op.get_bind(), checkfirst=False)
