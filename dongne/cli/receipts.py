"""Commands of voters' receipts: issue one; verify one against any nodes, without the city."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from dongne.ballot import ElectoralRoll, Receipt, ReceiptCheck, check_receipt, issue_receipt, read_receipt
from dongne.ballot.errors import ReceiptOfAnotherCity
from dongne.book import Entry, NoDeployment, write_whole
from dongne.chain import Chain
from dongne.cli.boxes import AnyPoll, box_of
from dongne.cli.output import Fact
from dongne.cli.pinning import KNOWN_TO_ALL, AlsoRpc, WithoutProof
from dongne.cli.session import Session, Yes
from dongne.language import Joined, Message, _


def receipt(
    session: Session,
    poll: AnyPoll,
    voter: Annotated[str, typer.Argument(metavar="VOTER", help=_("Address of the voter, or index on the roll"))],
    out: Annotated[Path, typer.Option("--out", help=_("File for the receipt, JSON"))],
) -> None:
    """Write a voter's receipt: question, choices, signature, and where on the chain the vote is recorded."""
    box, rolls = box_of(session, poll), session.client(ElectoralRoll)
    number = box.spec(poll).roll
    found = issue_receipt(box, rolls, poll, rolls.read(number).find(number, voter))
    write_whole(out, json.dumps(found.as_json(), ensure_ascii=False, indent=1) + "\n")
    title = session.text(_("Receipt: {file}"), file=out)
    session.show({"file": str(out), **found.as_json()}, lambda: session.facts(title, *_facts(session, found)))


def verify(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("A receipt that `dongne ballot receipt` wrote"))],
    also: AlsoRpc = None,
    without_proof: WithoutProof = False,
) -> None:
    """Verify a receipt against any nodes, without the city: the vote is counted as it was signed."""
    found = read_receipt(file)
    known = _is_the_citys(session, found)
    chains = [session.chain, *(Chain(rpc, found.chain_id) for rpc in also or ())]
    checked = [_checked(found, chain, prove=not without_proof) for chain in chains]
    final, proven = all(each.final for each in checked), any(each.proven for each in checked)
    data = {**found.as_json(), "verified": True, "final": final, "nodes": len(checked), "proven": proven}
    rows = (
        *_facts(session, found),
        Fact(_("ballot box"), found.ballot_box),
        Fact(_("chain id"), str(found.chain_id)),
        Fact(_("shown by"), checked[0].origin),
        Fact(_("final"), Yes(final)),
        Fact(_("asked as of block"), checked[0].pin.number),
        Fact(_("hash of that block"), checked[0].pin.hash),
        Fact(_("that the voter voted follows from this hash"), Yes(proven)),
    )
    title = session.text(_("The vote is counted as it was cast; nodes asked: {nodes}."), nodes=len(checked))
    session.show(data, lambda: session.facts(title, *rows))
    if not final:
        session.note(_("The block of the vote can still be dropped. Verify the receipt again in a while."))
    if not known:
        session.note(_NOT_IN_A_BOOK, box=found.ballot_box, chain_id=str(found.chain_id))
    _say_what_a_liar_could_do(session, len(checked), proven=proven)


_NOT_IN_A_BOOK = _(
    "No address book is here that says which ballot box is the city's: compare {box} on chain {chain_id} with the one "
    "that the city has published. Anybody can run another."
)


def _checked(found: Receipt, chain: Chain, *, prove: bool) -> ReceiptCheck:
    box = found.kind(chain, Entry(found.ballot_box, found.since))
    return check_receipt(found, box, ElectoralRoll(chain, Entry(found.electoral_roll, found.since)), prove=prove)


def _say_what_a_liar_could_do(session: Session, nodes: int, *, proven: bool) -> None:
    """Beside the result: whoever has a signature that was never relayed can make up that its vote was counted."""
    if not proven:
        session.note(
            _(
                "No node proved it: those that were asked ({count}) could have made up that the vote is counted. "
                "Ask others with --also-rpc."
            ),
            count=nodes,
        )
    elif nodes == 1:
        session.note(
            _(
                "One node was asked. It could have made up the block, and so that the vote is counted: compare its "
                "number and hash with other nodes (--also-rpc) or an explorer."
            )
        )
    else:
        session.note(KNOWN_TO_ALL)


def _is_the_citys(session: Session, found: Receipt) -> bool:
    """Whether an address book says that the receipt's ballot box is the city's; its word counts, not the file's.

    Raises:
        ReceiptOfAnotherCity: the receipt names another ballot box than the book.
    """
    try:
        known = session.book.contracts.get(found.kind.NAME)
    except NoDeployment:
        return False
    if known is None or session.chain.id != found.chain_id:
        return False
    if known.address != found.ballot_box:
        raise ReceiptOfAnotherCity(found.ballot_box, known.address)
    return True


def _facts(session: Session, found: Receipt) -> tuple[Fact, ...]:
    choices: Any = Joined(tuple(_chosen(each) for each in found.choices), ", ")
    return (
        Fact(_("question"), found.paper.question),
        Fact(_("choices"), choices),
        Fact(_("voter"), f"{found.voter} ({found.index})"),
        *([Fact(_("cast for the voter by the office"), found.office)] if found.office else []),
        Fact(_("transaction"), found.transaction),
        Fact(_("place in its batch"), found.place),
        Fact(_("block"), found.block.number),
        Fact(_("hash of the block"), found.block.hash),
        Fact(_("time of the block"), session.time(found.block.time)),
    )


def _chosen(choice: Any) -> Message:
    """A chosen option; of a score poll with its points."""
    if isinstance(choice, dict):
        return Message("“{option}”: {points}", choice)
    return Message("“{label}”", {"label": choice})
