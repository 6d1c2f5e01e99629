"""The group of commands `dongne ballot secret`, and what all of them share."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from dongne.ballot.secret import LineOutcome, LineStanding, Outcomes, Prover, ProverKit
from dongne.cli.output import Fact
from dongne.cli.session import Session
from dongne.errors import ExitCode
from dongne.language import Readable, Template, _, shown
from dongne.results import Outcome, write_results
from dongne.tables import Row, Table
from dongne.texts import lines_of, read_text

app = typer.Typer(no_args_is_help=True)

Secret = Annotated[
    Path, typer.Option("--secret", help=_("File with the voter's secret, as `dongne ballot secret new` writes it"))
]
Options = Annotated[str, typer.Argument(metavar="OPTIONS", help=_("Numbers of the chosen options, e.g. 0,5"))]
Append = Annotated[Path | None, typer.Option(help=_("File to which the line is added"))]

LIMITS: dict[str, Template] = {
    "registered": _("That you registered is public, and with which commitment. How you vote is not."),
    "group": _(
        "You hide among the {members:,} registered voters. Where few registered, or all vote alike, that says a lot."
    ),
    "receipt": _(
        "Nothing protects you from somebody who makes you show {file}, or watches you vote: with it anybody can see "
        "how you voted. Keep it to yourself."
    ),
    "relay": _(
        "When a vote arrives, and from where, can betray its voter. Hand it in at another time than it was made, over "
        "a connection that is not yours, and never send it from an account of your own."
    ),
    "interim": _("The votes so far are public while the voting goes on."),
    "keep": _("Keep {file} until the poll has ended: without it you cannot vote, and nobody can replace it."),
}
"""What a secret ballot does not promise, said where a voter meets it."""


def say_limits(session: Session, *names: str, **values: object) -> None:
    """Say some of the limits beside the result."""
    for name in names:
        session.note(LIMITS[name], **values)


def prover_of(session: Session) -> Prover:
    """The installed prover."""
    return Prover(ProverKit(session.settings.prover))


def append_line(file: Path | None, line: str) -> None:
    """Add a line to a file, where one is named."""
    from dongne.ballot import append_vote

    if file is not None:
        append_vote(file, line)


def show_outcomes(session: Session, poll: int, file: Path, outcomes: Outcomes[Any]) -> None:
    """Print what became of the lines of a file, and write it beside; the exit code tells if some were refused."""
    found, counts = outcomes.in_order(), outcomes.counts()
    results = None if counts[LineStanding.NOT_SENT] else _written(session, file, found)
    data = {
        "poll": poll,
        "taken": counts[LineStanding.TAKEN],
        "taken_earlier": counts[LineStanding.TAKEN_BEFORE],
        "not_sent": counts[LineStanding.NOT_SENT],
        "refused": [
            {"line": each.line, "reason": shown(each.reason, session.settings.language)}
            for each in found
            if each.standing is LineStanding.REFUSED
        ],
        "results": None if results is None else str(results),
    }
    session.show(data, lambda: _facts(session, found, outcomes, results))
    if counts[LineStanding.REFUSED]:
        raise typer.Exit(ExitCode.INPUT)


def _written(session: Session, file: Path, found: Iterable[LineOutcome]) -> Path:
    """The result CSV beside the file: its lines as they are, and what became of each."""
    by_line = {each.line: Outcome(each.standing, each.reason or "") for each in found}
    lines = dict(enumerate(lines_of(read_text(file)), 1))
    rows = tuple(Row(line, {}, (str(line), lines.get(line, "")), {}) for line in sorted(by_line))
    table = Table(file, ("line", "content"), rows, (), "utf-8", ",")
    return write_results(table, by_line, session.settings.language)


def _facts(session: Session, found: list[LineOutcome], outcomes: Outcomes[Any], results: Path | None) -> Any:
    counts, reasons = outcomes.counts(), dict[str, int]()
    for each in found:
        if each.reason is not None:
            reason = _text(session, each.reason)
            reasons[reason] = reasons.get(reason, 0) + 1
    facts = [Fact(standing.label, counts[standing]) for standing in LineStanding if counts[standing]]
    facts += [Fact("  " + reason, count) for reason, count in reasons.items()]
    if results is not None:
        facts.append(Fact(_("results"), results))
    return session.facts(session.text(_("{count:,} lines in the file"), count=len(found)), *facts)


def _text(session: Session, reason: Readable) -> str:
    return reason.text(session.settings.language)
