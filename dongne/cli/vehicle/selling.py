"""Commands of a sale: draft, open, pay, review, confirm, release, and every way out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from eth_typing import ChecksumAddress

from dongne.addresses import address_of
from dongne.chain import Call
from dongne.cli.commands import command
from dongne.cli.output import Fact
from dongne.cli.session import Session, Yes
from dongne.cli.vehicle.arguments import KeyFile, Which, any_time, history_of, vehicle_named
from dongne.cli.vehicle.group import app as vehicle_app
from dongne.documents import hash_of_file
from dongne.erc20 import Erc20
from dongne.language import Joined, Message, _
from dongne.parts import parts
from dongne.units import from_base_units, to_base_units
from dongne.vehicle import Kind, VehicleRegistry, outcome_words
from dongne.vehicle.agreements import Agreement, read_agreement
from dongne.vehicle.errors import NothingAdverse
from dongne.vehicle.messages import SaleTerms
from dongne.vehicle.records import CHECKPOINT_EVERY, STRUCK_BY
from dongne.vehicle.sale import Adverse, Progress, Stage, VehicleSale

app = typer.Typer(no_args_is_help=True)
vehicle_app.add_typer(app, name="sale", help=_("Sell a vehicle: the price is held until the title moves"))

DAY = 86_400
MOST_DISMISSED = 100
"""Records of evidence that one transaction dismisses."""
MOST_RECORDS = 15 * CHECKPOINT_EVERY
"""Records of one review, so that its transaction stays small."""

File = Annotated[Path, typer.Argument(metavar="FILE", help=_("The sale, as `draft` wrote it and both have signed it"))]
Token = Annotated[str, typer.Argument(metavar="TOKEN", help=_("Address of the money"))]


@command(
    app,
    "draft",
    epilog=_(
        "Example: dongne vehicle sale draft 0x6f3c… --buyer 0x7099… --token 0x5FbD… --price 21,500,000 "
        "--deposit 2,150,000 --document contract.pdf --out sale.json"
    ),
)
def draft(
    session: Session,
    which: Which,
    buyer: Annotated[str, typer.Option("--buyer", help=_("Address of the buyer"))],
    token: Annotated[str, typer.Option("--token", help=_("Address of the money; one that the city allows"))],
    price: Annotated[str, typer.Option("--price", help=_("In that money, e.g. 21,500,000"))],
    document: Annotated[
        Path, typer.Option("--document", help=_("The contract as both read it; a salt is kept beside"))
    ],
    out: Annotated[Path, typer.Option("--out", help=_("File for both to sign"))],
    deposit: Annotated[str, typer.Option("--deposit", help=_("What a buyer who withdraws leaves to the seller"))] = "0",
    pay_by: Annotated[str | None, typer.Option("--pay-by", help=_("Date; else in 3 days"))] = None,
    inspect_by: Annotated[str | None, typer.Option("--inspect-by", help=_("Date; else in 10 days"))] = None,
    settle_by: Annotated[str | None, typer.Option("--settle-by", help=_("Date; else in 20 days"))] = None,
    key_file: KeyFile = None,
) -> None:
    """Write the terms of a sale, pinned to the vehicle's history as it is now, for both to sign."""
    registry, sales = session.client(VehicleRegistry), session.client(VehicleSale)
    vehicle, money, now = vehicle_named(session, which, key_file), address_of(token), session.chain.timestamp()
    history, decimals = history_of(session, registry, vehicle), Erc20.at(session.chain, money).decimals()
    dates = ((pay_by, 3), (inspect_by, 10), (settle_by, 20))
    ends = [any_time(session, text) if text else now + days * DAY for text, days in dates]
    terms = SaleTerms(
        vehicle=vehicle,
        records=len(history.records),
        head=history.head,
        seller=registry.owner_of(vehicle),
        buyer=address_of(buyer),
        token=money,
        price=to_base_units(price, decimals),
        deposit=to_base_units(deposit, decimals),
        fee=sales.fee(),
        fund_by=ends[0],
        inspect_by=ends[1],
        settle_by=ends[2],
        document=hash_of_file(document),
    )
    agreement = Agreement(terms, sales.domain())
    agreement.write(out)
    verdict = history.verdict(registry.paces())
    brands = Joined(tuple(sorted(history.brands)), ", ") if history.brands else Message(_("none"))
    rows = (*_terms(session, terms), Fact(_("verdict on all readings"), verdict), Fact(_("brands"), brands))
    session.show(_terms_json(terms) | {"file": str(out)}, lambda: session.facts(str(out), *rows))
    if tainted := sorted(history.tainted - history.superseded.keys()):
        session.note(
            _(
                "Records whose recorder is revoked: {numbers}. Strike them first and draft it again: whoever strikes "
                "one later gives the buyer a reason to leave."
            ),
            numbers=", ".join(str(number) for number in tainted),
        )


@command(app, "show", epilog=_("Example: dongne vehicle sale show sale.json"))
def show(session: Session, file: File) -> None:
    """Show a sale: its terms, who has signed, where it stands, and what was recorded against it."""
    sales = session.client(VehicleSale)
    terms, agreement = read_agreement(file, SaleTerms, sales.domain())
    signed = Fact(_("not signed yet"), ", ".join(agreement.missing) or Message(_("nobody")))
    _show(session, sales, terms, *_terms(session, terms), signed)


@command(app, "open", sends=True, epilog=_("Example: dongne vehicle sale open sale.json --keystore relayer.json"))
def open_sale(session: Session, file: File) -> None:
    """Open a sale that both have signed; anyone may."""
    sales = session.client(VehicleSale)
    terms, agreement = read_agreement(file, SaleTerms, sales.domain())
    _deliver(session, file, sales.open(terms, *agreement.signed()))


@command(app, "pay", sends=True, epilog=_("Example: dongne vehicle sale pay sale.json --keystore buyer.json"))
def pay(session: Session, file: File) -> None:
    """Pay price and fee in (buyer): approve what is missing, then let the sale take it."""
    sales, terms = _sale(session, file)
    fee_token = Erc20(session.chain, session.book.entry(Erc20.NAME))
    session.sender.settle()
    due: dict[ChecksumAddress, int] = {}
    for token, amount in ((terms.token, terms.price), (fee_token.address, terms.fee)):
        due[token] = due.get(token, 0) + amount
    for token, amount in due.items():
        money = Erc20.at(session.chain, token)
        if money.allowance(terms.buyer, sales.address) < amount:
            session.sender.deliver(money.approve(sales.address, amount))
    _deliver(session, file, sales.fund(terms))


@command(app, "review", sends=True, epilog=_("Example: dongne vehicle sale review sale.json --keystore relayer.json"))
def review(session: Session, file: File) -> None:
    """Show the sale all that was recorded since, the inspection among it; anyone may."""
    sales, terms = _sale(session, file)
    session.sender.settle()
    evidence = history_of(session, session.client(VehicleRegistry), terms.vehicle).evidence
    seen = sales.progress(sales.sale_of(terms)).reviewed
    if seen == len(evidence):
        session.note(_("The sale has seen all {count} records; nothing was sent."), count=seen)
        return
    # First up to the last checkpoint: what is recorded while this is under way cannot make that fail.
    fixed = len(evidence) // CHECKPOINT_EVERY * CHECKPOINT_EVERY
    while seen < len(evidence):
        whole = len(evidence) if seen >= fixed else fixed
        end = min(whole, seen // CHECKPOINT_EVERY * CHECKPOINT_EVERY + MOST_RECORDS)
        if session.sender.deliver(sales.review(terms, evidence[seen:end])) is None:
            return
        seen = end
    _show(session, sales, terms)


@command(app, "dismiss", sends=True, epilog=_("Example: dongne vehicle sale dismiss sale.json --keystore seller.json"))
def dismiss(session: Session, file: File) -> None:
    """Dismiss adverse evidence by revoked recorders: it no longer keeps others from releasing; anyone may."""
    sales, terms = _sale(session, file)
    session.sender.settle()
    adverse = [each for each in sales.adverse(sales.sale_of(terms)) if not each.dismissed]
    counting = _counting(session.client(VehicleRegistry), adverse)
    found = [each.index for each in adverse if each not in counting]
    if not found:
        session.note(_("No adverse evidence is by a revoked recorder; nothing was sent."))
        return
    for part in parts(found, MOST_DISMISSED):
        if session.sender.deliver(sales.dismiss(terms, part)) is None:
            return
    _show(session, sales, terms)


@command(app, "confirm", sends=True, epilog=_("Example: dongne vehicle sale confirm sale.json --keystore officer.json"))
def confirm(session: Session, file: File) -> None:
    """Confirm that tax, insurance and papers are in order (sale officer)."""
    sales, terms = _sale(session, file)
    _deliver(session, file, sales.confirm(terms))


@command(app, "release", sends=True, epilog=_("Example: dongne vehicle sale release sale.json --keystore buyer.json"))
def release(session: Session, file: File) -> None:
    """Move title and price at once: the buyer now, anyone a day after the confirmation."""
    sales, terms = _sale(session, file)
    session.confirm(_("Move the title to {buyer} and the price to {seller}?"), buyer=terms.buyer, seller=terms.seller)
    _deliver(session, file, sales.release(terms))


@command(app, "cancel", sends=True, epilog=_("Example: dongne vehicle sale cancel sale.json --keystore seller.json"))
def cancel(session: Session, file: File) -> None:
    """End a sale (seller or buyer); a buyer who has paid leaves the deposit to the seller."""
    sales, terms = _sale(session, file)
    session.confirm(_("End this sale? If the buyer ends it after paying, the seller keeps the deposit."))
    _deliver(session, file, sales.cancel(terms))


@command(app, "leave", sends=True, epilog=_("Example: dongne vehicle sale leave sale.json --keystore buyer.json"))
def leave(
    session: Session,
    file: File,
    evidence: Annotated[
        int | None, typer.Option("--evidence", help=_("Which of the adverse records, from 0; else the first"), min=0)
    ] = None,
) -> None:
    """Leave over adverse evidence (buyer): the price at once, the deposit in a week unless the arbiter objects."""
    sales, terms = _sale(session, file)
    counting = _counting(session.client(VehicleRegistry), sales.adverse(sales.sale_of(terms)))
    indices = [each.index for each in counting if evidence in (None, each.index)]
    if not indices:
        raise NothingAdverse()
    _deliver(session, file, sales.exit(terms, indices[0]))


@command(app, "dispute", sends=True, epilog=_("Example: dongne vehicle sale dispute sale.json --keystore buyer.json"))
def dispute(session: Session, file: File) -> None:
    """Call the arbiter, who has 30 days; silence ends the sale as if the caller had cancelled it (seller or buyer)."""
    sales, terms = _sale(session, file)
    session.confirm(_("Call the arbiter? If nothing is decided in 30 days, a buyer who called leaves the deposit."))
    _deliver(session, file, sales.dispute(terms))


@command(
    app, "decide", sends=True, epilog=_("Example: dongne vehicle sale decide sale.json 500,000 --keystore arbiter.json")
)
def decide(
    session: Session,
    file: File,
    to_seller: Annotated[str, typer.Argument(metavar="AMOUNT", help=_("What the seller gets of the deposit"))],
) -> None:
    """Decide a dispute: the seller gets so much of the deposit, the buyer all the rest (arbiter)."""
    sales, terms = _sale(session, file)
    amount = to_base_units(to_seller, Erc20.at(session.chain, terms.token).decimals())
    _deliver(session, file, sales.decide(terms, amount))


@command(
    app, "time-out", sends=True, epilog=_("Example: dongne vehicle sale time-out sale.json --keystore relayer.json")
)
def time_out(session: Session, file: File) -> None:
    """Send everything back to the buyer where a deadline has passed; anyone may."""
    sales, terms = _sale(session, file)
    _deliver(session, file, sales.time_out(terms))


@command(app, "withdraw", sends=True, epilog=_("Example: dongne vehicle sale withdraw 0x5FbD… --keystore seller.json"))
def withdraw(
    session: Session,
    token: Token,
    account: Annotated[str | None, typer.Option("--account", help=_("Whose; else the sender's"))] = None,
) -> None:
    """Take out what is owed: a price, a deposit, a refund; anyone may send it for its owner."""
    sales, money = session.client(VehicleSale), address_of(token)
    who = address_of(account) if account else session.sender.address
    owed, unit = sales.owed(money, who), Erc20.at(session.chain, money)
    if session.sender.deliver(sales.withdraw(money, who)):
        amount = from_base_units(owed, unit.decimals())
        rows = (Fact(_("account"), who), Fact(_("amount"), f"{amount:,} {unit.symbol()}"))
        session.show(
            {"account": who, "amount": str(amount)}, lambda: session.facts(session.text(_("Withdrawn")), *rows)
        )


@command(
    app, "allow", sends=True, epilog=_("Example: dongne vehicle sale allow 0x5FbD… --keystore sale-supervisor.json")
)
def allow(
    session: Session,
    token: Token,
    no: Annotated[bool, typer.Option("--no", help=_("Forbid it for later sales instead"))] = False,
) -> None:
    """Allow sales to be paid in a money (sale supervisor)."""
    sales, money = session.client(VehicleSale), address_of(token)
    Erc20.at(session.chain, money).decimals()
    if session.sender.deliver(sales.allow_token(money, allowed=not no)):
        rows = (Fact(_("allowed"), Yes(not no)),)
        session.show({"token": money, "allowed": not no}, lambda: session.facts(money, *rows))


@command(
    app,
    "fee",
    sends=True,
    epilog=_("Example: dongne vehicle sale fee 30,000 --to 0x7099… --keystore sale-supervisor.json"),
)
def fee(
    session: Session,
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help=_("In the local currency"))],
    to: Annotated[str, typer.Option("--to", help=_("Address that gets it: one of the city's institutions"))],
) -> None:
    """Set the fee of later sales and who gets it (sale supervisor)."""
    currency = Erc20(session.chain, session.book.entry(Erc20.NAME))
    base, recipient = to_base_units(amount, currency.decimals()), address_of(to)
    if session.sender.deliver(session.client(VehicleSale).set_fee(base, recipient)):
        rows = (Fact(_("fee"), f"{amount} {currency.symbol()}"), Fact(_("goes to"), recipient))
        session.show({"fee": amount, "recipient": recipient}, lambda: session.facts(session.text(_("Fee")), *rows))


def _sale(session: Session, file: Path) -> tuple[VehicleSale, SaleTerms]:
    sales = session.client(VehicleSale)
    terms, _agreement = read_agreement(file, SaleTerms, sales.domain())
    return sales, terms


def _counting(registry: VehicleRegistry, adverse: Sequence[Adverse]) -> list[Adverse]:
    """The evidence that counts: its recorder is not revoked. Strikes are nobody's word, and count."""
    addresses = registry.recorders(sorted({each.recorder for each in adverse}))
    known = registry.accreditations(list(addresses.values()))
    return [
        each
        for each in adverse
        if each.recorder == STRUCK_BY or not known[addresses[each.recorder]].taints_at(each.recorded_at)
    ]


def _deliver(session: Session, file: Path, call: Call) -> None:
    """Carry a step out, and say where the sale stands then."""
    if session.sender.deliver(call):
        _show(session, *_sale(session, file))


def _show(session: Session, sales: VehicleSale, terms: SaleTerms, *rows: Fact) -> None:
    sale = sales.sale_of(terms)
    progress, adverse = sales.progress(sale), sales.adverse(sale)
    evidence = Joined(
        tuple(
            Message(
                _("record {number}: {kind}, dismissed") if each.dismissed else _("record {number}: {kind}"),
                {"number": each.number, "kind": each.kind},
            )
            for each in adverse
        ),
        ", ",
    )
    facts = (
        *rows,
        Fact(_("stage"), progress.stage),
        Fact(_("adverse evidence"), evidence if adverse else Message(_("none"))),
        *_progress(session, progress),
    )
    data = {"sale": "0x" + sale.hex(), **_terms_json(terms), "stage": progress.stage.name, "km": progress.km}
    data["outcome"] = progress.outcome
    data["adverse"] = [
        {"index": each.index, "record": each.number, "kind": each.kind.name, "dismissed": each.dismissed}
        for each in adverse
    ]
    data["caught_up"] = progress.caught_up
    session.show(data, lambda: session.facts("0x" + sale.hex(), *facts))


def _terms(session: Session, terms: SaleTerms) -> list[Fact]:
    money = Erc20.at(session.chain, terms.token)
    decimals, symbol = money.decimals(), money.symbol()
    return [
        Fact(_("vehicle"), "0x" + terms.vehicle.hex()),
        Fact(_("agreed history"), Message(_("{count} records"), {"count": terms.records})),
        Fact(_("seller"), terms.seller),
        Fact(_("buyer"), terms.buyer),
        Fact(_("price"), f"{from_base_units(terms.price, decimals):,} {symbol}"),
        Fact(_("deposit"), f"{from_base_units(terms.deposit, decimals):,} {symbol}"),
        Fact(_("fee of the city"), _fee(session, terms)),
        Fact(_("to be paid by"), session.time(terms.fund_by)),
        Fact(_("to be inspected by"), session.time(terms.inspect_by)),
        Fact(_("to be settled by"), session.time(terms.settle_by)),
    ]


def _fee(session: Session, terms: SaleTerms) -> str:
    currency = Erc20(session.chain, session.book.entry(Erc20.NAME))
    return f"{from_base_units(terms.fee, currency.decimals()):,} {currency.symbol()}"


def _progress(session: Session, progress: Progress) -> list[Fact]:
    facts = [Fact(_("records seen"), progress.reviewed)]
    if progress.inspection:
        facts.append(Fact(_("inspected at"), f"{progress.km:,} km"))
        found = outcome_words(Kind.PERFORMANCE_INSPECTION, progress.outcome)
        facts.append(Fact(_("found by the inspection"), found if found is not None else Message(_("nothing said"))))
    if progress.caught_up and progress.stage is Stage.CONFIRMED:
        facts.append(Fact(_("later records delay it"), Yes(False)))
    if progress.stage in _MOMENTS:
        facts.append(Fact(_MOMENTS[progress.stage], session.time(progress.until)))
    return facts


_MOMENTS = {
    Stage.CONFIRMED: _("anyone can release it from"),
    Stage.DISPUTED: _("the arbiter has time until"),
    Stage.RELEASED: _("released on"),
}
"""What `Progress.until` is the time of."""


def _terms_json(terms: SaleTerms) -> dict[str, Any]:
    return {
        name: "0x" + bytes(value).hex() if isinstance(value, bytes) else value for name, value in terms.values().items()
    }
