"""Tables of the ballot: rolls, polls and votes, petitions, secret polls."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Index, Integer, MetaData, SmallInteger, String, Table

from dongne.store.migrations.tables import ADDRESS, HASH, UINT256, key, maybe, state, value

revision = "ballot_1"
down_revision = None
branch_labels = ("ballot",)
depends_on = None

TABLES = MetaData()

rolls = state(
    "rolls",
    TABLES,
    key("roll", BigInteger),
    value("opened", BigInteger),
    value("voters", Integer),
    maybe("amends", BigInteger),
    value("first", Integer),
    value("struck", Integer),
    value("districts", Integer),
    maybe("frozen", BigInteger),
    maybe("commitment", HASH),
    maybe("withdrawn", BigInteger),
    maybe("document", HASH),
    maybe("document_uri", String),
)
roll_districts = state(
    "roll_districts",
    TABLES,
    key("roll", BigInteger),
    key("district", Integer),
    value("code", UINT256),
    value("first", Integer),
    value("voters", Integer),
)
polls = state(
    "polls",
    TABLES,
    key("poll", BigInteger),
    value("box", ADDRESS),
    value("roll", BigInteger),
    value("opened", BigInteger),
    value("starts", BigInteger),
    value("ends", BigInteger),
    value("question", String),
    value("options", Integer),
    value("least", Integer),
    value("most", Integer),
    value("cap", UINT256),
    value("document", HASH),
    value("document_uri", String),
    value("aim", SmallInteger),
    value("seats", SmallInteger),
    value("quorum", String),
    value("majority", String),
    value("terms", HASH),
    value("eligible", Integer),
    value("ballots", Integer),
    value("assisted", Integer),
    value("skipped", Integer),
    maybe("cancelled", BigInteger),
    maybe("reason", HASH),
    maybe("reason_uri", String),
)
poll_options = state(
    "poll_options",
    TABLES,
    key("poll", BigInteger),
    key("option", Integer),
    value("label", String),
    value("cost", UINT256),
    value("in_favour", Boolean),
    value("blank", Boolean),
    value("votes", Integer),
    value("assisted", Integer),
)
turnouts = state(
    "turnouts",
    TABLES,
    key("poll", BigInteger),
    key("district", Integer),
    value("eligible", Integer),
    value("ballots", Integer),
    value("assisted", Integer),
)
tallies = state(
    "tallies",
    TABLES,
    key("poll", BigInteger),
    key("district", Integer),
    key("option", Integer),
    value("votes", Integer),
)
votes = Table(
    "votes",
    TABLES,
    key("block", BigInteger),
    key("log", Integer),
    key("place", Integer),
    value("time", BigInteger),
    value("transaction_hash", HASH),
    value("poll", BigInteger),
    value("voter", Integer),
    maybe("choices", String),
    value("skip", SmallInteger),
    value("way", SmallInteger),
    maybe("office", ADDRESS),
    sqlite_with_rowid=False,
)
offices = state(
    "offices",
    TABLES,
    key("poll", BigInteger),
    key("office", ADDRESS),
    value("cap", BigInteger),
    value("ballots", Integer),
    value("accredited", BigInteger),
    value("document", HASH),
    maybe("revoked", BigInteger),
    maybe("reason", HASH),
)
petition_rules = state(
    "petition_rules",
    TABLES,
    key("rules", BigInteger),
    value("roll", BigInteger),
    value("published", BigInteger),
    value("hash", HASH),
    value("threshold", Integer),
    value("collecting", BigInteger),
    value("deciding", BigInteger),
    value("answering", BigInteger),
    value("eligible", Integer),
    value("label", String),
    maybe("closed", BigInteger),
)
petitions = state(
    "petitions",
    TABLES,
    key("petition", BigInteger),
    value("rules", BigInteger),
    value("initiator", Integer),
    value("filed", BigInteger),
    value("title_hash", HASH),
    value("document", HASH),
    value("decide_by", BigInteger),
    maybe("admitted", BigInteger),
    maybe("ends", BigInteger),
    maybe("terms", HASH),
    maybe("title", String),
    maybe("document_uri", String),
    value("signatures", Integer),
    value("skipped", Integer),
    maybe("threshold_met", BigInteger),
    maybe("answer_by", BigInteger),
    maybe("refused", BigInteger),
    maybe("answered", BigInteger),
    maybe("answer", HASH),
    maybe("answer_uri", String),
    value("late", Boolean),
)
secret_polls = state(
    "secret_polls",
    TABLES,
    key("poll", BigInteger),
    value("roll", BigInteger),
    value("opened", BigInteger),
    value("registration_end", BigInteger),
    value("starts", BigInteger),
    value("ends", BigInteger),
    value("question", String),
    value("options", Integer),
    value("least", Integer),
    value("most", Integer),
    value("cap", UINT256),
    value("document", HASH),
    value("document_uri", String),
    value("aim", SmallInteger),
    value("seats", SmallInteger),
    value("quorum", String),
    value("majority", String),
    value("terms", HASH),
    value("eligible", Integer),
    value("least_members", Integer),
    value("verifier", ADDRESS),
    value("members", Integer),
    value("refused", Integer),
    maybe("published", BigInteger),
    maybe("root", UINT256),
    value("ballots", Integer),
    value("skipped", Integer),
    maybe("cancelled", BigInteger),
    maybe("reason", HASH),
    maybe("reason_uri", String),
)
secret_poll_options = state(
    "secret_poll_options",
    TABLES,
    key("poll", BigInteger),
    key("option", Integer),
    value("label", String),
    value("cost", UINT256),
    value("votes", Integer),
)
nullifiers = Table(
    "nullifiers",
    TABLES,
    key("block", BigInteger),
    key("log", Integer),
    key("place", Integer),
    value("time", BigInteger),
    value("transaction_hash", HASH),
    value("poll", BigInteger),
    value("nullifier", UINT256),
    sqlite_with_rowid=False,
)

Index("roll_districts_by_code", roll_districts.c.code)
Index("polls_by_ends", polls.c.ends)
Index("polls_by_roll", polls.c.roll)
Index("votes_by_poll_voter", votes.c.poll, votes.c.voter)
Index("petitions_by_answer_by", petitions.c.answer_by)
Index("petitions_by_rules", petitions.c.rules)
Index("secret_polls_by_ends", secret_polls.c.ends)
Index("secret_polls_by_roll", secret_polls.c.roll)
Index("nullifiers_by_poll", nullifiers.c.poll)


def upgrade() -> None:
    """Make them."""
    TABLES.create_all(op.get_bind(), checkfirst=False)
