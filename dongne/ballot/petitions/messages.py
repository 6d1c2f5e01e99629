"""What a voter signs who files a petition for somebody else to send."""

from dataclasses import dataclass
from typing import ClassVar

from eth_typing import ChecksumAddress

from dongne.signing import TypedMessage


@dataclass(frozen=True, slots=True)
class Filing(TypedMessage):
    """A petition that a voter files; anyone may relay it, once.

    Attributes:
        title: what the petition asks for, as others will sign it.
        document: keccak256 of the petition itself.
        rules: hash of the rules under which it is filed.
        initiator: who files it.
        petition: how many petitions the initiator has filed under these rules before.
    """

    TYPE: ClassVar[str] = "Filing"
    FIELDS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("title", "string"),
        ("document", "bytes32"),
        ("rules", "bytes32"),
        ("initiator", "address"),
        ("petition", "uint256"),
    )

    title: str
    document: bytes
    rules: bytes
    initiator: ChecksumAddress
    petition: int
