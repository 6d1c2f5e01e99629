"""What the roll's logs say of rolls and their districts."""

from typing import Any

from dongne.ballot.events import (
    DuplicateProven,
    RollAmended,
    RollFrozen,
    RollOpened,
    RollWithdrawn,
    VotersAppended,
    VotersStruck,
)
from dongne.indexer.draft import Draft
from dongne.indexer.handling import At, Reads, on
from dongne.store.ballot import Roll, RollDistrict
from dongne.store.rows import storable

_ROLL = Reads(Roll, "roll")


@on(RollOpened, reads=(_ROLL,))
def roll_opened(draft: Draft, at: At, roll: int) -> None:
    """A roll takes voters."""
    draft[Roll].change(roll).opened = at.time


@on(RollAmended, reads=(_ROLL,))
def roll_amended(draft: Draft, _at: At, roll: int, base: int, first: int, _added: int) -> None:
    """It has the voters and districts of another one, but for what follows."""
    row, before = draft[Roll].known(roll), draft[Roll].known(base)
    row.amends, row.first, row.voters = base, first, before.voters + before.struck
    draft[RollDistrict].load([(of, number) for of in (base, roll) for number in range(before.districts)])
    for number in range(before.districts):
        former = draft[RollDistrict].known((base, number))
        district = draft[RollDistrict].change((roll, number))
        district.code, district.first, district.voters = former.code, former.first, former.voters


@on(VotersStruck, reads=(_ROLL,))
def voters_struck(draft: Draft, _at: At, roll: int, _page: int, count: int, _blob: bytes) -> None:
    """So many may not vote any more."""
    row = draft[Roll].known(roll)
    row.struck, row.voters = row.struck + count, row.voters - count


@on(VotersAppended, reads=(_ROLL,))
def voters_appended(draft: Draft, _at: At, roll: int, _first: int, count: int, _blob: bytes) -> None:
    """So many more stand on it."""
    draft[Roll].known(roll).voters += count


@on(RollFrozen, reads=(_ROLL,))
def roll_frozen(
    draft: Draft, at: At, roll: int, voters: int, commitment: bytes, districts: tuple[tuple[Any, ...], ...]
) -> None:
    """It is complete, and its districts are published."""
    row = draft[Roll].known(roll)
    before = 0 if row.amends is None else draft[Roll].known(row.amends).districts
    row.voters, row.commitment, row.frozen, row.districts = voters, commitment, at.time, before + len(districts)
    draft[RollDistrict].load([(roll, number) for number in range(before, row.districts)])
    first = row.first
    for number, (code, count) in enumerate(districts, before):
        district = draft[RollDistrict].change((roll, number))
        district.code, district.first, district.voters = code, first, count
        first += count


@on(RollWithdrawn, reads=(_ROLL,))
def roll_withdrawn(draft: Draft, at: At, roll: int, document: bytes, uri: str) -> None:
    """No more polls can use it, for the reason that the document gives."""
    row = draft[Roll].known(roll)
    row.withdrawn, row.document, row.document_uri = at.time, document, storable(uri)


@on(DuplicateProven, reads=(_ROLL,))
def duplicate_proven(draft: Draft, at: At, roll: int, _voter: bytes, _first: int, _second: int) -> None:
    """No more polls can use it, because a voter stands on it twice."""
    draft[Roll].known(roll).withdrawn = at.time
