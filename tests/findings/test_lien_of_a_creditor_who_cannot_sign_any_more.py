"""Found by asking what a lost key does: a creditor who could not sign any more kept a title from moving for ever.

A court's judgment discharges such a lien, and the administrator enters it: announced ahead, so that a creditor who is
still there sees it coming.
"""

import pytest
from brownie import CityAccess, VehicleLiens
from eth_utils.crypto import keccak

from dongne.signing import Domain, sign
from dongne.suite import Role
from dongne.vehicle import Kind
from dongne.vehicle.messages import OpenLien
from tests.contracts.vehicle.conftest import DOCUMENT, VEHICLE, event, people, registry  # noqa: F401
from tests.contracts.vehicle.saleroom import key
from tests.contracts.wiring import wire
from tests.reverting import reverts

JUDGMENT = keccak(b"judgment")
OWNER, BANK = key("owner of a charged car"), key("bank without a key")


@pytest.fixture(scope="module")
def liens(registry, people):  # noqa: F811
    access = CityAccess.at(registry.authority())
    liens = VehicleLiens.deploy(registry, access, {"from": people.admin})
    holders = {Role.LIEN_OFFICER: people.titles, Role.SEIZING_AUTHORITY: people.historian}
    wire(access, liens, holders, people.admin)
    wire(access, registry, {Role.TITLE_RESTRICTER: liens}, people.admin)
    return liens


@pytest.fixture
def charged(registry, liens, people):  # noqa: F811
    registry.register(VEHICLE, OWNER.address, event(0, Kind.REGISTRATION), DOCUMENT, {"from": people.registrar})
    _fields, name, version, chain, contract, _salt, _extensions = liens.eip712Domain()
    digest = OpenLien(VEHICLE, OWNER.address, BANK.address, 5, 1, DOCUMENT).digest(
        Domain(name, version, chain, contract)
    )
    terms = VEHICLE, OWNER.address, BANK.address, 5, DOCUMENT
    liens.openLien(*terms, sign(digest, OWNER), sign(digest, BANK), {"from": people.titles})
    return VEHICLE


def test_a_judgment_discharges_the_lien_and_the_title_moves_again(registry, liens, people, charged):  # noqa: F811
    liens.dischargeLien(1, JUDGMENT, {"from": people.admin})

    assert registry.stateOf(charged)["restrictions"] == 0
    assert liens.restrictionOf(1)[1] == "0x" + "00" * 20


def test_no_other_office_discharges_a_lien(liens, people, charged):  # noqa: F811
    for officer in (people.titles, people.historian, people.registrar, people.stranger):
        with reverts("AccessManagedUnauthorized", officer):
            liens.dischargeLien(1, JUDGMENT, {"from": officer})


def test_a_discharge_names_the_judgment_and_a_lien(liens, people, charged):  # noqa: F811
    seizure = liens.seize(charged, Kind.SEIZURE, DOCUMENT, {"from": people.historian}).return_value

    with reverts("DischargeWithoutDocument", 1):
        liens.dischargeLien(1, bytes(32), {"from": people.admin})
    with reverts("ReleasedOtherwise", seizure, Kind.SEIZURE):
        liens.dischargeLien(seizure, JUDGMENT, {"from": people.admin})
