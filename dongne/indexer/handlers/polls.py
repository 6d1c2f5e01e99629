"""What the ballot box's logs say of open polls and their votes, and those of the offices that assist voters."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from typing import Any

from eth_utils.abi import function_abi_to_4byte_selector

from dongne.abi import entry
from dongne.ballot.batch import CountedGroup, Skip, unpack_counted, unpack_skipped
from dongne.ballot.choices import options_of
from dongne.ballot.events import (
    AssistedVotesCounted,
    AssistedVotesSkipped,
    OfficeAccredited,
    OfficeRevoked,
    PollCancelled,
    PollOpened,
    VotesCounted,
    VotesSkipped,
)
from dongne.ballot.outcomes import Threshold
from dongne.ballot.polls import PollSpec
from dongne.indexer.draft import Draft
from dongne.indexer.errors import HistoryBroken
from dongne.indexer.handling import At, Reads, on
from dongne.store.ballot import Office, Poll, PollOption, Roll, RollDistrict, Tally, Turnout, Vote, VoteWay
from dongne.store.rows import storable

_POLL, _OFFICE = Reads(Poll, "poll"), Reads(Office, "poll", "office")

_MOST_OF_ONE = len("0x") + 2 * 4 * 32
"""Letters of the data of a log with a single vote, at most: offset, length, and a mask with the rest beside it."""

_WAYS = {
    bytes(function_abi_to_4byte_selector(entry("BallotBox", "function", name))): way  # type: ignore[arg-type]
    for name, way in (("castBatch", VoteWay.BATCH), ("vote", VoteWay.SENT), ("voteBySignature", VoteWay.SIGNED_ALONE))
}


@on(PollOpened, reads=(_POLL,))
def poll_opened(draft: Draft, at: At, poll: int, terms: bytes, spec: tuple[Any, ...]) -> None:
    """A poll was decided, for good."""
    row, decided = draft[Poll].change(poll), PollSpec.from_tuple(spec)
    row.box, row.opened, row.terms = at.contract, at.time, terms
    row.roll, row.starts, row.ends = decided.roll, decided.start, decided.end
    row.question, row.options = storable(decided.question), len(decided.labels)
    row.least, row.most, row.cap, row.eligible = decided.least, decided.most, decided.cap, eligible_of(draft, decided)
    row.document, row.document_uri = decided.document, storable(decided.document_uri)
    row.aim, row.seats = decided.outcome.aim, decided.outcome.seats
    row.quorum, row.majority = threshold_text(decided.outcome.quorum), threshold_text(decided.outcome.majority)
    for number, label in enumerate(decided.labels):
        option = draft[PollOption].change((poll, number))
        option.label, option.cost = storable(label), decided.costs[number] if decided.costs else 0
        option.in_favour = bool(decided.outcome.proposal >> number & 1)
        option.blank = bool(decided.outcome.blank >> number & 1)
    for number, district in enumerate(_districts(draft, decided.roll)):
        begin, end = district.first, district.first + district.voters
        inside = sum(max(0, min(end, first + count) - max(begin, first)) for first, count in decided.ranges)
        if inside:
            draft[Turnout].change((poll, number)).eligible = inside


@on(PollCancelled, reads=(_POLL,))
def poll_cancelled(draft: Draft, at: At, poll: int, document: bytes, uri: str) -> None:
    """It will take no votes."""
    row = draft[Poll].known(poll)
    row.cancelled, row.reason, row.reason_uri = at.time, document, storable(uri)


@on(VotesCounted, reads=(_POLL,), traces=lambda data: len(data) <= _MOST_OF_ONE)
def votes_counted(draft: Draft, at: At, poll: int, groups: bytes) -> None:
    """Votes of one transaction were counted; how a single one came, its transaction says."""
    row = draft[Poll].known(poll)
    counted = unpack_counted(groups, row.options)
    _note_counted(draft, at, poll, counted, _way_of(at) if _is_single(counted) else VoteWay.BATCH)
    _count(draft, row, counted)


@on(VotesSkipped, reads=(_POLL,))
def votes_skipped(draft: Draft, at: At, poll: int, items: bytes) -> None:
    """Votes of a batch were not counted."""
    _note_skipped(draft, at, draft[Poll].known(poll), items, VoteWay.BATCH)


@on(OfficeAccredited, reads=(_POLL, _OFFICE))
def office_accredited(draft: Draft, at: At, box: bytes, poll: int, office: bytes, cap: int, document: bytes) -> None:
    """An office may cast votes for voters."""
    if _is_counted_by(draft, poll, box):
        row = draft[Office].change((poll, office))
        row.cap, row.document, row.accredited = cap, document, at.time


@on(OfficeRevoked, reads=(_POLL, _OFFICE))
def office_revoked(draft: Draft, at: At, box: bytes, poll: int, office: bytes, document: bytes) -> None:
    """It may no longer; what it cast stands."""
    if _is_counted_by(draft, poll, box):
        row = draft[Office].known((poll, office))
        row.revoked, row.reason = at.time, document


@on(AssistedVotesCounted, reads=(_POLL, _OFFICE))
def assisted_votes_counted(
    draft: Draft, at: At, box: bytes, poll: int, office: bytes, _record: bytes, groups: bytes
) -> None:
    """Votes that an office cast were counted, like all others in the poll's tally."""
    if not _is_counted_by(draft, poll, box):
        return
    row = draft[Poll].known(poll)
    counted = unpack_counted(groups, row.options)
    _note_counted(draft, at, poll, counted, VoteWay.OFFICE, office)
    draft[Office].known((poll, office)).ballots += _count(draft, row, counted, assisted=True)


@on(AssistedVotesSkipped, reads=(_POLL,))
def assisted_votes_skipped(draft: Draft, at: At, box: bytes, poll: int, office: bytes, items: bytes) -> None:
    """Votes that an office cast were not counted."""
    if _is_counted_by(draft, poll, box):
        _note_skipped(draft, at, draft[Poll].known(poll), items, VoteWay.OFFICE, office)


def threshold_text(threshold: Threshold) -> str:
    """A threshold as the tables have it; empty where it asks for nothing."""
    if not threshold.demands:
        return ""
    sign = ">" if threshold.more_than else ">="
    share = f"{threshold.numerator}/{threshold.denominator}"
    return f"{threshold.part.name} {sign} {share} {threshold.whole.name}"


def eligible_of(draft: Draft, decided: PollSpec) -> int:
    """How many may vote: the roll's voters if it asks all of them, else those of its ranges, struck or not."""
    asked = sum(count for _first, count in decided.ranges)
    everybody = sum(district.voters for district in _districts(draft, decided.roll))
    roll = draft[Roll].known(decided.roll)
    return roll.voters if asked == everybody else asked


def _is_counted_by(draft: Draft, poll: int, box: bytes) -> bool:
    """Offices may be accredited for polls of any contract; those of others are none of ours."""
    row = draft[Poll].find(poll)
    return row is not None and row.box == box


def _is_single(counted: list[CountedGroup]) -> bool:
    return len(counted) == 1 and len(counted[0].indices) == 1


def _way_of(at: At) -> VoteWay:
    """By the call that the transaction is; one of another contract may have called the box in any way."""
    if at.call is None or at.call.to != at.contract:
        return VoteWay.THROUGH_CONTRACT
    return _WAYS.get(at.call.selector, VoteWay.THROUGH_CONTRACT)


def _note_counted(
    draft: Draft, at: At, poll: int, counted: Iterable[CountedGroup], way: VoteWay, office: bytes | None = None
) -> None:
    votes, place = draft.added(Vote), 0
    for group in counted:
        choices = ",".join(map(str, options_of(group.choices)))
        for index in group.indices:
            votes.append(
                Vote(at.block, at.log, place, at.time, at.transaction, poll, index, choices, Skip.NONE, way, office)
            )
            place += 1


def _note_skipped(draft: Draft, at: At, poll: Poll, items: bytes, way: VoteWay, office: bytes | None = None) -> None:
    skipped = unpack_skipped(items)
    draft.added(Vote).extend(
        Vote(
            at.block, at.log, vote.place, at.time, at.transaction, poll.poll, vote.index, None, vote.reason, way, office
        )
        for vote in skipped
    )
    draft[Poll].change(poll.poll).skipped += len(skipped)


def _count(draft: Draft, poll: Poll, counted: Iterable[CountedGroup], *, assisted: bool = False) -> int:
    """Add votes to the poll's figures; returns how many they are."""
    number, added, ballots = poll.poll, Counter[tuple[int, int, int]](), Counter[int]()
    districts = _districts(draft, poll.roll)
    starts = [district.first for district in districts]
    for group in counted:
        places = Counter(bisect_right(starts, index) - 1 for index in group.indices)
        ballots.update(places)
        for chosen in options_of(group.choices):
            added.update({(number, place, chosen): count for place, count in places.items()})
    draft[Tally].load(added)
    draft[Turnout].load((number, place) for place in ballots)
    draft[PollOption].load({(number, chosen) for _poll, _place, chosen in added})
    for place, count in ballots.items():
        turnout = draft[Turnout].known((number, place))
        turnout.ballots += count
        turnout.assisted += count if assisted else 0
    for key, count in added.items():
        draft[Tally].change(key).votes += count
        option = draft[PollOption].known((number, key[2]))
        option.votes += count
        option.assisted += count if assisted else 0
    row, total = draft[Poll].change(number), ballots.total()
    row.ballots += total
    row.assisted += total if assisted else 0
    return total


def _districts(draft: Draft, roll: int) -> list[RollDistrict]:
    """Those of a frozen roll, in its order."""
    row = draft[Roll].find(roll)
    if row is None or row.frozen is None:
        raise HistoryBroken("rolls", str(roll))
    rows, keys = draft[RollDistrict], [(roll, number) for number in range(row.districts)]
    rows.load(keys)
    found = [district for district in map(rows.find, keys) if district is not None]
    if len(found) != row.districts:
        raise HistoryBroken("roll_districts", str(roll))
    return found
