"""The `dongne` command: parses, calls and prints; whatever it does, a script can do with the same calls."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from dongne.cli import ballot, currency, vehicle
from dongne.cli.shared import Session, run, session_of
from dongne.config import Settings
from dongne.errors import SettingError
from dongne.explanations.sentence import Sentence

app = typer.Typer(
    name="dongne",
    help="A city's local currency, vehicle registry and ballot (동네: 지역화폐 · 차량이력 · 투표).",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(currency.app, name="currency")
app.add_typer(vehicle.app, name="vehicle")
app.add_typer(ballot.app, name="ballot")


@app.callback()
def root(
    context: typer.Context,
    rpc: Annotated[str | None, typer.Option(help="JSON-RPC address of a node / 노드 주소 (DONGNE_RPC)")] = None,
    deployments: Annotated[
        Path | None, typer.Option(help="Folder of the address books / 주소록 폴더 (DONGNE_DEPLOYMENTS)")
    ] = None,
    lang: Annotated[str | None, typer.Option(help="ko or en / 언어 (DONGNE_LANG)")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON / JSON으로 출력")] = False,
) -> None:
    """Settings that all commands share."""
    given = {"DONGNE_RPC": rpc, "DONGNE_DEPLOYMENTS": deployments and str(deployments), "DONGNE_LANG": lang}
    environment = {**os.environ, **{name: value for name, value in given.items() if value}}
    context.obj = Session(Settings.from_environment(environment), as_json)


@app.command()
def status(context: typer.Context) -> None:
    """Show the deployment and whether its contracts are on the chain / 배포 상태."""
    session = session_of(context)
    chain, book = session.chain, session.book
    present = {name: bool(chain.web3.eth.get_code(entry.address)) for name, entry in book.contracts.items()}
    data = {
        "chain_id": chain.id,
        "block": chain.web3.eth.block_number,
        "complete": book.complete,
        "contracts": {
            name: {"address": entry.address, "block": entry.block, "on_chain": present[name]}
            for name, entry in book.contracts.items()
        },
        "roles": book.roles,
    }
    session.show(data, lambda: _status_table(session, present))
    if not all(present.values()):
        raise SettingError(
            Sentence(
                "The address book names contracts that this chain does not have. Is it the right node?",
                "주소록의 계약 중 이 체인에 없는 것이 있습니다. 올바른 노드인지 확인하세요.",
            )
        )


def _status_table(session: Session, present: dict[str, bool]) -> Table:
    title = session.text(f"Chain {session.chain.id}", f"체인 {session.chain.id}")
    table = Table(
        session.text("contract", "계약"),
        session.text("address", "주소"),
        session.text("since block", "배포 블록"),
        session.text("on chain", "확인"),
        title=title,
    )
    for name, entry in session.book.contracts.items():
        table.add_row(name, entry.address, f"{entry.block:,}", "✓" if present[name] else "✗")
    return table


def main() -> None:
    """Entry point of the `dongne` command."""
    run(app, os.environ)
