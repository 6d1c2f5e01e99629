"""Commands of petitions: from the city's rules to what citizens file and sign, the answer, and the recount."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from dongne.ballot import ElectoralRoll, Origin, append_vote, signature_of, vote_line
from dongne.ballot.document import read_document
from dongne.ballot.petitions import Filing, Petition, PetitionBox, PetitionRecount, PetitionRules, recount_petition
from dongne.chain import Call, Chain
from dongne.cli.cast import relay
from dongne.cli.commands import command
from dongne.cli.options import Keystore, PasswordFile
from dongne.cli.output import Fact
from dongne.cli.pinning import AlsoRpc, AtBlock, WithoutProof, block_named, pin_facts, say_what_a_liar_could_do
from dongne.cli.rolls import say_if_amended, sound_roll
from dongne.cli.session import Session, Yes
from dongne.cli.sign_vote import FilledPaper, as_hexadecimal, key_of
from dongne.hashing import keccak
from dongne.language import Joined, Message, Readable, Template, _
from dongne.numbers import whole_number

app = typer.Typer(no_args_is_help=True)

DAY = 86_400
MOST_DAYS = 3_650
MOST_SIGNATURES = 2**24 - 1

Number = Annotated[int, typer.Argument(metavar="PETITION", help=_("Number of the petition"))]
Document = Annotated[Path, typer.Argument(metavar="DOCUMENT", help=_("The document; it is public"))]
Uri = Annotated[str, typer.Option("--uri", help=_("Where the document can be had"))]


@command(app, "list", epilog=_("Example: dongne ballot petition list"))
def list_petitions(session: Session) -> None:
    """All petitions: where they stand, and by when the city must decide or answer."""
    box, now = session.client(PetitionBox), session.chain.timestamp()
    filed, titles = box.petitions(), box.titles()
    known = {number: box.rules(number) for number in {event.rules for event in filed}}
    found = [(event.petition, known[event.rules], box.state(event.petition)) for event in filed]
    data = [{"petition": number, **_standing(state, rules, now)} for number, rules, state in found]
    rows = [
        (str(number), state.stage(rules, now), state.signatures, rules.threshold, titles.get(number, "–"))
        for number, rules, state in found
    ]
    columns: list[Template] = [_("petition"), _("stands"), _("signatures"), _("threshold"), _("title")]
    session.show(data, lambda: session.table(session.text(_("Petitions")), columns, rows))


@command(app, "show", epilog=_("Example: dongne ballot petition show 1"))
def show_petition(session: Session, petition: Number) -> None:
    """Words, signatures and terms of a petition, and the city's answer."""
    box, now = session.client(PetitionBox), session.chain.timestamp()
    filed, state = box.filing(petition), box.state(petition)
    rules, reply = box.rules(filed.rules), box.reply(petition)
    title = box.titles().get(petition)
    data = {
        "petition": petition,
        "title": title,
        "document": "0x" + filed.document.hex(),
        **_standing(state, rules, now),
        "reply": None if reply is None else {"document": "0x" + reply.document.hex(), "uri": reply.uri},
        "late": None if reply is None else reply.late,
    }
    facts = [
        Fact(_("title"), title or "–"),
        Fact(_("document's hash"), filed.document),
        Fact(_("stands"), state.stage(rules, now)),
        Fact(_("signatures"), Message("{signatures:,} / {threshold:,}", data)),
    ]
    if (due := state.due(rules)) is not None:
        facts += [Fact(_("the city must decide or answer by"), session.time(due)), Fact(_("overdue"), Yes(now > due))]
    if reply is not None:
        facts += [Fact(_("the city's reply"), reply.uri or "–"), Fact(_("its hash"), reply.document)]
        facts.append(Fact(_("late"), Yes(reply.late)))
    session.show(data, lambda: session.facts(session.text(_("Petition {petition}"), petition=petition), *facts))


@command(
    app,
    "rules",
    sends=True,
    epilog=_(
        "Example: dongne ballot petition rules 1 --threshold 500 --collect 90 --decide 30 --answer 60 "
        '--label "I support this petition." --keystore election_officer.json'
    ),
)
def publish_rules(
    session: Session,
    roll: Annotated[int, typer.Argument(metavar="ROLL", help=_("Number of the roll whose voters may file and sign"))],
    threshold: Annotated[str, typer.Option("--threshold", help=_("Signatures from which the city must answer"))],
    label: Annotated[str, typer.Option("--label", help=_("What signing says; wallets show it"))],
    collect: Annotated[str, typer.Option("--collect", help=_("Days that a petition collects signatures"))],
    decide: Annotated[str, typer.Option("--decide", help=_("Days in which the city admits or refuses one"))],
    answer: Annotated[str, typer.Option("--answer", help=_("Days in which the city answers"))],
) -> None:
    """Publish rules for the petitions of a roll's voters; they never change."""
    box, rolls = session.client(PetitionBox), session.client(ElectoralRoll)
    days = [whole_number(text, 1, MOST_DAYS) * DAY for text in (collect, decide, answer)]
    listed = sound_roll(rolls, roll)
    voters = listed.size
    rules = PetitionRules(
        roll, whole_number(threshold, 1, MOST_SIGNATURES), days[0], days[1], days[2], label, listed.ranges()
    )
    session.sender.settle()
    say_if_amended(session, rolls, roll)
    session.confirm(
        _("Must the city answer every petition that {threshold:,} of {voters:,} voters sign? It can never be changed."),
        threshold=rules.threshold,
        voters=voters,
    )
    receipt = session.sender.deliver(box.publish_rules(rules))
    data = {"rules": None if receipt is None else box.published_in(receipt), "threshold": rules.threshold}
    facts = (Fact(_("rules"), data["rules"] or "–"), Fact(_("threshold"), rules.threshold))
    session.show(data, lambda: session.facts(session.text(_("Rules for petitions")), *facts))


@command(app, "close", sends=True, epilog=_("Example: dongne ballot petition close 1 --keystore election_officer.json"))
def close_rules(
    session: Session, rules: Annotated[int, typer.Argument(metavar="RULES", help=_("Number of the rules"))]
) -> None:
    """Take no more petitions under these rules; those that were filed go on."""
    box = session.client(PetitionBox)
    box.rules(rules)
    session.sender.settle()
    session.confirm(_("Take no more petitions under rules {rules}? This cannot be undone."), rules=rules)
    closed = session.sender.deliver(box.close_rules(rules)) is not None
    data, title = {"rules": rules, "closed": closed}, session.text(_("Rules for petitions"))
    session.show(data, lambda: session.facts(title, Fact(_("rules"), rules), Fact(_("closed"), Yes(closed))))


@command(
    app,
    "file",
    sends=True,
    epilog=_('Example: dongne ballot petition file 1 "A crossing at the school" petition.pdf --keystore voter.json'),
)
def file_petition(
    session: Session,
    rules: Annotated[int, typer.Argument(metavar="RULES", help=_("Number of the rules"))],
    title: Annotated[str, typer.Argument(metavar="TITLE", help=_("What it asks for; others will sign these words"))],
    document: Document,
    voter: Annotated[
        str | None, typer.Option("--voter", help=_("Address or index on the roll; else the keystore's address"))
    ] = None,
    typed_data: Annotated[
        bool, typer.Option("--typed-data", help=_("Print the JSON that a wallet signs with eth_signTypedData_v4"))
    ] = False,
    signature: Annotated[str | None, typer.Option("--signature", help=_("The voter's signature over it"))] = None,
) -> None:
    """File a petition. The chain holds its hashes until the city has admitted it.

    A voter with ether sends it; for others, --typed-data prints what the voter's wallet signs, and anyone files it with
    --voter and --signature.
    """
    box, rolls = session.client(PetitionBox), session.client(ElectoralRoll)
    terms, text = box.rules(rules), read_document(document)
    roll = rolls.read(terms.roll)
    index = roll.find(terms.roll, voter or session.sender.address)
    if typed_data:
        filing = Filing(
            title, text.hash, box.rules_hash(rules), rolls.voter_at(terms.roll, index), box.filings(rules, index)
        )
        typer.echo(json.dumps(filing.typed_data(box.domain()), indent=2, ensure_ascii=False, default=as_hexadecimal))
        return
    session.sender.settle()
    signed = signature_of(signature) if signature else b""
    receipt = session.sender.deliver(box.file(rules, index, keccak(title.encode()), text.hash, signed))
    number = None if receipt is None else box.filed_in(receipt)
    data = {"petition": number, "title": title, "document": "0x" + text.hash.hex()}
    facts = (Fact(_("petition"), number or "–"), Fact(_("title"), title), Fact(_("document's hash"), text.hash))
    session.show(data, lambda: session.facts(session.text(_("Filed")), *facts))


@command(
    app,
    "admit",
    sends=True,
    epilog=_(
        'Example: dongne ballot petition admit 1 "A crossing at the school" --uri https://vote.example/petition.pdf '
        "--keystore election_officer.json"
    ),
)
def admit_petition(
    session: Session,
    petition: Number,
    title: Annotated[str, typer.Argument(metavar="TITLE", help=_("The words that were filed"))],
    uri: Uri = "",
) -> None:
    """Admit a petition in the words that were filed: from now on it collects signatures."""
    box = session.client(PetitionBox)
    _decide(session, box, petition, box.admit(petition, title, uri))


@command(
    app,
    "refuse",
    sends=True,
    epilog=_("Example: dongne ballot petition refuse 1 reasons.pdf --keystore election_officer.json"),
)
def refuse_petition(session: Session, petition: Number, document: Document, uri: Uri = "") -> None:
    """Refuse to admit a petition, with reasons."""
    box = session.client(PetitionBox)
    _decide(session, box, petition, box.refuse(petition, read_document(document).hash, uri))


@command(
    app,
    "answer",
    sends=True,
    epilog=_("Example: dongne ballot petition answer 1 answer.pdf --keystore election_officer.json"),
)
def answer_petition(session: Session, petition: Number, document: Document, uri: Uri = "") -> None:
    """Answer a petition that enough voters have signed; it opens no poll itself."""
    box = session.client(PetitionBox)
    _decide(session, box, petition, box.answer(petition, read_document(document).hash, uri))


@command(app, "sign", epilog=_("Example: dongne ballot petition sign 1 --append signed.jsonl --keystore voter.json"))
def sign_petition(
    session: Session,
    petition: Number,
    voter: Annotated[
        str | None, typer.Option("--voter", help=_("Address or index on the roll; else the keystore's address"))
    ] = None,
    typed_data: Annotated[
        bool, typer.Option("--typed-data", help=_("Print the JSON that a wallet signs with eth_signTypedData_v4"))
    ] = False,
    signature: Annotated[str | None, typer.Option("--signature", help=_("A wallet's signature over just this"))] = None,
    append: Annotated[Path | None, typer.Option("--append", help=_("File to which the line is added"))] = None,
    keystore: Keystore = None,
    password_file: PasswordFile = None,
) -> None:
    """Sign a petition, and print the signature as a line for `dongne ballot petition cast`."""
    box, rolls = session.client(PetitionBox), session.client(ElectoralRoll)
    spec = box.spec(petition)
    filled = FilledPaper(box.paper(petition), 1, box.domain(), spec.roll, rolls)
    if typed_data:
        typer.echo(json.dumps(filled.typed_data(voter, False), indent=2, ensure_ascii=False, default=as_hexadecimal))
        return
    session.note(_("“{question}” – {choices}"), question=spec.question, choices=spec.labels[0])
    key = None if signature else key_of(session, keystore, password_file)
    line = vote_line(petition, filled.of_key(voter, key, signature))
    if append is not None:
        append_vote(append, line)
    typer.echo(line)


@command(
    app, "cast", sends=True, epilog=_("Example: dongne ballot petition cast 1 signatures.jsonl --keystore relayer.json")
)
def cast_signatures(
    session: Session,
    petition: Number,
    file: Annotated[Path, typer.Argument(help=_("Signatures, one JSON object a line, docs/formats.md"))],
) -> None:
    """Relay signatures in batches; a CSV file beside the list says what became of each line, and why."""
    relay(session, session.client(PetitionBox), petition, file)


@command(app, "recount", epilog=_("Example: dongne ballot petition recount 1 --also-rpc https://rpc.example.org"))
def recount_signatures(
    session: Session,
    petition: Number,
    also: AlsoRpc = None,
    block: AtBlock = "final",
    without_proof: WithoutProof = False,
) -> None:
    """Count a petition's signatures anew from the chain alone, check each, and compare with the contract."""
    box, rolls = session.client(PetitionBox), session.client(ElectoralRoll)
    others = [PetitionBox(Chain(rpc, session.chain.id), box.entry) for rpc in also or ()]
    at, prove = block_named(session.chain, block), not without_proof
    with session.progress(_("counting"), box.state(petition).signatures) as heard:
        found = recount_petition(box, rolls, petition, heard, others=others, block=at, prove=prove)
    data = {
        "petition": petition,
        "title": found.spec.question,
        "signatures": len(found.signers),
        "threshold": found.rules.threshold,
        "met_at": found.state.met_at or None,
        "sound": not found.findings,
        "findings": [finding.explain(session.settings.language) for finding in found.findings],
        "votes": {origin.name.lower(): found.origins[origin] for origin in Origin},
        "block": found.pin.number,
        "block_hash": found.pin.hash,
        "time": found.pin.time,
        "nodes": found.nodes,
        "proven": found.proven,
    }
    session.show(data, lambda: _recount_facts(session, found))
    found.raise_if_unsound()
    say_what_a_liar_could_do(session, found.nodes, proven=found.proven)


def _recount_facts(session: Session, found: PetitionRecount) -> Any:
    sound = Message(_("votes, logs and contract agree"))
    verdict: Readable = Joined(tuple(each.message for each in found.findings)) if found.findings else sound
    facts = [
        Fact(_("title"), found.spec.question),
        Fact(_("signatures"), len(found.signers)),
        Fact(_("threshold"), found.rules.threshold),
        Fact(_("verdict"), verdict),
        *(Fact(origin.label, found.origins[origin]) for origin in Origin if found.origins[origin]),
        *pin_facts(session, found.pin, proven=found.proven),
    ]
    title = session.text(_("Petition {petition}, recounted from the chain alone"), petition=found.petition)
    return session.facts(title, *facts)


def _decide(session: Session, box: PetitionBox, petition: int, call: Call) -> None:
    """Ask, and carry out what the city decides about a petition."""
    box.filing(petition)
    session.sender.settle()
    session.confirm(_("Decide about petition {petition}? It cannot be changed."), petition=petition)
    if session.sender.deliver(call) is not None:
        show_petition(session, petition)


def _standing(state: Petition, rules: PetitionRules, now: int) -> dict[str, Any]:
    due = state.due(rules)
    return {
        "stage": state.stage(rules, now).name.lower(),
        "signatures": state.signatures,
        "threshold": rules.threshold,
        "due": due,
        "overdue": due is not None and now > due,
    }
