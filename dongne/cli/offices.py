"""Commands of the offices that cast votes for voters who cannot sign."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

from dongne.addresses import address_of
from dongne.ballot import AssistedVoting, BallotBox, ElectoralRoll, PollSpec, Skip
from dongne.ballot.assistance import offices_of
from dongne.ballot.assisted_voting import Office as Accredited
from dongne.ballot.document import read_document
from dongne.ballot.errors import MoreVotesThanTheCap, VotesUncounted
from dongne.ballot.officefile import OfficeVotes, read_office_votes
from dongne.cli.commands import command
from dongne.cli.output import Fact
from dongne.cli.session import Session, Yes
from dongne.cli.tallies import Poll
from dongne.language import Message, Template, _, _n
from dongne.numbers import whole_number
from dongne.parts import parts
from dongne.results import Outcome, write_results
from dongne.tables import read_mapping

app = typer.Typer(no_args_is_help=True)

OFFICE_BATCH = 100
"""Votes that one transaction of an office brings."""

MOST_CAP = 2**24 - 1

Office = Annotated[str, typer.Argument(metavar="OFFICE", help=_("Address of the office"))]
Decision = Annotated[Path, typer.Option("--document", help=_("The decision or reason; it is public"))]

COUNTED, COUNTED_BEFORE, HAD_VOTED, NOT_SENT = _("counted"), _("counted earlier"), _("voted already"), _("not sent")


@command(app, "list", epilog=_("Example: dongne ballot office list 1"))
def list_offices(session: Session, poll: Poll) -> None:
    """The offices of a poll: what each may cast, and has."""
    box, assistance = _clients(session)
    offices = [event.office for event in assistance.accreditations(box.address, poll)]
    found = {office: assistance.office(box.address, poll, office) for office in offices}
    most = box.turnout(poll).eligible * assistance.ceiling() // 100
    data = {
        "poll": poll,
        "most": most,
        "offices": [
            {"office": office, "cap": each.cap, "cast": each.cast, "revoked": each.revoked}
            for office, each in found.items()
        ],
    }
    rows = [(office, each.cap, each.cast, Yes(each.revoked)) for office, each in found.items()]
    columns: list[Template] = [_("office"), _("may cast"), _("has cast"), _("revoked")]
    title = _("Offices of poll {poll}; together they may cast {most:,} votes at most")
    session.show(data, lambda: session.table(session.text(title, poll=poll, most=most), columns, rows))


@command(
    app,
    sends=True,
    epilog=_(
        "Example: dongne ballot office accredit 1 0x7099… --cap 200 --document decision.pdf "
        "--keystore polling_supervisor.json"
    ),
)
def accredit(
    session: Session,
    poll: Poll,
    office: Office,
    document: Decision,
    cap: Annotated[str, typer.Option("--cap", help=_("Votes that the office may cast"))],
) -> None:
    """Let an office cast votes for voters in a poll, before its start; the cap never changes."""
    box, assistance = _clients(session)
    address, most, decision = address_of(office), whole_number(cap, 1, MOST_CAP), read_document(document)
    spec = box.spec(poll)
    session.sender.settle()
    session.confirm(
        _("Let {office} cast up to {cap:,} votes for voters in poll {poll}, “{question}”? The cap never changes."),
        office=address,
        cap=most,
        poll=poll,
        question=spec.question,
    )
    receipt = session.sender.deliver(assistance.accredit(box.address, poll, address, most, decision.hash))
    data = {"poll": poll, "office": address, "cap": most, "accredited": receipt is not None}
    facts = (Fact(_("office"), address), Fact(_("may cast"), most), Fact(_("accredited"), Yes(receipt is not None)))
    session.show(data, lambda: session.facts(session.text(_("Poll {poll}"), poll=poll), *facts))


@command(
    app,
    sends=True,
    epilog=_("Example: dongne ballot office revoke 1 0x7099… --document reason.pdf --keystore guardian.json"),
)
def revoke(session: Session, poll: Poll, office: Office, document: Decision) -> None:
    """Let an office cast no more votes in a poll, at any time and for good; those that it cast stand."""
    box, assistance = _clients(session)
    address, reason = address_of(office), read_document(document)
    box.spec(poll)
    session.sender.settle()
    session.confirm(
        _("Let {office} cast no more votes in poll {poll}? This cannot be undone."), office=address, poll=poll
    )
    receipt = session.sender.deliver(assistance.revoke(box.address, poll, address, reason.hash))
    data = {"poll": poll, "office": address, "revoked": receipt is not None}
    facts = (Fact(_("office"), address), Fact(_("revoked"), Yes(receipt is not None)))
    session.show(data, lambda: session.facts(session.text(_("Poll {poll}"), poll=poll), *facts))


@command(
    app,
    "cast",
    sends=True,
    epilog=_("Example: dongne ballot office cast 1 booth.csv --record booth.pdf --keystore office.json"),
)
def cast_for_voters(
    session: Session,
    poll: Poll,
    file: Annotated[Path, typer.Argument(help=_("CSV with the columns voter, choices, docs/formats.md"))],
    record: Annotated[Path, typer.Option("--record", help=_("The papers for these votes; their hash is public"))],
    columns: Annotated[
        Path | None,
        typer.Option("--columns", help=_("TOML or CSV file that names the column for headings that are not known")),
    ] = None,
) -> None:
    """Cast votes for voters who cannot sign; a CSV file beside the list says what became of each.

    It may be run again: for voters who have voted nothing is sent. The exit code tells if votes stay uncounted.
    """
    box, assistance = _clients(session)
    rolls, spec, papers = session.client(ElectoralRoll), box.spec(poll), read_document(record)
    votes = read_office_votes(file, poll, spec, rolls.read(spec.roll), read_mapping(columns) if columns else None)
    session.sender.settle()
    waiting = _waiting(box, poll, votes.choices)
    _check_cap(assistance.office(box.address, poll, session.sender.address), poll, file, len(waiting))
    if waiting:
        session.confirm(
            _("Cast {count:,} votes for voters in poll {poll}? They can never be changed."),
            count=len(waiting),
            poll=poll,
        )
    earlier = _cast_before(assistance, box, poll, spec, session.sender.address)
    outcomes: dict[int, Template] = {
        index: COUNTED_BEFORE if earlier.get(index) == choices else HAD_VOTED
        for index, choices in votes.choices.items()
        if index not in waiting
    }
    with session.progress(_("casting"), len(waiting)) as heard:
        for part in parts(tuple(waiting), OFFICE_BATCH):
            chosen = {index: waiting[index] for index in part}
            outcomes |= _cast(session, assistance, box, poll, spec, chosen, papers.hash)
            heard(len(part))
    _show_cast(session, poll, votes, outcomes)


def _check_cap(office: Accredited, poll: int, file: Path, votes: int) -> None:
    """Refuse a file that an accredited office may not cast whole: half of one would be counted.

    Raises:
        MoreVotesThanTheCap: the office may cast fewer.
    """
    if office.cap and not office.revoked and votes > office.cap - office.cast:
        raise MoreVotesThanTheCap(file, poll, votes, office.cap - office.cast, office.cap)


def _cast_before(assistance: AssistedVoting, box: BallotBox, poll: int, spec: PollSpec, office: str) -> dict[int, int]:
    """Choices by voter of the votes that the office has cast."""
    logs = (event for event in assistance.counted_logs(box.address, poll) if event.office == office)
    groups = (group for event in logs for group in event.unpacked(len(spec.labels)))
    return {index: group.choices for group in groups for index in group.indices}


def _cast(
    session: Session,
    assistance: AssistedVoting,
    box: BallotBox,
    poll: int,
    spec: PollSpec,
    choices: Mapping[int, int],
    record: bytes,
) -> dict[int, Template]:
    receipt = session.sender.deliver(assistance.cast(box.address, poll, choices, len(spec.labels), record))
    if receipt is None:
        return dict.fromkeys(choices, NOT_SENT)
    skipped = assistance.skipped_in(receipt)
    return {index: skipped[index].label if index in skipped else COUNTED for index in choices}


def _waiting(box: BallotBox, poll: int, choices: Mapping[int, int]) -> dict[int, int]:
    """The votes of those who have not voted."""
    indices = sorted(choices)
    voted = box.have_voted(poll, indices)
    return {index: choices[index] for index, done in zip(indices, voted, strict=True) if not done}


def _show_cast(session: Session, poll: int, votes: OfficeVotes, outcomes: Mapping[int, Template]) -> None:
    by_line = {votes.lines[index]: Outcome(Message(outcome)) for index, outcome in outcomes.items()}
    sent = NOT_SENT not in outcomes.values()
    results = write_results(votes.table, by_line, session.settings.language) if sent else None
    counts = {label: sum(outcome == label for outcome in outcomes.values()) for label in _labels(outcomes)}
    uncounted = tuple(
        (votes.lines[index], Message(outcomes[index]))
        for index in sorted(outcomes, key=votes.lines.__getitem__)
        if outcomes[index] not in (COUNTED, COUNTED_BEFORE, NOT_SENT)
    )
    data = {
        "poll": poll,
        "counted": counts.get(COUNTED, 0),
        "counted_earlier": counts.get(COUNTED_BEFORE, 0),
        "not_counted": len(uncounted),
        "results": None if results is None else str(results),
    }
    facts = [Fact(label, count) for label, count in counts.items()]
    if results is not None:
        facts.append(Fact(_("results"), str(results)))
    title = session.text(_n("{count:,} vote in the file", "{count:,} votes in the file"), count=len(outcomes))
    session.show(data, lambda: session.facts(title, *facts))
    if uncounted and results:
        raise VotesUncounted(votes.table.file, len(outcomes), uncounted, results)


def _labels(outcomes: Mapping[int, Template]) -> Iterator[Template]:
    known = (COUNTED, COUNTED_BEFORE, HAD_VOTED, NOT_SENT, *(skip.label for skip in Skip))
    return iter(dict.fromkeys(label for label in known if label in outcomes.values()))


def _clients(session: Session) -> tuple[BallotBox, AssistedVoting]:
    box = session.client(BallotBox)
    return box, offices_of(box)
