"""What stands behind the money, recomputed from the chain's logs alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from dongne.cli.money import Money
from dongne.cli.output import Fact, Number
from dongne.cli.session import Session, Yes
from dongne.currency import CashOutDesk, LocalCurrency, Treasury
from dongne.currency.errors import ReserveNotSound
from dongne.currency.report_file import write_report
from dongne.currency.reserve_report import Attested, ReserveReport, reserve_report
from dongne.language import Joined, Message, Template, _

EPILOG = _("Example: dongne currency reserve report")

_NAMED_POINTS = 5
"""Points that a message names; --json has them all."""

_STATEMENTS: tuple[Template, ...] = (
    _("counted by the bank"),
    _("reserve"),
    _("good until before"),
    _("stated"),
    _("document"),
)


def report(
    session: Session,
    csv: Annotated[
        Path | None, typer.Option("--csv", help=_("File to which the bank's statements are written as CSV, too"))
    ] = None,
) -> None:
    """Tell what was issued, settled and attested, from logs alone, and compare it with what the contracts state."""
    currency = session.client(LocalCurrency)
    found = reserve_report(currency, session.client(Treasury), session.client(CashOutDesk))
    money = Money.of(currency)
    if csv is not None:
        headings = [session.text(each) for each in _STATEMENTS]
        write_report(csv, headings, (_statement(session, each, money.plain) for each in found.attestations))
    statements = [_statement(session, each, lambda base: Number(money(base))) for each in found.attestations]
    session.show(
        _report_data(found, money),
        lambda: _report_facts(session, found, money),
        lambda: _comparison(session, found, money),
        *(
            [lambda: session.table(session.text(_("The bank's statements")), _STATEMENTS, statements)]
            if statements
            else []
        ),
    )
    if not found.is_sound:
        lines = (*_uncovered(found, money), *_differences(found, money))
        raise ReserveNotSound(len(lines), Joined(lines[:_NAMED_POINTS], "\n"))


def _statement(session: Session, each: Attested, amount: Callable[[int], object]) -> list[object]:
    times = [session.time(seconds) for seconds in (each.as_of, each.expires, each.time)]
    return [times[0], amount(each.reserve), *times[1:], "0x" + each.document.hex()]


def _report_facts(session: Session, found: ReserveReport, money: Money) -> object:
    return session.facts(
        session.text(_("Reserve from logs alone")),
        Fact(_("until block"), found.block),
        Fact(_("hash of the block"), found.block_hash),
        Fact(_("time of the block"), session.time(found.time)),
        Fact(_("issued"), money(found.issued)),
        Fact(_("of it to residents who paid in"), money(found.deposits)),
        Fact(_("of it as their bonus"), money(found.bonuses)),
        Fact(_("destroyed"), money(found.redeemed)),
        Fact(_("issues"), found.issues),
        Fact(_("issues beyond the reserve"), len(found.uncovered)),
        Fact(_("sound"), Yes(found.is_sound)),
    )


def _comparison(session: Session, found: ReserveReport, money: Money) -> object:
    rows = [(each.figure, Number(money(each.by_logs)), Number(money(each.stated))) for each in found.compared]
    columns = [_("what"), _("by the logs"), _("by the contracts")]
    return session.table(session.text(_("Compared")), columns, rows)


def _uncovered(found: ReserveReport, money: Money) -> list[Message]:
    template = _("{transaction}: {supply} in circulation on a reserve of {left}")
    return [
        Message(template, {"transaction": each.transaction, "supply": money(each.supply), "left": money(each.left)})
        for each in found.uncovered
    ]


def _differences(found: ReserveReport, money: Money) -> list[Message]:
    template = _("{figure}: {logs} by the logs, {stated} by the contracts")
    return [
        Message(template, {"figure": each.figure, "logs": money(each.by_logs), "stated": money(each.stated)})
        for each in found.compared
        if not each.agrees
    ]


def _report_data(found: ReserveReport, money: Money) -> dict[str, object]:
    return {
        "block": found.block,
        "block_hash": found.block_hash,
        "time": found.time,
        "issued": money.plain(found.issued),
        "deposits": money.plain(found.deposits),
        "bonuses": money.plain(found.bonuses),
        "destroyed": money.plain(found.redeemed),
        "issues": found.issues,
        "uncovered": [each.transaction for each in found.uncovered],
        "compared": {
            each.figure.name.lower(): {"by_logs": money.plain(each.by_logs), "stated": money.plain(each.stated)}
            for each in found.compared
        },
        "attestations": [
            {
                "as_of": each.as_of,
                "reserve": money.plain(each.reserve),
                "expires": each.expires,
                "stated": each.time,
                "document": "0x" + each.document.hex(),
                "attester": each.attester,
            }
            for each in found.attestations
        ],
        "sound": found.is_sound,
    }
