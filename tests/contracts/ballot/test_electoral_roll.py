"""Electoral rolls: numbered, appended blob by blob, frozen for good."""

import pytest
from brownie import web3
from eth_utils import keccak

from dongne.ballot import BLOB_VOTERS, MOST_VOTERS, VoterList, districts_of
from tests.contracts.ballot.conftest import packed, pretend_voters
from tests.reverting import reverts

FULL = BLOB_VOTERS * 20


def address(number):
    return "0x" + keccak(number.to_bytes(4, "big"))[:20].hex()


@pytest.fixture
def draft(rolls, officer):
    return rolls.open({"from": officer}).events["RollOpened"]["roll"]


def test_rolls_are_numbered_one_after_another(rolls, officer):
    first = rolls.open({"from": officer}).events["RollOpened"]["roll"]
    second = rolls.open({"from": officer}).events["RollOpened"]["roll"]

    assert second == first + 1


def test_only_the_election_officer_keeps_rolls(rolls, draft, stranger):
    for call in (
        lambda: rolls.open({"from": stranger}),
        lambda: rolls.append(draft, packed([address(1)]), {"from": stranger}),
        lambda: rolls.freeze(draft, [(1, 1)], {"from": stranger}),
    ):
        with reverts("AccessManagedUnauthorized", stranger):
            call()


def test_appended_voters_are_found_under_their_numbers(rolls, draft, officer):
    voters = [address(number) for number in range(3)]

    rolls.append(draft, packed(voters), {"from": officer})

    assert rolls.voters(draft) == 3
    assert [rolls.voterAt(draft, index).lower() for index in range(3)] == voters


def test_append_says_where_the_blob_is(rolls, draft, officer):
    event = rolls.append(draft, packed([address(1), address(2)]), {"from": officer}).events["VotersAppended"]

    assert (event["roll"], event["first"], event["count"]) == (draft, 0, 2)
    assert event["blob"] == rolls.blobAt(draft, 0)
    assert bytes(web3.eth.get_code(event["blob"])) == b"\x00" + packed([address(1), address(2)])


def test_rolls_that_grow_side_by_side_keep_their_blobs_apart(rolls, officer):
    left, right = (rolls.open({"from": officer}).events["RollOpened"]["roll"] for _ in range(2))
    blobs = {
        (roll, number): packed([address(roll * 10_000 + number * BLOB_VOTERS + place) for place in range(BLOB_VOTERS)])
        for number in range(3)
        for roll in (left, right)
    }

    created = {
        key: rolls.append(key[0], blob, {"from": officer}).events["VotersAppended"]["blob"]
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
def test_voters_of_a_wrong_length_are_refused(rolls, draft, officer, length):
    with reverts("BadVoterBytes", length):
        rolls.append(draft, bytes(length), {"from": officer})


def test_nothing_follows_a_blob_that_is_not_full(rolls, draft, officer):
    rolls.append(draft, packed([address(1)]), {"from": officer})

    with reverts("LastBlobNotFull", draft, 1):
        rolls.append(draft, packed([address(2)]), {"from": officer})


def test_the_largest_roll_takes_its_last_voter_and_no_more(rolls, draft, officer):
    full_blobs = MOST_VOTERS // BLOB_VOTERS
    room = MOST_VOTERS - full_blobs * BLOB_VOTERS
    pretend_voters(rolls, draft, full_blobs * BLOB_VOTERS)

    with reverts("RollFull", draft, full_blobs * BLOB_VOTERS, room + 1):
        rolls.append(draft, packed([address(number) for number in range(room + 1)]), {"from": officer})
    rolls.append(draft, packed([address(number) for number in range(room)]), {"from": officer})

    assert rolls.voters(draft) == MOST_VOTERS
    assert rolls.voterAt(draft, MOST_VOTERS - 1).lower() == address(room - 1)
    with reverts("NoSuchVoter", draft, MOST_VOTERS):
        rolls.voterAt(draft, MOST_VOTERS)


def test_freezing_publishes_districts_and_the_hash_that_anyone_recomputes(rolls, draft, officer):
    voters = [address(number) for number in range(5)]
    rolls.append(draft, packed(voters), {"from": officer})

    event = rolls.freeze(draft, [(11, 2), (12, 3)], {"from": officer}).events["RollFrozen"]

    recomputed = VoterList(tuple(bytes.fromhex(voter[2:]) for voter in voters), districts_of([(11, 2), (12, 3)]))
    assert rolls.isFrozen(draft)
    assert event["voters"] == 5
    assert [tuple(district) for district in event["districts"]] == [(11, 2), (12, 3)]
    assert bytes(event["commitment"]) == bytes(rolls.commitment(draft)) == recomputed.commitment()


def test_a_frozen_roll_stays_as_it_is(rolls, roll, officer):
    with reverts("RollAlreadyFrozen", roll):
        rolls.append(roll, packed([address(1)]), {"from": officer})
    with reverts("RollAlreadyFrozen", roll):
        rolls.freeze(roll, [(1, 13)], {"from": officer})


def test_an_empty_roll_is_not_frozen(rolls, draft, officer):
    with reverts("RollEmpty", draft):
        rolls.freeze(draft, [], {"from": officer})


@pytest.mark.parametrize("counts", [[], [(1, 1)], [(1, 1), (2, 2)]])
def test_districts_must_hold_exactly_the_rolls_voters(rolls, draft, officer, counts):
    rolls.append(draft, packed([address(1), address(2)]), {"from": officer})

    with reverts("DistrictsDoNotCover", draft, sum(count for _code, count in counts), 2):
        rolls.freeze(draft, counts, {"from": officer})


@pytest.mark.parametrize(("counts", "bad"), [([(1, 0), (2, 2)], 0), ([(2, 1), (2, 1)], 1), ([(2, 1), (1, 1)], 1)])
def test_districts_must_ascend_and_have_voters(rolls, draft, officer, counts, bad):
    rolls.append(draft, packed([address(1), address(2)]), {"from": officer})

    with reverts("BadDistrict", bad, *counts[bad]):
        rolls.freeze(draft, counts, {"from": officer})


def test_unknown_rolls_are_named(rolls, draft, officer):
    for unknown in (0, draft + 1, 2**32 - 1):
        for call in (
            lambda number=unknown: rolls.voters(number),
            lambda number=unknown: rolls.isFrozen(number),
            lambda number=unknown: rolls.commitment(number),
            lambda number=unknown: rolls.voterAt(number, 0),
            lambda number=unknown: rolls.append(number, packed([address(1)]), {"from": officer}),
            lambda number=unknown: rolls.freeze(number, [], {"from": officer}),
        ):
            with reverts("UnknownRoll", unknown):
                call()


def test_a_voter_beyond_the_roll_does_not_exist(rolls, roll):
    with reverts("NoSuchVoter", roll, 13):
        rolls.voterAt(roll, 13)
