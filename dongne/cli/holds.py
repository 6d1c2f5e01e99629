"""Commands of disputed money: flag, hold, confirm or lift, appeal, and what follows by itself."""

from pathlib import Path
from typing import Annotated

import typer

from dongne.chain import Call
from dongne.cli.commands import command
from dongne.cli.money import Amount, Money, Who
from dongne.cli.output import Fact, Number
from dongne.cli.session import Session, Yes
from dongne.currency import Case, Holds, LocalCurrency, Stage
from dongne.currency.files import account_of, amount_of
from dongne.documents import hash_of_file
from dongne.language import _
from dongne.numbers import whole_number

MOST_CASES = 2**64

app = typer.Typer(no_args_is_help=True)

CaseNumber = Annotated[str, typer.Argument(metavar="CASE", help=_("Number of the case, as `list` shows it"))]
Evidence = Annotated[
    Path,
    typer.Option("--document", help=_("The document; only its salted hash is recorded, and the salt kept beside it")),
]


@command(app, "list", epilog=_("Example: dongne currency hold list"))
def list_cases(session: Session) -> None:
    """List the cases of disputed money that have not ended."""
    holds, money = session.client(Holds), Money.of(session.client(LocalCurrency))
    found = [(number, holds.case(number)) for number in range(holds.cases())]
    running = [(number, case) for number, case in found if case.stage is not Stage.ENDED]
    data = [_data(number, case, money) for number, case in running]
    rows = [
        (str(number), case.account, Number(money(case.amount)), case.stage, session.time(case.ends))
        for number, case in running
    ]
    columns = [_("case"), _("account"), _("amount"), _("stage"), _("until")]
    session.show(data, lambda: session.table(session.text(_("Disputed money")), columns, rows))


@command(app, "show", epilog=_("Example: dongne currency hold show 3"))
def show(session: Session, case: CaseNumber) -> None:
    """Show a case: how much is held, until when, and who decided what."""
    holds, money, number = session.client(Holds), Money.of(session.client(LocalCurrency)), _number(case)
    found = holds.case(number)
    facts = [
        Fact(_("account"), found.account),
        Fact(_("amount"), money(found.amount)),
        Fact(_("stage"), found.stage),
        Fact(_("until"), session.time(found.ends)),
        Fact(_("flagged by"), found.flagged_by),
        Fact(_("held by"), found.held_by),
        Fact(_("goes to"), found.beneficiary),
        Fact(_("appealed"), Yes(found.appealed)),
    ]
    title = session.text(_("Case {number}"), number=number)
    session.show(_data(number, found, money), lambda: session.facts(title, *facts))


@command(
    app,
    "flag",
    sends=True,
    epilog=_(
        "Example: dongne currency hold flag 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 50,000 --document report.pdf"
    ),
)
def flag(session: Session, who: Who, amount: Amount, document: Evidence) -> None:
    """Say that money of an account is disputed (detector); another officer decides whether it is held."""
    holds, money = session.client(Holds), Money.of(session.client(LocalCurrency))
    call = holds.flag(account_of(who), amount_of(amount, money.decimals), hash_of_file(document))
    if receipt := session.sender.deliver(call):
        show(session, str(holds.flagged_in(receipt)))


@command(app, "place", sends=True, epilog=_("Example: dongne currency hold place 3 50,000"))
def place(session: Session, case: CaseNumber, amount: Amount) -> None:
    """Hold what is disputed, or less, until the account's week ends: 7 days (holds officer)."""
    holds, money = session.client(Holds), Money.of(session.client(LocalCurrency))
    found, base = holds.case(_number(case)), amount_of(amount, money.decimals)
    session.confirm(_("Hold {amount} of {account} for 7 days?"), amount=money(base), account=found.account)
    _decide(session, case, holds.place(_number(case), base))


@command(
    app,
    "confirm",
    sends=True,
    epilog=_(
        "Example: dongne currency hold confirm 3 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --document ruling.pdf"
    ),
)
def confirm(session: Session, case: CaseNumber, beneficiary: Who, document: Evidence) -> None:
    """Decide that held money goes to somebody, 14 days from now (holds reviewer)."""
    holds, money = session.client(Holds), Money.of(session.client(LocalCurrency))
    found, receiver = holds.case(_number(case)), account_of(beneficiary)
    session.confirm(
        _("Give {amount} of {account} to {receiver} in 14 days, unless it is lifted after an appeal?"),
        amount=money(found.amount),
        account=found.account,
        receiver=receiver,
    )
    _decide(session, case, holds.confirm(_number(case), receiver, hash_of_file(document)))


@command(app, "lift", sends=True, epilog=_("Example: dongne currency hold lift 3"))
def lift(session: Session, case: CaseNumber) -> None:
    """Free held money before its term (holds reviewer)."""
    _decide(session, case, session.client(Holds).lift(_number(case)))


@command(
    app, "admit", sends=True, epilog=_("Example: dongne currency hold admit 0x70997970C51812dc3A010C7d01b50e0d17dc79C8")
)
def admit(session: Session, who: Who) -> None:
    """Let officers hold or freeze an account again, though it has not rested for four weeks (holds reviewer)."""
    account = account_of(who)
    session.confirm(_("Let {account} be held or frozen again, for another week?"), account=account)
    if session.sender.deliver(session.client(Holds).admit(account)):
        session.note(_("{account} can be held or frozen again."), account=account)


@command(app, "appeal", sends=True, epilog=_("Example: dongne currency hold appeal 3 --document letter.pdf"))
def appeal(session: Session, case: CaseNumber, document: Evidence) -> None:
    """Object to a hold, as the owner of the money."""
    _decide(session, case, session.client(Holds).appeal(_number(case), hash_of_file(document)))


@command(app, "release", sends=True, epilog=_("Example: dongne currency hold release 3"))
def release(session: Session, case: CaseNumber) -> None:
    """Free money that nobody has confirmed within 7 days; anyone may."""
    _decide(session, case, session.client(Holds).release(_number(case)))


@command(app, "carry-out", sends=True, epilog=_("Example: dongne currency hold carry-out 3"))
def carry_out(session: Session, case: CaseNumber) -> None:
    """Give confirmed money to whom the decision names, once its term is over; anyone may."""
    _decide(session, case, session.client(Holds).carry_out(_number(case)))


def _decide(session: Session, case: str, call: Call) -> None:
    if session.sender.deliver(call):
        show(session, case)


def _number(text: str) -> int:
    return whole_number(text, 0, MOST_CASES)


def _data(number: int, case: Case, money: Money) -> dict[str, object]:
    return {
        "case": number,
        "account": case.account,
        "amount": money.plain(case.amount),
        "stage": case.stage.name,
        "ends": case.ends,
        "flagged_by": case.flagged_by,
        "held_by": case.held_by,
        "beneficiary": case.beneficiary,
        "appealed": case.appealed,
    }
