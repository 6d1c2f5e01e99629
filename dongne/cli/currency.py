"""Commands of the local currency."""

from typing import Annotated

import typer

from dongne.cli.shared import Row, address, facts, session_of
from dongne.currency import Kind, LocalCurrency
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
    state, decimals = currency.account(address(who)), currency.decimals()
    data = {
        "address": address(who),
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
    session.show(data, lambda: facts(session, address(who), rows))


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


def _kind(language: str, kind: Kind) -> str:
    return KINDS_KO[kind] if language == "ko" else kind.name.lower().replace("_", " ")
