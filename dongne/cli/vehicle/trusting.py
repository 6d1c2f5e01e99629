"""What a verification rests on, and what a node that lies could still do: said with every result."""

from typing import Annotated

import typer

from dongne.cli.session import Session
from dongne.language import _
from dongne.vehicle.proving import Proof

WithoutProof = Annotated[
    bool,
    typer.Option(
        "--without-proof",
        help=_("Take the node's word: on a chain that hashes its blocks in another way than Ethereum"),
    ),
]

FOLLOWS = _("follows from the block's hash")
"""Label of a `Proof`."""


def say_what_a_liar_could_do(session: Session, proof: Proof, nodes: int) -> None:
    """Beside the result: the lies that this verification cannot find."""
    if proof is Proof.NOTHING:
        session.note(
            _(
                "No node proved its state: what the registry says is the word of the nodes that were asked ({count}). "
                "Ask others with --also-rpc."
            ),
            count=nodes,
        )
    elif nodes == 1:
        session.note(
            _(
                "One node was asked. It could have made up the block itself, or hide that newer ones exist: compare "
                "the block's number, hash and time with other nodes (--also-rpc) or an explorer."
            )
        )
    else:
        session.note(
            _("All nodes know this block. Those of one operator can lie together: name nodes of several."),
        )
