"""Commands that relay and count secret votes, and look at secret polls."""

from pathlib import Path
from typing import Annotated, Any

import typer

from dongne.ballot import ElectoralRoll
from dongne.ballot.secret import (
    BATCH_SECRET_VOTES,
    Outcomes,
    Pauses,
    Progress,
    SecretBallotBox,
    SecretBooth,
    SecretCaster,
    SecretRecount,
    SecretVote,
    compute_group,
    read_secret_votes,
    recount_secret,
)
from dongne.ballot.secret.errors import GroupDiffers, GroupStillOpen
from dongne.chain import Chain
from dongne.cli.commands import command
from dongne.cli.output import Fact
from dongne.cli.pinning import AlsoRpc, AtBlock, WithoutProof, block_named, pin_facts, say_what_a_liar_could_do
from dongne.cli.secret.group import LIMITS, app, prover_of, show_outcomes
from dongne.cli.secret.terms import secret_terms, secret_terms_facts
from dongne.cli.session import Session, Yes
from dongne.cli.tallies import Poll, outcome_data, outcome_facts, tally_table
from dongne.language import Joined, Message, Readable, Template, _

LONGEST_PAUSE = 300
"""Seconds that the relayer waits between two batches, at most, unless it says otherwise."""

FEW = 10
"""A batch of fewer votes says a lot about when each arrived."""


@command(app, "list", epilog=_("Example: dongne ballot secret list"))
def list_polls(session: Session) -> None:
    """All secret polls with their registered voters and votes."""
    box = session.client(SecretBallotBox)
    polls = {poll: (spec, box.state(poll), box.group(poll)) for poll, spec in box.polls().items()}
    data = [
        {
            "poll": poll,
            **secret_terms(spec),
            "members": state.members,
            "ballots": group.ballots,
            "cancelled": state.cancelled,
        }
        for poll, (spec, state, group) in polls.items()
    ]
    rows = [
        (
            str(poll),
            session.time(state.registration_end),
            session.time(state.start),
            session.time(state.end),
            state.members,
            group.ballots,
            Message(_("cancelled")) if state.cancelled else "",
            spec.poll.question,
        )
        for poll, (spec, state, group) in polls.items()
    ]
    columns: list[Template] = [
        _("poll"),
        _("registration until"),
        _("start"),
        _("end"),
        _("registered"),
        _("voted"),
        "",
        _("question"),
    ]
    session.show(data, lambda: session.table(session.text(_("Secret polls")), columns, rows))


@command(app, epilog=_("Example: dongne ballot secret show 1"))
def show(session: Session, poll: Poll) -> None:
    """Question, terms and limits of a secret poll, its turnout, its tally so far and, after the end, its outcome."""
    box = session.client(SecretBallotBox)
    spec, state, group, tally = box.opening(poll).decided(), box.state(poll), box.group(poll), box.tally(poll)
    ended = session.chain.timestamp() >= state.end and not state.cancelled and group.root != 0
    outcome = box.result(poll) if ended else None
    data = {
        "poll": poll,
        **secret_terms(spec),
        "members": state.members,
        "eligible": state.eligible,
        "root": str(group.root) if group.root else None,
        "ballots": group.ballots,
        "tally": tally,
        "cancelled": state.cancelled,
        "outcome": outcome_data(outcome),
    }
    facts = [
        *secret_terms_facts(session, spec, state.eligible),
        Fact(_("registered"), state.members),
        Fact(_("group"), str(group.root) if group.root else Message(_("not published yet"))),
        Fact(_("voted"), group.ballots),
        Fact(_("limits"), _limits(state.members)),
    ]
    if state.cancelled:
        facts.append(Fact(_("cancelled before its start"), Yes(True)))
    if outcome is not None:
        facts += outcome_facts(outcome, spec.poll)
    session.show(
        data,
        lambda: session.facts(session.text(_("Secret poll {poll}"), poll=poll), *facts),
        lambda: tally_table(session, session.text(_("Tally")), spec.poll, tally),
    )


@command(app, "group", epilog=_("Example: dongne ballot secret group 1"))
def check_group(session: Session, poll: Poll) -> None:
    """Compute the group of a secret poll from the logs and compare it with the published one."""
    box = session.client(SecretBallotBox)
    with session.progress(_("computing the tree"), box.state(poll).members) as heard:
        found = compute_group(box, poll, prover_of(session), heard=heard)
    data = {
        "poll": poll,
        "members": len(found.members),
        "root": str(found.root),
        "published": str(found.published) if found.published else None,
        "matches": found.matches,
    }
    published: object = str(found.published) if found.published else Message(_("not published yet"))
    facts = (
        Fact(_("registered"), len(found.members)),
        Fact(_("root"), str(found.root)),
        Fact(_("published"), published),
    )
    session.show(data, lambda: session.facts(session.text(_("Group of secret poll {poll}"), poll=poll), *facts))
    if not found.matches:
        raise GroupDiffers(poll, found.published, found.root)


@command(
    app,
    "cast",
    sends=True,
    epilog=_("Example: dongne ballot secret cast 1 votes.jsonl --keystore relayer.json --longest-pause 600"),
)
def cast(
    session: Session,
    poll: Poll,
    file: Annotated[Path, typer.Argument(help=_("Proved votes, one JSON object a line"))],
    longest_pause: Annotated[
        int, typer.Option(min=0, help=_("Seconds between two batches, at most; each pause is random"))
    ] = LONGEST_PAUSE,
    batch: Annotated[
        int, typer.Option(min=1, max=BATCH_SECRET_VOTES, help=_("Votes of a transaction, at most"))
    ] = BATCH_SECRET_VOTES,
) -> None:
    """Relay proved votes in random order, in batches with random pauses; a CSV file beside the list says what became
    of each line.

    Every proof is checked before anything is sent, so that a bad one costs no gas. It may be run again: votes that
    were counted are not sent a second time.
    """
    box = session.client(SecretBallotBox)
    opening = box.opening(poll)
    spec = opening.decided()
    if not box.group(poll).root:
        raise GroupStillOpen(poll)
    lines, problems = read_secret_votes(file, poll)
    session.sender.settle()
    outcomes: Outcomes[SecretVote] = Outcomes.of(problems)
    booth = SecretBooth(box.domain(), spec.paper(poll, opening.terms))
    pauses = Pauses(longest_pause, heard=lambda seconds: _say_pause(session, seconds))
    caster = SecretCaster(box, poll, spec, booth, prover_of(session), outcomes, pauses, size=batch)
    with session.progress(_("checking"), len(lines)) as heard:
        remaining = caster.sort_out(lines, heard)
    if 0 < len(remaining) < FEW:
        session.note(_FEW, votes=len(remaining))
    with session.progress(_("relaying"), len(remaining)) as heard:
        caster.relay(remaining, session.sender.deliver, heard)
    show_outcomes(session, poll, file, outcomes)


_FEW = _(
    "Only {votes} votes are relayed together: the fewer, the more their moment says about each. Collect more first, if "
    "there is time."
)


@command(app, "recount", epilog=_("Example: dongne ballot secret recount 1 --also-rpc https://rpc.example.org"))
def recount_poll(
    session: Session, poll: Poll, also: AlsoRpc = None, block: AtBlock = "final", without_proof: WithoutProof = False
) -> None:
    """Count a secret poll anew from the chain alone: every registration's signature, the group, every proof."""
    box, rolls = session.client(SecretBallotBox), session.client(ElectoralRoll)
    members, votes = box.state(poll).members, box.group(poll).ballots
    others = [SecretBallotBox(Chain(rpc, session.chain.id), box.entry) for rpc in also or ()]
    at, prove = block_named(session.chain, block), not without_proof
    with (
        session.progress(_("computing the tree"), members) as of_members,
        session.progress(_("checking proofs"), votes) as of_votes,
    ):
        hears = Progress(of_members, of_votes)
        found = recount_secret(box, rolls, poll, prover_of(session), hears, others=others, block=at, prove=prove)
    tally = found.tally()
    data = {
        "poll": poll,
        "question": found.spec.poll.question,
        "options": list(found.spec.poll.labels),
        "block": found.pin.number,
        "block_hash": found.pin.hash,
        "time": found.pin.time,
        "nodes": found.nodes,
        "proven": found.proven,
        "members": len(found.members),
        "signed": found.signed,
        "alone": found.alone,
        "root": str(found.root),
        "ballots": found.ballots,
        "proofs": found.ballots,
        "tally": tally,
        "outcome": outcome_data(found.outcome),
        "sound": not found.findings,
        "findings": [finding.explain(session.settings.language) for finding in found.findings],
    }
    session.show(
        data,
        lambda: _recount_facts(session, found),
        lambda: tally_table(session, session.text(_("Tally")), found.spec.poll, tally),
    )
    found.raise_if_unsound()
    say_what_a_liar_could_do(session, found.nodes, proven=found.proven)


def _recount_facts(session: Session, found: SecretRecount) -> Any:
    sound = Message(_("logs, signatures, proofs and contract agree"))
    verdict: Readable = Joined(tuple(each.message for each in found.findings)) if found.findings else sound
    facts = [
        Fact(_("question"), found.spec.poll.question),
        Fact(_("registered"), len(found.members)),
        Fact(_("signatures checked"), found.signed),
        Fact(_("proofs checked"), found.ballots),
        Fact(_("verdict"), verdict),
    ]
    if found.alone:
        facts.insert(3, Fact(_("registered by their own call, which only the contract checked"), found.alone))
    if found.outcome is not None:
        facts += outcome_facts(found.outcome, found.spec.poll)
    facts += pin_facts(session, found.pin, proven=found.proven)
    title = session.text(_("Secret poll {poll}, recounted from logs alone"), poll=found.poll)
    return session.facts(title, *facts)


def _limits(members: int) -> Readable:
    names = ("registered", "group", "interim")
    return Joined(tuple(Message(LIMITS[name], {"members": members}) for name in names), " ")


def _say_pause(session: Session, seconds: float) -> None:
    session.note(_("Waiting {seconds:.0f} seconds before the next batch."), seconds=seconds)
