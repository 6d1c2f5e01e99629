"""The demo's ballot: a real participatory budget, voted again on the chain and recounted from its logs."""

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from eth_account.signers.local import LocalAccount
from web3 import Web3

from dongne.ballot import (
    BATCH_VOTES,
    NO_MAJORITY,
    Aim,
    BallotBox,
    Election,
    ElectoralRoll,
    Measure,
    Origin,
    Outcome,
    OutcomeTerms,
    PollSpec,
    Project,
    Recount,
    SignedVote,
    Skip,
    Threshold,
    VoterList,
    check_receipt,
    in_batches,
    issue_receipt,
    label_of,
    options_of,
    publish,
    read_election,
    recount,
)
from dongne.language import _, _n
from dongne.suite import Role
from scripts.demo.options import Options
from scripts.demo.output import Output
from scripts.demo.sample_election import write_election
from scripts.localchain.suite import LocalSuite, person

SAMPLE_VOTERS = 600
TOP = 10
RECEIPTS = 20
"""Voters, drawn by chance, whose receipts are made and verified."""

MOST_LEFT_OUT = 3
"""Ballots against the file's own rule that are named."""

SEED = 2026
DAY = 86_400
QUORUM = Threshold(Measure.BALLOTS, Measure.ELIGIBLE, 1, 10)
DISTRICT = 1
QUESTION = "Which projects shall the city fund?"


def load(options: Options) -> Election:
    """The election to run: that of the file, or a made-up one; of the voters as many as the scale says.

    Raises:
        InputError: the file is not usable.
    """
    if options.election is not None:
        return _share(read_election(options.election), options.scale)
    with tempfile.TemporaryDirectory() as folder:
        voters = round(SAMPLE_VOTERS * max(options.scale, 1))
        return _share(read_election(write_election(Path(folder) / "sample.pb", voters)), options.scale)


def run(suite: LocalSuite, election: Election, output: Output) -> dict[str, Any]:
    """Run the election; returns what reports/demo.json says of the ballot."""
    polling = _Polling(suite, output, election)
    polling.register()
    polling.open()
    polling.vote()
    return polling.close()


def _share(election: Election, scale: float) -> Election:
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

    suite: LocalSuite
    output: Output
    election: Election
    rolls: ElectoralRoll = field(init=False)
    box: BallotBox = field(init=False)
    keys: list[LocalAccount] = field(default_factory=list)
    voters: VoterList = field(init=False)
    roll: int = 0
    poll: int = 0
    accepted: int = 0
    batches: int = 0
    skipped: Counter[Skip] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.rolls, self.box = self.suite.client(ElectoralRoll), self.suite.client(BallotBox)

    def register(self) -> None:
        """Give every voter a key and publish the roll."""
        self.keys = [
            person(f"voter {vote.voter}") for vote in self.output.tracked(self.election.votes, _("Voters' keys"))
        ]
        self.voters = VoterList.of({DISTRICT: [bytes.fromhex(key.address[2:]) for key in self.keys]})
        officer = self.suite.officers[Role.ROLL_OFFICER]
        with self.output.progress(_("Publishing the roll"), len(self.keys)) as advance:
            roll = publish(self.rolls, self.voters, lambda call: call.transact(officer), advance)
        assert roll is not None, "it was not rehearsed"
        self.roll = roll

    def open(self) -> None:
        """Open the poll and let its first moment come."""
        start = self.suite.chain.timestamp() + 60
        document = "\n".join(f"{project.id};{project.name};{project.cost}" for project in self.election.projects)
        projects = self.election.projects
        spec = PollSpec(
            roll=self.roll,
            start=start,
            end=start + DAY,
            question=QUESTION,
            labels=tuple(label_of(project.id, project.name) for project in projects),
            ranges=((0, len(self.election.votes)),),
            least=self.election.least_picks,
            most=self.election.most_picks,
            cap=self.election.cap,
            costs=self.election.costs if self.election.cap else (),
            document=bytes(Web3.keccak(text=document)),
            outcome=OutcomeTerms(Aim.TALLY, 0, 0, 0, QUORUM, NO_MAJORITY),
        )
        call = self.box.open(spec)
        self.poll = self.box.opened_in(call.transact(self.suite.officers[Role.ELECTION_OFFICER]))
        self.suite.pass_time(60)

    def vote(self) -> None:
        """Sign every vote, relay all in batches, and try to have the first batch counted a second time."""
        booth, indices = self.box.booth(self.poll), self._indices()
        voters = self.output.tracked(list(enumerate(self.election.votes)), _("Signing votes"))
        votes = [booth.sign(indices[place], vote.choices, self.keys[place]) for place, vote in voters]
        batches = list(in_batches(votes, BATCH_VOTES))
        for batch in self.output.tracked(batches, _("Relaying batches of votes")):
            self._relay(batch)
        self._relay(batches[0])

    def close(self) -> dict[str, Any]:
        """Let the poll end, read the result, recount and compare."""
        self.suite.pass_time(DAY)
        result, tally = self.box.result(self.poll), self.box.tally(self.poll)
        figures = self._figures(result, tally, recount(self.box, self.rolls, self.poll))
        figures["receipts_verified"] = self._receipts()
        _show(self.output, self.election, tally, figures)
        return figures

    def _receipts(self) -> int:
        """How many voters' receipts, of those drawn, show at the node that their vote is counted as it was cast."""
        drawn = Random(SEED).sample(self._indices(), min(RECEIPTS, len(self.election.votes)))
        issued = [
            issue_receipt(self.box, self.rolls, self.poll, index)
            for index in self.output.tracked(drawn, _("Voters' receipts"))
        ]
        return sum(check_receipt(receipt, self.box, self.rolls).origin is Origin.SIGNED for receipt in issued)

    def _indices(self) -> list[int]:
        """Index on the roll of each voter of the election."""
        places = {address: index for index, address in enumerate(self.voters.voters)}
        return [places[bytes.fromhex(key.address[2:])] for key in self.keys]

    def _relay(self, batch: Sequence[SignedVote]) -> None:
        receipt = self.box.cast_batch(self.poll, batch).transact(self.suite.relayer)
        counts = Counter(outcome.skip for outcome in self.box.outcomes(receipt, batch))
        self.accepted += counts.pop(Skip.NONE, 0)
        self.skipped += counts
        self.batches += 1

    def _figures(self, result: Outcome, tally: list[int], found: Recount) -> dict[str, Any]:
        projects = self.election.projects
        cast = dict(zip(self._indices(), (vote.choices for vote in self.election.votes), strict=True))
        return {
            "voters": len(self.election.votes),
            "options": len(projects),
            "left_out": len(self.election.left_out),
            "accepted": self.accepted,
            "batches": self.batches,
            "skipped": {skip.name.lower(): count for skip, count in self.skipped.items()},
            "matches_published": tally == self.election.published,
            "recount_matches": not found.findings and found.tally() == tally and found.choices == cast,
            "signatures_verified": found.origins[Origin.SIGNED],
            "outcome": {
                "aim": Aim.TALLY.name.lower(),
                "quorum_met": result.quorum_met,
                "valid": result.valid,
                "leaders": [projects[option].id for option in options_of(result.leaders)],
                "votes": result.votes,
                "as_recounted": result == found.outcome,
            },
            "turnout": {"ballots": result.ballots, "eligible": result.eligible, "quorum_met": result.quorum_met},
            "winners": [projects[option].id for option in options_of(result.leaders)],
            "winner_votes": result.votes,
            "funded": [project.id for project in projects if project.selected],
        }


def _show(output: Output, election: Election, tally: list[int], figures: dict[str, Any]) -> None:
    ranked = sorted(range(len(tally)), key=lambda option: -tally[option])[:TOP]
    output.table(
        output.text(
            _("Ballot: {votes:,} signed votes on {projects} projects"),
            votes=figures["accepted"],
            projects=figures["options"],
        ),
        (
            (output.text(_("project")), "left"),
            (output.text(_("on chain")), "right"),
            (output.text(_("published")), "right"),
            ("", "left"),
        ),
        [_row(election.projects[option], tally[option]) for option in ranked],
    )
    for line in (*_left_out(output, election), *_facts(output, figures)):
        output.say("  {line}", line=line)
    output.check(figures["matches_published"], _("every count is the published one"))
    output.check(figures["recount_matches"], _("the recount from logs agrees"))
    output.check(figures["signatures_verified"] == figures["accepted"], _("every vote bears its voter's signature"))


def _left_out(output: Output, election: Election) -> Iterator[str]:
    """How many ballots of the file its own rule leaves out, and the first of them."""
    if not election.left_out:
        return
    found = _n("{count:,} ballot of the file is left out", "{count:,} ballots of the file are left out")
    yield output.text(found, count=len(election.left_out))
    for each in election.left_out[:MOST_LEFT_OUT]:
        yield output.text(_("line {line}: {reason}"), line=each.line, reason=each.reason.message)


def _facts(output: Output, figures: dict[str, Any]) -> Iterator[str]:
    turnout, winners = figures["turnout"], ", ".join(figures["winners"])
    template = _("turnout {ballots:,} of {eligible:,}: quorum met")
    if not turnout["quorum_met"]:
        template = _("turnout {ballots:,} of {eligible:,}: quorum not met")
    yield output.text(template, ballots=turnout["ballots"], eligible=turnout["eligible"])
    skipped = (f"{count:,} × {output.word(Skip[name.upper()])}" for name, count in figures["skipped"].items())
    yield output.text(
        _("{batches} batches; the last one repeated the first, and of it were skipped: {skipped}"),
        batches=figures["batches"],
        skipped=", ".join(skipped),
    )
    yield output.text(
        _("most votes: project {projects} with {votes:,}"), projects=winners, votes=figures["winner_votes"]
    )


def _row(project: Project, counted: int) -> tuple[str, str, str, str]:
    same = "=" if counted == project.votes else "≠"
    return f"{project.id:>4}  {project.name[:44]}", f"{counted:,}", f"{project.votes:,}", same
