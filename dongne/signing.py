"""EIP-712 messages and EIP-2098 signatures, for all three products.

A relayer signs and checks thousands a second, so messages are encoded here and signed by libsecp256k1 without a detour;
a test compares the bytes with those of eth-account.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from coincurve import PrivateKey, PublicKey
from eth_account.signers.local import LocalAccount
from eth_keys.constants import SECPK1_N
from eth_typing import ChecksumAddress

from dongne.errors import InputError, SigningError
from dongne.hashing import keccak
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


@dataclass(eq=False)
class FieldNotSignable(SigningError):
    """A field holds a value that its EIP-712 type has not."""

    template = _("The message's field “{field}” cannot be signed: {value} is not a value of type {kind}.")
    field: str
    value: str
    kind: str


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
        """The 32 bytes that every digest of this domain starts from."""
        return _separator(self)


@dataclass(frozen=True, slots=True)
class TypedMessage:
    """A message that a person's key signs. Subclasses name its EIP-712 type and have its fields as attributes."""

    TYPE: ClassVar[str]
    FIELDS: ClassVar[tuple[tuple[str, str], ...]]
    STRUCTS: ClassVar[tuple[tuple[str, tuple[tuple[str, str], ...]], ...]] = ()
    """Types that the fields consist of, by name in alphabetical order; their values are dictionaries."""

    def values(self) -> dict[str, Any]:
        """The message's fields by their EIP-712 names, which are those of its attributes."""
        return {name: getattr(self, name) for name, _type in self.FIELDS}

    def typed_data(self, domain: Domain) -> dict[str, Any]:
        """The message as `eth_signTypedData_v4` takes it, arrays as JSON has them."""
        values = {name: list(value) if isinstance(value, tuple) else value for name, value in self.values().items()}
        return {
            "types": {
                "EIP712Domain": _fields(_DOMAIN_FIELDS),
                self.TYPE: _fields(self.FIELDS),
                **{name: _fields(fields) for name, fields in self.STRUCTS},
            },
            "primaryType": self.TYPE,
            "domain": domain.as_dict(),
            "message": values,
        }

    def struct_hash(self) -> bytes:
        """EIP-712's hash of the message alone, 32 bytes.

        Raises:
            SigningError: a field has a value that its type has not.
        """
        return _schema(self.TYPE, self.FIELDS, self.STRUCTS).hash(self.values())

    def digest(self, domain: Domain) -> bytes:
        """The 32 bytes that are signed.

        Raises:
            SigningError: a field has a value that its type has not.
        """
        return keccak(b"\x19\x01" + domain.separator() + self.struct_hash())


def sign(digest: bytes, key: LocalAccount) -> bytes:
    """An EIP-2098 compact signature: r, then s with the parity in its top bit; 64 bytes."""
    r_s_parity = sign_recoverably(digest, key)
    return r_s_parity[:32] + bytes((r_s_parity[32] | r_s_parity[64] << 7,)) + r_s_parity[33:64]


def sign_recoverably(digest: bytes, key: LocalAccount) -> bytes:
    """r, s and the parity (0 or 1), 65 bytes; deterministic (RFC 6979), s is the lower one."""
    return _secret(key).sign_recoverable(digest, hasher=None)


def signer_of(digest: bytes, r_s_parity: bytes) -> bytes | None:
    """The 20 bytes of the address whose key signed; None if no key can have."""
    try:
        public = PublicKey.from_signature_and_message(r_s_parity, digest, hasher=None)
    except Exception:  # coincurve raises that class itself where r or s is not a number of the curve
        return None
    return keccak(public.format(compressed=False)[1:])[12:]


def compact_of(signature: bytes, digest: bytes, signer: ChecksumAddress) -> bytes | None:
    """The 64-byte form of a signature in either form; None unless `signer`'s key made it over this digest."""
    try:
        short = compact(signature)
    except InputError:
        return None
    r_s_v = expand(short)
    found = signer_of(digest, r_s_v[:64] + bytes((r_s_v[64] - 27,)))
    return short if found == bytes.fromhex(signer[2:]) else None


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


_Encoder = Callable[[Any], bytes]
_Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Schema:
    """How the messages of one type are hashed."""

    type_hash: bytes
    fields: tuple[tuple[str, str, _Encoder], ...]

    def hash(self, values: dict[str, Any]) -> bytes:
        try:
            return keccak(self.type_hash + b"".join([encode(values[name]) for name, _kind, encode in self.fields]))
        except (TypeError, ValueError, OverflowError, AttributeError) as error:
            raise self._wrong(values) from error

    def _wrong(self, values: dict[str, Any]) -> FieldNotSignable:
        for name, kind, encode in self.fields:
            try:
                encode(values[name])
            except (TypeError, ValueError, OverflowError, AttributeError):
                return FieldNotSignable(name, excerpt(str(values[name])), kind)
        raise AssertionError  # one of them was wrong


@cache
def _schema(name: str, fields: _Fields, structs: tuple[tuple[str, _Fields], ...] = ()) -> _Schema:
    signature = "".join(_signature(*each) for each in ((name, fields), *structs))
    # A struct hashes by its own type; those of this suite have none within.
    known = {each: _schema(each, inner).hash for each, inner in structs}
    encoders = tuple((field, kind, _encoder(kind, known)) for field, kind in fields)
    return _Schema(keccak(signature.encode()), encoders)


def _signature(name: str, fields: _Fields) -> str:
    return f"{name}({','.join(f'{kind} {field}' for field, kind in fields)})"


@lru_cache
def _separator(domain: Domain) -> bytes:
    return _schema("EIP712Domain", _DOMAIN_FIELDS).hash(domain.as_dict())


_keys: WeakKeyDictionary[LocalAccount, PrivateKey] = WeakKeyDictionary()


def _secret(key: LocalAccount) -> PrivateKey:
    """The key as libsecp256k1 has it, kept as long as the key itself: making it takes longer than a signature."""
    found = _keys.get(key)
    if found is None:
        found = _keys[key] = PrivateKey(bytes(key.key))
    return found


def _encoder(kind: str, structs: Mapping[str, _Encoder]) -> _Encoder:
    """What EIP-712 hashes of a value: its 32 bytes, or the hash of what has no fixed length."""
    if array := re.fullmatch(r"(.+)\[(\d*)\]", kind):
        return partial(_array, _encoder(array[1], structs), int(array[2]) if array[2] else None)
    if kind in structs:
        return structs[kind]
    if number := re.fullmatch(r"(u?int)(\d+)", kind):
        return partial(_number, int(number[2]), number[1] == "int")
    if fixed := re.fullmatch(r"bytes(\d+)", kind):
        return partial(_fixed_bytes, int(fixed[1]))
    return _PLAIN[kind]


def _array(encode: _Encoder, length: int | None, values: Any) -> bytes:
    if length not in (None, len(values)):
        raise ValueError(f"{len(values)} items")
    return keccak(b"".join(encode(each) for each in values))


def _number(bits: int, signed: bool, value: int) -> bytes:
    if signed:
        if not -(1 << bits - 1) <= value < 1 << bits - 1:
            raise OverflowError(value)
        return value.to_bytes(32, "big", signed=True)
    if value >> bits:
        raise OverflowError(value)
    return value.to_bytes(32, "big")


def _fixed_bytes(length: int, value: bytes) -> bytes:
    if len(value) != length:
        raise ValueError(f"{len(value)} bytes")
    return bytes(value).ljust(32, b"\0")


def _address(value: str) -> bytes:
    address = bytes.fromhex(value.removeprefix("0x"))
    if len(address) != 20:
        raise ValueError(f"{len(address)} bytes")
    return address.rjust(32, b"\0")


def _truth(value: bool) -> bytes:
    if value not in (True, False):
        raise ValueError(value)
    return int(value).to_bytes(32, "big")


_PLAIN: dict[str, _Encoder] = {
    "address": _address,
    "bool": _truth,
    "string": lambda text: keccak(text.encode()),
    "bytes": lambda data: keccak(bytes(data)),
}
