"""The group of a secret poll: its members in the order of the logs, its root, and a member's way to it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dongne.ballot.secret.client import Member, SecretBallotBox
from dongne.ballot.secret.errors import GroupDiffers, GroupStillOpen, NotAMember
from dongne.ballot.secret.prover import MerklePath, Prover

Heard = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class ComputedGroup:
    """A group as the logs tell it.

    Attributes:
        members: in the order of the group.
        root: of the tree of their commitments; 0 without members.
        published: the root that the contract keeps; 0 until it is published.
    """

    members: tuple[Member, ...]
    root: int
    published: int

    @property
    def matches(self) -> bool:
        """Whether the published root, if there is one, is that of the members."""
        return self.published in (0, self.root)


def compute_group(
    box: SecretBallotBox, poll: int, prover: Prover, block: int | None = None, heard: Heard = lambda _count: None
) -> ComputedGroup:
    """The group of a poll from its logs, now or by a block.

    Args:
        heard: hears how many members more are in the tree.
    """
    members = tuple(box.members(poll, block))
    root = prover.root([member.commitment for member in members], heard) if members else 0
    return ComputedGroup(members, root, box.group(poll, block).root)


def way_of(
    box: SecretBallotBox, poll: int, prover: Prover, secret: bytes, file: Path, heard: Heard = lambda _count: None
) -> MerklePath:
    """A member's way to the published root.

    Args:
        file: where the secret is, for messages.
        heard: hears how many members more are in the tree.

    Raises:
        GroupStillOpen: there is no root yet.
        NotAMember: the secret's commitment is not in the group.
        GroupDiffers: the published root is not that of the registered voters.
    """
    published = box.group(poll).root
    if not published:
        raise GroupStillOpen(poll)
    leaves = [member.commitment for member in box.members(poll)]
    (commitment,) = prover.commitments([secret])
    if commitment not in leaves:
        raise NotAMember(file, poll, commitment)
    way = prover.path(leaves, leaves.index(commitment), heard)
    if way.root != published:
        raise GroupDiffers(poll, published, way.root)
    return way
