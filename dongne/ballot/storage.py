"""Where the ballot box keeps what it counted, and what its words say: for proofs."""

from eth_utils.crypto import keccak

_POLLS, _TALLIES = 4, 5
"""Slots of the mappings."""

_LANES, _LANE_BITS = 8, 32
_BALLOTS_AT = 32 + 40 + 40 + 16 + 16 + 16 + 24
"""Bits below `ballots` in a poll's word: roll, start, end, options, least, most, eligible."""


def poll_slot(poll: int) -> int:
    """Slot of where a poll stands."""
    return _entry(_POLLS, poll)


def tally_slots(poll: int, options: int) -> list[int]:
    """Slots of a poll's tally, eight options in each."""
    first = _entry(_TALLIES, poll)
    return [first + word for word in range(-(-options // _LANES))]


def ballots_in(word: int) -> int:
    """How many voted, of a poll's word."""
    return word >> _BALLOTS_AT & 0xFFFFFF


def votes_in(words: list[int], options: int) -> list[int]:
    """Votes by option, of the words of a tally."""
    return [words[option // _LANES] >> option % _LANES * _LANE_BITS & 0xFFFFFFFF for option in range(options)]


def _entry(mapping: int, key: int) -> int:
    return int.from_bytes(keccak(key.to_bytes(32, "big") + mapping.to_bytes(32, "big")), "big")
