"""The signed vote (EIP-712), and a booth that signs many for one poll."""

from dataclasses import dataclass, field
from typing import ClassVar

from eth_account.signers.local import LocalAccount

from dongne.ballot.choices import MOST_OPTIONS
from dongne.ballot.errors import ChoicesOutOfRange, VoterIndexOutOfRange, WrongVoteSignatureLength
from dongne.signing import COMPACT_SIGNATURE_BYTES, Domain, TypedMessage, expand, sign

MOST_VOTERS = 2**24 - 1
"""Largest size of a roll: a voter's index takes 3 bytes."""


@dataclass(frozen=True, slots=True)
class Vote(TypedMessage):
    """A voter's choice in one poll; anyone may relay it.

    The voter is not named: the signature names the key, and the roll names the key's index.

    Attributes:
        poll: number of the poll, from 1.
        choices: bit mask; bit i stands for option i.
    """

    TYPE: ClassVar[str] = "Vote"
    FIELDS: ClassVar[tuple[tuple[str, str], ...]] = (("poll", "uint256"), ("choices", "uint256"))

    poll: int
    choices: int


@dataclass(frozen=True, slots=True)
class AccountVote(TypedMessage):
    """A smart account's choice, signed by its owner's key; anyone may relay it, one at a time.

    The voter is named: one key may own several accounts, and what it signs for one must not vote for another.

    Attributes:
        poll: number of the poll, from 1.
        index: the account's place in the roll.
        choices: bit mask; bit i stands for option i.
    """

    TYPE: ClassVar[str] = "AccountVote"
    FIELDS: ClassVar[tuple[tuple[str, str], ...]] = (("poll", "uint256"), ("index", "uint256"), ("choices", "uint256"))

    poll: int
    index: int
    choices: int

    def __post_init__(self) -> None:
        if not 0 <= self.index < MOST_VOTERS:
            raise VoterIndexOutOfRange(self.index, MOST_VOTERS - 1)

    def sign(self, key: LocalAccount, domain: Domain) -> bytes:
        """The signature of an owner's key, 65 bytes as smart accounts expect it."""
        return expand(sign(self.digest(domain), key))


@dataclass(frozen=True, slots=True)
class SignedVote:
    """A vote ready to be relayed in a batch.

    Attributes:
        index: the voter's place in the roll, 0 to 16,777,214.
        choices: bit mask; bit i stands for option i; below 2^128.
        signature: 64 bytes, EIP-2098.
    """

    index: int
    choices: int
    signature: bytes

    def __post_init__(self) -> None:
        if not 0 <= self.index < MOST_VOTERS:
            raise VoterIndexOutOfRange(self.index, MOST_VOTERS - 1)
        if not 0 <= self.choices < 1 << MOST_OPTIONS:
            raise ChoicesOutOfRange(f"{self.choices:#x}", MOST_OPTIONS - 1)
        if len(self.signature) != COMPACT_SIGNATURE_BYTES:
            raise WrongVoteSignatureLength(len(self.signature))


@dataclass(frozen=True, slots=True)
class SignedAccountVote:
    """A smart account's vote, ready to be relayed by a transaction of its own.

    Attributes:
        vote: what was signed.
        signature: as the account expects it; 65 bytes of an owner's key, or any other length.
    """

    vote: AccountVote
    signature: bytes

    @property
    def index(self) -> int:
        """The account's place in the roll."""
        return self.vote.index

    @property
    def choices(self) -> int:
        """Bit mask; bit i stands for option i."""
        return self.vote.choices


@dataclass(slots=True)
class Booth:
    """Signs votes of one poll; a choice that many make is encoded once, which is most of the work.

    Attributes:
        domain: of the ballot box that will count them.
        poll: number of the poll.
    """

    domain: Domain
    poll: int
    _digests: dict[int, bytes] = field(default_factory=dict)

    def sign(self, index: int, choices: int, key: LocalAccount) -> SignedVote:
        """Sign a choice with the key that the roll holds under `index`."""
        return SignedVote(index, choices, sign(self.digest(choices), key))

    def digest(self, choices: int) -> bytes:
        """The 32 bytes that a voter of these choices signs."""
        if choices not in self._digests:
            self._digests[choices] = Vote(self.poll, choices).digest(self.domain)
        return self._digests[choices]
