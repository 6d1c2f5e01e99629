"""Base of the typed clients of boxes with open polls: of choices, and of points."""

from collections.abc import Sequence
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from eth_typing import ChecksumAddress
from web3.types import TxReceipt

from dongne.ballot.errors import NoSuchPoll
from dongne.ballot.events import PollCancelled
from dongne.ballot.messages import BallotPaper
from dongne.ballot.outcomes import Outcome, OutcomeTerms
from dongne.ballot.polls import PollSpec, PollState, Turnout
from dongne.ballot.rolls import District
from dongne.ballot.voting_client import VotingClient
from dongne.chain import Call
from dongne.events import Place

SPAN = 1_000_000
"""Voters whose turnout is asked for in one call: about 9 million gas, where nodes allow 50 million."""

_MOST_POLLS = 2**256 - 1


Spec = TypeVar("Spec", bound=PollSpec)
Decided = TypeVar("Decided", bound=PollSpec, covariant=True)


class Opening(Protocol[Decided]):
    """The log of a poll's opening."""

    poll: int
    terms: bytes

    @property
    def at(self) -> Place:
        """Where the log is."""

    def decided(self) -> Decided:
        """What was decided."""

    def paper(self) -> BallotPaper:
        """What voters read and sign."""


class PollBox(VotingClient, Generic[Spec]):
    """A ballot box on one chain whose votes stand under the voter's index.

    Attributes:
        OPENED: the event of a poll's opening.
    """

    OPENED: ClassVar[Any]

    def open(self, spec: Spec) -> Call:
        """Open a poll (election officer); `opened_in` tells its number."""
        return self._write("open", spec.as_tuple())

    def opened_in(self, receipt: TxReceipt) -> int:
        """Number of the poll that a transaction opened."""
        return int(self.events_of(receipt, self.OPENED)[0].poll)

    def cancel(self, poll: int, document: bytes, uri: str) -> Call:
        """Cancel a poll before its start (election officer).

        Args:
            document: keccak256 of the document that gives the reason.
            uri: where it can be had.
        """
        return self._write("cancel", poll, document, uri)

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

    def outcomes_address(self, block: int | None = None) -> ChecksumAddress:
        """Where the rules of outcomes are."""
        address: ChecksumAddress = self._read("outcomes", block=block)
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

    def result(self, poll: int, block: int | None = None) -> Outcome:
        """How a poll ended, as of now or of a block.

        Raises:
            ContractRefused: it has not ended, or was cancelled.
        """
        return Outcome(*self._read("result", poll, block=block))

    def polls(self) -> dict[int, Spec]:
        """Every poll ever opened, by number.

        Raises:
            NoContractThere: there are none because there is no ballot box.
        """
        opened = {event.poll: event.decided() for event in self.events(self.OPENED)}
        if not opened and not self.chain.code(self.address):
            raise self.chain.no_contract()
        return opened

    def cancelled(self) -> dict[int, PollCancelled]:
        """Every poll that was cancelled, by number."""
        return {event.poll: event for event in self.events(PollCancelled)}

    def opening(self, poll: int) -> Opening[Spec]:
        """The log of a poll's opening.

        Raises:
            NoSuchPoll: no such poll was opened.
        """
        _check_number(poll)
        event: Opening[Spec] | None = next(self.events(self.OPENED, poll=poll), None)
        if event is None:
            raise NoSuchPoll(poll)
        return event

    def spec(self, poll: int) -> Spec:
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


def _spans(first: int, count: int) -> list[tuple[int, int]]:
    """Voters in spans of which a node counts one in a call."""
    return [(at, min(SPAN, first + count - at)) for at in range(first, first + max(count, 1), SPAN)]


def _check_number(poll: int) -> None:
    if not 1 <= poll <= _MOST_POLLS:
        raise NoSuchPoll(poll)
