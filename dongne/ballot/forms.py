"""How a box takes votes and logs them: with masks of options, or as the module of another kind of ballot says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from dongne.ballot.batch import CountedGroup, pack_votes, unpack_counted, unpack_votes
from dongne.ballot.gas import PICK_GAS, VOTE_BYTES, VOTE_GAS, batch_gas
from dongne.ballot.messages import SignedVote


class BallotForm(Protocol):
    """Between the choices of a vote, one number whatever the ballot, and what a box's functions take.

    Attributes:
        CONTRACT: whose functions they are.
    """

    CONTRACT: ClassVar[str]

    def pack(self, votes: Iterable[SignedVote]) -> bytes:
        """A batch for `castBatch`."""

    def weight(self, choices: int) -> tuple[int, int]:
        """Bytes and gas that a vote with these choices adds to a batch at most, the gas without that of the bytes."""

    def gas(self, votes: Sequence[SignedVote]) -> int:
        """The gas limit of such a batch."""

    def unpack(self, batch: bytes) -> list[SignedVote]:
        """The votes of a batch; raises `InputError` of what is not one."""

    def counted(self, groups: bytes) -> list[CountedGroup]:
        """The groups of a log of counted votes; raises `InputError` of what is not one."""

    def argument(self, choices: int) -> Any:
        """Choices as `vote` and `voteBySignature` take them."""

    def choices(self, argument: Any) -> int:
        """The number for such an argument; raises `InputError` where there is none."""


@dataclass(frozen=True, slots=True)
class MaskForm:
    """Choices are a bit mask; so are petitions' with their one option.

    Attributes:
        options: how many the poll has: a mask takes a byte for every eight.
    """

    CONTRACT: ClassVar[str] = "BallotBox"

    options: int

    def pack(self, votes: Iterable[SignedVote]) -> bytes:
        """A batch for `castBatch`."""
        return pack_votes(votes, self.options)

    def weight(self, choices: int) -> tuple[int, int]:
        """Bytes and gas that a vote with these choices adds to a batch at most, the gas without that of the bytes."""
        return VOTE_BYTES + -(-self.options // 8), VOTE_GAS + PICK_GAS * choices.bit_count()

    def gas(self, votes: Sequence[SignedVote]) -> int:
        """The gas limit of such a batch."""
        return batch_gas((self.weight(vote.choices) for vote in votes), self.options)

    def unpack(self, batch: bytes) -> list[SignedVote]:
        """The votes of a batch.

        Raises:
            InputError: it is not one.
        """
        return unpack_votes(batch, self.options)

    def counted(self, groups: bytes) -> list[CountedGroup]:
        """The groups of a `VotesCounted` log.

        Raises:
            InputError: it is not one.
        """
        return unpack_counted(groups, self.options)

    def argument(self, choices: int) -> int:
        """The mask as it is."""
        return choices

    def choices(self, argument: int) -> int:
        """The mask as it is."""
        return argument
