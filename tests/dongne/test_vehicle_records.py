"""Packed records and batches, and the head over a history."""

import dataclasses

import pytest
from brownie.test import given
from eth_abi import encode
from eth_utils.crypto import keccak
from hypothesis import strategies as st

from dongne.errors import InputError
from dongne.vehicle import (
    RESERVED_KINDS,
    Entry,
    Evidence,
    Gauge,
    Kind,
    Reason,
    Record,
    RecordItem,
    RegistrationItem,
    VehicleId,
    Verdict,
    kinds_in,
    label,
    mask,
    pack_batch,
    rederive_head,
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
        ("occurred_at", 200, 2**40 - 1),
        ("km", 176, 2**24 - 1),
        ("reason", 168, Reason.HIGHER_THAN_LATER),
        ("number", 144, 2**24 - 1),
        ("recorded_at", 104, 2**40 - 1),
        ("recorder", 72, 2**32 - 1),
        ("supersedes", 48, 2**24 - 1),
    ],
)
def test_each_field_has_its_bits(field, bit, value):
    empty = Record(Kind.REGISTRATION, Gauge.NOT_READ, 0, 0, Reason.NOT_READ, 0, 0, 0)

    assert empty.pack() == 0
    assert dataclasses.replace(empty, **{field: value}).pack() == value << bit


def test_an_entry_is_ten_bytes():
    entry = Entry(Kind.TAXI_USE, 0x0102030405, 0x060708, Gauge.READ)

    assert entry.pack().hex() == "0f01" + "0102030405" + "060708"
    assert entry.word() == entry.pack() + bytes(22)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((Kind.ODOMETER, 0, 2**24, Gauge.READ), "16,777,216 km is no odometer reading"),
        ((Kind.ODOMETER, 0, -1, Gauge.READ), "-1 km is no odometer reading"),
        ((Kind.ODOMETER, -1, 1, Gauge.READ), "-1 is no date"),
        ((Kind.ODOMETER, 2**40, 1, Gauge.READ), "1099511627776 is no date"),
        ((Kind.ODOMETER, 0, 1, Gauge.NOT_READ), "1 km with a gauge that was not read"),
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
    assert (len(record.pack()), len(registration.pack())) == (74, 94)


def test_a_documents_hash_has_32_bytes():
    with pytest.raises(InputError, match="32 bytes, not 31"):
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


def test_every_word_has_a_label_in_both_languages():
    for word in (*Kind, *Gauge, *Verdict, *Reason):
        assert label(word, "en").isascii()
        assert not label(word, "ko").isascii()


def test_reasons_give_the_verdicts_of_the_contract():
    verdicts = [reason.verdict for reason in Reason]

    assert verdicts == [Verdict.NO_VERDICT] * 5 + [Verdict.LOGICAL] * 2 + [Verdict.ILLOGICAL] * 2
    assert [reason for reason in Reason if reason.is_flagged] == list(Reason)[6:]


def test_reserved_kinds_are_those_with_functions_of_their_own():
    assert {Kind.REGISTRATION, Kind.OWNERSHIP_CHANGE, Kind.CORRECTION} == RESERVED_KINDS
