"""Carries queued messages to the chain: takes what may share a transaction, sends it, and notes what became of it.

Whatever stops a worker, the next run with its key goes on: a transaction is written down here before the sender writes
down its bytes, and its outcome is kept here before the sender forgets it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Event
from time import monotonic
from typing import Any

from eth_typing import ChecksumAddress
from hexbytes import HexBytes
from web3.types import TxReceipt

from dongne.errors import ChainError, ContractRefused, InputError, OutboxBusy, OutboxNotReadable, WrongChain
from dongne.language import Moment, Readable
from dongne.receipts import receipt_of
from dongne.relay.errors import Expired
from dongne.relay.kinds import Item, Kind
from dongne.relay.metrics import RelayMetrics
from dongne.relay.queue import Carrier, Queue
from dongne.relay.turns import out_of_turn
from dongne.rpc import patiently
from dongne.sending import Delivery, Sender
from dongne.store.errors import StoreFailed, StoreFull, StoreUnreachable
from dongne.store.relay import QueuedMessage, State
from dongne.telemetry import failures_heard

FOR_GOOD = float("inf")

LOOK_AHEAD = 3
"""Messages that are looked at for one transaction, as a multiple of what it holds: other workers may take some."""


BALANCE_SECONDS = 60
"""Between two looks at what the key has for gas."""


class _Broken(Exception):
    """What no patience mends."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a worker waits for what.

    Attributes:
        age_seconds: a transaction that is not full is sent when its first message has waited for so long.
        poll_seconds: between two looks into an empty queue.
        final_seconds: between two looks at what is mined and not final.
    """

    age_seconds: float = 1.0
    poll_seconds: float = 0.2
    final_seconds: float = 2.0


class Worker:
    """Works off the queue with one key; several may work on one queue in PostgreSQL, each with a key of its own.

    Args:
        sender: with its outbox in a file, so that it resumes.
        queue: of the relayer.
        kinds: of messages that are carried.
        pace: how long it waits for what.
        metrics: hears what it does.
        log: gets a line for every transaction, and for what fails.
        stop: ends the work: what is under way is waited for, nothing else is taken.
        now: Unix seconds by which deadlines count.
        zone: time zone of the city, for messages.
    """

    def __init__(
        self,
        sender: Sender,
        queue: Queue,
        kinds: Iterable[Kind],
        *,
        pace: Pace,
        metrics: RelayMetrics,
        log: Any,
        stop: Event,
        now: Callable[[], int],
        zone: str,
    ) -> None:
        self._sender, self._queue = sender, queue
        self._kinds = {kind.NAME: kind for kind in kinds}
        self._pace, self._metrics, self._log, self._stop = pace, metrics, log, stop
        self._now, self._zone = now, zone
        self._items: dict[bytes, Item] = {}
        self._settled, self._looked, self._weighed = False, 0.0, 0.0

    @property
    def address(self) -> ChecksumAddress:
        """Whose transactions it sends."""
        return self._sender.address

    def run(self, *, until_idle: bool = False, give_up_seconds: float = FOR_GOOD) -> None:
        """Work until stopped.

        Args:
            until_idle: return as soon as nothing is queued, and all that was sent is final.
            give_up_seconds: after so many seconds of failures the last one is raised.

        Raises:
            OutboxBusy: another process works with this key.
            SettingError, ChainError: what needs a person.
        """
        self._log.info("working", address=self.address)
        heard = failures_heard(self._metrics, self._log)
        tries = patiently(
            give_up_seconds, passing=_MAY_PASS, pause=self._stop.wait, heard=heard, until=self._stop.is_set
        )
        while not self._stop.is_set():
            try:
                busy = tries(self._round)
            except _Broken as broken:
                raise broken.__cause__ or broken from None
            if until_idle and not busy:
                return
            self._stop.wait(self._pace.poll_seconds)

    def _round(self) -> bool:
        """One turn; returns whether there was, or still is, anything to do."""
        try:
            self._look_at_balance()
            if not self._settled:
                self._resume()
            carried = self._carry()
            return carried or self._look_at_mined() or bool(self._queue.lanes())
        except (OutboxBusy, OutboxNotReadable, WrongChain) as error:
            raise _Broken from error
        except Exception:
            self._settled = False
            raise

    def _look_at_balance(self) -> None:
        if self._weighed and monotonic() - self._weighed < BALANCE_SECONDS:
            return
        nodes = self._sender.nodes
        held = nodes.ask("eth_getBalance", self.address, "latest")
        with nodes.sense():
            self._metrics.holds(int(held, 16))
        self._weighed = monotonic()

    def _resume(self) -> None:
        """Deal with what a former run, or a failed turn, left."""
        for done in self._sender.resume(self._queue.open(self.address)):
            self._note(done)
        self._sender.settle()
        left = self._queue.open(self.address)
        if left:
            count = self._queue.give_back(carrier.id for carrier in left)
            self._log.warning("never sent, queued again", transactions=len(left), messages=count)
        self._settled = True

    def _carry(self) -> bool:
        """Send what is due, as long as there is something; returns whether there was."""
        carried = False
        for done in self._sender.deliver_all(_Feed(self)):
            carried = True
            self._note(done)
        return carried

    def next_carrier(self) -> Carrier | None:
        """A transaction of what is due now, written down; None where nothing is."""
        if self._stop.is_set():
            return None
        for name, lane, count, seconds in self._queue.lanes():
            kind = self._kinds.get(name)
            if kind is None or (count < kind.most(lane) and seconds < self._pace.age_seconds):
                continue
            while rows := self._queue.candidates(lane, LOOK_AHEAD * kind.most(lane)):
                items = self._fit_to_send(kind, rows)
                if items and (carrier := self._queue.take(kind, items, self.address)):
                    return carrier
                if items:  # another worker has taken them
                    break
        return None

    def _fit_to_send(self, kind: Kind, rows: Sequence[QueuedMessage]) -> list[Item]:
        """Messages that the contract would take by now; the others are refused."""
        refused, items, now = dict[bytes, Readable](), list[Item](), self._now()
        for row in rows:
            try:
                item = self._items.get(row.id) or kind.read(row.content)
                if item.deadline < now:
                    raise Expired(Moment(item.deadline, self._zone))
                items.append(self._items.setdefault(row.id, item))
            except InputError as error:
                refused[row.id] = error.message
        if kind.IN_TURN:
            refused |= self._out_of_turn(kind, items)
        if items:
            refused |= kind.spoilt([item for item in items if item.id not in refused])
        fit = [item for item in items if item.id not in refused]
        if fit and (kind.most(fit[0].lane) == 1 or any(row.alone for row in rows if row.id == fit[0].id)):
            tried = self._tried(kind, fit[0])
            refused |= tried
            fit = [] if tried else fit[:1]
        self._queue.refuse(refused)
        self._metrics.refused(kind.NAME, len(refused))
        for id_ in refused:
            self._items.pop(id_, None)
        return fit

    def _tried(self, kind: Kind, item: Item) -> Mapping[bytes, Readable]:
        """Whether a message that gets a transaction of its own would pass now."""
        call = kind.probe(item)
        if call is not None:
            try:
                call.simulate(self.address)
            except ContractRefused as refused:
                return {item.id: refused.message}
        return {}

    def _out_of_turn(self, kind: Kind, items: Sequence[Item]) -> dict[bytes, Readable]:
        signers = list(dict.fromkeys(item.signer for item in items))
        under_way: dict[bytes, set[int]] = {}
        for row in self._queue.waiting(signers):  # before the chain is asked: what is mined meanwhile counts once
            if row.kind == kind.NAME and row.state == State.SENT:
                under_way.setdefault(row.signer, set()).add(row.sequence)
        next_, refused = kind.next_of(signers), dict[bytes, Readable]()
        for item in sorted(items, key=lambda item: item.sequence):
            there = under_way.setdefault(bytes.fromhex(item.signer[2:]), set())
            if error := out_of_turn(item, next_[item.signer], there):
                refused[item.id] = error.message
            else:
                there.add(item.sequence)
        return refused

    def _note(self, done: Delivery[Carrier]) -> None:
        """Keep what became of a transaction."""
        carrier, receipt = done.order, done.receipt
        assert receipt is not None
        if done.refusal is not None:
            self._reverted(carrier, done.refusal)
            return
        count, refused = self._keep(carrier.id, receipt, final=False)
        self._metrics.carried(count, refused, receipt["gasUsed"])
        transaction = receipt["transactionHash"].to_0x_hex()
        self._log.info("mined", transaction=transaction, block=receipt["blockNumber"], messages=count, refused=refused)

    def _keep(self, batch: str, receipt: TxReceipt, *, final: bool) -> tuple[int, int]:
        """Note the outcome of each message of a transaction that passed; returns how many, and how many refused."""
        rows = self._queue.carried(batch)
        reasons: dict[bytes, Readable] = {}
        if rows:
            kind = self._kinds[rows[0].kind]
            items = [self._items.get(row.id) or kind.read(row.content) for row in rows]
            reasons = dict(kind.refusals(items, receipt))
        self._queue.outcome(batch, reasons, bytes(receipt["transactionHash"]), receipt["blockNumber"], final=final)
        if final:
            for row in rows:
                self._items.pop(row.id, None)
        return len(rows), len(reasons)

    def _reverted(self, carrier: Carrier, refusal: ContractRefused) -> None:
        """Nothing of a transaction took effect: its messages are sent one by one, so that one spoils no other."""
        if len(carrier.ids) == 1:
            self._queue.refuse_all(carrier.id, refusal.message)
            self._log.info("refused", reason=str(refusal))
            return
        self._queue.give_back([carrier.id], alone=True)
        self._log.warning("reverted, sent one by one", reason=str(refusal), messages=len(carrier.ids))

    def _look_at_mined(self) -> bool:
        """Note what is final by now, and what the chain took back; returns whether anything is still not final."""
        batches = self._queue.mined(self.address)
        if not batches or monotonic() - self._looked < self._pace.final_seconds:
            return bool(batches)
        self._looked = monotonic()
        final = self._sender.final_block()
        kept = {entry.call: entry.hashes for entry in self._sender.outbox.entries()}
        hashes = {
            batch.id: tuple(dict.fromkeys((*kept.get(batch.id, ()), HexBytes(batch.hash or b"").to_0x_hex())))
            for batch in batches
        }
        receipts = self._receipts({each for some in hashes.values() for each in some})
        for batch in batches:
            receipt = next((receipts[each] for each in hashes[batch.id] if each in receipts), None)
            if receipt is None:
                if batch.id not in kept:
                    self._queue.give_back([batch.id])
                    self._log.warning("taken back by the chain, queued again", transaction=hashes[batch.id][0])
            elif receipt["status"] != 1:
                self._queue.give_back([batch.id], alone=True)
            elif receipt["blockNumber"] <= final or receipt["blockNumber"] != batch.block:
                self._keep(batch.id, receipt, final=receipt["blockNumber"] <= final)
        return bool(self._queue.mined(self.address))

    def _receipts(self, hashes: Iterable[str]) -> dict[str, TxReceipt]:
        """Receipts of those transactions that a block holds: of all versions of one, at most one is."""
        nodes, asked = self._sender.nodes, list(hashes)
        answers = nodes.batch([("eth_getTransactionReceipt", [each]) for each in asked])
        with nodes.sense():
            return {each: receipt_of(answer) for each, answer in zip(asked, answers, strict=True) if answer}


_MAY_PASS = (ChainError, StoreFailed, StoreFull, StoreUnreachable)
"""What may be better a moment later; whatever was under way is resumed first."""


class _Feed(Iterator[Carrier]):
    """Transactions as they become due; ends when nothing is due now, and may go on when it is asked again."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def __next__(self) -> Carrier:
        carrier = self._worker.next_carrier()
        if carrier is None:
            raise StopIteration
        return carrier
