"""The demo's roll between two polls: who lost a key, died, moved or came; then those of today give points."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from eth_account.signers.local import LocalAccount

from dongne.ballot import (
    Amending,
    BallotBox,
    Changes,
    ElectoralRoll,
    Origin,
    PollSpec,
    SignedVote,
    Skip,
    VoterList,
    amend,
    publish,
    recount,
)
from dongne.ballot.poll_box import PollBox
from dongne.ballot.scores import ScoreBallotBox, ScorePollSpec, choices_of
from dongne.language import _
from dongne.suite import Role
from scripts.demo.output import Output
from scripts.demo.sample_election import cumulative_ballots
from scripts.localchain.suite import LocalSuite, person

VOTERS = 40
EAST, WEST = 1, 2
LOST_KEY, DIED, MOVED = 3, 11, 24
"""Their indices; all of them are voters of the eastern district."""

POINTS = 10
OPTIONS = ("A playground", "Trees on the square", "Lamps by the brook", "A bench at the stop", "Longer opening hours")
DAY = 86_400


def run(suite: LocalSuite, output: Output) -> dict[str, Any]:
    """Hold both polls; returns what reports/demo.json says of them."""
    voting = _Voting(suite)
    voting.register()
    first = voting.decide()
    changes = voting.amend()
    second = voting.give_points()
    output.say(
        _("Between two polls, {voters} voters: a lost key, a death, a move, a newcomer"), voters=len(voting.keys)
    )
    leader = max(range(len(OPTIONS)), key=lambda option: second.tally[option])
    output.say(
        _("Points: {points} a ballot, {votes} ballots; most points: {option} with {most}"),
        points=POINTS,
        votes=second.counted,
        option=OPTIONS[leader],
        most=second.tally[leader],
    )
    figures = {
        "edition_voters": VOTERS,
        "edition_changes": changes,
        "edition_struck_refused": second.skipped[Skip.NOT_ELIGIBLE],
        "edition_votes_before": first.counted,
        "score_votes": second.counted,
        "score_points": sum(second.tally),
        "edition_recounts_match": first.recounted and second.recounted,
    }
    output.check(_told_apart(figures), _("who was struck cannot vote, and the new places can"))
    output.check(figures["edition_recounts_match"], _("both polls were recounted, every signature and point"))
    return figures


def adds_up(report: dict[str, Any]) -> bool:
    """Whether the struck were refused, everybody else counted, and both recounts agree."""
    return bool(_told_apart(report) and report["edition_recounts_match"])


def _told_apart(figures: dict[str, Any]) -> bool:
    refused, counted = figures["edition_struck_refused"], figures["score_votes"]
    return bool(refused == len((LOST_KEY, DIED, MOVED)) and counted == figures["edition_votes_before"] == VOTERS)


@dataclass(slots=True)
class _Poll:
    """What came of a poll."""

    tally: list[int]
    counted: int
    skipped: Counter[Skip]
    recounted: bool


@dataclass(slots=True)
class _Voting:
    """A roll, a poll on it, an edition of it, and a poll on that."""

    suite: LocalSuite
    rolls: ElectoralRoll = field(init=False)
    keys: list[LocalAccount] = field(init=False)
    voters: VoterList = field(init=False)
    roll: int = 0
    struck: list[tuple[int, LocalAccount]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rolls = self.suite.client(ElectoralRoll)
        people = (person(f"neighbour {number}") for number in range(VOTERS))
        self.keys = sorted(people, key=lambda key: key.address.lower())
        self.voters = VoterList.of({EAST: [_address(key) for key in self.keys]})

    def register(self) -> None:
        """Publish the roll of the first poll."""
        officer = self.suite.officers[Role.ROLL_OFFICER]
        self.roll = _number(publish(self.rolls, self.voters, lambda call: call.transact(officer)))

    def decide(self) -> _Poll:
        """A poll between two options, in which every voter takes part."""
        box, question = self.suite.client(BallotBox), "Shall the market street be free of cars on Saturdays?"
        poll = self._open(box, PollSpec(self.roll, *self._period(), question, ("Yes", "No"), self.voters.ranges()))
        booth = box.booth(poll)
        votes = [booth.sign(index, 1 + (index % 3 == 0), key) for index, key in enumerate(self.keys)]
        return self._cast(box, poll, votes)

    def amend(self) -> int:
        """Publish the edition; returns of how many people it says what happened."""
        new_key, newcomer, moved = person("a new key"), person("a newcomer"), self.keys[MOVED]
        added = VoterList.of({EAST: [_address(new_key), _address(newcomer)], WEST: [_address(moved)]})
        self.struck = [(index, self.keys[index]) for index in (LOST_KEY, DIED, MOVED)]
        changes = Changes(frozenset(index for index, _key in self.struck), added)
        officer = self.suite.officers[Role.ROLL_OFFICER]
        amending = Amending(self.roll, self.voters, changes)
        self.roll = _number(amend(self.rolls, amending, lambda call: call.transact(officer)))
        self.voters = self.rolls.read(self.roll)
        left = [key for index, key in enumerate(self.keys) if index not in changes.struck]
        self.keys = [*left, new_key, newcomer, moved]
        return len({DIED, LOST_KEY, MOVED}) + 1

    def give_points(self) -> _Poll:
        """A poll by points of those who stand on the edition; those whom it strikes try to vote as well."""
        box, question = self.suite.client(ScoreBallotBox), "What does the quarter need most?"
        spec = ScorePollSpec(
            self.roll,
            *self._period(),
            question,
            OPTIONS,
            self.voters.ranges(),
            most=len(OPTIONS),
            most_points=POINTS,
            most_total=POINTS,
        )
        poll = self._open(box, spec)
        booth, places = box.booth(poll), {address: index for index, address in enumerate(self.voters.voters)}
        people = [*((places[_address(key)], key) for key in self.keys), *self.struck]
        ballots = cumulative_ballots(len(people), len(OPTIONS), POINTS)
        votes = [booth.sign(index, choices_of(given), key) for (index, key), given in zip(people, ballots, strict=True)]
        return self._cast(box, poll, votes)

    def _period(self) -> tuple[int, int]:
        start = self.suite.chain.timestamp() + 60
        return start, start + DAY

    def _open(self, box: PollBox[Any], spec: PollSpec) -> int:
        opening = box.open(spec).transact(self.suite.officers[Role.ELECTION_OFFICER])
        self.suite.pass_time(60)
        return box.opened_in(opening)

    def _cast(self, box: PollBox[Any], poll: int, votes: Iterable[SignedVote]) -> _Poll:
        batch = list(votes)
        receipt = box.cast_batch(poll, batch).transact(self.suite.relayer)
        skipped = Counter(outcome.skip for outcome in box.outcomes(receipt, batch))
        counted, tally, found = skipped.pop(Skip.NONE, 0), box.tally(poll), recount(box, self.rolls, poll)
        signed = found.origins[Origin.SIGNED] == counted
        return _Poll(tally, counted, skipped, signed and not found.findings and found.tally() == tally)


def _number(roll: int | None) -> int:
    assert roll is not None, "it was not rehearsed"
    return roll


def _address(key: LocalAccount) -> bytes:
    return bytes.fromhex(key.address[2:])
