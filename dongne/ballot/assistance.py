"""Votes that offices cast for voters, as a recount accounts for them: apart, with who sent them and within which cap.

No voter's signature bears such a vote out. What can be checked is checked: that the office was accredited before the
poll's start, that its key signed the transaction, that caps and ceiling are kept, and the contract's own count.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_typing import ChecksumAddress
from eth_utils.abi import collapse_if_tuple, function_abi_to_4byte_selector
from eth_utils.address import to_checksum_address

from dongne.abi import entry
from dongne.ballot.assisted_voting import AssistedVoting
from dongne.ballot.ballot_box import BallotBox
from dongne.ballot.batch import unpack_counted
from dongne.ballot.errors import (
    AssistedCountDiffers,
    CastByNoOffice,
    Finding,
    OfficeAboveCap,
    OfficesAboveCeiling,
)
from dongne.ballot.events import AssistedVotesCounted
from dongne.ballot.origins import Origin, TracedVote
from dongne.ballot.poll_box import PollBox
from dongne.ballot.polls import PollSpec
from dongne.ballot.storage import assisted_in, assisted_slot
from dongne.book import Entry
from dongne.errors import ChainError, InputError, NodeTalksNonsense
from dongne.pins import Pin
from dongne.proofs import prove_storage, proven_header
from dongne.signed_transactions import read_transaction

_PERCENT = 100


@dataclass(frozen=True, slots=True)
class AssistedBatch:
    """Votes that an office cast in one transaction.

    Attributes:
        event: their log.
        votes: they themselves.
        is_borne_out: whether the office's key signed the transaction; of an office with code, the node's word.
    """

    event: AssistedVotesCounted
    votes: tuple[TracedVote, ...]
    is_borne_out: bool


def assistance_of(box: PollBox[Any], block: int | None = None) -> AssistedVoting | None:
    """The contract of the offices that a box names; None of a box in which offices cast no votes."""
    return offices_of(box, block) if isinstance(box, BallotBox) else None


def offices_of(box: BallotBox, block: int | None = None) -> AssistedVoting:
    """The contract of the offices that the ballot box names."""
    return AssistedVoting(box.chain, Entry(box.assistance_address(block), box.entry.block))


def assisted_batches(
    assistance: AssistedVoting | None, box: PollBox[Any], poll: int, options: int, last: int, first: int | None = None
) -> Iterator[AssistedBatch]:
    """What the offices of a poll cast from block `first` until block `last`, in order."""
    if assistance is None:
        return
    for event in assistance.counted_logs(box.address, poll, last, first):
        groups = event.unpacked(options)
        votes = tuple(TracedVote(index, each.choices, Origin.OFFICE) for each in groups for index in each.indices)
        yield AssistedBatch(event, votes, _is_sent_by_office(assistance, event, options))


def assistance_findings(
    assistance: AssistedVoting | None,
    box: PollBox[Any],
    eligible: int,
    spec: PollSpec,
    poll: int,
    pin: Pin,
    batches: Sequence[AssistedBatch],
) -> Iterator[Finding]:
    """What is wrong with the offices of a poll, of so many voters, and with what they cast."""
    if assistance is None:
        return
    caps = _caps(assistance, box, spec, poll, pin)
    cast: Counter[ChecksumAddress] = Counter()
    for batch in batches:
        cast[batch.event.office] += len(batch.votes)
        if not batch.is_borne_out or batch.event.office not in caps:
            yield CastByNoOffice(batch.event.office, len(batch.votes))
    for office, votes in cast.items():
        if office in caps and votes > caps[office]:
            yield OfficeAboveCap(office, votes, caps[office])
    most = eligible * assistance.ceiling(pin.number) // _PERCENT
    if sum(caps.values()) > most:
        yield OfficesAboveCeiling(sum(caps.values()), most)
    if (stated := assistance.cast_in(box.address, poll, pin.number)) != cast.total():
        yield AssistedCountDiffers(stated, cast.total())


def disproven_assisted(
    assistance: AssistedVoting | None, box: PollBox[Any], poll: int, pin: Pin, counted: int
) -> Iterator[Finding]:
    """The offices' own count, as it follows from the block's hash, against the logs; nothing where a node gives no
    proofs.
    """
    if assistance is None:
        return
    header, slot = proven_header(box.chain, pin.number, pin.hash), assisted_slot(box.address, poll)
    proof = prove_storage(box.chain, assistance.address, [slot], header)
    if proof and (proven := assisted_in(proof.words[slot])) != counted:
        yield AssistedCountDiffers(proven, counted)


def _caps(
    assistance: AssistedVoting, box: PollBox[Any], spec: PollSpec, poll: int, pin: Pin
) -> dict[ChecksumAddress, int]:
    """The caps of the offices that were accredited before the start."""
    found = assistance.accreditations(box.address, poll, pin.number)
    times = {block: assistance.chain.timestamp(block) for block in {event.at.block for event in found}}
    return {event.office: event.cap for event in found if times[event.at.block] < spec.start}


def _is_sent_by_office(assistance: AssistedVoting, event: AssistedVotesCounted, options: int) -> bool:
    """Whether the office's key signed a transaction with the votes of a log; an office with code says so by calling."""
    chain, transaction = assistance.chain, event.at.transaction.to_0x_hex()
    if chain.code(event.office):
        return True
    (found,) = chain.batch([("eth_getTransactionByHash", [transaction])])
    try:
        sender, to, data = str(found["from"]), str(found["to"]), bytes.fromhex(found["input"][2:])
    except (KeyError, TypeError, ValueError) as error:
        raise NodeTalksNonsense(chain.node, type(error).__name__) from error
    if (sender.lower(), to.lower()) != (event.office.lower(), assistance.address.lower()):
        return False
    try:
        (raw,) = chain.batch([("eth_getRawTransactionByHash", [transaction])])
        said = read_transaction(bytes.fromhex(raw[2:]))
    except (ChainError, TypeError, ValueError):  # not every node hands out signed transactions
        return _brings(data, event, options)
    expected = (event.office, assistance.address, chain.id, data)
    return (said.sender, said.to, said.chain_id, said.data) == expected and _brings(data, event, options)


def _brings(data: bytes, event: AssistedVotesCounted, options: int) -> bool:
    """Whether a call of `castAssisted` holds the votes of a log."""
    definition = entry("AssistedVoting", "function", "castAssisted")
    if data[:4] != bytes(function_abi_to_4byte_selector(definition)):  # type: ignore[arg-type]
        return False
    types = [collapse_if_tuple(each) for each in definition["inputs"]]
    try:
        box, poll, batch, record = decode(types, data[4:])
        sent = {(index, group.choices) for group in unpack_counted(batch, options) for index in group.indices}
    except (DecodingError, InputError):
        return False
    counted = {(index, group.choices) for group in event.unpacked(options) for index in group.indices}
    named = (to_checksum_address(box), poll, record) == (event.box, event.poll, event.record)
    return named and counted <= sent
