"""Secret polls on an edition: newcomers register, and nobody whom it strikes does, with a key or by a smart account."""

import pytest
from brownie import accounts
from eth_account import Account
from eth_utils import keccak

from dongne.ballot import BLOB_VOTERS, pack_struck
from dongne.ballot.secret import (
    RegistrationSkip,
    pack_registrations,
    unpack_registrations,
    unpack_skipped_registrations,
)
from tests.contracts.secret_ballot.conftest import KEYS, SMART
from tests.reverting import reverts

STRUCK, KEPT = 2, 3


@pytest.fixture(scope="module")
def newcomer():
    return Account.from_key(keccak(text="secret newcomer"))


@pytest.fixture(scope="module")
def edition(rolls, roll, registrar, newcomer):
    """Strikes a voter and the smart account, and appends a newcomer."""
    number = rolls.amend(roll, 1, {"from": registrar}).events["RollAmended"]["roll"]
    rolls.strike(number, 0, pack_struck({STRUCK, SMART})[0], {"from": registrar})
    rolls.append(number, bytes.fromhex(newcomer.address[2:]), {"from": registrar})
    rolls.freeze(number, [(1, 1)], {"from": registrar})
    return number


@pytest.fixture
def opened(open_poll, edition):
    return open_poll(poll={"roll": edition, "ranges": ((0, KEYS + 1), (BLOB_VOTERS, 1))})


def test_newcomers_register_and_the_struck_do_not(box, opened, voters, newcomer, relayer):
    items = [opened.register(index, 1_000 + index, voters[index]) for index in (STRUCK, KEPT)]
    items.append(opened.registration(newcomer.address, 77).sign(BLOB_VOTERS, newcomer, opened.domain))
    items.append(opened.registration(voters[STRUCK].address, 78).sign(BLOB_VOTERS, voters[STRUCK], opened.domain))

    events = box.register(opened.number, pack_registrations(items), {"from": relayer}).events

    assert unpack_registrations(bytes(events["VotersRegistered"]["items"])) == items[1:3]
    skipped = unpack_skipped_registrations(bytes(events["RegistrationsSkipped"]["items"]))
    assert [(each.index, each.reason) for each in skipped] == [
        (STRUCK, RegistrationSkip.NOT_ELIGIBLE),
        (BLOB_VOTERS, RegistrationSkip.ALREADY_REGISTERED),
    ]
    assert [box.isRegistered(opened.number, index) for index in (STRUCK, KEPT, BLOB_VOTERS)] == [False, True, True]
    assert box.pollOf(opened.number)[7] == KEYS  # eligible


def test_no_struck_account_registers(box, opened, voters, smart_account, relayer):
    of_the_struck = ((STRUCK, voters[STRUCK].address, voters[STRUCK]), (SMART, smart_account.address, voters[0]))
    for index, account, key in of_the_struck:
        signature = opened.registration(account, 5).sign(index, key, opened.domain).signature
        with reverts("NotEligible", opened.number, index):
            box.registerAccount(opened.number, index, 5, signature, {"from": relayer})
        with reverts("NotEligible", opened.number, index):
            box.registerAccount(opened.number, index, 5, b"", {"from": accounts.at(account, force=True)})


def test_a_poll_on_the_roll_before_takes_who_was_struck_later(box, open_poll, edition, voters, relayer):
    before = open_poll()

    items = pack_registrations([before.register(STRUCK, 9, voters[STRUCK])])
    events = box.register(before.number, items, {"from": relayer}).events

    assert "RegistrationsSkipped" not in events and box.isRegistered(before.number, STRUCK)
