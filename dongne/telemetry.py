"""What a service that runs for days tells its keepers: lines of a log (structlog) and figures (Prometheus)."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from time import monotonic
from typing import Any, Protocol, TextIO

import structlog
from prometheus_client import CollectorRegistry, start_http_server, write_to_textfile
from tenacity import RetryCallState

from dongne.errors import SettingError
from dongne.language import _


class LogForm(StrEnum):
    """How lines of the log are written: for people, or for machines, one JSON object a line."""

    CONSOLE = "console"
    JSON = "json"


@dataclass(eq=False)
class MetricsAddressNotValid(SettingError):
    """Figures cannot be served at that address."""

    template = _("Figures cannot be served at {address!r} ({cause}). Give HOST:PORT, such as 127.0.0.1:9464.")
    address: str
    cause: str


def log_to(stream: TextIO | None = None, form: LogForm = LogForm.CONSOLE, *, only_warnings: bool = False) -> None:
    """Decide once where the log goes; standard error where nothing else is said."""
    shown: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if form is LogForm.CONSOLE:
        shown = structlog.dev.ConsoleRenderer(colors=(stream or sys.stderr).isatty())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            shown,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if only_warnings else logging.INFO),
        # Standard error as it is when a line is written: a test's, or one that was redirected since.
        logger_factory=lambda *_names: structlog.PrintLogger(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )


def logger(service: str) -> Any:
    """A logger whose lines name the service: `log.info("span", block=12)`. Never give it a key or a node's address."""
    return structlog.get_logger(service=service)


class Failures(Protocol):
    """Figures of a service that counts what fails."""

    def failed(self, error: BaseException) -> None:
        """Something failed and will be tried again."""


def failures_heard(metrics: Failures, log: Any) -> Callable[[RetryCallState], None]:
    """What tenacity tells of every failure before it tries again: counted, and a line of the log."""

    def heard(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        if error is not None:
            metrics.failed(error)
            log.warning("failed", error=type(error).__name__, reason=str(error), attempt=state.attempt_number)

    return heard


@dataclass(eq=False)
class MetricsFileNotWritable(SettingError):
    """Figures cannot be written to that file."""

    template = _("Figures cannot be written to {file} ({cause}). Nothing was sent. Correct DONGNE_METRICS_FILE.")
    file: Path
    cause: str


class MetricsFile:
    """Figures of a command that ends, for the textfile collector of node_exporter; replaced as a whole each time.

    Args:
        file: in the collector's folder; its name ends with .prom.
        registry: of the figures.

    Raises:
        MetricsFileNotWritable: the folder takes no file.
    """

    SECONDS = 1.0
    """Between two versions of the file."""

    def __init__(self, file: Path, registry: CollectorRegistry) -> None:
        self._file, self._registry, self._written = file, registry, 0.0
        try:
            write_to_textfile(str(file), registry)
        except OSError as error:
            raise MetricsFileNotWritable(file, error.strerror or str(error)) from error

    def changed(self) -> None:
        """Write the figures, unless that was done a moment ago."""
        if monotonic() - self._written >= self.SECONDS:
            self.write()

    def write(self) -> None:
        """Write the figures. A disk that is full by now stops no transaction; the file's age shows it."""
        self._written = monotonic()
        with suppress(OSError):
            write_to_textfile(str(self._file), self._registry)


@contextmanager
def metrics_served(address: str, registry: CollectorRegistry) -> Iterator[str]:
    """Serve figures at HOST:PORT while the block runs; an empty address serves none. Gives the page's address.

    Raises:
        MetricsAddressNotValid: it is no such address, or something else listens there.
    """
    if not address:
        yield ""
        return
    host, _colon, port = address.rpartition(":")
    try:
        server, thread = start_http_server(int(port), host or "127.0.0.1", registry)
    except (OSError, ValueError, OverflowError) as error:
        raise MetricsAddressNotValid(address, str(error)) from error
    try:
        yield f"http://{host or '127.0.0.1'}:{server.server_port}/metrics"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
