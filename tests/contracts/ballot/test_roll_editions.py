"""Editions: a lost key, a death, a move and a newcomer cost what they change, and no struck voter votes by any path."""

import random

import pytest
from brownie import ElectoralRoll, chain, web3
from eth_account import Account
from eth_utils import keccak

from dongne.ballot import BLOB_VOTERS, PAGE_VOTERS, Edition, Skip, VoterList, districts_of, pack_struck, unpack_skipped
from dongne.suite import Role
from tests.contracts.ballot.conftest import KEYS, SMART, packed, pretend_voters
from tests.contracts.ballot.test_electoral_roll import address
from tests.contracts.wiring import wire
from tests.reverting import reverts

DEPTH = 15
REASON = b"\x07" * 32
STRUCK, KEPT = 2, 3
"""Of the voters with keys: one who is struck from the edition, and one who is not."""


@pytest.fixture(scope="module")
def newcomer():
    return Account.from_key(keccak(text="newcomer"))


@pytest.fixture(scope="module")
def edition(amend, roll, newcomer):
    """An edition that strikes a voter and the smart account and appends a newcomer; its first own index."""
    return amend(roll, [STRUCK, SMART], [newcomer.address])


@pytest.fixture
def everybody(edition):
    """The ranges of everybody on the edition."""
    return ((0, KEYS + 1), (edition[1], 1))


def page_of(*words):
    """A page that strikes: (number of the word, mask) each."""
    header = sum(1 << number for number, _mask in words)
    return b"".join(word.to_bytes(32, "big") for word in (header, *(mask for _number, mask in words)))


def test_an_edition_has_the_voters_of_its_base_but_for_its_changes(rolls, roll, edition, voters, newcomer):
    number, first = edition

    assert first == BLOB_VOTERS
    assert rolls.editionOf(number) == (roll, 1, first, 1, KEYS + 1, 1)
    assert (rolls.originOf(number), rolls.originOf(roll)) == (roll, roll)
    assert (rolls.voters(number), rolls.struckFrom(number), rolls.voters(roll)) == (KEYS, 2, KEYS + 1)
    assert rolls.voterAt(number, KEPT) == voters[KEPT].address
    assert rolls.voterAt(number, first) == newcomer.address
    assert [rolls.isStruck(number, index) for index in (STRUCK, KEPT, SMART, first)] == [True, False, True, False]
    for nobody in (STRUCK, SMART, KEYS + 1, first - 1, first + 1, 2**24):
        with reverts("NoSuchVoter", number, nobody):
            rolls.voterAt(number, nobody)
    assert rolls.voterAt(roll, STRUCK) == voters[STRUCK].address


def test_its_hash_is_the_one_that_anyone_recomputes(rolls, publish, registrar):
    base = publish([address(number) for number in range(5)])
    said = VoterList(tuple(bytes.fromhex(address(number)[2:]) for number in range(5)), districts_of([(1, 5)]))
    own = VoterList(tuple(bytes.fromhex(address(number)[2:]) for number in (7, 2)), districts_of([(1, 1), (4, 1)]))
    expected = Edition(said, BLOB_VOTERS, frozenset({0, 3}), own)

    amended = rolls.amend(base, 2, {"from": registrar}).events
    struck = rolls.strike(base + 1, 0, expected.pages[0], {"from": registrar}).events["VotersStruck"]
    rolls.append(base + 1, next(own.blobs()), {"from": registrar})
    frozen = rolls.freeze(base + 1, [(1, 1), (4, 1)], {"from": registrar}).events["RollFrozen"]

    assert amended["RollOpened"]["roll"] == base + 1
    assert tuple(amended["RollAmended"].values()) == (base + 1, base, BLOB_VOTERS, 2)
    assert (struck["page"], struck["count"], struck["blob"]) == (0, 2, rolls.pageAt(base + 1, 0))
    assert bytes(web3.eth.get_code(struck["blob"])) == b"\x00" + (2).to_bytes(3, "big") + expected.pages[0]
    assert frozen["voters"] == 5
    assert bytes(frozen["commitment"]) == bytes(rolls.commitment(base + 1)) == expected.commitment()
    assert expected.roll().commitment() == expected.commitment() != said.commitment()


def test_deaths_alone_and_newcomers_alone_make_an_edition(rolls, roll, amend):
    deaths, _first = amend(roll, [0])
    newcomers, first = amend(roll, [], [address(1)])

    assert (rolls.voters(deaths), rolls.voters(newcomers)) == (KEYS, KEYS + 2)
    assert rolls.votersIn(newcomers, first, 1) == 1


def test_an_edition_of_an_edition_says_again_who_is_struck_and_may_correct_it(rolls, roll, edition, amend, voters):
    number, first = edition
    second, own = amend(number, [SMART, KEPT, first], [address(9)])

    assert rolls.originOf(second) == roll
    assert own > first
    assert rolls.voters(second) == KEYS + 1 + 1 + 1 - 3
    assert rolls.voterAt(second, STRUCK) == voters[STRUCK].address
    for gone in (SMART, KEPT, first):
        assert rolls.isStruck(second, gone)


def test_forks_of_a_roll_share_no_index(rolls, publish, registrar):
    base = publish([address(number) for number in range(3)])
    left, right = (
        rolls.amend(base, count, {"from": registrar}).events["RollAmended"] for count in (BLOB_VOTERS + 1, 1)
    )
    addresses = packed([address(number) for number in range(10, 10 + BLOB_VOTERS)])

    rolls.append(right["roll"], packed([address(5)]), {"from": registrar})
    rolls.append(left["roll"], addresses, {"from": registrar})
    rolls.append(left["roll"], packed([address(5_000)]), {"from": registrar})
    for number, districts in ((left["roll"], [(1, BLOB_VOTERS + 1)]), (right["roll"], [(1, 1)])):
        rolls.freeze(number, districts, {"from": registrar})

    assert (left["first"], right["first"]) == (BLOB_VOTERS, 3 * BLOB_VOTERS)
    assert rolls.voterAt(left["roll"], 2 * BLOB_VOTERS).lower() == address(5_000)
    assert rolls.voterAt(right["roll"], right["first"]).lower() == address(5)
    with reverts("NoSuchVoter", left["roll"], right["first"]):
        rolls.voterAt(left["roll"], right["first"])
    with reverts("NoSuchVoter", right["roll"], left["first"]):
        rolls.voterAt(right["roll"], left["first"])
    assert rolls.votersIn(right["roll"], left["first"], 1) == 0


def test_only_a_frozen_roll_is_amended(rolls, registrar):
    draft = rolls.open({"from": registrar}).events["RollOpened"]["roll"]

    with reverts("RollStillGrows", draft):
        rolls.amend(draft, 1, {"from": registrar})


def test_what_was_wrong_with_a_withdrawn_roll_is_struck_by_an_edition(rolls, publish, amend, registrar, announce):
    base = publish([address(1), address(2)], [address(1)])
    rolls.proveDuplicate(base, 0, 2, {"from": registrar})
    careless, _first = amend(base, [1])
    with reverts("RollWasWithdrawn", base):
        announce(roll=base, ranges=((0, 3),))

    mended, _first = amend(base, [2])

    assert announce(roll=mended, ranges=((0, 3),))
    with reverts("NoSuchVoter", mended, 2):
        rolls.proveDuplicate(mended, 0, 2, {"from": registrar})
    rolls.proveDuplicate(careless, 0, 2, {"from": registrar})
    with reverts("RollWasWithdrawn", careless):
        announce(roll=careless, ranges=((0, 3),))


def test_an_edition_has_an_objection_period_of_its_own(access, administrator, registrar):
    rolls = administrator.deploy(ElectoralRoll, 1_000, access)
    wire(access, rolls, {Role.ROLL_OFFICER: registrar}, administrator)
    rolls.open({"from": registrar})
    rolls.append(1, packed([address(1)]), {"from": registrar})
    rolls.freeze(1, [(1, 1)], {"from": registrar})
    chain.mine(timestamp=rolls.usableFrom(1))
    rolls.amend(1, 1, {"from": registrar})
    rolls.append(2, packed([address(2)]), {"from": registrar})
    rolls.freeze(2, [(1, 1)], {"from": registrar})

    assert rolls.usableFrom(2) == chain[-1].timestamp + 1_000
    rolls.withdraw(2, REASON, "", {"from": registrar})
    assert rolls.isWithdrawn(2)
    assert not rolls.isWithdrawn(1)


def test_an_address_that_stands_twice_in_the_lineage_is_proven_unless_one_is_struck(
    rolls, roll, amend, voters, stranger
):
    moved, first = amend(roll, [KEPT], [voters[KEPT].address])
    twice, again = amend(roll, [], [voters[KEPT].address])

    with reverts("NoSuchVoter", moved, KEPT):
        rolls.proveDuplicate(moved, KEPT, first, {"from": stranger})
    event = rolls.proveDuplicate(twice, KEPT, again, {"from": stranger}).events["DuplicateProven"]

    assert (event["voter"], event["first"], event["second"]) == (voters[KEPT].address, KEPT, again)
    assert (rolls.isWithdrawn(twice), rolls.isWithdrawn(moved), rolls.isWithdrawn(roll)) == (True, False, False)


def test_after_fifteen_editions_a_new_roll_is_due(rolls, publish, amend, registrar, announce):
    base = last = publish([address(1), address(2)])
    ranges = [(0, 2)]
    for depth in range(1, DEPTH + 1):
        last, first = amend(last, [0], [address(10 + depth)])
        ranges.append((first, 1))
        assert rolls.editionOf(last)[1] == depth

    with reverts("TooManyEditions", last, DEPTH):
        rolls.amend(last, 0, {"from": registrar})
    assert len(ranges) == 16
    assert announce(roll=last, ranges=ranges)
    assert rolls.voters(last) == 2 + DEPTH - 1
    assert rolls.originOf(last) == base


def test_nobody_but_the_roll_officer_amends_or_strikes(rolls, roll, registrar, officer):
    draft = rolls.amend(roll, 0, {"from": registrar}).events["RollAmended"]["roll"]

    for call in (
        lambda: rolls.amend(roll, 0, {"from": officer}),
        lambda: rolls.strike(draft, 0, page_of((0, 1)), {"from": officer}),
    ):
        with reverts("AccessManagedUnauthorized", officer):
            call()


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (b"", 0),
        (b"\x01", 1),
        (bytes(32), 0),
        (bytes(64), 0),
        (page_of((0, 1))[:32], 1),
        (page_of((0, 1))[:63], 1),
        (page_of((0, 1)) + b"\x00", 1),
        (page_of((0, 1), (1, 1))[:64], 2),
        (page_of((0, 1)) + page_of((0, 1))[32:], 1),
        (page_of((0, 0)), 1),
        (page_of((0, 1), (1, 0)), 2),
    ],
)
def test_a_page_with_a_bad_header_or_an_empty_word_is_refused(rolls, roll, registrar, page, words):
    draft = rolls.amend(roll, 0, {"from": registrar}).events["RollAmended"]["roll"]

    with reverts("BadStruckPage", 0, len(page), words):
        rolls.strike(draft, 0, page, {"from": registrar})


def test_only_voters_of_the_lineage_are_struck(rolls, roll, edition, registrar):
    number, first = edition
    draft = rolls.amend(number, 1, {"from": registrar}).events["RollAmended"]
    for index in (KEYS + 1, 255, 256, first - 1, first + 1, draft["first"], PAGE_VOTERS - 1, PAGE_VOTERS, 2**24 - 1):
        ((page, packed_page),) = pack_struck([index]).items()
        with reverts("NoSuchVoter", number, index):
            rolls.strike(draft["roll"], page, packed_page, {"from": registrar})
    with reverts("NoSuchVoter", number, KEYS + 1):
        rolls.strike(draft["roll"], 0, page_of((0, 2 ** (KEYS + 2) - 1)), {"from": registrar})

    rolls.strike(draft["roll"], 0, pack_struck([0, KEYS, first])[0], {"from": registrar})

    assert rolls.struckFrom(draft["roll"]) == 3


def test_pages_come_once_each_in_order_before_the_appended(rolls, roll, registrar):
    plain = rolls.open({"from": registrar}).events["RollOpened"]["roll"]
    draft = rolls.amend(roll, 2, {"from": registrar}).events["RollAmended"]["roll"]
    with reverts("NotAnEdition", plain):
        rolls.strike(plain, 0, page_of((0, 1)), {"from": registrar})
    with reverts("BadPageNumber", draft, 256, 0):
        rolls.strike(draft, 256, page_of((0, 1)), {"from": registrar})
    rolls.strike(draft, 0, page_of((0, 1)), {"from": registrar})
    with reverts("BadPageNumber", draft, 0, 1):
        rolls.strike(draft, 0, page_of((0, 2)), {"from": registrar})
    rolls.append(draft, packed([address(1), address(2)]), {"from": registrar})
    with reverts("StruckTooLate", draft, 2):
        rolls.strike(draft, 1, page_of((0, 1)), {"from": registrar})
    rolls.freeze(draft, [(1, 2)], {"from": registrar})

    for call in (
        lambda: rolls.strike(draft, 1, page_of((0, 1)), {"from": registrar}),
        lambda: rolls.append(draft, packed([address(3)]), {"from": registrar}),
    ):
        with reverts("RollAlreadyFrozen", draft):
            call()


def test_an_edition_appends_exactly_what_it_announced(rolls, roll, registrar):
    draft = rolls.amend(roll, 2, {"from": registrar}).events["RollAmended"]["roll"]
    with reverts("RollFull", draft, 0, 3):
        rolls.append(draft, packed([address(number) for number in range(3)]), {"from": registrar})
    with reverts("VotersMissing", draft, 0, 2):
        rolls.freeze(draft, [], {"from": registrar})
    rolls.append(draft, packed([address(8), address(9)]), {"from": registrar})
    for districts, covered in (([], 0), ([(1, 1)], 1), ([(1, 3)], 3)):
        with reverts("DistrictsDoNotCover", draft, covered, 2):
            rolls.freeze(draft, districts, {"from": registrar})

    rolls.freeze(draft, [(1, 2)], {"from": registrar})

    assert rolls.voters(draft) == KEYS + 3


def test_the_appended_ascend_within_their_districts_wherever_their_part_begins(rolls, roll, registrar):
    event = rolls.amend(roll, 3, {"from": registrar}).events["RollAmended"]
    draft = event["roll"]
    with reverts("VoterTwiceOrZero", draft, event["first"] + 1, address(4), address(4)):
        rolls.append(draft, packed([address(4), address(4)]), {"from": registrar})
    rolls.append(draft, packed([address(4), address(5), address(1)]), {"from": registrar})
    with reverts("VotersNotAscending", draft, 1, 0):
        rolls.freeze(draft, [(1, 1), (2, 2)], {"from": registrar})

    rolls.freeze(draft, [(1, 2), (2, 1)], {"from": registrar})

    assert rolls.isFrozen(draft)


def test_nobody_is_left_where_everybody_is_struck(rolls, publish, registrar):
    base = publish([address(1), address(2)])
    draft = rolls.amend(base, 0, {"from": registrar}).events["RollAmended"]["roll"]
    rolls.strike(draft, 0, page_of((0, 0b11)), {"from": registrar})

    with reverts("RollEmpty", draft):
        rolls.freeze(draft, [], {"from": registrar})


def test_indices_end_for_editions_too(rolls, registrar, publish):
    base = publish([address(1)])
    pretend_voters(rolls, base, 2**24 - 1 - 2 * BLOB_VOTERS)
    frozen_at = 1 << 48
    slot = keccak(base.to_bytes(32, "big") + (1).to_bytes(32, "big"))
    word = 2**24 - 1 - 2 * BLOB_VOTERS | frozen_at
    web3.provider.make_request("anvil_setStorageAt", [rolls.address, f"0x{slot.hex()}", f"0x{word:064x}"])
    first = -(-(2**24 - 1 - 2 * BLOB_VOTERS) // BLOB_VOTERS) * BLOB_VOTERS
    room = 2**24 - 1 - first

    for more in (room + 1, 2**24, 2**256 - 1):
        with reverts("RollFull", base, first, more):
            rolls.amend(base, more, {"from": registrar})

    assert rolls.amend(base, room, {"from": registrar}).events["RollAmended"]["first"] == first


def test_a_range_holds_voters_who_are_not_struck_and_stays_within_a_part(rolls, edition):
    number, first = edition

    assert rolls.votersIn(number, 0, KEYS + 1) == KEYS - 1
    assert rolls.votersIn(number, STRUCK, 1) == 0
    assert rolls.votersIn(number, first, 1) == 1
    for count_from, count in (
        (0, KEYS + 2),
        (0, first + 1),
        (KEYS, first),
        (first - 1, 2),
        (first, 2),
        (5, 2**256 - 1),
    ):
        assert rolls.votersIn(number, count_from, count) == 0


def test_the_struck_are_counted_in_whatever_range_of_whatever_pages(rolls, registrar):
    base = rolls.open({"from": registrar}).events["RollOpened"]["roll"]
    voters = 4 * PAGE_VOTERS
    slot = keccak(base.to_bytes(32, "big") + (1).to_bytes(32, "big"))
    web3.provider.make_request("anvil_setStorageAt", [rolls.address, f"0x{slot.hex()}", f"0x{voters | 1 << 48:064x}"])
    draft = rolls.amend(base, 0, {"from": registrar}).events["RollAmended"]["roll"]
    chance = random.Random(7)
    edges = [0, 255, 256, PAGE_VOTERS - 1, 3 * PAGE_VOTERS, 3 * PAGE_VOTERS + 511, voters - 1]
    struck = sorted({*edges, *(chance.randrange(PAGE_VOTERS) for _each in range(300))})
    for page, packed_page in pack_struck(struck).items():
        rolls.strike(draft, page, packed_page, {"from": registrar})

    for bounds in [(0, voters), (255, 257), (PAGE_VOTERS - 1, PAGE_VOTERS + 1), (PAGE_VOTERS, 3 * PAGE_VOTERS)] + [
        sorted(chance.sample(range(voters + 1), 2)) for _each in range(12)
    ]:
        start, end = bounds
        missing = sum(start <= index < end for index in struck)
        assert rolls.votersIn(draft, start, end - start) == end - start - missing
    assert rolls.voters(draft) == voters - len(struck)


def test_a_poll_of_millions_with_somebody_struck_in_every_word_opens_at_once(rolls, registrar, announce, box):
    """Pages and rolls are laid down, not sent: they are as `strike` and `append` write them."""
    base, size = rolls.open({"from": registrar}).events["RollOpened"]["roll"], 122 * PAGE_VOTERS
    lay_roll(rolls, base, voters=size)
    draft = rolls.amend(base, 0, {"from": registrar}).events["RollAmended"]["roll"]
    words = [(number, 1 << number) for number in range(256)]
    code = b"\x00" + len(words).to_bytes(3, "big") + page_of(*words)
    for page in range(122):
        web3.provider.make_request("anvil_setCode", [rolls.pageAt(draft, page), "0x" + code.hex()])
    lay_roll(rolls, draft, origin=base, struck=122 * len(words))
    # Each of sixteen districts begins and ends within a page.
    step = size // 16
    districts = [(place * step + 7, step - 14) for place in range(16)]
    beside = sum(
        any(place * step - 7 <= 256 * (256 * page + word) + word < place * step + 7 for place in range(17))
        for page in range(122)
        for word, _mask in words
    )

    gas = {}
    for name, ranges, eligible in (
        ("everybody", ((0, size),), size - 122 * 256),
        ("districts", districts, 16 * (step - 14) - 122 * 256 + beside),
    ):
        poll = announce(roll=draft, ranges=ranges)
        assert box.turnout(poll) == (0, eligible), name
        gas[name] = chain[-1].gasUsed

    assert gas["everybody"] < 900_000
    assert gas["districts"] < 3_000_000, "EIP-7825 takes 16,777,216 in one transaction"


def lay_roll(rolls, roll, voters=0, origin=0, struck=0):
    """Puts a frozen roll into storage, its blobs left out."""
    slot = keccak(roll.to_bytes(32, "big") + (1).to_bytes(32, "big"))
    word = voters | 1 << 48 | origin << 96 | struck << 128
    web3.provider.make_request("anvil_setStorageAt", [rolls.address, f"0x{slot.hex()}", f"0x{word:064x}"])


def test_a_poll_on_an_edition_asks_those_who_are_not_struck(box, roll, edition, announce, everybody):
    number, first = edition
    poll = announce(roll=number, ranges=everybody)

    assert box.pollOf(poll)[9] == roll
    assert box.turnout(poll) == (0, KEYS)
    assert [box.isEligible(poll, index) for index in (STRUCK, KEPT, SMART, KEYS + 1, first, first + 1)] == [
        False, True, False, False, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize("ranges", [((0, KEYS + 2),), ((0, BLOB_VOTERS + 1),), ((STRUCK, 1),), ((BLOB_VOTERS - 1, 2),)])
def test_a_range_over_the_gap_or_of_struck_voters_alone_is_refused(edition, announce, ranges):
    with reverts("BadRange", 0, *ranges[0]):
        announce(roll=edition[0], ranges=ranges)


@pytest.fixture
def poll_on_edition(edition, open_poll, everybody):
    return open_poll(roll=edition[0], ranges=everybody)


def test_a_batch_skips_the_struck_as_not_eligible_and_counts_the_others(
    box, poll_on_edition, edition, sign, pack, relayer, newcomer
):
    poll, first = poll_on_edition, edition[1]
    votes = [sign(poll, index, 1) for index in (STRUCK, KEPT)] + [sign(poll, first, 1, newcomer)]

    events = box.castBatch(poll, pack(poll, votes), {"from": relayer}).events
    again = box.castBatch(poll, pack(poll, votes), {"from": relayer}).events

    skipped = [(each.index, each.reason) for each in unpack_skipped(bytes(events["VotesSkipped"]["items"]))]
    assert skipped == [(STRUCK, Skip.NOT_ELIGIBLE)]
    repeated = {each.index: each.reason for each in unpack_skipped(bytes(again["VotesSkipped"]["items"]))}
    assert repeated == {STRUCK: Skip.NOT_ELIGIBLE, KEPT: Skip.ALREADY_VOTED, first: Skip.ALREADY_VOTED}
    assert (box.turnout(poll), box.tally(poll)[0]) == ((2, KEYS), 2)
    assert box.turnoutOf(poll, 0, KEYS + 1) == box.turnoutOf(poll, first, 1) == 1
    assert [box.hasVoted(poll, index) for index in (STRUCK, KEPT, first)] == [False, True, True]


def test_no_struck_voter_votes_alone_or_by_an_account(
    box, poll_on_edition, sign_for_account, voters, smart_account, relayer
):
    poll, struck = poll_on_edition, voters[STRUCK]
    of_key = sign_for_account(poll, struck.address, 1, struck)
    of_account = sign_for_account(poll, smart_account.address, 1, voters[0])

    for index, signature in ((STRUCK, of_key), (SMART, of_account)):
        with reverts("NotEligible", poll, index):
            box.voteBySignature(poll, index, 1, signature, {"from": relayer})
        with reverts("NotEligible", poll, index):
            box.vote(poll, index, 1, {"from": relayer})

    box.voteBySignature(poll, KEPT, 1, sign_for_account(poll, voters[KEPT].address, 1, voters[KEPT]), {"from": relayer})
    assert box.turnout(poll) == (1, KEYS)


def test_an_old_key_votes_in_no_place(box, poll_on_edition, edition, sign, pack, relayer, voters, newcomer):
    poll, first = poll_on_edition, edition[1]
    votes = [sign(poll, first, 1, voters[STRUCK]), sign(poll, STRUCK, 2, newcomer)]

    items = box.castBatch(poll, pack(poll, votes), {"from": relayer}).events["VotesSkipped"]["items"]

    reasons = {each.index: each.reason for each in unpack_skipped(bytes(items))}
    assert reasons == {first: Skip.BAD_SIGNATURE, STRUCK: Skip.NOT_ELIGIBLE}


def test_a_poll_on_the_roll_before_goes_on_as_it_was(box, open_poll, roll, edition, sign, pack, relayer):
    poll = open_poll(roll=roll, ranges=((0, KEYS + 1),))

    box.castBatch(poll, pack(poll, [sign(poll, STRUCK, 1)]), {"from": relayer})

    assert box.turnout(poll) == (1, KEYS + 1)
