"""Tables of open ballots: rolls and districts, polls and options, votes and tallies, and the offices that assist."""

from dataclasses import dataclass

from dongne.language import Word, _
from dongne.store.rows import Address, BlockNumber, Count, Flag, Hash, Number, Row, Seconds, Small, Text, Wide
from dongne.store.rows import journal as _journal
from dongne.store.rows import state as _state


class VoteWay(Word):
    """How a vote came to the box."""

    BATCH = 0, _("signed by the voter's key, in a batch")
    SENT = 1, _("sent by the voter")
    SIGNED_ALONE = 2, _("signed by an account, relayed alone")
    OFFICE = 3, _("cast by an office for the voter")
    THROUGH_CONTRACT = 4, _("through another contract")


@_state("rolls", key=("roll",))
@dataclass(slots=True)
class Roll(Row):
    """An electoral roll.

    Attributes:
        opened: when; `frozen` is when it was complete and published.
        voters: how many it has so far who are not struck.
        amends: the roll of which it is an edition; empty if it amends none.
        first: index of the first voter whom it appends itself.
        struck: how many indices are struck from it.
        districts: how many it has, those of the rolls that it amends included; 0 until it is frozen.
        commitment: hash of its voters and districts; empty until it is frozen.
        withdrawn: when it was withdrawn; empty while it is good for polls.
        document: hash of the document with the reason; empty where a duplicate was proven.
    """

    roll: Number
    opened: Seconds = 0
    voters: Count = 0
    amends: Number | None = None
    first: Count = 0
    struck: Count = 0
    districts: Count = 0
    frozen: Seconds | None = None
    commitment: Hash | None = None
    withdrawn: Seconds | None = None
    document: Hash | None = None
    document_uri: Text | None = None


@_state("roll_districts", key=("roll", "district"), indexes=(("code",),))
@dataclass(slots=True)
class RollDistrict(Row):
    """A district's share of a roll.

    Attributes:
        district: its place in the roll, from 0; an edition has those of the roll before, and then its own.
        code: its official number; several of an edition may have the same.
        first: index of its first voter.
        voters: how many it has, the struck included.
    """

    roll: Number
    district: Count
    code: Wide = 0
    first: Count = 0
    voters: Count = 0


@_state("polls", key=("poll",), indexes=(("roll",), ("ends",)))
@dataclass(slots=True)
class Poll(Row):
    """An open poll, as it was decided, and how many voted.

    Attributes:
        box: the contract that counts it.
        opened: when it was decided; votes are taken from `starts` until before `ends`.
        least: like `most`, how many options a ballot picks.
        cap: most that the options of a ballot cost together; 0 for no cap.
        aim: a number of `Aim`; `seats` are those of an election.
        quorum: the threshold as in "BALLOTS >= 1/3 ELIGIBLE", in names of `Measure`; so is `majority`.
        terms: hash of everything that was decided.
        eligible: how many may vote; of an edition that is asked in part, the struck included.
        ballots: votes counted, those included that offices cast.
        assisted: of these, cast by offices for voters.
        skipped: votes handed in that were not counted.
        cancelled: when; `reason` is the hash of the document that says why.
    """

    poll: Number
    box: Address = b""
    roll: Number = 0
    opened: Seconds = 0
    starts: Seconds = 0
    ends: Seconds = 0
    question: Text = ""
    options: Count = 0
    least: Count = 0
    most: Count = 0
    cap: Wide = 0
    document: Hash = b""
    document_uri: Text = ""
    aim: Small = 0
    seats: Small = 0
    quorum: Text = ""
    majority: Text = ""
    terms: Hash = b""
    eligible: Count = 0
    ballots: Count = 0
    assisted: Count = 0
    skipped: Count = 0
    cancelled: Seconds | None = None
    reason: Hash | None = None
    reason_uri: Text | None = None


@_state("poll_options", key=("poll", "option"))
@dataclass(slots=True)
class PollOption(Row):
    """An option of a poll, and its votes.

    Attributes:
        option: its number, from 0.
        cost: of a poll with a cap; else 0.
        in_favour: whether it is a vote for the proposal of a decision.
        blank: whether it stands for no choice.
        votes: counted, those included that offices cast.
        assisted: of these, cast by offices for voters.
    """

    poll: Number
    option: Count
    label: Text = ""
    cost: Wide = 0
    in_favour: Flag = False
    blank: Flag = False
    votes: Count = 0
    assisted: Count = 0


@_state("turnouts", key=("poll", "district"))
@dataclass(slots=True)
class Turnout(Row):
    """How many of a district voted; the district is that of `roll_districts`."""

    poll: Number
    district: Count
    eligible: Count = 0
    ballots: Count = 0
    assisted: Count = 0


@_state("tallies", key=("poll", "district", "option"))
@dataclass(slots=True)
class Tally(Row):
    """Votes of a district for an option; there is no row where there are none."""

    poll: Number
    district: Count
    option: Count
    votes: Count = 0


@_journal("votes", key=("block", "log", "place"), indexes=(("poll", "voter"),))
@dataclass(slots=True)
class Vote(Row):
    """A vote that was handed in, counted or not.

    Attributes:
        place: within its log, from 0; of a vote that was not counted, its place in the batch.
        voter: index in the roll.
        choices: numbers of the options with commas between; empty where the log does not say, as of a vote that was
            not counted.
        skip: why it was not counted, a number of `Skip`; 0 where it was.
        way: how it came, a number of `VoteWay`.
        office: that cast it for the voter.
    """

    block: BlockNumber
    log: Count
    place: Count
    time: Seconds
    transaction_hash: Hash
    poll: Number
    voter: Count
    choices: Text | None
    skip: Small
    way: Small
    office: Address | None = None


@_state("offices", key=("poll", "office"))
@dataclass(slots=True)
class Office(Row):
    """An office that casts votes for voters of a poll.

    Attributes:
        cap: most that it may cast; `ballots` are those that were counted.
        document: hash of the decision; `reason` that of the revocation.
    """

    poll: Number
    office: Address
    cap: Number = 0
    ballots: Count = 0
    accredited: Seconds = 0
    document: Hash = b""
    revoked: Seconds | None = None
    reason: Hash | None = None
