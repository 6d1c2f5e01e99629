"""Where counted votes come from: what voters signed, found in the transactions that brought their votes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError
from eth_utils.abi import collapse_if_tuple, function_abi_to_4byte_selector
from eth_utils.address import to_checksum_address

from dongne.abi import entry
from dongne.ballot.batch import CountedGroup
from dongne.ballot.forms import BallotForm
from dongne.ballot.messages import Booth, SignedVote
from dongne.ballot.rolls import VoterList
from dongne.ballot.voting_client import CountedLog
from dongne.chain import Chain
from dongne.errors import ChainError, InputError, NodeRefused, NodeTalksNonsense
from dongne.language import Word, _
from dongne.parts import portions
from dongne.signed_transactions import read_transaction
from dongne.signing import expand, signer_of

TRANSACTIONS = 100
"""Transactions that are asked for at once: of 250 votes each they take about 2 MB."""

_ACCEPTED = bytes.fromhex("1626ba7e")
"""What a smart account answers to a signature that it accepts (ERC-1271)."""

_SIGNATURE_BYTES = (64, 65)


class Origin(Word):
    """What shows that a voter cast a counted vote."""

    NOTHING = 0, _("nothing")
    SIGNED = 1, _("signed by the voter's key")
    SENT = 2, _("sent by the voter's own signed transaction")
    TOLD = 3, _("of a smart account, by the node's word")
    UNTRACED = 4, _("through another contract, which the node does not trace")
    OFFICE = 5, _("cast by an accredited office for the voter")


@dataclass(frozen=True, slots=True)
class TracedVote:
    """One counted vote and where it comes from.

    Attributes:
        index: the voter's place in the roll.
        choices: bit mask, or points (`points_of`).
        origin: what shows that the voter cast it.
        signature: as it stands in the calldata; empty where the voter's own transaction says it.
        place: of the vote in its batch, from 0; 0 for a vote by itself.
    """

    index: int
    choices: int
    origin: Origin
    signature: bytes = b""
    place: int = 0


@dataclass(frozen=True, slots=True)
class _BoxCall:
    """A call of the ballot box: who called, with what."""

    sender: str
    data: bytes


Vote = tuple[int, int]
"""Index and choices."""


@dataclass(frozen=True, slots=True)
class Tracer:
    """Finds where the counted votes of a poll come from.

    Attributes:
        chain: the node that is asked for transactions.
        booth: what the voters of the poll sign.
        roll: whose keys they are.
        form: how the box writes votes.
    """

    chain: Chain
    booth: Booth
    roll: VoterList
    form: BallotForm

    def trace(self, counted: Iterable[CountedLog]) -> Iterator[tuple[CountedLog, list[TracedVote]]]:
        """The votes of each log with where they come from, in the logs' order."""
        for some in portions(counted, TRANSACTIONS):
            transactions = self._transactions(list(dict.fromkeys(event.at.transaction.to_0x_hex() for event in some)))
            votes: dict[str, dict[Vote, TracedVote]] = {}
            for event in some:
                transaction = event.at.transaction.to_0x_hex()
                wanted = [vote for group in self.form.counted(event.groups) for vote in _votes(group)]
                known = votes.setdefault(transaction, {})
                missing = {vote for vote in wanted if vote not in known}
                known |= self._found(transactions[transaction], missing, event.at.block)
                yield event, [known.get(vote, TracedVote(*vote, Origin.NOTHING)) for vote in wanted]

    def _transactions(self, hashes: Sequence[str]) -> dict[str, Any]:
        found = self.chain.batch([("eth_getTransactionByHash", [each]) for each in hashes])
        return dict(zip(hashes, found, strict=True))

    def _found(self, transaction: Any, wanted: set[Vote], block: int) -> dict[Vote, TracedVote]:
        calls = self._calls(transaction)
        if calls is None:
            return {vote: TracedVote(*vote, Origin.UNTRACED) for vote in wanted}
        found: dict[Vote, TracedVote] = {}
        for call in calls:
            for vote in self._said(call, wanted - found.keys(), transaction, block):
                found[vote.index, vote.choices] = vote
        return found

    def _calls(self, transaction: Any) -> list[_BoxCall] | None:
        """The calls of the box that a transaction made; None where a node would have to trace it and does not."""
        try:
            if str(transaction["to"]).lower() == self.booth.domain.verifying_contract.lower():
                return [_BoxCall(to_checksum_address(transaction["from"]), bytes.fromhex(transaction["input"][2:]))]
            return self._traced(transaction["hash"])
        except (KeyError, TypeError, ValueError) as error:
            raise NodeTalksNonsense(self.chain.node, type(error).__name__) from error

    def _traced(self, transaction: str) -> list[_BoxCall] | None:
        asked: list[Any] = [transaction, {"tracer": "callTracer"}]
        try:
            (root,) = self.chain.batch([("debug_traceTransaction", asked)])
        except NodeRefused:
            return None
        return list(_calls_of(root, self.booth.domain.verifying_contract.lower()))

    def _said(self, call: _BoxCall, wanted: set[Vote], transaction: Any, block: int) -> Iterator[TracedVote]:
        function = _functions(self.form.CONTRACT).get(call.data[:4])
        if function is None:
            return
        try:
            poll, *arguments = decode(function.types, call.data[4:])
        except DecodingError:
            return
        if poll != self.booth.paper.poll:
            return
        if function.name == "castBatch":
            yield from self._in_batch(arguments[0], wanted)
            return
        index, argument, *signature = arguments
        try:
            choices = self.form.choices(argument)
        except InputError:
            return
        if (index, choices) in wanted:
            if function.name == "vote":
                yield TracedVote(index, choices, self._own(call, index, transaction))
            else:
                origin = self._by_account(index, choices, signature[0], block)
                yield TracedVote(index, choices, origin, signature[0])

    def _in_batch(self, batch: bytes, wanted: set[Vote]) -> Iterator[TracedVote]:
        try:
            votes = self.form.unpack(batch)
        except InputError:
            return
        for place, vote in enumerate(votes):
            if (vote.index, vote.choices) in wanted and self._is_signed(vote):
                yield TracedVote(vote.index, vote.choices, Origin.SIGNED, vote.signature, place)

    def _is_signed(self, vote: SignedVote) -> bool:
        return self._voter(vote.index) == signer_of_vote(self.booth.digest(vote.choices), vote.signature)

    def _own(self, call: _BoxCall, index: int, transaction: Any) -> Origin:
        """Of a vote that its voter sent: a key signed the transaction, or a smart account made the call."""
        voter = self._voter(index)
        if voter is None or bytes.fromhex(call.sender[2:]) != voter:
            return Origin.NOTHING
        if str(transaction["from"]).lower() != call.sender.lower():
            return Origin.TOLD
        try:
            (raw,) = self.chain.batch([("eth_getRawTransactionByHash", [transaction["hash"]])])
            said = read_transaction(bytes.fromhex(raw[2:]))
        except (ChainError, TypeError, ValueError):
            return Origin.TOLD
        domain = self.booth.domain
        expected = (call.sender, domain.chain_id, domain.verifying_contract, call.data)
        return Origin.SENT if (said.sender, said.chain_id, said.to, said.data) == expected else Origin.NOTHING

    def _by_account(self, index: int, choices: int, signature: bytes, block: int) -> Origin:
        """Of a vote by `voteBySignature`: a key signed, or the node says that the account accepted it then."""
        voter = self._voter(index)
        if voter is None:
            return Origin.NOTHING
        account = to_checksum_address(voter)
        digest = self.booth.paper.account_vote(choices, account).digest(self.booth.domain)
        if signer_of_vote(digest, signature) == voter:
            return Origin.SIGNED
        asked = _IS_VALID + encode(["bytes32", "bytes"], [digest, signature])
        try:
            (answer,) = self.chain.batch([("eth_call", [{"to": account, "data": "0x" + asked.hex()}, hex(block)])])
        except ChainError:  # nodes forget old states, and an account may have changed
            return Origin.TOLD
        return Origin.TOLD if bytes.fromhex(str(answer)[2:10]) == _ACCEPTED else Origin.NOTHING

    def _voter(self, index: int) -> bytes | None:
        return self.roll.voters[index] if self.roll.has(index) else None


@dataclass(frozen=True, slots=True)
class _Function:
    name: str
    types: tuple[str, ...]


def _function(contract: str, name: str) -> tuple[bytes, _Function]:
    definition = entry(contract, "function", name)
    types = tuple(collapse_if_tuple(each) for each in definition["inputs"])
    return bytes(function_abi_to_4byte_selector(definition)), _Function(name, types)  # type: ignore[arg-type]


@cache
def _functions(contract: str) -> Mapping[bytes, _Function]:
    """Those that count votes, by selector."""
    return dict(_function(contract, name) for name in ("castBatch", "vote", "voteBySignature"))


_IS_VALID = _ACCEPTED
"""Selector of `isValidSignature`, which ERC-1271 answers with."""


def _votes(group: CountedGroup) -> Iterator[Vote]:
    return ((index, group.choices) for index in group.indices)


def signer_of_vote(digest: bytes, signature: bytes) -> bytes | None:
    """Address of the key that made a signature of 64 or 65 bytes; None of another length, or if no key can have."""
    if len(signature) not in _SIGNATURE_BYTES:
        return None
    r_s_v = expand(signature) if len(signature) == _SIGNATURE_BYTES[0] else signature
    if r_s_v[64] not in (27, 28):
        return None
    return signer_of(digest, r_s_v[:64] + bytes((r_s_v[64] - 27,)))


def _calls_of(frame: Any, box: str) -> Iterator[_BoxCall]:
    """The calls of the box within a traced call, in their order, but for those that were undone."""
    if frame.get("error"):
        return
    if frame["type"] == "CALL" and str(frame.get("to")).lower() == box:
        yield _BoxCall(to_checksum_address(frame["from"]), bytes.fromhex(frame["input"][2:]))
    for inner in frame.get("calls") or ():
        yield from _calls_of(inner, box)
