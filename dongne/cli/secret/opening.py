"""Commands with which an election office holds a secret ballot: open, cancel, register voters, publish the group."""

from pathlib import Path
from typing import Annotated

import typer

from dongne.ballot import ElectoralRoll
from dongne.ballot.document import read_document
from dongne.ballot.secret import (
    FiledRegistration,
    Outcomes,
    ProverKit,
    Registrar,
    SecretBallotBox,
    SecretPollSpec,
    SecretVoteVerifier,
    compute_group,
    read_registrations,
    read_secret_poll,
)
from dongne.ballot.secret.errors import GroupDiffers, GroupNotToBePublished
from dongne.cli.commands import command
from dongne.cli.output import Fact
from dongne.cli.rolls import say_if_amended, sound_roll
from dongne.cli.secret.group import app, prover_of, show_outcomes
from dongne.cli.secret.terms import secret_terms, secret_terms_facts
from dongne.cli.session import Session, Yes
from dongne.cli.tallies import Poll
from dongne.language import _


@command(app, "prover", epilog=_("Example: dongne ballot secret prover"))
def install_prover(session: Session) -> None:
    """Install what makes and checks proofs: Semaphore's circuit and snarkjs, by npm, once for each user.

    It needs Node 20 or newer and npm, downloads about 110 MB and keeps 90.
    """
    kit = ProverKit(session.settings.prover)
    if not kit.is_sound:
        session.note(_("Installing the prover in {folder}; this takes a minute."), folder=kit.folder)
        kit.install()
    place = str(kit.folder)
    session.show({"folder": place}, lambda: session.text(_("The prover is in {folder}."), folder=place))


@command(app, "open", sends=True, epilog=_("Example: dongne ballot secret open poll.toml --keystore officer.json"))
def open_poll(
    session: Session,
    file: Annotated[Path, typer.Argument(help=_("The poll in TOML, docs/secret-ballots.md"))],
    again: Annotated[bool, typer.Option("--again", help=_("Open it even if a poll has exactly these terms"))] = False,
) -> None:
    """Open a secret poll from its file: voters register from now on. It never changes afterwards."""
    rolls, box = session.client(ElectoralRoll), session.client(SecretBallotBox)
    spec = read_secret_poll(file, lambda roll: sound_roll(rolls, roll), session.client(SecretVoteVerifier).address)
    eligible = sum(rolls.voters_in(spec.poll.roll, spec.poll.ranges))
    session.sender.settle()
    same = [poll for poll, other in box.polls().items() if other == spec]
    if same and not again:
        session.note(
            _("Poll {poll} has exactly these terms already. Nothing was sent; --again opens another one."),
            poll=same[-1],
        )
        _show_opened(session, same[-1], spec, eligible, opened=False)
        return
    say_if_amended(session, rolls, spec.poll.roll)
    session.confirm(
        _SURE,
        eligible=eligible,
        roll=spec.poll.roll,
        question=spec.poll.question,
        until=session.time(spec.registration_end),
        start=session.time(spec.poll.start),
        end=session.time(spec.poll.end),
    )
    receipt = session.sender.deliver(box.open(spec))
    _show_opened(session, box.opened_in(receipt) if receipt else None, spec, eligible, opened=receipt is not None)


_SURE = _(
    "Open a secret poll, “{question}”, for {eligible:,} voters of roll {roll}: registration until {until}, voting from "
    "{start} to {end}? It can never be changed."
)


@command(
    app,
    "cancel",
    sends=True,
    epilog=_("Example: dongne ballot secret cancel 2 reason.pdf --uri https://vote.example/reason.pdf"),
)
def cancel_poll(
    session: Session,
    poll: Poll,
    document: Annotated[Path, typer.Argument(metavar="DOCUMENT", help=_("The document with the reason; it is public"))],
    uri: Annotated[str, typer.Option("--uri", help=_("Where the document can be had"))] = "",
) -> None:
    """Cancel a secret poll before its start, with a reason. Nothing stops a poll that has started."""
    box = session.client(SecretBallotBox)
    question, reason = box.opening(poll).decided().poll.question, read_document(document)
    session.sender.settle()
    session.confirm(
        _("Cancel secret poll {poll}, “{question}”? It cannot be taken back."), poll=poll, question=question
    )
    receipt = session.sender.deliver(box.cancel(poll, reason.hash, uri))
    data = {"poll": poll, "cancelled": receipt is not None, "document": "0x" + reason.hash.hex(), "uri": uri}
    rows = (Fact(_("question"), question), Fact(_("cancelled before its start"), Yes(receipt is not None)))
    session.show(data, lambda: session.facts(session.text(_("Secret poll {poll}"), poll=poll), *rows))


@command(
    app,
    "register",
    sends=True,
    epilog=_("Example: dongne ballot secret register 1 registrations.jsonl --keystore relayer.json"),
)
def register(
    session: Session,
    poll: Poll,
    file: Annotated[Path, typer.Argument(help=_("Signed registrations, one JSON object a line"))],
) -> None:
    """Relay signed registrations in batches; a CSV file beside the list says what became of each line.

    It may be run again: registrations that were accepted are not sent a second time.
    """
    box, rolls = session.client(SecretBallotBox), session.client(ElectoralRoll)
    opening = box.opening(poll)
    spec = opening.decided()
    lines, problems = read_registrations(file, poll)
    session.sender.settle()
    outcomes: Outcomes[FiledRegistration] = Outcomes.of(problems)
    registrar = Registrar(box, poll, spec, opening.terms, rolls.read(spec.poll.roll), outcomes)
    with session.progress(_("checking"), len(lines)) as heard:
        remaining = registrar.sort_out(lines, heard)
    with session.progress(_("relaying"), len(remaining)) as heard:
        registrar.relay(remaining, session.sender.deliver, heard)
    show_outcomes(session, poll, file, outcomes)


@command(
    app, "publish", sends=True, epilog=_("Example: dongne ballot secret publish 1 --keystore election_officer.json")
)
def publish(session: Session, poll: Poll) -> None:
    """Publish the group once registration has ended: the root of all commitments, computed from the logs."""
    box = session.client(SecretBallotBox)
    state, group = box.state(poll), box.group(poll)
    if session.chain.timestamp() < state.registration_end:
        raise GroupNotToBePublished(poll, session.time(state.registration_end))
    session.sender.settle()
    with session.progress(_("computing the tree"), state.members) as heard:
        computed = compute_group(box, poll, prover_of(session), heard=heard)
    if not computed.matches:
        raise GroupDiffers(poll, computed.published, computed.root)
    if group.root:
        session.note(_("The group of poll {poll} is published already. Nothing was sent."), poll=poll)
    else:
        session.confirm(_SURE_TO_PUBLISH, members=len(computed.members), poll=poll)
        session.sender.deliver(box.publish_group(poll, computed.root))
    published = box.group(poll).root == computed.root
    data = {"poll": poll, "members": len(computed.members), "root": str(computed.root), "published": published}
    facts = (Fact(_("registered voters"), len(computed.members)), Fact(_("root"), str(computed.root)))
    session.show(data, lambda: session.facts(session.text(_("Group of secret poll {poll}"), poll=poll), *facts))


_SURE_TO_PUBLISH = _("Publish the group of {members:,} voters of poll {poll}? It can never be changed.")


def _show_opened(session: Session, poll: int | None, spec: SecretPollSpec, eligible: int, *, opened: bool) -> None:
    data = {"poll": poll, "opened": opened, **secret_terms(spec)}
    title = session.text(_("Secret poll {poll}"), poll=poll) if poll else session.text(_("A new secret poll"))
    session.show(data, lambda: session.facts(title, *secret_terms_facts(session, spec, eligible)))
