"""Base of the typed clients of contracts that count signed votes: the boxes of open polls and the petition box."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from eth_typing import ChecksumAddress
from web3.types import TxReceipt

from dongne.ballot.batch import CountedGroup, Skip, in_batch_order
from dongne.ballot.events import VotesCounted, VotesSkipped
from dongne.ballot.forms import BallotForm
from dongne.ballot.messages import BallotPaper, Booth, SignedAccountVote, SignedVote
from dongne.ballot.polls import PollSpec
from dongne.chain import Call
from dongne.contract import SigningClient
from dongne.events import Place


@dataclass(frozen=True, slots=True)
class VoteOutcome:
    """What became of one vote of a batch; `skip` is NONE if it was counted."""

    vote: SignedVote
    skip: Skip


class CountedLog(Protocol):
    """A log of counted votes, whose form is the box's."""

    poll: int
    groups: bytes

    @property
    def at(self) -> Place:
        """Where the log is."""


class VotingClient(SigningClient):
    """What voters and relayers do, whatever is voted on: a poll, or a petition, which is a poll with one option."""

    NAME_IN_SIGNATURES: str
    """Name of the EIP-712 domain."""

    COUNTED: ClassVar[Any] = VotesCounted
    """The event that logs counted votes."""

    @abstractmethod
    def spec(self, poll: int) -> PollSpec:
        """What was decided about a poll.

        Raises:
            InputError: there is none of that number.
        """

    @abstractmethod
    def paper(self, poll: int) -> BallotPaper:
        """What a poll's voters read and sign.

        Raises:
            InputError: there is none of that number.
        """

    def cast_batch(self, poll: int, votes: Sequence[SignedVote]) -> Call:
        """Relay signed votes in one transaction; `outcomes` tells what became of each."""
        return self._write("castBatch", poll, self.form(poll).pack(votes))

    def outcomes(self, receipt: TxReceipt, votes: Sequence[SignedVote]) -> list[VoteOutcome]:
        """What a relaying transaction made of the votes it carried, in the order of the batch."""
        logs = self.events_of(receipt, VotesSkipped)
        skips = {item.place: item.reason for log in logs for item in log.unpacked()}
        return [VoteOutcome(vote, skips.get(place, Skip.NONE)) for place, vote in enumerate(in_batch_order(votes))]

    def vote(self, poll: int, index: int, choices: int) -> Call:
        """Cast one's own vote from one's own wallet."""
        return self._write("vote", poll, index, self.form(poll).argument(choices))

    def vote_by_signature(self, poll: int, vote: SignedAccountVote) -> Call:
        """Relay a vote signed for a smart account (ERC-1271, any length) or by a key (65 bytes)."""
        return self._write("voteBySignature", poll, vote.index, self.form(poll).argument(vote.choices), vote.signature)

    def rolls_address(self, block: int | None = None) -> ChecksumAddress:
        """Where the box has its rolls."""
        address: ChecksumAddress = self._read("rolls", block=block)
        return address

    def has_voted(self, poll: int, index: int) -> bool:
        """Whether a voter's vote was counted."""
        return bool(self._read("hasVoted", poll, index))

    def have_voted(self, poll: int, indices: Sequence[int]) -> list[bool]:
        """The same of several voters, in JSON-RPC batches."""
        return [bool(voted) for voted in self._read_many("hasVoted", [(poll, index) for index in indices])]

    def booth(self, poll: int) -> Booth:
        """Where votes of a poll are signed.

        Raises:
            InputError: there is none of that number.
        """
        return Booth(self.domain(), self.paper(poll))

    def counted_logs(self, poll: int, last: int | None = None, first: int | None = None) -> Iterator[CountedLog]:
        """Every log of counted votes, from block `first` until block `last`, in the order of counting."""
        return self.events(self.COUNTED, poll=poll, first=first, last=last)

    def counted(self, poll: int, last: int | None = None) -> Iterator[CountedGroup]:
        """Every group of votes that the logs hold, until block `last`, in the order of counting."""
        form = self.form(poll)
        for event in self.counted_logs(poll, last):
            yield from form.counted(event.groups)

    @abstractmethod
    def form(self, poll: int) -> BallotForm:
        """How votes of a poll are written."""
