"""Commands of the local currency."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from web3 import Web3

from dongne.addresses import address_of
from dongne.cli.shared import Keystore, PasswordFile, Row, Session, facts, load_key, session_of
from dongne.currency import Kind, LocalCurrency, issue, read_issues, read_registrations, register
from dongne.errors import EvidenceMismatch
from dongne.explanations.sentence import Sentence
from dongne.units import from_base_units

app = typer.Typer(no_args_is_help=True, help="Local currency / 지역화폐")


KINDS_KO = {
    Kind.NONE: "미등록",
    Kind.RESIDENT: "주민",
    Kind.MERCHANT: "가맹점",
    Kind.INSTITUTION: "기관",
    Kind.SYSTEM_CONTRACT: "시 계약",
    Kind.FROZEN: "정지",
}


@app.command()
def show(context: typer.Context) -> None:
    """Supply, pause and who may pay whom / 발행량과 이체 규칙."""
    session = session_of(context)
    currency = session.client(LocalCurrency)
    supply, decimals, symbol = currency.total_supply(), currency.decimals(), currency.symbol()
    pairs, paused = currency.allowed_pairs(), currency.paused_until() > session.chain.timestamp()
    data = {
        "symbol": symbol,
        "decimals": decimals,
        "supply": str(from_base_units(supply, decimals)),
        "paused": paused,
        "allowed": [[payer.name, payee.name] for payer, payee in pairs],
    }
    rows = [
        Row("in circulation", "유통량", f"{from_base_units(supply, decimals):,} {symbol}"),
        Row("paused", "일시 중지", session.text("yes" if paused else "no", "예" if paused else "아니요")),
        *(
            Row(
                "may pay",
                "이체 가능",
                f"{_kind(session.settings.language, payer)} → {_kind(session.settings.language, payee)}",
            )
            for payer, payee in pairs
        ),
    ]
    session.show(data, lambda: facts(session, session.text("Local currency", "지역화폐"), rows))


@app.command()
def account(context: typer.Context, who: Annotated[str, typer.Argument(help="Address / 주소")]) -> None:
    """Balance, kind and next nonce of an account / 계정 조회."""
    session = session_of(context)
    currency = session.client(LocalCurrency)
    state, decimals = currency.account(address_of(who)), currency.decimals()
    data = {
        "address": address_of(who),
        "balance": str(from_base_units(state.balance, decimals)),
        "kind": state.kind.name,
        "category": state.category,
        "nonce": state.nonce,
    }
    rows = [
        Row("balance", "잔액", f"{from_base_units(state.balance, decimals):,} {currency.symbol()}"),
        Row("kind", "구분", _kind(session.settings.language, state.kind)),
        Row("category", "업종 코드", state.category),
        Row("next nonce", "다음 순번", state.nonce),
    ]
    session.show(data, lambda: facts(session, address_of(who), rows))


@app.command()
def audit(context: typer.Context) -> None:
    """Sum up every transfer from the chain's logs and compare with what the contract states / 발행량 검산."""
    session = session_of(context)
    currency = session.client(LocalCurrency)
    supply, stated = (
        currency.supply_from_logs(session.book.contracts[currency.NAME].block),
        currency.total_supply(),
    )
    balanced = supply.circulating == stated == sum(supply.balances.values())
    data = {
        "issued": supply.issued,
        "redeemed": supply.redeemed,
        "circulating": supply.circulating,
        "stated": stated,
        "accounts": len(supply.balances),
        "reconciled": balanced,
    }
    rows = [
        Row("issued", "발행", f"{supply.issued:,}"),
        Row("redeemed", "환전", f"{supply.redeemed:,}"),
        Row("circulating by the logs", "유통량(로그)", f"{supply.circulating:,}"),
        Row("circulating by the contract", "유통량(계약)", f"{stated:,}"),
        Row("accounts", "계정 수", f"{len(supply.balances):,}"),
        Row("reconciled", "일치", session.text("yes" if balanced else "no", "예" if balanced else "아니요")),
    ]
    title = session.text("Supply from logs alone", "로그만으로 검산한 발행량")
    session.show(data, lambda: facts(session, title, rows))
    if not balanced:
        raise EvidenceMismatch(
            Sentence(
                f"Logs say that {supply.circulating} circulate, the contract says {stated}. Report this to the city.",
                f"로그로는 {supply.circulating}, 계약으로는 {stated}이(가) 유통되고 있습니다. 시에 알려 주세요.",
            )
        )


@app.command("register")
def register_accounts(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV with the columns address,kind,category / 주소·구분·업종의 CSV")],
    keystore: Keystore,
    password_file: PasswordFile = None,
) -> None:
    """Register a list of accounts; those registered before are skipped / 계정 등록."""
    session = session_of(context)
    items = read_registrations(file)
    currency, officer = session.client(LocalCurrency), load_key(keystore, password_file)
    with _progress(session, "registering", "등록 중", len(items)) as heard:
        registered = register(currency, officer, items, heard)
    _show_done(session, file, len(items), registered)


@app.command("issue")
def issue_list(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV with the columns address,amount / 주소·금액의 CSV")],
    purpose: Annotated[str, typer.Option(help="What this list is for; one list, one purpose / 발행 목적")],
    keystore: Keystore,
    password_file: PasswordFile = None,
) -> None:
    """Issue new money to a list of accounts, once for its purpose; carries on where it was cut off / 발행."""
    session = session_of(context)
    currency = session.client(LocalCurrency)
    issues, issuer = read_issues(file, currency.decimals()), load_key(keystore, password_file)
    since = session.book.contracts[currency.NAME].block
    with _progress(session, "issuing", "발행 중", len(issues)) as heard:
        served = issue(currency, issuer, issues, Web3.keccak(text=purpose), since, heard)
    _show_done(session, file, len(issues), served)


def _show_done(session: Session, file: Path, listed: int, done: int) -> None:
    data = {"file": str(file), "listed": listed, "done": done, "done_before": listed - done}
    rows = [
        Row("accounts in the list", "목록의 계정", f"{listed:,}"),
        Row("done now", "이번에 처리", f"{done:,}"),
        Row("done before", "이미 처리됨", f"{listed - done:,}"),
    ]
    session.show(data, lambda: facts(session, str(file), rows))


@contextmanager
def _progress(session: Session, en: str, ko: str, total: int) -> Iterator[Callable[[int], None]]:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(session.text(en, ko), total=total)
        yield lambda count: progress.advance(task, count)


def _kind(language: str, kind: Kind) -> str:
    return KINDS_KO[kind] if language == "ko" else kind.name.lower().replace("_", " ")
