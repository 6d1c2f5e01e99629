"""Electoral rolls: numbered, appended blob by blob, frozen for good."""

import pytest
from brownie import ElectoralRoll, chain, web3
from eth_utils import keccak

from dongne.ballot import BLOB_VOTERS, MOST_VOTERS, VoterList, districts_of
from tests.contracts.ballot.conftest import packed, pretend_voters
from tests.reverting import reverts

FULL = BLOB_VOTERS * 20


def address(number):
    """Addresses that ascend with their number."""
    return "0x" + (number.to_bytes(4, "big") + keccak(number.to_bytes(4, "big"))[:16]).hex()


@pytest.fixture
def draft(rolls, registrar):
    return rolls.open({"from": registrar}).events["RollOpened"]["roll"]


def test_rolls_are_numbered_one_after_another(rolls, registrar):
    first = rolls.open({"from": registrar}).events["RollOpened"]["roll"]
    second = rolls.open({"from": registrar}).events["RollOpened"]["roll"]

    assert second == first + 1


def test_only_the_roll_officer_keeps_rolls(rolls, draft, stranger):
    for call in (
        lambda: rolls.withdraw(draft, b"\x01" * 32, "", {"from": stranger}),
        lambda: rolls.open({"from": stranger}),
        lambda: rolls.append(draft, packed([address(1)]), {"from": stranger}),
        lambda: rolls.freeze(draft, [(1, 1)], {"from": stranger}),
        lambda: rolls.amend(draft, 1, {"from": stranger}),
        lambda: rolls.strike(draft, 0, b"\x01" * 64, {"from": stranger}),
    ):
        with reverts("AccessManagedUnauthorized", stranger):
            call()


def test_appended_voters_are_found_under_their_numbers(rolls, draft, registrar):
    voters = [address(number) for number in range(3)]

    rolls.append(draft, packed(voters), {"from": registrar})

    assert rolls.voters(draft) == 3
    assert [rolls.voterAt(draft, index).lower() for index in range(3)] == voters


def test_append_says_where_the_blob_is(rolls, draft, registrar):
    event = rolls.append(draft, packed([address(1), address(2)]), {"from": registrar}).events["VotersAppended"]

    assert (event["roll"], event["first"], event["count"]) == (draft, 0, 2)
    assert event["blob"] == rolls.blobAt(draft, 0)
    assert bytes(web3.eth.get_code(event["blob"])) == b"\x00" + packed([address(1), address(2)])


def test_rolls_that_grow_side_by_side_keep_their_blobs_apart(rolls, registrar):
    left, right = (rolls.open({"from": registrar}).events["RollOpened"]["roll"] for _ in range(2))
    blobs = {
        (roll, number): packed([address(roll * 10_000 + number * BLOB_VOTERS + place) for place in range(BLOB_VOTERS)])
        for number in range(3)
        for roll in (left, right)
    }

    created = {
        key: rolls.append(key[0], blob, {"from": registrar}).events["VotersAppended"]["blob"]
        for key, blob in blobs.items()
    }

    assert len(set(created.values())) == len(blobs)
    for (roll, number), blob in blobs.items():
        assert created[roll, number] == rolls.blobAt(roll, number)
        for place in (0, BLOB_VOTERS - 1):
            assert rolls.voterAt(roll, number * BLOB_VOTERS + place) == web3.to_checksum_address(
                blob[20 * place : 20 * place + 20]
            )


@pytest.mark.parametrize("length", [0, 19, 21, FULL + 20])
def test_voters_of_a_wrong_length_are_refused(rolls, draft, registrar, length):
    with reverts("BadVoterBytes", length):
        rolls.append(draft, b"\x01" * length, {"from": registrar})


def test_nothing_follows_a_blob_that_is_not_full(rolls, draft, registrar):
    rolls.append(draft, packed([address(1)]), {"from": registrar})

    with reverts("LastBlobNotFull", draft, 1):
        rolls.append(draft, packed([address(2)]), {"from": registrar})


def test_the_largest_roll_takes_its_last_voter_and_no_more(rolls, draft, registrar):
    full_blobs = MOST_VOTERS // BLOB_VOTERS
    room = MOST_VOTERS - full_blobs * BLOB_VOTERS
    pretend_voters(rolls, draft, full_blobs * BLOB_VOTERS)

    with reverts("RollFull", draft, full_blobs * BLOB_VOTERS, room + 1):
        rolls.append(draft, packed([address(number) for number in range(room + 1)]), {"from": registrar})
    rolls.append(draft, packed([address(number) for number in range(room)]), {"from": registrar})

    assert rolls.voters(draft) == MOST_VOTERS
    assert rolls.voterAt(draft, MOST_VOTERS - 1).lower() == address(room - 1)
    with reverts("NoSuchVoter", draft, MOST_VOTERS):
        rolls.voterAt(draft, MOST_VOTERS)


def test_freezing_publishes_districts_and_the_hash_that_anyone_recomputes(rolls, draft, registrar):
    voters = [address(number) for number in range(5)]
    rolls.append(draft, packed(voters), {"from": registrar})

    event = rolls.freeze(draft, [(11, 2), (12, 3)], {"from": registrar}).events["RollFrozen"]

    recomputed = VoterList(tuple(bytes.fromhex(voter[2:]) for voter in voters), districts_of([(11, 2), (12, 3)]))
    assert rolls.isFrozen(draft)
    assert event["voters"] == 5
    assert [tuple(district) for district in event["districts"]] == [(11, 2), (12, 3)]
    assert bytes(event["commitment"]) == bytes(rolls.commitment(draft)) == recomputed.commitment()


def test_a_frozen_roll_stays_as_it_is(rolls, roll, registrar):
    with reverts("RollAlreadyFrozen", roll):
        rolls.append(roll, packed([address(1)]), {"from": registrar})
    with reverts("RollAlreadyFrozen", roll):
        rolls.freeze(roll, [(1, 12), (2, 1)], {"from": registrar})


def test_an_empty_roll_is_not_frozen(rolls, draft, registrar):
    with reverts("RollEmpty", draft):
        rolls.freeze(draft, [], {"from": registrar})


@pytest.mark.parametrize("counts", [[], [(1, 1)], [(1, 1), (2, 2)]])
def test_districts_must_hold_exactly_the_rolls_voters(rolls, draft, registrar, counts):
    rolls.append(draft, packed([address(1), address(2)]), {"from": registrar})

    with reverts("DistrictsDoNotCover", draft, sum(count for _code, count in counts), 2):
        rolls.freeze(draft, counts, {"from": registrar})


@pytest.mark.parametrize(("counts", "bad"), [([(1, 0), (2, 2)], 0), ([(2, 1), (2, 1)], 1), ([(2, 1), (1, 1)], 1)])
def test_districts_must_ascend_and_have_voters(rolls, draft, registrar, counts, bad):
    rolls.append(draft, packed([address(1), address(2)]), {"from": registrar})

    with reverts("BadDistrict", bad, *counts[bad]):
        rolls.freeze(draft, counts, {"from": registrar})


def test_unknown_rolls_are_named(rolls, draft, registrar):
    for unknown in (0, draft + 1, 2**32 - 1):
        for call in (
            lambda number=unknown: rolls.voters(number),
            lambda number=unknown: rolls.isFrozen(number),
            lambda number=unknown: rolls.commitment(number),
            lambda number=unknown: rolls.voterAt(number, 0),
            lambda number=unknown: rolls.append(number, packed([address(1)]), {"from": registrar}),
            lambda number=unknown: rolls.freeze(number, [], {"from": registrar}),
            lambda number=unknown: rolls.usableFrom(number),
            lambda number=unknown: rolls.amend(number, 1, {"from": registrar}),
            lambda number=unknown: rolls.strike(number, 0, b"\x01" * 64, {"from": registrar}),
            lambda number=unknown: rolls.votersIn(number, 0, 1),
            lambda number=unknown: rolls.isStruck(number, 0),
            lambda number=unknown: rolls.struckFrom(number),
            lambda number=unknown: rolls.editionOf(number),
            lambda number=unknown: rolls.originOf(number),
            lambda number=unknown: rolls.blobAt(number, 0),
            lambda number=unknown: rolls.isWithdrawn(number),
            lambda number=unknown: rolls.withdraw(number, b"\x01" * 32, "", {"from": registrar}),
            lambda number=unknown: rolls.proveDuplicate(number, 0, 1, {"from": registrar}),
        ):
            with reverts("UnknownRoll", unknown):
                call()


def test_a_voter_beyond_the_roll_does_not_exist(rolls, roll):
    with reverts("NoSuchVoter", roll, 13):
        rolls.voterAt(roll, 13)


def test_addresses_ascend_within_a_district_and_start_anew_with_the_next(rolls, draft, registrar):
    rolls.append(draft, packed([address(number) for number in (3, 8, 2, 5, 9, 1)]), {"from": registrar})

    rolls.freeze(draft, [(1, 2), (2, 3), (3, 1)], {"from": registrar})

    assert rolls.isFrozen(draft)


@pytest.mark.parametrize("counts", [[(1, 6)], [(1, 2), (2, 4)], [(1, 1), (2, 4), (3, 1)], [(1, 3), (2, 2), (3, 1)]])
def test_a_district_whose_addresses_descend_is_not_frozen(rolls, draft, registrar, counts):
    rolls.append(draft, packed([address(number) for number in (3, 8, 2, 5, 9, 1)]), {"from": registrar})
    bounds = {sum(count for _code, count in counts[:place]) for place in range(1, len(counts))}

    with reverts("VotersNotAscending", draft, 2, len(bounds & {2, 5})):
        rolls.freeze(draft, counts, {"from": registrar})


def test_addresses_may_ascend_where_a_district_begins(rolls, draft, registrar):
    rolls.append(draft, packed([address(number) for number in range(4)]), {"from": registrar})

    rolls.freeze(draft, [(1, 1), (2, 3)], {"from": registrar})

    assert rolls.isFrozen(draft)


@pytest.mark.parametrize(
    ("voters", "index"),
    [([address(4), address(4)], 1), ([address(3), "0x" + "0" * 40], 1), (["0x" + "0" * 40], 0)],
)
def test_an_address_twice_in_a_row_or_none_is_refused_at_once(rolls, draft, registrar, voters, index):
    previous = voters[index - 1] if index else "0x" + "0" * 40

    with reverts("VoterTwiceOrZero", draft, index, voters[index], previous):
        rolls.append(draft, packed(voters), {"from": registrar})


def test_the_order_goes_on_from_blob_to_blob(rolls, draft, registrar):
    first = [address(number) for number in range(BLOB_VOTERS)]
    rolls.append(draft, packed(first), {"from": registrar})

    with reverts("VoterTwiceOrZero", draft, BLOB_VOTERS, first[-1], first[-1]):
        rolls.append(draft, packed([first[-1]]), {"from": registrar})
    rolls.append(draft, packed([first[0], first[5]]), {"from": registrar})
    with reverts("VotersNotAscending", draft, 1, 0):
        rolls.freeze(draft, [(1, BLOB_VOTERS + 2)], {"from": registrar})
    rolls.freeze(draft, [(1, BLOB_VOTERS), (2, 2)], {"from": registrar})


def test_anyone_proves_an_address_in_two_districts_and_no_poll_uses_the_roll_then(
    rolls, draft, registrar, stranger, box, announce
):
    rolls.append(draft, packed([address(number) for number in (1, 2, 3, 1, 4)]), {"from": registrar})
    with reverts("RollStillGrows", draft):
        rolls.proveDuplicate(draft, 0, 3, {"from": stranger})
    rolls.freeze(draft, [(1, 3), (2, 2)], {"from": registrar})
    for first, second in ((3, 0), (0, 0), (0, 4)):
        with reverts("NotADuplicate", draft, first, second):
            rolls.proveDuplicate(draft, first, second, {"from": stranger})
    with reverts("NoSuchVoter", draft, 5):
        rolls.proveDuplicate(draft, 0, 5, {"from": stranger})

    event = rolls.proveDuplicate(draft, 0, 3, {"from": stranger}).events["DuplicateProven"]

    assert (event["voter"].lower(), event["first"], event["second"]) == (address(1), 0, 3)
    assert rolls.isWithdrawn(draft)
    with reverts("RollAlreadyWithdrawn", draft):
        rolls.proveDuplicate(draft, 0, 3, {"from": stranger})
    with reverts("RollWasWithdrawn", draft):
        announce(roll=draft, ranges=((0, 5),))


PERIOD, REASON = 1_000, b"\x07" * 32


@pytest.fixture
def open_to_objections(access, administrator, registrar):
    """Rolls with an objection period, and one that was just frozen."""
    from dongne.suite import Role
    from tests.contracts.wiring import wire

    contract = administrator.deploy(ElectoralRoll, PERIOD, access)
    wire(access, contract, {Role.ROLL_OFFICER: registrar}, administrator)
    contract.open({"from": registrar})
    contract.append(1, packed([address(1), address(2)]), {"from": registrar})
    contract.freeze(1, [(1, 2)], {"from": registrar})
    return contract


def test_a_roll_is_usable_once_its_objection_period_is_over(open_to_objections, rolls, roll, draft):
    assert open_to_objections.usableFrom(1) == chain[-1].timestamp + PERIOD
    assert (rolls.objectionPeriod(), rolls.usableFrom(draft)) == (0, 0)
    assert 0 < rolls.usableFrom(roll) <= chain[-1].timestamp


def test_a_roll_is_withdrawn_with_a_reason(open_to_objections, registrar):
    with reverts("WithdrawalReasonMissing", 1):
        open_to_objections.withdraw(1, bytes(32), "", {"from": registrar})

    event = open_to_objections.withdraw(1, REASON, "https://x", {"from": registrar}).events["RollWithdrawn"]

    assert (bytes(event["document"]), event["uri"]) == (REASON, "https://x")
    assert open_to_objections.isWithdrawn(1)
    with reverts("RollAlreadyWithdrawn", 1):
        open_to_objections.withdraw(1, REASON, "", {"from": registrar})


@pytest.mark.parametrize(("late", "refused"), [(-1, False), (0, True)])
def test_a_roll_is_withdrawn_within_its_objection_period_only(open_to_objections, registrar, late, refused):
    end = open_to_objections.usableFrom(1)
    web3.provider.make_request("evm_setNextBlockTimestamp", [end + late])

    if refused:
        with reverts("ObjectionPeriodOver", 1, end, end):
            open_to_objections.withdraw(1, REASON, "", {"from": registrar})
    else:
        open_to_objections.withdraw(1, REASON, "", {"from": registrar})
        assert open_to_objections.isWithdrawn(1)


def test_a_roll_that_grows_is_not_withdrawn(rolls, draft, registrar):
    with reverts("RollStillGrows", draft):
        rolls.withdraw(draft, REASON, "", {"from": registrar})
