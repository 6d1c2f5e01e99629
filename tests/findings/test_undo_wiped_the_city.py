"""In the console, `chain.undo()` after one transfer took the whole city back: brownie returned to its own first snapshot.

The session of the README undoes a transfer and goes on with the same city (tests/docs/test_console_session.py); this
makes sure that it keeps doing so.
"""

from tests.docs.test_console_session import exchanges


def test_the_readmes_session_undoes_a_transfer_and_still_has_its_city():
    typed = [exchange.typed for exchange in exchanges()]
    undone = typed.index("chain.undo()")

    assert typed[undone - 2].startswith("city.currency.transfer(")
    assert exchanges()[undone + 1].shown == "0"
    assert any(line.startswith("city.currency.pay(") for line in typed[undone:])
