"""Counts the signatures of a petition anew from the chain alone, as the votes of a poll are, and says what differs."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from dongne.ballot.counting import MOST_NAMED, Counting, other_code
from dongne.ballot.electoral_roll import ElectoralRoll
from dongne.ballot.errors import (
    BoxUsesOtherRolls,
    Finding,
    ListedTwice,
    NodesDisagreeOnPoll,
    PollNotFinalYet,
    ProvenCountDiffers,
    TermsDiffer,
    TurnoutDiffers,
)
from dongne.ballot.forms import MaskForm
from dongne.ballot.messages import BallotPaper, Booth
from dongne.ballot.origins import Origin, Tracer
from dongne.ballot.petitions.client import PetitionBox
from dongne.ballot.petitions.errors import AdmittedInOtherWords, PetitionDoesNotRecount, ThresholdMisstated
from dongne.ballot.petitions.petition import Petition, PetitionRules
from dongne.ballot.polls import PollSpec
from dongne.ballot.storage import petition_slot, signatures_in
from dongne.errors import ChainMoved
from dongne.hashing import keccak
from dongne.language import Joined
from dongne.pins import Pin, last_final, pin_at
from dongne.proofs import prove_storage, proven_header
from dongne.signing import Domain


@dataclass(frozen=True, slots=True)
class PetitionRecount:
    """A petition as its logs tell it, as of one block.

    Attributes:
        petition: its number.
        spec: the petition as a poll with one option.
        rules: under which it was filed.
        state: where it stands by the contract.
        signers: indices of the voters who signed.
        pin: the block as of which everything was read.
        origins: how many signatures are borne out by what.
        nodes: how many nodes state the same at that block.
        proven: whether the number of signatures follows from the hash of the block.
        findings: what is wrong; empty if the petition is sound.
    """

    petition: int
    spec: PollSpec
    rules: PetitionRules
    state: Petition
    signers: frozenset[int]
    pin: Pin
    origins: Counter[Origin]
    nodes: int
    proven: bool
    findings: tuple[Finding, ...]

    def raise_if_unsound(self) -> None:
        """End with everything that was found.

        Raises:
            PetitionDoesNotRecount: something is wrong with the petition.
        """
        if self.findings:
            raise PetitionDoesNotRecount(self.petition, Joined(tuple(finding.message for finding in self.findings)))


def recount_petition(
    box: PetitionBox,
    rolls: ElectoralRoll,
    petition: int,
    progress: Callable[[int], None] = lambda _count: None,
    *,
    others: Sequence[PetitionBox] = (),
    block: int | None = None,
    prove: bool = True,
) -> PetitionRecount:
    """Recount a petition as of one block; arguments and errors are those of `recount`."""
    pin = last_final(box.chain) if block is None else pin_at(box.chain, block)
    if (admitted := box.admission(petition)).at.block > pin.number:
        raise PollNotFinalYet(petition, admitted.at.block, pin.number)
    if (stated := box.rolls_address(pin.number)) != rolls.address:
        raise BoxUsesOtherRolls(box.address, stated, rolls.address)
    filed, spec = box.filing(petition), box.spec(petition)
    rules, roll = box.rules(filed.rules), rolls.read(spec.roll)
    terms = rules.terms(roll.commitment(), petition, filed.initiator, spec.question, spec.document)
    domain = Domain(box.NAME_IN_SIGNATURES, "1", box.chain.id, box.address)
    booth = Booth(domain, BallotPaper(petition, spec.question, spec.labels, spec.document, terms))
    counting = Counting(spec, roll)
    for _event, votes in Tracer(box.chain, booth, roll, MaskForm(1)).trace(box.counted_logs(petition, pin.number)):
        counting.take(votes)
        progress(len(votes))
    state, signatures = box.state(petition, pin.number), len(counting.choices)
    _agree(others, petition, state, pin)
    proven = [_proven(node, petition, pin) for node in (box, *others)] if prove else []
    findings = [
        *counting.findings,
        *_words(box, petition, filed.title, spec, terms, pin),
        *(ListedTwice(voter, tuple(places)) for voter, places in list(roll.duplicates().items())[:MOST_NAMED]),
        *_counts(state, rules, signatures, roll.size_within(spec.ranges)),
        *other_code(box.chain, {box.NAME: box.address, rolls.NAME: rolls.address}, pin),
        *(ProvenCountDiffers(count, signatures) for count in proven if count not in (None, signatures)),
    ]
    if box.chain.block_hash(pin.number) != pin.hash:
        raise ChainMoved(pin.number)
    return PetitionRecount(
        petition=petition,
        spec=spec,
        rules=rules,
        state=state,
        signers=frozenset(counting.choices),
        pin=pin,
        origins=counting.origins,
        nodes=1 + len(others),
        proven=any(count is not None for count in proven),
        findings=tuple(findings),
    )


def _agree(others: Sequence[PetitionBox], petition: int, state: Petition, pin: Pin) -> None:
    """Every other node has the same block, and the same state of the petition."""
    for other in others:
        if other.chain.block_hash(pin.number) != pin.hash or other.state(petition, pin.number) != state:
            raise NodesDisagreeOnPoll(other.chain.node, petition, pin.number)


def _words(box: PetitionBox, petition: int, filed: bytes, spec: PollSpec, terms: bytes, pin: Pin) -> Iterator[Finding]:
    if keccak(spec.question.encode()) != filed:
        yield AdmittedInOtherWords()
    if box.terms(petition, pin.number) != terms:
        yield TermsDiffer()


def _counts(state: Petition, rules: PetitionRules, signatures: int, eligible: int) -> Iterator[Finding]:
    if state.signatures != signatures:
        yield TurnoutDiffers(state.signatures, eligible, signatures, eligible)
    stated, found = state.met_at != 0, signatures >= rules.threshold
    if stated != found:
        yield ThresholdMisstated(rules.threshold, stated, found)


def _proven(box: PetitionBox, petition: int, pin: Pin) -> int | None:
    """The number of signatures as it follows from the block's hash; None where a node gives no proofs."""
    slot = petition_slot(petition)
    proof = prove_storage(box.chain, box.address, [slot], proven_header(box.chain, pin.number, pin.hash))
    return None if proof is None else signatures_in(proof.words[slot])
