"""Proved votes count once each; whatever was altered, repeated or borrowed is skipped, and never spoils the batch."""

from dataclasses import replace

import pytest
from brownie import chain, web3
from brownie.exceptions import VirtualMachineError

from dongne.ballot import Measure, OutcomeTerms, Threshold, mask_of
from dongne.ballot.outcomes import Aim
from dongne.ballot.secret import (
    FIELD_ORDER,
    SecretVote,
    SkippedSecretVote,
    VoteSkip,
    pack_registrations,
    pack_secret_votes,
    unpack_secret_votes,
    unpack_skipped_votes,
)
from tests.contracts.secret_ballot.conftest import ROOT, prove
from tests.reverting import reverts

BURNS, REFUSES, REVERTS, ANSWERS_TWO, ANSWERS_SHORT, REFUSES_TOGETHER = 3, 1, 2, 4, 5, 6


def logged(transaction):
    """What the logs of a transaction say: counted votes and skipped ones."""
    events = transaction.events
    counted = (
        unpack_secret_votes(bytes(events["SecretVotesCounted"]["items"])) if "SecretVotesCounted" in events else []
    )
    skipped = (
        unpack_skipped_votes(bytes(events["SecretVotesSkipped"]["items"])) if "SecretVotesSkipped" in events else []
    )
    return counted, skipped


@pytest.mark.parametrize("count", [1, 2, 5])
def test_proved_votes_are_counted_and_logged(box, voting, cast, count):
    votes = [prove(voting, 50 + place, 1 << place % 4) for place in range(count)]

    transaction = cast(voting.number, votes)

    assert transaction.return_value == count
    assert logged(transaction) == (votes, [])
    assert box.tally(voting.number) == [sum(vote.choices == 1 << option for vote in votes) for option in range(4)]
    assert box.groupOf(voting.number)[2] == count
    assert all(box.isSpent(voting.number, vote.nullifier) for vote in votes)
    assert not box.isSpent(voting.number, 49)


def test_anyone_may_relay(box, voting, stranger):
    batch = pack_secret_votes([prove(voting, 5, 1)])

    assert box.castSecretVotes(voting.number, batch, {"from": stranger}).return_value == 1


def test_a_nullifier_counts_once_across_batches(box, voting, cast):
    cast(voting.number, [prove(voting, 5, 1)])

    again, other = prove(voting, 5, 1), prove(voting, 5, 2)

    assert logged(cast(voting.number, [again, other])) == (
        [],
        [SkippedSecretVote(0, 5, VoteSkip.ALREADY_VOTED), SkippedSecretVote(1, 5, VoteSkip.ALREADY_VOTED)],
    )
    assert box.tally(voting.number) == [1, 0, 0, 0]


def test_of_two_votes_by_one_identity_in_a_batch_the_first_counts(box, voting, cast):
    votes = [prove(voting, 5, 2), prove(voting, 6, 1), prove(voting, 5, 1)]

    assert logged(cast(voting.number, votes)) == (votes[:2], [SkippedSecretVote(2, 5, VoteSkip.ALREADY_VOTED)])
    assert box.tally(voting.number) == [1, 1, 0, 0]


def test_a_proof_changed_into_another_of_the_same_vote_counts_no_second_time(box, voting, cast):
    vote = prove(voting, 5, 1)
    cast(voting.number, [vote])
    twin = replace(vote, proof=vote.proof[:32] + b"\x01" * 224)

    assert logged(cast(voting.number, [twin]))[1] == [SkippedSecretVote(0, 5, VoteSkip.ALREADY_VOTED)]


def test_one_nullifier_written_in_two_ways_counts_once(box, voting, cast):
    """n and n + p are the same number of the field; only the smaller one is taken."""
    votes = [prove(voting, 5, 1), prove(voting, 5 + FIELD_ORDER, 1)]

    assert logged(cast(voting.number, votes)) == (
        votes[:1],
        [SkippedSecretVote(1, 5 + FIELD_ORDER, VoteSkip.BAD_PROOF)],
    )


@pytest.mark.parametrize(
    "change", [{"choices": 2}, {"root": ROOT + 1}, {"nullifier": 6}], ids=["choices", "root", "nullifier"]
)
@pytest.mark.parametrize("good", [0, 1, 3])
def test_a_proof_of_something_else_is_skipped_and_the_others_count(box, voting, cast, change, good):
    votes = [prove(voting, 50 + place, 8) for place in range(good)]

    counted, skipped = logged(cast(voting.number, [prove(voting, 5, 1, proved=change), *votes]))

    assert (counted, skipped) == (votes, [SkippedSecretVote(0, 5, VoteSkip.BAD_PROOF)])
    assert box.tally(voting.number) == [0, 0, 0, good]
    assert not box.isSpent(voting.number, 5)


def test_a_proof_for_another_poll_is_skipped(open_poll, close_groups, cast):
    one, other = open_poll(), open_poll()
    close_groups(one)

    assert logged(cast(one.number, [prove(one, 5, 1, of=other)]))[1] == [SkippedSecretVote(0, 5, VoteSkip.BAD_PROOF)]


@pytest.mark.parametrize("change", [{"chain_id": 1}, {"verifying_contract": "0x" + "11" * 20}])
def test_a_proof_for_another_box_or_chain_is_skipped(voting, cast, change):
    elsewhere = replace(voting, domain=replace(voting.domain, **change))

    assert logged(cast(voting.number, [prove(voting, 5, 1, of=elsewhere)]))[1] == [
        SkippedSecretVote(0, 5, VoteSkip.BAD_PROOF)
    ]


def test_a_proof_under_other_terms_is_skipped(voting, cast):
    """As after a reorganisation that gave another poll this number."""
    swapped = replace(voting, terms=b"\x44" * 32)

    assert logged(cast(voting.number, [prove(voting, 5, 1, of=swapped)]))[1] == [
        SkippedSecretVote(0, 5, VoteSkip.BAD_PROOF)
    ]


def test_a_proof_of_other_words_is_skipped(voting, cast):
    poll = voting.spec.poll
    other = replace(voting, spec=replace(voting.spec, poll=replace(poll, labels=("No", "Yes", "Later", "Blank"))))

    assert logged(cast(voting.number, [prove(voting, 5, 1, of=other)]))[1] == [
        SkippedSecretVote(0, 5, VoteSkip.BAD_PROOF)
    ]


def test_scope_and_message_are_those_that_voters_compute(box, voting):
    assert box.scopeOf(voting.number) == voting.scope
    for choices in (1, 2, 8):
        message = voting.paper.vote(choices).digest(voting.domain)
        assert box.messageOf(voting.number, choices) == int.from_bytes(message, "big")


@pytest.mark.parametrize("choices", [0, 0b11, 1 << 4, 1 << 255, 2**256 - 1])
def test_choices_that_break_the_rule_are_skipped_without_asking_for_a_proof(voting, cast, verifier, relayer, choices):
    verifier.become(REVERTS, {"from": relayer})

    skipped = logged(cast(voting.number, [SecretVote(choices, 5, bytes(256))]))[1]

    assert skipped == [SkippedSecretVote(0, 5, VoteSkip.BAD_CHOICES)]


def test_every_reason_is_told_with_the_votes_place(voting, cast):
    cast(voting.number, [prove(voting, 9, 1)])
    votes = [
        prove(voting, 5, 1),
        prove(voting, 6, 3),
        prove(voting, 7, 1, proved={"choices": 2}),
        prove(voting, 9, 1),
        prove(voting, 5, 2),
        prove(voting, 8, 4),
    ]

    counted, skipped = logged(cast(voting.number, votes))

    assert counted == [votes[0], votes[5]]
    # What needs no proof to be refused is found first.
    assert skipped == [
        SkippedSecretVote(1, 6, VoteSkip.BAD_CHOICES),
        SkippedSecretVote(3, 9, VoteSkip.ALREADY_VOTED),
        SkippedSecretVote(2, 7, VoteSkip.BAD_PROOF),
        SkippedSecretVote(4, 5, VoteSkip.ALREADY_VOTED),
    ]


def test_a_batch_of_only_bad_votes_does_not_revert(box, voting, cast):
    transaction = cast(
        voting.number, [prove(voting, 5, 1, proved={"choices": 2}), prove(voting, 6, 1, proved={"root": 1})]
    )

    assert transaction.return_value == 0
    assert [each.reason for each in logged(transaction)[1]] == [VoteSkip.BAD_PROOF] * 2
    assert box.groupOf(voting.number)[2] == 0


@pytest.mark.parametrize("mood", [REFUSES, REVERTS, BURNS, ANSWERS_TWO, ANSWERS_SHORT])
@pytest.mark.parametrize("count", [1, 3])
def test_without_a_clear_yes_of_the_verifier_nothing_counts(box, voting, cast, verifier, relayer, mood, count):
    verifier.become(mood, {"from": relayer})

    counted, skipped = logged(cast(voting.number, [prove(voting, 5 + place, 1) for place in range(count)]))

    assert counted == []
    assert [each.reason for each in skipped] == [VoteSkip.BAD_PROOF] * count
    assert box.tally(voting.number) == [0, 0, 0, 0]


def test_a_verifier_without_code_confirms_nothing(box, voting, cast, verifier):
    web3.provider.make_request("anvil_setCode", [verifier.address, "0x"])

    assert logged(cast(voting.number, [prove(voting, 5, 1), prove(voting, 6, 1)]))[0] == []


def test_where_judging_together_fails_each_proof_is_judged_alone(box, voting, cast, verifier, relayer):
    verifier.become(REFUSES_TOGETHER, {"from": relayer})
    votes = [prove(voting, 5, 1), prove(voting, 6, 1, proved={"choices": 2}), prove(voting, 7, 2)]

    assert logged(cast(voting.number, votes)) == (
        [votes[0], votes[2]],
        [SkippedSecretVote(1, 6, VoteSkip.BAD_PROOF)],
    )


def test_a_verifier_that_burns_gas_takes_no_more_than_its_share(voting, cast, verifier, relayer):
    verifier.become(BURNS, {"from": relayer})

    gas = cast(voting.number, [prove(voting, 5, 1), prove(voting, 6, 1)]).gas_used

    assert gas < 1_300_000


@pytest.mark.parametrize("gas", [150_000, 250_000, 300_000, 400_000, 450_000])
def test_too_little_gas_reverts_instead_of_skipping_good_votes(box, voting, cast, gas):
    """Else anybody could relay others' votes with little gas, so that good proofs fail."""
    votes = [prove(voting, 5, 1), prove(voting, 6, 2)]

    with pytest.raises(VirtualMachineError):
        cast(voting.number, votes, gas_limit=gas)

    assert box.groupOf(voting.number)[2] == 0
    assert logged(cast(voting.number, votes))[0] == votes


def test_votes_of_up_to_256_options_are_told_apart(box, open_poll, close_groups, cast):
    labels = tuple(str(option) for option in range(256))
    voting = close_groups(open_poll(poll={"labels": labels, "most": 256}))
    masks = [2**256 - 1, mask_of(range(0, 256, 2)), 1 << 255, mask_of([0, 8, 255])]

    cast(voting.number, [prove(voting, 5 + place, mask) for place, mask in enumerate(masks)])

    assert box.tally(voting.number) == [sum(mask >> option & 1 for mask in masks) for option in range(256)]


def test_costs_and_blank_options_bind_secret_votes_too(open_poll, close_groups, cast):
    outcome = OutcomeTerms(aim=Aim.TALLY, seats=0, blank=0b1000)
    terms = {"most": 4, "cap": 10, "costs": (4, 5, 6, 0), "outcome": outcome}
    voting = close_groups(open_poll(poll=terms))
    masks = [0b0011, 0b0110, 0b0101, 0b1000, 0b1001]

    skipped = logged(cast(voting.number, [prove(voting, 5 + place, mask) for place, mask in enumerate(masks)]))[1]

    assert skipped == [SkippedSecretVote(place, 5 + place, VoteSkip.BAD_CHOICES) for place in (1, 4)]


@pytest.mark.parametrize("length", [0, 1, 319, 321, 639])
def test_a_batch_that_is_cut_off_is_refused_whole(box, voting, relayer, length):
    batch = pack_secret_votes([prove(voting, 5, 1), prove(voting, 6, 1)])[:length]

    with reverts("MalformedItems", length, 320):
        box.castSecretVotes(voting.number, batch, {"from": relayer})


@pytest.mark.parametrize(
    ("moment", "late", "taken"), [("start", -1, False), ("start", 0, True), ("end", -1, True), ("end", 0, False)]
)
def test_votes_are_taken_from_the_start_until_before_the_end(
    box, open_poll, officer, relayer, voters, moment, late, taken
):
    opened = open_poll()
    items = pack_registrations([opened.register(index, 7, voters[index]) for index in range(2)])
    box.register(opened.number, items, {"from": relayer})
    chain.mine(timestamp=opened.spec.registration_end)
    box.publishGroup(opened.number, ROOT, {"from": officer})
    poll = opened.spec.poll
    time = getattr(poll, moment) + late
    batch = pack_secret_votes([prove(opened, 5, 1)])
    web3.provider.make_request("evm_setNextBlockTimestamp", [time])

    if taken:
        assert box.castSecretVotes(opened.number, batch, {"from": relayer}).return_value == 1
    else:
        with reverts("PollNotOpen", opened.number, poll.start, poll.end, time):
            box.castSecretVotes(opened.number, batch, {"from": relayer})


def test_without_a_group_no_vote_counts_and_there_is_no_result(box, opened, relayer):
    chain.mine(timestamp=opened.spec.poll.start)

    with reverts("GroupNotPublished", opened.number):
        box.castSecretVotes(opened.number, pack_secret_votes([prove(opened, 5, 1)]), {"from": relayer})
    chain.mine(timestamp=opened.spec.poll.end)
    with reverts("GroupNotPublished", opened.number):
        box.result(opened.number)


def test_the_result_follows_the_terms_of_the_outcome(box, open_poll, close_groups, cast):
    majority = Threshold(Measure.SUPPORT, Measure.VALID, 1, 2, more_than=True)
    outcome = OutcomeTerms(aim=Aim.DECISION, seats=0, proposal=0b0001, blank=0b1000, majority=majority)
    voting = close_groups(open_poll(poll={"outcome": outcome}))
    cast(voting.number, [prove(voting, place, choices) for place, choices in enumerate([1, 1, 2, 8, 8])])

    with reverts("PollNotEnded", voting.number, voting.spec.poll.end, chain[-1].timestamp):
        box.result(voting.number)
    chain.mine(timestamp=voting.spec.poll.end)

    ballots, eligible, valid, quorum_met, leaders, votes, support, won, tied, passed = box.result(voting.number)
    assert (ballots, eligible, valid, quorum_met) == (5, 13, 3, True)
    assert (leaders, votes, support, won, tied, passed) == (1, 2, 2, 1, 0, True)
