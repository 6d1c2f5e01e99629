"""Found by trial: after some 2,000 records that anyone accredited may write, a correction no longer fitted a block.

The proof of a record held every record after it. It now ends at the next checkpoint, after 32 records at most.
"""

from dongne.vehicle import CHECKPOINT_EVERY, Entry, Gauge, Kind, RecordItem, pack_batch
from tests.contracts.vehicle.conftest import DAY, OTHER_VEHICLE, T0, garage, people, reading, registry  # noqa: F401
from tests.contracts.vehicle.test_correction import WITHDRAWN, book  # noqa: F401

MOST_RUNS = 3
"""Of the record and its two neighbours."""


def test_a_correction_costs_the_same_however_many_records_came_after(registry, garage, book):  # noqa: F811
    for km, day in ((10_000, 10), (20_000, 20), (30_000, 30)):
        book.record(reading(km, day), garage)
    for part in range(3):
        bury(registry, garage, book, part)

    shown = sum(len(evidence) for _before, evidence in book.witness(3)[2])
    correction = book.correct(3, WITHDRAWN, garage)

    assert shown <= MOST_RUNS * CHECKPOINT_EVERY
    assert correction.supersedes == 3
    assert registry.headOf(OTHER_VEHICLE) == "0x" + book.history().head.hex()


def bury(registry, garage, book, part):  # noqa: F811
    """A hundred records at once."""
    entries = [Entry(Kind.ODOMETER, T0 + (100 + 100 * part + day) * DAY, 40_000, Gauge.READ) for day in range(100)]
    items = [RecordItem(OTHER_VEHICLE, entry) for entry in entries]
    book.take_all(registry.recordBatch(pack_batch(items), {"from": garage}))
