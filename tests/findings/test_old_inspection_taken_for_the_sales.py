"""Found by reading: an inspection of years ago that was recorded late counted as the sale's own.

Its kilometres and findings became the sale's, and the dealer's warranty was over before it began. An inspection counts
if it is recorded within a week of its date.
"""

import pytest
from brownie import CityAccess
from eth_utils.crypto import keccak

from dongne.vehicle import Entry, Gauge, Kind
from dongne.words import SaleStage
from tests.contracts.vehicle.conftest import people, registry  # noqa: F401
from tests.contracts.vehicle.saleroom import DAY, Saleroom, now


@pytest.fixture(scope="module")
def room(registry, people, accounts):  # noqa: F811
    return Saleroom(registry, people, accounts, CityAccess.at(registry.authority()))


@pytest.mark.parametrize(("age", "stage"), [(8 * DAY, SaleStage.FUNDED), (6 * DAY, SaleStage.INSPECTED)])
def test_an_inspection_counts_within_a_week(room, people, age, stage):  # noqa: F811
    terms = room.at("funded", room.register(keccak(b"a car of %d" % age)))
    inspection = Entry(Kind.PERFORMANCE_INSPECTION, now() - age, 50_050, Gauge.READ)
    room.record(terms.vehicle, inspection.word(), by=people.inspector)

    room.review(terms)

    assert room.progress(terms)["stage"] == stage
