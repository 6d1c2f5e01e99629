"""What the measured figures mean for an electorate the size of Seoul's, on three kinds of chain: arithmetic only."""

from typing import Any

ELECTORATE = 9_400_000
"""About as many people as live in Seoul."""

TURNOUT = 0.5

_L1_BLOCK_GAS, _L1_SECONDS, _L1_SHARE = 60_000_000, 12, 0.5
"""Ethereum in 2026, of which half is left for others."""

_BLOB_BYTES, _BLOBS_PER_BLOCK = 131_072, 14
"""EIP-4844; the target after the second BPO fork. The calldata of a batch hardly compresses: signatures are random."""

_QBFT_BLOCK_GAS, _QBFT_SECONDS = 60_000_000, 2
"""A consortium's chain with a block every two seconds."""


def derived(gas_per_vote: float, bytes_per_vote: float, roll_gas_per_voter: float) -> dict[str, Any]:
    """Hours and amounts for `ELECTORATE` voters of whom `TURNOUT` vote."""
    votes = round(ELECTORATE * TURNOUT)
    gas = votes * gas_per_vote + ELECTORATE * roll_gas_per_voter
    blobs = votes * bytes_per_vote / _BLOB_BYTES
    return {
        "electorate": ELECTORATE,
        "votes": votes,
        "gas": round(gas),
        "l1_hours": _hours(gas / (_L1_BLOCK_GAS * _L1_SHARE) * _L1_SECONDS),
        "l2_blobs": round(blobs),
        "l2_hours_of_all_blobs": _hours(blobs / _BLOBS_PER_BLOCK * _L1_SECONDS),
        "qbft_hours": _hours(gas / _QBFT_BLOCK_GAS * _QBFT_SECONDS),
    }


def _hours(seconds: float) -> float:
    return round(seconds / 3600, 2)
