"""The secret box does with fuzzed batches what the page says, byte by byte; DONGNE_FUZZED_BATCHES=3000 for more.

The model takes nothing of the package: it knows which bytes are a proof because it has seen them being made, for the
verifier without cryptography. Real proofs are tried in test_secret_vote_verifier.py.
"""

import os
import random

from brownie.exceptions import VirtualMachineError

from dongne.ballot.secret import pack_secret_votes
from tests.contracts.secret_ballot.conftest import prove

COUNT = int(os.environ.get("DONGNE_FUZZED_BATCHES", "20"))
SEED, VOTE, OPTIONS, MOST, IDENTITIES = 21, 320, 20, 3, 60
FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617
BAD_CHOICES, ALREADY_VOTED, BAD_PROOF = 1, 2, 3
PROVED = 96
"""Bytes that the verifier without cryptography looks at: choices, nullifier and its tag; others are not judged."""


class Model:
    """A poll as the page describes it."""

    def __init__(self, proved):
        self.proved, self.counted = proved, {}

    def take(self, batch):
        """The data of the two logs; None where the batch is refused."""
        if not batch or len(batch) % VOTE:
            return None
        counted, skipped, waiting = b"", b"", []
        votes = [batch[at : at + VOTE] for at in range(0, len(batch), VOTE)]
        for place, vote in enumerate(votes):
            reason = self.at_once(vote)
            if reason:
                skipped += skip(place, vote, reason)
            else:
                waiting.append((place, vote))
        for place, vote in waiting:
            if vote[32:64] in self.counted:
                skipped += skip(place, vote, ALREADY_VOTED)
            elif vote[:PROVED] not in self.proved:
                skipped += skip(place, vote, BAD_PROOF)
            else:
                self.counted[vote[32:64]] = int.from_bytes(vote[:32], "big")
                counted += vote
        return counted, skipped

    def at_once(self, vote):
        """What needs no proof to be refused."""
        choices, nullifier = int.from_bytes(vote[:32], "big"), int.from_bytes(vote[32:64], "big")
        if choices >> OPTIONS or not 1 <= choices.bit_count() <= MOST:
            return BAD_CHOICES
        if nullifier >= FIELD:
            return BAD_PROOF
        return ALREADY_VOTED if vote[32:64] in self.counted else 0

    def tally(self):
        return [sum(mask >> option & 1 for mask in self.counted.values()) for option in range(OPTIONS)]


def skip(place, vote, reason):
    return place.to_bytes(3, "big") + vote[32:64] + bytes([reason])


def batches(chance, count, good, foreign):
    """Good votes, those of other polls and roots, the same ones again; bytes changed, cut off or added."""
    for _batch in range(count):
        votes = [chance.choice(foreign if chance.random() < 0.2 else good) for _vote in range(chance.randint(1, 6))]
        if chance.random() < 0.3:
            votes.append(chance.choice(votes))
        batch = bytearray(b"".join(changed(chance, vote) if chance.random() < 0.3 else vote for vote in votes))
        if chance.random() < 0.15:
            cut = chance.choice((0, 1, VOTE - 1, VOTE, VOTE + 1, chance.randrange(len(batch))))
            batch = batch[:cut] if chance.random() < 0.5 else batch + chance.randbytes(cut)
        yield bytes(batch)


def changed(chance, vote):
    vote = bytearray(vote)
    match chance.randrange(4):
        case 0:
            vote[chance.randrange(VOTE)] ^= 1 << chance.randrange(8)
        case 1:
            vote[:32] = chance.choice((0, 1 << OPTIONS, 0b1111, 2**256 - 1, 1 << 255)).to_bytes(32, "big")
        case 2:
            number = int.from_bytes(vote[32:64], "big")
            vote[32:64] = chance.choice((number + FIELD, FIELD, FIELD - 1, 0, 2**256 - 1)).to_bytes(32, "big")
        case _:
            at = chance.choice((0, 32, 64, 96))
            vote[at : at + 32] = chance.randbytes(32)
    return bytes(vote)


def test_the_secret_box_does_with_fuzzed_batches_what_the_page_says(box, open_poll, close_groups, relayer):
    labels, chance = tuple(str(option) for option in range(OPTIONS)), random.Random(SEED)
    polls = [open_poll(poll={"labels": labels, "most": MOST}) for _each in range(2)]
    poll = close_groups(*polls)
    masks = [
        sum(1 << option for option in chance.sample(range(OPTIONS), chance.randint(1, MOST))) for _each in range(6)
    ]
    good = [pack_secret_votes([prove(poll, number, chance.choice(masks))]) for number in range(1, IDENTITIES + 1)]
    good += [pack_secret_votes([prove(poll, number, masks[0])]) for number in range(1, IDENTITIES, 5)]
    others = (
        {"of": polls[1]},
        {"proved": {"root": 77}},
        {"proved": {"nullifier": 5}},
        {"proved": {"choices": 1 << 19}},
    )
    foreign = [pack_secret_votes([prove(poll, number, 0b11, **each)]) for number in range(90, 95) for each in others]
    model = Model({vote[:PROVED] for vote in good})

    for batch in batches(chance, COUNT, good, foreign):
        expected = model.take(batch)
        assert became_of(box, poll.number, batch, relayer) == expected, batch.hex()

    assert box.tally(poll.number) == model.tally()
    assert box.groupOf(poll.number)[2] == len(model.counted) > min(COUNT, IDENTITIES) // 3
    assert all(box.isSpent(poll.number, int.from_bytes(each, "big")) for each in model.counted)


def became_of(box, poll, batch, relayer):
    """The data of the two logs; None where the batch is refused."""
    try:
        events = box.castSecretVotes(poll, batch, {"from": relayer}).events
    except VirtualMachineError as error:
        assert error.revert_msg == f"MalformedItems: {len(batch)}, {VOTE}"
        return None
    names = ("SecretVotesCounted", "SecretVotesSkipped")
    return tuple(bytes(events[name]["items"]) if name in events else b"" for name in names)
