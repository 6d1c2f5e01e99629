"""Certificates: what they say, how strictly they are read, that no forgery passes, and what their page shows."""

import json
import re
from collections import Counter
from dataclasses import replace
from random import Random
from xml.etree import ElementTree

import pytest
from eth_utils.crypto import keccak

from dongne.errors import DongneError, EvidenceMismatch
from dongne.vehicle import Disclosure, Evidence, Gauge, Kind, Reason, Record, Verdict
from dongne.vehicle.certificate import Certificate, Recorder, Scope
from dongne.vehicle.certificate_file import from_json, to_json
from dongne.vehicle.certificate_page import POLICY, code_text, page
from dongne.vehicle.certification import compare
from dongne.vehicle.errors import (
    CertificateContradictsItself,
    CertificateNotJson,
    CertificateRecordAltered,
    CertificateRecordMislabelled,
    CertificateRecordMisplaced,
    CertificateRecordsCut,
    CertificateVinWrong,
)
from dongne.vehicle.paces import Paces
from dongne.vehicle.title import OpenRestriction, counted_brands, open_restrictions
from scripts.demo.forgeries import FORGED, WAYS, forge

DAY = 86_400
START = 1_500_000_000
OWNER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
GARAGE = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"
OFFICE = "0x90F79bf6EB2c4f870365E785982E1f101E93b906"
REGISTRY = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
DISCLOSURE = Disclosure("4T1BG22K3XU414256", bytes(range(32)))
SCOPE = Scope(31337, REGISTRY, 3, Paces((1_000,)), 77, "0x" + "ab" * 32, START + 900 * DAY)


def record(number, kind, day, km=None, **changes):
    gauge = Gauge.NOT_READ if km is None else Gauge.READ
    reason = Reason.NOT_READ if km is None else Reason.CONSISTENT
    plain = Record(kind, gauge, START + day * DAY, km or 0, reason, number, START + day * DAY + 60, 1)
    return replace(plain, **changes)


RECORDS = (
    record(1, Kind.REGISTRATION, 0, recorder=2),
    record(2, Kind.ODOMETER, 100, 12_000, reason=Reason.NO_BASELINE),
    record(3, Kind.FLOOD, 200),
    record(4, Kind.ODOMETER, 300, 350_000, reason=Reason.IMPLAUSIBLE),
    record(5, Kind.ODOMETER, 300, 35_000, supersedes=4),
    record(6, Kind.LIEN, 400, recorder=2),
    record(7, Kind.PERIODIC_INSPECTION, 500, 30_000, reason=Reason.LOWER_THAN_EARLIER),
    record(8, Kind.ODOMETER, 800, 60_000, recorder=3),
)


def certificate(records=RECORDS, disclosure=DISCLOSURE, **changes):
    recorders = {1: Recorder(GARAGE, None), 2: Recorder(OFFICE, None), 3: Recorder(OWNER, START + 700 * DAY)}
    wrote = {each.recorder for each in records}
    evidence = tuple(Evidence(each, keccak(bytes([each.number]))) for each in records)
    known = {number: each for number, each in recorders.items() if number in wrote}
    made = Certificate(SCOPE, DISCLOSURE.vehicle, evidence, known, OWNER, disclosure)
    return replace(made, **changes)


def edited(edit):
    fields = certificate().as_json()
    edit(fields)
    return json.dumps(fields)


def presented(text, actual):
    """A certificate as `verify` takes it: read, then compared with what a node states."""
    compare(from_json(text), actual, "http://node")


@pytest.mark.parametrize("disclosure", [DISCLOSURE, None])
def test_a_certificate_survives_its_file(disclosure):
    made = certificate(disclosure=disclosure)

    assert from_json(to_json(made)) == made
    presented(to_json(made), certificate(disclosure=None))


def test_it_says_what_a_buyer_must_know():
    made = certificate()

    assert made.verdict is Verdict.ILLOGICAL
    assert made.brands == (Kind.FLOOD,)
    assert made.restrictions == (OpenRestriction(Kind.LIEN, 6),)
    assert made.history.tainted == {8}


@pytest.mark.parametrize("seed", [1, FORGED, 20_261_124])
def test_a_hundred_of_a_hundred_forgeries_are_found_out_and_the_record_is_named(seed):
    made, random, ways = certificate(), Random(seed), Counter()
    for place in range(FORGED):
        forgery = forge(made, random, place)

        with pytest.raises(DongneError) as refused:
            presented(forgery.text, made)

        if forgery.record is not None:
            assert names(refused.value, forgery.record), f"{forgery.way} of {forgery.record}: {refused.value}"
        ways[forgery.way] += 1
    assert len(ways) == len(WAYS) and sum(ways.values()) == FORGED


def names(error, number):
    """Whether an error names a record: itself, or the last one before where something is missing."""
    named = number - 1 if isinstance(error, CertificateRecordsCut) else number
    return re.search(rf"[Rr]ecord {named}\b", str(error))


def test_each_readable_field_of_each_record_is_bound_to_its_word():
    fields = certificate().as_json()
    for number in range(1, len(RECORDS) + 1):
        for field in set(fields["records"][0]) - {"word", "document", "head"}:
            other = certificate().as_json()
            values = [each[field] for each in fields["records"] if each[field] != fields["records"][number - 1][field]]
            if not values:
                continue
            other["records"][number - 1][field] = values[0]

            with pytest.raises(CertificateRecordMislabelled) as refused:
                from_json(json.dumps(other))

            assert (refused.value.number, refused.value.field) == (number, field)


def test_one_and_true_and_one_point_nought_are_different():
    for value in (True, 1.0):
        with pytest.raises(DongneError):
            from_json(edited(lambda fields, value=value: fields["records"][0].update(number=value)))


@pytest.mark.parametrize(
    ("edit", "error"),
    [
        (lambda fields: fields["records"].pop(1), CertificateRecordMisplaced),
        (lambda fields: fields["records"].pop(), CertificateRecordsCut),
        (lambda fields: fields["records"].reverse(), CertificateRecordMisplaced),
        (lambda fields: fields["records"][2].update(word="0x" + "ff" * 32), CertificateRecordAltered),
        (lambda fields: fields["records"][2].update(document="0x" + "00" * 32), CertificateRecordAltered),
        (lambda fields: fields.update(brands=[]), CertificateContradictsItself),
        (lambda fields: fields.update(restrictions=[]), CertificateContradictsItself),
        (lambda fields: fields.update(verdict="LOGICAL"), CertificateContradictsItself),
        (lambda fields: fields.update(vin="JT2GK12E6S0125152"), CertificateVinWrong),
        (lambda fields: fields.update(vin=None), CertificateVinWrong),
        (lambda fields: fields.update(salt="0x" + "00" * 32), CertificateVinWrong),
        (lambda fields: fields["recorders"].append(fields["recorders"][0]), CertificateContradictsItself),
    ],
)
def test_each_contradiction_has_an_error_of_its_own(edit, error):
    with pytest.raises(error):
        from_json(edited(edit))


@pytest.mark.parametrize("text", ["", "[", "NaN", "1" * 5_000, "[" * 100_000, '{"format": 1, "format": 1}', "\ud800"])
def test_what_is_not_json_is_refused(text):
    with pytest.raises(CertificateNotJson):
        from_json(text)


def test_foreign_and_missing_fields_are_named():
    with pytest.raises(DongneError, match="record 2: a certificate has no fields remark"):
        from_json(edited(lambda fields: fields["records"][1].update(remark="as new")))
    with pytest.raises(DongneError, match="record 3: the fields km are missing"):
        from_json(edited(lambda fields: fields["records"][2].pop("km")))


def test_random_damage_is_refused_without_a_traceback():
    random, text = Random(7), to_json(certificate())
    for _round in range(600):
        fields = json.loads(text)
        damage(fields, random)
        try:
            presented(json.dumps(fields), certificate())
        except DongneError as error:
            assert error.explain("ko") and error.explain("en")
        else:
            assert {**fields, "registry_block": 0} == {**json.loads(text), "registry_block": 0}


JUNK = [
    None,
    True,
    -1,
    0,
    2**70,
    1.5,
    "",
    "0x",
    "0x" + "zz" * 32,
    "\ud800",
    "<b>",
    [],
    {},
    [[]],
    {"a": 1},
    "0x" + "11" * 32,
]


def damage(fields, random):
    """Replace, drop or add something somewhere."""
    at = fields
    while True:
        key = random.choice(list(at)) if isinstance(at, dict) else random.randrange(len(at))
        if isinstance(at[key], dict | list) and at[key] and random.random() < 0.8:
            at = at[key]
            continue
        break
    deed = random.randrange(3)
    if deed == 0:
        at[key] = random.choice(JUNK)
    elif deed == 1:
        del at[key]
    elif isinstance(at, dict):
        at[random.choice(["x", "\ud800", "vin"])] = random.choice(JUNK)
    else:
        at.append(random.choice(JUNK))


def test_bytes_cut_or_changed_anywhere_are_refused_without_a_traceback():
    random, text = Random(8), to_json(certificate())
    for _round in range(300):
        place = random.randrange(len(text) - 2)
        changed = (
            text[:place] if random.random() < 0.3 else text[:place] + random.choice('0aZ"{}[],:\\') + text[place + 1 :]
        )
        try:
            presented(changed, certificate())
        except DongneError:
            continue
        header = json.loads(changed)
        assert {**header, "registry_block": 0} == {**json.loads(text), "registry_block": 0}


def test_a_node_that_states_other_things_is_named():
    made = certificate()
    for other in (
        replace(made, owner=GARAGE),
        certificate(RECORDS[:-1]),
        certificate((*RECORDS, record(9, Kind.FIRE, 850))),
    ):
        with pytest.raises(EvidenceMismatch, match="http://node"):
            compare(made, other, "http://node")


def test_restrictions_are_those_that_nobody_released():
    kinds = (Kind.LIEN, Kind.SEIZURE, Kind.LIEN, Kind.LIEN_RELEASE, Kind.EXPORT, Kind.REINSTATEMENT)
    records = [record(number, kind, number) for number, kind in enumerate(kinds, start=1)]

    assert open_restrictions(records) == (OpenRestriction(Kind.LIEN, 1), OpenRestriction(Kind.SEIZURE, 2))
    correction = record(7, Kind.SEIZURE, 2, supersedes=2)
    assert open_restrictions([*records, correction]) == open_restrictions(records)


def test_a_brand_comes_back_when_its_tainted_withdrawal_is_struck():
    flood, withdrawal = record(1, Kind.FLOOD, 1), record(2, Kind.CORRECTION, 2, supersedes=1)
    strike = record(3, Kind.CORRECTION, 3, supersedes=2, recorder=0)

    assert counted_brands([flood]) == {Kind.FLOOD}
    assert counted_brands([flood, withdrawal]) == frozenset()
    assert counted_brands([flood, withdrawal, strike]) == {Kind.FLOOD}


@pytest.fixture(scope="module")
def html():
    return page(certificate(), "en", "Asia/Seoul")


def tree(text):
    return ElementTree.fromstring(re.sub(r"<meta [^>]*>", "", text.removeprefix("<!DOCTYPE html>")))


def test_the_page_shows_every_record_and_every_reading(html):
    root = tree(html)
    rows, readings = root.findall(".//tbody/tr"), root.findall(".//svg[@class='chart']/g")

    assert [row.find("td/span").text for row in rows] == [str(each.number) for each in RECORDS]
    assert [mark.get("data-record") for mark in readings] == [str(each.number) for each in RECORDS if each.is_reading]


def test_what_does_not_count_is_struck_through_with_the_reason(html):
    void = {row.find("td/span").text: row for row in tree(html).findall(".//tbody/tr[@class='void']")}

    assert set(void) == {"4", "8"}
    assert "corrected by record 5" in "".join(void["4"].itertext())
    assert "revoked from" in "".join(void["8"].itertext())


def test_flagged_readings_differ_in_shape(html):
    marks = {mark.get("data-record"): mark[1] for mark in tree(html).findall(".//svg[@class='chart']/g")}

    assert marks["2"].tag == "circle"
    assert marks["7"].tag == "path" and marks["7"].get("class") == "flag"
    assert marks["8"].get("class") == "void"


def test_restrictions_brands_and_verdict_stand_on_top(html):
    said = html[html.index("<body>") : html.index("<svg")]

    assert "lien (record 6)" in said
    assert "Stays with the vehicle: flood" in said
    assert "contradict each other" in said


def test_the_page_loads_and_runs_nothing(html):
    assert f'content="{POLICY}"' in html
    assert not re.search(r"<script|<link|<img|<iframe|\bon\w+=|url\(|@import|src=|href=", html)


def test_nothing_that_it_shows_becomes_markup():
    hostile = '<script>alert("x")</script>&"\''
    made = certificate(disclosure=Disclosure(hostile, bytes(32)), owner=hostile)

    text = page(made, "ko", "Asia/Seoul")

    assert "<script" not in text
    assert hostile in "".join(tree(text).itertext())


def test_the_code_names_chain_registry_vehicle_block_and_head():
    made = certificate()

    assert code_text(made).split(":") == [
        "DONGNE1",
        "31337",
        REGISTRY[2:].upper(),
        made.vehicle.hex().upper(),
        "77",
        made.head.hex().upper(),
    ]


@pytest.mark.parametrize("records", [RECORDS[:1], RECORDS[:2], (record(1, Kind.ODOMETER, 5, 0),)])
def test_short_histories_have_a_page_too(records):
    assert "</html>" in page(certificate(records), "en", "Asia/Seoul")


def test_times_that_no_calendar_has_do_not_matter_to_the_page():
    far = record(1, Kind.ODOMETER, 0, 5, occurred_at=2**40 - 1, recorded_at=2**40 - 1)

    assert "</html>" in page(certificate((far,)), "en", "Asia/Seoul")
