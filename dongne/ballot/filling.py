"""Carries out the steps that fill a roll, several under way at once.

The contract keeps one hash that every step changes, and what it must be after each step is known beforehand. Steps of
one key are mined in their order, so it is enough to compare the hash before the first step and after the last one. What
somebody else adds in between shows earlier still: in the index at which a blob begins.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, zip_longest

from web3.types import TxReceipt

from dongne.ballot.electoral_roll import ElectoralRoll
from dongne.ballot.errors import RollChangedMeanwhile
from dongne.chain import Call
from dongne.errors import ContractRefused
from dongne.rpc import patiently
from dongne.sending import Delivery

UNDER_WAY = 24
"""Steps under way at once: 130 million gas, so that blocks are full, and no more is spent in vain if somebody else adds
to the roll."""

_LAG_SECONDS = 5.0
"""How long a node may take until it knows what another one has mined."""

Deliver = Callable[[Call], TxReceipt | None]
"""Carries a call out; None where it was only rehearsed."""
DeliverAll = Callable[[Iterable[Call]], Iterator[Delivery[Call]]]
"""Carries calls out, several at once; gives what became of each, in their order."""
Heard = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Step:
    """A call that adds to a roll.

    Attributes:
        call: the call.
        content: what it stores.
        weight: what it is of all that is to be done.
        first: index of the first voter that it appends; None if it appends none.
    """

    call: Call
    content: bytes
    weight: int
    first: int | None = None


@dataclass(frozen=True, slots=True)
class Filling:
    """How a roll is filled.

    Attributes:
        roll: its number.
        steps: all of them.
        running: the hash that the contract keeps before the first step, and after each.
        done: how many of them are done.
    """

    roll: int
    steps: Sequence[Step]
    running: Sequence[bytes]
    done: int


def one_by_one(deliver: Deliver) -> DeliverAll:
    """Carries calls out, each when the one before it is mined."""
    return lambda calls: (Delivery(call, deliver(call)) for call in calls)


def fill(rolls: ElectoralRoll, filling: Filling, deliver_all: DeliverAll, progress: Heard) -> bool:
    """Take the steps that are missing; False where they were only rehearsed, which ends with the first.

    Raises:
        RollChangedMeanwhile: somebody else added to the roll, or froze it.
        ContractRefused: the contract takes no such step; those before it are done.
    """
    _check_hash(rolls, filling, filling.done)
    left = list(filling.steps[filling.done :])
    if left:  # The first is estimated: where the contract takes none, that costs nothing.
        left[0] = replace(left[0], call=replace(left[0].call, gas=None))
    for _title, steps in groupby(left, key=lambda step: step.call.title):
        if not _taken(rolls, filling, list(steps), deliver_all, progress):
            return False
    _check_hash(rolls, filling, len(filling.steps))
    return True


def _taken(
    rolls: ElectoralRoll, filling: Filling, steps: Sequence[Step], deliver_all: DeliverAll, progress: Heard
) -> bool:
    feed, waiting, refusal = _Feed(steps), iter(steps), None
    for delivery in deliver_all(feed):
        if delivery.receipt is None:
            return False
        step = next(waiting)
        feed.hear()
        if delivery.refusal is None and _is_in_place(rolls, step, delivery.receipt):
            progress(step.weight)
            continue
        feed.stop()  # what is under way is waited for
        refusal = refusal or delivery.refusal
    if feed.stopped:
        raise _why_stopped(rolls, filling, refusal)
    return True


def _is_in_place(rolls: ElectoralRoll, step: Step, receipt: TxReceipt) -> bool:
    """Whether the voters of a step got the indices that they were to get."""
    return step.first is None or step.first == rolls.appended_in(receipt).first


def _why_stopped(rolls: ElectoralRoll, filling: Filling, refusal: ContractRefused | None) -> Exception:
    if refusal is not None and rolls.commitment(filling.roll) in filling.running:
        return refusal
    return _difference(rolls, filling)


def _check_hash(rolls: ElectoralRoll, filling: Filling, done: int) -> None:
    def look() -> None:
        found = rolls.commitment(filling.roll)
        if found in filling.running[:done]:
            raise _Behind
        if found != filling.running[done]:
            raise _difference(rolls, filling)

    try:
        patiently(_LAG_SECONDS, passing=(_Behind,))(look)
    except _Behind:
        raise _difference(rolls, filling) from None


def _difference(rolls: ElectoralRoll, filling: Filling) -> RollChangedMeanwhile:
    """The error that names the first of what a roll stores that is not what was sent from here."""
    pairs = enumerate(zip_longest(filling.steps, rolls.stored(filling.roll)), 1)
    for number, (step, found) in pairs:
        if found is None or step is None or found[1] != step.content:
            return RollChangedMeanwhile(filling.roll, number, found[0] if found else rolls.address)
    return RollChangedMeanwhile(filling.roll, len(filling.steps) + 1, rolls.address)  # somebody else froze it


class _Behind(Exception):
    """The roll is what it was before."""


class _Feed(Iterator[Call]):
    """Calls as there is room for them; ends where there is none now, and goes on when it is asked again."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._calls, self._under_way, self.stopped = iter([step.call for step in steps]), 0, False

    def __next__(self) -> Call:
        if self.stopped or self._under_way == UNDER_WAY:
            raise StopIteration
        call = next(self._calls)
        self._under_way += 1
        return call

    def hear(self) -> None:
        """The outcome of one is told."""
        self._under_way -= 1

    def stop(self) -> None:
        """Nothing more is sent."""
        self.stopped = True
