"""Takes the tables back to a block, after the chain has dropped what came later."""

from functools import cache

from sqlalchemy import Connection, Table, TextClause, and_, delete, func, insert, select, text, true, tuple_

from dongne.store.progress import Block, Progress
from dongne.store.rows import JOURNALS, STATES, Row


def take_back(connection: Connection, block: int) -> None:
    """Make every table what it was at a block that is in `index_blocks`."""
    for kind in JOURNALS:
        connection.execute(delete(kind.table).where(kind.table.c.block > block))
    for kind in _with_former_rows(connection, ">", block):
        _restore(connection, kind.table, kind.before, block)


def forget(connection: Connection, block: int | None = None) -> None:
    """Drop former rows up to a block, or all of them: nothing is taken back to before it any more."""
    if block is None:
        for kind in STATES:
            connection.execute(delete(kind.before))
        return
    for kind in _with_former_rows(connection, "<=", block):
        connection.execute(delete(kind.before).where(kind.before.c.undone_block <= block))


def clear(connection: Connection) -> None:
    """Empty every table that is derived from the chain, and forget how far they were."""
    connection.execute(delete(Progress.table))
    connection.execute(delete(Block.table))
    for kind in JOURNALS:
        connection.execute(delete(kind.table))
    for kind in STATES:
        connection.execute(delete(kind.table))
        connection.execute(delete(kind.before))


def _with_former_rows(connection: Connection, relation: str, block: int) -> list[type[Row]]:
    """The states with former rows above a block, or up to it: of each block few have some, and to ask all one by one
    would take most of the time."""
    found = connection.execute(_asking(relation), {"block": block})
    return [STATES[number] for (number,) in found]


@cache
def _asking(relation: str) -> TextClause:
    asked = (
        f"SELECT {number} WHERE EXISTS (SELECT 1 FROM {kind.before.name} WHERE undone_block {relation} :block)"
        for number, kind in enumerate(STATES)
    )
    return text(" UNION ALL ".join(asked))


def _restore(connection: Connection, table: Table, before: Table, block: int) -> None:
    keys = tuple(before.c[column.name] for column in table.primary_key.columns)
    later = before.c.undone_block > block
    connection.execute(delete(table).where(tuple_(*table.primary_key.columns).in_(select(*keys).where(later))))
    first = select(*keys, func.min(before.c.undone_block).label("undone_block")).where(later).group_by(*keys).subquery()
    was_so = and_(
        before.c.undone_block == first.c.undone_block,
        *(key == first.c[key.name] for key in keys),
        before.c.existed.is_(true()),
    )
    columns = [before.c[column.name] for column in table.columns]
    former = select(*columns).select_from(before.join(first, was_so))
    connection.execute(insert(table).from_select([column.name for column in table.columns], former))
    connection.execute(delete(before).where(later))
