"""A PostgreSQL server of one's own as a child process: for tests and measurements, gone when the block ends."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

from dongne.errors import SettingError
from dongne.language import _

STARTING_SECONDS = 120
"""How long a start may take: it is a second on an idle machine, and much more on a busy one."""

USER = "dongne"

_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/bin")
_UNPRIVILEGED = "postgres"
_FAST = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "listen_addresses=", "-c", "max_connections=50")
"""Survives what these tests do to the process; only a power cut would hurt."""


@dataclass(eq=False)
class PostgresqlMissing(SettingError):
    """No PostgreSQL server is installed where it is looked for."""

    template = _(
        "There is no PostgreSQL server on this machine ({place}). Install one, such as Debian's package postgresql; "
        "nothing needs to be configured or started."
    )
    place: str


@dataclass(eq=False)
class PostgresqlStopped(SettingError):
    """The server ended before it answered."""

    template = _("PostgreSQL stopped while it was starting: {output}")
    output: str


@dataclass
class Server:
    """A running server.

    Attributes:
        folder: its files, and its socket.
    """

    folder: Path
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _process: "subprocess.Popen[bytes] | None" = None

    def database(self) -> str:
        """The address of a new, empty database."""
        name = f"test_{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql://{USER}@/{name}?host={self.folder}"

    def connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        """A connection to the server, outside of the tests' databases."""
        return psycopg.connect(host=str(self.folder), user=USER, dbname="postgres", autocommit=True)

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            PostgresqlStopped: it ended at once.
        """
        log = self.folder / "log"
        command = [str(program_folder() / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder), *_FAST]
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                _unprivileged(command), stdout=output, stderr=output, stdin=subprocess.DEVNULL, cwd="/"
            )
        until = time.monotonic() + STARTING_SECONDS
        while True:
            with suppress(psycopg.OperationalError):
                self.connect().close()
                return
            if self._process.poll() is not None or time.monotonic() > until:
                raise PostgresqlStopped(log.read_text(errors="replace").strip())
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT ends its connections, SIGQUIT is a crash of the server."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait()
            self._process = None


@contextmanager
def postgresql() -> Iterator[Server]:
    """A server with an empty cluster, on a socket in a folder of its own.

    Raises:
        PostgresqlMissing: no server is installed.
        PostgresqlStopped: it does not start.
    """
    programs = program_folder()
    folder = Path(tempfile.mkdtemp(prefix="dongne-pg-", dir="/tmp"))  # a socket's path must be short
    server = Server(folder)
    try:
        _hand_over(folder)
        initdb = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", USER, "-A", "trust", "-N", "-E", "UTF8"]
        made = subprocess.run(_unprivileged([*initdb, "--locale", "C.UTF-8"]), capture_output=True, text=True, cwd="/")
        if made.returncode:
            raise PostgresqlStopped(made.stderr.strip())
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def program_folder() -> Path:
    """The folder of the newest server's programs."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    for pattern in _PLACES:
        folders += sorted(Path("/").glob(pattern[1:]), key=_version, reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise PostgresqlMissing(", ".join(_PLACES))


def _version(folder: Path) -> int:
    digits = "".join(filter(str.isdigit, folder.parent.name))
    return int(digits) if digits else 0


def _unprivileged(command: Sequence[str]) -> list[str]:
    """PostgreSQL refuses to run as root: then as the user that its package made, else as nobody."""
    if os.geteuid() != 0:
        return list(command)
    user = _servant()
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--", *command]


def _servant() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(_UNPRIVILEGED)
    except KeyError:
        return pwd.getpwnam("nobody")


def _hand_over(folder: Path) -> None:
    if os.geteuid() == 0:
        os.chown(folder, _servant().pw_uid, _servant().pw_gid)
