"""Votes one at a time: from the voter's own wallet, or signed for a key or a smart account."""

import pytest
from brownie import accounts, web3
from eth_keys.constants import SECPK1_N

from dongne.ballot import CountedGroup, unpack_counted
from dongne.signing import expand
from tests.contracts.ballot.conftest import KEYS, SMART
from tests.reverting import reverts


@pytest.fixture
def wallet(publish, open_poll):
    """A poll in which brownie's account 5 is voter 0."""
    roll = publish([accounts[5].address], [accounts[6].address])
    return open_poll(roll=roll, ranges=((0, 1),))


def groups(transaction):
    return unpack_counted(bytes(transaction.events["VotesCounted"]["groups"]), 4)


def test_a_voter_votes_from_an_own_wallet(box, wallet):
    transaction = box.vote(wallet, 0, 0b0100, {"from": accounts[5]})

    assert groups(transaction) == [CountedGroup(0b0100, (0,))]
    assert box.tally(wallet) == [0, 0, 1, 0]
    assert box.turnout(wallet) == (1, 1)
    assert box.hasVoted(wallet, 0)


def test_a_voter_votes_once(box, wallet):
    box.vote(wallet, 0, 1, {"from": accounts[5]})

    with reverts("AlreadyVoted", wallet, 0):
        box.vote(wallet, 0, 2, {"from": accounts[5]})


def test_nobody_votes_under_anothers_index(box, wallet):
    with reverts("NotTheVoter", wallet, 0, accounts[5], accounts[6]):
        box.vote(wallet, 0, 1, {"from": accounts[6]})


def test_a_voter_outside_the_ranges_has_no_vote(box, wallet):
    with reverts("NotEligible", wallet, 1):
        box.vote(wallet, 1, 1, {"from": accounts[6]})


@pytest.mark.parametrize("choices", [0, 0b11, 0b1_0000, 2**255, 2**256 - 1])
def test_choices_must_obey_the_rule(box, wallet, choices):
    with reverts("BadChoices", wallet, choices):
        box.vote(wallet, 0, choices, {"from": accounts[5]})


@pytest.mark.parametrize("late", [False, True])
def test_votes_outside_the_period_are_refused(box, announce, late):
    poll = announce()
    start, end = box.pollOf(poll)[1:3]
    time = end if late else start - 1
    web3.provider.make_request("evm_setNextBlockTimestamp", [time])

    with reverts("PollNotOpen", poll, start, end, time):
        box.vote(poll, 0, 1, {"from": accounts[5]})


def test_a_smart_account_votes_by_calling(box, poll, smart_account, voters, relayer):
    data = box.vote.encode_input(poll, SMART, 0b0010)
    owner = accounts.add(voters[0].key)

    transaction = smart_account.execute(box, data, {"from": owner})

    assert groups(transaction) == [CountedGroup(0b0010, (SMART,))]
    assert box.hasVoted(poll, SMART)


def test_a_smart_accounts_signature_is_asked_of_it(box, poll, voters, smart_account, relayer, sign_for_account):
    signature = sign_for_account(poll, smart_account.address, 0b0010, voters[0])

    transaction = box.voteBySignature(poll, SMART, 0b0010, signature, {"from": relayer})

    assert groups(transaction) == [CountedGroup(0b0010, (SMART,))]
    assert box.tally(poll) == [0, 1, 0, 0]


def test_a_smart_account_that_disowns_a_signature_has_not_voted(
    box, poll, voters, smart_account, relayer, sign_for_account
):
    signature = sign_for_account(poll, smart_account.address, 1, voters[1])

    with reverts("BadSignature", poll, SMART, smart_account):
        box.voteBySignature(poll, SMART, 1, signature, {"from": relayer})


@pytest.fixture
def sign_alone(sign_for_account, voters):
    """Signs a key's vote as one that is relayed alone."""
    return lambda poll, index, choices: sign_for_account(poll, voters[index].address, choices, voters[index])


def test_a_keys_signature_is_taken_one_at_a_time_too(box, poll, relayer, sign_alone):
    box.voteBySignature(poll, 3, 0b1000, sign_alone(poll, 3, 0b1000), {"from": relayer})

    assert box.tally(poll) == [0, 0, 0, 1]


def test_a_signature_of_another_choice_poll_account_or_key_is_refused(
    box, poll, open_poll, voters, relayer, sign_for_account
):
    other, three, four = open_poll(), voters[3].address, voters[4].address
    signed = [(poll, three, 2, voters[3]), (other, three, 1, voters[3]), (poll, four, 1, voters[3])]
    for wrong in [*signed, (poll, three, 1, voters[4])]:
        with reverts("BadSignature", poll, 3, three):
            box.voteBySignature(poll, 3, 1, sign_for_account(*wrong), {"from": relayer})


def test_what_a_key_signed_for_itself_does_not_vote_for_the_account_it_owns(
    box, poll, sign, sign_for_account, voters, smart_account, relayer
):
    in_a_batch = expand(sign(poll, 0, 1, key=voters[0]).signature)
    alone = sign_for_account(poll, voters[0].address, 1, voters[0])

    for own_vote in (in_a_batch, alone):
        with reverts("BadSignature", poll, SMART, smart_account):
            box.voteBySignature(poll, SMART, 1, own_vote, {"from": relayer})


@pytest.mark.parametrize("signature", [b"", bytes(64), bytes(65), b"\xff" * 65])
def test_what_is_no_signature_is_refused(box, poll, voters, relayer, signature):
    with reverts("BadSignature", poll, 3, voters[3].address):
        box.voteBySignature(poll, 3, 1, signature, {"from": relayer})


def test_a_malleated_signature_is_refused(box, poll, voters, relayer, sign_alone):
    good = sign_alone(poll, 3, 1)
    s = SECPK1_N - int.from_bytes(good[32:64], "big")
    twin = good[:32] + s.to_bytes(32, "big") + bytes([55 - good[64]])

    with reverts("BadSignature", poll, 3, voters[3].address):
        box.voteBySignature(poll, 3, 1, twin, {"from": relayer})


def test_signed_votes_obey_the_same_rules(box, open_poll, relayer, sign_alone):
    poll = open_poll(most=2, ranges=((0, 3),), cap=9, costs=(5, 4, 6, 1))
    box.voteBySignature(poll, 0, 0b11, sign_alone(poll, 0, 0b11), {"from": relayer})

    with reverts("AlreadyVoted", poll, 0):
        box.voteBySignature(poll, 0, 0b11, sign_alone(poll, 0, 0b11), {"from": relayer})
    with reverts("BadChoices", poll, 0b111):
        box.voteBySignature(poll, 1, 0b111, sign_alone(poll, 1, 0b111), {"from": relayer})
    with reverts("BadChoices", poll, 0b101):
        box.voteBySignature(poll, 1, 0b101, sign_alone(poll, 1, 0b101), {"from": relayer})
    with reverts("NotEligible", poll, 3):
        box.voteBySignature(poll, 3, 1, sign_alone(poll, 3, 1), {"from": relayer})


def test_a_vote_counts_once_whichever_way_it_comes(box, poll, sign, relayer, sign_alone, pack):
    box.voteBySignature(poll, 2, 0b0001, sign_alone(poll, 2, 0b0001), {"from": relayer})

    assert box.castBatch(poll, pack(poll, [sign(poll, 2, 0b0001)]), {"from": relayer}).return_value == 0
    assert box.turnout(poll) == (1, KEYS + 1)
