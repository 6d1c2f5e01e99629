"""Who sends a command's transactions: a key through its outbox, nobody (a rehearsal), or a Safe by a file."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import time
from typing import Protocol

from eth_typing import ChecksumAddress
from web3.types import TxReceipt

from dongne.access import CityAccess, is_restricted
from dongne.book import write_whole
from dongne.chain import Call
from dongne.errors import ExitCode, InputError, Interrupted, SettingError
from dongne.language import _
from dongne.sending import Delivery, Sender

SAFE_FILE = Path("safe.json")

TRANSACTION_BUILDER = "1.18.0"
"""Version of Safe's app whose files these are."""


class Executor(Protocol):
    """Carries out calls."""

    @property
    def address(self) -> ChecksumAddress:
        """Whom the contract sees as the caller."""

    def settle(self) -> None:
        """Deal with what a former run left under way, before deciding what is still to be sent."""

    def deliver(self, call: Call) -> TxReceipt | None:
        """Carry a call out; None where it was only rehearsed or written to a file."""

    def deliver_all(self, calls: Iterable[Call]) -> Iterator[Delivery[Call]]:
        """Carry many calls out, several at once; gives what became of each, in their order."""

    def finalize(self) -> None:
        """Wait until everything that was carried out is final."""


@dataclass(eq=False)
class NotReady(InputError):
    """A delay is not over."""

    exit_code = ExitCode.LATER
    template = _("It is announced already and can be carried out from {time} on. Run the same command again then.")
    time: str


@dataclass(slots=True)
class Announcing:
    """Announces what a delay of the sender's role demands; the same call carries it out once the delay is over.

    Attributes:
        sender: who carries calls out.
        access: who knows the delays.
        names: of the suite's contracts, by address.
        note: says something to the user.
        time: Unix seconds as the city's clocks show them.
    """

    sender: Executor
    access: CityAccess
    names: Mapping[str, str]
    note: Callable[..., None]
    time: Callable[[int], str]

    @property
    def address(self) -> ChecksumAddress:
        """Whom the contract sees as the caller."""
        return self.sender.address

    def settle(self) -> None:
        """Deal with what a former run left under way."""
        self.sender.settle()

    def deliver(self, call: Call) -> TxReceipt | None:
        """Carry a call out; None where it was only announced, rehearsed or written to a file.

        Raises:
            NotReady: it is announced, and the delay is not over.
        """
        if not self._is_restricted(call) or not self.access.delay(self.address, call):
            return self.sender.deliver(call)
        ready = self.access.ready_at(self.address, call)
        if ready > self.access.chain.timestamp():
            raise NotReady(self.time(ready))
        if ready:
            return self.sender.deliver(call)
        self._announce(call)
        return None

    def deliver_all(self, calls: Iterable[Call]) -> Iterator[Delivery[Call]]:
        """Carry calls of one kind out; those whose role has a delay, one by one."""
        source = iter(calls)
        for first in source:
            if not self._is_restricted(first) or not self.access.delay(self.address, first):
                yield from self.sender.deliver_all(_Again(first, source))
                return
            yield Delivery(first, self.deliver(first))

    def finalize(self) -> None:
        """Wait until everything that was carried out is final."""
        self.sender.finalize()

    def _is_restricted(self, call: Call) -> bool:
        return is_restricted(self.names.get(str(call.to), ""), call.calldata)

    def _announce(self, call: Call) -> None:
        if self.sender.deliver(self.access.schedule(call)):
            ready = self.time(self.access.ready_at(self.address, call))
            self.note(
                _("{title}: announced. Run the same command again from {time} on, within a week."),
                title=call.title,
                time=ready,
            )


@dataclass(slots=True)
class _Again(Iterator[Call]):
    """Calls with the first of them before the others; what ends for now may go on, as it may without it."""

    first: Call | None
    others: Iterator[Call]

    def __next__(self) -> Call:
        first, self.first = self.first, None
        return next(self.others) if first is None else first


@dataclass(slots=True)
class KeySender:
    """Sends with a key, through its outbox."""

    sender: Sender
    note: Callable[..., None]
    ended: Callable[[], None] = lambda: None

    @property
    def address(self) -> ChecksumAddress:
        """The key's address."""
        return self.sender.address

    def settle(self) -> None:
        """Wait for what a former run left under way."""
        with self._interruptible():
            self.sender.settle()

    def deliver(self, call: Call) -> TxReceipt | None:
        """Send and wait."""
        with self._interruptible():
            return self.sender.deliver(call)

    def deliver_all(self, calls: Iterable[Call]) -> Iterator[Delivery[Call]]:
        """Send a window of them at once."""
        with self._interruptible():
            yield from self.sender.deliver_all(calls)

    def finalize(self) -> None:
        """Wait until everything that was sent is final; says so, once, if that takes a while."""
        said = list[int]()

        def waiting(blocks: int) -> None:
            if not said:
                self.note(_("Sent and mined; waiting {blocks} blocks until it is final."), blocks=blocks)
            said.append(blocks)

        self.sender.finalize(waiting)

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        """Ctrl-C says what is under way."""
        try:
            yield
        except KeyboardInterrupt:
            if under_way := self.sender.under_way():
                raise Interrupted(tuple(under_way)) from None
            raise
        finally:
            self.ended()


@dataclass(slots=True)
class Rehearsal:
    """Asks the node what would become of each call; sends nothing (--dry-run)."""

    address: ChecksumAddress
    show: Callable[[Call, int], None]

    def settle(self) -> None:
        """Nothing is under way."""

    def deliver(self, call: Call) -> TxReceipt | None:
        """Simulate the call; show what it would do, and the gas that it would take."""
        self.show(call, call.simulate(self.address))
        return None

    def deliver_all(self, calls: Iterable[Call]) -> Iterator[Delivery[Call]]:
        """Simulate each, on the state of now."""
        return (Delivery(call, self.deliver(call)) for call in calls)

    def finalize(self) -> None:
        """Nothing was sent."""


@dataclass(slots=True)
class SafeFile:
    """Writes calls to a file for a Safe's Transaction Builder; the Safe's owners sign and send them."""

    address: ChecksumAddress
    chain_id: int
    file: Path
    note: Callable[..., None]
    calls: list[Call] = field(default_factory=list)

    def settle(self) -> None:
        """Nothing is under way."""

    def deliver(self, call: Call) -> TxReceipt | None:
        """Make sure that the Safe could carry the call out now, and add it to the file."""
        call.simulate(self.address)
        if not self.calls:
            _refuse_file_there(self.file)
        self.calls.append(call)
        write_whole(self.file, json.dumps(self.as_json(), indent=2) + "\n")
        self.note(
            _("{title} written to {file}; load it in the Safe's Transaction Builder"), title=call.title, file=self.file
        )
        return None

    def deliver_all(self, calls: Iterable[Call]) -> Iterator[Delivery[Call]]:
        """Add each to the file."""
        return (Delivery(call, self.deliver(call)) for call in calls)

    def finalize(self) -> None:
        """Nothing was sent."""

    def as_json(self) -> dict[str, object]:
        """The batch as the Transaction Builder reads it."""
        transactions = [
            {
                "to": call.to,
                "value": "0",
                "data": "0x" + call.calldata.hex(),
                "contractMethod": None,
                "contractInputsValues": None,
            }
            for call in self.calls
        ]
        meta = {
            "name": "Dongne",
            "description": ", ".join(call.title for call in self.calls),
            "txBuilderVersion": TRANSACTION_BUILDER,
            "createdFromSafeAddress": self.address,
            "createdFromOwnerAddress": "",
        }
        return {
            "version": "1.0",
            "chainId": str(self.chain_id),
            "createdAt": int(time() * 1000),
            "meta": meta,
            "transactions": transactions,
        }


@dataclass(eq=False)
class SafeFileExists(SettingError):
    """Where a Safe's file should go is another file already."""

    template = _(
        "{file} exists already; it may hold calls that the Safe has not carried out. Nothing was written. "
        "Move it away, or name another file with --safe-file."
    )
    file: Path


def _refuse_file_there(file: Path) -> None:
    if file.exists():
        raise SafeFileExists(file)
