"""Elections of a busy city: rolls, polls, votes in every way, assisted ones, petitions and secret registrations."""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from eth_utils.crypto import keccak

from dongne.ballot import (
    Aim,
    BallotBox,
    ElectoralRoll,
    Measure,
    OutcomeTerms,
    PollSpec,
    Threshold,
    VoterList,
)
from dongne.ballot.assisted_voting import AssistedVoting
from dongne.ballot.batch import pack_votes
from dongne.ballot.messages import BallotPaper, Booth
from dongne.ballot.petitions import PetitionBox, PetitionRules
from dongne.ballot.secret import (
    Registration,
    SecretBallotBox,
    SecretPollSpec,
    SecretVote,
    SecretVoteVerifier,
)
from dongne.chain import Call
from dongne.errors import ContractRefused, InputError
from dongne.suite import Role
from scripts.localchain.suite import LocalSuite, person

DISTRICTS = {11: 9, 2**63 + 5: 14, 2**64 - 1: 7}
"""Voters by the code of their district; codes may be larger than a database's numbers."""

VOTERS = sum(DISTRICTS.values())
LABELS = ("Oak", "Elm", "Ash\0 and NUL", "blank")
DAY = 86_400
NOTICE, SHORT_NOTICE = 600, 3
THRESHOLD = 3

Sent = tuple[str, Call]
"""Who sends, and what."""


class BustlingElection:
    """Random transactions of an election office and its voters.

    Args:
        suite: a deployed suite.
        chance: of the randomness.
        send: sends a transaction and waits for it.
    """

    def __init__(self, suite: LocalSuite, chance: random.Random, send: Callable[[str, Call], None]) -> None:
        self.suite, self.random, self._send = suite, chance, send
        self.rolls, self.box = suite.client(ElectoralRoll), suite.client(BallotBox)
        self.assistance, self.petitions = suite.client(AssistedVoting), suite.client(PetitionBox)
        self.secret = suite.client(SecretBallotBox)
        people = [person(f"voter {number}") for number in range(VOTERS)]
        self.keys, listed, at = [], {}, 0
        for code, count in DISTRICTS.items():
            some = sorted(people[at : at + count], key=lambda key: key.address.lower())
            self.keys += some
            listed[code] = [bytes.fromhex(key.address[2:]) for key in some]
            at += count
        self.voters = VoterList.of(listed)
        self.offices = [person(f"booth {number}").address for number in range(2)]

    def settle_in(self) -> None:
        """A roll, a poll that takes votes, rules for petitions, and one of these."""
        registrar, officer = self._of(Role.ROLL_OFFICER), self._of(Role.ELECTION_OFFICER)
        self._send(registrar, self.rolls.open())
        for blob in self.voters.blobs():
            self._send(registrar, self.rolls.append(1, blob))
        self._send(registrar, self.rolls.freeze(1, self.voters.districts))
        self.suite.pass_time(self.rolls.objection_period() + 1)
        self._send(officer, self.box.open(self._spec(NOTICE)))
        self._send(officer, self.box.open(self._narrow(self._spec(NOTICE))))
        self._send(self._of(Role.POLLING_SUPERVISOR), self._accreditation(1, self.offices[0]))
        ranges = ((0, VOTERS),)
        rules = PetitionRules(1, THRESHOLD, 10 * DAY, DAY, DAY, "I support this petition.", ranges)
        self._send(officer, self.petitions.publish_rules(rules))
        self._send(officer, self.secret.open(self._secret_spec()))
        for index in range(2):
            self._send(self.keys[index].address, self._filing(index))
        self._send(officer, self.petitions.admit(1, self._title(0), "https://city.example/p.pdf"))
        self.suite.pass_time(NOTICE)

    def actions(self) -> list[Callable[[], Sent]]:
        """What may happen; what happens often stands there several times."""
        often = (self._cast, self._cast, self._cast, self._sign_petition)
        ways = (self._vote, self._vote_alone, self._assist, self._assist)
        office = (self._open, self._cancel, self._accredit, self._revoke, self._open_roll, self._withdraw)
        petitions = (self._publish_rules, self._close_rules, self._file, self._admit, self._refuse, self._answer)
        secret = (self._open_secret, self._cancel_secret, self._register, self._register_alone, self._cast_secret)
        return [*often, *ways, *office, *petitions, *secret, self._publish_group]

    # Rolls

    def _open_roll(self) -> Sent:
        return self._of(Role.ROLL_OFFICER), self.rolls.open()

    def _withdraw(self) -> Sent:
        roll = self.random.randint(1, 3)
        return self._of(Role.ROLL_OFFICER), self.rolls.withdraw(roll, self._document(), "https://city.example/r")

    # Polls

    def _spec(self, notice: int) -> PollSpec:
        start = self.suite.chain.timestamp() + notice
        quorum, majority = (
            Threshold(Measure.BALLOTS, Measure.ELIGIBLE, 1, 3),
            Threshold(Measure.SUPPORT, Measure.VALID, 1, 2, more_than=True),
        )
        decision = OutcomeTerms(Aim.DECISION, 0, proposal=0b1, blank=0b1000, quorum=quorum, majority=majority)
        return PollSpec(1, start, start + 30 * DAY, "Which trees?\0", LABELS, ((0, VOTERS),), 1, 2, outcome=decision)

    def _narrow(self, spec: PollSpec) -> PollSpec:
        """An election in which only some may vote, with options that cost more than a database's numbers."""
        ranges = ((2, 5), (10, VOTERS - 10))
        return replace(spec, ranges=ranges, cap=2**63 + 9, costs=(2**63, 4, 5, 0), outcome=OutcomeTerms())

    def _open(self) -> Sent:
        spec = self._spec(SHORT_NOTICE)
        if self.random.random() < 0.5:
            spec = self._narrow(spec)
        return self._of(Role.ELECTION_OFFICER), self.box.open(spec)

    def _cancel(self) -> Sent:
        call = self.box.cancel(self.random.randint(3, 6), self._document(), "https://city.example/c")
        return self._of(Role.ELECTION_OFFICER), call

    # Votes

    def _cast(self) -> Sent:
        poll = self._poll()
        booth = self._booth(self.box, poll)
        votes = [booth.sign(index, self._choices(), self._key(index)) for index in self._some(8)]
        return self.suite.relayer.address, self.box._write("castBatch", poll, pack_votes(votes, len(LABELS)))

    def _vote(self) -> Sent:
        index = self.random.randrange(VOTERS)
        return self.keys[index].address, self.box._write("vote", self._poll(), index, self._choices())

    def _vote_alone(self) -> Sent:
        poll, index, choices = self._poll(), self.random.randrange(VOTERS), self._choices()
        booth = self._booth(self.box, poll)
        message = booth.paper.account_vote(choices, self.keys[index].address)
        signature = message.sign(self.keys[index], booth.domain)
        return self.suite.relayer.address, self.box._write("voteBySignature", poll, index, choices, signature)

    # Offices

    def _accreditation(self, poll: int, office: str) -> Call:
        return self.assistance.accredit(self.box.address, poll, office, 1, self._document())

    def _accredit(self) -> Sent:
        office = self.random.choice(self.offices)
        return self._of(Role.POLLING_SUPERVISOR), self._accreditation(self._poll(), office)

    def _revoke(self) -> Sent:
        office = self.random.choice(self.offices)
        call = self.assistance.revoke(self.box.address, self._poll(), office, self._document())
        return self._of(Role.POLLING_SUPERVISOR), call

    def _assist(self) -> Sent:
        choices = {self.random.randrange(VOTERS): self._choices()}
        call = self.assistance.cast(self.box.address, self._poll(), choices, len(LABELS), self._document())
        return self.random.choice(self.offices), call

    # Petitions

    def _publish_rules(self) -> Sent:
        rules = PetitionRules(1, 2, 5 * DAY, DAY, DAY, "Yes\0", ((0, 10),))
        return self._of(Role.ELECTION_OFFICER), self.petitions.publish_rules(rules)

    def _close_rules(self) -> Sent:
        return self._of(Role.ELECTION_OFFICER), self.petitions.close_rules(self.random.randint(2, 4))

    def _filing(self, index: int) -> Call:
        return self.petitions.file(1, index, keccak(text=self._title(index)), self._document())

    def _file(self) -> Sent:
        index = self.random.randrange(VOTERS)
        return self.keys[index].address, self._filing(index)

    def _admit(self) -> Sent:
        number = self._petition()
        try:
            title = self._title(self.petitions.state(number).initiator)
        except ContractRefused:  # there is none yet, or a reorganization has dropped it
            return self._file()
        call = self.petitions.admit(number, title, "https://city.example/p.pdf")
        return self._of(Role.ELECTION_OFFICER), call

    def _refuse(self) -> Sent:
        call = self.petitions.refuse(self._petition(), self._document(), "https://city.example/n")
        return self._of(Role.ELECTION_OFFICER), call

    def _answer(self) -> Sent:
        call = self.petitions.answer(self._petition(), self._document(), "https://city.example/a")
        return self._of(Role.ELECTION_OFFICER), call

    def _sign_petition(self) -> Sent:
        number = self._petition()
        booth = self._booth(self.petitions, number)
        votes = [booth.sign(index, 1, self._key(index)) for index in self._some(3)]
        return self.suite.relayer.address, self.petitions.cast_batch(number, votes)

    # Secret polls

    def _secret_spec(self) -> SecretPollSpec:
        now = self.suite.chain.timestamp()
        poll = replace(
            PollSpec(1, now + DAY, now + 9 * DAY, "Move the market?", ("Yes", "No"), ((0, VOTERS),)),
            document=b"\1" * 32,
        )
        return SecretPollSpec(poll, now + 2 * 3_600, 2, self.suite.client(SecretVoteVerifier).address)

    def _open_secret(self) -> Sent:
        return self._of(Role.ELECTION_OFFICER), self.secret.open(self._secret_spec())

    def _cancel_secret(self) -> Sent:
        call = self.secret.cancel(self.random.randint(2, 4), self._document(), "https://city.example/c")
        return self._of(Role.ELECTION_OFFICER), call

    def _register(self) -> Sent:
        poll, domain = self.random.randint(1, 2), self.secret.domain()
        try:
            opening = self.secret.opening(poll)
        except InputError:  # a reorganization has dropped it
            return self._open_secret()
        signed = []
        for index in self._some(4):
            text = opening.decided().poll
            voter, commitment = self.keys[index].address, self.random.randrange(1, 10**6)
            message = Registration(text.question, text.document, opening.terms, poll, voter, commitment)
            signed.append(message.sign(index, self._key(index), domain))
        return self.suite.relayer.address, self.secret.register(poll, signed)

    def _register_alone(self) -> Sent:
        index = self.random.randrange(VOTERS)
        call = self.secret.register_account(self.random.randint(1, 2), index, self.random.randrange(1, 10**6))
        return self.keys[index].address, call

    def _publish_group(self) -> Sent:
        return self._of(Role.ELECTION_OFFICER), self.secret.publish_group(self.random.randint(1, 3), 7)

    def _cast_secret(self) -> Sent:
        vote = SecretVote(1, self.random.randrange(10**6), bytes(256))
        return self.suite.relayer.address, self.secret.cast(self.random.randint(1, 2), [vote])

    # Who and what

    def _booth(self, box: BallotBox | PetitionBox, poll: int) -> Booth:
        try:
            return box.booth(poll)
        except InputError:  # a reorganization has dropped it
            return Booth(box.domain(), BallotPaper(poll, "dropped", LABELS, bytes(32), bytes(32)))

    def _key(self, index: int) -> Any:
        """The voter's key, sometimes somebody else's."""
        return self.keys[index if self.random.random() < 0.85 else index - 1]

    def _some(self, most: int) -> list[int]:
        return sorted(self.random.sample(range(VOTERS), self.random.randint(1, most)))

    def _choices(self) -> int:
        return self.random.choice((0b1, 0b10, 0b100, 0b1000, 0b101, 0b110, 0b111))

    def _poll(self) -> int:
        return self.random.choice((1, 1, 1, 2, 2, 3, 7))

    def _petition(self) -> int:
        return self.random.choice((1, 1, 2, 3))

    def _title(self, index: int) -> str:
        return f"A crossing for voter {index}"

    def _document(self) -> bytes:
        return self.random.randbytes(32)

    def _of(self, role: Role) -> str:
        return self.suite.officers[role].address
