"""Commands of the local currency."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from eth_typing import ChecksumAddress

from dongne.cli.commands import command
from dongne.cli.output import Fact, Number
from dongne.cli.session import Session, Yes
from dongne.currency import (
    Audit,
    Compared,
    Difference,
    Kind,
    LocalCurrency,
    Pair,
    audit_supply,
    issue,
    pair_of,
    read_issues,
    read_payments,
    read_registrations,
    register,
    relay_payments,
)
from dongne.currency.errors import AllowanceChangeUnclear, BooksDiffer, SupplyMismatch
from dongne.currency.events import PausedUntil
from dongne.currency.files import account_of, amount_of, category_of, purpose_of
from dongne.currency.kinds import ASSIGNABLE, kind_of, transfer_table
from dongne.currency.paymentfile import PaymentFile, order_of
from dongne.currency.relay import PAID, REFUSED
from dongne.language import Joined, Message, _, _n
from dongne.numbers import whole_number
from dongne.results import Outcome, left_out, write_results
from dongne.tables import read_mapping
from dongne.units import from_base_units, to_base_units

LONGEST_PAUSE = 72 * 3_600
"""Seconds that the contract lets a pause last."""

_NAMED_DIFFERENCES = 5
"""Differences that a message names; --json has them all."""

_MAX_ALLOWANCE = 2**256 - 1

app = typer.Typer(no_args_is_help=True)
table_app = typer.Typer(no_args_is_help=True)
app.add_typer(table_app, name="table", help=_("Who may pay whom"))

Who = Annotated[str, typer.Argument(metavar="ADDRESS", help=_("Address of the account"))]
Amount = Annotated[str, typer.Argument(metavar="AMOUNT", help=_("In the currency, e.g. 12500 or 12,500"))]
Columns = Annotated[
    Path | None,
    typer.Option("--columns", help=_("TOML or CSV file that names the column for headings that are not known")),
]


@dataclass(frozen=True, slots=True)
class Money:
    """How amounts of the currency are written.

    Attributes:
        decimals: of the currency.
        symbol: behind the amount.
    """

    decimals: int
    symbol: str

    @classmethod
    def of(cls, currency: LocalCurrency) -> "Money":
        """As the contract states it."""
        return cls(currency.decimals(), currency.symbol())

    def __call__(self, base: int) -> str:
        """Base units for people."""
        return f"{from_base_units(base, self.decimals):,} {self.symbol}"

    def plain(self, base: int) -> str:
        """Base units for programs: the amount in the currency, exact."""
        return str(from_base_units(base, self.decimals))


@command(app, epilog=_("Example: dongne currency show"))
def show(session: Session) -> None:
    """Show the money in circulation, a pause, and who may pay whom."""
    currency = session.client(LocalCurrency)
    money, pairs = Money.of(currency), currency.allowed_pairs()
    supply, until = currency.total_supply(), currency.paused_until()
    paused = until > session.chain.timestamp()
    data = {
        "symbol": money.symbol,
        "decimals": money.decimals,
        "supply": money.plain(supply),
        "paused": paused,
        "paused_until": until if paused else None,
        "allowed": _names(pairs),
    }
    rows = [
        Fact(_("contract"), currency.address),
        Fact(_("in circulation"), money(supply)),
        Fact(_("paused"), Message(_("until {time}"), {"time": session.time(until)}) if paused else Yes(False)),
    ]
    session.show(data, lambda: session.facts(session.text(_("Local currency")), *rows), lambda: _pairs(session, pairs))


@command(app, epilog=_("Example: dongne currency account 0x70997970C51812dc3A010C7d01b50e0d17dc79C8"))
def account(session: Session, who: Who) -> None:
    """Show an account: balance, kind, trade code and next nonce."""
    address, currency = account_of(who), session.client(LocalCurrency)
    state, money = currency.account(address), Money.of(currency)
    month = f"{1970 + state.month // 12}-{state.month % 12 + 1:02}" if state.month else ""
    data = {
        "address": address,
        "balance": money.plain(state.balance),
        "kind": state.kind.name,
        "registered_kind": state.registered_kind.name,
        "category": state.category,
        "nonce": state.nonce,
        "month": month,
        "counted": money.plain(state.counted),
        "closed": money.plain(state.closed),
    }
    rows = [Fact(_("balance"), money(state.balance)), Fact(_("kind"), state.kind)]
    if state.kind is Kind.FROZEN:
        rows.append(Fact(_("registered as"), state.registered_kind))
    rows += [Fact(_("trade code"), str(state.category)), Fact(_("next nonce"), str(state.nonce))]
    if month:
        rows += [Fact(_("month of the purchases"), month), Fact(_("purchases of the month"), money(state.counted))]
        rows += [Fact(_("purchases of the month before"), money(state.closed))]
    session.show(data, lambda: session.facts(address, *rows))


@command(app, epilog=_("Example: dongne currency audit"))
def audit(session: Session) -> None:
    """Sum up every transfer from the chain's logs and compare with what the contract states."""
    currency = session.client(LocalCurrency)
    money, blocks = Money.of(currency), session.chain.block_number() - currency.entry.block + 1
    with session.progress(_("reading logs"), blocks) as heard:
        found = audit_supply(currency, heard)
    session.show(_audit_data(found), lambda: _audit_facts(session, found, money))
    if found.differences:
        lines = tuple(_difference(each, money) for each in found.differences[:_NAMED_DIFFERENCES])
        raise BooksDiffer(len(found.differences), Joined(lines, "\n"))
    if not found.is_reconciled:
        raise SupplyMismatch(money(found.supply.circulating), money(found.held), money(found.stated))


def _difference(found: Difference, money: Money) -> Message:
    by_logs, stated = (
        money(value) if found.what.is_money else Kind(value) if found.what is Compared.KIND else value
        for value in (found.by_logs, found.stated)
    )
    values = {"of": found.of, "what": found.what, "logs": by_logs, "stated": stated}
    return Message(_("{of}: {what} is {logs} by the logs, {stated} by the contract"), values)


def _audit_data(found: Audit) -> dict[str, object]:
    return {
        "block": found.block,
        "issued": found.supply.issued,
        "redeemed": found.supply.redeemed,
        "circulating": found.supply.circulating,
        "held": found.held,
        "stated": found.stated,
        "accounts": len(found.supply.balances),
        "compared": found.compared,
        "block_hash": found.block_hash,
        "differences": [
            {"what": each.what.name, "of": each.of, "by_logs": each.by_logs, "stated": each.stated}
            for each in found.differences
        ],
        "reconciled": found.is_reconciled,
    }


def _audit_facts(session: Session, found: Audit, money: Money) -> object:
    return session.facts(
        session.text(_("Supply from logs alone")),
        Fact(_("until block"), found.block),
        Fact(_("hash of the block"), found.block_hash),
        Fact(_("time of the block"), session.time(found.time)),
        Fact(_("issued"), money(found.supply.issued)),
        Fact(_("redeemed"), money(found.supply.redeemed)),
        Fact(_("circulating by the logs"), money(found.supply.circulating)),
        Fact(_("circulating by the contract"), money(found.stated)),
        Fact(_("accounts with money"), len(found.supply.balances)),
        Fact(_("accounts compared"), found.compared),
        Fact(_("reconciled"), Yes(found.is_reconciled)),
    )


@command(app, "register", sends=True, epilog=_("Example: dongne currency register accounts.csv"))
def register_accounts(
    session: Session,
    file: Annotated[Path, typer.Argument(help=_("CSV with the columns address, kind, category"))],
    columns: Columns = None,
) -> None:
    """Register a list of accounts; those that are registered already are skipped."""
    items = read_registrations(file, read_mapping(columns) if columns else None)
    currency = session.client(LocalCurrency)
    session.sender.settle()
    with session.progress(_("registering"), len(items)) as heard:
        done = register(currency, items, session.sender.deliver, heard)
    _show_done(session, file, len(items), done)


@command(app, "issue", sends=True, epilog=_('Example: dongne currency issue welfare.csv --purpose "welfare 2026-12"'))
def issue_list(
    session: Session,
    file: Annotated[Path, typer.Argument(help=_("CSV with the columns address, amount"))],
    purpose: Annotated[str, typer.Option(help=_("What this list is for; one purpose for each list"))],
    columns: Columns = None,
) -> None:
    """Issue new money to a list of accounts, once for its purpose; a list that was cut off is continued."""
    hashed, currency = purpose_of(purpose), session.client(LocalCurrency)
    money = Money.of(currency)
    issues = read_issues(file, money.decimals, read_mapping(columns) if columns else None)
    session.sender.settle()
    total = sum(item.amount for item in issues)
    session.confirm(
        _("Issue {amount} to {accounts:,} accounts for “{purpose}”, less what this purpose has served already?"),
        amount=money(total),
        accounts=len(issues),
        purpose=purpose,
    )
    with session.progress(_("issuing"), len(issues)) as heard:
        done = issue(currency, session.sender.address, issues, hashed, session.sender.deliver, heard)
    _show_done(session, file, len(issues), done)


@command(
    app,
    sends=True,
    epilog=_("Example: dongne currency allowance 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --more 50,000,000"),
)
def allowance(
    session: Session,
    who: Annotated[str | None, typer.Argument(metavar="[ISSUER]", help=_("Address of an issuer"))] = None,
    more: Annotated[str | None, typer.Option(help=_("Let the issuer issue so much more (currency supervisor)"))] = None,
    less: Annotated[
        str | None, typer.Option(help=_("Take so much from what it may still issue, or all of it (guardian)"))
    ] = None,
) -> None:
    """Show how much issuers may still issue, or change it."""
    currency = session.client(LocalCurrency)
    money, issuer = Money.of(currency), account_of(who) if who else None
    if more is not None or less is not None:
        _change_allowance(session, currency, issuer, more, less)
    allowances = {issuer: currency.issuance_allowance(issuer)} if issuer else currency.issuance_allowances()
    data = [{"issuer": each, "allowance": money.plain(base)} for each, base in allowances.items()]
    rows = [(each, Number(money(base))) for each, base in allowances.items()]
    columns = [_("issuer"), _("may issue")]
    session.show(data, lambda: session.table(session.text(_("Issuance allowances")), columns, rows))


def _change_allowance(
    session: Session, currency: LocalCurrency, issuer: ChecksumAddress | None, more: str | None, less: str | None
) -> None:
    if issuer is None or (more is None) == (less is None):
        raise AllowanceChangeUnclear
    money, text = Money.of(currency), more or less or ""
    base = whole_number(str(to_base_units(text, money.decimals)), 1, _MAX_ALLOWANCE)
    if more is not None:
        question = _("Let {issuer} issue {amount} more, beside the {before} that it may issue now?")
        call = currency.increase_issuance_allowance(issuer, base)
    else:
        question = _("Take {amount} from the {before} that {issuer} may still issue?")
        call = currency.decrease_issuance_allowance(issuer, base)
    session.sender.settle()
    before = currency.issuance_allowance(issuer)
    session.confirm(question, issuer=issuer, amount=money(base), before=money(before))
    session.sender.deliver(call)


@command(app, sends=True, epilog=_("Example: dongne currency relay payments.jsonl"))
def relay(
    session: Session,
    file: Annotated[Path, typer.Argument(help=_("Signed payments: JSON lines or CSV, docs/formats.md"))],
    columns: Columns = None,
) -> None:
    """Relay signed payments; says of each what became of it, in a CSV file beside the list."""
    currency = session.client(LocalCurrency)
    mapping = read_mapping(columns) if columns else None
    payments = read_payments(file, currency.decimals(), currency.domain(), mapping)
    outcomes = left_out(payments.problems.found)
    session.sender.settle()
    try:
        with session.progress(_("relaying"), len(payments.payments)) as heard:
            for part in relay_payments(currency, payments.payments, session.sender.deliver, heard):
                outcomes |= part
    finally:
        _show_relayed(session, payments, outcomes)


def _show_relayed(session: Session, payments: PaymentFile, outcomes: dict[int, Outcome]) -> None:
    rehearsed = bool(session.sending.dry_run or session.sending.safe)
    results = None if rehearsed else write_results(payments.table, outcomes, session.settings.language)
    unpaid = {line: outcome for line, outcome in sorted(outcomes.items()) if outcome.result is not PAID}
    refused = [(line, _reason(session, outcome)) for line, outcome in unpaid.items()]
    listed = len(payments.table.rows) + len(payments.table.rejected)
    counts = {"listed": listed, "paid": len(outcomes) - len(refused), "not_tried": listed - len(outcomes)}
    by_contract = sum(outcome.result is REFUSED for outcome in unpaid.values())
    data = {
        "file": str(payments.table.file),
        **counts,
        "refused": [{"line": line, "reason": reason} for line, reason in refused],
        "results": str(results) if results else None,
    }
    session.show(data, *_relayed_parts(session, str(payments.table.file), counts, by_contract, refused))
    if results:
        session.note(_("What became of each payment: {file}"), file=results)


def _relayed_parts(
    session: Session, file: str, counts: dict[str, int], by_contract: int, refused: list[tuple[int, str]]
) -> list[Callable[[], object]]:
    rows = [
        Fact(_("payments in the file"), counts["listed"]),
        Fact(_("paid"), counts["paid"]),
        Fact(_("refused"), by_contract),
        Fact(_("left out"), len(refused) - by_contract),
        Fact(_("without an outcome yet"), counts["not_tried"]),
    ]
    parts: list[Callable[[], object]] = [lambda: session.facts(file, *rows)]
    if refused:
        parts.append(lambda: session.table(session.text(_("Refused or left out")), [_("line"), _("reason")], refused))
    return parts


def _reason(session: Session, outcome: Outcome) -> str:
    return outcome.detail if isinstance(outcome.detail, str) else outcome.detail.text(session.settings.language)


@command(app, sends=True, epilog=_("Example: dongne currency freeze 0x70997970C51812dc3A010C7d01b50e0d17dc79C8"))
def freeze(session: Session, who: Who) -> None:
    """Stop an account from paying and being paid."""
    address, currency = account_of(who), session.client(LocalCurrency)
    sender = session.sender
    session.confirm(_("Freeze {account}? It can neither pay nor be paid until it is unfrozen."), account=address)
    if sender.deliver(currency.freeze(address)):
        account(session, who)


@command(app, sends=True, epilog=_("Example: dongne currency unfreeze 0x70997970C51812dc3A010C7d01b50e0d17dc79C8"))
def unfreeze(session: Session, who: Who) -> None:
    """End the freeze of an account."""
    address, currency = account_of(who), session.client(LocalCurrency)
    sender = session.sender
    if sender.deliver(currency.unfreeze(address)):
        account(session, who)


@command(
    app,
    sends=True,
    epilog=_("Example: dongne currency reclassify 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 merchant --category 5812"),
)
def reclassify(
    session: Session,
    who: Who,
    kind: Annotated[str, typer.Argument(help=_("resident, merchant, institution, city contract; none strikes it off"))],
    category: Annotated[str, typer.Option(help=_("Trade code of a merchant, 0 to 65,535"))] = "0",
) -> None:
    """Change what an account is registered as; an account changes its kind only while it is empty."""
    address, wanted = account_of(who), kind_of(kind, (Kind.NONE, *ASSIGNABLE))
    code, currency = category_of(category), session.client(LocalCurrency)
    sender = session.sender
    before = currency.account(address)
    session.confirm(
        _("{account} is {before} of category {before_category}. Make it {kind} of category {category}?"),
        account=address,
        before=before.kind,
        before_category=before.category,
        kind=wanted,
        category=code,
    )
    if sender.deliver(currency.reclassify(address, wanted, code)):
        account(session, who)


@command(app, sends=True, epilog=_("Examples: dongne currency pause 3600; to end it: dongne currency pause 1"))
def pause(
    session: Session,
    seconds: Annotated[str, typer.Argument(metavar="SECONDS", help=_("How long: 1 to 259,200 (72 hours)"))],
) -> None:
    """Stop payments and issuing for a while; merchants can still cash out, and it ends by itself."""
    duration, currency = whole_number(seconds, 1, LONGEST_PAUSE), session.client(LocalCurrency)
    sender = session.sender
    now = session.chain.timestamp()
    session.confirm(
        _n(
            "Stop all payments for {count} second, until about {time}?",
            "Stop all payments for {count:,} seconds, until about {time}?",
        ),
        count=duration,
        time=session.time(now + duration),
    )
    receipt = sender.deliver(currency.pause(duration))
    if receipt is None:
        return
    until = currency.events_of(receipt, PausedUntil)[0].until
    row = Fact(_("paused until"), session.time(until))
    session.show({"paused_until": until}, lambda: session.facts(session.text(_("Local currency")), row))


@command(
    app, sends=True, epilog=_("Example: dongne currency transfer 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 12,500")
)
def transfer(session: Session, payee: Who, amount: Amount) -> None:
    """Pay from the sender's own account."""
    currency, address = session.client(LocalCurrency), account_of(payee)
    money = Money.of(currency)
    base = amount_of(amount, money.decimals)
    sender = session.sender
    session.confirm(_("Pay {amount} to {payee}?"), amount=money(base), payee=address)
    if sender.deliver(currency.transfer(address, base)):
        account(session, sender.address)


@command(app, sends=True, epilog=_("Example: dongne currency redeem 1,200,000 --reference 2026-11-settlement"))
def redeem(
    session: Session,
    amount: Amount,
    reference: Annotated[str, typer.Option(help=_("The merchant's reference of the pay-out, at most 32 bytes"))],
) -> None:
    """Cash out: give a merchant's money back to the city, which pays the same amount to its bank account."""
    currency, code = session.client(LocalCurrency), order_of(reference)
    money = Money.of(currency)
    base = amount_of(amount, money.decimals)
    sender = session.sender
    session.confirm(_("Cash out {amount} with the reference “{reference}”?"), amount=money(base), reference=reference)
    if sender.deliver(currency.redeem(base, code)):
        account(session, sender.address)


@command(table_app, "show", epilog=_("Example: dongne currency table show"))
def show_table(session: Session) -> None:
    """Show who may pay whom."""
    pairs = session.client(LocalCurrency).allowed_pairs()
    session.show(_names(pairs), lambda: _pairs(session, pairs))


@command(
    table_app,
    "set",
    sends=True,
    epilog=_("Example: dongne currency table set resident:merchant merchant:resident institution:resident"),
)
def set_table(
    session: Session,
    allowed: Annotated[
        list[str], typer.Argument(metavar="PAYER:PAYEE...", help=_("Every pair that is allowed from now on"))
    ],
) -> None:
    """Publish who may pay whom; pairs that are not named are no longer allowed."""
    pairs, currency = list(dict.fromkeys(pair_of(text) for text in allowed)), session.client(LocalCurrency)
    sender = session.sender
    before = currency.allowed_pairs()
    if transfer_table(before) != transfer_table(pairs):
        session.confirm(
            _("Publish this table? Newly allowed: {added}. No longer allowed: {removed}."),
            added=_listed([pair for pair in pairs if pair not in before]),
            removed=_listed([pair for pair in before if pair not in pairs]),
        )
        if sender.deliver(currency.set_transfer_table(pairs)) is None:
            return
    show_table(session)


def _listed(pairs: list[Pair]) -> Joined | Message:
    shown = tuple(Message("{payer}:{payee}", {"payer": payer, "payee": payee}) for payer, payee in pairs)
    return Joined(shown, ", ") if shown else Message(_("nothing"))


def _names(pairs: list[Pair]) -> list[list[str]]:
    return [[payer.name, payee.name] for payer, payee in pairs]


def _pairs(session: Session, pairs: list[Pair]) -> object:
    return session.table(session.text(_("Who may pay whom")), [_("payer"), _("payee")], pairs)


def _show_done(session: Session, file: Path, listed: int, done: int) -> None:
    if session.sending.dry_run or session.sending.safe:
        return
    data = {"file": str(file), "listed": listed, "done": done, "done_before": listed - done}
    rows = [
        Fact(_("accounts in the list"), listed),
        Fact(_("done now"), done),
        Fact(_("done before"), listed - done),
    ]
    session.show(data, lambda: session.facts(str(file), *rows))
