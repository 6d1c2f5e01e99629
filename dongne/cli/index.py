"""Commands of the index: tables of what the chain says, kept up to date."""

from typing import Annotated

import typer

from dongne.access import CityAccess
from dongne.cli.commands import command
from dongne.cli.output import Fact
from dongne.cli.services import stopped_by_signals
from dongne.cli.session import Session
from dongne.indexer import HANDLERS, Contracts, Indexer, Step
from dongne.indexer.errors import OtherIndex
from dongne.indexer.following import POLL_SECONDS, Follower
from dongne.indexer.indexer import WINDOW
from dongne.indexer.metrics import IndexMetrics
from dongne.language import Message, Moment, _
from dongne.rpc.bulk import Rpc
from dongne.store import undo
from dongne.store.progress import progress_of
from dongne.telemetry import LogForm, log_to, logger, metrics_served

PATIENCE_SECONDS = 60.0
"""How long `dongne index once` goes on asking a node that fails."""

FOR_GOOD = float("inf")

app = typer.Typer(no_args_is_help=True)

Until = Annotated[int | None, typer.Option("--until", min=0, help=_("Stop once this block is indexed"))]
Window = Annotated[int, typer.Option("--window", min=1, max=100_000, help=_("Blocks that can be taken back"))]
Patience = Annotated[
    float | None,
    typer.Option(
        "--give-up", min=0, help=_("Stop after so many seconds of failures; follow does not stop unless this is given")
    ),
]


@command(app, epilog=_("Example: dongne index once"))
def once(session: Session, until: Until = None, window: Window = WINDOW, give_up: Patience = None) -> None:
    """Bring the tables up to the node's latest block, then stop."""
    log_to(only_warnings=True)
    indexer = _indexer(session, window)
    patience = PATIENCE_SECONDS if give_up is None else give_up
    follower = Follower(indexer, _metrics(), logger("index"), give_up_seconds=patience)
    missing = max(0, session.chain.block_number() - indexer.block)
    with session.progress(_("reading blocks"), missing) as heard:
        step = follower.catch_up(until, lambda done: heard(done.blocks - done.dropped))
    _show(session, step)


@command(app, epilog=_("Example: dongne index follow --metrics 127.0.0.1:9464 --log json"))
def follow(
    session: Session,
    until: Until = None,
    window: Window = WINDOW,
    give_up: Patience = None,
    poll: Annotated[
        float, typer.Option("--poll", min=0.01, max=60, help=_("Seconds between two looks for a new block"))
    ] = POLL_SECONDS,
    metrics: Annotated[str, typer.Option("--metrics", help=_("HOST:PORT at which Prometheus reads figures"))] = "",
    log: Annotated[LogForm, typer.Option("--log", help=_("Form of the log's lines"))] = LogForm.CONSOLE,
) -> None:
    """Keep the tables up to date until stopped: a service for systemd or Docker."""
    log_to(form=log)
    figures, patience = _metrics(), FOR_GOOD if give_up is None else give_up
    with metrics_served(metrics, figures.registry), stopped_by_signals() as stop:
        indexer = _indexer(session, window)
        follower = Follower(indexer, figures, logger("index"), give_up_seconds=patience, stop=stop)
        step = follower.follow(until, poll)
    _show(session, step)


@command(app, epilog=_("Example: dongne index status"))
def status(session: Session) -> None:
    """Show how far the tables are, and how far behind the node."""
    _check_contracts(session)
    genesis = session.chain.genesis
    with session.store.reading() as connection:
        found = progress_of(connection)
    if found and found.genesis != bytes.fromhex(genesis[2:]):
        raise OtherIndex(session.store.address, "first block", "0x" + found.genesis.hex(), genesis)
    head = session.chain.block_number()
    data = {"store": session.store.address, "chain_id": session.chain.id, "head": head}
    rows = [Fact(_("store"), session.store.address), Fact(_("chain"), str(session.chain.id))]
    if found is None or found.hash is None:
        data |= {"block": None, "hash": None, "time": None, "behind": None}
        rows += [Fact(_("indexed until"), Message(_("nothing yet: run `dongne index once`")))]
    else:
        behind = max(0, head - found.block)
        data |= {"block": found.block, "hash": "0x" + found.hash.hex(), "time": found.time, "behind": behind}
        at = Message(_("block {block} of {time}"), _block(session, found.block, found.time))
        rows += [Fact(_("indexed until"), at), Fact(_("blocks behind the node"), behind)]
    session.show(data, lambda: session.facts(session.text(_("Index")), *rows))


@command(app, epilog=_("Example: dongne index reset --yes"))
def reset(
    session: Session, yes: Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask first"))] = False
) -> None:
    """Empty the tables that were derived from the chain; the next run fills them anew. Nothing else is touched."""
    store = session.store
    if not yes:
        session.confirm(_("Empty the index in {store}?"), store=store.address)
    with store.writing() as connection:
        undo.clear(connection)
    session.show({"store": store.address}, lambda: session.text(_("The index is empty now.")))


def _check_contracts(session: Session) -> None:
    """A chain that was reset has none: its index would be empty, not wrong."""
    session.client(CityAccess)


def _indexer(session: Session, window: int) -> Indexer:
    _check_contracts(session)
    entries = session.book.contracts
    addresses = {name: entry.address for name, entry in entries.items()}
    contracts = Contracts(addresses, min(entry.block for entry in entries.values()))
    rpc = Rpc(session.settings.rpc.split(","), session.chain.id)
    return Indexer(rpc, session.store, contracts, HANDLERS, window=window)


def _metrics() -> IndexMetrics:
    from prometheus_client import CollectorRegistry

    return IndexMetrics(CollectorRegistry())


def _block(session: Session, block: int, time: int) -> dict[str, object]:
    return {"block": f"{block:,}", "time": Moment(time, session.zone)}


def _show(session: Session, step: Step) -> None:
    data = {"block": step.block, "time": step.time, "head": step.head, "behind": max(0, step.head - step.block)}
    done = Message(_("Indexed until block {block} of {time}."), _block(session, step.block, step.time))
    session.show(data, lambda: done.text(session.settings.language))
