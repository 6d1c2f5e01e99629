"""Raw JSON-RPC for what comes in bulk: many requests in one, answers decoded into types, several nodes with fail-over.

`Nodes` repeats by itself and explains refusals of contracts; this asks for what web3 is too slow for, and repeats
nothing: after a failure the index must look anew at where the chain stands. Answers are checked while they are decoded:
what does not have the expected shape is an error, never a wrong value.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import msgspec

from dongne.config import without_secrets
from dongne.errors import NodeTalksNonsense, WrongChain
from dongne.rpc.answers import ELSEWHERE, refusal
from dongne.rpc.wire import MOST_BYTES, Wire

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
        self._wire, self._at = Wire(), 0
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
            NodeSilent, NodeBusy, NodeBehind, NodeDenied, NodeTalksNonsense: no usable answer; the next node is asked
                next.
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
        except (*ELSEWHERE, WrongChain):
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
        body = self._wire.post(self.url, _encoded(wanted), most_bytes)
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
        if answer.error is not None:
            raise refusal(self.node, answer.error.message, answer.error.code)


def number(quantity: str) -> int:
    """A number as JSON-RPC writes it, such as 0x1b4."""
    return int(quantity, 16)


def _encoded(wanted: Sequence[Request[Any]]) -> bytes:
    calls = [_call(place, each) for place, each in enumerate(wanted)]
    return msgspec.json.encode(calls[0] if len(calls) == 1 else calls)


def _call(place: int, wanted: Request[Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": place, "method": wanted.method, "params": wanted.params}
