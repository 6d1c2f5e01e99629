"""Counts a secret poll anew from the chain's logs and the roll alone, every signature and every proof included."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address

from dongne.ballot.choices import options_of
from dongne.ballot.counting import MOST_NAMED, other_code
from dongne.ballot.electoral_roll import ElectoralRoll
from dongne.ballot.errors import (
    BoxUsesOtherRolls,
    Finding,
    ListedTwice,
    NodesDisagreeOnPoll,
    PollDoesNotRecount,
    PollNotFinalYet,
    ProvenCountDiffers,
    TallyDiffers,
    TermsDiffer,
)
from dongne.ballot.outcomes import Outcome, outcome_of
from dongne.ballot.rolls import VoterList
from dongne.ballot.secret.client import Member, SecretBallotBox
from dongne.ballot.secret.errors import (
    BallotsDiffer,
    MemberOutOfPlace,
    MembersDiffer,
    MemberTwice,
    MemberUneligible,
    MemberUnsigned,
    NullifierTwice,
    NullifierUnspent,
    OutcomeDiffers,
    RootDiffers,
    VoteAgainstTheRule,
    VoteUnproved,
)
from dongne.ballot.secret.messages import Registration, SecretVote
from dongne.ballot.secret.polls import SecretPollSpec
from dongne.ballot.secret.prover import Prover
from dongne.ballot.secret.voting import SecretBooth
from dongne.ballot.storage import secret_ballots_in, secret_group_slot, secret_tally_slots, votes_in
from dongne.errors import ChainMoved
from dongne.language import Joined
from dongne.pins import Pin, last_final, pin_at
from dongne.proofs import ProvenStorage, prove_storage, proven_header
from dongne.signing import compact_of

Heard = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class SecretRecount:
    """A secret poll as its logs tell it.

    Attributes:
        poll: number of the poll.
        spec: as it was opened.
        pin: the block as of which everything was read.
        members: the registered voters, in the order of the group.
        signed: how many registrations carry a signature by the voter's key, which was checked here.
        alone: how many voters registered by their own call or by a smart account's approval, which the contract alone
            has checked.
        root: of the tree of all commitments; 0 without members.
        votes: counted, in the order of counting; each proof was checked here.
        outcome: how the poll ended; None as long as it has not.
        nodes: how many nodes state the same count at that block.
        proven: whether ballots, tally and root follow from the hash of the block.
        findings: what is wrong; empty if the poll is sound.
    """

    poll: int
    spec: SecretPollSpec
    pin: Pin
    members: tuple[Member, ...]
    signed: int
    alone: int
    root: int
    votes: tuple[SecretVote, ...]
    outcome: Outcome | None
    nodes: int = 1
    proven: bool = False
    findings: tuple[Finding, ...] = ()

    @property
    def ballots(self) -> int:
        """Votes counted."""
        return len(self.votes)

    def tally(self) -> list[int]:
        """Votes by option."""
        counts = Counter(option for vote in self.votes for option in options_of(vote.choices))
        return [counts[option] for option in range(len(self.spec.poll.labels))]

    def raise_if_unsound(self) -> None:
        """End with everything that was found.

        Raises:
            PollDoesNotRecount: something is wrong with the poll.
        """
        if self.findings:
            raise PollDoesNotRecount(self.poll, Joined(tuple(finding.message for finding in self.findings)))


@dataclass(frozen=True, slots=True)
class Progress:
    """Hears how a recount goes on: members in the tree, and proofs checked."""

    members: Heard = lambda _count: None
    votes: Heard = lambda _count: None


def recount_secret(
    box: SecretBallotBox,
    rolls: ElectoralRoll,
    poll: int,
    prover: Prover,
    progress: Progress | None = None,
    *,
    others: Sequence[SecretBallotBox] = (),
    block: int | None = None,
    prove: bool = True,
) -> SecretRecount:
    """Recount a secret poll as of one block, so that it may be recounted while votes still come in.

    Terms, root, tally, outcome, each registration's signature, each proof and nullifier are computed or checked
    here; then all of it is compared with what the contract states, and with what follows from the hash of the block.

    Args:
        box: at the node that is read from.
        rolls: where the address book says that the box has its rolls.
        others: the box at other nodes, which must state the same.
        block: number of the block; None takes the last one that is final.
        prove: whether the contract's count must follow from the block's hash where a node gives proofs.

    Raises:
        InputError: there is no such poll, or not yet by that block.
        EvidenceMismatch: the roll is not the one that was published, nodes disagree or lie, or the block was dropped.
    """
    pin = last_final(box.chain) if block is None else pin_at(box.chain, block)
    if (stated := box.rolls_address(pin.number)) != rolls.address:
        raise BoxUsesOtherRolls(box.address, stated, rolls.address)
    hears, evidence = progress or Progress(), _read(box, rolls, poll, pin)
    root = prover.root([each.commitment for each in evidence.members], hears.members) if evidence.members else 0
    signed = [_is_signed(member, evidence) for member in evidence.members]
    findings = [
        *_terms(box, rolls, evidence),
        *_listed_twice(evidence),
        *_membership(evidence, signed),
        *_group(box, evidence, root),
        *_votes(evidence, prover, root, hears.votes),
    ]
    found = _found(evidence, root, signed)
    findings += _counts(box, evidence, found)
    findings += other_code(box.chain, _contracts(box, rolls, evidence), pin)
    for other in others:
        _compare(other, found)
    proofs = [_proven(node, found) for node in (box, *others)] if prove else []
    findings += (finding for proof in proofs if proof for finding in _disproven(proof, found))
    if box.chain.block_hash(pin.number) != pin.hash:
        raise ChainMoved(pin.number)
    proven = any(proof is not None for proof in proofs)
    return replace(found, nodes=1 + len(others), proven=proven, findings=tuple(findings))


def _contracts(box: SecretBallotBox, rolls: ElectoralRoll, evidence: "_Evidence") -> dict[str, ChecksumAddress]:
    """Contracts on whose code the count rests, by name."""
    outcomes, verifier = box.outcomes_address(evidence.pin.number), evidence.spec.verifier
    return {box.NAME: box.address, rolls.NAME: rolls.address, "OutcomeRule": outcomes, "SecretVoteVerifier": verifier}


def _compare(other: SecretBallotBox, found: SecretRecount) -> None:
    pin, poll = found.pin, found.poll
    same = (
        other.chain.block_hash(pin.number) == pin.hash
        and other.group(poll, pin.number).ballots == found.ballots
        and other.tally(poll, pin.number) == found.tally()
    )
    if not same:
        raise NodesDisagreeOnPoll(other.chain.node, poll, pin.number)


def _proven(box: SecretBallotBox, found: SecretRecount) -> ProvenStorage | None:
    """The contract's words for the poll, as they follow from the block's hash; None where a node gives no proofs."""
    header, group = proven_header(box.chain, found.pin.number, found.pin.hash), secret_group_slot(found.poll)
    slots = [group, group + 1, *secret_tally_slots(found.poll, len(found.spec.poll.labels))]
    return prove_storage(box.chain, box.address, slots, header)


def _disproven(proof: ProvenStorage, found: SecretRecount) -> Iterator[Finding]:
    options, group = len(found.spec.poll.labels), secret_group_slot(found.poll)
    ballots = secret_ballots_in(proof.words[group])
    tally = votes_in([proof.words[slot] for slot in secret_tally_slots(found.poll, options)], options)
    if (ballots, tally) != (found.ballots, found.tally()):
        yield ProvenCountDiffers(ballots, found.ballots)
    if (root := proof.words[group + 1]) not in (0, found.root):
        yield RootDiffers(root, found.root)


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What logs and roll hold by one block."""

    poll: int
    spec: SecretPollSpec
    terms: bytes
    booth: SecretBooth
    roll: VoterList
    members: tuple[Member, ...]
    votes: tuple[SecretVote, ...]
    published: int
    cancelled: bool
    pin: Pin


def _read(box: SecretBallotBox, rolls: ElectoralRoll, poll: int, pin: Pin) -> _Evidence:
    opening, block = box.opening(poll), pin.number
    if opening.at.block > block:
        raise PollNotFinalYet(poll, opening.at.block, block)
    spec, publication = opening.decided(), box.published(poll, block)
    return _Evidence(
        poll=poll,
        spec=spec,
        terms=opening.terms,
        booth=SecretBooth(box.domain(), spec.paper(poll, opening.terms)),
        roll=rolls.read(spec.poll.roll),
        members=tuple(box.members(poll, block)),
        votes=tuple(box.votes(poll, block)),
        published=publication.root if publication else 0,
        cancelled=box.state(poll, block).cancelled,
        pin=pin,
    )


def _found(evidence: _Evidence, root: int, signed: Sequence[bool]) -> SecretRecount:
    unchecked = [member for member, checked in zip(evidence.members, signed, strict=True) if not checked]
    counted = SecretRecount(
        poll=evidence.poll,
        spec=evidence.spec,
        pin=evidence.pin,
        members=evidence.members,
        signed=sum(signed),
        alone=sum(member.alone for member in unchecked),
        root=root,
        votes=evidence.votes,
        outcome=None,
    )
    if evidence.pin.time < evidence.spec.poll.end or evidence.cancelled or not evidence.published:
        return counted
    poll, eligible = evidence.spec.poll, evidence.roll.size_within(evidence.spec.poll.ranges)
    return replace(counted, outcome=outcome_of(poll.outcome, counted.tally(), counted.ballots, eligible))


def _is_signed(member: Member, evidence: _Evidence) -> bool:
    """Whether the voter's key has signed the registration."""
    if not evidence.roll.has(member.index):
        return False
    voter, poll = to_checksum_address(evidence.roll.voters[member.index]), evidence.spec.poll
    message = Registration(poll.question, poll.document, evidence.terms, evidence.poll, voter, member.commitment)
    return compact_of(member.signature, message.digest(evidence.booth.domain), voter) is not None


def _terms(box: SecretBallotBox, rolls: ElectoralRoll, evidence: _Evidence) -> Iterator[Finding]:
    decided = evidence.spec.terms(rolls.commitment(evidence.spec.poll.roll))
    if not decided == evidence.terms == box.terms(evidence.poll, evidence.pin.number):
        yield TermsDiffer()


def _listed_twice(evidence: _Evidence) -> Iterator[Finding]:
    """Voters who could register under two indices: their votes would not show that they are one person's."""
    for voter, indices in list(evidence.roll.duplicates().items())[:MOST_NAMED]:
        yield ListedTwice(voter, tuple(indices))


def _membership(evidence: _Evidence, signed: Sequence[bool]) -> Iterator[Finding]:
    seen = set[int]()
    for expected, (member, checked) in enumerate(zip(evidence.members, signed, strict=True)):
        if member.number != expected:
            yield MemberOutOfPlace(expected, member.number)
        if member.index in seen:
            yield MemberTwice(member.index)
        if not evidence.spec.poll.admits(member.index, evidence.roll):
            yield MemberUneligible(member.index)
        if not checked and not member.alone:
            yield MemberUnsigned(member.index)
        seen.add(member.index)


def _group(box: SecretBallotBox, evidence: _Evidence, root: int) -> Iterator[Finding]:
    state, group = box.state(evidence.poll, evidence.pin.number), box.group(evidence.poll, evidence.pin.number)
    if state.members != len(evidence.members):
        yield MembersDiffer(state.members, len(evidence.members))
    for stated in {group.root, evidence.published}:
        if stated not in (0, root):
            yield RootDiffers(stated, root)


def _votes(evidence: _Evidence, prover: Prover, root: int, heard: Heard) -> Iterator[Finding]:
    seen, rule = set[int](), evidence.spec.poll.rule
    claims = [evidence.booth.claim(vote, root) for vote in evidence.votes if rule.allows(vote.choices)]
    holds = dict(zip((id(claim.vote) for claim in claims), prover.verify(claims, heard), strict=True))
    for vote in evidence.votes:
        if id(vote) not in holds:
            yield VoteAgainstTheRule(f"{vote.choices:#x}")
        elif not holds[id(vote)]:
            yield VoteUnproved(vote.nullifier)
        if vote.nullifier in seen:
            yield NullifierTwice(vote.nullifier)
        seen.add(vote.nullifier)


def _counts(box: SecretBallotBox, evidence: _Evidence, found: SecretRecount) -> Iterator[Finding]:
    poll, block = evidence.poll, evidence.pin.number
    tally, stated = found.tally(), box.tally(poll, block)
    if (ballots := box.group(poll, block).ballots) != found.ballots:
        yield BallotsDiffer(ballots, found.ballots)
    if stated != tally:
        pairs = enumerate(zip(stated, tally, strict=True))
        yield TallyDiffers(tuple(option for option, (one, other) in pairs if one != other))
    nullifiers = [vote.nullifier for vote in evidence.votes]
    for nullifier, spent in zip(nullifiers, box.are_spent(poll, nullifiers, block), strict=True):
        if not spent:
            yield NullifierUnspent(nullifier)
    if found.outcome is not None and box.result(poll, block) != found.outcome:
        yield OutcomeDiffers()
