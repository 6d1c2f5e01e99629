"""Typed events of `PetitionBox`; its signatures are logged as the votes of `BallotBox` are, under the same names."""

from dataclasses import dataclass
from typing import Any

from dongne.ballot.petitions.petition import PetitionRules
from dongne.events import Event


@dataclass(frozen=True, slots=True)
class RulesPublished(Event):
    """Rules for petitions were published, as they will be for good."""

    CONTRACT = "PetitionBox"

    number: int
    hash: bytes
    rules: tuple[Any, ...]

    def decided(self) -> PetitionRules:
        """The rules."""
        return PetitionRules.from_tuple(self.rules)


@dataclass(frozen=True, slots=True)
class RulesClosed(Event):
    """No more petitions are filed under rules."""

    CONTRACT = "PetitionBox"

    number: int


@dataclass(frozen=True, slots=True)
class PetitionFiled(Event):
    """A voter filed a petition; `title` and `document` are hashes."""

    CONTRACT = "PetitionBox"

    petition: int
    rules: int
    initiator: int
    title: bytes
    document: bytes
    decide_by: int


@dataclass(frozen=True, slots=True)
class PetitionAdmitted(Event):
    """A petition takes signatures until before `end`."""

    CONTRACT = "PetitionBox"

    petition: int
    terms: bytes
    end: int
    title: str
    document_uri: str


@dataclass(frozen=True, slots=True)
class PetitionRefused(Event):
    """The city did not admit a petition; `document` is the hash of the reasons."""

    CONTRACT = "PetitionBox"

    petition: int
    document: bytes
    uri: str
    late: bool


@dataclass(frozen=True, slots=True)
class VotesCounted(Event):
    """Signatures of one transaction were counted."""

    CONTRACT = "PetitionBox"

    poll: int
    groups: bytes


@dataclass(frozen=True, slots=True)
class VotesSkipped(Event):
    """Signatures of a batch were not counted."""

    CONTRACT = "PetitionBox"

    poll: int
    items: bytes


@dataclass(frozen=True, slots=True)
class ThresholdMet(Event):
    """Enough voters have signed: the city must answer by `answer_by`."""

    CONTRACT = "PetitionBox"

    petition: int
    signatures: int
    answer_by: int


@dataclass(frozen=True, slots=True)
class PetitionAnswered(Event):
    """The city answered; `document` is the hash of the answer."""

    CONTRACT = "PetitionBox"

    petition: int
    document: bytes
    uri: str
    late: bool
