"""A history as its reader sees it: complete, judged as a whole, and able to prove its parts."""

from dataclasses import replace

import pytest
from eth_utils.crypto import keccak

from dongne.errors import EvidenceMismatch, InputError
from dongne.vehicle import Evidence, Gauge, History, Kind, Paces, Reason, Record, VehicleId, Verdict, rederive_head

VEHICLE = VehicleId(keccak(b"a vehicle"))
DAY = 86_400
PACES = Paces((1_000, 3_000))


def record(number, km, day, **changes):
    plain = Record(Kind.ODOMETER, Gauge.READ, day * DAY, km, Reason.CONSISTENT, number, day * DAY + 60, 1)
    return replace(plain, **changes)


def history(*records):
    return History(VEHICLE, tuple(Evidence(each, keccak(bytes([each.number]))) for each in records))


def reasons(found):
    return [(finding.record.number, finding.reason) for finding in found.findings(PACES)]


def test_late_evidence_is_judged_at_its_date():
    found = history(record(1, 10_000, 10), record(2, 20_000, 40), record(3, 25_000, 30))

    assert reasons(found) == [(1, Reason.NO_BASELINE), (3, Reason.CONSISTENT), (2, Reason.LOWER_THAN_EARLIER)]
    assert found.verdict(PACES) is Verdict.ILLOGICAL


def test_readings_of_the_same_second_count_in_the_order_of_their_numbers():
    found = history(record(1, 10_000, 10), record(2, 20_000, 20), record(3, 19_000, 20), record(4, 19_500, 20))

    assert reasons(found) == [
        (1, Reason.NO_BASELINE),
        (2, Reason.CONSISTENT),
        (3, Reason.LOWER_THAN_EARLIER),
        (4, Reason.CONSISTENT),
    ]


def test_a_correction_of_the_same_second_counts_after_what_was_recorded_between():
    correction = record(4, 10_700, 20, supersedes=2)
    found = history(record(1, 10_000, 10), record(2, 10_500, 20), record(3, 10_600, 20), correction)

    assert reasons(found) == [(1, Reason.NO_BASELINE), (3, Reason.CONSISTENT), (4, Reason.CONSISTENT)]


def test_a_superseded_reading_no_longer_counts():
    typo, correction = record(2, 500_000, 20), record(4, 50_500, 20, supersedes=2)
    found = history(record(1, 50_000, 10), typo, record(3, 51_000, 30), correction)

    assert reasons(found) == [(1, Reason.NO_BASELINE), (4, Reason.CONSISTENT), (3, Reason.CONSISTENT)]
    assert found.superseded == {2: 4}
    assert found.verdict(PACES) is Verdict.LOGICAL


def test_a_withdrawal_removes_a_reading_and_is_none_itself():
    withdrawal = record(3, 0, 0, kind=Kind.CORRECTION, gauge=Gauge.NOT_READ, supersedes=2)
    found = history(record(1, 50_000, 10), record(2, 10, 20), withdrawal)

    assert [each.number for each in found.standing] == [1]
    assert found.verdict(PACES) is Verdict.NO_VERDICT


def test_a_changed_gauge_restarts_the_series():
    found = history(record(1, 50_000, 10), record(2, 5, 20, gauge=Gauge.REPLACED), record(3, 6, 30))

    assert [reason for _, reason in reasons(found)] == [
        Reason.NO_BASELINE,
        Reason.GAUGE_REPLACED,
        Reason.CONSISTENT,
    ]


def test_a_rise_above_the_pace_is_implausible_with_one_day_of_grace():
    within, above = history(record(1, 0, 10), record(2, 3_000, 12)), history(record(1, 0, 10), record(2, 3_001, 12))

    assert reasons(within)[1] == (2, Reason.CONSISTENT)
    assert reasons(above)[1] == (2, Reason.IMPLAUSIBLE)


def test_a_vehicle_is_judged_by_the_pace_of_its_class():
    registered = record(1, 0, 9, kind=Kind.REGISTRATION, gauge=Gauge.NOT_READ, outcome=1)
    taxi = history(registered, record(2, 0, 10), record(3, 4_000, 11))
    corrected = replace(registered, number=4, supersedes=1, outcome=0)

    assert (taxi.vehicle_class, taxi.findings(PACES)[-1].reason) == (1, Reason.CONSISTENT)
    private = history(*taxi.records, corrected)
    assert (private.vehicle_class, private.findings(PACES)[-1].reason) == (0, Reason.IMPLAUSIBLE)


def test_a_finding_says_how_far_and_how_long():
    found = history(record(1, 50_000, 10), record(2, 40_000, 25))

    (first, second) = found.findings(PACES)
    assert (first.km, first.days) == (0, 0)
    assert (second.km, second.days) == (-10_000, 15)


def test_a_history_without_readings_has_no_findings():
    found = history(record(1, 0, 0, kind=Kind.REGISTRATION, gauge=Gauge.NOT_READ))

    assert found.findings(PACES) == ()
    assert found.verdict(PACES) is Verdict.NO_VERDICT


def test_a_complete_history_verifies_and_one_that_lacks_a_record_does_not():
    found = history(record(1, 1, 1), record(2, 2, 2), record(3, 3, 3))

    found.verify(found.head)
    for left_out in range(3):
        shorter = History(VEHICLE, found.evidence[:left_out] + found.evidence[left_out + 1 :])
        with pytest.raises(EvidenceMismatch, match=r"is missing or (altered|out of order)"):
            shorter.verify(found.head)


def test_a_witness_leads_from_the_superseded_record_to_the_head():
    found = history(record(1, 1, 1), record(2, 2, 2), record(3, 3, 3))

    witness = found.witness(2)

    (run,) = witness.runs
    assert run.evidence[0].record.number == 1, "the neighbour before it is shown as well"
    assert run.head_before == VEHICLE
    assert rederive_head(VehicleId(run.head_before), run.evidence) == found.head
    assert witness.superseded is found.evidence[1]


def test_a_witness_shows_no_more_than_the_stretch_to_the_next_checkpoint():
    found = history(*(record(number, number, number) for number in range(1, 101)))

    witness = found.witness(40)

    (run,) = witness.runs
    assert [each.record.number for each in run.evidence] == list(range(39, 65))
    assert (witness.number, witness.newer) == (40, 41)
    assert rederive_head(VehicleId(run.head_before), run.evidence) == rederive_head(VEHICLE, found.evidence[:64])


def test_a_tainted_reading_and_a_tainted_withdrawal_count_for_nothing():
    withdrawal = record(3, 0, 0, kind=Kind.CORRECTION, gauge=Gauge.NOT_READ, supersedes=1)
    told = history(record(1, 150_000, 10), record(2, 80_000, 20), withdrawal, record(4, 5, 30))

    found = History(VEHICLE, told.evidence, frozenset({3, 4}))

    assert [each.number for each in found.standing] == [1, 2]
    assert found.superseded == {}
    assert found.verdict(PACES) is Verdict.ILLOGICAL


def test_a_changed_gauge_ends_the_verdict_but_not_what_was_found():
    changed = record(3, 5, 30, gauge=Gauge.REPLACED)

    assert history(record(1, 1, 10), record(2, 2, 20), changed, record(4, 6, 40)).verdict(PACES) is Verdict.NO_VERDICT
    assert history(record(1, 9, 10), record(2, 2, 20), changed, record(4, 6, 40)).verdict(PACES) is Verdict.ILLOGICAL


@pytest.mark.parametrize("number", [0, 4, -1])
def test_there_is_no_witness_of_a_record_that_is_not_there(number):
    with pytest.raises(InputError, match=f"There is no record {number}: this history has the records 1 to 3"):
        history(record(1, 1, 1), record(2, 2, 2), record(3, 3, 3)).witness(number)
