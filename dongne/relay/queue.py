"""The queue of signed messages: in the store, so that nothing handed in is lost, whatever stops whom.

Each method is one transaction of the database. A message goes QUEUED -> SENT -> MINED -> FINAL, or to REFUSED; it goes
back to QUEUED where its transaction turns out never to have been sent, or the chain took it back.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import time
from typing import Any

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address
from sqlalchemy import Connection, Select, Table, and_, bindparam, delete, func, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from dongne.language import Readable
from dongne.parts import parts
from dongne.relay.errors import QuotaReached
from dongne.relay.kinds import Item, Kind, Reasons, fitting
from dongne.results import LANGUAGES
from dongne.sending import identity
from dongne.store.bulk import select as select_by_key
from dongne.store.bulk import upsert
from dongne.store.database import Store
from dongne.store.relay import Batch, ClientMinute, QueuedMessage, Standing, State

_MESSAGES, _BATCHES, _CLIENTS = QueuedMessage.table, Batch.table, ClientMinute.table
_WAITING = (State.QUEUED, State.SENT)
_AT_ONCE = 500
_HOUR = 60


@dataclass(frozen=True, slots=True)
class Carrier:
    """A transaction that carries messages: an `Order` of the sender.

    Attributes:
        id: as in the table.
        to, calldata, title, gas: as of `Order`.
        ids: of the messages that it carries, in order.
    """

    id: str
    to: ChecksumAddress
    calldata: bytes
    title: str
    gas: int
    ids: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many messages of a kind are in a state, and how long the first of them has been there.

    Attributes:
        seconds: since it was handed in.
    """

    kind: str
    state: State
    messages: int
    seconds: int

    def as_json(self) -> dict[str, object]:
        """For machines."""
        return {"kind": self.kind, "state": self.state, "messages": self.messages, "oldest_seconds": self.seconds}


class Queue:
    """The relayer's tables in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def answers(self) -> None:
        """See whether the store answers.

        Raises:
            StoreError: it does not.
        """
        with self._store.reading() as connection:
            connection.execute(select(literal(1)))

    # Handing in

    def find(self, ids: Iterable[bytes]) -> dict[bytes, QueuedMessage]:
        """The messages with these ids, as far as there are such."""
        with self._store.reading() as connection:
            return {each.id: each for each in _by_id(connection, ids)}

    def waiting(self, signers: Iterable[ChecksumAddress]) -> list[QueuedMessage]:
        """What is queued or sent of these signers."""
        with self._store.reading() as connection:
            return _waiting(connection, {_bytes(signer) for signer in signers})

    def add(self, items: Iterable[Item]) -> None:
        """Queue messages; one that was refused before is queued anew, any other that is there stays as it is."""
        received = _milliseconds()
        rows = [
            {
                "id": item.id,
                "kind": item.kind,
                "lane": item.lane,
                "signer": _bytes(item.signer),
                "sequence": item.sequence,
                "deadline": item.deadline,
                "content": item.content,
                "state": State.QUEUED.value,
                "reason": None,
                "received": received,
                "alone": 0,
                "batch": None,
                "place": None,
            }
            for item in items
        ]
        if rows:
            with self._store.writing() as connection:
                added = _inserting(connection, _MESSAGES)
                again = {name: added.excluded[name] for name in rows[0] if name != "id"}
                refused = _MESSAGES.c.state == State.REFUSED
                connection.execute(added.on_conflict_do_update(index_elements=["id"], set_=again, where=refused), rows)

    def count_client(self, client: str, messages: int, most: int) -> None:
        """Count what an address hands in within a minute.

        Raises:
            QuotaReached: it is more than `most`; nothing was counted.
        """
        seconds = int(time())
        minute = seconds // 60
        with self._store.writing() as connection:
            connection.execute(delete(_CLIENTS).where(_CLIENTS.c.minute < minute - _HOUR))
            added = _inserting(connection, _CLIENTS).values(client=client, minute=minute, messages=messages)
            more = {"messages": _CLIENTS.c.messages + messages}
            counted = added.on_conflict_do_update(index_elements=["client", "minute"], set_=more)
            if connection.execute(counted.returning(_CLIENTS.c.messages)).scalar_one() > most:
                raise QuotaReached(most, 60 - seconds % 60)

    # Carrying

    def lanes(self) -> list[tuple[str, str, int, float]]:
        """Lanes with queued messages: kind, lane, how many, and for how many seconds the first has waited."""
        queued = _MESSAGES.c.state == State.QUEUED
        columns = (_MESSAGES.c.kind, _MESSAGES.c.lane)
        found = select(*columns, func.count(), func.min(_MESSAGES.c.received)).where(queued).group_by(*columns)
        now = _milliseconds()
        with self._store.reading() as connection:
            rows = connection.execute(found.order_by(func.min(_MESSAGES.c.received))).all()
        return [(kind, lane, int(count), (now - int(first)) / 1000) for kind, lane, count, first in rows]

    def candidates(self, lane: str, most: int) -> list[QueuedMessage]:
        """Queued messages of a lane, the longest waiting first."""
        with self._store.reading() as connection:
            return _messages(connection, _queued(lane).limit(most))

    def refuse(self, reasons: Reasons) -> None:
        """Refuse messages that are still queued."""
        if not reasons:
            return
        with self._store.writing() as connection:
            for id_, reason in reasons.items():
                queued = and_(_MESSAGES.c.id == id_, _MESSAGES.c.state == State.QUEUED)
                connection.execute(_refused(reason).where(queued))

    def take(self, kind: Kind, items: Sequence[Item], worker: ChecksumAddress) -> Carrier | None:
        """Make a transaction of those of the items that nobody else has taken; None where there are none.

        Nothing of a signer is taken while something before it waits with another worker, or is not taken with it:
        the contract would refuse it.
        """
        with self._store.writing() as connection:
            locked = select(_MESSAGES.c.id, _MESSAGES.c.alone).where(
                _MESSAGES.c.id.in_([item.id for item in items]), _MESSAGES.c.state == State.QUEUED
            )
            locked = locked.order_by(_MESSAGES.c.received, _MESSAGES.c.sequence).limit(kind.most(items[0].lane))
            # SQLite lets one write at a time, and renders nothing for the lock.
            free = {id_: bool(alone) for id_, alone in connection.execute(locked.with_for_update(skip_locked=True))}
            chosen = [item for item in items if item.id in free]
            if kind.IN_TURN:
                chosen = _in_turn(connection, chosen, _bytes(worker))
                chosen.sort(key=lambda item: item.sequence)
            chosen = fitting(kind, _together(chosen, free))
            return self._carrier(connection, kind, chosen, worker) if chosen else None

    def open(self, worker: ChecksumAddress) -> list[Carrier]:
        """Transactions of a worker of which nobody knows yet what became."""
        with self._store.reading() as connection:
            return [_carrier(connection, each) for each in _batches(connection, worker, Standing.OPEN)]

    def mined(self, worker: ChecksumAddress) -> list[Batch]:
        """Transactions of a worker that a block holds which may be taken back."""
        with self._store.reading() as connection:
            return _batches(connection, worker, Standing.MINED)

    def carried(self, batch: str) -> list[QueuedMessage]:
        """The messages that a transaction carries, in order."""
        with self._store.reading() as connection:
            return _carried(connection, batch)

    def outcome(self, batch: str, reasons: Reasons, transaction: bytes, block: int, *, final: bool) -> None:
        """Note what became of a transaction that passed, and of each message that it carries."""
        standing, state = (Standing.FINAL, State.FINAL) if final else (Standing.MINED, State.MINED)
        of_batch = _MESSAGES.c.batch == batch
        with self._store.writing() as connection:
            connection.execute(
                update(_BATCHES)
                .where(_BATCHES.c.id == batch)
                .values(standing=standing.value, hash=transaction, block=block)
            )
            connection.execute(update(_MESSAGES).where(of_batch).values(state=state.value, reason=None))
            for id_, reason in reasons.items():
                connection.execute(_refused(reason).where(_MESSAGES.c.id == id_, of_batch))

    def give_back(self, batches: Iterable[str], *, alone: bool = False) -> int:
        """Queue again what transactions carry that were never sent, or took no effect; returns how many messages.

        Args:
            alone: whether each of the messages is to have a transaction of its own from now on.
        """
        count = 0
        with self._store.writing() as connection:
            for batch in batches:
                again = update(_MESSAGES).where(_MESSAGES.c.batch == batch)
                values = {"state": State.QUEUED.value, "reason": None, "batch": None, "place": None}
                count += connection.execute(again.values(**values, alone=int(alone))).rowcount
                connection.execute(delete(_BATCHES).where(_BATCHES.c.id == batch))
        return count

    def refuse_all(self, batch: str, reason: Readable) -> None:
        """The transaction reverted: nothing that it carries took effect."""
        with self._store.writing() as connection:
            connection.execute(_refused(reason).where(_MESSAGES.c.batch == batch))
            connection.execute(delete(_BATCHES).where(_BATCHES.c.id == batch))

    # Looking

    def counts(self) -> list[Count]:
        """How many messages of each kind are in each state."""
        columns = (_MESSAGES.c.kind, _MESSAGES.c.state)
        with self._store.reading() as connection:
            found = select(*columns, func.count(), func.min(_MESSAGES.c.received)).group_by(*columns)
            rows = connection.execute(found.order_by(*columns)).all()
        now = _milliseconds()
        return [Count(kind, State(state), int(many), (now - int(first)) // 1000) for kind, state, many, first in rows]

    def transactions(self, batches: Collection[str]) -> dict[str, Batch]:
        """Transactions by their id."""
        with self._store.reading() as connection:
            found = select_by_key(connection, _BATCHES, [(each,) for each in batches])
        return {batch.id: batch for batch in (Batch(*row) for row in found)}

    def _carrier(self, connection: Connection, kind: Kind, items: Sequence[Item], worker: ChecksumAddress) -> Carrier:
        call = kind.call(items)
        assert call.to and call.gas
        carrier = Carrier(
            identity(call), call.to, call.calldata, call.title, call.gas, tuple(each.id for each in items)
        )
        row = (
            *(carrier.id, items[0].lane, _bytes(worker), _bytes(call.to), call.calldata, call.title, call.gas),
            *(Standing.OPEN.value, _milliseconds(), None, None),
        )
        upsert(connection, _BATCHES, [row])
        sent = update(_MESSAGES).where(_MESSAGES.c.id == bindparam("of"))
        places = [{"of": item.id, "at": place} for place, item in enumerate(items)]
        connection.execute(sent.values(state=State.SENT.value, batch=carrier.id, place=bindparam("at")), places)
        return carrier


def reason_in(row: QueuedMessage, language: str) -> str | None:
    """Why a message was refused, in a language."""
    return None if row.reason is None else str(json.loads(row.reason)[language])


def _in_turn(connection: Connection, items: Sequence[Item], worker: bytes) -> list[Item]:
    """Items before which nothing of their signer waits elsewhere.

    What this worker has sent counts not as elsewhere: the nonces of its transactions keep them in order.
    """
    ours, barrier = {item.id for item in items}, dict[bytes, int]()
    columns = (_MESSAGES.c.id, _MESSAGES.c.signer, _MESSAGES.c.sequence, _BATCHES.c.worker)
    joined = select(*columns).join(_BATCHES, _MESSAGES.c.batch == _BATCHES.c.id, isouter=True)
    for some in parts(sorted({_bytes(item.signer) for item in items}), _AT_ONCE):
        waits = and_(_MESSAGES.c.signer.in_(some), _MESSAGES.c.state.in_(_WAITING), _MESSAGES.c.kind == items[0].kind)
        for id_, signer, sequence, sender in connection.execute(joined.where(waits)):
            if id_ not in ours and sender != worker:
                barrier[signer] = min(sequence, barrier.get(signer, sequence))
    return [item for item in items if item.sequence < barrier.get(_bytes(item.signer), item.sequence + 1)]


def _together(items: Sequence[Item], alone: Mapping[bytes, bool]) -> list[Item]:
    """The first items that may share a transaction."""
    if items and alone[items[0].id]:
        return [items[0]]
    return [item for item in items if not alone[item.id]]


def _carrier(connection: Connection, batch: Batch) -> Carrier:
    ids = tuple(each.id for each in _carried(connection, batch.id))
    return Carrier(batch.id, to_checksum_address(batch.target), batch.calldata, batch.title, batch.gas, ids)


def _carried(connection: Connection, batch: str) -> list[QueuedMessage]:
    return _messages(connection, select(_MESSAGES).where(_MESSAGES.c.batch == batch).order_by(_MESSAGES.c.place))


def _batches(connection: Connection, worker: ChecksumAddress, standing: Standing) -> list[Batch]:
    of_worker = and_(_BATCHES.c.worker == _bytes(worker), _BATCHES.c.standing == standing)
    return [Batch(*row) for row in connection.execute(select(_BATCHES).where(of_worker).order_by(_BATCHES.c.made))]


def _queued(lane: str) -> Select[Any]:
    queued = and_(_MESSAGES.c.state == State.QUEUED, _MESSAGES.c.lane == lane)
    return select(_MESSAGES).where(queued).order_by(_MESSAGES.c.received, _MESSAGES.c.sequence)


def _waiting(connection: Connection, signers: Iterable[bytes]) -> list[QueuedMessage]:
    found = list[QueuedMessage]()
    for some in parts(sorted(signers), _AT_ONCE):
        waits = and_(_MESSAGES.c.signer.in_(some), _MESSAGES.c.state.in_(_WAITING))
        found += _messages(connection, select(_MESSAGES).where(waits))
    return found


def _by_id(connection: Connection, ids: Iterable[bytes]) -> Iterator[QueuedMessage]:
    return (QueuedMessage(*row) for row in select_by_key(connection, _MESSAGES, [(each,) for each in ids]))


def _messages(connection: Connection, found: Select[Any]) -> list[QueuedMessage]:
    return [QueuedMessage(*row) for row in connection.execute(found)]


def _inserting(connection: Connection, table: Table) -> Any:
    """An INSERT that can say what to do where the key is there already: both databases can, each by its own dialect."""
    return (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)


def _refused(reason: Readable) -> Any:
    texts = json.dumps({language: reason.text(language) for language in LANGUAGES}, ensure_ascii=False)
    return update(_MESSAGES).values(state=State.REFUSED.value, reason=texts)


def _bytes(address: ChecksumAddress) -> bytes:
    return bytes.fromhex(address[2:])


def _milliseconds() -> int:
    return int(time() * 1000)
