"""Counts a poll anew from the chain alone, checks every signature, and says where the contract differs.

Nothing is taken from a node that voters' signatures do not bear out: they cover the poll's terms, which cover the roll.
What a node could still do is leave out the end; the contract's own count, proven from the hash of a block, shows that.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from eth_typing import ChecksumAddress

from dongne.ballot.assistance import (
    AssistedBatch,
    assistance_findings,
    assistance_of,
    assisted_batches,
    disproven_assisted,
)
from dongne.ballot.assisted_voting import AssistedVoting
from dongne.ballot.counting import MOST_NAMED, Counting, other_code
from dongne.ballot.electoral_roll import ElectoralRoll
from dongne.ballot.errors import (
    BitmapDiffers,
    BoxUsesOtherRolls,
    CodeDiffers,
    Finding,
    ListedTwice,
    NodesDisagreeOnPoll,
    OutcomeDiffers,
    PollDoesNotRecount,
    PollNotFinalYet,
    ProvenCountDiffers,
    TallyDiffers,
    TermsDiffer,
    TurnoutDiffers,
)
from dongne.ballot.messages import Booth
from dongne.ballot.origins import Origin, Tracer
from dongne.ballot.outcomes import Outcome, outcome_of
from dongne.ballot.poll_box import PollBox
from dongne.ballot.polls import PollSpec
from dongne.ballot.rolls import District, VoterList
from dongne.ballot.storage import ballots_in, poll_slot, tally_slots, votes_in
from dongne.errors import ChainMoved
from dongne.hashing import keccak
from dongne.language import Joined
from dongne.pins import Pin, last_final, pin_at
from dongne.proofs import ProvenStorage, prove_storage, proven_header
from dongne.signing import Domain


@dataclass(frozen=True, slots=True)
class Recount:
    """A poll as its logs tell it, as of one block.

    Attributes:
        poll: number of the poll.
        spec: as it was opened, from the log of its opening.
        roll: voters and districts, from the blobs; their hash is the published one.
        choices: each voter's choices by index: a bit mask, or the points of a score poll (`points_of`).
        pin: the block as of which everything was read.
        origins: how many votes are borne out by what.
        assisted: choices (bit mask) by index, for each office that cast votes for voters.
        nodes: how many nodes state the same count at that block.
        proven: whether turnout and tally follow from the hash of the block.
        findings: what is wrong; empty if the poll is sound.
    """

    poll: int
    spec: PollSpec
    roll: VoterList
    choices: dict[int, int]
    pin: Pin
    origins: Counter[Origin] = field(default_factory=Counter)
    assisted: dict[ChecksumAddress, dict[int, int]] = field(default_factory=dict)
    nodes: int = 1
    proven: bool = False
    findings: tuple[Finding, ...] = ()

    @property
    def ballots(self) -> int:
        """Voters who voted."""
        return len(self.choices)

    @property
    def eligible(self) -> int:
        """Voters who may vote."""
        return self.roll.size_within(self.spec.ranges)

    def tally(self, district: Sequence[District] | None = None) -> list[int]:
        """Votes, or points, by option, of all voters or of the parts of one district."""
        return self._sum(self._of(district))

    def assisted_tally(self) -> list[int]:
        """Votes by option, of those that offices cast for voters."""
        return self._sum(mask for votes in self.assisted.values() for mask in votes.values())

    @property
    def outcome(self) -> Outcome:
        """How the poll ends if no more votes come, by the rule that was decided."""
        return outcome_of(self.spec.outcome, self.tally(), self.ballots, self.eligible)

    @property
    def ended(self) -> bool:
        """Whether the poll took no more votes at the pinned block."""
        return self.pin.time >= self.spec.end

    def turnout(self, district: Sequence[District]) -> int:
        """Voters of a district who voted."""
        return sum(1 for _mask in self._of(district))

    def raise_if_unsound(self) -> None:
        """End with everything that was found.

        Raises:
            PollDoesNotRecount: something is wrong with the poll.
        """
        if self.findings:
            raise PollDoesNotRecount(self.poll, Joined(tuple(finding.message for finding in self.findings)))

    def _sum(self, masks: Iterable[int]) -> list[int]:
        counts: Counter[int] = Counter()
        for mask, times in Counter(masks).items():
            for option, given in self.spec.given(mask):
                counts[option] += given * times
        return [counts[option] for option in range(len(self.spec.labels))]

    def _of(self, district: Sequence[District] | None) -> Iterator[int]:
        if district is None:
            return iter(self.choices.values())
        return (self.choices[index] for part in district for index in part.indices if index in self.choices)


def recount(
    box: PollBox[Any],
    rolls: ElectoralRoll,
    poll: int,
    progress: Callable[[int], None] = lambda _count: None,
    *,
    others: Sequence[PollBox[Any]] = (),
    block: int | None = None,
    prove: bool = True,
) -> Recount:
    """Recount a poll as of one block, so that it may be recounted while votes still come in.

    Args:
        box: at the node that is read from.
        rolls: where the address book says that the box has its rolls.
        progress: hears how many votes more are counted.
        others: the box at other nodes, which must state the same.
        block: number of the block; None takes the last one that is final.
        prove: whether headers must have the block's hash, and the contract's count follow from it where a node
            gives proofs.

    Raises:
        InputError: there is no such poll, or not yet by that block.
        EvidenceMismatch: the roll is not the one that was published, nodes disagree or lie, or the block was dropped.
    """
    pin = last_final(box.chain) if block is None else pin_at(box.chain, block)
    spec = _opened(box, poll, pin)
    if (stated := box.rolls_address(pin.number)) != rolls.address:
        raise BoxUsesOtherRolls(box.address, stated, rolls.address)
    assistance = assistance_of(box, pin.number)
    counting = _counted(box, assistance, spec, rolls.read(spec.roll), poll, pin, progress)
    found = Recount(poll, spec, counting.roll, counting.choices, pin, counting.origins, counting.assisted())
    for other in others:
        _compare(other, found)
    proofs = [_proven(node, found) for node in (box, *others)] if prove else []
    addresses = {client.NAME: client.address for client in (box, rolls, assistance) if client is not None}
    addresses["OutcomeRule"] = box.outcomes_address(pin.number)
    findings = (
        *counting.findings,
        *assistance_findings(assistance, box, found.eligible, spec, poll, pin, counting.batches),
        *_differences(box, found),
        *other_code(box.chain, addresses, pin),
        *(finding for proof in proofs if proof for finding in _disproven(proof, found, box)),
        *(disproven_assisted(assistance, box, poll, pin, counting.origins[Origin.OFFICE]) if prove else ()),
    )
    if box.chain.block_hash(pin.number) != pin.hash:
        raise ChainMoved(pin.number)
    # Proofs must be had of one node only: all state the same, and the block's hash is the same.
    proven = any(proof is not None for proof in proofs)
    return replace(found, nodes=1 + len(others), proven=proven, findings=findings)


@dataclass(slots=True)
class _Counting(Counting):
    """Votes of a poll, those too that offices cast."""

    batches: list[AssistedBatch] = field(default_factory=list)

    def assisted(self) -> dict[ChecksumAddress, dict[int, int]]:
        """Choices by index, for each office."""
        votes: dict[ChecksumAddress, dict[int, int]] = {}
        for batch in self.batches:
            votes.setdefault(batch.event.office, {}).update((vote.index, vote.choices) for vote in batch.votes)
        return votes


def _opened(box: PollBox[Any], poll: int, pin: Pin) -> PollSpec:
    opening = box.opening(poll)
    if opening.at.block > pin.number:
        raise PollNotFinalYet(poll, opening.at.block, pin.number)
    decided: PollSpec = opening.decided()
    return decided


def _counted(
    box: PollBox[Any],
    assistance: AssistedVoting | None,
    spec: PollSpec,
    roll: VoterList,
    poll: int,
    pin: Pin,
    progress: Callable[[int], None],
) -> _Counting:
    tracer = Tracer(box.chain, booth_of(box, spec, roll, poll), roll, spec.form)
    counting = _Counting(spec, roll)
    for _event, votes in tracer.trace(box.counted_logs(poll, pin.number)):
        counting.take(votes)
        progress(len(votes))
    for batch in assisted_batches(assistance, box, poll, len(spec.labels), pin.number):
        counting.batches.append(batch)
        counting.take(batch.votes)
        progress(len(batch.votes))
    return counting


def booth_of(box: PollBox[Any], spec: PollSpec, roll: VoterList, poll: int) -> Booth:
    """What the voters of a poll sign, derived without asking the contract."""
    terms = spec.terms(roll.commitment())
    domain = Domain(box.NAME_IN_SIGNATURES, "1", box.chain.id, box.address)
    return Booth(domain, spec.paper(poll, terms))


def _differences(box: PollBox[Any], found: Recount) -> Iterator[Finding]:
    block = found.pin.number
    turnout, tally, counted = box.turnout(found.poll, block), box.tally(found.poll, block), found.tally()
    if box.terms(found.poll, block) != found.spec.terms(found.roll.commitment()):
        yield TermsDiffer()
    for voter, indices in list(found.roll.duplicates().items())[:MOST_NAMED]:
        yield ListedTwice(voter, tuple(indices))
    if (turnout.ballots, turnout.eligible) != (found.ballots, found.eligible):
        yield TurnoutDiffers(turnout.ballots, turnout.eligible, found.ballots, found.eligible)
    if tally != counted:
        pairs = enumerate(zip(tally, counted, strict=True))
        yield TallyDiffers(tuple(option for option, (stated, found_) in pairs if stated != found_))
    in_bitmap = sum(box.ballots_of(found.poll, first, count, block) for first, count in found.spec.ranges)
    if in_bitmap != turnout.ballots:
        yield BitmapDiffers()
    if found.ended and not box.state(found.poll, block).cancelled and box.result(found.poll, block) != found.outcome:
        yield OutcomeDiffers()


def _compare(other: PollBox[Any], found: Recount) -> None:
    pin, poll = found.pin, found.poll
    same = (
        other.chain.block_hash(pin.number) == pin.hash
        and other.turnout(poll, pin.number).ballots == found.ballots
        and other.tally(poll, pin.number) == found.tally()
    )
    if not same:
        raise NodesDisagreeOnPoll(other.chain.node, poll, pin.number)


def _proven(box: PollBox[Any], found: Recount) -> ProvenStorage | None:
    """The contract's words for the poll, as they follow from the block's hash; None where a node gives no proofs."""
    header = proven_header(box.chain, found.pin.number, found.pin.hash)
    slots = [poll_slot(found.poll), *tally_slots(found.poll, len(found.spec.labels))]
    return prove_storage(box.chain, box.address, slots, header)


def _disproven(proof: ProvenStorage, found: Recount, box: PollBox[Any]) -> Iterator[Finding]:
    options = len(found.spec.labels)
    ballots = ballots_in(proof.words[poll_slot(found.poll)])
    tally = votes_in([proof.words[slot] for slot in tally_slots(found.poll, options)], options)
    if (ballots, tally) != (found.ballots, found.tally()):
        yield ProvenCountDiffers(ballots, found.ballots)
    if proof.code_hash != keccak(box.chain.code(box.address)):
        yield CodeDiffers(box.NAME, box.address)
