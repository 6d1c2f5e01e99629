"""Whatever is cast in whatever order, the box counts what a plain Python model counts."""

from dataclasses import replace

import pytest
from brownie import chain
from brownie.test import strategy

from dongne.ballot import AccountVote, Booth, Rule, Skip, mask_of, pack_votes, unpack_counted, unpack_skipped
from tests.contracts.ballot.conftest import KEYS

OPTIONS, PICKS = 20, 3
RANGES = ((0, 7), (9, 2))


class Polling:
    """Two polls on one roll; votes are good, doubled, by a wrong key, for the other poll, or against the rule."""

    st_poll = strategy("uint8", max_value=1)
    st_index = strategy("uint8", max_value=KEYS - 1)
    st_picks = strategy("uint8[]", min_length=0, max_length=PICKS + 1, max_value=OPTIONS, unique=True)
    st_flaw = strategy("uint8", max_value=9)
    st_size = strategy("uint8", min_value=1, max_value=6)

    def __init__(self, box, rules, polls, domain, voters, outsider, relayer):
        self.box, self.poll_rules, self.polls, self.relayer = box, rules, polls, relayer
        self.booths = [Booth(domain, poll) for poll in polls]
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
            self.polls[st_poll], pack_votes([vote for vote, _ in votes]), {"from": self.relayer}
        ).events

        expected = [self.judge(st_poll, vote, forged) for vote, forged in ordered]
        assert self.skipped(events) == {place: skip for place, skip in enumerate(expected) if skip}
        counted = (
            sum(len(group.indices) for group in unpack_counted(bytes(events["VotesCounted"]["groups"])))
            if "VotesCounted" in events
            else 0
        )
        assert counted == expected.count(Skip.NONE)

    def rule_single(self, st_poll, st_index, st_picks):
        vote, _forged = self.sign(st_poll, st_index, mask(st_picks), 5)
        message = AccountVote(self.polls[st_poll], st_index, vote.choices)
        data = (message.poll, message.index, message.choices, message.sign(self.voters[st_index], self.domain))

        if self.judge(st_poll, vote, forged=False):
            with pytest.raises(Exception, match=r"BadChoices|NotEligible|AlreadyVoted"):
                self.box.voteBySignature(*data, {"from": self.relayer})
        else:
            self.box.voteBySignature(*data, {"from": self.relayer})

    def invariant_tally_and_turnout(self):
        for poll, choices, rule in zip(self.polls, self.choices, self.poll_rules, strict=True):
            tally = self.box.tally(poll)
            assert tally == [sum(mask >> option & 1 for mask in choices.values()) for option in range(OPTIONS)]
            assert self.box.turnout(poll)[0] == len(choices) == self.box.turnoutOf(poll, 0, KEYS + 1)
            picks = PICKS if rule is Rule.EXACTLY else 1
            assert sum(tally) == picks * len(choices) if rule is not Rule.UP_TO else sum(tally) <= PICKS * len(choices)

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
        if not self.poll_rules[poll].allows(vote.choices, OPTIONS, PICKS):
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


def test_box_and_model_agree(state_machine, box, officer, spec, domain, voters, outsider, relayer):
    rules = (Rule.UP_TO, Rule.EXACTLY)
    terms = replace(spec, options=OPTIONS, picks=PICKS, ranges=RANGES)
    polls = [
        box.open(replace(terms, rule=rule).as_tuple(), {"from": officer}).events["PollOpened"]["poll"] for rule in rules
    ]
    chain.mine(timestamp=spec.start)

    state_machine(
        Polling,
        box,
        rules,
        polls,
        domain,
        voters,
        outsider,
        relayer,
        settings={"max_examples": 10, "stateful_step_count": 12},
    )
