"""Titles: registered by the registrar, locked for everyone else, moved only with a record of it."""

import pytest
from brownie import VehicleRegistry

from dongne.vehicle import Entry, Gauge, Kind, Record, RegistrationItem, pack_batch
from tests.contracts.vehicle.conftest import DOCUMENT, OTHER_VEHICLE, T0, VEHICLE, event, reading
from tests.reverting import reverts

ZERO_ADDRESS = "0x" + 40 * "0"


def title(vehicle):
    return int.from_bytes(vehicle, "big")


def item(vehicle, owner, kind=Kind.REGISTRATION):
    return RegistrationItem(vehicle, str(owner), Entry(kind, T0), DOCUMENT)


def test_registration_mints_a_locked_title_and_opens_the_history(registry, people):
    entry = reading(12, 0, Kind.REGISTRATION)

    transaction = registry.register(VEHICLE, people.owner, entry, DOCUMENT, {"from": people.registrar})

    assert registry.ownerOf(title(VEHICLE)) == people.owner
    assert registry.locked(title(VEHICLE))
    assert transaction.events["Locked"]["tokenId"] == title(VEHICLE)
    assert registry.stateOf(VEHICLE)["records"] == 1
    assert registry.stateOf(VEHICLE)["last"] == (1, T0, 12)


def test_a_vehicle_is_registered_once(registry, people, vehicle):
    with reverts("VehicleAlreadyRegistered", vehicle, 0):
        registry.register(vehicle, people.buyer, event(0, Kind.REGISTRATION), DOCUMENT, {"from": people.registrar})


def test_the_zero_id_cannot_be_registered(registry, people):
    with reverts("VehicleNotRegistered", bytes(32), 0):
        registry.register(bytes(32), people.owner, event(0, Kind.REGISTRATION), DOCUMENT, {"from": people.registrar})


def test_registration_takes_no_other_kind(registry, people):
    with reverts("WrongKind", int(Kind.ODOMETER), int(Kind.REGISTRATION), 0):
        registry.register(VEHICLE, people.owner, event(0, Kind.ODOMETER), DOCUMENT, {"from": people.registrar})


def test_registration_needs_an_owner(registry, people):
    with reverts("ERC721InvalidReceiver", ZERO_ADDRESS):
        registry.register(VEHICLE, ZERO_ADDRESS, event(0, Kind.REGISTRATION), DOCUMENT, {"from": people.registrar})


def test_an_owner_neither_registers_nor_transfers(registry, people, vehicle):
    for send in (
        lambda: registry.register(
            OTHER_VEHICLE, people.owner, event(0, Kind.REGISTRATION), DOCUMENT, {"from": people.owner}
        ),
        lambda: registry.registerBatch(item(OTHER_VEHICLE, people.owner).pack(), {"from": people.owner}),
        lambda: registry.transferTitle(
            vehicle, people.owner, event(1, Kind.OWNERSHIP_CHANGE), DOCUMENT, {"from": people.owner}
        ),
    ):
        with reverts("AccessManagedUnauthorized", people.owner):
            send()


def test_a_batch_registers_every_vehicle(registry, people):
    batch = pack_batch([item(VEHICLE, people.owner), item(OTHER_VEHICLE, people.buyer)])

    registry.registerBatch(batch, {"from": people.registrar})

    assert registry.ownerOf(title(VEHICLE)) == people.owner
    assert registry.ownerOf(title(OTHER_VEHICLE)) == people.buyer
    assert registry.stateOf(OTHER_VEHICLE)["records"] == 1


def test_a_bad_item_refuses_the_whole_batch_and_is_named(registry, people):
    with reverts("VehicleAlreadyRegistered", VEHICLE, 1):
        registry.registerBatch(item(VEHICLE, people.owner).pack() * 2, {"from": people.registrar})
    with reverts("WrongKind", int(Kind.SCRAP), int(Kind.REGISTRATION), 1):
        batch = item(VEHICLE, people.owner).pack() + item(OTHER_VEHICLE, people.owner, Kind.SCRAP).pack()
        registry.registerBatch(batch, {"from": people.registrar})

    assert registry.stateOf(VEHICLE)["records"] == 0


@pytest.mark.parametrize("length", [0, 95, 97])
def test_a_batch_of_broken_length_is_refused(registry, people, length):
    with reverts("BadBatchLength", length, 96):
        registry.registerBatch(bytes(length), {"from": people.registrar})


def test_the_title_officers_transfer_moves_the_title_and_is_recorded(registry, people, vehicle):
    entry = event(9, Kind.OWNERSHIP_CHANGE)

    transaction = registry.transferTitle(vehicle, people.buyer, entry, DOCUMENT, {"from": people.titles})

    record = Record.unpack(transaction.events["Recorded"]["record"])
    assert registry.ownerOf(title(vehicle)) == people.buyer
    assert (record.kind, record.gauge, record.km, record.number) == (
        Kind.OWNERSHIP_CHANGE,
        Gauge.NOT_READ,
        0,
        2,
    )
    assert registry.recorderOf(record.recorder) == people.titles


def test_a_transfer_is_recorded_as_nothing_else(registry, people, vehicle):
    with reverts("WrongKind", int(Kind.SCRAP), int(Kind.OWNERSHIP_CHANGE), 0):
        registry.transferTitle(vehicle, people.buyer, event(1, Kind.SCRAP), DOCUMENT, {"from": people.titles})


def test_an_unregistered_vehicle_has_no_title_to_transfer(registry, people):
    with reverts("VehicleNotRegistered", OTHER_VEHICLE, 0):
        registry.transferTitle(
            OTHER_VEHICLE, people.buyer, event(1, Kind.OWNERSHIP_CHANGE), DOCUMENT, {"from": people.titles}
        )


def test_a_title_is_not_transferred_to_nobody(registry, people, vehicle):
    with reverts("ERC721InvalidReceiver", ZERO_ADDRESS):
        registry.transferTitle(
            vehicle, ZERO_ADDRESS, event(1, Kind.OWNERSHIP_CHANGE), DOCUMENT, {"from": people.titles}
        )

    assert registry.ownerOf(title(vehicle)) == people.owner


@pytest.mark.parametrize("gauge", [Gauge.READ, Gauge.REPLACED])
def test_a_transfer_carries_no_reading(registry, people, vehicle, gauge):
    entry = reading(33_000, 9, Kind.OWNERSHIP_CHANGE, gauge)

    with reverts("TitleRecordWithReading", int(gauge)):
        registry.transferTitle(vehicle, people.buyer, entry, DOCUMENT, {"from": people.titles})


def test_whoever_moves_titles_does_nothing_else(registry, people, vehicle):
    refused = ("AccessManagedUnauthorized", people.titles)
    entry = event(0, Kind.REGISTRATION)

    with reverts(*refused):
        registry.register(OTHER_VEHICLE, people.owner, entry, DOCUMENT, {"from": people.titles})
    with reverts(*refused):
        registry.registerBatch(item(OTHER_VEHICLE, people.owner).pack(), {"from": people.titles})
    with reverts(*refused):
        registry.correctAsOfficer(vehicle, entry, DOCUMENT, (1, 0, []), {"from": people.titles})
    with reverts(*refused):
        registry.accredit(people.titles, 2, 0, 1, {"from": people.titles})
    with reverts(*refused):
        registry.revoke(people.titles, 1, {"from": people.titles})
    with reverts("NotAccreditedNow", people.titles, 0, 0):
        registry.record(vehicle, reading(1, 1), DOCUMENT, {"from": people.titles})


@pytest.mark.parametrize("officer", ["registrar", "historian", "accreditor"])
def test_nobody_else_moves_titles(registry, people, vehicle, officer):
    who, entry = getattr(people, officer), event(1, Kind.OWNERSHIP_CHANGE)

    with reverts("AccessManagedUnauthorized", who):
        registry.transferTitle(vehicle, people.buyer, entry, DOCUMENT, {"from": who})


def test_owners_cannot_move_approve_or_delegate_a_title(registry, people, vehicle):
    number = title(vehicle)

    with reverts("TitleLocked", number):
        registry.transferFrom(people.owner, people.buyer, number, {"from": people.owner})
    with reverts("TitleLocked", number):
        registry.safeTransferFrom(people.owner, people.buyer, number, {"from": people.owner})
    with reverts("TitleLocked", number):
        registry.safeTransferFrom(people.owner, people.buyer, number, b"", {"from": people.owner})
    with reverts("TitleLocked", number):
        registry.approve(people.buyer, number, {"from": people.owner})
    with reverts("NoOperators", people.buyer):
        registry.setApprovalForAll(people.buyer, True, {"from": people.owner})

    assert registry.ownerOf(number) == people.owner


def test_an_unknown_title_is_neither_locked_nor_unlocked(registry):
    with reverts("ERC721NonexistentToken", 7):
        registry.locked(7)


@pytest.mark.parametrize("interface", ["0x01ffc9a7", "0x80ac58cd", "0x5b5e139f", "0xb45a3c0e"])
def test_the_registry_declares_its_standards(registry, interface):
    assert registry.supportsInterface(interface)


def test_an_interface_it_lacks_is_denied(registry):
    assert not registry.supportsInterface("0xffffffff")


@pytest.mark.parametrize("paces", [0, 1_000 << 16])
def test_a_registry_without_sensible_paces_is_not_deployed(people, paces):
    with reverts("BadPaces", paces):
        VehicleRegistry.deploy("Title", "TTL", paces, people.admin, {"from": people.admin})
