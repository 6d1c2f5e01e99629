"""Signed transactions as nodes hand them out: who signed one, and what for."""

from dataclasses import dataclass
from typing import Any

import rlp
from eth_account import Account
from eth_account.typed_transactions.typed_transaction import TypedTransaction
from eth_utils.address import to_checksum_address
from hexbytes import HexBytes

_TYPED = 0x7F
"""First byte of a transaction with a type is its type, at most this (EIP-2718); a legacy one starts higher."""

_TO, _DATA, _V = 3, 5, 6
"""Places in a legacy transaction."""

_REPLAY_PROTECTED = 35
"""Of a legacy transaction that names its chain, v is this, twice the chain's id and the parity added up (EIP-155)."""


@dataclass(frozen=True, slots=True)
class SignedTransaction:
    """What a signed transaction says.

    Attributes:
        sender: address whose key signed.
        chain_id: the only chain that takes it; 0 if every chain does.
        to: whom it calls; empty if it creates a contract.
        data: what it calls with.
    """

    sender: str
    chain_id: int
    to: str
    data: bytes


def read_transaction(raw: bytes) -> SignedTransaction:
    """Read a signed transaction.

    Raises:
        ValueError: it is none.
    """
    try:
        sender = Account.recover_transaction(raw)
        said = _typed(raw) if raw[0] <= _TYPED else _legacy(raw)
    except Exception as error:  # libraries raise many kinds over bytes that are no transaction
        raise ValueError("not a signed transaction") from error
    return SignedTransaction(sender, *said)


def _typed(raw: bytes) -> tuple[int, str, bytes]:
    fields: dict[str, Any] = TypedTransaction.from_bytes(HexBytes(raw)).as_dict()
    return int(fields["chainId"]), _address(HexBytes(fields["to"])), bytes(HexBytes(fields["data"]))


def _legacy(raw: bytes) -> tuple[int, str, bytes]:
    fields = rlp.decode(raw)
    v = int.from_bytes(fields[_V], "big")
    chain_id = (v - _REPLAY_PROTECTED) // 2 if v >= _REPLAY_PROTECTED else 0
    return chain_id, _address(fields[_TO]), fields[_DATA]


def _address(raw: bytes) -> str:
    return to_checksum_address(raw) if raw else ""
