"""A voter registers one commitment with the key on the roll; bad registrations are skipped with their reason."""

from dataclasses import replace

import pytest
from brownie import chain, web3
from eth_account import Account

from dongne.ballot.secret import (
    FIELD_ORDER,
    RegistrationSkip,
    SignedRegistration,
    SkippedRegistration,
    pack_registrations,
    unpack_registrations,
    unpack_skipped_registrations,
)
from dongne.signing import expand, sign
from tests.contracts.secret_ballot.conftest import KEYS, SMART
from tests.reverting import reverts


@pytest.fixture
def register(box, relayer):
    """Relays registrations; gives what the logs say: accepted ones with the first member's number, and skipped ones."""

    def registering(opened, items):
        events = box.register(opened.number, pack_registrations(items), {"from": relayer}).events
        taken = unpack_registrations(bytes(events["VotersRegistered"]["items"])) if "VotersRegistered" in events else []
        skipped = (
            unpack_skipped_registrations(bytes(events["RegistrationsSkipped"]["items"]))
            if "RegistrationsSkipped" in events
            else []
        )
        return taken, skipped

    return registering


def test_good_registrations_are_accepted_and_logged_in_their_order(box, opened, register, voters):
    items = [opened.register(index, 100 + index, voters[index]) for index in (2, 0, 5)]

    assert register(opened, items) == (items, [])
    assert box.pollOf(opened.number)[8] == 3
    assert [index for index in range(KEYS + 1) if box.isRegistered(opened.number, index)] == [0, 2, 5]


def test_members_are_numbered_on_from_the_batch_before(box, opened, relayer, voters):
    batches = [pack_registrations([opened.register(index, 7, voters[index])]) for index in range(2)]

    firsts = [
        box.register(opened.number, batch, {"from": relayer}).events["VotersRegistered"]["first"] for batch in batches
    ]

    assert firsts == [0, 1]


def test_anyone_may_relay(box, opened, stranger, voters):
    batch = pack_registrations([opened.register(0, 7, voters[0])])

    assert box.register(opened.number, batch, {"from": stranger}).return_value == 1


def test_a_voter_registers_once(opened, register, voters):
    first, second = opened.register(0, 7, voters[0]), opened.register(0, 8, voters[0])

    taken, skipped = register(opened, [first, second])

    assert (taken, skipped) == ([first], [SkippedRegistration(1, 0, RegistrationSkip.ALREADY_REGISTERED)])
    assert register(opened, [second])[1] == [SkippedRegistration(0, 0, RegistrationSkip.ALREADY_REGISTERED)]


def test_the_same_commitment_may_come_twice_for_it_still_votes_once(opened, register, voters):
    """Whoever copies another's commitment gives up the own vote: the nullifier is the other's."""
    items = [opened.register(0, 7, voters[0]), opened.register(1, 7, voters[1])]

    assert register(opened, items) == (items, [])


@pytest.mark.parametrize("commitment", [0, FIELD_ORDER, FIELD_ORDER + 1, 2**256 - 1])
def test_a_commitment_is_a_number_of_the_field(box, opened, register, voters, relayer, commitment):
    item = opened.register(0, commitment, voters[0])

    assert register(opened, [item]) == ([], [SkippedRegistration(0, 0, RegistrationSkip.BAD_COMMITMENT)])
    with reverts("BadCommitment", commitment):
        box.registerAccount(opened.number, 0, commitment, b"", {"from": relayer})


@pytest.mark.parametrize("commitment", [1, FIELD_ORDER - 1])
def test_the_bounds_of_the_field_are_commitments(opened, register, voters, commitment):
    item = opened.register(0, commitment, voters[0])

    assert register(opened, [item]) == ([item], [])


def test_another_keys_registration_is_skipped(opened, register, voters, outsider):
    items = [
        opened.registration(voters[0].address, 7).sign(0, outsider, opened.domain),
        opened.register(1, 7, voters[2]),
        opened.registration(voters[3].address, 7).sign(4, voters[4], opened.domain),
    ]

    assert register(opened, items) == (
        [],
        [SkippedRegistration(place, each.index, RegistrationSkip.BAD_SIGNATURE) for place, each in enumerate(items)],
    )


def test_another_commitment_voids_the_signature(opened, register, voters):
    altered = replace(opened.register(0, 7, voters[0]), commitment=8)

    assert register(opened, [altered])[1] == [SkippedRegistration(0, 0, RegistrationSkip.BAD_SIGNATURE)]


def test_a_registration_for_another_poll_is_skipped(open_poll, register, voters):
    one, other = open_poll(), open_poll()

    assert register(one, [other.register(0, 7, voters[0])])[1] == [
        SkippedRegistration(0, 0, RegistrationSkip.BAD_SIGNATURE)
    ]


@pytest.mark.parametrize("change", [{"question": "Shall it stay?"}, {"document": b"\x33" * 32}, {"terms": bytes(32)}])
@pytest.mark.parametrize("statement", [None, "I register."])
def test_a_registration_in_other_words_is_skipped(opened, register, voters, change, statement):
    said = replace(
        opened.registration(voters[0].address, 7), **change, **({"statement": statement} if statement else {})
    )

    assert register(opened, [said.sign(0, voters[0], opened.domain)])[1] == [
        SkippedRegistration(0, 0, RegistrationSkip.BAD_SIGNATURE)
    ]


@pytest.mark.parametrize(
    "change",
    [{"chain_id": 1}, {"verifying_contract": "0x" + "11" * 20}, {"version": "2"}, {"name": "Dongne BallotBox"}],
)
def test_a_registration_for_another_box_or_chain_is_skipped(opened, register, voters, change):
    elsewhere = opened.register(0, 7, voters[0], domain=replace(opened.domain, **change))

    assert register(opened, [elsewhere])[1] == [SkippedRegistration(0, 0, RegistrationSkip.BAD_SIGNATURE)]


@pytest.mark.parametrize("signature", [bytes(64), b"\xff" * 64])
def test_a_signature_that_nobody_can_have_made_is_skipped(opened, register, signature):
    assert register(opened, [SignedRegistration(0, 7, signature)])[1] == [
        SkippedRegistration(0, 0, RegistrationSkip.BAD_SIGNATURE)
    ]


def test_only_voters_in_the_ranges_may_register(open_poll, register, voters, box, relayer):
    opened = open_poll(poll={"ranges": ((1, 2), (5, 1))})
    items = [opened.register(index, 7, voters[index]) for index in range(7)]

    taken, skipped = register(opened, items)

    assert [each.index for each in taken] == [1, 2, 5]
    assert {each.index: each.reason for each in skipped} == dict.fromkeys([0, 3, 4, 6], RegistrationSkip.NOT_ELIGIBLE)
    with reverts("NotEligible", opened.number, 0):
        box.registerAccount(opened.number, 0, 7, b"", {"from": relayer})


@pytest.mark.parametrize("index", [KEYS + 1, 2**24 - 2])
def test_an_index_beyond_the_roll_is_skipped(opened, register, index, voters):
    item = opened.register(index, 7, voters[0])

    assert register(opened, [item])[1] == [SkippedRegistration(0, index, RegistrationSkip.NOT_ELIGIBLE)]


@pytest.mark.parametrize("length", [0, 1, 98, 100, 197])
def test_a_batch_that_is_cut_off_is_refused_whole(box, opened, voters, relayer, length):
    batch = pack_registrations([opened.register(index, 7, voters[index]) for index in range(2)])[:length]

    with reverts("MalformedItems", length, 99):
        box.register(opened.number, batch, {"from": relayer})


@pytest.mark.parametrize("late", [-1, 0])
def test_registration_ends_when_it_was_announced_to(box, opened, voters, relayer, late):
    batch = pack_registrations([opened.register(0, 7, voters[0])])
    end = opened.spec.registration_end
    web3.provider.make_request("evm_setNextBlockTimestamp", [end + late])

    if late:
        assert box.register(opened.number, batch, {"from": relayer}).return_value == 1
    else:
        with reverts("RegistrationOver", opened.number, end, end):
            box.register(opened.number, batch, {"from": relayer})


def test_a_smart_accounts_owner_signs_for_it(box, opened, voters, smart_account, relayer):
    digest = opened.registration(smart_account.address, 7).digest(opened.domain)
    signature = expand(sign(digest, voters[0]))

    event = box.registerAccount(opened.number, SMART, 7, signature, {"from": relayer}).events["AccountRegistered"]

    assert (event["member"], event["index"], event["commitment"]) == (0, SMART, 7)
    assert bytes(event["signature"]) == signature
    assert box.isRegistered(opened.number, SMART)
    with reverts("VoterAlreadyRegistered", opened.number, SMART):
        box.registerAccount(opened.number, SMART, 7, signature, {"from": relayer})


def test_an_owners_signature_for_one_account_registers_no_other(box, opened, voters, smart_account, relayer):
    signature = expand(sign(opened.registration(voters[0].address, 7).digest(opened.domain), voters[0]))

    with reverts("BadRegistrationSignature", opened.number, SMART, smart_account.address):
        box.registerAccount(opened.number, SMART, 7, signature, {"from": relayer})


def test_a_voter_registers_by_its_own_call(box, rolls, open_poll, registrar, stranger):
    roll = rolls.open({"from": registrar}).events["RollOpened"]["roll"]
    rolls.append(roll, bytes.fromhex(stranger.address[2:]), {"from": registrar})
    rolls.freeze(roll, [(1, 1)], {"from": registrar})
    opened = open_poll(poll={"roll": roll, "ranges": ((0, 1),)})

    event = box.registerAccount(opened.number, 0, 7, b"", {"from": stranger}).events["AccountRegistered"]

    assert event["signature"] == "0x00"  # as brownie shows that there are no bytes
    assert box.pollOf(opened.number)[8] == 1


@pytest.mark.parametrize("signature", [b"", b"\x00", bytes(65)])
def test_nobody_registers_another(box, opened, voters, relayer, signature):
    with reverts("BadRegistrationSignature", opened.number, 0, voters[0].address):
        box.registerAccount(opened.number, 0, 7, signature, {"from": relayer})


def test_voters_of_several_blobs_register_together(box, rolls, open_poll, register, registrar):
    """Behind a full blob of 1,228 voters, and across words of the bitmap."""
    edges = [0, 255, 256, 1227, 1228, 1300]
    keys = {index: Account.from_key((index + 1).to_bytes(32, "big")) for index in edges}
    addresses = sorted(bytes.fromhex(key.address[2:]) for key in keys.values())
    by_address = {bytes.fromhex(key.address[2:]): key for key in keys.values()}
    # Addresses must ascend: those between the voters' are fillers.
    voters = dict(zip(edges, addresses, strict=True))
    filled, last = [], 0
    for index in range(1301):
        last = int.from_bytes(voters[index], "big") if index in voters else last + 1
        filled.append(last.to_bytes(20, "big"))
    roll = rolls.open({"from": registrar}).events["RollOpened"]["roll"]
    for start in (0, 1228):
        rolls.append(roll, b"".join(filled[start : start + 1228]), {"from": registrar})
    rolls.freeze(roll, [(1, 1301)], {"from": registrar})
    opened = open_poll(poll={"roll": roll, "ranges": ((0, 1301),)})
    items = [opened.register(index, 7, by_address[voters[index]]) for index in reversed(edges)]

    assert register(opened, items) == (items, [])
    assert [
        index for index in range(1301) if index in edges or index % 100 == 0 if box.isRegistered(opened.number, index)
    ] == edges


def test_the_group_is_published_once_in_its_time(box, opened, voters, officer, relayer):
    end, latest = opened.spec.registration_end, opened.spec.poll.start - 300
    items = [opened.register(index, 7, voters[index]) for index in range(3)]
    box.register(opened.number, pack_registrations(items), {"from": relayer})
    web3.provider.make_request("evm_setNextBlockTimestamp", [end - 1])
    with reverts("NotTimeForGroup", opened.number, end, latest, end - 1):
        box.publishGroup(opened.number, 5, {"from": officer})

    web3.provider.make_request("evm_setNextBlockTimestamp", [end])
    event = box.publishGroup(opened.number, 5, {"from": officer}).events["GroupPublished"]

    assert (event["members"], event["root"]) == (3, 5)
    assert box.groupOf(opened.number)[3] == 5
    with reverts("GroupAlreadyPublished", opened.number, 5):
        box.publishGroup(opened.number, 6, {"from": officer})


def test_a_group_published_too_late_for_objections_is_refused(box, opened, voters, officer, relayer):
    latest = opened.spec.poll.start - 300
    items = [opened.register(index, 7, voters[index]) for index in range(3)]
    box.register(opened.number, pack_registrations(items), {"from": relayer})
    web3.provider.make_request("evm_setNextBlockTimestamp", [latest + 1])

    with reverts("NotTimeForGroup", opened.number, opened.spec.registration_end, latest, latest + 1):
        box.publishGroup(opened.number, 5, {"from": officer})
    assert box.groupOf(opened.number)[3] == 0


def test_a_group_that_is_too_small_is_refused(box, open_poll, voters, officer, relayer):
    opened = open_poll(least_members=3)
    items = [opened.register(index, 7, voters[index]) for index in range(2)]
    box.register(opened.number, pack_registrations(items), {"from": relayer})
    chain.mine(timestamp=opened.spec.registration_end)

    with reverts("GroupTooSmall", opened.number, 2, 3):
        box.publishGroup(opened.number, 5, {"from": officer})


@pytest.mark.parametrize("root", [0, FIELD_ORDER, 2**256 - 1])
def test_a_root_is_a_number_of_the_field(box, opened, voters, officer, relayer, root):
    items = [opened.register(index, 7, voters[index]) for index in range(2)]
    box.register(opened.number, pack_registrations(items), {"from": relayer})
    chain.mine(timestamp=opened.spec.registration_end)

    with reverts("BadGroupRoot", root):
        box.publishGroup(opened.number, root, {"from": officer})
