"""Found by attack: an inspection that its inspector had withdrawn still paid a warranty.

The evidence of a claim may end at a checkpoint, so that a withdrawal after it was never shown. The registry is asked
now whether a record stands. In the same way a corrected typing error no longer drives a car out of its warranty.
"""

import pytest

from dongne.vehicle import Entry, History, Kind, RecordItem, pack_batch
from tests.contracts.vehicle.conftest import DOCUMENT, T0, people, registry  # noqa: F401
from tests.contracts.vehicle.test_dealer_bond import (  # noqa: F401
    CAR,
    SOLD_AT,
    bond,
    buyer,
    claim,
    covered,
    inspected,
    room,
    seller,
    since,
    sold,
    stage,
)
from tests.reverting import reverts


def withdraw(room, number, by):  # noqa: F811
    witness = History(CAR, tuple(room.written[CAR])).witness(number).argument()
    entry = Entry(Kind.CORRECTION, T0).word()
    return room.note(CAR, room.registry.correct(CAR, entry, DOCUMENT, witness, {"from": by}))


@pytest.mark.parametrize("padding", [0, 40])
def test_a_withdrawn_inspection_pays_nobody(room, bond, people, sold, padding):  # noqa: F811
    inspected(room, SOLD_AT + 10)
    place = len(room.written[CAR])
    if padding:
        junk = pack_batch([RecordItem(CAR, Entry(Kind.MAINTENANCE, T0))] * padding)
        room.note(CAR, room.registry.recordBatch(junk, {"from": people.garage}))
    withdraw(room, place, people.inspector)
    shown = since(room, sold)[: 32 - room.progress(sold)["reviewed"]] if padding else None

    with reverts("NotSuchInspection", place):
        claim(room, bond, sold, evidence=shown, index=place - room.progress(sold)["reviewed"] - 1)


def test_a_typing_error_that_was_corrected_does_not_end_the_warranty(room, bond, people, sold):  # noqa: F811
    inspected(room, SOLD_AT + 100_000, people.garage, Kind.MAINTENANCE, outcome=0)
    withdraw(room, len(room.written[CAR]), people.garage)
    inspected(room, SOLD_AT + 10)

    claim(room, bond, sold)

    assert stage(room, bond, sold).name == "CLAIMED"
