"""What a node's error means, whoever asked: each meaning is a class of errors, and this is the only place that reads
codes, words and HTTP statuses.

Nodes and gateways word the same thing differently, and some codes stand for two of them: -32005 says "asked too often"
with most, "a gas limit above the block's" and "too wide a range" with Besu. So words count before codes.
"""

import re
from collections.abc import Mapping
from typing import Any

from hexbytes import HexBytes

from dongne.errors import (
    ContractRefused,
    DongneError,
    NodeBehind,
    NodeBusy,
    NodeDenied,
    NodeLags,
    NodeRefused,
    NodeSilent,
    NodeTalksNonsense,
    NotEnoughForGas,
    TooMuchAsked,
)

PASSING = (NodeSilent, NodeBusy, NodeBehind, NodeLags, NodeTalksNonsense)
"""What another attempt may well answer. Repeat only what is safe to repeat."""

ELSEWHERE = (*PASSING, NodeDenied)
"""What another node may well answer."""

_REDIRECTED, _TOO_LARGE, _BUSY_STATUSES = 300, 413, frozenset({429, 503})
_PASSING_STATUSES, _SERVER_FAILED = frozenset({408, 425}), 500
_BUSY_CODES = frozenset({-32005, -32029, -32097, 429})

_FUNDS = re.compile(
    r"insufficient ?(funds|balance)|(enough|sufficient) (funds|balance)|up-?front cost.*exceeds.*balance", re.IGNORECASE
)
_BUSY = re.compile(r"rate.?limit|too many requests|request rate|compute units|throttl|request count", re.IGNORECASE)
_BEHIND = re.compile(
    r"out.?of.?range|beyond|unknown (block|header)|(block|header).*not found|cannot be found", re.IGNORECASE
)
_TOO_MUCH = re.compile(
    r"range|more than [\d,.]+ (results|logs|blocks)|exceeds? (max|limit)|limited to|too (many|large|wide|big)"
    r"|max results|response size|smaller than size|at most [\d,.]+ (blocks|results)|timeout|timed out",
    re.IGNORECASE,
)
_GAS_LIMIT = re.compile(r"gas.?limit", re.IGNORECASE)


def error_said(node: str, error: Any) -> DongneError:
    """What the error of an answer means.

    Args:
        node: as messages may show it.
        error: what stands under "error"; some gateways leave out parts of it.
    """
    said: Mapping[str, Any] = error if isinstance(error, Mapping) else {"message": error}
    message, data = str(said.get("message", said)), revert_data(said.get("data"))
    reverted = "revert" in message.lower()
    if not reverted and _FUNDS.search(message):
        return NotEnoughForGas(node)
    if reverted or data is not None:
        return ContractRefused.from_data(data or b"")
    return refusal(node, message, said.get("code"))


def refusal(node: str, message: str, code: Any = 0) -> NodeRefused | NodeBusy:
    """What an error means that is not about a contract."""
    code = code if isinstance(code, int) else 0
    message = message[:300] or str(code)
    if _BUSY.search(message):
        return NodeBusy(node, message)
    if _GAS_LIMIT.search(message):
        return NodeRefused(node, message, code)
    if _BEHIND.search(message):
        return NodeBehind(node, message, code)
    if _TOO_MUCH.search(message):
        return TooMuchAsked(node, message, code)
    return NodeBusy(node, message) if code in _BUSY_CODES else NodeRefused(node, message, code)


def status_said(node: str, status: int, retry_after: str | None) -> DongneError | None:
    """What an HTTP status means; None where the answer itself says it.

    Args:
        retry_after: the header of that name.
    """
    said = f"HTTP {status}"
    if status < _REDIRECTED:
        return None
    if status == _TOO_LARGE:
        return TooMuchAsked(node, said)
    if status in _BUSY_STATUSES:
        return NodeBusy(node, said, _seconds(retry_after))
    if status in _PASSING_STATUSES or status >= _SERVER_FAILED:
        return NodeSilent(node, said)
    return NodeDenied(node, said)


def revert_data(data: Any) -> bytes | None:
    """What a reverted call returned; nodes put it in several places."""
    if isinstance(data, dict):
        data = data.get("data", data.get("result"))
    text = data[data.find("0x") :] if isinstance(data, str) and "0x" in data else ""
    try:
        return bytes(HexBytes(text)) if text else None
    except ValueError:
        return None


def _seconds(text: str | None) -> float:
    """The pause that a Retry-After header asks for; one that names a date counts as none."""
    return float(text) if text and text.isascii() and text.isdecimal() else 0.0
