"""Where the ballot box and its offices keep what they counted, and what the words say: for proofs."""

from eth_utils.crypto import keccak

_POLLS, _TALLIES, _VOTED = 4, 5, 6
"""Slots of the mappings."""

_WORD_VOTERS = 256
"""Voters whose marks are in one word of a poll's bitmap."""

_ASSISTED = 2
"""Slot of the mapping of `AssistedVoting` from box and poll to the sums of its offices."""

_CAST_AT, _CAST_BITS = 32, 24
"""Of such a word: bits below the votes cast, and theirs; below them are the caps."""

_PETITIONS = 6
"""Slot of the mapping of `PetitionBox` from petition to where it stands."""

_SIGNATURES_AT = 32 + 24 + 40 + 40
"""Bits below `signatures` in a petition's word: rules, initiator, filedAt, start."""

_SECRET_GROUPS, _SECRET_TALLIES = 5, 6
"""Slots of mappings of `SecretBallotBox`."""

_SECRET_BALLOTS_AT = 160 + 24
"""Bits below `ballots` in the first word of a group: verifier, leastMembers."""

_LANES, _LANE_BITS = 8, 32
_BALLOTS_AT = 32 + 40 + 40 + 16 + 16 + 16 + 24
"""Bits below `ballots` in a poll's word: roll, start, end, options, least, most, eligible."""


def poll_slot(poll: int) -> int:
    """Slot of where a poll stands."""
    return _entry(_POLLS, poll)


def tally_slots(poll: int, options: int) -> list[int]:
    """Slots of a poll's tally, eight options in each."""
    return _lanes(_TALLIES, poll, options)


def voted_slot(poll: int, index: int) -> int:
    """Slot of the word that marks whether a voter has voted in a poll."""
    return _entry(_VOTED, poll) + index // _WORD_VOTERS


def has_voted_in(word: int, index: int) -> bool:
    """Whether the voter has voted, of that word."""
    return bool(word >> index % _WORD_VOTERS & 1)


def secret_group_slot(poll: int) -> int:
    """Slot in `SecretBallotBox` of a poll's verifier and ballots; the next one has the root of its group."""
    return _entry(_SECRET_GROUPS, poll)


def secret_tally_slots(poll: int, options: int) -> list[int]:
    """Slots in `SecretBallotBox` of a poll's tally."""
    return _lanes(_SECRET_TALLIES, poll, options)


def secret_ballots_in(word: int) -> int:
    """How many voted, of the first word of a group."""
    return word >> _SECRET_BALLOTS_AT & 0xFFFFFF


def assisted_slot(box: str, poll: int) -> int:
    """Slot in `AssistedVoting` of what the offices of a poll have cast together."""
    of_box = _entry(_ASSISTED, int(box, 16))
    return _entry(of_box, poll)


def assisted_in(word: int) -> int:
    """Votes that the offices have cast, of that word."""
    return word >> _CAST_AT & ((1 << _CAST_BITS) - 1)


def petition_slot(petition: int) -> int:
    """Slot in `PetitionBox` of where a petition stands."""
    return _entry(_PETITIONS, petition)


def signatures_in(word: int) -> int:
    """How many signed, of a petition's word."""
    return word >> _SIGNATURES_AT & 0xFFFFFF


def ballots_in(word: int) -> int:
    """How many voted, of a poll's word."""
    return word >> _BALLOTS_AT & 0xFFFFFF


def votes_in(words: list[int], options: int) -> list[int]:
    """Votes by option, of the words of a tally."""
    return [words[option // _LANES] >> option % _LANES * _LANE_BITS & 0xFFFFFFFF for option in range(options)]


def _lanes(mapping: int, poll: int, options: int) -> list[int]:
    first = _entry(mapping, poll)
    return [first + word for word in range(-(-options // _LANES))]


def _entry(mapping: int, key: int) -> int:
    return int.from_bytes(keccak(key.to_bytes(32, "big") + mapping.to_bytes(32, "big")), "big")
