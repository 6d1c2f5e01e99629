"""The signed vote of a score poll (EIP-712), in the words that a voter reads: options by their labels, with points."""

from dataclasses import dataclass
from typing import Any, ClassVar

from eth_typing import ChecksumAddress

from dongne.ballot.messages import AccountMessage, BallotPaper
from dongne.ballot.scores.points import points_of
from dongne.signing import TypedMessage

_WORDS = (
    ("question", "string"),
    ("scores", "Score[]"),
    ("document", "bytes32"),
    ("terms", "bytes32"),
    ("poll", "uint256"),
)
_STRUCTS = (("Score", (("option", "string"), ("points", "uint256"))),)


@dataclass(frozen=True, slots=True)
class ScoreVote(TypedMessage):
    """A voter's points in one poll; anyone may relay it.

    Attributes:
        question: what the poll asks.
        scores: label and points of each option that gets any, in the poll's order.
        document: keccak256 of the document that explains the poll.
        terms: hash of everything that was decided about the poll: no other poll has it.
        poll: number of the poll, from 1.
    """

    TYPE: ClassVar[str] = "ScoreVote"
    FIELDS: ClassVar[tuple[tuple[str, str], ...]] = _WORDS
    STRUCTS: ClassVar[tuple[tuple[str, tuple[tuple[str, str], ...]], ...]] = _STRUCTS

    question: str
    scores: tuple[tuple[str, int], ...]
    document: bytes
    terms: bytes
    poll: int

    def values(self) -> dict[str, Any]:
        """The message's fields; each score names its own."""
        return {**TypedMessage.values(self), "scores": _named(self.scores)}


@dataclass(frozen=True, slots=True)
class AccountScoreVote(AccountMessage):
    """A smart account's points, signed by its owner's key; anyone may relay it, one at a time.

    Attributes:
        question, scores, document, terms, poll: as in `ScoreVote`.
        account: the account that votes.
    """

    TYPE: ClassVar[str] = "AccountScoreVote"
    FIELDS: ClassVar[tuple[tuple[str, str], ...]] = (*_WORDS, ("account", "address"))
    STRUCTS: ClassVar[tuple[tuple[str, tuple[tuple[str, str], ...]], ...]] = _STRUCTS

    question: str
    scores: tuple[tuple[str, int], ...]
    document: bytes
    terms: bytes
    poll: int
    account: ChecksumAddress

    def values(self) -> dict[str, Any]:
        """The message's fields; each score names its own."""
        return {**TypedMessage.values(self), "scores": _named(self.scores)}


@dataclass(frozen=True, slots=True)
class ScorePaper(BallotPaper):
    """What a voter of a score poll reads; choices are points (`points_of`)."""

    def words(self, choices: int) -> list[Any]:
        """Points as the message has them: label and points of each option that gets any."""
        return _named(self._scores(choices))

    def vote(self, choices: int) -> ScoreVote:
        """What a key signs for choices."""
        return ScoreVote(self.question, self._scores(choices), self.document, self.terms, self.poll)

    def account_vote(self, choices: int, account: ChecksumAddress) -> AccountScoreVote:
        """What an owner of a smart account signs."""
        return AccountScoreVote(self.question, self._scores(choices), self.document, self.terms, self.poll, account)

    def _scores(self, choices: int) -> tuple[tuple[str, int], ...]:
        return tuple((self.labels[option], points) for option, points in points_of(choices).items())


def _named(scores: tuple[tuple[str, int], ...]) -> list[dict[str, Any]]:
    return [{"option": label, "points": points} for label, points in scores]
