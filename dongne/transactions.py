"""Transactions (EIP-1559): their bytes, unsigned and signed, and who signs them."""

from dataclasses import dataclass
from typing import Any, Protocol

import rlp
from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress

from dongne.fees import Fees
from dongne.hashing import keccak
from dongne.signing import sign_recoverably

_TYPE = b"\x02"

BASE_GAS, BYTE_GAS = 60_000, 40
"""Gas set aside for a transaction as such, and at most for a byte of it (EIP-7623)."""

MOST_BYTES = 120_000
"""Calldata of one transaction: nodes take 128 KiB with everything around it."""

MOST_GAS = 12_000_000
"""Gas limit of one transaction: two fit into a block of 30 million, and EIP-7825 allows 16.7 million."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction that sends no ether.

    Attributes:
        chain_id: where it counts.
        nonce: its place among the sender's transactions.
        fees: what a unit of gas may cost.
        gas: most gas that it may take.
        to: 20 bytes of the address that is called; empty where a contract is created.
        data: calldata, or creation code.
    """

    chain_id: int
    nonce: int
    fees: Fees
    gas: int
    to: bytes
    data: bytes

    def payload(self) -> bytes:
        """What a signer hashes and signs."""
        return _TYPE + bytes(rlp.encode(self._fields()))

    def digest(self) -> bytes:
        """The 32 bytes that are signed."""
        return keccak(self.payload())

    def signed(self, r_s_parity: bytes) -> bytes:
        """The raw transaction, with a signature of 65 bytes."""
        numbers = (r_s_parity[64:], r_s_parity[:32], r_s_parity[32:64])
        return _TYPE + bytes(rlp.encode([*self._fields(), *(number.lstrip(b"\0") for number in numbers)]))

    @classmethod
    def of(cls, raw: bytes) -> "Transaction":
        """What a raw transaction asks for.

        Raises:
            ValueError: the bytes are not a transaction of this kind.
        """
        if raw[:1] != _TYPE:
            raise ValueError("not a transaction of EIP-1559")
        try:
            chain_id, nonce, tip, most, gas, to, _value, data, _access, *_signature = rlp.decode(raw[1:])
        except rlp.exceptions.RLPException as error:
            raise ValueError(str(error)) from error
        return cls(_number(chain_id), _number(nonce), Fees(_number(most), _number(tip)), _number(gas), to, data)

    def as_json(self) -> dict[str, str]:
        """Its fields as JSON-RPC names them."""
        return {
            "type": "0x2",
            "chainId": hex(self.chain_id),
            "nonce": hex(self.nonce),
            "maxFeePerGas": hex(self.fees.most),
            "maxPriorityFeePerGas": hex(self.fees.tip),
            "gas": hex(self.gas),
            "value": "0x0",
            "input": "0x" + self.data.hex(),
            **({"to": "0x" + self.to.hex()} if self.to else {}),
        }

    def _fields(self) -> list[Any]:
        numbers = (self.chain_id, self.nonce, self.fees.tip, self.fees.most, self.gas)
        return [*map(_bytes, numbers), self.to, b"", self.data, []]


class Signer(Protocol):
    """Signs transactions of one address; where the key is, is its own affair."""

    @property
    def address(self) -> ChecksumAddress:
        """Whose transactions it signs."""

    def sign(self, transaction: Transaction) -> bytes:
        """The raw transaction, signed."""


@dataclass(frozen=True, slots=True)
class KeySigner:
    """Signs with a key in memory."""

    key: LocalAccount

    @property
    def address(self) -> ChecksumAddress:
        """The key's address."""
        address: ChecksumAddress = self.key.address
        return address

    def sign(self, transaction: Transaction) -> bytes:
        """The raw transaction, signed."""
        return transaction.signed(sign_recoverably(transaction.digest(), self.key))

    def __repr__(self) -> str:
        """The address: a key is in no log."""
        return f"KeySigner({self.address})"


def signer_of(key: LocalAccount | Signer) -> Signer:
    """A key as a signer; a signer as it is."""
    return KeySigner(key) if isinstance(key, LocalAccount) else key


def hash_of(raw: bytes) -> str:
    """Hash of a signed transaction, with 0x: it is known before the transaction is sent."""
    return "0x" + keccak(raw).hex()


def _bytes(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big")
