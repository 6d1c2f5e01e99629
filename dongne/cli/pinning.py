"""As of which block something is verified, by which nodes, and what a node that lies could still do."""

from typing import Annotated

import typer

from dongne.chain import Chain
from dongne.cli.output import Fact
from dongne.cli.session import Session, Yes
from dongne.language import _
from dongne.numbers import whole_number
from dongne.pins import Pin

AlsoRpc = Annotated[
    list[str] | None, typer.Option("--also-rpc", help=_("Another node that must state the same; may be repeated"))
]
AtBlock = Annotated[
    str,
    typer.Option(
        "--block",
        metavar="final|latest|N",
        help=_("As of which block; final is the last one that can no longer be dropped"),
    ),
]
WithoutProof = Annotated[
    bool,
    typer.Option(
        "--without-proof",
        help=_("Take the node's word: on a chain that hashes its blocks in another way than Ethereum"),
    ),
]

KNOWN_TO_ALL = _("All nodes know this block. Those of one operator can lie together: name nodes of several.")

_FINAL, _LATEST = "final", "latest"


def block_named(chain: Chain, which: str) -> int | None:
    """Number of the block that a person named; None for the last final one.

    Raises:
        InputError: it is no block of the chain.
    """
    if which == _FINAL:
        return None
    latest = chain.block_number()
    return latest if which == _LATEST else whole_number(which, 0, latest)


def pin_facts(session: Session, pin: Pin, *, proven: bool) -> list[Fact]:
    """The block, for people who compare it with an explorer."""
    return [
        Fact(_("as of block"), pin.number),
        Fact(_("hash of the block"), pin.hash),
        Fact(_("time of the block"), session.time(pin.time)),
        Fact(_("count follows from the block's hash"), Yes(proven)),
    ]


def say_what_a_liar_could_do(session: Session, nodes: int, *, proven: bool) -> None:
    """Beside the result: the lies that the recount cannot find."""
    if not proven:
        session.note(
            _(
                "No node proved its state, so the nodes that were asked ({count}) could have left out the last votes "
                "together, but not have made up one of a voter whose signature was checked. Ask others with --also-rpc."
            ),
            count=nodes,
        )
    elif nodes == 1:
        session.note(
            _(
                "One node was asked. It could have made up the block itself and so left out the last votes, but not "
                "have made up one of a voter whose signature was checked: compare the block's number, hash and time "
                "with other nodes (--also-rpc) or an explorer."
            )
        )
    else:
        session.note(KNOWN_TO_ALL)
