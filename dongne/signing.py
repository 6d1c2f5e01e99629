"""EIP-712 messages and EIP-2098 signatures, for all three products."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from eth_account.messages import encode_typed_data
from eth_account.signers.local import LocalAccount
from eth_keys.constants import SECPK1_N
from eth_keys.datatypes import Signature
from eth_keys.exceptions import BadSignature
from eth_typing import ChecksumAddress, Hash32
from eth_utils.crypto import keccak
from eth_utils.exceptions import ValidationError

from dongne.errors import InputError
from dongne.language import _
from dongne.texts import excerpt

COMPACT_SIGNATURE_BYTES = 64
WALLET_SIGNATURE_BYTES = 65
_PARITIES = (0, 1, 27, 28)
_MAX_SIGNATURE_BYTES = 4_096
"""More than any wallet's signature has; whole batches must fit into a transaction (128 KiB at most nodes)."""
_HEXADECIMAL = re.compile("0x(?:[0-9a-fA-F]{2})*")
_DOMAIN_FIELDS = (
    ("name", "string"),
    ("version", "string"),
    ("chainId", "uint256"),
    ("verifyingContract", "address"),
)


@dataclass(eq=False)
class WrongSignatureLength(InputError):
    """Bytes that are neither a compact signature nor a wallet's."""

    template = _("A signature has 64 or 65 bytes, not {length}.")
    length: int


@dataclass(eq=False)
class WrongSignatureParity(InputError):
    """A last byte that no wallet writes."""

    template = _("The signature ends in {parity}; its last byte must be 0, 1, 27 or 28. Copy it again.")
    parity: int


@dataclass(eq=False)
class NotHexadecimal(InputError):
    """A text that should be bytes and is not."""

    template = _("“{text}” is not bytes: write 0x and an even number of hexadecimal digits.")
    text: str


@dataclass(eq=False)
class SignatureTooLong(InputError):
    """More bytes than any wallet's signature has."""

    template = _("The signature has {length} bytes; at most {most} are relayed. Copy it again.")
    length: int
    most: int


@dataclass(frozen=True, slots=True)
class Domain:
    """EIP-712 domain: a signature counts on this chain and at this contract only."""

    name: str
    version: str
    chain_id: int
    verifying_contract: ChecksumAddress

    def as_dict(self) -> dict[str, Any]:
        """The domain as wallets expect it."""
        return {
            "name": self.name,
            "version": self.version,
            "chainId": self.chain_id,
            "verifyingContract": self.verifying_contract,
        }

    def separator(self) -> bytes:
        """The domain's EIP-712 hash."""
        kind = keccak(text=f"EIP712Domain({','.join(f'{kind} {name}' for name, kind in _DOMAIN_FIELDS)})")
        place = self.chain_id.to_bytes(32, "big") + bytes(12) + bytes.fromhex(self.verifying_contract[2:])
        return keccak(kind + keccak(text=self.name) + keccak(text=self.version) + place)


@dataclass(frozen=True, slots=True)
class TypedMessage:
    """A message that a person's key signs. Subclasses name its EIP-712 type and have its fields as attributes."""

    TYPE: ClassVar[str]
    FIELDS: ClassVar[tuple[tuple[str, str], ...]]

    def values(self) -> dict[str, Any]:
        """The message's fields by their EIP-712 names, which are those of its attributes."""
        fields = {name: getattr(self, name) for name, _type in self.FIELDS}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}

    @classmethod
    def type_hash(cls) -> bytes:
        """EIP-712 hash of the message's type."""
        return keccak(text=f"{cls.TYPE}({','.join(f'{kind} {name}' for name, kind in cls.FIELDS)})")

    def typed_data(self, domain: Domain) -> dict[str, Any]:
        """The message as `eth_signTypedData_v4` takes it."""
        return {
            "types": {"EIP712Domain": _fields(_DOMAIN_FIELDS), self.TYPE: _fields(self.FIELDS)},
            "primaryType": self.TYPE,
            "domain": domain.as_dict(),
            "message": self.values(),
        }

    def digest(self, domain: Domain) -> bytes:
        """The 32 bytes that are signed."""
        signable = encode_typed_data(full_message=self.typed_data(domain))
        return keccak(b"\x19" + signable.version + signable.header + signable.body)


def sign(digest: bytes, key: LocalAccount) -> bytes:
    """An EIP-2098 compact signature: r, then s with the parity in its top bit; 64 bytes."""
    signature = key.unsafe_sign_hash(Hash32(digest))
    parity = signature.v - 27
    return signature.r.to_bytes(32, "big") + (signature.s | parity << 255).to_bytes(32, "big")


def compact_of(signature: bytes, digest: bytes, signer: ChecksumAddress) -> bytes | None:
    """The 64-byte form of a signature in either form; None unless `signer`'s key made it over this digest."""
    try:
        short = compact(signature)
        r_s_v = expand(short)
        r, s = int.from_bytes(r_s_v[:32], "big"), int.from_bytes(r_s_v[32:64], "big")
        recovered = Signature(vrs=(r_s_v[64] - 27, r, s)).recover_public_key_from_msg_hash(digest)
    except (InputError, BadSignature, ValidationError, ValueError):
        return None
    return short if recovered.to_checksum_address() == signer else None


def expand(compact: bytes) -> bytes:
    """The 65-byte form (r, s, v) of a compact signature, which most smart accounts expect."""
    parity_and_s = int.from_bytes(compact[32:], "big")
    s = parity_and_s & ((1 << 255) - 1)
    return compact[:32] + s.to_bytes(32, "big") + bytes([27 + (parity_and_s >> 255)])


def compact(signature: bytes) -> bytes:
    """The 64-byte form (EIP-2098) of a signature in either form: wallets give 65 bytes (r, s, v).

    Raises:
        WrongSignatureLength: neither 64 nor 65 bytes.
        WrongSignatureParity: v is not one that wallets write.
    """
    if len(signature) == COMPACT_SIGNATURE_BYTES:
        return signature
    if len(signature) != WALLET_SIGNATURE_BYTES:
        raise WrongSignatureLength(len(signature))
    if signature[64] not in _PARITIES:
        raise WrongSignatureParity(signature[64])
    s, parity = int.from_bytes(signature[32:64], "big"), signature[64] % 27
    if s > SECPK1_N // 2:  # the mirrored signature says the same, and only the lower s fits
        s, parity = SECPK1_N - s, 1 - parity
    return signature[:32] + (s | parity << 255).to_bytes(32, "big")


def signature_of(text: str) -> bytes:
    """A signature from 0x and hexadecimal digits.

    Raises:
        NotHexadecimal: it is something else.
        SignatureTooLong: it has more than 4,096 bytes.
    """
    if not _HEXADECIMAL.fullmatch(text) or len(text) == 2:
        raise NotHexadecimal(excerpt(text))
    signature = bytes.fromhex(text[2:])
    if len(signature) > _MAX_SIGNATURE_BYTES:
        raise SignatureTooLong(len(signature), _MAX_SIGNATURE_BYTES)
    return signature


def _fields(fields: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"name": name, "type": kind} for name, kind in fields]
