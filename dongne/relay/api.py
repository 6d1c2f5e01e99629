"""The relayer's HTTP interface: messages are handed in, and asked for.

    POST /v1/payments            one message as a JSON object, or several as a list: fields as in files of such messages
    GET  /v1/messages/{id}       where a message stands
    GET  /v1/status              how many of each kind are in which state
    GET  /health                 whether node and store answer
    GET  /metrics                figures for Prometheus

It needs no trust: it can withhold a message, but neither alter nor repeat one. Reasons come in the language that
`Accept-Language` asks for.
"""

import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from dongne.errors import ChainError, DongneError, InputError
from dongne.language import Language
from dongne.relay.errors import (
    BodyTooLong,
    NotHandedIn,
    NotMessages,
    OutOfOrder,
    QuotaReached,
    TooManyMessages,
    UnknownKind,
)
from dongne.relay.intake import Answer, Intake
from dongne.relay.metrics import IntakeMetrics
from dongne.relay.queue import reason_in
from dongne.results import LANGUAGES
from dongne.store.errors import StoreError
from dongne.store.relay import QueuedMessage

MOST_BODY_BYTES = 2_000_000
"""Of one request: 500 messages of smart accounts fit."""

RETRY_SECONDS = 5
"""After which a client may try again where a node or the store failed."""


router = APIRouter()


def application(intake: Intake, metrics: IntakeMetrics, log: Any) -> FastAPI:
    """The relayer's web application."""
    app = FastAPI(title="Dongne relayer", version=version("dongne"), docs_url=None, redoc_url=None)
    app.state.intake, app.state.metrics, app.state.log = intake, metrics, log
    app.include_router(router)
    app.add_exception_handler(DongneError, _failed)
    return app


@router.post("/v1/{kind}", status_code=202)
async def hand_in(kind: str, request: Request) -> JSONResponse:
    """Hand in signed messages of a kind: payments, authorizations, cash-outs, voucher-payments, votes, score-votes."""
    intake: Intake = request.app.state.intake
    body = _parsed(await _body(request), intake.quotas.messages)
    client = request.client.host if request.client else ""
    answers = await run_in_threadpool(intake.accept, kind, body, client)
    for answer in answers:
        request.app.state.metrics.took(kind, "queued" if answer.is_new else answer.error or "known")
    language = _language(request)
    if isinstance(body, list):
        return JSONResponse({"messages": [_told(each, language) for each in answers]}, 200)
    (answer,) = answers
    return JSONResponse(_told(answer, language), _answered(answer))


@router.get("/v1/messages/{id}")
async def message(id: str, request: Request) -> JSONResponse:
    """Where a message stands."""
    return JSONResponse(await run_in_threadpool(_found, request.app.state.intake, id, _language(request)))


@router.get("/v1/status")
async def status(request: Request) -> JSONResponse:
    """How many messages of each kind are in which state, and for how long the first of them has been there."""
    counts = await run_in_threadpool(request.app.state.intake.queue.counts)
    return JSONResponse([each.as_json() for each in counts])


@router.get("/health")
async def health(request: Request) -> JSONResponse:
    """Whether node and store answer."""
    return JSONResponse({"block": await run_in_threadpool(request.app.state.intake.head), "status": "ok"})


@router.get("/metrics")
async def figures(request: Request) -> Response:
    """Figures as Prometheus reads them."""
    metrics: IntakeMetrics = request.app.state.metrics
    metrics.waiting(await run_in_threadpool(request.app.state.intake.queue.counts))
    return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)


async def _failed(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DongneError)
    status_code, headers = _status(error)
    if status_code >= 500:
        request.app.state.log.warning("failed", error=type(error).__name__, reason=str(error))
        error = OutOfOrder(type(error).__name__)  # the reason names machines of the city
    return JSONResponse(_problem(error, _language(request)), status_code, headers=headers)


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BODY_BYTES:
            raise BodyTooLong(MOST_BODY_BYTES)
    return bytes(body)


def _parsed(body: bytes, most: int) -> Any:
    try:
        return json.loads(body, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise NotMessages(most) from error


def _found(intake: Intake, id_: str, language: Language) -> dict[str, Any]:
    try:
        wanted = bytes.fromhex(id_.removeprefix("0x"))
    except ValueError as error:
        raise NotHandedIn(id_[:80]) from error
    row = intake.queue.find([wanted]).get(wanted)
    if row is None:
        raise NotHandedIn(id_[:80])
    return _row(row, intake, language)


def _row(row: QueuedMessage, intake: Intake, language: Language) -> dict[str, Any]:
    told: dict[str, Any] = {"id": "0x" + row.id.hex(), "kind": row.kind, "state": row.state}
    batch = intake.queue.transactions([row.batch]).get(row.batch) if row.batch else None
    if batch and batch.hash:
        told |= {"transaction": "0x" + batch.hash.hex(), "block": batch.block}
    if reason := reason_in(row, language):
        told["reason"] = reason
    return told


def _told(answer: Answer, language: Language) -> dict[str, Any]:
    told: dict[str, Any] = {"state": answer.state}
    if answer.id is not None:
        told["id"] = "0x" + answer.id.hex()
    if answer.error is not None:
        told["error"] = answer.error
    if answer.reason is not None:
        told["reason"] = answer.reason[language]
    return told


def _answered(answer: Answer) -> int:
    if answer.error is not None:
        return 429 if answer.error == "TooManyWaiting" else 422
    return 202 if answer.is_new else 200


def _status(error: DongneError) -> tuple[int, Mapping[str, str]]:
    if isinstance(error, QuotaReached):
        return 429, {"Retry-After": str(error.seconds)}
    if isinstance(error, UnknownKind | NotHandedIn):
        return 404, {}
    if isinstance(error, TooManyMessages | BodyTooLong):
        return 413, {}
    if isinstance(error, InputError):
        return 400, {}
    if isinstance(error, ChainError | StoreError):
        return 503, {"Retry-After": str(RETRY_SECONDS)}
    return 500, {}


def _problem(error: DongneError, language: Language) -> dict[str, str]:
    name = error.name if isinstance(error, OutOfOrder) else type(error).__name__
    return {"error": name, "reason": error.explain(language)}


def _language(request: Request) -> Language:
    """The first of our languages that the reader asks for."""
    for asked in request.headers.get("accept-language", "").lower().split(","):
        for language in LANGUAGES:
            if asked.strip().startswith(language):
                return language
    return "en"
