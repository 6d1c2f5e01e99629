"""Where the ballot box and its offices keep what they counted, and what the words say: for proofs."""

from eth_utils.crypto import keccak

_POLLS, _TALLIES = 4, 5
"""Slots of the mappings."""

_ASSISTED = 2
"""Slot of the mapping of `AssistedVoting` from box and poll to the sums of its offices."""

_CAST_AT, _CAST_BITS = 32, 24
"""Of such a word: bits below the votes cast, and theirs; below them are the caps."""

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


def assisted_slot(box: str, poll: int) -> int:
    """Slot in `AssistedVoting` of what the offices of a poll have cast together."""
    of_box = _entry(_ASSISTED, int(box, 16))
    return _entry(of_box, poll)


def assisted_in(word: int) -> int:
    """Votes that the offices have cast, of that word."""
    return word >> _CAST_AT & ((1 << _CAST_BITS) - 1)


def ballots_in(word: int) -> int:
    """How many voted, of a poll's word."""
    return word >> _BALLOTS_AT & 0xFFFFFF


def votes_in(words: list[int], options: int) -> list[int]:
    """Votes by option, of the words of a tally."""
    return [words[option // _LANES] >> option % _LANES * _LANE_BITS & 0xFFFFFFFF for option in range(options)]


def _entry(mapping: int, key: int) -> int:
    return int.from_bytes(keccak(key.to_bytes(32, "big") + mapping.to_bytes(32, "big")), "big")
