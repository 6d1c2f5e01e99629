"""Tables of the relayer."""

from alembic import op
from sqlalchemy import BigInteger, Index, Integer, MetaData, String, Table

from dongne.store.migrations.tables import ADDRESS, BYTES, HASH, key, maybe, value

revision = "relay_1"
down_revision = None
branch_labels = ("relay",)
depends_on = None

TABLES = MetaData()

_messages = Table(
    "relay_messages",
    TABLES,
    key("id", HASH),
    value("kind", String),
    value("lane", String),
    value("signer", ADDRESS),
    value("sequence", BigInteger),
    value("deadline", BigInteger),
    value("content", String),
    value("state", String),
    maybe("reason", String),
    value("received", BigInteger),
    value("alone", Integer),
    maybe("batch", String),
    maybe("place", Integer),
)
Index("relay_messages_by_state_lane_received", _messages.c.state, _messages.c.lane, _messages.c.received)
Index("relay_messages_by_signer_state", _messages.c.signer, _messages.c.state)
Index("relay_messages_by_batch", _messages.c.batch)

_batches = Table(
    "relay_batches",
    TABLES,
    key("id", String),
    value("lane", String),
    value("worker", ADDRESS),
    value("target", ADDRESS),
    value("calldata", BYTES),
    value("title", String),
    value("gas", BigInteger),
    value("standing", String),
    value("made", BigInteger),
    maybe("hash", HASH),
    maybe("block", BigInteger),
)
Index("relay_batches_by_worker_standing", _batches.c.worker, _batches.c.standing)

Table("relay_clients", TABLES, key("client", String), key("minute", BigInteger), value("messages", Integer))


def upgrade() -> None:
    """Make them."""
    TABLES.create_all(op.get_bind(), checkfirst=False)
