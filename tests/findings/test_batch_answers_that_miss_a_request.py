"""A batch in which one answer came twice and another not at all was read as if all were there, one place off."""

import json
from contextlib import contextmanager

import pytest

from dongne.chain import Chain
from dongne.errors import NodeTalksNonsense
from tests.dongne.faulty_node import faulty_node, respond

ID = {"jsonrpc": "2.0", "id": 0, "result": "0x7a69"}
ASKED = [("eth_getBalance", [f"0x{number:040x}", "latest"]) for number in range(12)]


@pytest.fixture
def chain_whose_batches():
    """A chain behind a node whose batch answers are changed on their way."""

    @contextmanager
    def behind(change):
        def answer(handler, body):
            asked = json.loads(body)
            honest = [{**ID, "id": each["id"], "result": each["params"][0]} for each in asked if isinstance(each, dict)]
            said = change(honest) if isinstance(asked, list) else {**ID, "id": asked["id"]}
            respond(handler, 200, json.dumps(said).encode())

        with faulty_node("") as node:
            node.answer = answer
            yield node.url

    return behind


@pytest.mark.parametrize(
    "change",
    [
        lambda honest: [honest[0], *honest[:-1]],
        lambda honest: [{**each, "id": str(each["id"])} for each in honest],
        lambda honest: [{"result": each["result"]} for each in reversed(honest)],
        lambda honest: [{**honest[0], "id": 10**6}, *honest[1:]],
        lambda honest: honest[:-1],
        lambda honest: [],
        lambda honest: ["0x1"] * len(honest),
    ],
    ids=["one twice", "ids as text", "no ids", "a foreign id", "one fewer", "none", "not even answers"],
)
def test_a_batch_whose_answers_cannot_be_told_apart_is_refused(chain_whose_batches, change):
    with chain_whose_batches(change) as url, pytest.raises(NodeTalksNonsense):
        Chain(url, retry_seconds=0).batch(ASKED)


def test_a_batch_answered_in_another_order_is_read_in_the_order_of_asking(chain_whose_batches):
    with chain_whose_batches(lambda honest: honest[::-1]) as url:
        assert Chain(url).batch(ASKED) == [params[0] for _method, params in ASKED]
