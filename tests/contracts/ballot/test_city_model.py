"""Rolls that are amended, polls by every rule, offices and petitions, all at once, against a plain Python model.

DONGNE_BALLOT_STEPS=2000 plays longer, DONGNE_BALLOT_SEED chooses another game. The model knows people by their keys,
and of a roll only who votes under which index; it takes nothing of the package but the packing of what is sent.
"""

import os
import random
from dataclasses import dataclass, field

import pytest
from brownie import chain, web3
from brownie.exceptions import VirtualMachineError
from eth_account import Account
from eth_utils import keccak

from dongne.ballot import (
    BLOB_VOTERS,
    BallotPaper,
    Booth,
    OutcomeTerms,
    PollSpec,
    pack_struck,
    pack_votes,
    unpack_counted,
    unpack_skipped,
)
from dongne.ballot.batch import pack_groups
from dongne.ballot.petitions import Filing, PetitionRules
from dongne.signing import Domain
from tests.contracts.ballot.conftest import CEILING, packed, padded
from tests.contracts.ballot.test_petitions import LABEL, TITLE

STEPS = int(os.environ.get("DONGNE_BALLOT_STEPS", "40"))
SEED = int(os.environ.get("DONGNE_BALLOT_SEED", "7"))
OPTIONS, PEOPLE, MOST_EDITIONS, DAY = 12, 40, 15, 86_400
BLANK = 1 << OPTIONS - 1
COSTS = (*range(1, OPTIONS), 0)
PAPERS = b"\x51" * 32
NOT_COUNTED = {"choices": 1, "nobody": 2, "again": 3, "signature": 4}


@dataclass
class Roll:
    """Who votes under which index; `parts` are (first index, count) of what each roll of the lineage appended."""

    number: int
    voters: dict[int, int]
    places: dict[int, int]
    parts: list[tuple[int, int]]
    lineage: int
    depth: int = 0


@dataclass
class Asked:
    """A poll or a petition: whom it asks, what a ballot may pick, and what each voter chose."""

    number: int
    roll: Roll
    ranges: tuple[tuple[int, int], ...]
    rule: tuple[int, int, int]
    booth: Booth
    office_left: int = 0
    voted: dict[int, int] = field(default_factory=dict)

    def has(self, index):
        return index in self.roll.voters and any(first <= index < first + count for first, count in self.ranges)

    def allows(self, mask):
        least, most, cap = self.rule
        if mask == 0 or mask >> OPTIONS:
            return False
        if mask & BLANK:
            return mask == BLANK
        cost = sum(COSTS[option] for option in range(OPTIONS) if mask >> option & 1)
        return least <= mask.bit_count() <= most and (not cap or cost <= cap)

    def judge(self, index, mask, signed):
        """Why a vote is not counted; 0 if it is, and then it is marked."""
        if not self.allows(mask):
            return NOT_COUNTED["choices"]
        if not self.has(index):
            return NOT_COUNTED["nobody"]
        if index in self.voted:
            return NOT_COUNTED["again"]
        if not signed:
            return NOT_COUNTED["signature"]
        self.voted[index] = mask
        return 0


class Petition(Asked):
    """One option, and that must be picked."""

    def allows(self, mask):
        return mask == 1


class City:
    """Plays acts at random, on the chain and in the model, and compares what each of them did."""

    def __init__(self, seed, contracts, officers):
        self.chance = random.Random(seed)
        self.rolls_contract, self.box, self.assistance, self.petition_box = contracts
        self.registrar, self.officer, self.supervisor, self.relayer, self.office = officers
        keys = [Account.from_key(keccak(text=f"citizen {number}")) for number in range(PEOPLE)]
        self.keys = sorted(keys, key=lambda key: int(key.address, 16))
        self.domain = Domain("Dongne BallotBox", "1", web3.eth.chain_id, self.box.address)
        self.rolls, self.polls, self.petitions, self.next_blob, self.acts = [], [], [], {}, set()
        self.changed = {}
        self.new_roll()
        self.new_roll()
        for _each in range(2):
            self.amend()
            self.open()
        self.petition()

    def step(self):
        act = self.chance.choice(
            (self.amend, self.open, self.petition, *(self.batch, self.batch, self.single, self.assisted, self.sign) * 3)
        )
        act()
        self.acts.add(act.__name__)

    # Acts

    def new_roll(self):
        people = sorted(self.chance.sample(range(PEOPLE), self.chance.randint(8, PEOPLE)))
        number = self.rolls_contract.open({"from": self.registrar}).events["RollOpened"]["roll"]
        self.rolls_contract.append(number, self.addresses(people), {"from": self.registrar})
        self.rolls_contract.freeze(number, [(1, len(people))], {"from": self.registrar})
        places = dict(enumerate(people))
        self.rolls.append(Roll(number, dict(places), places, [(0, len(people))], number))
        self.next_blob[number] = 1

    def amend(self):
        base = self.chance.choice(self.rolls)
        if base.depth == MOST_EDITIONS:
            return
        newly = self.chance.sample(sorted(base.voters), self.chance.randint(0, min(5, len(base.voters) - 2)))
        struck = set(base.places) - set(base.voters) | set(newly)
        kept = {index: key for index, key in base.voters.items() if index not in newly}
        # Of those who come, some were struck a moment ago: they moved, or have lost a key and come with another one.
        free = [key for key in range(PEOPLE) if key not in kept.values()]
        added = sorted(self.chance.sample(free, self.chance.randint(0, min(4, len(free)))))
        event = self.rolls_contract.amend(base.number, len(added), {"from": self.registrar}).events["RollAmended"]
        number, first = event["roll"], self.next_blob[base.lineage] * BLOB_VOTERS
        assert event["first"] == first
        self.next_blob[base.lineage] += 1 if added else 0
        for page, bits in pack_struck(struck).items():
            self.rolls_contract.strike(number, page, bits, {"from": self.registrar})
        if added:
            self.rolls_contract.append(number, self.addresses(added), {"from": self.registrar})
        self.rolls_contract.freeze(number, [(2, len(added))] if added else [], {"from": self.registrar})
        new = dict(enumerate(added, first))
        parts = [*base.parts, (first, len(added))] if added else base.parts
        self.rolls.append(Roll(number, kept | new, base.places | new, parts, base.lineage, base.depth + 1))
        self.check_roll(self.rolls[-1])

    def open(self):
        roll = self.chance.choice(self.rolls[-4:])
        ranges = self.ranges(roll)
        least, most = sorted(self.chance.choices(range(1, 5), k=2))
        cap = self.chance.choice((0, 0, 30))
        start = chain[-1].timestamp + 60
        labels = tuple(f"Place {number}" for number in range(OPTIONS))
        spec = PollSpec(
            roll.number, start, start + 400 * DAY, f"Question {len(self.polls)}?", labels, ranges, least, most, cap,
            COSTS if cap else (), outcome=OutcomeTerms(blank=BLANK),
        )  # fmt: skip
        event = self.box.open(spec.as_tuple(), {"from": self.officer}).events["PollOpened"]
        paper = BallotPaper(event["poll"], spec.question, labels, spec.document, bytes(event["terms"]))
        poll = Asked(event["poll"], roll, ranges, (least, most, cap), Booth(self.domain, padded(paper)))
        eligible = sum(poll.has(index) for index in roll.voters)
        assert self.box.turnout(poll.number) == (0, eligible)
        if poll_cap := eligible * CEILING // 100:
            self.assistance.accredit(self.box, poll.number, self.office, poll_cap, PAPERS, {"from": self.supervisor})
            poll.office_left = poll_cap
        chain.mine(timestamp=start)
        self.polls.append(poll)

    def petition(self):
        roll = self.chance.choice(self.rolls[-4:])
        ranges = self.ranges(roll)
        able = [index for index in roll.voters if any(first <= index < first + count for first, count in ranges)]
        rules = PetitionRules(roll.number, 1, 400 * DAY, DAY, DAY, LABEL, ranges)
        event = self.petition_box.publishRules(rules.as_tuple(), {"from": self.officer}).events["RulesPublished"]
        index = self.chance.choice(able)
        key = self.keys[roll.voters[index]]
        domain = Domain("Dongne PetitionBox", "1", web3.eth.chain_id, self.petition_box.address)
        filing = Filing(TITLE, PAPERS, bytes(event["hash"]), key.address, 0)
        signature = key.unsafe_sign_hash(filing.digest(domain)).signature
        words = (keccak(text=TITLE), PAPERS, bytes(signature), {"from": self.relayer})
        gone = sorted(set(roll.places) - set(roll.voters))
        for stranger in gone[:1]:
            with pytest.raises(VirtualMachineError, match="NotEligible"):
                self.petition_box.file(event["number"], stranger, *words)
        number = self.petition_box.file(event["number"], index, *words).events["PetitionFiled"]["petition"]
        terms = self.petition_box.admit(number, TITLE, "", {"from": self.officer}).events["PetitionAdmitted"]["terms"]
        booth = Booth(domain, padded(BallotPaper(number, TITLE, (LABEL,), PAPERS, bytes(terms))))
        self.petitions.append(Petition(number, roll, ranges, (1, 1, 0), booth))

    def one_of(self, some):
        """A poll or petition to which something happens; `check_changed` will look at it."""
        asked = self.chance.choice(some)
        self.changed[id(asked)] = asked
        return asked

    def batch(self):
        poll = self.one_of(self.polls)
        self.cast(
            self.box, poll, OPTIONS, [self.vote(poll, self.mask(poll)) for _each in range(self.chance.randint(1, 9))]
        )

    def sign(self):
        petition = self.one_of(self.petitions)
        masks = self.chance.choices((1, 1, 1, 0), k=self.chance.randint(1, 9))
        self.cast(self.petition_box, petition, 1, [self.vote(petition, mask) for mask in masks])

    def single(self):
        poll = self.one_of(self.polls)
        index, mask = self.index(poll), self.mask(poll)
        key = self.keys[poll.roll.places.get(index, 0)]
        signature = poll.booth.paper.account_vote(mask, key.address).sign(key, self.domain)
        try:
            self.box.voteBySignature(poll.number, index, mask, signature, {"from": self.relayer})
            became = 0
        except VirtualMachineError as error:
            names = ("", "BadChoices", "NotEligible", "AlreadyVoted", "BadSignature")
            became = names.index(error.revert_msg.partition(":")[0])
        assert became == poll.judge(index, mask, signed=True)

    def assisted(self):
        poll = self.one_of(self.polls)
        if not poll.office_left:
            return
        indices = {self.index(poll) for _each in range(self.chance.randint(1, 5))}
        choices = {index: self.mask(poll) for index in sorted(indices)}
        expected, model = {}, dict(poll.voted)
        for index, mask in choices.items():
            expected[index] = poll.judge(index, mask, signed=True)
        counted = sum(not reason for reason in expected.values())
        call = (self.box, poll.number, pack_groups(choices, OPTIONS), PAPERS, {"from": self.office})
        if counted > poll.office_left:
            poll.voted = model
            with pytest.raises(VirtualMachineError, match="OfficeCapExceeded"):
                self.assistance.castAssisted(*call)
            return
        events = self.assistance.castAssisted(*call).events
        poll.office_left -= counted
        items = events["AssistedVotesSkipped"]["items"] if "AssistedVotesSkipped" in events else b""
        skipped = {each.index: int(each.reason.value) for each in unpack_skipped(bytes(items))}
        assert skipped == {index: reason for index, reason in expected.items() if reason}

    def cast(self, box, asked, options, votes):
        ordered = sorted(votes, key=lambda each: (each[0].choices, each[0].index))
        events = box.castBatch(
            asked.number, pack_votes([vote for vote, _signed in votes], options), {"from": self.relayer}
        ).events
        expected = [asked.judge(vote.index, vote.choices, signed) for vote, signed in ordered]
        items = events["VotesSkipped"]["items"] if "VotesSkipped" in events else b""
        groups = events["VotesCounted"]["groups"] if "VotesCounted" in events else b""
        skipped = {each.place: int(each.reason.value) for each in unpack_skipped(bytes(items))}
        assert skipped == {place: reason for place, reason in enumerate(expected) if reason}
        assert sum(len(each.indices) for each in unpack_counted(bytes(groups), options)) == expected.count(0)

    # Chance

    def ranges(self, roll):
        """Some of the roll's parts, or pieces of them, each with somebody who votes."""
        found = []
        for first, count in roll.parts:
            start = first + self.chance.choice((0, 0, self.chance.randrange(count)))
            span = self.chance.choice((count, self.chance.randint(1, count)))
            piece = (start, min(span, first + count - start))
            if any(start <= index < start + piece[1] for index in roll.voters) and self.chance.random() < 0.9:
                found.append(piece)
        return tuple(found) if found else ((min(roll.voters), 1),)

    def index(self, asked):
        """Mostly a voter's; else one who was struck, one of another edition's, or nobody's."""
        everybody = sorted(asked.roll.places)
        others = [0, BLOB_VOTERS - 1, self.next_blob[asked.roll.lineage] * BLOB_VOTERS, 2**24 - 2]
        return self.chance.choice(everybody) if self.chance.random() < 0.9 else self.chance.choice(others)

    def mask(self, poll):
        least, most, _cap = poll.rule
        if self.chance.random() < 0.15:
            return self.chance.choice((0, BLANK, BLANK | 1, 0b11111, 1 << OPTIONS, (1 << OPTIONS) - 1))
        return sum(1 << option for option in self.chance.sample(range(OPTIONS - 1), self.chance.randint(least, most)))

    def vote(self, asked, mask):
        """A vote, and whether the key of its index signed it for this poll."""
        index = self.index(asked)
        own = asked.roll.places.get(index)
        key = own if own is not None and self.chance.random() < 0.85 else self.chance.randrange(PEOPLE)
        others = self.polls if asked in self.polls else self.petitions
        foreign = self.chance.choice(others) if self.chance.random() < 0.1 else asked
        return foreign.booth.sign(index, mask, self.keys[key]), key == own and foreign is asked

    def addresses(self, people):
        return packed([self.keys[person].address for person in people])

    # Comparison

    def check_roll(self, roll):
        contract = self.rolls_contract
        assert (contract.voters(roll.number), contract.originOf(roll.number)) == (len(roll.voters), roll.lineage)
        assert contract.struckFrom(roll.number) == len(roll.places) - len(roll.voters)
        for index in self.chance.sample(sorted(roll.places), min(6, len(roll.places))):
            assert contract.isStruck(roll.number, index) == (index not in roll.voters)
        for index in self.chance.sample(sorted(roll.voters), 2):
            assert contract.voterAt(roll.number, index) == self.keys[roll.voters[index]].address
        for first, count in roll.parts:
            inside = sum(first <= index < first + count for index in roll.voters)
            assert contract.votersIn(roll.number, first, count) == inside
            assert contract.votersIn(roll.number, first, count + 1) == 0

    def check_all(self):
        """Every poll and petition: that nothing happened to another one than was meant."""
        self.changed = {id(asked): asked for asked in (*self.polls, *self.petitions)}
        self.check_changed()

    def check_changed(self):
        for asked in self.changed.values():
            if isinstance(asked, Petition):
                assert self.petition_box.petitionOf(asked.number)[4] == len(asked.voted)
            else:
                self.check_poll(asked)
        self.changed = {}

    def check_poll(self, poll):
        masks = poll.voted.values()
        assert self.box.tally(poll.number) == [sum(mask >> option & 1 for mask in masks) for option in range(OPTIONS)]
        assert self.box.turnout(poll.number)[0] == len(poll.voted)
        assert sum(self.box.turnoutOf(poll.number, *span) for span in poll.ranges) == len(poll.voted)
        for index in self.chance.sample(sorted(poll.roll.places), 4):
            assert self.box.hasVoted(poll.number, index) == (index in poll.voted)
            assert self.box.isEligible(poll.number, index) == poll.has(index)


def test_rolls_polls_offices_and_petitions_do_what_the_model_does(
    rolls,
    box,
    assistance,
    petitions,
    registrar,
    officer,
    supervisor,
    relayer,
    stranger,
):
    officers = (registrar, officer, supervisor, relayer, stranger)
    city = City(SEED, (rolls, box, assistance, petitions), officers)

    for number in range(STEPS):
        city.step()
        if number % 200 == 0:
            city.check_all()
        elif number % 10 == 0:
            city.check_changed()

    city.check_all()
    counted = sum(len(asked.voted) for asked in (*city.polls, *city.petitions))
    assert counted >= STEPS / 4
    assert city.acts >= {"batch", "single", "assisted", "sign"}
