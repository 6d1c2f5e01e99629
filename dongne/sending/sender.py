"""The one sender: carries calls out with a key, so that none is sent twice, whatever stops it.

    with sender.delivery(call) as receipt:    # resumes the same call where a former run was cut off
        ...                                   # the outcome is recorded here; only then it counts as told

    sender.settle()                           # deals with what a former run left under way
    for done in sender.deliver_all(calls):    # a window of transactions under way, outcomes in order
        ...

`deliver` alone is enough for a call that must happen once. A command that decides from the chain's state what is still
to be done calls `settle` before it decides. docs/sender.md draws what becomes of a transaction.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from time import monotonic, sleep
from typing import Generic, TypeVar

from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress
from web3.types import TxReceipt

from dongne.errors import (
    ChainStandsStill,
    ContractRefused,
    TransactionNotMined,
    TransactionPending,
    TransactionReplaced,
    TransactionTooCheap,
)
from dongne.fees import gwei
from dongne.rpc import Nodes
from dongne.sending.flight import Flight, Listener, Order, identity
from dongne.sending.outbox import Entry, MemoryOutbox, Outbox
from dongne.sending.policy import Policy
from dongne.sending.refusals import why_refused
from dongne.transactions import Signer, signer_of

_LONGEST_PAUSE = 0.5

AnOrder = TypeVar("AnOrder", bound=Order)


@dataclass(frozen=True, slots=True)
class Delivery(Generic[AnOrder]):
    """What became of a call.

    Attributes:
        order: the call.
        receipt: of its transaction; None where it was only rehearsed, announced or written to a file.
        refusal: why the contract reverted; None if it passed.
    """

    order: AnOrder
    receipt: TxReceipt | None
    refusal: ContractRefused | None = None


class Sender:
    """Sends with one key on one chain.

    Args:
        nodes: of the chain.
        key: whose transactions they are; a key in memory, or what signs with one elsewhere.
        outbox: where they are written down; None keeps them no longer than the process lives.
        policy: how patiently and how dearly.
        listener: hears what is sent and mined.
    """

    def __init__(
        self,
        nodes: Nodes,
        key: LocalAccount | Signer,
        outbox: Outbox | None = None,
        policy: Policy | None = None,
        listener: Listener | None = None,
    ) -> None:
        self.nodes, self.signer = nodes, signer_of(key)
        self.outbox, self.policy = outbox or MemoryOutbox(), policy or Policy()
        self.listener = listener or Listener()
        self._flight = Flight(nodes, self.signer, self.outbox, self.policy, self.listener)

    @property
    def address(self) -> ChecksumAddress:
        """Whom a contract sees as the caller."""
        return self.signer.address

    def deliver(self, order: Order) -> TxReceipt:
        """Send a call, or resume it where it is under way already, and wait until it is mined.

        Raises:
            ContractRefused: the contract reverted; nothing changed.
            TransactionPending: another transaction of this key is under way; nothing was sent.
            TransactionNotMined: sent, but in no block yet; delivering the same call again resumes it.
        """
        with self.delivery(order) as receipt:
            return receipt

    @contextmanager
    def delivery(self, order: Order) -> Iterator[TxReceipt]:
        """As `deliver`; the outcome counts as told only after the block that deals with it."""
        with self._held():
            resumed = self._resumed(order)
            nonce = self._flight.post([order])[0].nonce if resumed is None else resumed
            for _settled in self._awaited(deque([nonce])):
                pass
            receipt = self._flight.receipt(nonce)
            if receipt["status"] != 1:
                self._flight.tell(nonce)
                raise why_refused(self.nodes, receipt)
            self.listener.mined(receipt)
            yield receipt
            self._flight.tell(nonce)

    def deliver_all(self, orders: Iterable[AnOrder]) -> Iterator[Delivery[AnOrder]]:
        """Send many calls, `Policy.window` of them under way at once; gives what became of each, in their order.

        Calls are taken from `orders` as the window has room, and signed with the nonces that follow, so that they are
        mined in this order. One whose `gas` is None is estimated at the chain's latest block: where a call counts on
        one before it, declare its gas. An outcome counts as told when the next one is asked for.

        A contract's refusal is an outcome; the calls behind it are under way already. After a crash call `settle`,
        and decide from the chain's state what is still to be done.

        Raises:
            TransactionPending: a former run left something under way; nothing was sent.
            TransactionNotMined: sent, but in no block yet.
            ChainError: the nodes failed.
        """
        with self._held():
            self._refuse_leftovers()
            flying, waiting, source = dict[int, AnOrder](), deque[int](), iter(orders)

            def refill() -> None:
                room = self.policy.window - len(waiting)
                if 4 * room < self.policy.window:  # requests of some size take less time for each
                    return
                fresh = list(islice(source, room))
                posted = self._flight.post(fresh) if fresh else []
                flying.update((entry.nonce, order) for entry, order in zip(posted, fresh, strict=True))
                waiting.extend(entry.nonce for entry in posted)
                self._flight.keep()

            yield from self._outcomes(flying, self._awaited(waiting, refill))

    def settle(self) -> None:
        """Wait for what a former run left under way; call it before deciding what is still to be sent.

        Raises:
            TransactionPending: it is still in no block.
            KeyInUseElsewhere: the key has a transaction under way that was not sent from here.
        """
        with self._held():
            if self._flight.untold():
                self._finish_leftovers()
            else:
                self._flight.refuse_foreign()

    def resume(self, orders: Iterable[AnOrder]) -> Iterator[Delivery[AnOrder]]:
        """What becomes of those of the calls that a former run left under way, as `deliver_all` gives it.

        Nothing else is sent. A call without an outcome was never sent, or gave way: sending it anew is safe.

        Raises:
            TransactionReplaced: a transaction from elsewhere has taken a nonce; that call is under way no more.
            TransactionNotMined: sent, but in no block yet.
            ChainError: the nodes failed.
        """
        with self._held():
            wanted = {identity(order): order for order in orders}
            left = {entry.nonce: wanted[entry.call] for entry in self._flight.untold() if entry.call in wanted}
            yield from self._outcomes(left, self._awaited(deque(sorted(left))))

    def final_block(self) -> int:
        """Number of the last block that is final; what the chain took back is handed in again first."""
        with self._held():
            self._flight.look()
            return self._flight.final_block()

    def finalize(self, waiting: Callable[[int], None] = lambda _blocks: None) -> None:
        """Wait until everything that was told is final; what a reorganization takes back is handed in again.

        Args:
            waiting: hears, at every look, in how many blocks the last of it is final.

        Raises:
            OutcomeUndone: what had passed was refused when it was mined again.
            ChainStandsStill: no more blocks come; waiting for the same again is harmless.
        """
        patience, head = _Patience(self.policy), 0
        while True:
            with self._held():
                pass
            if not (blocks := self._flight.blocks_to_final()):
                return
            waiting(blocks)
            if self._flight.head > head:
                head = self._flight.head
                patience.renew()
            patience.pause_for_blocks()

    def under_way(self) -> list[str]:
        """Hashes of the transactions that are written down and whose outcome nobody has dealt with."""
        return [entry.hash for entry in self.outbox.entries() if not entry.told]

    def _outcomes(self, flying: dict[int, AnOrder], settled: Iterable[int]) -> Iterator[Delivery[AnOrder]]:
        """What became of each call; it counts as told when the next one is asked for."""
        for nonce in settled:
            receipt = self._flight.receipt(nonce)
            refusal = None if receipt["status"] == 1 else why_refused(self.nodes, receipt)
            self.listener.mined(receipt)
            yield Delivery(flying.pop(nonce), receipt, refusal)
            self._flight.tell(nonce)

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Nobody else sends with the key meanwhile; what a reorganization took back is in the chain again."""
        with self.outbox.held():
            try:
                self._flight.revisit()
                self._bring_back()
                yield
            finally:
                self._flight.keep()
            self._flight.prune()

    def _bring_back(self) -> None:
        """Outcomes that were told must be so: what was taken back is handed in again, and waited for."""
        back = [entry for entry in self._flight.unmined if entry.told]
        with self._pending(back):
            for _settled in self._awaited(deque(entry.nonce for entry in back)):
                pass

    def _resumed(self, order: Order) -> int | None:
        """Nonce of the same call, if a former run left it under way; everything else that it left is dealt with."""
        same = self._flight.untold(identity(order))
        if same:
            self.listener.sent(same[0].hash, same[0].title)
            return same[0].nonce
        self._finish_leftovers()
        return None

    def _refuse_leftovers(self) -> None:
        if left := self._flight.untold():
            raise TransactionPending(self.address, left[0].hash)

    def _finish_leftovers(self) -> None:
        """Deal with what a former run left; what reverted or was replaced changed nothing that is not on the chain."""
        if not self._flight.untold():
            return
        self._flight.make_way()
        for entry in self._flight.untold():
            self.listener.sent(entry.hash, entry.title)
        while left := self._flight.untold():
            with self._pending(left), suppress(TransactionReplaced):
                for nonce in self._awaited(deque(entry.nonce for entry in left)):
                    self.listener.mined(self._flight.receipt(nonce))
                    self._flight.tell(nonce)

    @contextmanager
    def _pending(self, entries: Sequence[Entry]) -> Iterator[None]:
        """Says that nothing else was sent where these stay in no block."""
        try:
            yield
        except TransactionNotMined as error:
            raise TransactionPending(self.address, entries[0].hash) from error

    def _awaited(self, waiting: deque[int], refill: Callable[[], None] = lambda: None) -> Iterator[int]:
        """Nonces in their order, each as soon as its outcome may be told."""
        patience = _Patience(self.policy)
        refill()
        while waiting:
            self._flight.look()
            settled = len(waiting)
            while waiting and self._flight.is_settled(waiting[0]):
                yield waiting.popleft()
            if settled > len(waiting):
                patience.renew()
                refill()
            else:
                self._flight.push()
                refill()
                patience.pause(self._flight.entries[waiting[0]].hash, self._flight.capped)


class _Patience:
    """Looks less and less often, and gives up at some time."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self.renew()

    def renew(self) -> None:
        """Something happened."""
        self._since, self._seconds = monotonic(), self._policy.poll_seconds

    def pause(self, transaction: str, capped: bool) -> None:
        """Nothing happened.

        Raises:
            TransactionNotMined: for too long.
        """
        policy = self._policy
        if self._is_over():
            if capped and policy.fee_cap is not None:
                raise TransactionTooCheap(transaction, policy.wait_seconds, gwei(policy.fee_cap))
            raise TransactionNotMined(transaction, policy.wait_seconds)
        self._rest()

    def pause_for_blocks(self) -> None:
        """No new block came.

        Raises:
            ChainStandsStill: for too long.
        """
        if self._is_over():
            raise ChainStandsStill(self._policy.wait_seconds)
        self._rest()

    def _is_over(self) -> bool:
        return monotonic() - self._since > self._policy.wait_seconds

    def _rest(self) -> None:
        policy = self._policy
        sleep(self._seconds)
        self._seconds = min(self._seconds * 1.5, max(_LONGEST_PAUSE, policy.poll_seconds))
