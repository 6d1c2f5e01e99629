"""Typed client of the `BallotBox` contract."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eth_account.signers.local import LocalAccount
from web3.logs import DISCARD
from web3.types import TxReceipt

from dongne.ballot.batch import CountedGroup, Skip, in_batch_order, pack_votes, unpack_counted, unpack_skipped
from dongne.ballot.choices import Rule
from dongne.ballot.messages import AccountVote, SignedVote
from dongne.chain import SigningClient
from dongne.errors import InputError
from dongne.explanations.sentence import Sentence


@dataclass(frozen=True, slots=True)
class PollSpec:
    """Everything that is decided about a poll, once.

    Attributes:
        roll: number of a frozen roll.
        rule: what makes choices valid.
        options: 2 to 128.
        picks: the rule's number; 1 for EXACTLY_ONE.
        start: Unix seconds of the first moment that takes votes.
        end: Unix seconds of the first moment that takes none.
        content_hash: keccak256 of the document that words question and options.
        content_uri: where it can be had.
        ranges: (first index, count) of the voters who may vote; 1 to 16, ascending.
        quorum_bps: share of the eligible who must vote, in 1/10,000.
        pass_bps: share of the ballots of which the leader needs more, in 1/10,000.
    """

    roll: int
    rule: Rule
    options: int
    picks: int
    start: int
    end: int
    content_hash: bytes
    content_uri: str
    ranges: tuple[tuple[int, int], ...]
    quorum_bps: int = 0
    pass_bps: int = 0

    def admits(self, index: int) -> bool:
        """Whether a voter of that index may vote."""
        return any(first <= index < first + count for first, count in self.ranges)

    def as_tuple(self) -> tuple[object, ...]:
        """In the order of the contract's struct."""
        terms = (
            self.roll,
            self.rule,
            self.options,
            self.picks,
            self.start,
            self.end,
            self.quorum_bps,
            self.pass_bps,
        )
        return (*terms, self.content_hash, self.content_uri, list(self.ranges))

    @classmethod
    def from_tuple(cls, raw: Sequence[Any]) -> "PollSpec":
        """From the contract's struct."""
        roll, rule, options, picks, start, end, quorum, passing, content_hash, uri, ranges = raw
        voters = tuple((int(first), int(count)) for first, count in ranges)
        terms = (roll, Rule(rule), options, picks, start, end, bytes(content_hash), uri, voters)
        return cls(*terms, quorum_bps=quorum, pass_bps=passing)


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many voted of how many who may."""

    ballots: int
    eligible: int

    @property
    def share(self) -> float:
        """Between 0 and 1; for display."""
        return self.ballots / self.eligible


@dataclass(frozen=True, slots=True)
class Result:
    """How a poll ended.

    Attributes:
        ballots: votes counted.
        eligible: voters who could.
        quorum_met: whether enough did.
        leaders: mask of the options with the most votes; two or more are a tie.
        votes: votes of each leader.
        passed: quorum met, one leader, and enough of the ballots for it.
    """

    ballots: int
    eligible: int
    quorum_met: bool
    leaders: int
    votes: int
    passed: bool

    @property
    def tied(self) -> bool:
        """Whether several options lead."""
        return self.leaders.bit_count() > 1


@dataclass(frozen=True, slots=True)
class VoteOutcome:
    """What became of one vote of a batch; `skip` is NONE if it was counted."""

    vote: SignedVote
    skip: Skip


class BallotBox(SigningClient):
    """The city's ballot box on one chain."""

    NAME = "BallotBox"

    def open(self, officer: LocalAccount, spec: PollSpec) -> int:
        """Open a poll (election officer) and return its number."""
        receipt = self._send(officer, "open", spec.as_tuple())
        return int(self.contract.events.PollOpened().process_receipt(receipt)[0]["args"]["poll"])

    def cast_batch(self, relayer: LocalAccount, poll: int, votes: Sequence[SignedVote]) -> list[VoteOutcome]:
        """Relay signed votes in one transaction; says of each, in the order of the batch, what became of it."""
        receipt = self._send(relayer, "castBatch", poll, pack_votes(votes))
        return self.outcomes(receipt, votes)

    def outcomes(self, receipt: TxReceipt, votes: Sequence[SignedVote]) -> list[VoteOutcome]:
        """What a relaying transaction made of the votes it carried."""
        logs = self.contract.events.VotesSkipped().process_receipt(receipt, DISCARD)
        skips = {item.place: item.reason for log in logs for item in unpack_skipped(log["args"]["items"])}
        return [VoteOutcome(vote, skips.get(place, Skip.NONE)) for place, vote in enumerate(in_batch_order(votes))]

    def vote(self, voter: LocalAccount, poll: int, index: int, choices: int) -> TxReceipt:
        """Cast one's own vote from one's own wallet."""
        return self._send(voter, "vote", poll, index, choices)

    def vote_by_signature(self, relayer: LocalAccount, vote: AccountVote, signature: bytes) -> TxReceipt:
        """Relay a vote signed for a smart account (ERC-1271, any length) or by a key (65 bytes)."""
        return self._send(relayer, "voteBySignature", vote.poll, vote.index, vote.choices, signature)

    def spec(self, poll: int) -> PollSpec:
        """What was decided when the poll was opened.

        Raises:
            ContractRefused: there is no such poll.
        """
        return PollSpec.from_tuple(self._call("specOf", poll))

    def turnout(self, poll: int) -> Turnout:
        """How many voted so far of how many who may."""
        return Turnout(*self._call("turnout", poll))

    def ballots_of(self, poll: int, first: int, count: int) -> int:
        """Votes counted so far among `count` voters from index `first`: a district's turnout."""
        return int(self._call("turnoutOf", poll, first, count))

    def tally(self, poll: int) -> list[int]:
        """Votes so far by option."""
        return [int(count) for count in self._call("tally", poll)]

    def has_voted(self, poll: int, index: int) -> bool:
        """Whether a voter's vote was counted."""
        return bool(self._call("hasVoted", poll, index))

    def result(self, poll: int) -> Result:
        """How a poll ended.

        Raises:
            ContractRefused: it has not ended.
        """
        return Result(*self._call("result", poll))

    def polls(self, first_block: int) -> dict[int, PollSpec]:
        """Every poll ever opened, by number."""
        opened = self._events("PollOpened", first_block)
        return {event["args"]["poll"]: PollSpec.from_tuple(_in_order(event["args"]["spec"])) for event in opened}

    def opened(self, poll: int, first_block: int) -> PollSpec:
        """What was decided about a poll, from the log of its opening.

        Raises:
            InputError: no such poll was opened since `first_block`.
        """
        event = next(self._events("PollOpened", first_block, poll=poll.to_bytes(32, "big")), None)
        if event is None:
            raise InputError(
                Sentence(
                    f"Poll {poll} was not opened since block {first_block}; `dongne ballot list` shows the polls",
                    f"블록 {first_block} 이후 개설된 투표 {poll}번이 없습니다. `dongne ballot list`로 확인하세요",
                )
            )
        return PollSpec.from_tuple(_in_order(event["args"]["spec"]))

    def counted(self, poll: int, first_block: int) -> Iterator[CountedGroup]:
        """Every group of votes that the logs hold, in the order of counting."""
        for event in self._events("VotesCounted", first_block, poll=poll.to_bytes(32, "big")):
            yield from unpack_counted(event["args"]["groups"])


def _in_order(spec: Any) -> list[Any]:
    """A decoded struct as a list, however web3 gives it."""
    if not isinstance(spec, Mapping):
        return list(spec)
    *values, ranges = spec.values()
    return [*values, [tuple(each.values()) for each in ranges]]
