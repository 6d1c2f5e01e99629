"""Liens, seizures, thefts and deregistrations: each opened by who may, in the history, and in the title's way."""

import pytest
from eth_account import Account
from eth_utils.crypto import keccak

from dongne.signing import Domain, sign
from dongne.suite import Role
from dongne.vehicle import Entry, Kind, Record
from dongne.vehicle.messages import OpenLien, ReleaseLien
from tests.contracts.vehicle.conftest import DOCUMENT, OTHER_VEHICLE, T0, event, reading
from tests.contracts.wiring import wire
from tests.reverting import reverts

AMOUNT = 12_000_000
LOAN = keccak(b"loan")


def key(purpose):
    return Account.from_key(keccak(text=f"liens test: {purpose}"))


@pytest.fixture(scope="module")
def offices(accounts):
    names = ("lien_officer", "court", "tax_office", "police")
    return dict(zip(names, accounts[10:], strict=False))


@pytest.fixture(scope="module")
def liens(registry, people, offices, VehicleLiens, CityAccess):
    access = CityAccess.at(registry.authority())
    liens = VehicleLiens.deploy(registry, access, {"from": people.admin})
    holders = {
        Role.LIEN_OFFICER: offices["lien_officer"],
        Role.SEIZING_AUTHORITY: offices["court"],
        Role.POLICE: offices["police"],
        Role.TITLE_RESTRICTER: liens,
    }
    wire(access, liens, holders, people.admin)
    wire(access, liens, {Role.SEIZING_AUTHORITY: offices["tax_office"]}, people.admin)
    return liens


@pytest.fixture(scope="module")
def domain(liens):
    _fields, name, version, chain_id, contract, _salt, _extensions = liens.eip712Domain()
    return Domain(name, version, chain_id, contract)


@pytest.fixture(scope="module")
def debtor():
    return key("owner")


@pytest.fixture(scope="module")
def creditor():
    return key("bank")


@pytest.fixture
def car(registry, people, debtor):
    vehicle = keccak(b"a charged car")
    registry.register(vehicle, debtor.address, event(0, Kind.REGISTRATION), DOCUMENT, {"from": people.registrar})
    return vehicle


@pytest.fixture
def charge(liens, domain, offices, car, debtor, creditor):
    def charged(by_debtor=None, by_creditor=None, **changed):
        fields = {"vehicle": car, "debtor": debtor.address, "creditor": creditor.address, "amount": AMOUNT}
        lien = OpenLien(**{**fields, "rank": liens.lastRank(car) + 1, "document": LOAN} | changed)
        digest = lien.digest(domain)
        signatures = sign(digest, by_debtor or debtor), sign(digest, by_creditor or creditor)
        terms = (lien.vehicle, lien.debtor, lien.creditor, lien.amount, lien.document)
        return liens.openLien(*terms, *signatures, {"from": offices["lien_officer"]})

    return charged


def move(registry, people, vehicle):
    registry.transferTitle(vehicle, people.buyer, event(1, Kind.OWNERSHIP_CHANGE), DOCUMENT, {"from": people.titles})


def recorded(transaction):
    return Record.unpack(transaction.events["Recorded"]["record"])


def test_a_lien_to_which_both_agreed_keeps_the_title_from_moving(registry, people, charge, liens, car, creditor):
    transaction = charge()

    assert recorded(transaction).kind is Kind.LIEN
    assert liens.restrictionOf(1) == ("0x" + car.hex(), creditor.address, Kind.LIEN, 1)
    assert registry.stateOf(car)["restrictions"] == 1
    with reverts("TitleRestricted", car, 1):
        move(registry, people, car)


def test_the_creditors_signature_frees_the_title(registry, people, charge, liens, domain, car, creditor):
    charge()
    receipt = keccak(b"receipt")
    signature = sign(ReleaseLien(1, car, creditor.address, receipt).digest(domain), creditor)

    transaction = liens.releaseLien(1, receipt, signature, {"from": people.stranger})

    assert recorded(transaction).kind is Kind.LIEN_RELEASE
    move(registry, people, car)
    with reverts("RestrictionNotOpen", 1):
        liens.releaseLien(1, receipt, signature, {"from": people.stranger})


@pytest.mark.parametrize("who", ["by_debtor", "by_creditor"])
def test_without_both_signatures_there_is_no_lien(charge, debtor, creditor, who):
    signer = debtor if who == "by_debtor" else creditor

    with reverts("NotSignedBy", signer.address):
        charge(**{who: key("thief")})


def test_only_the_owner_charges_a_vehicle(charge, car, debtor):
    other = key("former owner")

    with reverts("DebtorNotOwner", car, other.address, debtor.address):
        charge(by_debtor=other, debtor=other.address)


def test_nobody_lends_to_itself_to_keep_others_away(charge, debtor):
    with reverts("LienToOneself", debtor.address):
        charge(by_creditor=debtor, creditor=debtor.address)


def test_signatures_open_one_lien_only(charge, liens, domain, offices, car, debtor, creditor):
    charge(rank=1)
    digest = OpenLien(car, debtor.address, creditor.address, AMOUNT, 1, LOAN).digest(domain)
    signatures = sign(digest, debtor), sign(digest, creditor)

    with reverts("NotSignedBy", debtor.address):
        liens.openLien(
            car, debtor.address, creditor.address, AMOUNT, LOAN, *signatures, {"from": offices["lien_officer"]}
        )


def test_a_payoff_releases_no_other_lien(charge, liens, domain, people, car, creditor):
    charge()
    charge()
    receipt = keccak(b"receipt")
    signature = sign(ReleaseLien(1, car, creditor.address, receipt).digest(domain), creditor)

    with reverts("NotSignedBy", creditor.address):
        liens.releaseLien(2, receipt, signature, {"from": people.stranger})


def test_a_payoff_counts_on_its_own_chain_and_contract_only(charge, liens, domain, people, car, creditor):
    charge()
    elsewhere = Domain(domain.name, domain.version, domain.chain_id + 1, domain.verifying_contract)
    signature = sign(ReleaseLien(1, car, creditor.address, LOAN).digest(elsewhere), creditor)

    with reverts("NotSignedBy", creditor.address):
        liens.releaseLien(1, LOAN, signature, {"from": people.stranger})


def test_a_payoff_is_not_replayed_after_the_vehicle_was_registered_again(charge, liens, domain, people, car, creditor):
    charge()
    signature = sign(ReleaseLien(1, car, creditor.address, LOAN).digest(domain), creditor)
    liens.releaseLien(1, LOAN, signature, {"from": people.stranger})
    liens.deregister(car, Kind.DEREGISTRATION, DOCUMENT, {"from": people.registrar})
    liens.reinstate(2, DOCUMENT, {"from": people.registrar})
    charge()

    with reverts("RestrictionNotOpen", 1):
        liens.releaseLien(1, LOAN, signature, {"from": people.stranger})
    with reverts("NotSignedBy", creditor.address):
        liens.releaseLien(3, LOAN, signature, {"from": people.stranger})


def test_ranks_are_never_given_twice(charge, liens, domain, people, car, creditor):
    charge()
    signature = sign(ReleaseLien(1, car, creditor.address, LOAN).digest(domain), creditor)
    liens.releaseLien(1, LOAN, signature, {"from": people.stranger})

    charge()

    assert liens.restrictionOf(2)[3] == 2


@pytest.mark.parametrize(
    ("kind", "release"),
    [
        (Kind.SEIZURE, Kind.SEIZURE_RELEASE),
        (Kind.PROVISIONAL_DISPOSITION, Kind.PROVISIONAL_DISPOSITION_RELEASE),
    ],
)
def test_an_authority_seizes_and_releases_what_it_seized(registry, people, liens, offices, car, kind, release):
    liens.seize(car, kind, DOCUMENT, {"from": offices["court"]})
    with reverts("TitleRestricted", car, 1):
        move(registry, people, car)
    with reverts("NotTheAuthority", 1, offices["court"]):
        liens.releaseSeizure(1, DOCUMENT, {"from": offices["tax_office"]})

    transaction = liens.releaseSeizure(1, DOCUMENT, {"from": offices["court"]})

    assert recorded(transaction).kind is release
    move(registry, people, car)


def test_the_successor_of_an_authority_releases_what_it_left(liens, offices, car, people, CityAccess):
    liens.seize(car, Kind.SEIZURE, DOCUMENT, {"from": offices["court"]})
    CityAccess.at(liens.authority()).revokeRole(Role.SEIZING_AUTHORITY, offices["court"], {"from": people.admin})

    liens.releaseSeizure(1, DOCUMENT, {"from": offices["tax_office"]})

    assert int(liens.restrictionOf(1)[1], 16) == 0


def test_a_stolen_vehicle_is_not_sold_and_stays_branded_when_found(registry, people, liens, offices, car):
    transaction = liens.reportTheft(car, T0 + 5, DOCUMENT, {"from": offices["police"]})
    assert recorded(transaction).occurred_at == T0 + 5
    with reverts("TitleRestricted", car, 1):
        move(registry, people, car)

    found = liens.reportFound(1, DOCUMENT, {"from": offices["police"]})

    assert recorded(found).kind is Kind.RECOVERY
    assert registry.stateOf(car)["brands"] == 1 << Kind.THEFT
    move(registry, people, car)


@pytest.mark.parametrize("kind", [Kind.DEREGISTRATION, Kind.EXPORT, Kind.SCRAP])
def test_a_vehicle_off_the_road_is_not_sold_until_it_is_reinstated(registry, people, liens, car, kind):
    liens.deregister(car, kind, DOCUMENT, {"from": people.registrar})
    with reverts("TitleRestricted", car, 1):
        move(registry, people, car)

    transaction = liens.reinstate(1, DOCUMENT, {"from": people.registrar})

    assert recorded(transaction).kind is Kind.REINSTATEMENT
    move(registry, people, car)


def test_each_office_opens_its_own_kinds_only(liens, offices, people, car):
    with reverts("NotThisKind", int(Kind.THEFT)):
        liens.seize(car, Kind.THEFT, DOCUMENT, {"from": offices["court"]})
    with reverts("NotThisKind", int(Kind.SEIZURE)):
        liens.deregister(car, Kind.SEIZURE, DOCUMENT, {"from": people.registrar})
    for send in (
        lambda who: liens.seize(car, Kind.SEIZURE, DOCUMENT, {"from": who}),
        lambda who: liens.reportTheft(car, T0, DOCUMENT, {"from": who}),
        lambda who: liens.deregister(car, Kind.SCRAP, DOCUMENT, {"from": who}),
    ):
        with reverts("AccessManagedUnauthorized", people.stranger):
            send(people.stranger)


def test_each_restriction_is_released_by_the_function_of_its_kind(charge, liens, offices, people, car, creditor):
    charge()
    liens.seize(car, Kind.SEIZURE, DOCUMENT, {"from": offices["court"]})
    with reverts("ReleasedOtherwise", 1, int(Kind.LIEN)):
        liens.releaseSeizure(1, DOCUMENT, {"from": offices["court"]})
    with reverts("ReleasedOtherwise", 2, int(Kind.SEIZURE)):
        liens.reportFound(2, DOCUMENT, {"from": offices["police"]})
    with reverts("ReleasedOtherwise", 2, int(Kind.SEIZURE)):
        liens.reinstate(2, DOCUMENT, {"from": people.registrar})
    with reverts("ReleasedOtherwise", 2, int(Kind.SEIZURE)):
        liens.releaseLien(2, DOCUMENT, bytes(64), {"from": creditor.address})


def test_each_restriction_must_be_released(registry, people, charge, liens, offices, car):
    charge()
    liens.seize(car, Kind.SEIZURE, DOCUMENT, {"from": offices["court"]})
    liens.releaseSeizure(2, DOCUMENT, {"from": offices["court"]})

    with reverts("TitleRestricted", car, 1):
        move(registry, people, car)


def test_no_recorder_is_accredited_for_restrictions(registry, people):
    accreditable = sum(1 << kind for kind in Kind) & ~sum(
        1 << kind
        for kind in (
            *(Kind.REGISTRATION, Kind.OWNERSHIP_CHANGE, Kind.CORRECTION, Kind.LIEN, Kind.LIEN_RELEASE, Kind.SEIZURE),
            *(Kind.SEIZURE_RELEASE, Kind.PROVISIONAL_DISPOSITION, Kind.PROVISIONAL_DISPOSITION_RELEASE, Kind.THEFT),
            *(Kind.RECOVERY, Kind.DEREGISTRATION, Kind.EXPORT, Kind.SCRAP, Kind.REINSTATEMENT),
        )
    )
    with reverts("BadKinds", 1 << Kind.LIEN_RELEASE, accreditable):
        registry.accredit(people.garage, 1 << Kind.LIEN_RELEASE, 1, 2, {"from": people.accreditor})


def test_an_officer_does_not_correct_a_restriction_away(registry, people, liens, offices, car):
    before = bytes(registry.headOf(car))
    transaction = liens.seize(car, Kind.SEIZURE, DOCUMENT, {"from": offices["court"]})
    witness = (2, 0, [(before, [(transaction.events["Recorded"]["record"], DOCUMENT)])])

    with reverts("KindFixed", int(Kind.SEIZURE), int(Kind.CORRECTION)):
        registry.correctAsOfficer(car, Entry(Kind.CORRECTION, T0).word(), DOCUMENT, witness, {"from": people.historian})


def test_only_the_contract_of_liens_restricts_titles(registry, people, car):
    for who in (people.registrar, people.titles, people.historian, people.accreditor, people.stranger):
        with reverts("AccessManagedUnauthorized", who):
            registry.recordRestriction(car, event(1, Kind.SEIZURE), DOCUMENT, {"from": who})


def test_a_restriction_is_nothing_else(registry, people, liens, car, CityAccess):
    access = CityAccess.at(registry.authority())
    access.grantRole(Role.TITLE_RESTRICTER, people.stranger, 0, {"from": people.admin})
    with reverts("NotARestriction", int(Kind.FLOOD)):
        registry.recordRestriction(car, event(1, Kind.FLOOD), DOCUMENT, {"from": people.stranger})
    with reverts("TitleNotRestricted", car):
        registry.recordRestriction(car, event(1, Kind.LIEN_RELEASE), DOCUMENT, {"from": people.stranger})
    with reverts("TitleRecordWithReading", 1):
        registry.recordRestriction(car, reading(1, 1, Kind.LIEN), DOCUMENT, {"from": people.stranger})
    with reverts("VehicleNotRegistered", OTHER_VEHICLE, 0):
        registry.recordRestriction(OTHER_VEHICLE, event(1, Kind.LIEN), DOCUMENT, {"from": people.stranger})
