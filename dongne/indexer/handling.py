"""How a log becomes rows: a handler for each event, a plain function of the event's values.

    @on(Transfer, reads=(Reads(Account, "from_"), Reads(Account, "to")))
    def transfer(draft: Draft, at: At, from_: bytes, to: bytes, value: int) -> None:
        ...

The parameters behind `at` are the event's, in its order. `reads` says which rows it will look at or change, so that
those of a whole span are read at once; a row that is not named is read when it is needed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import itemgetter
from types import ModuleType
from typing import Any, NamedTuple

from dongne.events import Event
from dongne.store.rows import Row


class Call(NamedTuple):
    """What a transaction calls; `to` is empty where it creates a contract."""

    to: bytes
    selector: bytes


class At(NamedTuple):
    """Where on the chain a log is, in its order.

    Attributes:
        time: of the block, in Unix seconds.
        transaction: its hash.
        contract: that wrote the log.
        call: what the transaction calls, where the handler traces it.
    """

    block: int
    log: int
    time: int
    transaction: bytes
    contract: bytes = b""
    call: Call | None = None


@dataclass(frozen=True, slots=True)
class Reads:
    """Rows whose key is in the event's values of these names."""

    row: type[Row]
    parameters: tuple[str, ...]

    def __init__(self, row: type[Row], *parameters: str) -> None:
        object.__setattr__(self, "row", row)
        object.__setattr__(self, "parameters", parameters)


@dataclass(frozen=True, slots=True)
class Handler:
    """What is done with one event.

    Attributes:
        event: which.
        function: takes the draft, the place and the event's values.
        reads: rows that it needs.
        traces: whether it asks what the transaction of a log calls, by the log's data in hexadecimal digits.
    """

    event: type[Event]
    function: Callable[..., None]
    reads: tuple[Reads, ...]
    traces: Callable[[str], bool] | None = None

    def row_keys(self) -> list[tuple[type[Row], Callable[[tuple[Any, ...]], Any]]]:
        """For each kind of row that it needs, how its key is taken from the event's values."""
        places = {name: place for place, name in enumerate(self.event.parameters())}
        return [(each.row, itemgetter(*(places[name] for name in each.parameters))) for each in self.reads]


def on(
    event: type[Event], reads: Iterable[Reads] = (), traces: Callable[[str], bool] | None = None
) -> Callable[[Callable[..., None]], Handler]:
    """Makes a function the handler of an event."""
    return lambda function: Handler(event, function, tuple(reads), traces)


def handlers_of(module: ModuleType) -> list[Handler]:
    """The handlers that a module defines."""
    return [found for found in vars(module).values() if isinstance(found, Handler)]
