"""Packed records and batches, and the head over a history."""

import dataclasses

import pytest
from brownie.test import given
from eth_abi import encode
from eth_utils.crypto import keccak
from hypothesis import strategies as st

from dongne.errors import InputError
from dongne.vehicle import (
    RELEASING_KINDS,
    RESERVED_KINDS,
    RESTRICTING_KINDS,
    Entry,
    Evidence,
    Gauge,
    Kind,
    Reason,
    Record,
    RecordItem,
    RegistrationItem,
    Unit,
    VehicleId,
    Verdict,
    entry_of,
    kinds_in,
    mask,
    name_of,
    pack_batch,
    rederive_head,
    word_of,
)

VEHICLE = VehicleId(keccak(b"a vehicle"))
OWNER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"

records = st.builds(
    Record,
    kind=st.sampled_from(Kind),
    gauge=st.sampled_from(Gauge),
    occurred_at=st.integers(0, 2**40 - 1),
    km=st.integers(0, 2**24 - 1),
    reason=st.sampled_from(Reason),
    number=st.integers(0, 2**24 - 1),
    recorded_at=st.integers(0, 2**40 - 1),
    recorder=st.integers(0, 2**32 - 1),
    supersedes=st.integers(0, 2**24 - 1),
)


@given(records)
def test_a_record_survives_packing(record):
    assert Record.unpack(record.pack()) == record


@pytest.mark.parametrize(
    ("field", "bit", "value"),
    [
        ("kind", 248, Kind.CORRECTION),
        ("gauge", 240, Gauge.IMPORTED),
        ("outcome", 224, 2**16 - 1),
        ("occurred_at", 184, 2**40 - 1),
        ("km", 160, 2**24 - 1),
        ("reason", 152, Reason.HIGHER_THAN_LATER),
        ("number", 128, 2**24 - 1),
        ("recorded_at", 88, 2**40 - 1),
        ("recorder", 56, 2**32 - 1),
        ("supersedes", 32, 2**24 - 1),
        ("older", 8, 2**24 - 1),
    ],
)
def test_each_field_has_its_bits(field, bit, value):
    empty = Record(Kind.REGISTRATION, Gauge.NOT_READ, 0, 0, Reason.NOT_READ, 0, 0, 0)

    assert empty.pack() == 0
    assert dataclasses.replace(empty, **{field: value}).pack() == value << bit


def test_an_entry_is_twelve_bytes():
    entry = Entry(Kind.TAXI_USE, 0x0102030405, 0x060708, Gauge.READ, 0x090A)

    assert entry.pack().hex() == "0f01" + "090a" + "0102030405" + "060708"
    assert entry.word() == entry.pack() + bytes(20)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((Kind.ODOMETER, 0, 2**24, Gauge.READ), "16,777,216 km is not an odometer reading"),
        ((Kind.ODOMETER, 0, -1, Gauge.READ), "-1 km is not an odometer reading"),
        ((Kind.ODOMETER, -1, 1, Gauge.READ), "-1 is not a time of the registry"),
        ((Kind.ODOMETER, 2**40, 1, Gauge.READ), "1099511627776 is not a time of the registry"),
        ((Kind.ODOMETER, 0, 0, Gauge.READ, 2**16), "65536 is not an outcome: 0 to 65,535 is possible"),
        ((Kind.ODOMETER, 0, 1, Gauge.NOT_READ), "The odometer was not read, but 1 km are given"),
    ],
)
def test_an_impossible_entry_is_refused_with_what_is_wrong(arguments, complaint):
    with pytest.raises(InputError, match=complaint):
        Entry(*arguments)


def test_batch_items_are_laid_out_as_documented():
    entry, document = Entry(Kind.ODOMETER, 5, 7, Gauge.READ), keccak(b"document")
    record, registration = RecordItem(VEHICLE, entry, document), RegistrationItem(VEHICLE, OWNER, entry, document)

    assert record.pack() == VEHICLE + entry.pack() + document
    assert registration.pack() == VEHICLE + bytes.fromhex(OWNER[2:]) + entry.pack() + document
    assert pack_batch([record, record]) == record.pack() * 2
    assert (len(record.pack()), len(registration.pack())) == (76, 96)


def test_a_documents_hash_has_32_bytes():
    with pytest.raises(InputError, match="has 32 bytes, not 31"):
        RecordItem(VEHICLE, Entry(Kind.ODOMETER, 5), bytes(31)).pack()


@given(st.lists(st.tuples(records, st.binary(min_size=32, max_size=32)), max_size=4))
def test_the_head_is_what_the_interface_says(history):
    head = VEHICLE
    for record, document in history:
        head = keccak(encode(["bytes32", "uint256", "bytes32"], [head, record.pack(), document]))

    assert rederive_head(VEHICLE, [Evidence(*each) for each in history]) == head


def test_kinds_travel_as_bits():
    kinds = frozenset({Kind.ODOMETER, Kind.OWNERSHIP_CHANGE})

    assert mask(kinds) == 1 << 1 | 1 << 22
    assert kinds_in(mask(kinds)) == kinds
    assert kinds_in(0) == frozenset()


@pytest.mark.parametrize("word", [*Kind, *Gauge, *Verdict, *Reason, *Unit], ids=lambda word: word.name)
def test_every_word_has_a_label_in_both_languages(word):
    assert word.text("en").isascii()
    assert not word.text("ko").isascii()


@pytest.mark.parametrize(
    "text",
    [
        "periodic-inspection",
        "PERIODIC_INSPECTION",
        " Periodic Inspection ",
        "periodicInspection",
        "정기검사",
        "정기 검사",
    ],
)
def test_a_word_is_understood_in_both_languages(text):
    assert word_of(Kind, text) is Kind.PERIODIC_INSPECTION


def test_a_label_with_a_middle_dot_is_understood_without_it():
    assert word_of(Kind, "성능상태점검") is word_of(Kind, "성능·상태점검") is Kind.PERFORMANCE_INSPECTION


@pytest.mark.parametrize("words", [Kind, Gauge, Unit])
def test_every_name_and_label_means_its_word(words):
    for word in words:
        assert all(word_of(words, text) is word for text in (name_of(word), word.text("en"), word.text("ko")))


def test_an_unknown_word_is_refused_with_those_that_are_known():
    with pytest.raises(InputError, match=r"“flying” is not known here. Choose one of: not-read, read, replaced"):
        word_of(Gauge, "flying")


@pytest.mark.parametrize(
    ("km", "gauge", "entry"),
    [
        (None, None, (0, Gauge.NOT_READ)),
        (5, None, (5, Gauge.READ)),
        (0, None, (0, Gauge.READ)),
        (5, Gauge.IMPORTED, (5, Gauge.IMPORTED)),
        (None, Gauge.NOT_READ, (0, Gauge.NOT_READ)),
    ],
)
def test_a_gauge_is_read_where_there_are_kilometres(km, gauge, entry):
    made = entry_of(Kind.ODOMETER, 5, km, gauge)

    assert (made.km, made.gauge) == entry


def test_a_gauge_without_kilometres_is_refused():
    with pytest.raises(InputError, match="“gauge replaced”, but not what it showed"):
        entry_of(Kind.ODOMETER, 5, None, Gauge.REPLACED)


def test_reasons_give_the_verdicts_of_the_contract():
    verdicts = [reason.verdict for reason in Reason]

    assert verdicts == [Verdict.NO_VERDICT] * 5 + [Verdict.LOGICAL] * 2 + [Verdict.ILLOGICAL] * 2
    assert [reason for reason in Reason if reason.is_flagged] == list(Reason)[6:]


def test_reserved_kinds_are_those_with_functions_of_their_own():
    own_functions = {Kind.REGISTRATION, Kind.OWNERSHIP_CHANGE, Kind.CORRECTION}

    assert own_functions | RESTRICTING_KINDS | RELEASING_KINDS == RESERVED_KINDS
