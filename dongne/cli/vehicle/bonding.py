"""Commands of a seller's bond and of the warranty that it stands for."""

from pathlib import Path
from typing import Annotated

import typer
from eth_typing import ChecksumAddress

from dongne.addresses import address_of
from dongne.chain import Call
from dongne.cli.commands import command
from dongne.cli.output import Fact
from dongne.cli.session import Session
from dongne.cli.vehicle.arguments import history_of
from dongne.cli.vehicle.group import app as vehicle_app
from dongne.erc20 import Erc20
from dongne.language import _
from dongne.units import from_base_units, to_base_units
from dongne.vehicle import DealerBond, Evidence, SaleTerms, VehicleRegistry, VehicleSale, Warranty, WarrantyStage
from dongne.vehicle.agreements import read_agreement
from dongne.vehicle.errors import NoSuchRecordSince

app = typer.Typer(no_args_is_help=True)
vehicle_app.add_typer(app, name="bond", help=_("A seller's bond: a warranty of 30 days and 2,000 km"))

File = Annotated[Path, typer.Argument(metavar="FILE", help=_("The sale, as `draft` wrote it and both have signed it"))]
Token = Annotated[str, typer.Argument(metavar="TOKEN", help=_("Address of the money"))]
Amount = Annotated[str, typer.Argument(metavar="AMOUNT", help=_("In that money, e.g. 21,500,000"))]


@command(app, "show", epilog=_("Example: dongne vehicle bond show sale.json"))
def show(session: Session, file: File) -> None:
    """Show the warranty of a sale: what the seller stands for, and what is claimed."""
    bond, terms, sale = _sale(session, file)
    found, money = bond.warranty(sale), Erc20.at(session.chain, terms.token)
    rows = [
        Fact(_("stage"), found.stage),
        Fact(_("covered with"), _amount(money, found.amount)),
        Fact(_("claimed"), _amount(money, found.claimed)),
        Fact(_("free in the seller's bond"), _amount(money, bond.free(terms.seller, terms.token))),
    ]
    if found.stage in _DEADLINES:
        rows.append(Fact(_DEADLINES[found.stage], session.time(found.until)))
    session.show(_data(sale, found), lambda: session.facts("0x" + sale.hex(), *rows))


@command(
    app,
    "deposit",
    sends=True,
    epilog=_("Example: dongne vehicle bond deposit 0x5FbD… 5,000,000 --keystore dealer.json"),
)
def deposit(session: Session, token: Token, amount: Amount) -> None:
    """Pay in to one's bond: approve what is missing, then let the bond take it."""
    bond, money = session.client(DealerBond), Erc20.at(session.chain, address_of(token))
    base = to_base_units(amount, money.decimals())
    session.sender.settle()
    if money.allowance(session.sender.address, bond.address) < base:
        session.sender.deliver(money.approve(bond.address, base))
    _free(session, money, bond.deposit(money.address, base))


@command(
    app, "withdraw", sends=True, epilog=_("Example: dongne vehicle bond withdraw 0x5FbD… 500,000 --keystore buyer.json")
)
def withdraw(session: Session, token: Token, amount: Amount) -> None:
    """Take out what stands for no sale, or was awarded."""
    money = Erc20.at(session.chain, address_of(token))
    base = to_base_units(amount, money.decimals())
    _free(session, money, session.client(DealerBond).withdraw(money.address, base))


@command(
    app, "cover", sends=True, epilog=_("Example: dongne vehicle bond cover sale.json 3,000,000 --keystore shop.json")
)
def cover(session: Session, file: File, amount: Amount) -> None:
    """Stand for an open sale with part of one's bond (seller)."""
    bond, terms, _number = _sale(session, file)
    _deliver(session, file, bond.cover(terms, _base(session, terms, amount)))


@command(
    app,
    "claim",
    sends=True,
    epilog=_("Example: dongne vehicle bond claim sale.json 12 900,000 --keystore buyer.json"),
)
def claim(
    session: Session,
    file: File,
    record: Annotated[int, typer.Argument(metavar="RECORD", help=_("Number of the inspection's record"), min=1)],
    amount: Amount,
) -> None:
    """Claim over a defect that an inspection found since the sale (buyer)."""
    bond, terms, sale = _sale(session, file)
    seen = session.client(VehicleSale).progress(sale).reviewed
    since = history_of(session, session.client(VehicleRegistry), terms.vehicle).evidence[seen:]
    call = bond.claim(terms, since, _place(since, record), _base(session, terms, amount))
    _deliver(session, file, call)


@command(app, "contest", sends=True, epilog=_("Example: dongne vehicle bond contest sale.json --keystore dealer.json"))
def contest(session: Session, file: File) -> None:
    """Contest a claim within 7 days: the arbiter decides within 30 (seller)."""
    bond, terms, _number = _sale(session, file)
    _deliver(session, file, bond.contest(terms))


@command(
    app, "decide", sends=True, epilog=_("Example: dongne vehicle bond decide sale.json 600,000 --keystore arbiter.json")
)
def decide(session: Session, file: File, to_buyer: Amount) -> None:
    """Decide a contested claim: the buyer gets so much of it (arbiter)."""
    bond, terms, _number = _sale(session, file)
    _deliver(session, file, bond.decide(terms, _base(session, terms, to_buyer)))


@command(app, "settle", sends=True, epilog=_("Example: dongne vehicle bond settle sale.json --keystore relayer.json"))
def settle(session: Session, file: File) -> None:
    """End a warranty whose time is over: an uncontested claim is the buyer's; anyone may."""
    bond, terms, _number = _sale(session, file)
    _deliver(session, file, bond.settle(terms))


_DEADLINES = {
    WarrantyStage.CLAIMED: _("the seller may contest until"),
    WarrantyStage.CONTESTED: _("the arbiter has time until"),
}
"""What `Warranty.until` is the time of."""


def _sale(session: Session, file: Path) -> tuple[DealerBond, SaleTerms, bytes]:
    sales = session.client(VehicleSale)
    terms, _agreement = read_agreement(file, SaleTerms, sales.domain())
    return session.client(DealerBond), terms, sales.sale_of(terms)


def _deliver(session: Session, file: Path, call: Call) -> None:
    if session.sender.deliver(call):
        show(session, file)


def _free(session: Session, money: Erc20, call: Call) -> None:
    """Deliver what changes a bond, and show what is free of it."""
    if not session.sender.deliver(call):
        return
    owner: ChecksumAddress = session.sender.address
    free = session.client(DealerBond).free(owner, money.address)
    data = {"account": owner, "token": money.address, "free": str(from_base_units(free, money.decimals()))}
    session.show(data, lambda: session.facts(owner, Fact(_("free in the bond"), _amount(money, free))))


def _base(session: Session, terms: SaleTerms, amount: str) -> int:
    return to_base_units(amount, Erc20.at(session.chain, terms.token).decimals())


def _amount(money: Erc20, base: int) -> str:
    return f"{from_base_units(base, money.decimals()):,} {money.symbol()}"


def _place(since: tuple[Evidence, ...], number: int) -> int:
    """Where a record is among those since the sale."""
    numbers = [each.record.number for each in since]
    if number not in numbers:
        raise NoSuchRecordSince(number, numbers[0] if numbers else number + 1)
    return numbers.index(number)


def _data(sale: bytes, found: Warranty) -> dict[str, object]:
    return {
        "sale": "0x" + sale.hex(),
        "stage": found.stage.name,
        "amount": found.amount,
        "claimed": found.claimed,
        "until": found.until,
    }
