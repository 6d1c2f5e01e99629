"""Found while testing: `transferTitle` to the zero address burned the title.

OpenZeppelin's `_update` takes that address as a burn; the vehicle stayed registered, without a title.
"""

from dongne.vehicle import Kind
from tests.contracts.vehicle.conftest import DOCUMENT, event, garage, people, registry, vehicle  # noqa: F401
from tests.reverting import reverts

ZERO_ADDRESS = "0x" + 40 * "0"


def test_a_transfer_to_nobody_is_refused_and_the_owner_keeps_the_title(registry, people, vehicle):  # noqa: F811
    with reverts("ERC721InvalidReceiver", ZERO_ADDRESS):
        registry.transferTitle(
            vehicle, ZERO_ADDRESS, event(1, Kind.OWNERSHIP_CHANGE), DOCUMENT, {"from": people.titles}
        )

    assert registry.ownerOf(int.from_bytes(vehicle, "big")) == people.owner
    assert registry.stateOf(vehicle)["records"] == 1
