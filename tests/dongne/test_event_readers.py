"""The fast readers of logs say what the general decoder says, and handlers take what they give."""

import inspect
import random

import pytest
from eth_abi.abi import encode
from eth_utils.abi import collapse_if_tuple
from eth_utils.address import to_checksum_address
from hexbytes import HexBytes

from dongne.abi import entry
from dongne.events import UNREADABLE
from dongne.indexer.handlers import HANDLERS
from tests.dongne.test_events import typed

EVENTS = typed()
NAMES = sorted(EVENTS)
CHANCE = random.Random(20_261_128)


def any_value(kind):
    """A value of an ABI type, at random, its extremes often."""
    if kind.endswith("]"):
        inner, _, size = kind[:-1].rpartition("[")
        return [any_value(inner) for _ in range(int(size) if size else CHANCE.randrange(4))]
    if kind.startswith("("):
        return tuple(any_value(each) for each in split(kind[1:-1]))
    if kind == "address":
        return "0x" + CHANCE.randbytes(20).hex()
    if kind == "bool":
        return CHANCE.random() < 0.5
    if kind == "string":
        return CHANCE.choice(("", "https://seoul.example/서울", "x" * 100))
    if kind == "bytes":
        return CHANCE.randbytes(CHANCE.choice((0, 1, 31, 32, 33, 200)))
    if kind.startswith("bytes"):
        return CHANCE.randbytes(int(kind[5:]))
    bits = int(kind.removeprefix("uint"))
    return CHANCE.choice((0, 1, 2**bits - 1, CHANCE.getrandbits(bits)))


def split(types):
    """The members of a tuple's type."""
    found, depth = [""], 0
    for letter in types:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            found.append("")
        else:
            found[-1] += letter
    return found


def any_log(kind):
    """Topics and data of an event at random, and the values in the event's order."""
    inputs = entry(kind.CONTRACT, "event", kind.__name__)["inputs"]
    values = [any_value(collapse_if_tuple(each)) for each in inputs]
    pairs = list(zip(inputs, values, strict=True))
    indexed = [encode([each["type"]], [value]) for each, value in pairs if each["indexed"]]
    plain = [(collapse_if_tuple(each), value) for each, value in pairs if not each["indexed"]]
    return [kind.topic(), *indexed], encode([each for each, _ in plain], [value for _, value in plain])


def as_json(topics, data):
    return ["0x" + topic.hex() for topic in topics], "0x" + data.hex()


def comparable(value):
    return to_checksum_address(value) if isinstance(value, bytes) and len(value) == 20 else value


@pytest.mark.parametrize(("contract", "event"), NAMES)
def test_a_reader_says_what_the_decoder_says(contract, event):
    kind = EVENTS[contract, event]
    for number in range(20):
        topics, data = any_log(kind)
        log = {"topics": [HexBytes(each) for each in topics], "data": HexBytes(data)}
        decoded = kind.decode(log | {"blockNumber": number, "transactionHash": HexBytes(b""), "logIndex": 0})

        read = kind.reader()(*as_json(topics, data))

        assert [comparable(each) for each in read] == [getattr(decoded, name) for name in kind.parameters()]


@pytest.mark.parametrize(("contract", "event"), NAMES)
def test_a_log_that_is_cut_off_is_refused(contract, event):
    kind = EVENTS[contract, event]
    topics, data = as_json(*any_log(kind))

    damaged = [(topics[:-1], data), ([*topics, topics[0]], data), (topics, data[:40])]
    for wrong_topics, wrong_data in damaged:
        if wrong_data == data == "0x" and wrong_topics == topics:
            continue
        with pytest.raises(UNREADABLE):
            kind.reader()(wrong_topics, wrong_data)


def test_bytes_that_end_before_their_length_are_refused():
    kind = EVENTS["LocalCurrency", "OrdersPaid"]
    data = encode(["bytes"], [bytes(64)]).hex()

    with pytest.raises(ValueError, match="cut off"):
        kind.reader()(["0x" + kind.topic().hex()], "0x" + data[:-2])


def test_text_that_is_not_utf_8_stops_nobody():
    kind = EVENTS["Vouchers", "ProgrammeOpened"]
    as_bytes = "(address,uint40,uint40,uint16,uint64,uint16[],bytes32,bytes)"
    terms = ("0x" + "11" * 20, 1, 2, 3, 4, [5], bytes(32), b"\xff\xfe")
    topics = [kind.topic(), encode(["uint256"], [1]), encode(["address"], ["0x" + "11" * 20])]

    programme, _funder, read = kind.reader()(*as_json(topics, encode([as_bytes], [terms])))

    assert programme == 1
    assert read[-1] == "\N{REPLACEMENT CHARACTER}" * 2


# Handlers


def python_type(kind):
    if kind == "address" or kind.startswith("bytes"):
        return bytes
    if kind.startswith("uint"):
        return int
    return {"bool": bool, "string": str}.get(kind, tuple)


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda handler: f"{handler.event.CONTRACT}.{handler.event.__name__}")
def test_a_handler_takes_the_values_of_its_event(handler):
    inputs = entry(handler.event.CONTRACT, "event", handler.event.__name__)["inputs"]
    expected = dict(
        zip(handler.event.parameters(), (python_type(collapse_if_tuple(each)) for each in inputs), strict=True)
    )

    _draft, _at, *own = inspect.signature(handler.function).parameters.values()

    assert [each.name.strip("_") for each in own] == [name.strip("_") for name in expected]
    assert [origin(each.annotation) for each in own] == list(expected.values())


def origin(annotation):
    return getattr(annotation, "__origin__", annotation)


def test_every_event_has_one_handler_at_most():
    events = [handler.event for handler in HANDLERS]

    assert len(set(events)) == len(events)


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda handler: handler.event.__name__)
def test_rows_that_a_handler_reads_are_named_by_parameters_of_the_event(handler):
    for row, key in handler.row_keys():
        values = tuple(range(len(handler.event.parameters())))
        found = key(values)
        assert isinstance(found, tuple) == (len(row.key) > 1)
