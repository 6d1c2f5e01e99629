"""The registry's typed events, compared with the contract's ABI."""

import pytest

from dongne import abi
from dongne.events import Event
from dongne.vehicle import events

KINDS = [kind for kind in vars(events).values() if isinstance(kind, type) and issubclass(kind, Event)]
KINDS = [kind for kind in KINDS if kind not in (Event, events.RegistryEvent)]

NEVER_HAPPEN = {"Approval", "ApprovalForAll", "Unlocked"}
"""Of the ERC-721 and ERC-5192 interfaces; titles are never approved and never unlocked."""

OF_OPENZEPPELIN = {"AuthorityUpdated"}


def snake(name):
    plain = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    return "from_" if plain == "from" else plain


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_event_has_the_parameters_of_the_abi_in_their_order(kind):
    inputs = abi.entry("VehicleRegistry", "event", kind.__name__)["inputs"]

    assert kind.parameters() == tuple(snake(each["name"]) for each in inputs)


def test_every_event_of_the_registry_is_typed():
    declared = {entry["name"] for entry in abi.abi("VehicleRegistry") if entry["type"] == "event"}

    assert {kind.__name__ for kind in KINDS} == declared - NEVER_HAPPEN - OF_OPENZEPPELIN
