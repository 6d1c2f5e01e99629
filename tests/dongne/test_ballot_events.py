"""The ballot's typed events are those of the contracts, parameter by parameter."""

import re

import pytest

from dongne.abi import abi
from dongne.ballot import events
from dongne.events import Event

CONTRACTS = ("ElectoralRoll", "BallotBox")
OF_LIBRARIES = {"AuthorityUpdated", "EIP712DomainChanged"}
TYPED = {(kind.CONTRACT, kind.__name__): kind for kind in Event.__subclasses__() if kind.__module__ == events.__name__}
DECLARED = {
    (contract, entry["name"]): entry["inputs"]
    for contract in CONTRACTS
    for entry in abi(contract)
    if entry["type"] == "event" and entry["name"] not in OF_LIBRARIES
}


def test_every_event_of_the_contracts_has_a_class_and_no_class_lacks_an_event():
    assert set(TYPED) == set(DECLARED)


@pytest.mark.parametrize("event", sorted(DECLARED))
def test_the_parameters_of_an_event_are_its_fields(event):
    names = tuple(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", each["name"]).lower() for each in DECLARED[event])

    assert TYPED[event].parameters() == names
