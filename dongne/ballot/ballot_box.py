"""Typed client of the `BallotBox` contract."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eth_typing import ChecksumAddress
from web3.types import TxReceipt

from dongne.ballot.batch import CountedGroup, Skip, in_batch_order, pack_votes
from dongne.ballot.errors import NoSuchPoll
from dongne.ballot.events import PollCancelled, PollOpened, VotesCounted, VotesSkipped
from dongne.ballot.messages import BallotPaper, Booth, SignedAccountVote, SignedVote
from dongne.ballot.outcomes import Outcome, OutcomeTerms
from dongne.ballot.polls import PollSpec, PollState, Turnout
from dongne.ballot.rolls import District
from dongne.chain import Call
from dongne.contract import SigningClient

SPAN = 1_000_000
"""Voters whose turnout is asked for in one call: about 9 million gas, where nodes allow 50 million."""

_MOST_POLLS = 2**256 - 1


@dataclass(frozen=True, slots=True)
class VoteOutcome:
    """What became of one vote of a batch; `skip` is NONE if it was counted."""

    vote: SignedVote
    skip: Skip


class BallotBox(SigningClient):
    """The city's ballot box on one chain."""

    NAME = "BallotBox"
    NAME_IN_SIGNATURES = "Dongne BallotBox"
    """Name of the EIP-712 domain."""

    def open(self, spec: PollSpec) -> Call:
        """Open a poll (election officer); `opened_in` tells its number."""
        return self._write("open", spec.as_tuple())

    def opened_in(self, receipt: TxReceipt) -> int:
        """Number of the poll that a transaction opened."""
        return self.events_of(receipt, PollOpened)[0].poll

    def cancel(self, poll: int, document: bytes, uri: str) -> Call:
        """Cancel a poll before its start (election officer).

        Args:
            document: keccak256 of the document that gives the reason.
            uri: where it can be had.
        """
        return self._write("cancel", poll, document, uri)

    def cast_batch(self, poll: int, votes: Sequence[SignedVote]) -> Call:
        """Relay signed votes in one transaction; `outcomes` tells what became of each."""
        return self._write("castBatch", poll, pack_votes(votes, self._options(poll)))

    def outcomes(self, receipt: TxReceipt, votes: Sequence[SignedVote]) -> list[VoteOutcome]:
        """What a relaying transaction made of the votes it carried, in the order of the batch."""
        logs = self.events_of(receipt, VotesSkipped)
        skips = {item.place: item.reason for log in logs for item in log.unpacked()}
        return [VoteOutcome(vote, skips.get(place, Skip.NONE)) for place, vote in enumerate(in_batch_order(votes))]

    def vote(self, poll: int, index: int, choices: int) -> Call:
        """Cast one's own vote from one's own wallet."""
        return self._write("vote", poll, index, choices)

    def vote_by_signature(self, poll: int, vote: SignedAccountVote) -> Call:
        """Relay a vote signed for a smart account (ERC-1271, any length) or by a key (65 bytes)."""
        return self._write("voteBySignature", poll, vote.index, vote.choices, vote.signature)

    def state(self, poll: int, block: int | None = None) -> PollState:
        """Where a poll stands, now or by a block.

        Raises:
            NoSuchPoll: no poll can have that number.
            ContractRefused: there is no such poll.
        """
        _check_number(poll)
        return PollState(*self._read("pollOf", poll, block=block))

    def terms(self, poll: int, block: int | None = None) -> bytes:
        """The hash of everything that was decided about a poll, as the contract keeps it."""
        return bytes(self._read("termsOf", poll, block=block))

    def outcome_terms(self, poll: int) -> OutcomeTerms:
        """How a poll's outcome follows from its tally, as the contract keeps it."""
        return OutcomeTerms.from_tuple(self._read("outcomeTermsOf", poll))

    def rolls_address(self, block: int | None = None) -> ChecksumAddress:
        """Where the box has its rolls."""
        address: ChecksumAddress = self._read("rolls", block=block)
        return address

    def outcomes_address(self, block: int | None = None) -> ChecksumAddress:
        """Where the rules of outcomes are."""
        address: ChecksumAddress = self._read("outcomes", block=block)
        return address

    def assistance_address(self, block: int | None = None) -> ChecksumAddress:
        """Where the offices are that cast votes for voters."""
        address: ChecksumAddress = self._read("assistance", block=block)
        return address

    def minimum_notice(self) -> int:
        """Seconds between the opening of a poll and its start, at least."""
        return int(self._read("minimumNotice"))

    def minimum_duration(self) -> int:
        """Seconds that a poll takes votes, at least."""
        return int(self._read("minimumDuration"))

    def turnout(self, poll: int, block: int | None = None) -> Turnout:
        """How many voted, now or by a block, of how many who may."""
        return Turnout(*self._read("turnout", poll, block=block))

    def turnouts(self, polls: Sequence[int]) -> list[Turnout]:
        """The same of several polls."""
        return [Turnout(*pair) for pair in self._read_many("turnout", [(poll,) for poll in polls])]

    def ballots_of(self, poll: int, first: int, count: int, block: int | None = None) -> int:
        """Votes counted, now or by a block, among `count` voters from index `first`: a district's turnout."""
        return sum(int(self._read("turnoutOf", poll, *span, block=block)) for span in _spans(first, count))

    def ballots_by_district(self, poll: int, districts: Sequence[District]) -> list[int]:
        """Votes counted so far in each district."""
        spans = [_spans(each.first, each.count) for each in districts]
        counts = iter(self._read_many("turnoutOf", [(poll, *span) for some in spans for span in some]))
        return [sum(int(next(counts)) for _span in some) for some in spans]

    def tally(self, poll: int, block: int | None = None) -> list[int]:
        """Votes by option, now or by a block."""
        return [int(count) for count in self._read("tally", poll, block=block)]

    def has_voted(self, poll: int, index: int) -> bool:
        """Whether a voter's vote was counted."""
        return bool(self._read("hasVoted", poll, index))

    def have_voted(self, poll: int, indices: Sequence[int]) -> list[bool]:
        """The same of several voters, in JSON-RPC batches."""
        return [bool(voted) for voted in self._read_many("hasVoted", [(poll, index) for index in indices])]

    def result(self, poll: int, block: int | None = None) -> Outcome:
        """How a poll ended, as of now or of a block.

        Raises:
            ContractRefused: it has not ended, or was cancelled.
        """
        return Outcome(*self._read("result", poll, block=block))

    def polls(self) -> dict[int, PollSpec]:
        """Every poll ever opened, by number.

        Raises:
            NoContractThere: there are none because there is no ballot box.
        """
        opened = {event.poll: event.decided() for event in self.events(PollOpened)}
        if not opened and not self.chain.code(self.address):
            raise self.chain.no_contract()
        return opened

    def cancelled(self) -> dict[int, PollCancelled]:
        """Every poll that was cancelled, by number."""
        return {event.poll: event for event in self.events(PollCancelled)}

    def opening(self, poll: int) -> PollOpened:
        """The log of a poll's opening.

        Raises:
            NoSuchPoll: no such poll was opened.
        """
        _check_number(poll)
        event = next(self.events(PollOpened, poll=poll), None)
        if event is None:
            raise NoSuchPoll(poll)
        return event

    def spec(self, poll: int) -> PollSpec:
        """What was decided about a poll.

        Raises:
            NoSuchPoll: no such poll was opened.
        """
        return self.opening(poll).decided()

    def paper(self, poll: int) -> BallotPaper:
        """What a poll's voters read and sign.

        Raises:
            NoSuchPoll: no such poll was opened.
        """
        return self.opening(poll).paper()

    def booth(self, poll: int) -> Booth:
        """Where votes of a poll are signed.

        Raises:
            NoSuchPoll: no such poll was opened.
        """
        return Booth(self.domain(), self.paper(poll))

    def counted_logs(self, poll: int, last: int | None = None, first: int | None = None) -> Iterator[VotesCounted]:
        """Every log of counted votes, from block `first` until block `last`, in the order of counting."""
        return self.events(VotesCounted, poll=poll, first=first, last=last)

    def counted(self, poll: int, last: int | None = None) -> Iterator[CountedGroup]:
        """Every group of votes that the logs hold, until block `last`, in the order of counting."""
        options = self._options(poll)
        for event in self.counted_logs(poll, last):
            yield from event.unpacked(options)

    def _options(self, poll: int) -> int:
        """How many options a poll has, by which its batches and logs are packed."""
        return self.state(poll).options


def _spans(first: int, count: int) -> list[tuple[int, int]]:
    """Voters in spans of which a node counts one in a call."""
    return [(at, min(SPAN, first + count - at)) for at in range(first, first + max(count, 1), SPAN)]


def _check_number(poll: int) -> None:
    if not 1 <= poll <= _MOST_POLLS:
        raise NoSuchPoll(poll)
