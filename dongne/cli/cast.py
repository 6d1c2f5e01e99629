"""The command that relays signed votes from a file."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from dongne.ballot import (
    UNCOUNTED,
    Caster,
    CastVote,
    ElectoralRoll,
    PollSpec,
    Skip,
    Standing,
    VotingClient,
    read_votes,
)
from dongne.ballot.errors import VotesUncounted
from dongne.cli.boxes import AnyPoll, box_of, has_scores
from dongne.cli.output import Fact
from dongne.cli.session import Session
from dongne.cli.tallies import written
from dongne.language import _, _n, shown
from dongne.results import Outcome, write_results
from dongne.tables import Row, Table


def cast(
    session: Session,
    poll: AnyPoll,
    file: Annotated[Path, typer.Argument(help=_("Signed votes, one JSON object a line, docs/formats.md"))],
) -> None:
    """Relay signed votes in batches; a CSV file beside the list says what became of each line, and why.

    Of several votes by one voter the first that is good is cast. What it says is final. It may be run again: votes that
    were counted are not sent a second time. The exit code tells if lines stay uncounted.
    """
    relay(session, box_of(session, poll), poll, file)


def relay(session: Session, box: VotingClient, poll: int, file: Path) -> None:
    """Relay the votes of a file to whatever contract counts them, and show what became of each line.

    Raises:
        VotesUncounted: some were not counted.
    """
    rolls = session.client(ElectoralRoll)
    spec, (votes, problems) = box.spec(poll), read_votes(file, poll, scores=has_scores(poll))
    session.sender.settle()
    caster = Caster(box, poll, spec, rolls.read(spec.roll), session.sender.address)
    caster.leave_out(problems)
    with session.progress(_("checking"), len(votes)) as heard:
        remaining = caster.sort_out(votes, heard)
    with session.progress(_("relaying"), len(remaining)) as heard:
        caster.relay(remaining, session.sender.deliver_all, heard)
    session.sender.settle()
    session.sender.finalize()
    caster.confirm()
    _show(session, poll, file, spec, caster.outcomes())


def _show(session: Session, poll: int, file: Path, spec: PollSpec, outcomes: Sequence[CastVote]) -> None:
    """Print what became of the lines, and write it beside the file.

    Raises:
        VotesUncounted: some were not counted.
    """
    counts = Counter(each.standing for each in outcomes)
    results = None if counts[Standing.NOT_SENT] else _written(session, file, spec, outcomes)
    session.show(_data(session, poll, outcomes, counts, results), lambda: _facts(session, outcomes, counts, results))
    uncounted = tuple((each.line, each.reason) for each in outcomes if each.standing in UNCOUNTED and each.reason)
    if uncounted and results:
        raise VotesUncounted(file, len(outcomes), uncounted, results)


def _written(session: Session, file: Path, spec: PollSpec, outcomes: Sequence[CastVote]) -> Path:
    """The result CSV beside the file."""
    by_line = {each.line: Outcome(each.standing, each.reason or "") for each in outcomes}
    rows = tuple(_row(each, spec) for each in outcomes)
    table = Table(file, ("line", "voter", "choices"), rows, (), "utf-8", ",")
    return write_results(table, by_line, session.settings.language)


def _row(cast: CastVote, spec: PollSpec) -> Row:
    vote, fields = cast.vote, (str(cast.line), "", "")
    if vote is not None:
        fields = (str(cast.line), str(vote.index), written(vote.choices, spec))
    return Row(cast.line, {}, fields, {})


def _data(
    session: Session, poll: int, outcomes: Sequence[CastVote], counts: Counter[Standing], results: Path | None
) -> dict[str, Any]:
    return {
        "poll": poll,
        "counted": counts[Standing.COUNTED],
        "counted_earlier": counts[Standing.COUNTED_BEFORE],
        "repeated": counts[Standing.REPEATED],
        "not_sent": counts[Standing.NOT_SENT],
        "skipped": [
            {"line": each.line, "voter": each.vote and each.vote.index, "reason": _reason(session, each)}
            for each in outcomes
            if each.standing in UNCOUNTED
        ],
        "results": None if results is None else str(results),
    }


def _reason(session: Session, cast: CastVote) -> str:
    if isinstance(cast.reason, Skip):
        return cast.reason.name.lower()
    return str(shown(cast.reason, session.settings.language))


def _facts(session: Session, outcomes: Sequence[CastVote], counts: Counter[Standing], results: Path | None) -> Any:
    reasons = Counter(_text(session, each) for each in outcomes if each.standing in UNCOUNTED)
    facts = [Fact(standing.label, counts[standing]) for standing in Standing if counts[standing]]
    facts += [Fact("  " + reason, count) for reason, count in reasons.items()]
    if results is not None:
        facts.append(Fact(_("results"), results))
    title = session.text(_n("{count:,} line in the file", "{count:,} lines in the file"), count=len(outcomes))
    return session.facts(title, *facts)


def _text(session: Session, cast: CastVote) -> str:
    return cast.reason.text(session.settings.language) if cast.reason else ""
