"""The demo's first chapter: a real participatory budget, voted again on the chain and recounted from its logs."""

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from eth_account.signers.local import LocalAccount
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from web3 import Web3

from dongne.ballot import (
    BATCH_VOTES,
    BallotBox,
    Booth,
    Election,
    ElectoralRoll,
    PollSpec,
    Project,
    Recount,
    Result,
    Rule,
    SignedVote,
    Skip,
    VoterList,
    districts_of,
    in_batches,
    options_of,
    publish,
    read_election,
    recount,
)
from dongne.suite import Role
from scripts.demo.sample_election import write_election
from scripts.localchain.suite import LocalSuite, person

SAMPLE_VOTERS = 600
TOP = 10
DAY = 86_400
QUORUM_BPS = 1_000


def play(stage: LocalSuite, source: Path | None, scale: float, screen: Console) -> dict[str, Any]:
    """Play the chapter.

    Args:
        stage: a city on a local chain.
        source: an election in the Pabulib format; a made-up one is written and used if there is none.
        scale: share of the voters who take part, above 0; at 1 the published counts must come out.
        screen: where tables and progress go.

    Returns:
        What reports/demo.json says of the ballot.
    """
    election = _scaled(_election(source), scale)
    polling = _Polling(stage, screen, election)
    polling.register()
    polling.open()
    polling.vote()
    return polling.close()


def _election(source: Path | None) -> Election:
    if source is not None:
        return read_election(source)
    with tempfile.TemporaryDirectory() as folder:
        return read_election(write_election(Path(folder) / "sample.pb", SAMPLE_VOTERS))


def _scaled(election: Election, scale: float) -> Election:
    """The first voters only; what would have been published is then counted from their votes."""
    voters = max(1, min(len(election.votes), round(len(election.votes) * scale)))
    if voters == len(election.votes):
        return election
    votes = election.votes[:voters]
    counts = Counter(option for vote in votes for option in options_of(vote.choices))
    projects = tuple(replace(project, votes=counts[option]) for option, project in enumerate(election.projects))
    return replace(election, votes=votes, projects=projects)


@dataclass(slots=True)
class _Polling:
    """One election from roll to result."""

    stage: LocalSuite
    screen: Console
    election: Election
    rolls: ElectoralRoll
    box: BallotBox
    officer: LocalAccount
    keys: list[LocalAccount]
    roll: int = 0
    poll: int = 0
    accepted: int = 0
    batches: int = 0
    skipped: Counter[Skip] | None = None

    def __init__(self, stage: LocalSuite, screen: Console, election: Election) -> None:
        self.stage, self.screen, self.election = stage, screen, election
        self.rolls = stage.client(ElectoralRoll)
        self.box = stage.client(BallotBox)
        self.officer = stage.officers[Role.ELECTION_OFFICER]
        self.accepted, self.batches, self.skipped = 0, 0, Counter()

    def register(self) -> None:
        """Give every voter a key and publish the roll."""
        voters = self._tracked(self.election.votes, "keys")
        self.keys = [person(f"voter {vote.voter}") for vote in voters]
        addresses = tuple(bytes.fromhex(key.address[2:]) for key in self.keys)
        with self._progress("roll", len(addresses)) as advance:
            listed = VoterList(addresses, districts_of([(1, len(addresses))]))
            roll = publish(self.rolls, listed, lambda call: call.transact(self.officer), advance)
        assert roll is not None, "nothing was rehearsed"
        self.roll = roll

    def open(self) -> None:
        """Open the poll and let its first moment come."""
        start = self.stage.chain.timestamp() + 60
        document = "\n".join(f"{project.id};{project.name};{project.cost}" for project in self.election.projects)
        spec = PollSpec(
            roll=self.roll,
            rule=Rule.UP_TO,
            options=len(self.election.projects),
            picks=min(self.election.most_picks, len(self.election.projects)),
            start=start,
            end=start + DAY,
            content_hash=bytes(Web3.keccak(text=document)),
            content_uri="",
            ranges=((0, len(self.election.votes)),),
            quorum_bps=QUORUM_BPS,
        )
        self.poll = self.box.opened_in(self.box.open(spec).transact(self.officer))
        self.stage.pass_time(60)

    def vote(self) -> None:
        """Sign every vote, relay all in batches, and try to have the first batch counted a second time."""
        booth = Booth(self.box.domain(), self.poll)
        voters = self._tracked(list(enumerate(self.election.votes)), "signatures")
        votes = [booth.sign(index, vote.choices, self.keys[index]) for index, vote in voters]
        batches = list(in_batches(votes, BATCH_VOTES))
        for batch in self._tracked(batches, "batches"):
            self._relay(batch)
        self._relay(batches[0])

    def close(self) -> dict[str, Any]:
        """Let the poll end, read the result, recount and compare."""
        self.stage.pass_time(DAY)
        result, tally = self.box.result(self.poll), self.box.tally(self.poll)
        found = recount(self.box, self.rolls, self.poll)
        cast = {index: vote.choices for index, vote in enumerate(self.election.votes)}
        summary = self._summary(result, tally, found, cast)
        self._show(tally, summary)
        return summary

    def _relay(self, batch: Sequence[SignedVote]) -> None:
        receipt = self.box.cast_batch(self.poll, batch).transact(self.stage.relayer)
        outcomes = self.box.outcomes(receipt, batch)
        counts = Counter(outcome.skip for outcome in outcomes)
        self.accepted += counts.pop(Skip.NONE, 0)
        self.skipped = (self.skipped or Counter()) + counts
        self.batches += 1

    def _summary(self, result: Result, tally: list[int], found: Recount, cast: dict[int, int]) -> dict[str, Any]:
        projects = self.election.projects
        return {
            "voters": len(self.election.votes),
            "options": len(projects),
            "accepted": self.accepted,
            "batches": self.batches,
            "skipped": {skip.name.lower(): count for skip, count in (self.skipped or {}).items()},
            "matches_published": tally == self.election.published,
            "recount_matches": not found.findings and found.tally() == tally and found.choices == cast,
            "turnout": {"ballots": result.ballots, "eligible": result.eligible, "quorum_met": result.quorum_met},
            "winners": [projects[option].id for option in options_of(result.leaders)],
            "winner_votes": result.votes,
            "funded": [project.id for project in projects if project.selected],
        }

    def _show(self, tally: list[int], summary: dict[str, Any]) -> None:
        table = Table(title=f"Ballot: {summary['accepted']:,} signed votes on {summary['options']} projects")
        columns: tuple[tuple[str, Literal["left", "right"]], ...] = (
            ("project", "left"),
            ("on chain", "right"),
            ("published", "right"),
            ("", "left"),
        )
        for name, justify in columns:
            table.add_column(name, justify=justify, no_wrap=True)
        ranked = sorted(range(len(tally)), key=lambda option: -tally[option])
        for option in ranked[:TOP]:
            table.add_row(*self._row(self.election.projects[option], tally[option]))
        self.screen.print(table)
        for line in self._facts(summary):
            self.screen.print(f"  {line}", highlight=False)
        for fact in ("matches_published", "recount_matches"):
            self.screen.print(
                f"  {'✓' if summary[fact] else '✗'} {fact.replace('_', ' ')}", style="green" if summary[fact] else "red"
            )

    @staticmethod
    def _facts(summary: dict[str, Any]) -> Iterator[str]:
        turnout = summary["turnout"]
        quorum = "quorum met" if turnout["quorum_met"] else "quorum not met"
        skipped = ", ".join(f"{count:,} {reason.replace('_', ' ')}" for reason, count in summary["skipped"].items())
        yield f"turnout {turnout['ballots']:,} of {turnout['eligible']:,}, {quorum}"
        yield f"{summary['batches']} batches, the last one a repetition: skipped {skipped or 'none'}"
        yield f"most votes: project {', '.join(summary['winners'])} with {summary['winner_votes']:,}"

    @staticmethod
    def _row(project: Project, counted: int) -> tuple[str, str, str, str]:
        same = "=" if counted == project.votes else "≠"
        return f"{project.id:>4}  {project.name[:44]}", f"{counted:,}", f"{project.votes:,}", same

    def _tracked(self, items: Sequence[Any], name: str) -> Iterator[Any]:
        with self._progress(name, len(items)) as advance:
            for item in items:
                yield item
                advance(1)

    @contextmanager
    def _progress(self, name: str, total: int) -> Iterator[Any]:
        columns = (
            TextColumn("  ballot: {task.description:<12}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.screen) as progress:
            task = progress.add_task(name, total=total)
            yield lambda count: progress.advance(task, count)
