"""JSON-RPC to the nodes of one chain: what is safe to repeat is repeated, at the next node where one fails.

Reading is always safe to repeat. Sending is not repeated here: a lost answer may hide that the node took the
transaction, and only the sender can find out.

Repeated is what may pass by itself: connections that are reset or time out, answers that are cut off or no JSON, HTTP
429 and 5xx, and a node's word that it was asked too often. A node that takes another one's place must serve the same
chain and must not be behind.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from typing import Any

from eth_abi.exceptions import DecodingError
from tenacity import RetryCallState
from web3.exceptions import ContractCustomError, ContractLogicError, Web3Exception
from web3.providers import BaseProvider
from web3.types import RPCEndpoint, RPCResponse

from dongne.config import without_secrets
from dongne.errors import (
    ChainError,
    ContractRefused,
    DongneError,
    NodeBusy,
    NodeLags,
    NodeRefused,
    NodeSilent,
    NodeTalksNonsense,
    NodeUnreachable,
    WrongChain,
)
from dongne.parts import parts
from dongne.rpc.answers import ELSEWHERE, PASSING, error_said, revert_data
from dongne.rpc.patience import patiently
from dongne.rpc.wire import Wire, nobody_listens

BATCH_REQUESTS = 200
"""Requests of one JSON-RPC batch."""

RETRY_SECONDS = 20.0
"""How long a request is repeated while the nodes fail."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0

Request = tuple[str, Sequence[Any]]
"""Method and parameters."""


class Nodes:
    """The nodes of one chain, of which one is asked at a time.

    Args:
        urls: their addresses; the first is asked first.
        chain_id: the chain expected there; None takes the first node's word.
        retry_seconds: how long a request is repeated while they fail.

    Attributes:
        seen: number of the highest block that any of them is known to have had.

    Raises:
        NodeUnreachable: nobody answers.
        WrongChain: another chain answers.
    """

    def __init__(
        self, urls: Sequence[str], chain_id: int | None = None, *, retry_seconds: float = RETRY_SECONDS
    ) -> None:
        self.urls, self.retry_seconds, self.seen = tuple(urls), retry_seconds, 0
        self._at, self._checked, self._connected = 0, True, False
        self._ids, self._wire = count(1), Wire()
        self.chain_id = self._connect(chain_id)

    @property
    def label(self) -> str:
        """The node that is asked now, as messages and logs may show it."""
        return without_secrets(self.urls[self._at])

    @cached_property
    def genesis(self) -> str:
        """Hash of the first block: it tells a chain from another one with the same number."""
        with self.sense():
            return str(self.ask("eth_getBlockByNumber", "0x0", False)["hash"])

    @cached_property
    def is_development(self) -> bool:
        """Whether this is a developer's chain, which makes blocks on demand and takes them back."""
        version = str(self.ask("web3_clientVersion")).lower()
        return any(name in version for name in ("anvil", "hardhat", "ganache"))

    def ask(self, method: str, *params: Any) -> Any:
        """The result of one request.

        Raises:
            ContractRefused: a simulated call reverted.
            ChainError: the nodes failed, or refused.
        """
        return self.result_in(self.response(method, params))

    def batch(self, asked: Sequence[Request]) -> list[Any]:
        """Results of several requests in order, `BATCH_REQUESTS` in one HTTP request.

        Raises:
            DongneError: one of them failed.
        """
        return [self.result_in(response) for response in self.responses(asked)]

    def response(self, method: str, params: Sequence[Any]) -> dict[str, Any]:
        """What a node answers to one request: result or error."""
        request = self._request(method, params)
        answer: dict[str, Any] = self._repeated(request) if _is_safe(method) else self._once(request)
        return answer

    def responses(self, asked: Sequence[Request]) -> list[dict[str, Any]]:
        """What a node answers to several requests: results and errors, in order."""
        found: list[dict[str, Any]] = []
        for some in parts(asked, BATCH_REQUESTS):
            found += self._repeated([self._request(method, params) for method, params in some])
        return found

    def send(self, raws: Sequence[bytes]) -> list[DongneError | None]:
        """Hand in signed transactions by one request; None for each that was taken.

        Raises:
            ChainError: there was no answer that makes sense; the node may have taken them all the same.
        """
        asked = [self._request("eth_sendRawTransaction", ["0x" + raw.hex()]) for raw in raws]
        answers = self._once(asked) if len(asked) > 1 else [self._once(asked[0])]
        return [self.error_in(answer) for answer in answers]

    def result_in(self, response: Mapping[str, Any]) -> Any:
        """The result that a node answered with.

        Raises:
            DongneError: it answered with an error.
        """
        if error := self.error_in(response):
            raise error
        return response["result"]

    def error_in(self, response: Mapping[str, Any]) -> DongneError | None:
        """The error that a node answered with."""
        error = response.get("error")
        return None if error is None else error_said(self.label, error)

    @contextmanager
    def sense(self) -> Iterator[None]:
        """Turns what web3 raises, and what reading an answer raises, into errors of ours; reverts are decoded."""
        try:
            yield
        except (ContractCustomError, ContractLogicError) as error:
            raise ContractRefused.from_data(revert_data(error.data) or b"") from error
        except Web3Exception as error:
            said = getattr(error, "rpc_response", None) or {}
            raise error_said(self.label, said.get("error") or str(error)) from error
        except (TypeError, KeyError, AttributeError, ValueError, DecodingError) as error:
            raise NodeTalksNonsense(self.label, type(error).__name__) from error

    def _request(self, method: str, params: Sequence[Any]) -> dict[str, Any]:
        return {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": list(params)}

    def _connect(self, expected: int | None) -> int:
        """The chain's number, as the first node that answers has it."""
        try:
            actual = int(self.ask("eth_chainId"), 16)
        except (ChainError, TypeError, ValueError) as error:
            raise NodeUnreachable(self.label, getattr(error, "cause", type(error).__name__)) from error
        if expected not in (None, actual):
            raise WrongChain(self.label, expected or 0, actual)
        self._connected = True
        return actual

    def _once(self, payload: Any) -> Any:
        try:
            return self._answer(payload)
        except (*ELSEWHERE, NodeRefused):
            self._turn()
            raise

    def _repeated(self, payload: Any) -> Any:
        """The answer to what is safe to ask again."""
        tries = patiently(
            self.retry_seconds,
            passing=PASSING if self._connected else _PASSING_AT_FIRST,
            elsewhere=(*ELSEWHERE, NodeUnreachable, NodeRefused),
            nodes=len(self.urls),
            first_pause=_FIRST_PAUSE,
            longest_pause=_LONGEST_PAUSE,
            heard=self._turned,
        )
        try:
            return tries(self._heeded, payload)
        except (*ELSEWHERE, NodeRefused):
            self._turn()
            raise

    def _turned(self, _state: RetryCallState) -> None:
        self._turn()

    def _turn(self) -> None:
        """Ask the next node from now on; it is looked at before it is believed."""
        self._at = (self._at + 1) % len(self.urls)
        self._checked = not self._connected or len(self.urls) == 1

    def _heeded(self, payload: Any) -> Any:
        """The answer, unless it is that the node was asked too often."""
        answer = self._answer(payload)
        for each in answer if isinstance(answer, list) else [answer]:
            if isinstance(error := self.error_in(each), NodeBusy):
                raise error
        return answer

    def _answer(self, payload: Any) -> Any:
        if not self._checked:
            self._check()
        return self._matched(payload, self._post(payload))

    def _check(self) -> None:
        """Refuse a node of another chain, and one that lacks blocks that were seen."""
        asked = [self._request("eth_chainId", []), self._request("eth_blockNumber", [])]
        chain_id, block = (int(self.result_in(each), 16) for each in self._matched(asked, self._post(asked)))
        if chain_id != self.chain_id:
            raise WrongChain(self.label, self.chain_id, chain_id)
        if block < self.seen:
            raise NodeLags(self.label, block, self.seen)
        self._checked = True

    def _post(self, payload: Any) -> Any:
        """What a node says, as JSON."""
        try:
            return json.loads(self._wire.post(self.urls[self._at], json.dumps(payload, default=_as_json).encode()))
        except NodeSilent as silent:
            if not self._connected and nobody_listens(silent):
                raise NodeUnreachable(self.label, silent.cause) from silent
            raise
        except ValueError as error:
            raise NodeTalksNonsense(self.label, "no JSON") from error

    def _matched(self, payload: Any, answer: Any) -> Any:
        """The answer, in the order of what was asked.

        A batch in which one is missing, or cannot be told from another, is no answer at all.
        """
        if isinstance(payload, dict):
            return self._answering(payload, answer)
        if isinstance(answer, dict) and "error" in answer:
            raise error_said(self.label, answer["error"])
        if not isinstance(answer, list) or len(answer) != len(payload):
            raise NodeTalksNonsense(self.label, type(answer).__name__)
        by_id = {each["id"]: each for each in answer if isinstance(each, dict) and type(each.get("id")) is int}
        return [self._answering(each, by_id.get(each["id"])) for each in payload]

    def _answering(self, request: Mapping[str, Any], answer: Any) -> Any:
        if not isinstance(answer, dict) or answer.get("id", None) not in (request["id"], None):
            raise NodeTalksNonsense(self.label, type(answer).__name__)
        if answer.get("error") is None and ("result" not in answer or answer.get("id") is None):
            raise NodeTalksNonsense(self.label, "neither result nor error")
        return answer


class Provider(BaseProvider):
    """The nodes as web3 asks them."""

    def __init__(self, nodes: Nodes) -> None:
        super().__init__()
        self.nodes = nodes

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """What a node answers, as web3 takes it."""
        answer: Any = self.nodes.response(method, params)
        return answer  # type: ignore[no-any-return]


_PASSING_AT_FIRST = tuple(kind for kind in PASSING if kind is not NodeTalksNonsense)
"""A web page instead of JSON may be a gateway's bad moment, but not at the very first request."""


def _is_safe(method: str) -> bool:
    """Whether repeating a request does nothing more: those of developers' chains make blocks and take them back."""
    return method.startswith(("eth_", "net_", "web3_")) and not method.startswith("eth_send")


def _as_json(value: Any) -> Any:
    """What web3 hands over unformatted: bytes, and mappings of its own."""
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} cannot be asked for")
