"""Whatever is cast in whatever order, the box counts what a plain Python model counts."""

import pytest
from brownie import chain
from brownie.test import strategy

from dongne.ballot import Booth, OutcomeTerms, Skip, mask_of, pack_votes, unpack_counted, unpack_skipped
from tests.contracts.ballot.conftest import KEYS, labels, padded

OPTIONS, PICKS, CAP, BLANK = 20, 3, 25, 1 << 19
RANGES = ((0, 7), (9, 2))
COSTS = (*range(1, OPTIONS), 0)


def up_to(mask):
    """The first poll's rule: up to three options that cost at most 25."""
    return (
        1 <= mask.bit_count() <= PICKS and sum(COSTS[option] for option in range(OPTIONS) if mask >> option & 1) <= CAP
    )


def exactly(mask):
    """The second poll's rule: exactly three options."""
    return mask.bit_count() == PICKS


RULES = (up_to, exactly)


def allows(poll, mask):
    """What a ballot may pick, written down without the package; a blank one picks nothing else."""
    if mask >> OPTIONS:
        return False
    return mask == BLANK if mask & BLANK else RULES[poll](mask)


class Polling:
    """Two polls on one roll; votes are good, doubled, by a wrong key, for the other poll, or against the rule."""

    st_poll = strategy("uint8", max_value=1)
    st_index = strategy("uint8", max_value=KEYS - 1)
    st_picks = strategy("uint8[]", min_length=0, max_length=PICKS + 1, max_value=OPTIONS, unique=True)
    st_flaw = strategy("uint8", max_value=9)
    st_size = strategy("uint8", min_value=1, max_value=6)

    def __init__(self, box, papers, polls, domain, voters, outsider, relayer):
        self.box, self.polls, self.relayer = box, polls, relayer
        self.papers = [padded(papers[poll]) for poll in polls]
        self.booths = [Booth(domain, paper) for paper in self.papers]
        self.voters, self.outsider, self.domain = voters, outsider, domain

    def setup(self):
        self.choices = [{}, {}]

    def rule_batch(self, st_poll, st_index, st_picks, st_flaw, st_size):
        votes = [
            self.sign(st_poll, (st_index + 3 * place) % KEYS, rotated(st_picks, place), (st_flaw + place) % 10)
            for place in range(st_size)
        ]
        ordered = sorted(votes, key=lambda each: (each[0].choices, each[0].index))

        events = self.box.castBatch(
            self.polls[st_poll], pack_votes([vote for vote, _ in votes], OPTIONS), {"from": self.relayer}
        ).events

        expected = [self.judge(st_poll, vote, forged) for vote, forged in ordered]
        assert self.skipped(events) == {place: skip for place, skip in enumerate(expected) if skip}
        counted = (
            sum(len(group.indices) for group in unpack_counted(bytes(events["VotesCounted"]["groups"]), OPTIONS))
            if "VotesCounted" in events
            else 0
        )
        assert counted == expected.count(Skip.NONE)

    def rule_single(self, st_poll, st_index, st_picks):
        vote, _forged = self.sign(st_poll, st_index, mask(st_picks), 5)
        voter = self.voters[st_index]
        signature = self.papers[st_poll].account_vote(vote.choices, voter.address).sign(voter, self.domain)
        data = (self.polls[st_poll], st_index, vote.choices, signature)

        if self.judge(st_poll, vote, forged=False):
            with pytest.raises(Exception, match=r"BadChoices|NotEligible|AlreadyVoted"):
                self.box.voteBySignature(*data, {"from": self.relayer})
        else:
            self.box.voteBySignature(*data, {"from": self.relayer})

    def invariant_tally_and_turnout(self):
        for poll, choices in zip(self.polls, self.choices, strict=True):
            tally = self.box.tally(poll)
            assert tally == [sum(mask >> option & 1 for mask in choices.values()) for option in range(OPTIONS)]
            assert self.box.turnout(poll)[0] == len(choices) == self.box.turnoutOf(poll, 0, KEYS + 1)
            blanks = sum(mask == BLANK for mask in choices.values())
            most = PICKS * (len(choices) - blanks) + blanks
            assert sum(tally) <= most if poll == self.polls[0] else sum(tally) == most

    def invariant_one_vote_each(self):
        for poll, choices in zip(self.polls, self.choices, strict=True):
            assert {index for index in range(KEYS + 1) if self.box.hasVoted(poll, index)} == set(choices)

    def sign(self, poll, index, choices, flaw):
        """A vote, and whether its signature is wrong: by another key, or for the other poll."""
        key = self.outsider if flaw == 0 else self.voters[index]
        booth = self.booths[1 - poll] if flaw == 1 else self.booths[poll]
        return booth.sign(index, choices, key), flaw in (0, 1)

    def judge(self, poll, vote, forged):
        """The model: what must become of a vote."""
        if not allows(poll, vote.choices):
            return Skip.BAD_CHOICES
        if not any(first <= vote.index < first + count for first, count in RANGES):
            return Skip.NOT_ELIGIBLE
        if vote.index in self.choices[poll]:
            return Skip.ALREADY_VOTED
        if forged:
            return Skip.BAD_SIGNATURE
        self.choices[poll][vote.index] = vote.choices
        return Skip.NONE

    @staticmethod
    def skipped(events):
        if "VotesSkipped" not in events:
            return {}
        return {item.place: item.reason for item in unpack_skipped(bytes(events["VotesSkipped"]["items"]))}


def mask(picks):
    return mask_of(set(picks))


def rotated(picks, place):
    return mask((pick + place) % (OPTIONS + 1) for pick in picks)


def test_box_and_model_agree(state_machine, box, announce, papers, domain, voters, outsider, relayer):
    terms = {"labels": labels(OPTIONS), "ranges": RANGES, "most": PICKS, "outcome": OutcomeTerms(blank=BLANK)}
    polls = [announce(cap=CAP, costs=COSTS, **terms), announce(least=PICKS, **terms)]
    chain.mine(timestamp=box.pollOf(polls[1])[1])

    state_machine(
        Polling,
        box,
        papers,
        polls,
        domain,
        voters,
        outsider,
        relayer,
        settings={"max_examples": 10, "stateful_step_count": 12},
    )
