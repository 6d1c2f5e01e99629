"""Commands of the local currency."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from eth_typing import ChecksumAddress

from dongne.cli import (
    cash_outs,
    city_contracts,
    freezes,
    holds,
    incentives,
    recoveries,
    reserve,
    rewards,
    statements,
    unclaimed,
)
from dongne.cli.commands import command
from dongne.cli.lists import results_beside
from dongne.cli.money import Amount, Columns, Money, Who
from dongne.cli.output import Fact
from dongne.cli.session import Session, Yes
from dongne.currency import (
    Audit,
    Compared,
    Difference,
    Kind,
    LocalCurrency,
    Pair,
    Treasury,
    audit_supply,
    issue,
    pair_of,
    read_issues,
    read_payments,
    read_registrations,
    register,
    relay_payments,
    top_up,
)
from dongne.currency.batch import Issue
from dongne.currency.errors import AllowanceChangeUnclear, BooksDiffer, SupplyMismatch
from dongne.currency.events import PausedUntil
from dongne.currency.files import account_of, amount_of, category_of, purpose_of
from dongne.currency.kinds import MEMBERS, kind_of, transfer_table
from dongne.currency.office import served_before
from dongne.currency.paymentfile import PaymentFile
from dongne.currency.relay import PAID, REFUSED
from dongne.language import Joined, Message, _, _n
from dongne.months import month_text
from dongne.numbers import whole_number
from dongne.results import Outcome, left_out
from dongne.tables import Table, read_mapping
from dongne.units import to_base_units

LONGEST_PAUSE = 72 * 3_600
"""Seconds that the contract lets a pause last."""

_NAMED_DIFFERENCES = 5
"""Differences that a message names; --json has them all."""

_MAX_ALLOWANCE = 2**256 - 1

app = typer.Typer(no_args_is_help=True)
table_app = typer.Typer(no_args_is_help=True)
app.add_typer(table_app, name="table", help=_("Who may pay whom"))
app.add_typer(cash_outs.app, name="cash-out", help=_("Merchants' money on its way to the bank"))
app.add_typer(reserve.app, name="reserve", help=_("What stands behind the money, and what top-ups cost"))
app.add_typer(incentives.app, name="incentive", help=_("Cash-back on a month's purchases"))
app.add_typer(holds.app, name="hold", help=_("Disputed money, by due process"))
app.add_typer(freezes.app, name="freeze", help=_("Accounts whose key is misused, by due process"))
app.add_typer(city_contracts.app, name="contract", help=_("The city's own contracts"))
app.add_typer(unclaimed.app, name="unclaimed", help=_("The last few won of accounts that ended"))
app.add_typer(rewards.app, name="reward", help=_("Volunteers' hours, attested by two and paid once"))
app.add_typer(recoveries.app, name="recovery", help=_("A new key for an account whose key was lost"))


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
    month = month_text(state.month) if state.month else ""
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
        "held": money.plain(state.held),
    }
    rows = [Fact(_("balance"), money(state.balance)), Fact(_("kind"), state.kind)]
    if state.kind is Kind.FROZEN:
        rows.append(Fact(_("registered as"), state.registered_kind))
    if state.held:
        rows.append(Fact(_("held"), money(state.held)))
    rows += [Fact(_("trade code"), str(state.category)), Fact(_("next nonce"), str(state.nonce))]
    if month:
        rows += [Fact(_("month of the purchases"), month), Fact(_("purchases of the month"), money(state.counted))]
        rows += [Fact(_("purchases of the month before"), money(state.closed))]
    session.show(data, lambda: session.facts(address, *rows))


command(app, epilog=statements.EPILOG)(statements.statement)


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
    listed = read_registrations(file, read_mapping(columns) if columns else None)
    currency = session.client(LocalCurrency)
    session.sender.settle()
    with _results_of(session, listed.table) as became, session.progress(_("registering"), len(listed.items)) as heard:
        done = register(currency, listed.items, session.sender.deliver, heard, became)
    _show_done(session, file, len(listed.items), done)


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
    listed = read_issues(file, money.decimals, read_mapping(columns) if columns else None)
    issues = listed.items
    session.sender.settle()
    _say_served_before(session, currency, issues, hashed)
    total = sum(item.amount for item in issues)
    session.confirm(
        _("Issue {amount} to {accounts:,} accounts for “{purpose}”, less what this purpose has served already?"),
        amount=money(total),
        accounts=len(issues),
        purpose=purpose,
    )
    with _results_of(session, listed.table) as became, session.progress(_("issuing"), len(issues)) as heard:
        done = issue(session.client(Treasury), currency, issues, hashed, session.sender.deliver, heard, became)
    _show_done(session, file, len(issues), done)


@command(
    app, "top-up", sends=True, epilog=_('Example: dongne currency top-up deposits.csv --purpose "bank 2026-12-01"')
)
def top_up_list(
    session: Session,
    file: Annotated[Path, typer.Argument(help=_("CSV with the columns address, amount: what each resident paid in"))],
    purpose: Annotated[str, typer.Option(help=_("What this list is for; one purpose for each list"))],
    columns: Columns = None,
) -> None:
    """Turn residents' deposits into money with the bonus on top, once; a list that was cut off is continued."""
    hashed, currency, treasury = purpose_of(purpose), session.client(LocalCurrency), session.client(Treasury)
    money, terms = Money.of(currency), treasury.top_up_terms()
    listed = read_issues(file, money.decimals, read_mapping(columns) if columns else None)
    deposits = listed.items
    session.sender.settle()
    _say_served_before(session, currency, deposits, hashed)
    session.confirm(
        _("Top up {accounts:,} residents for “{purpose}”: {deposits} paid in, and a bonus of {bonuses}?"),
        accounts=len(deposits),
        purpose=purpose,
        deposits=money(sum(item.amount for item in deposits)),
        bonuses=money(sum(terms.bonus(item.amount) for item in deposits)),
    )
    with _results_of(session, listed.table) as became, session.progress(_("topping up"), len(deposits)) as heard:
        done = top_up(treasury, currency, deposits, hashed, session.sender.deliver, heard, became)
    _show_done(session, file, len(deposits), done)


def _say_served_before(session: Session, currency: LocalCurrency, items: Sequence[Issue], purpose: bytes) -> None:
    block = served_before(currency, items, purpose)
    if block is not None:
        session.note(
            _(
                "This very list, people and amounts, was issued before for another purpose, at {time}. If it is the "
                "same payment, stop: its purpose must have the same words."
            ),
            time=session.time(session.chain.timestamp(block)),
        )


@command(app, sends=True, epilog=_("Example: dongne currency allowance --more 50,000,000"))
def allowance(
    session: Session,
    more: Annotated[
        str | None, typer.Option(help=_("Let the treasury issue so much more (currency supervisor)"))
    ] = None,
    less: Annotated[
        str | None, typer.Option(help=_("Take so much from what it may still issue, or all of it (guardian)"))
    ] = None,
) -> None:
    """Show how much the treasury may still issue, or change it."""
    currency, treasury = session.client(LocalCurrency), session.client(Treasury).address
    money = Money.of(currency)
    if more is not None or less is not None:
        _change_allowance(session, currency, treasury, more, less)
    left = currency.issuance_allowance(treasury)
    data = {"issuer": treasury, "allowance": money.plain(left)}
    session.show(data, lambda: session.facts(session.text(_("Treasury")), Fact(_("may issue"), money(left))))


def _change_allowance(
    session: Session, currency: LocalCurrency, treasury: ChecksumAddress, more: str | None, less: str | None
) -> None:
    if more is not None and less is not None:
        raise AllowanceChangeUnclear
    money, text = Money.of(currency), more if more is not None else less
    base = whole_number(str(to_base_units(text or "", money.decimals)), 1, _MAX_ALLOWANCE)
    if more is not None:
        question = _("Let the treasury issue {amount} more, beside the {before} that it may issue now?")
        call = currency.increase_issuance_allowance(treasury, base)
    else:
        question = _("Take {amount} from the {before} that the treasury may still issue?")
        call = currency.decrease_issuance_allowance(treasury, base)
    session.sender.settle()
    session.confirm(question, amount=money(base), before=money(currency.issuance_allowance(treasury)))
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
            for part in relay_payments(currency, payments.payments, session.sender.deliver_all, heard):
                outcomes |= part
    finally:
        _show_relayed(session, payments, outcomes)


def _show_relayed(session: Session, payments: PaymentFile, outcomes: dict[int, Outcome]) -> None:
    results = results_beside(session, payments.table, outcomes)
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


@command(
    app,
    sends=True,
    epilog=_("Example: dongne currency reclassify 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 merchant --category 5812"),
)
def reclassify(
    session: Session,
    who: Who,
    kind: Annotated[str, typer.Argument(help=_("resident, merchant, institution; none strikes it off"))],
    category: Annotated[str, typer.Option(help=_("Trade code of a merchant, 0 to 65,535"))] = "0",
) -> None:
    """Change what an account is registered as; its kind only while it has less than 1,000 whole units.

    A change of kind ends what the account has approved and signed; what it still has is kept for its owner.
    """
    address, wanted = account_of(who), kind_of(kind, (Kind.NONE, *MEMBERS))
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


@contextmanager
def _results_of(session: Session, table: Table) -> Iterator[Callable[[dict[int, Outcome]], object]]:
    """Hears what becomes of a list's lines; writes it beside the list, also where the command is cut off."""
    outcomes = dict[int, Outcome]()
    try:
        yield outcomes.update
    finally:
        if outcomes and (results := results_beside(session, table, outcomes)):
            session.note(_("What became of each line: {file}"), file=results)


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
