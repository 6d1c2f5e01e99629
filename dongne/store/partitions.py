"""Partitions of PostgreSQL's payments: one a month, made when the first payment of the month comes."""

from collections.abc import Iterable

from sqlalchemy import Connection

from dongne.months import begin_of, label_of, month_of
from dongne.store.currency import Payment


def make_room(connection: Connection, times: Iterable[int]) -> None:
    """Make the partitions of payments at these Unix seconds, as far as there are none."""
    if connection.dialect.name != "postgresql":
        return
    name = Payment.table.name
    for month in sorted({month_of(time) for time in times}):
        connection.exec_driver_sql(
            f"CREATE TABLE IF NOT EXISTS {name}_{label_of(month)} PARTITION OF {name} "
            f"FOR VALUES FROM ({begin_of(month)}) TO ({begin_of(month + 1)})"
        )
