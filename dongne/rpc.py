"""JSON-RPC to the nodes of one chain: what is safe to repeat is repeated, at the next node where one fails.

Reading is always safe to repeat. Sending is not repeated here: a lost answer may hide that the node took the
transaction, and only the sender can find out.

Repeated is what may pass by itself: connections that are reset or time out, answers that are cut off or no JSON, HTTP
429 and 5xx, and a node's word that it was asked too often. A node that takes another one's place must serve the same
chain and must not be behind.
"""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from typing import Any

import requests
from eth_abi.exceptions import DecodingError
from hexbytes import HexBytes
from tenacity import RetryCallState, Retrying, stop_after_delay
from urllib3.exceptions import NewConnectionError
from web3.exceptions import ContractCustomError, ContractLogicError, Web3Exception
from web3.providers import BaseProvider
from web3.types import RPCEndpoint, RPCResponse

from dongne.config import without_secrets
from dongne.errors import (
    ChainError,
    ContractRefused,
    DongneError,
    NodeLags,
    NodeRefused,
    NodeSilent,
    NodeTalksNonsense,
    NodeUnreachable,
    NotEnoughForGas,
    WrongChain,
)
from dongne.parts import parts

BATCH_REQUESTS = 200
"""Requests of one JSON-RPC batch."""

RETRY_SECONDS = 20.0
"""How long a request is repeated while the nodes fail."""

ASKED_TOO_OFTEN = frozenset({-32005, 429})
"""Codes of errors that say so."""

_ANSWER_TOO_LONG = ("more than", "range", "too many results", "max results", "response size")
"""Words by which an error of such a code means something else: asking again would not help."""

_TIMEOUT = (10.0, 60.0)
"""Seconds to connect, and between two parts of an answer."""

_PASSING_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
_HEADERS = {"Content-Type": "application/json"}

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
        self._ids, self._session = count(1), requests.Session()
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
        return None if error is None else self._error(error if isinstance(error, dict) else {"message": error})

    @contextmanager
    def sense(self) -> Iterator[None]:
        """Turns what web3 raises, and what reading an answer raises, into errors of ours; reverts are decoded."""
        try:
            yield
        except (ContractCustomError, ContractLogicError) as error:
            raise ContractRefused.from_data(_revert_data(error.data) or b"") from error
        except Web3Exception as error:
            said = getattr(error, "rpc_response", None) or {}
            raise self._error(said.get("error") or {"message": str(error)}) from error
        except (TypeError, KeyError, AttributeError, ValueError, DecodingError) as error:
            raise NodeTalksNonsense(self.label, type(error).__name__) from error

    def _error(self, error: Mapping[str, Any]) -> DongneError:
        message = str(error.get("message", error))
        if "insufficient funds" in message.lower():
            return NotEnoughForGas(self.label)
        data = _revert_data(error.get("data"))
        if data is not None or "execution reverted" in message.lower():
            return ContractRefused.from_data(data or b"")
        return NodeRefused(self.label, message, _code(error))

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
        except _Failed as failed:
            self._turn()
            raise failed.error from failed.__cause__

    def _repeated(self, payload: Any) -> Any:
        """The answer to what is safe to ask again."""
        retrying = Retrying(
            retry=self._is_worth_another,
            wait=self._pause,
            stop=stop_after_delay(self.retry_seconds),
            before_sleep=lambda _state: self._turn(),
            reraise=True,
        )
        try:
            return retrying(self._heeded, payload)
        except _Failed as failed:
            self._turn()
            raise failed.error from failed.__cause__

    def _is_worth_another(self, state: RetryCallState) -> bool:
        failed = state.outcome and state.outcome.exception()
        return isinstance(failed, _Failed) and (failed.passing or state.attempt_number < len(self.urls))

    def _pause(self, state: RetryCallState) -> float:
        """No pause before another node is tried; a growing one before the same is tried again."""
        rounds, others = divmod(state.attempt_number, len(self.urls))
        if others:
            return 0
        failed = state.outcome.exception() if state.outcome else None
        asked_for = failed.seconds if isinstance(failed, _Failed) else 0
        growing = _FIRST_PAUSE * 2.0 ** (rounds - 1) * random.uniform(0.5, 1)
        return min(max(growing, asked_for), _LONGEST_PAUSE)

    def _turn(self) -> None:
        """Ask the next node from now on; it is looked at before it is believed."""
        self._at = (self._at + 1) % len(self.urls)
        self._checked = not self._connected or len(self.urls) == 1

    def _heeded(self, payload: Any) -> Any:
        """The answer, unless it is that the node was asked too often."""
        answer = self._answer(payload)
        for each in answer if isinstance(answer, list) else [answer]:
            if _says_too_often(each):
                raise _Failed(NodeRefused(self.label, each["error"].get("message", ""), _code(each["error"])))
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
            raise _Failed(NodeLags(self.label, block, self.seen))
        self._checked = True

    def _post(self, payload: Any) -> Any:
        """What a node says, as JSON."""
        url, data = self.urls[self._at], json.dumps(payload, default=_as_json)
        try:
            response = self._session.post(url, data=data, headers=_HEADERS, timeout=_TIMEOUT)
        except requests.RequestException as error:
            passing = self._connected or not _nobody_listens(error)
            raise _Failed(NodeSilent(self.label, type(error).__name__), passing=passing) from error
        if response.status_code >= 400:
            passing, seconds = response.status_code in _PASSING_STATUS, _retry_after(response)
            raise _Failed(NodeSilent(self.label, f"HTTP {response.status_code}"), passing=passing, seconds=seconds)
        try:
            return json.loads(response.content)
        except ValueError as error:
            raise self._nonsense("no JSON") from error

    def _matched(self, payload: Any, answer: Any) -> Any:
        """The answer, in the order of what was asked.

        A batch in which one is missing, or cannot be told from another, is no answer at all.
        """
        if isinstance(payload, dict):
            return self._answering(payload, answer)
        if isinstance(answer, dict) and "error" in answer:
            error = self._error(answer["error"] if isinstance(answer["error"], dict) else answer)
            raise _Failed(error, passing=_says_too_often(answer))
        if not isinstance(answer, list) or len(answer) != len(payload):
            raise self._nonsense(type(answer).__name__)
        by_id = {each["id"]: each for each in answer if isinstance(each, dict) and type(each.get("id")) is int}
        return [self._answering(each, by_id.get(each["id"])) for each in payload]

    def _answering(self, request: Mapping[str, Any], answer: Any) -> Any:
        if not isinstance(answer, dict) or answer.get("id", None) not in (request["id"], None):
            raise self._nonsense(type(answer).__name__)
        if answer.get("error") is None and ("result" not in answer or answer.get("id") is None):
            raise self._nonsense("neither result nor error")
        return answer

    def _nonsense(self, cause: str) -> "_Failed":
        """A web page instead of JSON may be a gateway's bad moment, but not at the very first request."""
        return _Failed(NodeTalksNonsense(self.label, cause), passing=self._connected)


class Provider(BaseProvider):
    """The nodes as web3 asks them."""

    def __init__(self, nodes: Nodes) -> None:
        super().__init__()
        self.nodes = nodes

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """What a node answers, as web3 takes it."""
        answer: Any = self.nodes.response(method, params)
        return answer  # type: ignore[no-any-return]


class _Failed(Exception):
    """One attempt at one node failed.

    Attributes:
        error: what to raise if no other attempt passes.
        passing: whether the same node may do better a moment later.
        seconds: how long it asks to be left alone.
    """

    def __init__(self, error: DongneError, *, passing: bool = True, seconds: float = 0) -> None:
        super().__init__()
        self.error, self.passing, self.seconds = error, passing, seconds


def _is_safe(method: str) -> bool:
    """Whether repeating a request does nothing more: those of developers' chains make blocks and take them back."""
    return method.startswith(("eth_", "net_", "web3_")) and not method.startswith("eth_send")


def _says_too_often(answer: Any) -> bool:
    error = answer.get("error")
    if not isinstance(error, dict) or _code(error) not in ASKED_TOO_OFTEN:
        return False
    message = str(error.get("message", "")).lower()
    return not any(words in message for words in _ANSWER_TOO_LONG)


def _as_json(value: Any) -> Any:
    """What web3 hands over unformatted: bytes, and mappings of its own."""
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} cannot be asked for")


def _code(error: Mapping[str, Any]) -> int:
    code = error.get("code")
    return code if isinstance(code, int) else 0


def _revert_data(data: Any) -> bytes | None:
    """What a reverted call returned; nodes put it in several places."""
    if isinstance(data, dict):
        data = data.get("data", data.get("result"))
    text = data[data.find("0x") :] if isinstance(data, str) and "0x" in data else ""
    try:
        return bytes(HexBytes(text)) if text else None
    except ValueError:
        return None


def _nobody_listens(error: requests.RequestException) -> bool:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError)


def _retry_after(response: requests.Response) -> float:
    try:
        return max(float(response.headers.get("Retry-After", 0)), 0)
    except ValueError:  # a date: nodes give seconds
        return 0
