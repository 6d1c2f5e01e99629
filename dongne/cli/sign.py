"""Commands that sign messages which others relay; nothing is sent."""

import json
import secrets
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress

from dongne.cli import sign_vote
from dongne.cli.commands import command
from dongne.cli.options import Keystore, PasswordFile
from dongne.cli.output import Fact
from dongne.cli.session import Session
from dongne.currency import (
    AcceptRecovery,
    CashOutDesk,
    LocalCurrency,
    Payment,
    ReceiveAuthorization,
    Recovery,
    SignedPayment,
    append_payment,
    payment_line,
    read_payments,
)
from dongne.currency.batch import MAX_DEADLINE
from dongne.currency.cash_out_file import cash_out_line
from dongne.currency.errors import MissingSigner
from dongne.currency.files import account_of, amount_of
from dongne.currency.paymentfile import nonce_of, order_of
from dongne.currency.vouchers import VoucherPayment, Vouchers
from dongne.currency.vouchers.spending import spending_line
from dongne.documents import hash_of_file
from dongne.language import Message, _
from dongne.moments import unix_moment
from dongne.numbers import NotAWholeNumber, NumberOutOfRange, whole_number
from dongne.signing import expand, sign, signature_of
from dongne.vehicle.agreements import kind_in, read_agreement
from dongne.vehicle.errors import RestrictionUnknown
from dongne.vehicle.liens import VehicleLiens
from dongne.vehicle.messages import ReleaseLien, SaleTerms
from dongne.vehicle.sale import VehicleSale

DAY = 86_400
"""Seconds for which a payment is good where no time is named."""

app = typer.Typer(no_args_is_help=True)


@app.callback(help="")
def _group() -> None:
    """Makes `payment` a command of a group even while it is the only one."""


@command(
    app,
    epilog=_(
        "Example: dongne sign payment 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 12,500 --order A-1023 "
        "--append payments.jsonl --keystore resident.json"
    ),
)
def payment(
    session: Session,
    payee: Annotated[str, typer.Argument(metavar="PAYEE", help=_("Address of who is paid"))],
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help=_("In the currency, e.g. 12500 or 12,500"))],
    order: Annotated[str, typer.Option(help=_("The payee's reference: at most 32 bytes of text, or 0x…"))] = "",
    until: Annotated[
        str | None,
        typer.Option(help=_("Until when it may be relayed: a date and time, or Unix seconds; else for a day")),
    ] = None,
    nonce: Annotated[
        str | None, typer.Option(help=_("The payer's nonce; else the next one of the chain and of --append's file"))
    ] = None,
    payer: Annotated[str | None, typer.Option(help=_("Address of the payer, where a wallet signs"))] = None,
    typed_data: Annotated[
        bool, typer.Option("--typed-data", help=_("Print the JSON that a wallet signs with eth_signTypedData_v4"))
    ] = False,
    signature: Annotated[str | None, typer.Option(help=_("A wallet's signature over just these values"))] = None,
    append: Annotated[Path | None, typer.Option(help=_("Payment file to which the line is added"))] = None,
    keystore: Keystore = None,
    password_file: PasswordFile = None,
) -> None:
    """Sign a payment that anyone may relay, and print it as a line for `dongne currency relay`.

    Where a wallet signs, name its address with --payer: --typed-data prints what it signs, and --signature takes its
    signature, with the same --nonce, --until and --order.
    """
    currency = session.client(LocalCurrency)
    key = None if payer else _key(session, keystore, password_file)
    who = key.address if key else account_of(payer or "")
    message = Payment(
        payer=who,
        payee=account_of(payee),
        amount=amount_of(amount, currency.decimals()),
        nonce=_next_nonce(currency, who, append) if nonce is None else nonce_of(nonce),
        deadline=_deadline(session, until),
        order=order_of(order),
    )
    if typed_data:
        typer.echo(json.dumps(message.typed_data(currency.domain()), indent=2, default=_as_hexadecimal))
    else:
        line = payment_line(_signed(currency, message, key, signature), currency.decimals())
        if append is not None:
            append_payment(append, line)
        typer.echo(line)


@command(
    app,
    "cash-out",
    epilog=_("Example: dongne sign cash-out 1,200,000 --append cash-outs.jsonl --keystore shop.json"),
)
def cash_out(
    session: Session,
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help=_("In the currency, e.g. 12500 or 12,500"))],
    reference: Annotated[str, typer.Option(help=_("The merchant's own: at most 32 bytes of text; else drawn"))] = "",
    until: Annotated[
        str | None,
        typer.Option(help=_("Until when it may be handed in: a date and time, or Unix seconds; else for a day")),
    ] = None,
    append: Annotated[Path | None, typer.Option(help=_("File to which the line is added"))] = None,
    keystore: Keystore = None,
    password_file: PasswordFile = None,
) -> None:
    """Sign a merchant's cash-out that anyone may hand in, as a line for `dongne currency cash-out relay`."""
    currency, desk = session.client(LocalCurrency), session.client(CashOutDesk)
    key = _key(session, keystore, password_file)
    given = ReceiveAuthorization(
        payer=key.address,
        payee=desk.address,
        value=amount_of(amount, currency.decimals()),
        valid_after=currency.kind_ended_at(key.address),
        valid_before=_deadline(session, until),
        nonce=order_of(reference) if reference else secrets.token_bytes(32),
    )
    line = cash_out_line(given.sign(key, currency.domain()), currency.decimals())
    if append is not None:
        append_payment(append, line)
    typer.echo(line)


@command(
    app,
    "voucher",
    epilog=_("Example: dongne sign voucher 1 0x… 12,500 --append spendings.jsonl --keystore resident.json"),
)
def voucher(
    session: Session,
    programme: Annotated[str, typer.Argument(metavar="PROGRAMME", help=_("Number of the programme"))],
    merchant: Annotated[str, typer.Argument(metavar="MERCHANT", help=_("Address of who is paid"))],
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help=_("In the currency, e.g. 12500 or 12,500"))],
    order: Annotated[str, typer.Option(help=_("The payee's reference: at most 32 bytes of text, or 0x…"))] = "",
    until: Annotated[
        str | None,
        typer.Option(help=_("Until when it may be relayed: a date and time, or Unix seconds; else for a day")),
    ] = None,
    append: Annotated[Path | None, typer.Option(help=_("File to which the line is added"))] = None,
    keystore: Keystore = None,
    password_file: PasswordFile = None,
) -> None:
    """Sign a payment with a voucher that anyone may relay, as a line for `dongne voucher relay`."""
    vouchers, decimals = session.client(Vouchers), session.client(LocalCurrency).decimals()
    key, number = _key(session, keystore, password_file), whole_number(programme, 1, 2**64)
    payment = VoucherPayment(
        holder=key.address,
        merchant=account_of(merchant),
        programme=number,
        amount=amount_of(amount, decimals),
        nonce=vouchers.voucher(number, key.address).nonce,
        deadline=_deadline(session, until),
        order=order_of(order),
    )
    line = spending_line(payment, payment.sign(key, vouchers.domain()), decimals)
    if append is not None:
        append_payment(append, line)
    typer.echo(line)


@command(
    app,
    "recovery",
    epilog=_("Example: dongne sign recovery 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --keystore new.json"),
)
def recovery(
    session: Session,
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help=_("Address of the account whose key was lost"))],
    keystore: Keystore = None,
    password_file: PasswordFile = None,
) -> None:
    """Sign, with a new key, that it takes over an account whose key was lost."""
    key = _key(session, keystore, password_file)
    digest = AcceptRecovery(account_of(account), key.address).digest(session.client(Recovery).domain())
    typer.echo("0x" + expand(sign(digest, key)).hex())


@command(
    app,
    "agreement",
    epilog=_(
        "Examples:\n\ndongne sign agreement sale.json --keystore buyer.json\n\n"
        "dongne sign agreement lien.json --signer 0x7099… --signature 0x…"
    ),
)
def agreement(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("A sale or a lien, as `draft` wrote it"))],
    signer: Annotated[
        str | None, typer.Option("--signer", help=_("Address of who signs, where a wallet signs"))
    ] = None,
    signature: Annotated[
        str | None, typer.Option("--signature", help=_("The wallet's, over the file's typedData"))
    ] = None,
    keystore: Keystore = None,
    password_file: PasswordFile = None,
) -> None:
    """Sign a sale or a lien that another must sign too, into its file.

    A wallet signs the file's typedData with eth_signTypedData_v4; hand its signature in with --signer and --signature.
    """
    kind = kind_in(file)
    client = session.client(VehicleSale if kind is SaleTerms else VehicleLiens)
    message, found = read_agreement(file, kind, client.domain())
    if signer and signature:
        who, raw = account_of(signer), signature_of(signature)
    else:
        key = _key(session, keystore, password_file)
        who, raw = key.address, message.sign(key, client.domain())
    signed = found.with_signature(who, raw, has_code=bool(session.chain.code(who)))
    signed.write(file)
    missing = ", ".join(signed.missing) or Message(_("nobody"))
    rows = (Fact(_("signed by"), who), Fact(_("not signed yet"), missing))
    session.show({"signed_by": who, "missing": signed.missing}, lambda: session.facts(str(file), *rows))


@command(
    app,
    "lien-release",
    epilog=_("Example: dongne sign lien-release 7 --document receipt.pdf --keystore bank.json"),
)
def lien_release(
    session: Session,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help=_("Number of the lien"))],
    document: Annotated[Path, typer.Option("--document", help=_("The receipt; the same file is handed in with it"))],
    keystore: Keystore = None,
    password_file: PasswordFile = None,
) -> None:
    """Sign, as its creditor, that a lien is paid; anyone may hand it in."""
    liens, place = session.client(VehicleLiens), whole_number(number, 1, 2**64)
    lien = liens.restriction(place)
    if lien is None:
        raise RestrictionUnknown(place)
    release = ReleaseLien(place, lien.vehicle, lien.holder, hash_of_file(document))
    typer.echo("0x" + release.sign(_key(session, keystore, password_file), liens.domain()).hex())


def _key(session: Session, keystore: Path | None, password_file: Path | None) -> LocalAccount:
    keystore = keystore or session.settings.keystore
    if keystore is None:
        raise MissingSigner()
    return session.unlock(keystore, password_file)


def _signed(
    currency: LocalCurrency, message: Payment, key: LocalAccount | None, signature: str | None
) -> SignedPayment:
    if key is not None:
        return message.sign(key, currency.domain())
    if signature is None:
        raise MissingSigner()
    raw = signature_of(signature)
    if currency.chain.code(message.payer):
        return message.with_signature(raw, currency.domain())  # a smart account's form is its own affair
    return message.signed_by_wallet(raw, currency.domain())


def _next_nonce(currency: LocalCurrency, payer: ChecksumAddress, file: Path | None) -> int:
    """The next nonce on the chain, behind the payer's payments that a file holds already."""
    nonce = currency.account(payer).nonce
    if file is None or not file.exists():
        return nonce
    listed = read_payments(file, currency.decimals(), currency.domain())
    listed.problems.raise_if_any()
    return max([nonce, *(p.signed.payment.nonce + 1 for p in listed.payments if p.signed.payment.payer == payer)])


def _deadline(session: Session, text: str | None) -> int:
    if text is None:
        return session.chain.timestamp() + DAY
    try:
        return whole_number(text, DAY, MAX_DEADLINE)
    except (NotAWholeNumber, NumberOutOfRange):
        return unix_moment(text, ZoneInfo(session.book.time_zone))


def _as_hexadecimal(value: Any) -> str:
    return "0x" + bytes(value).hex()


command(app, epilog=sign_vote.EPILOG)(sign_vote.vote)
