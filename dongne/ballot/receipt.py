"""A voter's receipt: what shows that a vote is recorded as cast, as a file that anyone checks against any node."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address
from jsonschema import Draft202012Validator

from dongne.ballot.assistance import assistance_of, assisted_batches
from dongne.ballot.ballot_box import BallotBox
from dongne.ballot.electoral_roll import ElectoralRoll
from dongne.ballot.errors import NotAReceipt, ReceiptDisproven, ReceiptNotFinalYet, VoteNotFound
from dongne.ballot.messages import BallotPaper, Booth
from dongne.ballot.origins import Origin, TracedVote, Tracer, signer_of_vote
from dongne.ballot.poll_box import PollBox
from dongne.ballot.polls import PollSpec
from dongne.ballot.recount import booth_of
from dongne.ballot.rolls import VoterList
from dongne.ballot.scores.client import ScoreBallotBox
from dongne.ballot.storage import has_voted_in, voted_slot
from dongne.ballot.voting_client import CountedLog
from dongne.bytecode import build
from dongne.events import Place
from dongne.language import Word
from dongne.pins import Pin, last_final, pin_at
from dongne.proofs import prove_storage, proven_header
from dongne.texts import read_text

FORMAT = "dongne-ballot-receipt-1"
SCHEMA = "receipt.schema.json"


class Signed(Word):
    """What the voter signed."""

    VOTE = 0, "Vote"
    ACCOUNT_VOTE = 1, "AccountVote"
    TRANSACTION = 2, "transaction"
    OFFICE = 3, "office"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A counted vote, and where it is recorded.

    Attributes:
        chain_id: EIP-155 number of the chain.
        ballot_box: where the ballot box lives.
        electoral_roll: where the rolls live.
        since: block before which neither has logs.
        paper: what the voter read.
        choices: labels of the chosen options; of a score poll label and points of each.
        mask: the chosen options as a bit mask; of a score poll eight bits an option, which hold its points.
        roll: number of the roll.
        index: the voter's place in it.
        voter: the voter's address.
        signed: what the voter signed.
        signature: over it; empty for a transaction of the voter's own.
        transaction: hash of the transaction that brought the vote, with 0x.
        place: of the vote in its batch, from 0.
        block: that holds the transaction.
        office: that cast the vote for the voter, who signed nothing; None of every other vote.
    """

    chain_id: int
    ballot_box: ChecksumAddress
    electoral_roll: ChecksumAddress
    since: int
    paper: BallotPaper
    choices: tuple[Any, ...]
    mask: int
    roll: int
    index: int
    voter: ChecksumAddress
    signed: Signed
    signature: bytes
    transaction: str
    place: int
    block: Pin
    office: ChecksumAddress | None = None

    @property
    def kind(self) -> type[PollBox[Any]]:
        """Client of the box that counted the vote: points are told from choices by how they are named."""
        return ScoreBallotBox if isinstance(self.choices[0], dict) else BallotBox

    def as_json(self) -> dict[str, Any]:
        """The fields of its file."""
        return {
            "format": FORMAT,
            "chain_id": self.chain_id,
            "ballot_box": self.ballot_box,
            "electoral_roll": self.electoral_roll,
            "since": self.since,
            "poll": self.paper.poll,
            "question": self.paper.question,
            "choices": list(self.choices),
            "mask": f"{self.mask:#x}",
            "document": "0x" + self.paper.document.hex(),
            "terms": "0x" + self.paper.terms.hex(),
            "roll": self.roll,
            "index": self.index,
            "voter": self.voter,
            "signed": self.signed.label,
            "signature": "0x" + self.signature.hex(),
            "transaction": self.transaction,
            "place": self.place,
            "block": {"number": self.block.number, "hash": self.block.hash, "time": self.block.time},
            **({} if self.office is None else {"office": self.office}),
        }


@dataclass(frozen=True, slots=True)
class ReceiptCheck:
    """A receipt that a node confirmed.

    Attributes:
        receipt: as the file has it.
        origin: what shows that the voter cast the vote.
        final: whether its block can no longer be dropped.
        pin: the block as of which the node was asked.
        proven: whether it follows from the hash of that block that the voter has voted.
    """

    receipt: Receipt
    origin: Origin
    final: bool
    pin: Pin
    proven: bool


def issue_receipt(box: PollBox[Any], rolls: ElectoralRoll, poll: int, index: int) -> Receipt:
    """The receipt of a voter's counted vote.

    Raises:
        VoteNotFound: no vote of that voter is counted.
        EvidenceMismatch: the roll is not the one that was published.
    """
    spec = box.spec(poll)
    roll = rolls.read(spec.roll)
    booth = booth_of(box, spec, roll, poll)
    vote, at, office = _recorded(box, booth, roll, spec, index)
    account = to_checksum_address(roll.voters[index])
    return Receipt(
        chain_id=box.chain.id,
        ballot_box=box.address,
        electoral_roll=rolls.address,
        since=min(box.entry.block, rolls.entry.block),
        paper=booth.paper,
        choices=tuple(booth.paper.words(vote.choices)),
        mask=vote.choices,
        roll=spec.roll,
        index=index,
        voter=account,
        signed=Signed.OFFICE if office else _signed(booth, vote, account),
        signature=vote.signature,
        transaction=at.transaction.to_0x_hex(),
        place=vote.place,
        block=pin_at(box.chain, at.block),
        office=office,
    )


def check_receipt(receipt: Receipt, box: PollBox[Any], rolls: ElectoralRoll, *, prove: bool = True) -> ReceiptCheck:
    """Make sure that a node has the vote recorded as the receipt says.

    Args:
        receipt: of a vote.
        box: the ballot box that it names, at the node.
        rolls: the rolls that it names, at the node.
        prove: whether the mark that the voter has voted must follow from a block's hash where a node gives proofs: it
            could make up the log of a vote that was signed and never relayed.

    Raises:
        ReceiptDisproven: it is not; the error names what differs.
        ReceiptNotFinalYet: the node does not know its block yet.
    """
    pin = _pinned(receipt, box)
    _check_contracts(receipt, box, rolls)
    spec, roll = box.spec(receipt.paper.poll), rolls.read(receipt.roll)
    booth = booth_of(box, spec, roll, receipt.paper.poll)
    for what, holds in _said(receipt, booth, spec, roll):
        if not holds:
            raise ReceiptDisproven(what, box.chain.node)
    vote, at, office = _recorded(box, booth, roll, spec, receipt.index, receipt.block.number)
    recorded = (at.block, at.transaction.to_0x_hex(), vote.choices, vote.place, vote.signature)
    stated = (receipt.block.number, receipt.transaction, receipt.mask, receipt.place, receipt.signature)
    if recorded != stated:
        raise ReceiptDisproven("transaction", box.chain.node)
    if office != receipt.office:
        raise ReceiptDisproven("office", box.chain.node)
    final = pin.number >= receipt.block.number
    asked = pin if final else pin_at(box.chain, box.chain.block_number())
    return ReceiptCheck(receipt, vote.origin, final, asked, prove and _is_proven(receipt, box, asked))


def read_receipt(file: Path) -> Receipt:
    """The receipt in a file, in which words, signature and voter agree.

    Raises:
        UnreadableFile: the file cannot be read.
        NotAReceipt: it is not a receipt, or not of this form.
    """
    try:
        data = json.loads(read_text(file))
    except (ValueError, RecursionError) as error:
        raise NotAReceipt(file, "JSON") from error
    wrong = next(_validator().iter_errors(data), None)
    if wrong is not None:
        raise NotAReceipt(file, ".".join(str(each) for each in wrong.absolute_path) or "fields")
    return _receipt(data)


def _receipt(data: dict[str, Any]) -> Receipt:
    block = data["block"]
    paper = BallotPaper(data["poll"], data["question"], (), _bytes(data["document"]), _bytes(data["terms"]))
    return Receipt(
        chain_id=data["chain_id"],
        ballot_box=to_checksum_address(data["ballot_box"]),
        electoral_roll=to_checksum_address(data["electoral_roll"]),
        since=data["since"],
        paper=paper,
        choices=tuple(data["choices"]),
        mask=int(data["mask"], 16),
        roll=data["roll"],
        index=data["index"],
        voter=to_checksum_address(data["voter"]),
        signed=next(each for each in Signed if each.label == data["signed"]),
        signature=_bytes(data["signature"]),
        transaction=data["transaction"],
        place=data["place"],
        block=Pin(block["number"], block["hash"], block["time"]),
        office=to_checksum_address(data["office"]) if "office" in data else None,
    )


@cache
def _validator() -> Draft202012Validator:
    text = resources.files("dongne.ballot").joinpath("schemas", SCHEMA).read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text))


def _pinned(receipt: Receipt, box: PollBox[Any]) -> Pin:
    """The last final block of the node, which has the receipt's block."""
    if box.chain.block_number() < receipt.block.number:
        raise ReceiptNotFinalYet(receipt.block.number, box.chain.node)
    known = pin_at(box.chain, receipt.block.number)
    if known != receipt.block:
        raise ReceiptDisproven("block", box.chain.node)
    return last_final(box.chain)


def _check_contracts(receipt: Receipt, box: PollBox[Any], rolls: ElectoralRoll) -> None:
    if box.chain.id != receipt.chain_id:
        raise ReceiptDisproven("chain_id", box.chain.node)
    for contract in (box, rolls):
        if not build().contracts[contract.NAME].is_code(contract.chain.code(contract.address)):
            raise ReceiptDisproven(contract.NAME, box.chain.node)
    if box.rolls_address() != receipt.electoral_roll:
        raise ReceiptDisproven("electoral_roll", box.chain.node)


def _is_proven(receipt: Receipt, box: PollBox[Any], pin: Pin) -> bool:
    """Whether it follows from a block's hash that the voter has voted; False where the node gives no proofs.

    Raises:
        ReceiptDisproven: it follows that the voter has not.
    """
    slot = voted_slot(receipt.paper.poll, receipt.index)
    proof = prove_storage(box.chain, box.address, [slot], proven_header(box.chain, pin.number, pin.hash))
    if proof is None:
        return False
    if not has_voted_in(proof.words[slot], receipt.index):
        raise ReceiptDisproven("vote", box.chain.node)
    return True


def _said(receipt: Receipt, booth: Booth, spec: PollSpec, roll: VoterList) -> Iterator[tuple[str, bool]]:
    """What the receipt says, and whether the poll as it was opened says the same."""
    paper = booth.paper
    yield "question", receipt.paper.question == paper.question
    yield "document", receipt.paper.document == paper.document
    yield "terms", receipt.paper.terms == paper.terms
    yield "roll", receipt.roll == spec.roll
    yield "mask", spec.rule.allows(receipt.mask)
    yield "choices", receipt.choices == tuple(paper.words(receipt.mask))
    voter = roll.voters[receipt.index] if roll.has(receipt.index) else None
    yield "voter", voter == bytes.fromhex(receipt.voter[2:])
    if receipt.signed is Signed.VOTE:
        yield "signature", signer_of_vote(booth.digest(receipt.mask), receipt.signature) == voter


def _recorded(
    box: PollBox[Any], booth: Booth, roll: VoterList, spec: PollSpec, index: int, block: int | None = None
) -> tuple[TracedVote, Place, ChecksumAddress | None]:
    """A voter's vote, where it is recorded, and the office that cast it, if one did; in a block or in any.

    Raises:
        VoteNotFound: there is none.
    """
    poll, options = booth.paper.poll, len(spec.labels)
    for event in box.counted_logs(poll, block, block):
        if any(index in group.indices for group in spec.form.counted(event.groups)):
            return _traced(Tracer(box.chain, booth, roll, spec.form), event, index), event.at, None
    last = box.chain.block_number() if block is None else block
    for batch in assisted_batches(assistance_of(box), box, poll, options, last, block):
        for vote in batch.votes:
            if vote.index != index:
                continue
            if not batch.is_borne_out:
                raise ReceiptDisproven("office", box.chain.node)
            return vote, batch.event.at, batch.event.office
    raise VoteNotFound(poll, index)


def _traced(tracer: Tracer, event: CountedLog, index: int) -> TracedVote:
    ((_event, votes),) = tracer.trace([event])
    vote = next(each for each in votes if each.index == index)
    if vote.origin is Origin.NOTHING:
        raise ReceiptDisproven("signature", tracer.chain.node)
    return vote


def _signed(booth: Booth, vote: TracedVote, account: ChecksumAddress) -> Signed:
    if not vote.signature:
        return Signed.TRANSACTION
    by_key = signer_of_vote(booth.digest(vote.choices), vote.signature) == bytes.fromhex(account[2:])
    return Signed.VOTE if by_key else Signed.ACCOUNT_VOTE


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])
