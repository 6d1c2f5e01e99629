"""The signed vote (EIP-712), in the words that a voter reads, and a booth that signs many for one poll."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress

from dongne.ballot.choices import MOST_OPTIONS, labels_of
from dongne.ballot.errors import ChoicesOutOfRange, VoterIndexOutOfRange, WrongVoteSignatureLength
from dongne.signing import COMPACT_SIGNATURE_BYTES, Domain, TypedMessage, expand, sign

MOST_VOTERS = 2**24 - 1
"""Largest size of a roll: a voter's index takes 3 bytes."""

_CHOICE_BITS = 8 * MOST_OPTIONS
"""A mask has one bit for an option, points have eight."""

_WORDS = (
    ("question", "string"),
    ("choices", "string[]"),
    ("document", "bytes32"),
    ("terms", "bytes32"),
    ("poll", "uint256"),
)


@dataclass(frozen=True, slots=True)
class AccountMessage(TypedMessage):
    """What the owner of a smart account signs for it."""

    def sign(self, key: LocalAccount, domain: Domain) -> bytes:
        """The signature of an owner's key, 65 bytes as smart accounts expect it."""
        return expand(sign(self.digest(domain), key))


@dataclass(frozen=True, slots=True)
class Vote(TypedMessage):
    """A voter's choice in one poll; anyone may relay it.

    The voter is not named: the signature names the key, and the roll names the key's index.

    Attributes:
        question: what the poll asks.
        choices: labels of the chosen options, in the poll's order.
        document: keccak256 of the document that explains the poll.
        terms: hash of everything that was decided about the poll: no other poll has it.
        poll: number of the poll, from 1.
    """

    TYPE: ClassVar[str] = "Vote"
    FIELDS: ClassVar[tuple[tuple[str, str], ...]] = _WORDS

    question: str
    choices: tuple[str, ...]
    document: bytes
    terms: bytes
    poll: int


@dataclass(frozen=True, slots=True)
class AccountVote(AccountMessage):
    """A smart account's choice, signed by its owner's key; anyone may relay it, one at a time.

    The account is named: one key may own several, and what it signs for one must not vote for another.

    Attributes:
        question, choices, document, terms, poll: as in `Vote`.
        account: the account that votes.
    """

    TYPE: ClassVar[str] = "AccountVote"
    FIELDS: ClassVar[tuple[tuple[str, str], ...]] = (*_WORDS, ("account", "address"))

    question: str
    choices: tuple[str, ...]
    document: bytes
    terms: bytes
    poll: int
    account: ChecksumAddress


@dataclass(frozen=True, slots=True)
class BallotPaper:
    """What a voter reads: a poll's question and options, and what makes them this poll's.

    Attributes:
        poll: number of the poll.
        question: what is asked.
        labels: of the options, in their order.
        document: keccak256 of the document that explains the poll.
        terms: hash of everything that was decided.
    """

    poll: int
    question: str
    labels: tuple[str, ...]
    document: bytes
    terms: bytes

    def words(self, choices: int) -> list[Any]:
        """Choices, a bit mask, as the message has them: labels of the chosen options."""
        return list(labels_of(choices, self.labels))

    def vote(self, choices: int) -> TypedMessage:
        """What a key signs for choices."""
        return Vote(self.question, labels_of(choices, self.labels), self.document, self.terms, self.poll)

    def account_vote(self, choices: int, account: ChecksumAddress) -> AccountMessage:
        """What an owner of a smart account signs."""
        chosen = labels_of(choices, self.labels)
        return AccountVote(self.question, chosen, self.document, self.terms, self.poll, account)


@dataclass(frozen=True, slots=True)
class SignedVote:
    """A vote ready to be relayed in a batch.

    Attributes:
        index: the voter's place in the roll, 0 to 16,777,214.
        choices: bit mask; bit i stands for option i; below 2^256.
        signature: 64 bytes, EIP-2098.
    """

    index: int
    choices: int
    signature: bytes

    def __post_init__(self) -> None:
        _check(self.index, self.choices)
        if len(self.signature) != COMPACT_SIGNATURE_BYTES:
            raise WrongVoteSignatureLength(len(self.signature))


@dataclass(frozen=True, slots=True)
class SignedAccountVote:
    """A smart account's vote, ready to be relayed by a transaction of its own.

    Attributes:
        index: the account's place in the roll.
        choices: bit mask; bit i stands for option i.
        signature: as the account expects it; 65 bytes of an owner's key, or any other length.
    """

    index: int
    choices: int
    signature: bytes

    def __post_init__(self) -> None:
        _check(self.index, self.choices)


@dataclass(slots=True)
class Booth:
    """Signs votes of one poll; what many choose is hashed once.

    Attributes:
        domain: of the ballot box that will count them.
        paper: of the poll.
    """

    domain: Domain
    paper: BallotPaper
    _digests: dict[int, bytes] = field(default_factory=dict)

    def sign(self, index: int, choices: int, key: LocalAccount) -> SignedVote:
        """Sign choices with the key that the roll holds under `index`."""
        return SignedVote(index, choices, sign(self.digest(choices), key))

    def digest(self, choices: int) -> bytes:
        """The 32 bytes that a voter of these choices signs."""
        if choices not in self._digests:
            self._digests[choices] = self.paper.vote(choices).digest(self.domain)
        return self._digests[choices]


def _check(index: int, choices: int) -> None:
    if not 0 <= index < MOST_VOTERS:
        raise VoterIndexOutOfRange(index, MOST_VOTERS - 1)
    if not 0 <= choices < 1 << _CHOICE_BITS:
        raise ChoicesOutOfRange(f"{choices:#x}", MOST_OPTIONS - 1)
