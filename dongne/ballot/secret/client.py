"""Typed client of the `SecretBallotBox` contract."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import merge

from web3.types import TxReceipt

from dongne.ballot.errors import NoSuchPoll
from dongne.ballot.messages import BallotPaper
from dongne.ballot.outcomes import Outcome
from dongne.ballot.secret.batch import RegistrationSkip, VoteSkip, pack_registrations, pack_secret_votes
from dongne.ballot.secret.events import (
    AccountRegistered,
    GroupPublished,
    RegistrationsSkipped,
    SecretPollCancelled,
    SecretPollOpened,
    SecretVotesCounted,
    SecretVotesSkipped,
    VotersRegistered,
)
from dongne.ballot.secret.messages import SecretVote, SignedRegistration
from dongne.ballot.secret.polls import Group, SecretPollSpec, SecretPollState
from dongne.chain import Call
from dongne.contract import SigningClient

_MOST_POLLS = 2**256 - 1


@dataclass(frozen=True, slots=True)
class Member:
    """A voter who registered.

    Attributes:
        number: place in the group, from 0.
        index: place in the roll.
        commitment: of the secret identity.
        signature: 64 bytes by the voter's key; of a voter who registered alone of any length, also none.
        alone: whether the voter registered alone: its own call, or its account, approved.
    """

    number: int
    index: int
    commitment: int
    signature: bytes
    alone: bool


class SecretBallotBox(SigningClient):
    """The city's secret ballots on one chain."""

    NAME = "SecretBallotBox"

    def open(self, spec: SecretPollSpec) -> Call:
        """Open a secret poll (election officer); `opened_in` tells its number."""
        return self._write("open", spec.as_tuple())

    def opened_in(self, receipt: TxReceipt) -> int:
        """Number of the poll that a transaction opened."""
        return self.events_of(receipt, SecretPollOpened)[0].poll

    def cancel(self, poll: int, document: bytes, uri: str) -> Call:
        """Cancel a poll before its start (election officer).

        Args:
            document: keccak256 of the document that gives the reason.
            uri: where it can be had.
        """
        return self._write("cancel", poll, document, uri)

    def publish_group(self, poll: int, root: int) -> Call:
        """Publish the root of the group (election officer)."""
        return self._write("publishGroup", poll, root)

    def register(self, poll: int, registrations: Sequence[SignedRegistration]) -> Call:
        """Relay signed registrations in one transaction; `registered` tells what became of each."""
        return self._write("register", poll, pack_registrations(registrations))

    def registered(self, receipt: TxReceipt, count: int) -> list[RegistrationSkip]:
        """What a relaying transaction made of each of its `count` registrations."""
        logs = self.events_of(receipt, RegistrationsSkipped)
        skips = {item.place: item.reason for log in logs for item in log.unpacked()}
        return [skips.get(place, RegistrationSkip.NONE) for place in range(count)]

    def register_account(self, poll: int, index: int, commitment: int, signature: bytes = b"") -> Call:
        """Register the caller, or a smart account by a signature that it accepts (ERC-1271)."""
        return self._write("registerAccount", poll, index, commitment, signature)

    def cast(self, poll: int, votes: Sequence[SecretVote]) -> Call:
        """Relay proved votes in one transaction; `counted_in` tells what became of each."""
        return self._write("castSecretVotes", poll, pack_secret_votes(votes))

    def counted_in(self, receipt: TxReceipt, count: int) -> list[VoteSkip]:
        """What a relaying transaction made of each of its `count` votes."""
        logs = self.events_of(receipt, SecretVotesSkipped)
        skips = {item.place: item.reason for log in logs for item in log.unpacked()}
        return [skips.get(place, VoteSkip.NONE) for place in range(count)]

    def state(self, poll: int, block: int | None = None) -> SecretPollState:
        """Where a poll stands, now or by a block.

        Raises:
            NoSuchPoll: no poll can have that number.
            ContractRefused: there is no such poll.
        """
        _check_number(poll)
        return SecretPollState(*self._read("pollOf", poll, block=block))

    def group(self, poll: int, block: int | None = None) -> Group:
        """A poll's group and what it has voted, now or by a block."""
        _check_number(poll)
        return Group(*self._read("groupOf", poll, block=block))

    def terms(self, poll: int, block: int | None = None) -> bytes:
        """The hash of everything that was decided about a poll, as the contract keeps it."""
        return bytes(self._read("termsOf", poll, block=block))

    def tally(self, poll: int, block: int | None = None) -> list[int]:
        """Votes by option, now or by a block."""
        return [int(count) for count in self._read("tally", poll, block=block)]

    def are_registered(self, poll: int, indices: Sequence[int]) -> list[bool]:
        """Whether voters have registered, in JSON-RPC batches."""
        return [bool(has) for has in self._read_many("isRegistered", [(poll, index) for index in indices])]

    def are_spent(self, poll: int, nullifiers: Sequence[int], block: int | None = None) -> list[bool]:
        """Whether votes with these nullifiers were counted, in JSON-RPC batches."""
        return [bool(has) for has in self._read_many("isSpent", [(poll, each) for each in nullifiers], block)]

    def objection_period(self) -> int:
        """Seconds between the publication of a group and the start, at least."""
        return int(self._read("objectionPeriod"))

    def result(self, poll: int, block: int | None = None) -> Outcome:
        """How a poll ended, asked now or at a block.

        Raises:
            ContractRefused: it has not ended, was cancelled, or did not take place.
        """
        return Outcome(*self._read("result", poll, block=block))

    def polls(self) -> dict[int, SecretPollSpec]:
        """Every secret poll ever opened, by number."""
        return {event.poll: event.decided() for event in self.events(SecretPollOpened)}

    def cancelled(self) -> dict[int, SecretPollCancelled]:
        """Every secret poll that was cancelled, by number."""
        return {event.poll: event for event in self.events(SecretPollCancelled)}

    def opening(self, poll: int) -> SecretPollOpened:
        """The log of a poll's opening.

        Raises:
            NoSuchPoll: no such poll was opened.
        """
        _check_number(poll)
        event = next(self.events(SecretPollOpened, poll=poll), None)
        if event is None:
            raise NoSuchPoll(poll)
        return event

    def paper(self, poll: int) -> BallotPaper:
        """What a poll's voters read.

        Raises:
            NoSuchPoll: no such poll was opened.
        """
        event = self.opening(poll)
        return event.decided().paper(poll, event.terms)

    def published(self, poll: int, last: int | None = None) -> GroupPublished | None:
        """The log of the group's publication, until block `last`; None where there is none yet."""
        return next(self.events(GroupPublished, poll=poll, last=last), None)

    def members(self, poll: int, last: int | None = None) -> Iterator[Member]:
        """Every registration that the logs hold, until block `last`, in the order of the group."""
        alone = (_alone(event) for event in self.events(AccountRegistered, poll=poll, last=last))
        relayed = (
            Member(event.first + place, each.index, each.commitment, each.signature, alone=False)
            for event in self.events(VotersRegistered, poll=poll, last=last)
            for place, each in enumerate(event.unpacked())
        )
        return merge(relayed, alone, key=lambda member: member.number)

    def votes(self, poll: int, last: int | None = None) -> Iterator[SecretVote]:
        """Every vote that the logs hold, until block `last`, in the order of counting."""
        for event in self.events(SecretVotesCounted, poll=poll, last=last):
            yield from event.unpacked()


def _alone(event: AccountRegistered) -> Member:
    return Member(event.member, event.index, event.commitment, event.signature, alone=True)


def _check_number(poll: int) -> None:
    if not 1 <= poll <= _MOST_POLLS:
        raise NoSuchPoll(poll)
