"""What a voter signs to register (EIP-712), and what a proof of a secret vote is about."""

from dataclasses import dataclass
from typing import ClassVar

from eth_abi.abi import encode
from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress

from dongne.ballot.choices import MOST_OPTIONS
from dongne.ballot.errors import ChoicesOutOfRange, VoterIndexOutOfRange
from dongne.ballot.messages import MOST_VOTERS, BallotPaper
from dongne.ballot.secret.errors import NotAFieldElement, WrongProofLength, WrongRegistrationSignature
from dongne.hashing import keccak
from dongne.signing import COMPACT_SIGNATURE_BYTES, Domain, TypedMessage, sign

FIELD_ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617
"""Order of the scalar field of BN254: every number in a proof is below it."""

PROOF_BYTES = 256

STATEMENT = (
    "I register this commitment for the secret ballot on this question. It admits one vote, and does not show which."
)
"""First words of every registration, the same for all."""

_SCOPE_TYPE_HASH = keccak(b"Scope(uint256 chainId,address box,uint256 poll,bytes32 terms)")


@dataclass(frozen=True, slots=True)
class Registration(TypedMessage):
    """A voter's commitment for one secret poll; anyone may relay it.

    Attributes:
        statement: what the voter declares; always `STATEMENT`.
        question: of the poll, in words.
        document: keccak256 of the poll's document.
        terms: hash of everything that was decided about the poll: no other poll has it.
        poll: number of the poll, from 1.
        voter: who registers.
        commitment: of the voter's secret identity.
    """

    TYPE: ClassVar[str] = "Registration"
    FIELDS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("statement", "string"),
        ("question", "string"),
        ("document", "bytes32"),
        ("terms", "bytes32"),
        ("poll", "uint256"),
        ("voter", "address"),
        ("commitment", "uint256"),
    )

    question: str
    document: bytes
    terms: bytes
    poll: int
    voter: ChecksumAddress
    commitment: int
    statement: str = STATEMENT

    def sign(self, index: int, key: LocalAccount, domain: Domain) -> "SignedRegistration":
        """Sign with the key that the roll holds under `index`."""
        return SignedRegistration(index, self.commitment, sign(self.digest(domain), key))


@dataclass(frozen=True, slots=True)
class SignedRegistration:
    """A registration ready to be relayed in a batch.

    Attributes:
        index: the voter's place in the roll, 0 to 16,777,214.
        commitment: of the voter's secret identity; 1 to the order of the field.
        signature: 64 bytes, EIP-2098.
    """

    index: int
    commitment: int
    signature: bytes

    def __post_init__(self) -> None:
        if not 0 <= self.index < MOST_VOTERS:
            raise VoterIndexOutOfRange(self.index, MOST_VOTERS - 1)
        if not 0 <= self.commitment < 2**256:
            raise NotAFieldElement("commitment", str(self.commitment))
        if len(self.signature) != COMPACT_SIGNATURE_BYTES:
            raise WrongRegistrationSignature(len(self.signature))


@dataclass(frozen=True, slots=True)
class SecretVote:
    """A proved vote, ready to be relayed in a batch; it names nobody.

    Attributes:
        choices: bit mask; bit i stands for option i; below 2^256.
        nullifier: the same for all votes of one identity in one poll.
        proof: 256 bytes: the points A, B and C as the verifier takes them.
    """

    choices: int
    nullifier: int
    proof: bytes

    def __post_init__(self) -> None:
        if not 0 <= self.choices < 1 << MOST_OPTIONS:
            raise ChoicesOutOfRange(f"{self.choices:#x}", MOST_OPTIONS - 1)
        if not 0 <= self.nullifier < 2**256:
            raise NotAFieldElement("nullifier", str(self.nullifier))
        if len(self.proof) != PROOF_BYTES:
            raise WrongProofLength(len(self.proof), PROOF_BYTES)

    @property
    def points(self) -> tuple[int, ...]:
        """The eight numbers of the proof."""
        return tuple(int.from_bytes(self.proof[at : at + 32], "big") for at in range(0, PROOF_BYTES, 32))


def scope_of(domain: Domain, poll: int, terms: bytes) -> int:
    """The scope of a poll's proofs, as Semaphore's libraries take it: bound to chain, box, poll and terms."""
    values = [domain.chain_id, domain.verifying_contract, poll, terms]
    encoded = encode(["uint256", "address", "uint256", "bytes32"], values)
    return int.from_bytes(keccak(_SCOPE_TYPE_HASH + encoded), "big")


def message_of(domain: Domain, paper: BallotPaper, choices: int) -> int:
    """The message of a proof for these choices, as Semaphore's libraries take it: what an open vote would sign."""
    return int.from_bytes(paper.vote(choices).digest(domain), "big")


def signal(number: int) -> int:
    """A number as Semaphore's circuit takes it: hashed to fit the field."""
    return int.from_bytes(keccak(number.to_bytes(32, "big")), "big") >> 8
