"""Publishes a roll: opens, fills and freezes it, and goes on where an earlier attempt was cut off.

A roll that was begun is recognised by its content: it is not frozen, and the hash that the contract keeps over its
voters is that of the file's first blobs. A frozen roll with the file's commitment is the same list: it is used again,
unless it was withdrawn, for no poll can be opened on that one.
"""

from collections.abc import Callable
from dataclasses import dataclass

from dongne.ballot.electoral_roll import ElectoralRoll
from dongne.ballot.errors import PublishedRollDiffers
from dongne.ballot.filling import Deliver, DeliverAll, Filling, Step, fill, one_by_one
from dongne.ballot.rolls import ADDRESS_BYTES, BLOB_VOTERS, VoterList


@dataclass(frozen=True, slots=True)
class Begun:
    """A roll on the chain that holds the beginning of a list, or all of it.

    Attributes:
        roll: its number; None where there is none yet.
        blobs: how many blobs of the list it holds.
        frozen: whether it is complete.
    """

    roll: int | None
    blobs: int
    frozen: bool = False

    @property
    def voters(self) -> int:
        """Voters that it holds, if its last blob is full."""
        return self.blobs * BLOB_VOTERS


def begun(rolls: ElectoralRoll, voters: VoterList) -> Begun:
    """The roll on which publishing a list goes on: the one that holds most of it."""
    places = {running: blobs for blobs, running in enumerate(voters.running)}
    last, whole = Begun(None, 0), voters.commitment()
    numbers = rolls.numbers()
    for roll, state in zip(numbers, rolls.states(numbers), strict=True):
        if state.frozen and not state.withdrawn and state.commitment == whole:
            return Begun(roll, len(voters.running) - 1, frozen=True)
        if not state.frozen and places.get(state.commitment, -1) >= last.blobs:
            last = Begun(roll, places[state.commitment])
    return last


def publish(
    rolls: ElectoralRoll,
    voters: VoterList,
    deliver: Deliver,
    progress: Callable[[int], None] = lambda _count: None,
    onto: Begun | None = None,
    deliver_all: DeliverAll | None = None,
) -> int | None:
    """Open, fill and freeze a roll, or what is missing of it.

    Args:
        deliver: carries a call out.
        progress: hears how many voters more are on the chain.
        onto: what `begun` found; looked for where it is not given.
        deliver_all: carries out the calls that fill it, several at once; None delivers one by one.

    Returns:
        The roll's number; None where `deliver` only rehearsed, which ends with the first call.

    Raises:
        RollChangedMeanwhile: somebody else appended to the same roll.
        PublishedRollDiffers: the frozen roll does not have the list's commitment.
    """
    at = onto or begun(rolls, voters)
    progress(min(at.voters, len(voters.voters)))
    roll = at.roll
    if roll is None:
        receipt = deliver(rolls.open())
        if receipt is None:
            return None
        roll = rolls.opened_in(receipt)
    if not at.frozen:
        filling = Filling(roll, _steps(rolls, roll, voters), voters.running, at.blobs)
        if not fill(rolls, filling, deliver_all or one_by_one(deliver), progress):
            return None
        if deliver(rolls.freeze(roll, voters.districts)) is None:
            return None
    if rolls.commitment(roll) != voters.commitment():
        raise PublishedRollDiffers(roll)
    return roll


def _steps(rolls: ElectoralRoll, roll: int, voters: VoterList) -> list[Step]:
    return [
        Step(rolls.append(roll, blob), blob, len(blob) // ADDRESS_BYTES, place * BLOB_VOTERS)
        for place, blob in enumerate(voters.blobs())
    ]
