"""Recounts a poll for a command, with a progress bar, at the block and by the nodes that it names."""

from collections.abc import Sequence

from dongne.ballot import ElectoralRoll, Recount, recount
from dongne.chain import Chain
from dongne.cli.boxes import box_of
from dongne.cli.pinning import block_named
from dongne.cli.session import Session
from dongne.language import _


def recounted(session: Session, poll: int, also: Sequence[str] = (), block: str = "final", *, prove: bool) -> Recount:
    """A poll, counted anew from the chain.

    Args:
        also: other nodes that must state the same.
        block: as of which: final, latest or a number.
        prove: whether turnout and tally must follow from the block's hash.

    Raises:
        EvidenceMismatch: nodes differ, or the chain is not what the address book says.
    """
    box, rolls = box_of(session, poll), session.client(ElectoralRoll)
    others = [type(box)(Chain(rpc, session.chain.id), box.entry) for rpc in also]
    with session.progress(_("counting"), box.state(poll).ballots) as heard:
        return recount(box, rolls, poll, heard, others=others, block=block_named(session.chain, block), prove=prove)
