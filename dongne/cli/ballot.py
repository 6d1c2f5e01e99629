"""Commands of the ballot: polls."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from dongne.ballot import (
    District,
    ElectoralRoll,
    Origin,
    PollSpec,
    Recount,
    Turnout,
    read_poll,
    read_projects,
)
from dongne.ballot.document import read_document
from dongne.ballot.errors import VoteRecordDiffers
from dongne.ballot.poll_box import PollBox
from dongne.ballot.scores import ScorePollSpec
from dongne.cli import offices as office_commands
from dongne.cli import petitions as petition_commands
from dongne.cli import rolls as roll_commands
from dongne.cli import secret as secret_commands
from dongne.cli.boxes import AnyPoll, ScorePollNumber, box_of
from dongne.cli.cast import cast
from dongne.cli.commands import command
from dongne.cli.funding import fund
from dongne.cli.left_out import left_out_data, left_out_table
from dongne.cli.output import Fact
from dongne.cli.pinning import AlsoRpc, AtBlock, WithoutProof, pin_facts, say_what_a_liar_could_do
from dongne.cli.receipts import receipt, verify
from dongne.cli.recounting import recounted
from dongne.cli.rolls import Columns, say_if_amended, sound_roll
from dongne.cli.session import Session, Yes
from dongne.cli.tallies import (
    DistrictNames,
    asked,
    chosen,
    district_names,
    district_tallies,
    districts_table,
    eligible_in,
    outcome_data,
    outcome_facts,
    poll_facts,
    tally_table,
    terms,
    terms_facts,
)
from dongne.errors import Problem
from dongne.language import Joined, Message, Readable, Template, _
from dongne.tables import read_mapping

app = typer.Typer(no_args_is_help=True)
app.add_typer(roll_commands.app, name="roll", help=_("Electoral rolls"))
app.add_typer(office_commands.app, name="office", help=_("Offices that cast votes for voters who cannot sign"))
app.add_typer(petition_commands.app, name="petition", help=_("Petitions that the city must answer"))
app.add_typer(secret_commands.app, name="secret", help=_("Secret ballots"))


@command(app, "list", epilog=_("Example: dongne ballot list"))
def list_polls(session: Session) -> None:
    """All polls with their turnout."""
    polls = [each for number in (int, ScorePollNumber) for each in _listed(session, number)]
    data = [
        {
            "poll": poll,
            "box": box_of(session, poll).NAME,
            **terms(spec),
            "ballots": turnout.ballots,
            "cancelled": cancelled,
        }
        for poll, spec, turnout, cancelled in polls
    ]
    rows = [
        (
            str(poll),
            str(spec.roll),
            *_period(session, spec),
            _voted(turnout.ballots, cancelled),
            question,
        )
        for poll, spec, turnout, cancelled in polls
        for question in [spec.question]
    ]
    columns: list[Template] = [_("poll"), _("roll"), _("start"), _("end"), _("voted"), _("question")]
    session.show(data, lambda: session.table(session.text(_("Polls")), columns, rows))


@command(app, epilog=_("Examples:\n\ndongne ballot show 1\n\ndongne ballot show 1 --districts names.csv"))
def show(session: Session, poll: AnyPoll, names: DistrictNames = None) -> None:
    """Question, terms and turnout of a poll, its tally and, after the end, its outcome."""
    box, rolls = box_of(session, poll), session.client(ElectoralRoll)
    spec, cancelled = box.spec(poll), box.state(poll).cancelled
    turnout, tally = box.turnout(poll), box.tally(poll)
    outcome = box.result(poll) if session.chain.timestamp() >= spec.end and not cancelled else None
    asks = asked(spec, rolls.districts(spec.roll))
    called = district_names(session, names, (part for parts in asks.values() for part in parts))
    districts = _turnouts(box, rolls, poll, spec, asks, called)
    data = {
        "poll": poll,
        "box": box.NAME,
        **terms(spec),
        "cancelled": cancelled,
        "ballots": turnout.ballots,
        "eligible": turnout.eligible,
        "tally": tally,
        "districts": districts,
        "outcome": outcome_data(outcome),
    }
    parts = [lambda: districts_table(session, districts, called)] if len(districts) > 1 else []
    session.show(
        data,
        lambda: poll_facts(session, poll, spec, turnout, outcome, cancelled),
        lambda: tally_table(session, session.text(_("Tally")), spec, tally),
        *parts,
    )


@command(
    app,
    "recount",
    epilog=_(
        "Examples:\n\ndongne ballot recount 1 --district 1135054500\n\n"
        "dongne ballot recount 1 --also-rpc https://rpc.example.org --also-rpc https://other.example.org"
    ),
)
def recount_poll(
    session: Session,
    poll: AnyPoll,
    district: Annotated[int | None, typer.Option(metavar="CODE", help=_("Of one district only"))] = None,
    names: DistrictNames = None,
    also: AlsoRpc = None,
    block: AtBlock = "final",
    without_proof: WithoutProof = False,
) -> None:
    """Count a poll anew from the chain alone, check every voter's signature, and compare with the contract."""
    found = recounted(session, poll, also or (), block, prove=not without_proof)
    ended = district is None and found.ended
    where = None if district is None else found.roll.district(district)
    called = district_names(session, names, found.roll.districts)
    tally = found.tally(where)
    data = {
        "poll": poll,
        "question": found.spec.question,
        "options": list(found.spec.labels),
        "district": district,
        "district_name": None if district is None else called.get(district),
        "ballots": found.ballots if where is None else found.turnout(where),
        "tally": tally,
        "outcome": outcome_data(found.outcome) if ended else None,
        "districts": [] if where else _districts_data(found, called),
        "sound": not found.findings,
        "findings": [finding.explain(session.settings.language) for finding in found.findings],
        "votes": {origin.name.lower(): found.origins[origin] for origin in Origin},
        "assisted": {office: len(votes) for office, votes in found.assisted.items()},
        "assisted_tally": found.assisted_tally(),
        "block": found.pin.number,
        "block_hash": found.pin.hash,
        "time": found.pin.time,
        "nodes": found.nodes,
        "proven": found.proven,
    }
    session.show(
        data,
        lambda: _recount_facts(session, found, data),
        lambda: tally_table(session, session.text(_("Tally")), found.spec, tally),
        *([] if where else district_tallies(session, found, called)),
        *_assisted_tally(session, found),
    )
    found.raise_if_unsound()
    say_what_a_liar_could_do(session, found.nodes, proven=found.proven)


@command(app, epilog=_("Example: dongne ballot check 1 0x70997970C51812dc3A010C7d01b50e0d17dc79C8"))
def check(
    session: Session,
    poll: AnyPoll,
    voter: Annotated[str, typer.Argument(metavar="VOTER", help=_("Address of the voter, or index on the roll"))],
    also: AlsoRpc = None,
    without_proof: WithoutProof = False,
) -> None:
    """Whether and how a vote is recorded, by a recount of the poll as of the latest block."""
    found = recounted(session, poll, also or (), block="latest", prove=not without_proof)
    index = found.roll.find(found.spec.roll, voter)
    choices = found.choices.get(index)
    data = {
        "poll": poll,
        "voter": index,
        "eligible": found.spec.admits(index, found.roll),
        "recorded": choices is not None,
        **_choices_data(found.spec, choices),
        "office": next((office for office, votes in found.assisted.items() if index in votes), None),
        "block": found.pin.number,
        "block_hash": found.pin.hash,
        "time": found.pin.time,
        "proven": found.proven,
    }
    session.show(data, lambda: _recorded(session, data, choices, found))
    if (choices is not None) != box_of(session, poll).has_voted(poll, index):
        raise VoteRecordDiffers(poll, index)
    found.raise_if_unsound()
    say_what_a_liar_could_do(session, found.nodes, proven=found.proven)


@command(
    app,
    "open",
    sends=True,
    epilog=_(
        "Examples:\n\ndongne ballot open poll.toml --keystore election_officer.json\n\n"
        "dongne ballot open budget.toml --projects projects.csv --columns columns.toml --keystore election_officer.json"
    ),
)
def open_poll(
    session: Session,
    file: Annotated[Path, typer.Argument(help=_("The poll in TOML, docs/formats.md"))],
    projects: Annotated[
        Path | None,
        typer.Option("--projects", help=_("The options: a Pabulib file (.pb), or a CSV of projects, docs/formats.md")),
    ] = None,
    columns: Columns = None,
    again: Annotated[bool, typer.Option("--again", help=_("Open it even if a poll has exactly these terms"))] = False,
) -> None:
    """Open a poll from its file; it never changes afterwards. A file that was opened already is not opened again."""
    rolls, listed = session.client(ElectoralRoll), None
    if projects is not None:
        listed = read_projects(projects, read_mapping(columns) if columns else None)
    spec = read_poll(file, lambda roll: sound_roll(rolls, roll), listed)
    number = ScorePollNumber if isinstance(spec, ScorePollSpec) else int
    box = box_of(session, number(0))
    eligible = sum(rolls.voters_in(spec.roll, spec.ranges))
    left_out = listed.left_out if listed else ()
    session.sender.settle()
    same = [number(poll) for poll, other in box.polls().items() if other == spec]
    if same and not again:
        session.note(
            _("Poll {poll} has exactly these terms already. Nothing was sent; --again opens another one."),
            poll=same[-1],
        )
        _show_opened(session, same[-1], spec, eligible, left_out, opened=False)
        return
    say_if_amended(session, rolls, spec.roll)
    session.confirm(_SURE, **_summary(session, spec, eligible))
    receipt = session.sender.deliver(box.open(spec))
    opened = number(box.opened_in(receipt)) if receipt else None
    _show_opened(session, opened, spec, eligible, left_out, opened=receipt is not None)


@command(
    app,
    sends=True,
    epilog=_("Example: dongne ballot cancel 2 reason.pdf --uri https://vote.example/reason.pdf"),
)
def cancel(
    session: Session,
    poll: AnyPoll,
    document: Annotated[Path, typer.Argument(metavar="DOCUMENT", help=_("The document with the reason; it is public"))],
    uri: Annotated[str, typer.Option("--uri", help=_("Where the document can be had"))] = "",
) -> None:
    """Cancel a poll before its start, with a reason. Nothing stops a poll that has started."""
    box = box_of(session, poll)
    spec, reason = box.spec(poll), read_document(document)
    session.sender.settle()
    session.confirm(_SURE_CANCEL, poll=poll, question=spec.question)
    receipt = session.sender.deliver(box.cancel(poll, reason.hash, uri))
    data = {"poll": poll, "cancelled": receipt is not None, "document": "0x" + reason.hash.hex(), "uri": uri}
    title = session.text(_("Poll {poll}"), poll=poll)
    rows = (Fact(_("question"), spec.question), Fact(_("cancelled before its start"), Yes(receipt is not None)))
    session.show(data, lambda: session.facts(title, *rows, Fact(_("document's hash"), reason.hash)))


command(app, sends=True, epilog=_("Example: dongne ballot cast 1 votes.jsonl --keystore relayer.json"))(cast)
command(
    app,
    epilog=_("Example: dongne ballot receipt 1 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --out receipt.json"),
)(receipt)
command(
    app,
    epilog=_(
        "Examples:\n\ndongne ballot fund 1 --budget 1000000 --rule equal-shares --out funded.json\n\n"
        "dongne ballot fund 1 --check funded.json"
    ),
)(fund)
command(app, epilog=_("Example: dongne ballot verify receipt.json --rpc https://rpc.example.org"))(verify)

_SURE = _(
    "Ask “{question}” of {eligible:,} voters of roll {roll}, {rule} of {options}, from {start} to {end}? "
    "It can never be changed, and only be cancelled before its start."
)
_SURE_CANCEL = _("Cancel poll {poll}, “{question}”? It cannot be opened again.")


def _listed(session: Session, number: type[int]) -> Iterator[tuple[int, PollSpec, Turnout, bool]]:
    """The polls of a box, with their terms and turnout, and whether they were cancelled."""
    box = box_of(session, number(0))
    polls, cancelled = box.polls(), box.cancelled()
    for poll, turnout in zip(polls, box.turnouts(list(polls)), strict=True):
        yield number(poll), polls[poll], turnout, poll in cancelled


def _turnouts(
    box: PollBox[Any],
    rolls: ElectoralRoll,
    poll: int,
    spec: PollSpec,
    districts: Mapping[int, Sequence[District]],
    names: Mapping[int, str],
) -> list[dict[str, Any]]:
    """Votes and voters of each district that a poll asks."""
    parts = [part for some in districts.values() for part in some]
    ballots = dict(zip(parts, box.ballots_by_district(poll, parts), strict=True))
    return [
        {
            "code": code,
            "name": names.get(code),
            "ballots": sum(ballots[part] for part in some),
            "eligible": sum(rolls.voters_in(spec.roll, [span for part in some for span in spec.asked_of(part)])),
        }
        for code, some in districts.items()
    ]


def _voted(ballots: int, cancelled: bool) -> Readable:
    return Message(_("cancelled")) if cancelled else Message("{ballots:,}", {"ballots": ballots})


def _summary(session: Session, spec: PollSpec, eligible: int) -> dict[str, Any]:
    start, end = _period(session, spec)
    return {
        "question": spec.question,
        "eligible": eligible,
        "roll": spec.roll,
        "rule": spec.rule.in_words(),
        "options": len(spec.labels),
        "start": start,
        "end": end,
    }


def _period(session: Session, spec: PollSpec) -> tuple[str, str]:
    return session.time(spec.start), session.time(spec.end)


def _show_opened(
    session: Session, poll: int | None, spec: PollSpec, eligible: int, left_out: Sequence[Problem], *, opened: bool
) -> None:
    """Print a poll that was opened, and which ballots of its list of projects its own rule leaves out."""
    data = {"poll": poll, "opened": opened, **terms(spec), "left_out": left_out_data(session, left_out)}
    title = session.text(_("Poll {poll}"), poll=poll) if poll else session.text(_("A new poll"))
    parts = left_out_table(session, left_out)
    session.show(data, lambda: session.facts(title, *terms_facts(session, spec, eligible)), *parts)


def _districts_data(found: Recount, names: Mapping[int, str]) -> list[dict[str, Any]]:
    return [
        {
            "code": code,
            "name": names.get(code),
            "ballots": found.turnout(parts),
            "eligible": eligible_in(found, parts),
            "tally": found.tally(parts),
        }
        for code, parts in asked(found.spec, found.roll.districts).items()
    ]


def _recount_facts(session: Session, found: Recount, data: dict[str, Any]) -> Any:
    sound = Message(_("votes, logs and contract agree"))
    finding: Readable = Joined(tuple(each.message for each in found.findings)) if found.findings else sound
    facts = [Fact(_("voted"), data["ballots"]), Fact(_("verdict"), finding)]
    if data["district"] is not None:
        named = " ".join(str(each) for each in (data["district"], data["district_name"]) if each is not None)
        facts.insert(0, Fact(_("district"), named))
    facts += [Fact(origin.label, found.origins[origin]) for origin in Origin if found.origins[origin]]
    if data["outcome"] is not None:
        facts += outcome_facts(found.outcome, found.spec)
    facts += pin_facts(session, found.pin, proven=found.proven)
    return session.facts(session.text(_("Poll {poll}, recounted from the chain alone"), poll=found.poll), *facts)


def _choices_data(spec: PollSpec, choices: int | None) -> dict[str, Any]:
    """The choices of a ballot, or that there are none."""
    if choices is None:
        return {"choices": None, "labels": None}
    given = dict(spec.given(choices))
    data = {"choices": list(given), "labels": [spec.labels[option] for option in given]}
    return data | ({"points": list(given.values())} if isinstance(spec, ScorePollSpec) else {})


def _assisted_tally(session: Session, found: Recount) -> list[Callable[[], object]]:
    """The votes that offices cast for voters, apart; they are in the tally too."""
    if not found.assisted:
        return []
    title = session.text(_("Of these, cast by offices for voters: {votes:,}"), votes=found.origins[Origin.OFFICE])
    return [lambda: tally_table(session, title, found.spec, found.assisted_tally())]


def _recorded(session: Session, data: dict[str, Any], choices: int | None, found: Recount) -> Any:
    spec = found.spec
    recorded = Message(_("no vote")) if choices is None else chosen(choices, spec)
    title = session.text(_("Voter {voter} in poll {poll}"), voter=data["voter"], poll=data["poll"])
    facts: tuple[Fact, ...] = (Fact(_("question"), spec.question), Fact(_("eligible"), Yes(data["eligible"])))
    if data["office"] is not None:
        facts = (*facts, Fact(_("cast for the voter by the office"), data["office"]))
    return session.facts(
        title, *facts, Fact(_("recorded"), recorded), *pin_facts(session, found.pin, proven=found.proven)
    )
