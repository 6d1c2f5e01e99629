"""Takes signed messages in: decodes, checks the signature, tries them on the chain, and queues what will pass.

Nothing that is refused here costs gas, or a place in the queue. Handing in the same message again changes nothing.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eth_typing import ChecksumAddress

from dongne.chain import Chain
from dongne.errors import ContractRefused, DongneError, InputError
from dongne.language import Language, Moment
from dongne.parts import parts
from dongne.relay.errors import (
    ContractWouldSkip,
    Expired,
    NonceTaken,
    NotMessages,
    TooManyMessages,
    TooManyWaiting,
    UnknownKind,
)
from dongne.relay.kinds import Item, Kind
from dongne.relay.queue import Queue, reason_in
from dongne.relay.turns import out_of_turn
from dongne.results import LANGUAGES
from dongne.store.relay import QueuedMessage, State

_TRIED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Quotas:
    """How much is taken.

    Attributes:
        messages: of one request.
        a_minute: messages of one address within a minute.
        waiting: messages of one signer in the queue.
        ahead_seconds: room for the clock: what is good for less than that is refused.
    """

    messages: int = 500
    a_minute: int = 3_000
    waiting: int = 32
    ahead_seconds: int = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of a message that was handed in.

    Attributes:
        id: of the message; None where it could not even be read.
        state: where it stands.
        is_new: whether it was queued now.
        reason: why it was refused, by language.
        error: the class of the reason, for programs.
    """

    id: bytes | None
    state: State
    is_new: bool = False
    reason: Mapping[Language, str] | None = None
    error: str | None = None


class Intake:
    """Hands messages to the queue.

    Args:
        chain: on which they are tried.
        queue: of the relayer.
        kinds: of messages that are taken.
        quotas: how much is taken.
        now: Unix seconds by which deadlines count.
        zone: time zone of the city, for messages.
    """

    def __init__(
        self, chain: Chain, queue: Queue, kinds: Iterable[Kind], quotas: Quotas, now: Callable[[], int], zone: str
    ) -> None:
        self._chain, self.queue, self.quotas = chain, queue, quotas
        self._now, self._zone = now, zone
        self.kinds = {kind.NAME: kind for kind in kinds}

    def accept(self, name: str, body: Any, client: str) -> list[Answer]:
        """Take messages of a kind, one or several; says of each what becomes of it.

        Raises:
            InputError: there is no such kind, or the body holds no messages.
            QuotaReached: the client has handed in too many.
            ChainError: the node failed; nothing was queued.
            StoreError: the database failed; nothing was queued.
        """
        kind = self.kinds.get(name)
        if kind is None:
            raise UnknownKind(name, tuple(self.kinds))
        contents = self._contents(body)
        self.queue.count_client(client, len(contents), self.quotas.a_minute)
        answers, items = list[Answer | None](), dict[int, Item]()
        now = self._now()
        for place, content in enumerate(contents):
            try:
                items[place] = self._read(kind, content, now)
                answers.append(None)
            except (InputError, ContractRefused) as refused:
                answers.append(_refused(None, refused))
        for place, answer in self._answers(kind, items).items():
            answers[place] = answer
        return [each for each in answers if each is not None]

    def head(self) -> int:
        """Number of the node's latest block; looked at once the store has answered.

        Raises:
            ChainError: the node does not answer.
            StoreError: the store does not.
        """
        self.queue.answers()
        return self._chain.block_number()

    def _contents(self, body: Any) -> list[str]:
        listed = body if isinstance(body, list) else [body]
        if not listed or not all(isinstance(each, dict) for each in listed):
            raise NotMessages(self.quotas.messages)
        if len(listed) > self.quotas.messages:
            raise TooManyMessages(len(listed), self.quotas.messages)
        return [json.dumps(each, ensure_ascii=False) for each in listed]

    def _read(self, kind: Kind, content: str, now: int) -> Item:
        item = kind.read(content)
        if item.deadline < now + self.quotas.ahead_seconds:
            raise Expired(Moment(item.deadline, self._zone))
        return item

    def _answers(self, kind: Kind, items: Mapping[int, Item]) -> dict[int, Answer]:
        known = self.queue.find(item.id for item in items.values())
        answers, fresh = dict[int, Answer](), dict[bytes, Item]()
        for place, item in items.items():
            found = known.get(item.id)
            if found is not None and found.state != State.REFUSED:
                answers[place] = _answer(found)
            else:
                fresh.setdefault(item.id, item)
        refused = self._unfit(kind, list(fresh.values()))
        self.queue.add(item for item in fresh.values() if item.id not in refused)
        for place, item in items.items():
            if place not in answers:
                error = refused.get(item.id)
                answers[place] = _refused(item.id, error) if error else Answer(item.id, State.QUEUED, True)
        return answers

    def _unfit(self, kind: Kind, items: Sequence[Item]) -> dict[bytes, DongneError]:
        """What is refused, by id, with why."""
        if not items:
            return {}
        refused, first = self._out_of_turn(kind, items)
        for id_, reason in kind.spoilt(items).items():
            refused[id_] = ContractWouldSkip(reason)
        tried = [(item, call) for item in first if item.id not in refused and (call := kind.probe(item))]
        for some in parts(tried, _TRIED_AT_ONCE):
            asked = [
                ("eth_call", [{"to": call.to, "data": "0x" + call.calldata.hex()}, "latest"]) for _item, call in some
            ]
            for (item, _call), response in zip(some, self._chain.nodes.responses(asked), strict=True):
                error = self._chain.nodes.error_in(response)
                if isinstance(error, ContractRefused):
                    refused[item.id] = error
                elif error is not None:
                    raise error
        return refused

    def _out_of_turn(self, kind: Kind, items: Sequence[Item]) -> tuple[dict[bytes, DongneError], list[Item]]:
        """What comes too early or too late, or is too much; and what would be carried out next, which can be tried."""
        refused, first = dict[bytes, DongneError](), list[Item]()
        signers = list(dict.fromkeys(item.signer for item in items))
        waiting = self._waiting(kind, signers)
        next_ = kind.next_of(signers)
        for item in sorted(items, key=lambda item: item.sequence):
            there = waiting[item.signer]
            error = self._turn(item, there, next_) if kind.IN_TURN else None
            if error is None and len(there) >= self.quotas.waiting:
                error = TooManyWaiting(item.signer, len(there), self.quotas.waiting)
            if error is not None:
                refused[item.id] = error
                continue
            if not kind.IN_TURN or item.sequence == next_[item.signer]:
                first.append(item)
            there.add(item.sequence if kind.IN_TURN else len(there))
        return refused, first

    def _turn(self, item: Item, there: set[int], next_: Mapping[ChecksumAddress, int]) -> DongneError | None:
        """Why a message is not the signer's next one."""
        expected = next_[item.signer]
        if item.sequence >= expected and item.sequence in there:
            return NonceTaken(item.signer, item.sequence)
        return out_of_turn(item, expected, there)

    def _waiting(self, kind: Kind, signers: Sequence[ChecksumAddress]) -> dict[ChecksumAddress, set[int]]:
        """Sequences, or places where there are none, of what waits of each signer."""
        waiting: dict[ChecksumAddress, set[int]] = {signer: set() for signer in signers}
        by_bytes = {bytes.fromhex(signer[2:]): signer for signer in signers}
        for row in self.queue.waiting(signers):
            if row.kind == kind.NAME:
                there = waiting[by_bytes[row.signer]]
                there.add(row.sequence if kind.IN_TURN else len(there))
        return waiting


def _answer(row: QueuedMessage) -> Answer:
    reason = {language: reason_in(row, language) or "" for language in LANGUAGES} if row.reason else None
    return Answer(row.id, State(row.state), reason=reason)


def _refused(id_: bytes | None, error: DongneError) -> Answer:
    reason = {language: error.explain(language) for language in LANGUAGES}
    return Answer(id_, State.REFUSED, reason=reason, error=type(error).__name__)
