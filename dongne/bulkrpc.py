"""Raw JSON-RPC for what comes in bulk: many requests in one, answers decoded into types, several nodes with fail-over.

`Chain` asks with web3 and explains refusals of contracts; this asks for what web3 is too slow for. Answers are checked
while they are decoded: what does not have the expected shape is an error, never a wrong value.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import sleep
from typing import Any, Generic, TypeVar, cast

import msgspec
import requests
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_delay,
    stop_any,
    wait_random_exponential,
)
from tenacity.stop import stop_base
from urllib3.exceptions import HTTPError

from dongne.config import without_secrets
from dongne.errors import (
    NodeBehind,
    NodeBusy,
    NodeRefused,
    NodeSilent,
    NodeTalksNonsense,
    TooMuchAsked,
    WrongChain,
)

MOST_BYTES = 128 * 2**20
"""Bytes of one answer; more is refused before it fills the memory."""

CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 60.0
LONGEST_PAUSE = 30.0
"""Seconds between two attempts, unless the node asks for more."""

PASSING = (NodeSilent, NodeBusy, NodeBehind, NodeTalksNonsense)
"""What another attempt, or another node, may well answer. Repeat only what is safe to repeat."""

_OK, _TOO_LARGE = 200, 413
_BUSY_CODES, _BUSY_STATUSES = (-32005, -32029, -32097), (429, 503)

_BUSY = re.compile(r"rate.?limit|too many requests|request rate|compute units|throttl|request count", re.IGNORECASE)
_BEHIND = re.compile(
    r"out.?of.?range|beyond|unknown (block|header)|(block|header).*not found|cannot be found", re.IGNORECASE
)
_TOO_MUCH = re.compile(
    r"range|more than [\d,.]+ (results|logs|blocks)|exceeds? (max|limit)|limited to|too (many|large|wide|big)"
    r"|response size|smaller than size|at most [\d,.]+ (blocks|results)|timeout|timed out",
    re.IGNORECASE,
)
"""How nodes and gateways say that they are busy, lack a block, or are asked for too much.

Each words it differently, and some codes stand for two of them.
"""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Request(Generic[Result]):
    """One request.

    Attributes:
        method: such as eth_getLogs.
        params: in order.
        kind: type of the result; `X | None` where the node may not have it.
    """

    method: str
    params: Sequence[Any]
    kind: type[Result]


class _Failure(msgspec.Struct, gc=False):
    """The error of an answer; some gateways leave out parts of it."""

    code: int = 0
    message: str = ""


class _Answer(msgspec.Struct, gc=False):
    id: int | None = None
    result: msgspec.Raw = msgspec.Raw(b"")
    error: _Failure | None = None


class Rpc:
    """The nodes of one chain, asked one at a time: the next one where one fails.

    Args:
        urls: addresses of the nodes, at least one.
        chain_id: the chain that each must serve; it is asked for before anything else.
        most_bytes: of one answer.
    """

    def __init__(self, urls: Sequence[str], chain_id: int, *, most_bytes: int = MOST_BYTES) -> None:
        self.urls, self.chain_id, self.most_bytes = tuple(urls), chain_id, most_bytes
        self._session = requests.Session()
        self._session.headers["content-type"] = "application/json"
        self._at = 0
        self._known: set[str] = set()

    @property
    def url(self) -> str:
        """The node that is asked now."""
        return self.urls[self._at]

    @property
    def node(self) -> str:
        """The same as messages may show it."""
        return without_secrets(self.url)

    def ask(self, method: str, params: Sequence[Any], kind: type[Result]) -> Result:
        """The result of one request.

        Raises:
            NodeSilent, NodeBusy, NodeBehind, NodeTalksNonsense: no usable answer; the next node is asked next.
            TooMuchAsked: the node answers less at a time.
            NodeRefused: the node says that the request is wrong.
        """
        (result,) = self.ask_many([Request(method, params, kind)])
        return cast(Result, result)

    def ask_many(self, wanted: Sequence[Request[Any]], most_bytes: int | None = None) -> list[Any]:
        """The results of several requests, in order, by one HTTP request to one node.

        Args:
            wanted: what is asked.
            most_bytes: of the answer; None for as many as any answer may have.

        Raises:
            as `ask`: one of them failed.
        """
        if not wanted:
            return []  # nodes refuse an empty batch
        try:
            self._check_chain()
            return self._ask(wanted, min(most_bytes or self.most_bytes, self.most_bytes))
        except (*PASSING, WrongChain):
            self._at = (self._at + 1) % len(self.urls)
            raise

    def _check_chain(self) -> None:
        """A node that takes another's place may serve another chain."""
        if self.url in self._known:
            return
        (found,) = self._ask([Request("eth_chainId", [], str)], self.most_bytes)
        if number(found) != self.chain_id:
            raise WrongChain(self.node, self.chain_id, number(found))
        self._known.add(self.url)

    def _ask(self, wanted: Sequence[Request[Any]], most_bytes: int) -> list[Any]:
        body = self._post(_encoded(wanted), most_bytes)
        try:
            if len(wanted) == 1:
                answers = [msgspec.json.decode(body, type=_Answer)]
            else:
                answers = self._in_order(msgspec.json.decode(body, type=list[_Answer] | _Answer), len(wanted))
            return [self._result(answer, each) for answer, each in zip(answers, wanted, strict=True)]
        except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
            raise NodeTalksNonsense(self.node, f"{type(error).__name__}, {len(body):,} bytes") from error

    def _in_order(self, answers: list[_Answer] | _Answer, count: int) -> list[_Answer]:
        if isinstance(answers, _Answer):
            self._raise_if_failed(answers)  # nodes and gateways refuse a batch as a whole with one error
            raise NodeTalksNonsense(self.node, "one answer to a batch")
        by_id = {answer.id: answer for answer in answers}
        if len(answers) != count or set(by_id) != set(range(count)):
            raise NodeTalksNonsense(self.node, f"{len(answers)} answers to {count} requests")
        return [by_id[place] for place in range(count)]

    def _result(self, answer: _Answer, request: Request[Any]) -> Any:
        self._raise_if_failed(answer)
        if not answer.result:
            raise NodeTalksNonsense(self.node, f"{request.method} without a result")
        return msgspec.json.decode(answer.result, type=request.kind)

    def _raise_if_failed(self, answer: _Answer) -> None:
        if answer.error is None:
            return
        message = answer.error.message[:300] or str(answer.error.code)
        if _BUSY.search(message):
            raise NodeBusy(self.node, message)
        if _BEHIND.search(message):
            raise NodeBehind(self.node, message)
        if _TOO_MUCH.search(message):
            raise TooMuchAsked(self.node, message)
        if answer.error.code in _BUSY_CODES:
            raise NodeBusy(self.node, message)
        raise NodeRefused(self.node, message)

    def _post(self, body: bytes, most_bytes: int) -> bytes:
        try:
            with self._session.post(
                self.url, data=body, stream=True, timeout=(CONNECT_SECONDS, ANSWER_SECONDS)
            ) as response:
                self._check_status(response)
                # Read here, not by requests: in one piece, and never more than memory is meant for.
                answer: bytes = response.raw.read(most_bytes + 1, decode_content=True)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise NodeSilent(self.node, type(error).__name__) from error
        if len(answer) > most_bytes:
            raise TooMuchAsked(self.node, f"> {most_bytes:,} bytes")
        return answer

    def _check_status(self, response: requests.Response) -> None:
        if response.status_code == _OK:
            return
        if response.status_code == _TOO_LARGE:
            raise TooMuchAsked(self.node, "HTTP 413")
        if response.status_code in _BUSY_STATUSES:
            raise NodeBusy(self.node, f"HTTP {response.status_code}", _seconds(response.headers.get("Retry-After", "")))
        raise NodeSilent(self.node, f"HTTP {response.status_code}")


def patiently(
    seconds: float,
    *,
    passing: tuple[type[Exception], ...] = PASSING,
    first_pause: float = 0.25,
    pause: Callable[[float], object] = sleep,
    heard: Callable[[RetryCallState], None] | None = None,
    until: Callable[[], bool] = lambda: False,
) -> Retrying:
    """Repeats what failed for a reason that may pass, with growing pauses; the last failure is raised.

    Args:
        seconds: for how long.
        passing: what may pass.
        first_pause: the first one is this long at most.
        pause: waits for so many seconds.
        heard: hears of every failure before the pause that follows it.
        until: whether to stop trying.
    """
    growing = wait_random_exponential(multiplier=first_pause, max=LONGEST_PAUSE)

    def length(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        return max(growing(state), error.seconds if isinstance(error, NodeBusy) else 0)

    return Retrying(
        retry=retry_if_exception_type(passing),
        wait=length,
        stop=stop_any(stop_after_delay(seconds), _StopWhen(until)),
        sleep=lambda length: _ignored(pause(length)),
        before_sleep=heard,
        reraise=True,
    )


class _StopWhen(stop_base):
    def __init__(self, condition: Callable[[], bool]) -> None:
        self._condition = condition

    def __call__(self, retry_state: RetryCallState) -> bool:
        return self._condition()


def _ignored(_result: object) -> None:
    return None


def number(quantity: str) -> int:
    """A number as JSON-RPC writes it, such as 0x1b4."""
    return int(quantity, 16)


def _encoded(wanted: Sequence[Request[Any]]) -> bytes:
    calls = [_call(place, each) for place, each in enumerate(wanted)]
    return msgspec.json.encode(calls[0] if len(calls) == 1 else calls)


def _call(place: int, wanted: Request[Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": place, "method": wanted.method, "params": wanted.params}


def _seconds(text: str) -> float:
    """The pause that a Retry-After header asks for; one that names a date counts as none."""
    return float(text) if text.isascii() and text.isdecimal() else 0.0
