"""Packed batches of registrations and secret votes, and the packed logs of what became of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from dongne.ballot.secret.errors import ItemsCutOff
from dongne.ballot.secret.messages import PROOF_BYTES, SecretVote, SignedRegistration
from dongne.language import Word, _
from dongne.parts import parts
from dongne.signing import COMPACT_SIGNATURE_BYTES

BATCH_REGISTRATIONS = 250
"""Registrations that one transaction relays: about 2.5 million gas."""

BATCH_SECRET_VOTES = 40
"""Votes that one transaction relays: about 4 million gas; 16 million where every proof is judged alone, which is still
below what EIP-7825 allows."""

_INDEX, _FIELD, _CHOICES, _PLACE, _REASON = 3, 32, 32, 3, 1
REGISTRATION_BYTES = _INDEX + _FIELD + COMPACT_SIGNATURE_BYTES
VOTE_BYTES = _CHOICES + _FIELD + PROOF_BYTES
_SKIPPED_REGISTRATION = _PLACE + _INDEX + _REASON
_SKIPPED_VOTE = _PLACE + _FIELD + _REASON


class RegistrationSkip(Word):
    """Why a registration was not accepted."""

    NONE = 0, _("accepted")
    NOT_ELIGIBLE = 1, _("not eligible")
    ALREADY_REGISTERED = 2, _("has registered already")
    BAD_COMMITMENT = 3, _("commitment is not a number of the field")
    BAD_SIGNATURE = 4, _("signature does not match")


class VoteSkip(Word):
    """Why a secret vote was not counted."""

    NONE = 0, _("counted")
    BAD_CHOICES = 1, _("choices break the rule")
    ALREADY_VOTED = 2, _("the same identity has voted already")
    BAD_PROOF = 3, _("proof does not hold")


@dataclass(frozen=True, slots=True)
class SkippedRegistration:
    """A registration of a batch that was not accepted: its place from 0, the voter's index, why not."""

    place: int
    index: int
    reason: RegistrationSkip


@dataclass(frozen=True, slots=True)
class SkippedSecretVote:
    """A vote of a batch that was not counted: its place from 0, its nullifier, why not."""

    place: int
    nullifier: int
    reason: VoteSkip


def pack_registrations(registrations: Iterable[SignedRegistration]) -> bytes:
    """One batch for `register`: index (3 bytes), commitment (32), r (32), vs (32) each."""
    return b"".join(
        each.index.to_bytes(_INDEX, "big") + each.commitment.to_bytes(_FIELD, "big") + each.signature
        for each in registrations
    )


def unpack_registrations(items: bytes) -> list[SignedRegistration]:
    """The registrations of a batch or of a `VotersRegistered` log.

    Raises:
        ItemsCutOff: the last one is cut off.
    """
    return [
        SignedRegistration(_number(item, 0, _INDEX), _number(item, _INDEX, _FIELD), item[_INDEX + _FIELD :])
        for item in _items(items, REGISTRATION_BYTES)
    ]


def pack_secret_votes(votes: Iterable[SecretVote]) -> bytes:
    """One batch for `castSecretVotes`: choices (32 bytes), nullifier (32), proof (256) each."""
    return b"".join(
        vote.choices.to_bytes(_CHOICES, "big") + vote.nullifier.to_bytes(_FIELD, "big") + vote.proof for vote in votes
    )


def unpack_secret_votes(items: bytes) -> list[SecretVote]:
    """The votes of a batch or of a `SecretVotesCounted` log.

    Raises:
        ItemsCutOff: the last one is cut off.
    """
    return [
        SecretVote(_number(item, 0, _CHOICES), _number(item, _CHOICES, _FIELD), item[_CHOICES + _FIELD :])
        for item in _items(items, VOTE_BYTES)
    ]


def unpack_skipped_registrations(items: bytes) -> list[SkippedRegistration]:
    """The items of a `RegistrationsSkipped` log.

    Raises:
        ItemsCutOff: the last one is cut off.
    """
    return [
        SkippedRegistration(_number(item, 0, _PLACE), _number(item, _PLACE, _INDEX), RegistrationSkip(item[-1]))
        for item in _items(items, _SKIPPED_REGISTRATION)
    ]


def unpack_skipped_votes(items: bytes) -> list[SkippedSecretVote]:
    """The items of a `SecretVotesSkipped` log.

    Raises:
        ItemsCutOff: the last one is cut off.
    """
    return [
        SkippedSecretVote(_number(item, 0, _PLACE), _number(item, _PLACE, _FIELD), VoteSkip(item[-1]))
        for item in _items(items, _SKIPPED_VOTE)
    ]


def _items(packed: bytes, size: int) -> list[bytes]:
    if len(packed) % size:
        raise ItemsCutOff(size, len(packed))
    return [bytes(part) for part in parts(packed, size)]


def _number(item: bytes, at: int, size: int) -> int:
    return int.from_bytes(item[at : at + size], "big")
