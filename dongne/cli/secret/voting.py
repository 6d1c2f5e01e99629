"""Commands of a voter in a secret ballot: make a secret, sign the registration, prove a vote, check it."""

import json
from pathlib import Path
from typing import Annotated

import typer
from eth_account.signers.local import LocalAccount
from eth_utils.address import to_checksum_address

from dongne.ballot import ElectoralRoll, PollSpec, VoterList, labels_of, mask_of, options_of
from dongne.ballot.errors import ChoicesBreakTheRule, MissingVoter, MissingVoteSigner
from dongne.ballot.secret import (
    FiledRegistration,
    Registration,
    SecretBallotBox,
    SecretBooth,
    new_secret,
    read_secret,
    registration_line,
    secret_vote_line,
    way_of,
)
from dongne.ballot.secret.errors import NotTheRegistrantsSignature
from dongne.cli.commands import command
from dongne.cli.options import Keystore, PasswordFile
from dongne.cli.output import Fact
from dongne.cli.secret.group import Append, Options, Secret, app, append_line, prover_of, say_limits
from dongne.cli.session import Session, Yes
from dongne.cli.tallies import Poll, named
from dongne.language import Message, _
from dongne.numbers import whole_number
from dongne.signing import compact_of, expand, sign, signature_of


@command(app, "new", epilog=_("Example: dongne ballot secret new ~/keys/ballot.secret"))
def new(
    session: Session, file: Annotated[Path, typer.Argument(help=_("File to write; it must not exist yet"))]
) -> None:
    """Make a voter's secret: 32 random bytes that only their owner reads. One serves for several polls."""
    new_secret(file)
    say_limits(session, "keep", "receipt", file=file)
    place = str(file.resolve())
    session.show({"file": place}, lambda: session.text(_("The secret is in {file}."), file=place))


@command(
    app,
    "sign",
    epilog=_("Example: dongne ballot secret sign 1 --secret ballot.secret --keystore me.json --append list.jsonl"),
)
def sign_registration(
    session: Session,
    poll: Poll,
    secret: Secret,
    voter: Annotated[
        str | None, typer.Option(help=_("Address or index on the roll; else the keystore's address"))
    ] = None,
    typed_data: Annotated[
        bool, typer.Option("--typed-data", help=_("Print the JSON that a wallet signs with eth_signTypedData_v4"))
    ] = False,
    signature: Annotated[str | None, typer.Option(help=_("A wallet's signature over just this registration"))] = None,
    append: Append = None,
    keystore: Keystore = None,
    password_file: PasswordFile = None,
) -> None:
    """Sign the registration for a secret poll with the key on the roll, and print it as a line for `register`.

    Where a wallet or a smart account signs, --typed-data prints what it signs; --voter and --signature then make the
    line.
    """
    box, rolls = session.client(SecretBallotBox), session.client(ElectoralRoll)
    opening = box.opening(poll)
    terms, roll = opening.decided().poll, rolls.read(opening.decided().poll.roll)
    key = None if signature or typed_data else _key(session, keystore, password_file)
    index = _index(roll, terms.roll, voter or (key.address if key else None))
    (commitment,) = prover_of(session).commitments([read_secret(secret)])
    address = to_checksum_address(roll.voters[index])
    message = Registration(terms.question, terms.document, opening.terms, poll, address, commitment)
    if typed_data:
        typer.echo(json.dumps(message.typed_data(box.domain()), indent=2, ensure_ascii=False, default=_hexadecimal))
        return
    digest = message.digest(box.domain())
    made = expand(sign(digest, key)) if key else signature_of(signature or "")
    if compact_of(made, digest, address) is None and not session.chain.contracts([address]):
        raise NotTheRegistrantsSignature(index, address)
    line = registration_line(poll, FiledRegistration(index, commitment, made))
    append_line(append, line)
    say_limits(session, "registered", "keep", file=secret)
    typer.echo(line)


@command(app, "vote", epilog=_("Example: dongne ballot secret vote 1 0 --secret ballot.secret --append votes.jsonl"))
def vote(session: Session, poll: Poll, options: Options, secret: Secret, append: Append = None) -> None:
    """Prove a vote without saying whose it is, and print it as a line for `cast`; takes some seconds.

    The group is computed from the logs first: where the published one is another, no proof is made.
    """
    box, prover = session.client(SecretBallotBox), prover_of(session)
    opening = box.opening(poll)
    terms = opening.decided().poll
    choices = _choices(options, poll, terms)
    known, members = read_secret(secret), box.state(poll).members
    session.note(_("“{question}” – {choices}"), question=terms.question, choices=named(choices, terms))
    with session.progress(_("computing the tree"), members) as heard:
        way = way_of(box, poll, prover, known, secret, heard)
    proved = SecretBooth(box.domain(), opening.decided().paper(poll, opening.terms)).prove(prover, known, way, choices)
    line = secret_vote_line(poll, proved)
    append_line(append, line)
    say_limits(session, "group", "relay", "interim", "receipt", members=members, file=secret)
    typer.echo(line)


@command(app, "check", epilog=_("Example: dongne ballot secret check 1 --secret ballot.secret"))
def check(session: Session, poll: Poll, secret: Secret) -> None:
    """Whether the vote of a secret was counted, and for what: for its owner's eyes only."""
    box, prover = session.client(SecretBallotBox), prover_of(session)
    opening = box.opening(poll)
    terms, known = opening.decided().poll, read_secret(secret)
    (commitment,) = prover.commitments([known])
    nullifier = prover.nullifier(known, SecretBooth(box.domain(), opening.decided().paper(poll, opening.terms)).scope)
    member = next((each.number for each in box.members(poll) if each.commitment == commitment), None)
    choices = next((each.choices for each in box.votes(poll) if each.nullifier == nullifier), None)
    data = {
        "poll": poll,
        "registered": member is not None,
        "member": member,
        "counted": choices is not None,
        "choices": None if choices is None else options_of(choices),
        "labels": None if choices is None else list(labels_of(choices, terms.labels)),
    }
    say_limits(session, "receipt", file=secret)
    recorded = Message(_("no vote")) if choices is None else named(choices, terms)
    facts = (Fact(_("registered"), Yes(member is not None)), Fact(_("recorded"), recorded))
    session.show(data, lambda: session.facts(session.text(_("Your vote in secret poll {poll}"), poll=poll), *facts))


def _choices(text: str, poll: int, spec: PollSpec) -> int:
    """The bit mask of "0,5"."""
    mask = mask_of(whole_number(option, 0, len(spec.labels) - 1) for option in text.split(","))
    if not spec.rule.allows(mask):
        raise ChoicesBreakTheRule(poll, spec.rule.in_words(), len(spec.labels))
    return mask


def _index(roll: VoterList, number: int, voter: str | None) -> int:
    if voter is None:
        raise MissingVoter()
    return roll.find(number, voter)


def _key(session: Session, keystore: Path | None, password_file: Path | None) -> LocalAccount:
    keystore = keystore or session.settings.keystore
    if keystore is None:
        raise MissingVoteSigner()
    return session.unlock(keystore, password_file)


def _hexadecimal(value: object) -> str:
    assert isinstance(value, bytes), value
    return "0x" + value.hex()
