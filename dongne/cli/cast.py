"""The command that relays signed votes from a file."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from dongne.ballot import (
    BallotBox,
    Caster,
    CastVote,
    ElectoralRoll,
    Skip,
    Standing,
    VoteLine,
    options_of,
    read_votes,
)
from dongne.cli.output import Fact
from dongne.cli.session import Session
from dongne.cli.tallies import Poll
from dongne.language import _, shown
from dongne.results import Outcome, write_results
from dongne.tables import Row, Table


def cast(
    session: Session,
    poll: Poll,
    file: Annotated[Path, typer.Argument(help=_("Signed votes, one JSON object a line, docs/formats.md"))],
) -> None:
    """Relay signed votes in batches; a CSV file beside the list says what became of each, and why.

    It may be run again: votes that were counted are not sent a second time.
    """
    box, rolls = session.client(BallotBox), session.client(ElectoralRoll)
    spec, votes = box.spec(poll), read_votes(file, poll)
    session.sender.settle()
    caster = Caster(box, poll, spec, rolls.read(spec.roll))
    with session.progress(_("checking"), len(votes)) as heard:
        remaining = caster.sort_out(votes, heard)
    with session.progress(_("relaying"), len(remaining)) as heard:
        caster.relay(remaining, session.sender.deliver, heard)
    outcomes = caster.outcomes()
    counts = Counter(each.standing for each in outcomes)
    results = None if counts[Standing.NOT_SENT] else _written(session, file, outcomes)
    session.show(_data(session, poll, outcomes, counts, results), lambda: _facts(session, outcomes, counts, results))


def _written(session: Session, file: Path, outcomes: Iterable[CastVote]) -> Path:
    """The result CSV beside the file."""
    by_line = {each.at.line: Outcome(each.standing, each.reason or "") for each in outcomes}
    rows = tuple(_row(each.at) for each in outcomes)
    table = Table(file, ("line", "voter", "choices"), rows, (), "utf-8", ",")
    return write_results(table, by_line, session.settings.language)


def _row(at: VoteLine) -> Row:
    choices = " ".join(str(option) for option in options_of(at.vote.choices))
    return Row(at.line, {}, (str(at.line), str(at.vote.index), choices), {})


def _data(
    session: Session, poll: int, outcomes: Iterable[CastVote], counts: Counter[Standing], results: Path | None
) -> dict[str, Any]:
    skipped = [each for each in outcomes if each.standing is Standing.NOT_COUNTED]
    return {
        "poll": poll,
        "counted": counts[Standing.COUNTED],
        "counted_earlier": counts[Standing.COUNTED_BEFORE],
        "not_sent": counts[Standing.NOT_SENT],
        "skipped": [{"voter": each.at.vote.index, "reason": _reason(session, each)} for each in skipped],
        "results": None if results is None else str(results),
    }


def _reason(session: Session, vote: CastVote) -> str:
    if isinstance(vote.reason, Skip):
        return vote.reason.name.lower()
    return str(shown(vote.reason, session.settings.language))


def _facts(session: Session, outcomes: list[CastVote], counts: Counter[Standing], results: Path | None) -> Any:
    reasons = Counter(each.reason for each in outcomes if each.reason is not None)
    facts = [Fact(standing.label, counts[standing]) for standing in Standing if counts[standing]]
    facts += [Fact("  " + session.text("{reason}", reason=reason), count) for reason, count in reasons.items()]
    if results is not None:
        facts.append(Fact(_("results"), results))
    title = session.text(_("{count:,} votes in the file"), count=len(outcomes))
    return session.facts(title, *facts)
