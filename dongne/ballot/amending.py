"""Publishes an edition of a roll: opens, strikes, fills and freezes it, and goes on where that was cut off.

An edition that was begun is recognised by its content: it amends the same roll, announced as many voters, and the hash
that the contract keeps is the one after one of the steps. A frozen one with the whole hash is the same edition: it is
used again.
"""

from collections.abc import Callable
from dataclasses import dataclass

from dongne.ballot.changes import Changes
from dongne.ballot.editions import MOST_EDITIONS, Edition
from dongne.ballot.electoral_roll import ElectoralRoll
from dongne.ballot.errors import PublishedRollDiffers, RollAmendedAlready, TooManyEditionsOfRoll
from dongne.ballot.filling import Deliver, DeliverAll, Filling, Step, fill, one_by_one
from dongne.ballot.rolls import BLOB_VOTERS, VoterList


@dataclass(frozen=True)
class Amending:
    """How an edition comes about.

    Attributes:
        base: number of the roll that it amends.
        voters: that roll.
        changes: what it changes.
    """

    base: int
    voters: VoterList
    changes: Changes

    @property
    def steps(self) -> int:
        """How many calls it takes, the opening left out."""
        return len(self.edition(0).running)

    @property
    def new_districts(self) -> tuple[int, ...]:
        """Official numbers of districts that the roll does not have so far."""
        known = {district.code for district in self.voters.districts}
        return tuple(district.code for district in self.changes.added.districts if district.code not in known)

    def edition(self, first: int) -> Edition:
        """The edition whose own voters begin with an index."""
        return Edition(self.voters, first, self.voters.struck | self.changes.struck, self.changes.added)


@dataclass(frozen=True)
class BegunEdition:
    """An edition on the chain that holds the beginning of some changes, or all of them.

    Attributes:
        roll: its number.
        edition: what it is to be.
        done: how many of its steps are taken.
    """

    roll: int
    edition: Edition
    done: int


def begun_edition(rolls: ElectoralRoll, amending: Amending) -> BegunEdition | None:
    """The edition on which publishing goes on: the one that holds most of the changes; None if there is none."""
    best = None
    for event in rolls.editions(amending.base):
        if event.added != len(amending.changes.added.voters):
            continue
        edition, state = amending.edition(event.first), rolls.state(event.roll)
        if state.frozen and state.commitment == edition.commitment() and not state.withdrawn:
            return BegunEdition(event.roll, edition, len(edition.running))
        if not state.frozen and state.commitment in edition.running:
            done = edition.running.index(state.commitment)
            if best is None or done >= best.done:
                best = BegunEdition(event.roll, edition, done)
    return best


def refuse_another_edition(rolls: ElectoralRoll, amending: Amending, at: BegunEdition | None) -> None:
    """Make sure that no other edition amends the roll: its changes would be lost in this one.

    Args:
        at: what `begun_edition` found.

    Raises:
        RollAmendedAlready: another edition does.
    """
    if at is not None and at.done == amending.steps:
        return
    latest = rolls.latest_edition(amending.base)
    if latest != amending.base:
        raise RollAmendedAlready(amending.base, latest)


def amend(
    rolls: ElectoralRoll,
    amending: Amending,
    deliver: Deliver,
    progress: Callable[[int], None] = lambda _count: None,
    onto: BegunEdition | None = None,
    deliver_all: DeliverAll | None = None,
) -> int | None:
    """Open, strike, fill and freeze an edition, or what is missing of it.

    Args:
        deliver: carries a call out.
        progress: hears how many steps more are taken.
        onto: what `begun_edition` found; looked for where it is not given.
        deliver_all: carries out the calls that strike and fill, several at once; None delivers one by one.

    Returns:
        The edition's number; None where `deliver` only rehearsed, which ends with the first call.

    Raises:
        TooManyEditionsOfRoll: the roll cannot be amended any more.
        RollChangedMeanwhile: somebody else changed the same edition.
        PublishedRollDiffers: the frozen edition does not have the hash of the changes.
    """
    at = onto or begun_edition(rolls, amending)
    if at is None:
        if rolls.depth(amending.base) >= MOST_EDITIONS:
            raise TooManyEditionsOfRoll(amending.base, MOST_EDITIONS)
        receipt = deliver(rolls.amend(amending.base, len(amending.changes.added.voters)))
        if receipt is None:
            return None
        opened = rolls.amended_in(receipt)
        at = BegunEdition(opened.roll, amending.edition(opened.first), 0)
    progress(at.done)
    edition = at.edition
    if at.done < len(edition.running):
        filling = Filling(at.roll, _steps(rolls, at), edition.running, at.done)
        if not fill(rolls, filling, deliver_all or one_by_one(deliver), progress):
            return None
        if deliver(rolls.freeze(at.roll, edition.own.districts)) is None:
            return None
        progress(1)
    if rolls.commitment(at.roll) != edition.commitment():
        raise PublishedRollDiffers(at.roll)
    return at.roll


def _steps(rolls: ElectoralRoll, at: BegunEdition) -> list[Step]:
    """What fills it, in order: one step for each hash of `Edition.running` after the first."""
    edition = at.edition
    strikes = [Step(rolls.strike(at.roll, page, packed), packed, 1) for page, packed in edition.pages.items()]
    appends = [
        Step(rolls.append(at.roll, blob), blob, 1, edition.first + place * BLOB_VOTERS)
        for place, blob in enumerate(edition.own.blobs())
    ]
    return [*strikes, *appends]
