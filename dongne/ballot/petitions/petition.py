"""Rules of petitions, and where a petition stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from eth_abi.abi import encode
from eth_utils.abi import collapse_if_tuple

from dongne.abi import entry
from dongne.hashing import keccak
from dongne.language import Word, _


class Stage(Word):
    """What a petition waits for."""

    FILED = 0, _("filed; the city decides")
    REFUSED = 1, _("refused")
    COLLECTING = 2, _("collects signatures")
    FAILED = 3, _("too few signatures")
    DUE = 4, _("the city must answer")
    ANSWERED = 5, _("answered")


@dataclass(frozen=True, slots=True)
class PetitionRules:
    """What holds for the petitions of a roll.

    Attributes:
        roll: number of a frozen roll.
        threshold: signatures from which the city must answer.
        collecting: seconds that a petition collects signatures.
        deciding: seconds in which the city admits or refuses one.
        answering: seconds in which the city answers.
        label: what signing says.
        ranges: (first index, count) of the voters who may file and sign.
    """

    roll: int
    threshold: int
    collecting: int
    deciding: int
    answering: int
    label: str
    ranges: tuple[tuple[int, int], ...]

    def hash(self, commitment: bytes) -> bytes:
        """The hash that filings and signatures cover.

        Args:
            commitment: that of the roll.
        """
        return keccak(encode([_type(), "bytes32"], [self.as_tuple(), commitment]))

    def terms(self, commitment: bytes, petition: int, initiator: int, title: str, document: bytes) -> bytes:
        """What the signatures of a petition under these rules cover beside the words."""
        types = ["bytes32", "uint256", "uint24", "bytes32", "bytes32"]
        return keccak(encode(types, [self.hash(commitment), petition, initiator, keccak(title.encode()), document]))

    def as_tuple(self) -> tuple[object, ...]:
        """In the order of the contract's struct."""
        terms = (self.roll, self.threshold, self.collecting, self.deciding, self.answering)
        return (*terms, self.label, list(self.ranges))

    @classmethod
    def from_tuple(cls, raw: Sequence[Any]) -> "PetitionRules":
        """From the contract's struct."""
        roll, threshold, collecting, deciding, answering, label, ranges = raw
        voters = tuple((int(first), int(count)) for first, count in ranges)
        return cls(roll, threshold, collecting, deciding, answering, label, voters)


@dataclass(frozen=True, slots=True)
class Petition:
    """Where a petition stands; times are Unix seconds, 0 for what has not happened.

    Attributes:
        rules: number of its rules.
        initiator: index of the voter who filed it.
        filed_at: when it was filed.
        start: when it was admitted.
        signatures: counted so far.
        met_at: when the threshold was met.
        answered_at: when the city answered, or refused to admit it.
    """

    rules: int
    initiator: int
    filed_at: int
    start: int
    signatures: int
    met_at: int
    answered_at: int

    def stage(self, rules: PetitionRules, now: int) -> Stage:
        """What it waits for."""
        if self.start == 0:
            return Stage.REFUSED if self.answered_at else Stage.FILED
        if self.met_at:
            return Stage.ANSWERED if self.answered_at else Stage.DUE
        return Stage.COLLECTING if now < self.start + rules.collecting else Stage.FAILED

    def due(self, rules: PetitionRules) -> int | None:
        """By when the city must decide or answer; None where it need not, or has."""
        if self.answered_at:
            return None
        if self.start == 0:
            return self.filed_at + rules.deciding
        return self.met_at + rules.answering if self.met_at else None


@cache
def _type() -> str:
    """The contract's struct of rules as an ABI type."""
    return collapse_if_tuple(entry("PetitionBox", "function", "publishRules")["inputs"][0])
