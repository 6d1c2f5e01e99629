"""The Engine API of an execution client: how a consensus client tells it which block is next, and has it build one."""

import base64
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any

import requests

NOTHING = "0x" + "00" * 32
"""Hash of no block; also the parent beacon block's root, for there is no beacon chain."""

SECONDS = 60
BUILDING_SECONDS = 0.15
"""What a client gets to put transactions into the block that it was asked for."""


class EngineRefused(Exception):
    """A client answered with an error."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block as the Engine API has it.

    Attributes:
        payload: its header's fields and its transactions, raw.
    """

    payload: dict[str, Any]

    @property
    def hash(self) -> str:
        return str(self.payload["blockHash"])

    @property
    def number(self) -> int:
        return int(self.payload["blockNumber"], 16)

    @property
    def time(self) -> int:
        return int(self.payload["timestamp"], 16)

    @property
    def parent(self) -> str:
        return str(self.payload["parentHash"])

    @property
    def transactions(self) -> list[str]:
        return list(self.payload["transactions"])


@dataclass(frozen=True, slots=True)
class Choice:
    """Which blocks count: the latest, and the last one that is final."""

    head: str
    final: str = NOTHING

    def as_json(self) -> dict[str, str]:
        return {"headBlockHash": self.head, "safeBlockHash": self.final, "finalizedBlockHash": self.final}


class Engine:
    """One client's Engine API.

    Args:
        url: its address.
        secret: that the client and its consensus client share, 32 bytes.
    """

    def __init__(self, url: str, secret: bytes) -> None:
        self._url, self._secret, self._session = url, secret, requests.Session()

    def choose(self, choice: Choice) -> str:
        """Say which blocks count; gives the client's status, VALID or SYNCING."""
        return str(self._ask("engine_forkchoiceUpdatedV3", choice.as_json(), None)["payloadStatus"]["status"])

    def build(self, choice: Choice, time_: int, recipient: str) -> Block:
        """Have the next block built, with what waits in the client's pool.

        Args:
            choice: its parent is the head.
            time_: the block's Unix seconds.
            recipient: of the tips; blocks of different recipients differ.
        """
        wanted = {
            "timestamp": hex(time_),
            "prevRandao": NOTHING,
            "suggestedFeeRecipient": recipient,
            "withdrawals": [],
            "parentBeaconBlockRoot": NOTHING,
        }
        begun = self._ask("engine_forkchoiceUpdatedV3", choice.as_json(), wanted)
        time.sleep(BUILDING_SECONDS)
        return Block(self._ask("engine_getPayloadV3", begun["payloadId"])["executionPayload"])

    def give(self, block: Block) -> str:
        """Hand a block over; gives the client's status, such as VALID or SYNCING."""
        return str(self._ask("engine_newPayloadV3", block.payload, [], NOTHING)["status"])

    def _ask(self, method: str, *parameters: Any) -> Any:
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
        headers = {"Authorization": f"Bearer {token(self._secret, int(time.time()))}"}
        answer = self._session.post(self._url, json=request, headers=headers, timeout=SECONDS).json()
        if "error" in answer:
            raise EngineRefused(f"{method}: {answer['error'].get('message')}")
        return answer["result"]


def token(secret: bytes, now: int) -> str:
    """The JSON web token (RFC 7519, HS256) by which a consensus client shows itself, good for a minute."""
    header, claims = {"alg": "HS256", "typ": "JWT"}, {"iat": now}
    signed = ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))
    return f"{signed}.{_encoded(hmac.digest(secret, signed.encode(), 'sha256'))}"


def _encoded(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()
