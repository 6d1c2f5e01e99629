"""Votes that voters signed, of choices and of points: those of keys in large batches, those of smart accounts one by
one."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, ClassVar

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address
from web3.types import TxReceipt

from dongne.ballot import (
    BATCH_VOTES,
    Booth,
    ElectoralRoll,
    PollSpec,
    SignedAccountVote,
    SignedVote,
    Skip,
    VoterList,
)
from dongne.ballot.poll_box import PollBox
from dongne.ballot.votefile import vote_of_line
from dongne.chain import Call
from dongne.hashing import keccak
from dongne.language import Moment, Readable
from dongne.relay.errors import ChoicesBreakRule, HeadlessMessage, NotAVoter, NotSignedBy, PollNotOpen
from dongne.relay.kinds import Item, Reasons, Weight, gas_for
from dongne.relay.singles import SINGLE_GAS
from dongne.signing import compact_of

_POLLS = 64
_ACCOUNTS = "accounts, "


class Votes:
    """Votes of open polls, with the options that they pick.

    Attributes:
        NAME: as of `Kind`.
        SCORES: whether they give points.
    """

    NAME: ClassVar[str] = "votes"
    IN_TURN: ClassVar[bool] = False
    SCORES: ClassVar[bool] = False

    def __init__(self, box: PollBox[Any], rolls: ElectoralRoll, now: Callable[[], int], zone: str) -> None:
        self._box, self._rolls, self._now, self._zone = box, rolls, now, zone
        self._domain = box.domain()
        self._poll = lru_cache(_POLLS)(self._read_poll)

    def read(self, content: str) -> Item:
        """A vote by somebody who may vote, with choices that the poll's rule allows."""
        number = _poll_of(content)
        vote = vote_of_line(content, number, scores=self.SCORES)
        spec, booth, roll = self._poll(number)
        if not spec.admits(vote.index, roll):
            raise NotAVoter(number, vote.index)
        if not spec.rule.allows(vote.choices):
            raise ChoicesBreakRule(number, spec.rule.in_words())
        voter = to_checksum_address(roll.voters[vote.index])
        if isinstance(vote, SignedAccountVote):
            digest, lane = booth.paper.account_vote(vote.choices, voter).digest(self._domain), _ACCOUNTS
        else:
            digest, lane = booth.digest(vote.choices), ""
            if compact_of(vote.signature, digest, voter) is None:
                raise NotSignedBy(voter)
        lane += f"{self.NAME} of poll {number}"
        return Item(keccak(digest + bytes.fromhex(voter[2:])), self.NAME, lane, voter, 0, spec.end - 1, content, vote)

    def probe(self, item: Item) -> Call | None:
        """A smart account's vote is tried; all that can be wrong with a key's is known already."""
        return self._single(item) if isinstance(item.message, SignedAccountVote) else None

    def next_of(self, signers: Sequence[ChecksumAddress]) -> Mapping[ChecksumAddress, int]:
        """They come in any order."""
        return {}

    def spoilt(self, items: Sequence[Item]) -> Reasons:
        """Those of polls that are not open, and of voters who have voted by now."""
        reasons: dict[bytes, Readable] = {}
        for poll in {_poll_in(item) for item in items}:
            some, spec = [item for item in items if _poll_in(item) == poll], self._poll(poll)[0]
            if not spec.start <= self._now() < spec.end:
                closed = PollNotOpen(poll, Moment(spec.start, self._zone), Moment(spec.end, self._zone))
                reasons |= {item.id: closed.message for item in some}
                continue
            voted = self._box.have_voted(poll, [item.message.index for item in some])
            reasons |= {item.id: Skip.ALREADY_VOTED for item, has in zip(some, voted, strict=True) if has}
        return reasons

    def most(self, lane: str) -> int:
        """A smart account's vote has a transaction of its own."""
        return 1 if lane.startswith(_ACCOUNTS) else BATCH_VOTES

    def weight(self, item: Item) -> Weight:
        """Groups, indices and signatures."""
        vote: SignedVote | SignedAccountVote = item.message
        form = self._poll(_poll_in(item))[0].form
        if isinstance(vote, SignedAccountVote):
            calldata, gas = form.weight(vote.choices)
            return Weight(calldata + len(vote.signature), SINGLE_GAS + gas)
        return Weight(*form.weight(vote.choices))

    def call(self, items: Sequence[Item]) -> Call:
        """One batch, or the one vote of an account."""
        if isinstance(items[0].message, SignedAccountVote):
            return replace(self._single(items[0]), gas=gas_for(self, items))
        poll, votes = _poll_in(items[0]), [item.message for item in items]
        return replace(self._box.cast_batch(poll, votes), gas=self._poll(poll)[0].form.gas(votes))

    def refusals(self, items: Sequence[Item], receipt: TxReceipt) -> Reasons:
        """Those that the contract skipped."""
        if isinstance(items[0].message, SignedAccountVote):
            return {}
        ids = {id(item.message): item.id for item in items}
        outcomes = self._box.outcomes(receipt, [item.message for item in items])
        return {ids[id(outcome.vote)]: outcome.skip for outcome in outcomes if outcome.skip is not Skip.NONE}

    def _single(self, item: Item) -> Call:
        return self._box.vote_by_signature(_poll_in(item), item.message)

    def _read_poll(self, poll: int) -> tuple[PollSpec, Booth, VoterList]:
        """A poll's terms never change once it is open."""
        spec = self._box.spec(poll)
        return spec, self._box.booth(poll), self._rolls.read(spec.roll)


class ScoreVotes(Votes):
    """Votes of open score polls, with the points that they give."""

    NAME = "score-votes"
    SCORES = True


def _poll_in(item: Item) -> int:
    """The poll whose vote it is, as its lane says at the end."""
    return int(item.lane.rpartition(" ")[2])


def _poll_of(content: str) -> int:
    expected = '{"poll": 3, …}'
    try:
        poll = json.loads(content)["poll"]
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise HeadlessMessage(expected) from error
    if type(poll) is not int or poll < 1:
        raise HeadlessMessage(expected)
    return poll
