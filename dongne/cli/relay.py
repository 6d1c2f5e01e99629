"""Commands of the relayer: the service that takes signed messages in, the one that carries them, and what waits."""

from collections.abc import Callable
from time import time
from typing import Annotated, Any

import typer

from dongne.addresses import address_of
from dongne.cli.commands import command
from dongne.cli.output import Fact
from dongne.cli.services import stopped_by_signals
from dongne.cli.session import Session
from dongne.language import Message, _
from dongne.telemetry import LogForm, log_to, logger, metrics_served

LISTEN = "127.0.0.1:8600"

app = typer.Typer(no_args_is_help=True)

Log = Annotated[LogForm, typer.Option("--log", help=_("Form of the log's lines"))]


@command(app, epilog=_("Example: dongne relay serve --listen 127.0.0.1:8600"))
def serve(
    session: Session,
    listen: Annotated[str, typer.Option("--listen", help=_("HOST:PORT at which messages are taken"))] = LISTEN,
    a_minute: Annotated[
        int, typer.Option("--a-minute", min=1, help=_("Most messages that one address may hand in within a minute"))
    ] = 3_000,
    waiting: Annotated[int, typer.Option("--waiting", min=1, help=_("Most messages of one signer that may wait"))] = 32,
    log: Log = LogForm.CONSOLE,
) -> None:
    """Take signed messages in by HTTP and queue them; it needs no key. Put a reverse proxy with TLS before it."""
    from prometheus_client import CollectorRegistry

    from dongne.relay import Intake, IntakeMetrics, Queue, Quotas, every_kind
    from dongne.relay.api import application
    from dongne.relay.serving import serve as serve_until_stopped

    log_to(form=log)
    quotas = Quotas(a_minute=a_minute, waiting=waiting)
    now = _now(session)
    kinds = every_kind(session.client, now, session.zone)
    intake = Intake(session.chain, Queue(session.store), kinds, quotas, now, session.zone)
    application_ = application(intake, IntakeMetrics(CollectorRegistry()), logger("relay"))
    log_ = logger("relay")
    serve_until_stopped(application_, listen, lambda address, _stop: log_.info("listening", address=address))


@command(app, sends=True, by_safe=False, epilog=_("Example: dongne relay work --metrics 127.0.0.1:9465 --log json"))
def work(
    session: Session,
    until_idle: Annotated[
        bool, typer.Option("--until-idle", help=_("Stop once nothing waits and all that was sent is final"))
    ] = False,
    age: Annotated[
        float,
        typer.Option("--age", min=0, max=60, help=_("Seconds after which a transaction is sent that is not full")),
    ] = 1.0,
    give_up: Annotated[
        float | None, typer.Option("--give-up", min=0, help=_("Stop after so many seconds of failures"))
    ] = None,
    metrics: Annotated[str, typer.Option("--metrics", help=_("HOST:PORT at which Prometheus reads figures"))] = "",
    log: Log = LogForm.CONSOLE,
) -> None:
    """Carry queued messages to the chain with the sender's key; on PostgreSQL several may work, each with its own."""
    from prometheus_client import CollectorRegistry

    from dongne.relay import Pace, Queue, RelayMetrics, Worker, every_kind
    from dongne.relay.worker import FOR_GOOD
    from dongne.sending.metrics import SenderMetrics

    log_to(form=log)
    figures, queue, now = RelayMetrics(CollectorRegistry()), Queue(session.store), _now(session)
    sent = SenderMetrics(figures.registry).listener(logger("sender"))
    with metrics_served(metrics, figures.registry), stopped_by_signals() as stop:
        worker = Worker(
            session.key_sender(sent),
            queue,
            every_kind(session.client, now, session.zone),
            pace=Pace(age_seconds=age),
            metrics=figures,
            log=logger("relay"),
            stop=stop,
            now=now,
            zone=session.zone,
        )
        worker.run(until_idle=until_idle, give_up_seconds=FOR_GOOD if give_up is None else give_up)
    _show(session)


@command(app, epilog=_("Example: dongne relay status"))
def status(session: Session) -> None:
    """Show how many messages of each kind are in which state."""
    _show(session)


@command(app, epilog=_("Example: dongne relay release 0x70997970C51812dc3A010C7d01b50e0d17dc79C8"))
def release(
    session: Session,
    worker: Annotated[str, typer.Argument(metavar="ADDRESS", help=_("Whose transactions are given up"))],
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask first"))] = False,
) -> None:
    """Queue again what a worker has taken that will not come back: its machine, or its outbox, is lost.

    What it did send takes effect at most once all the same: the contracts see to that.
    """
    from dongne.relay import Queue

    queue, address = Queue(session.store), address_of(worker)
    open_ = queue.open(address)
    if not yes:
        session.confirm(
            _("Give up what {worker} has under way ({count} transactions)?"), worker=address, count=len(open_)
        )
    count = queue.give_back(each.id for each in open_)
    done = _("{count:,} messages are queued again.")
    session.show({"worker": address, "messages": count}, lambda: session.text(done, count=count))


def _now(session: Session) -> Callable[[], int]:
    """Unix seconds by which deadlines count: the chain's clock, or ours where no block was made for a while."""
    return lambda: max(session.chain.timestamp(), int(time()))


def _show(session: Session) -> None:
    from dongne.relay import Queue

    counts = Queue(session.store).counts()
    data = [each.as_json() for each in counts]
    columns = (_("kind"), _("state"), _("messages"), _("seconds since the first"))
    rows = [(each.kind, Message(STATES[each.state]), each.messages, each.seconds) for each in counts]
    session.show(data, lambda: session.table(session.text(_("Relayer")), columns, rows) if rows else _empty(session))


def _empty(session: Session) -> Any:
    return session.facts(session.text(_("Relayer")), Fact(_("messages"), 0))


STATES = {
    "queued": _("queued"),
    "sent": _("sent"),
    "mined": _("mined"),
    "final": _("final"),
    "refused": _("refused"),
}
"""What the states are called."""
