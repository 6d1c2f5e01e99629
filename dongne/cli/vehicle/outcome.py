"""What a command says once its transaction is mined."""

from collections.abc import Mapping

from dongne.chain import Call
from dongne.cli.output import Fact
from dongne.cli.session import Session
from dongne.language import Template, _


def carry_out(session: Session, call: Call, title: Template, data: Mapping[str, object], *rows: Fact) -> None:
    """Deliver a call and show what it did; nothing is shown where it was rehearsed or written to a Safe's file."""
    receipt = session.sender.deliver(call)
    if receipt is None:
        return
    transaction = receipt["transactionHash"].to_0x_hex()
    shown = (*rows, Fact(_("transaction"), transaction))
    session.show({"transaction": transaction, **data}, lambda: session.facts(session.text(title), *shown))
