"""Whatever is registered and cast in whatever order, the box keeps and counts what a plain Python model does."""

from dataclasses import replace

from brownie.test import strategy

from dongne.ballot.secret import (
    FIELD_ORDER,
    RegistrationSkip,
    SecretVote,
    VoteSkip,
    pack_registrations,
    pack_secret_votes,
    unpack_registrations,
    unpack_secret_votes,
    unpack_skipped_registrations,
    unpack_skipped_votes,
)
from tests.contracts.secret_ballot.conftest import KEYS, prove

OPTIONS, MOST = 20, 3
RANGES = ((0, 7), (9, 2))
IDENTITIES = 8


class Registering:
    """Registrations that are good, doubled, of a bad commitment, by a wrong key, for the other poll, or not allowed."""

    st_poll = strategy("uint8", max_value=1)
    st_index = strategy("uint8", max_value=KEYS - 1)
    st_flaw = strategy("uint8", max_value=9)
    st_size = strategy("uint8", min_value=1, max_value=6)

    def __init__(self, box, polls, voters, outsider, relayer):
        self.box, self.polls, self.voters, self.outsider, self.relayer = box, polls, voters, outsider, relayer

    def setup(self):
        self.members = [[], []]

    def rule_batch(self, st_poll, st_index, st_flaw, st_size):
        made = [self.make(st_poll, (st_index + place) % KEYS, (st_flaw + place) % 10) for place in range(st_size)]
        first = len(self.members[st_poll])

        events = self.box.register(
            self.polls[st_poll].number, pack_registrations([item for item, _ in made]), {"from": self.relayer}
        ).events

        expected = [self.judge(st_poll, item, forged) for item, forged in made]
        assert skips(events, "RegistrationsSkipped", unpack_skipped_registrations) == {
            place: skip for place, skip in enumerate(expected) if skip
        }
        if RegistrationSkip.NONE in expected:
            assert events["VotersRegistered"]["first"] == first
            assert unpack_registrations(bytes(events["VotersRegistered"]["items"])) == self.members[st_poll][first:]

    def invariant_members(self):
        for poll, members in zip(self.polls, self.members, strict=True):
            assert self.box.pollOf(poll.number)[8] == len(members) == len({each.index for each in members})
            registered = {index for index in range(KEYS + 1) if self.box.isRegistered(poll.number, index)}
            assert registered == {each.index for each in members}

    def make(self, poll, index, flaw):
        """A registration, and whether its signature is wrong."""
        opened = self.polls[1 - poll] if flaw == 1 else self.polls[poll]
        key = self.outsider if flaw == 0 else self.voters[index]
        commitment = 0 if flaw == 2 else FIELD_ORDER if flaw == 3 else 1_000 + index
        message = opened.registration(self.voters[index].address, commitment)
        return message.sign(index, key, opened.domain), flaw in (0, 1)

    def judge(self, poll, item, forged):
        """The model: what must become of a registration."""
        if not admitted(item.index):
            return RegistrationSkip.NOT_ELIGIBLE
        if item.index in {each.index for each in self.members[poll]}:
            return RegistrationSkip.ALREADY_REGISTERED
        if not 0 < item.commitment < FIELD_ORDER:
            return RegistrationSkip.BAD_COMMITMENT
        if forged:
            return RegistrationSkip.BAD_SIGNATURE
        self.members[poll].append(item)
        return RegistrationSkip.NONE


class Voting:
    """Votes of eight identities in two polls: good, doubled, proved for other choices, roots, polls or nullifiers."""

    st_poll = strategy("uint8", max_value=1)
    st_identity = strategy("uint8", max_value=IDENTITIES - 1)
    st_picks = strategy("uint8[]", min_length=0, max_length=MOST + 1, max_value=OPTIONS, unique=True)
    st_flaw = strategy("uint8", max_value=9)
    st_size = strategy("uint8", min_value=1, max_value=6)

    def __init__(self, box, polls, relayer):
        self.box, self.polls, self.relayer = box, polls, relayer

    def setup(self):
        self.counted = [{}, {}]

    def rule_batch(self, st_poll, st_identity, st_picks, st_flaw, st_size):
        made = [
            self.make(st_poll, (st_identity + 3 * place) % IDENTITIES, rotated(st_picks, place), (st_flaw + place) % 10)
            for place in range(st_size)
        ]

        events = self.box.castSecretVotes(
            self.polls[st_poll].number, pack_secret_votes([vote for vote, _ in made]), {"from": self.relayer}
        ).events

        expected = [self.judge(st_poll, vote, forged) for vote, forged in made]
        assert skips(events, "SecretVotesSkipped", unpack_skipped_votes) == {
            place: skip for place, skip in enumerate(expected) if skip
        }
        logged = (
            unpack_secret_votes(bytes(events["SecretVotesCounted"]["items"])) if "SecretVotesCounted" in events else []
        )
        assert logged == [vote for (vote, _), skip in zip(made, expected, strict=True) if not skip]

    def invariant_tally(self):
        for poll, counted in zip(self.polls, self.counted, strict=True):
            assert self.box.groupOf(poll.number)[2] == len(counted)
            assert self.box.tally(poll.number) == [
                sum(mask >> option & 1 for mask in counted.values()) for option in range(OPTIONS)
            ]

    def invariant_nullifiers(self):
        for poll, counted in zip(self.polls, self.counted, strict=True):
            spent = {number for number in range(1, IDENTITIES + 1) if self.box.isSpent(poll.number, number)}
            assert spent == set(counted)

    def make(self, poll, identity, choices, flaw):
        """A vote, and whether its proof is of something else."""
        opened, nullifier = self.polls[poll], identity + 1
        if choices >> OPTIONS:  # there are no words for it that a proof could be about
            return SecretVote(choices, nullifier, bytes(256)), True
        wrong = {0: {"choices": choices ^ 1}, 1: {"root": 77}, 2: {"nullifier": nullifier + 1}}
        vote = prove(opened, nullifier, choices, of=self.polls[1 - poll] if flaw == 3 else None, proved=wrong.get(flaw))
        if flaw == 4:  # the same number of the field, written otherwise
            return replace(vote, nullifier=nullifier + FIELD_ORDER), True
        return vote, flaw < 4

    def judge(self, poll, vote, forged):
        """The model: what must become of a vote."""
        if vote.choices >> OPTIONS or not 1 <= vote.choices.bit_count() <= MOST:
            return VoteSkip.BAD_CHOICES
        if vote.nullifier in self.counted[poll]:
            return VoteSkip.ALREADY_VOTED
        if forged:
            return VoteSkip.BAD_PROOF
        self.counted[poll][vote.nullifier] = vote.choices
        return VoteSkip.NONE


def admitted(index):
    return any(first <= index < first + count for first, count in RANGES)


def rotated(picks, place):
    return sum({1 << (pick + place) % (OPTIONS + 1) for pick in picks})


def skips(events, name, unpack):
    if name not in events:
        return {}
    return {item.place: item.reason for item in unpack(bytes(events[name]["items"]))}


def test_registrations_follow_the_model(state_machine, box, open_poll, voters, outsider, relayer):
    polls = [open_poll(poll={"ranges": RANGES}) for _ in range(2)]

    state_machine(
        Registering,
        box,
        polls,
        voters,
        outsider,
        relayer,
        settings={"max_examples": 8, "stateful_step_count": 10},
    )


def test_votes_follow_the_model(state_machine, box, open_poll, close_groups, relayer):
    labels = tuple(str(option) for option in range(OPTIONS))
    polls = [open_poll(poll={"labels": labels, "most": MOST}) for _ in range(2)]
    close_groups(*polls)

    state_machine(Voting, box, polls, relayer, settings={"max_examples": 8, "stateful_step_count": 10})
