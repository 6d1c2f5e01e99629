"""Tables of how far the index is: the last blocks, and what chain and contracts they are of."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from dongne.store.rows import BlockNumber, Count, Hash, Number, Row, Seconds, Text
from dongne.store.rows import plain as _plain


@_plain("index_progress", key=("id",))
@dataclass(slots=True)
class Progress(Row):
    """The one row that says what is indexed.

    Attributes:
        id: always 1.
        genesis: hash of the chain's first block.
        contracts: addresses that are indexed by name, as JSON.
        derivation: by which rules the tables were derived; other rules need another index.
        first: block from which logs were read.
        block: the last block that is indexed; `first` - 1 where there is none yet.
        hash: of that block; empty where there is none.
        time: Unix seconds of that block.
    """

    id: Count
    chain_id: Number
    genesis: Hash
    contracts: Text
    derivation: Count
    first: BlockNumber
    block: BlockNumber
    hash: Hash | None
    time: Seconds


@_plain("index_blocks", key=("number",))
@dataclass(slots=True)
class Block(Row):
    """A block to which the tables can be taken back."""

    number: BlockNumber
    hash: Hash
    time: Seconds


def progress_of(connection: Connection) -> Progress | None:
    """How far the index is; None where there is none."""
    row = connection.execute(select(Progress.table)).one_or_none()
    return None if row is None else Progress(*row)
