"""Corrections: who may supersede what, how it is proven, and what becomes of the odometer."""

import pytest

from dongne.vehicle import Entry, Evidence, Gauge, History, Kind, Reason, Record, Verdict, mask
from tests.contracts.vehicle.conftest import DAY, DOCUMENT, FOREVER, OTHER_VEHICLE, T0, event, reading
from tests.reverting import reverts

WITHDRAWN = Entry(Kind.CORRECTION, T0).word()


class Book:
    """Writes a vehicle's records and remembers them as any reader of the events would."""

    def __init__(self, registry, vehicle, transaction):
        self.registry, self.vehicle, self.evidence = registry, vehicle, []
        self.take(transaction)

    def take(self, transaction):
        event = transaction.events["Recorded"]
        self.evidence.append(Evidence(Record.unpack(event["record"]), DOCUMENT))
        return self.evidence[-1].record

    def record(self, entry, recorder):
        return self.take(self.registry.record(self.vehicle, entry, DOCUMENT, {"from": recorder}))

    def correct(self, number, entry, recorder):
        witness = self.witness(number)
        return self.take(self.registry.correct(self.vehicle, entry, DOCUMENT, witness, {"from": recorder}))

    def correct_as_registrar(self, number, entry, registrar):
        witness = self.witness(number)
        return self.take(self.registry.correctAsRegistrar(self.vehicle, entry, DOCUMENT, witness, {"from": registrar}))

    def witness(self, number):
        return History(self.vehicle, tuple(self.evidence)).witness(number).argument()


@pytest.fixture
def book(registry, people):
    entry = event(0, Kind.REGISTRATION)
    return Book(
        registry,
        OTHER_VEHICLE,
        registry.register(OTHER_VEHICLE, people.owner, entry, DOCUMENT, {"from": people.registrar}),
    )


def test_the_recorder_supersedes_its_last_record_and_the_reading_is_judged_anew(registry, garage, book):
    book.record(reading(50_000, 10), garage)
    typo = book.record(reading(510_000, 20), garage)

    correction = book.correct(typo.number, reading(51_000, 20), garage)

    state = registry.stateOf(OTHER_VEHICLE)
    assert (correction.supersedes, correction.number) == (3, 4)
    assert correction.reason is Reason.CONSISTENT
    assert state["last"] == (4, T0 + 20 * DAY, 51_000)
    assert state["previous"] == (2, T0 + 10 * DAY, 50_000)
    assert (state["verdict"], state["everImplausible"], state["corrected"]) == (Verdict.LOGICAL, True, True)


def test_the_head_covers_the_correction_like_any_record(registry, garage, book):
    book.record(reading(50_000, 10), garage)
    book.correct(2, reading(40_000, 10), garage)

    assert registry.headOf(OTHER_VEHICLE) == "0x" + History(OTHER_VEHICLE, tuple(book.evidence)).head.hex()


def test_correcting_the_reading_before_the_last_judges_the_last_again(registry, garage, book):
    book.record(reading(50_000, 10), garage)
    book.record(reading(500_000, 500), garage)
    assert book.record(reading(52_000, 510), garage).reason is Reason.LOWER_THAN_EARLIER

    book.correct(3, reading(51_000, 500), garage)

    state = registry.stateOf(OTHER_VEHICLE)
    assert (state["verdict"], state["reason"]) == (Verdict.LOGICAL, Reason.CONSISTENT)
    assert state["everIllogical"]
    assert state["previous"] == (5, T0 + 500 * DAY, 51_000)
    assert state["last"] == (4, T0 + 510 * DAY, 52_000)


def test_a_correction_that_breaks_the_series_flags_the_last_reading(registry, garage, book):
    book.record(reading(50_000, 10), garage)
    book.record(reading(52_000, 20), garage)
    assert not registry.stateOf(OTHER_VEHICLE)["everIllogical"]

    assert book.correct(2, reading(53_000, 10), garage).reason is Reason.HIGHER_THAN_LATER

    assert registry.stateOf(OTHER_VEHICLE)["reason"] == Reason.LOWER_THAN_EARLIER
    assert registry.stateOf(OTHER_VEHICLE)["everIllogical"]


def test_correcting_an_old_record_leaves_the_odometer(registry, garage, book):
    for day in (10, 20, 30):
        book.record(reading(day * 1_000, day), garage)
    before = registry.stateOf(OTHER_VEHICLE)

    book.correct(2, reading(9_000, 10), garage)

    after = registry.stateOf(OTHER_VEHICLE)
    assert (after["last"], after["previous"], after["reason"]) == (
        before["last"],
        before["previous"],
        before["reason"],
    )


def test_a_withdrawal_takes_the_reading_out_of_the_series(registry, garage, book):
    book.record(reading(50_000, 10), garage)
    book.record(reading(10, 20), garage)

    withdrawal = book.correct(3, WITHDRAWN, garage)

    state = registry.stateOf(OTHER_VEHICLE)
    assert withdrawal.kind is Kind.CORRECTION
    assert state["last"] == (2, T0 + 10 * DAY, 50_000)
    assert state["previous"] == (0, 0, 0)
    assert state["reason"] == Reason.NO_BASELINE
    assert state["everIllogical"]


def test_withdrawing_the_reading_before_the_last_leaves_the_last_without_comparison(registry, garage, book):
    book.record(reading(50_000, 10), garage)
    book.record(reading(60_000, 40), garage)

    book.correct(2, WITHDRAWN, garage)

    state = registry.stateOf(OTHER_VEHICLE)
    assert (state["last"], state["previous"]) == ((3, T0 + 40 * DAY, 60_000), (0, 0, 0))
    assert state["reason"] == Reason.NO_BASELINE


def test_withdrawing_the_only_reading_leaves_none(registry, garage, book):
    book.record(reading(50_000, 10), garage)

    book.correct(2, WITHDRAWN, garage)

    assert registry.stateOf(OTHER_VEHICLE)["last"] == (0, 0, 0)
    assert book.record(reading(5, 20), garage).reason is Reason.NO_BASELINE


def test_a_replaced_gauge_is_not_judged_again(registry, garage, book):
    book.record(reading(50_000, 10), garage)
    book.record(reading(5, 40, gauge=Gauge.REPLACED), garage)

    book.correct(2, reading(51_000, 10), garage)

    assert registry.stateOf(OTHER_VEHICLE)["reason"] == Reason.GAUGE_REPLACED


def test_a_correction_may_move_the_reading_past_the_last(registry, garage, book):
    book.record(reading(50_000, 10), garage)
    book.record(reading(52_000, 20), garage)

    book.correct(2, reading(53_000, 30), garage)

    state = registry.stateOf(OTHER_VEHICLE)
    assert state["last"] == (4, T0 + 30 * DAY, 53_000)
    assert state["previous"] == (3, T0 + 20 * DAY, 52_000)
    assert state["reason"] == Reason.CONSISTENT


def test_another_recorder_cannot_correct_it(registry, garage, inspector, book):
    book.record(reading(50_000, 10), garage)

    with reverts("NotTheRecorder", inspector, garage):
        book.correct(2, reading(40_000, 10), inspector)


def test_the_registrar_corrects_any_record_under_its_own_name(registry, people, garage, book):
    book.record(reading(50_000, 10), garage)

    correction = book.correct_as_registrar(2, reading(40_000, 10, Kind.PERFORMANCE_INSPECTION), people.registrar)

    assert registry.recorderOf(correction.recorder) == people.registrar
    assert correction.kind is Kind.PERFORMANCE_INSPECTION


def test_only_the_registrar_corrects_as_registrar(registry, garage, book):
    book.record(reading(50_000, 10), garage)

    with reverts("AccessManagedUnauthorized", garage):
        book.correct_as_registrar(2, reading(40_000, 10), garage)


def test_the_registrar_corrects_into_known_kinds_only(registry, people, garage, book):
    book.record(reading(50_000, 10), garage)

    with reverts("UnknownKind", 24):
        book.correct_as_registrar(2, b"\x18" + reading(1, 1)[1:], people.registrar)


def test_a_correction_stays_within_the_recorders_scope(registry, garage, book):
    book.record(reading(50_000, 10), garage)

    with reverts("KindNotAccredited", garage, int(Kind.FLOOD), 0):
        book.correct(2, event(10, Kind.FLOOD), garage)


def test_a_recorder_out_of_its_period_cannot_correct(registry, people, garage, book):
    book.record(reading(50_000, 10), garage)
    registry.accredit(garage, mask({Kind.ODOMETER}), 1, 2, {"from": people.accreditor})

    with reverts("NotAccreditedNow", garage, 1, 2):
        book.correct(2, WITHDRAWN, garage)


def test_a_record_is_superseded_once(registry, garage, book):
    book.record(reading(50_000, 10), garage)
    book.correct(2, reading(40_000, 10), garage)

    with reverts("AlreadySuperseded", 2, 3):
        book.correct(2, reading(30_000, 10), garage)
    assert book.correct(3, reading(30_000, 10), garage).supersedes == 3


@pytest.mark.parametrize("kind", [Kind.ODOMETER, Kind.CORRECTION])
def test_a_registration_is_not_corrected_into_something_else(registry, people, book, kind):
    with reverts("TitleKindFixed", int(Kind.REGISTRATION), int(kind)):
        book.correct_as_registrar(1, event(0, kind), people.registrar)


def test_a_registrations_reading_is_corrected(registry, people, book):
    book.correct_as_registrar(1, reading(12, 0, Kind.REGISTRATION), people.registrar)

    assert registry.stateOf(OTHER_VEHICLE)["last"] == (2, T0, 12)


def test_nothing_is_corrected_into_a_change_of_owner(registry, people, garage, book):
    book.record(reading(50_000, 10), garage)

    with reverts("TitleKindFixed", int(Kind.ODOMETER), int(Kind.OWNERSHIP_CHANGE)):
        book.correct_as_registrar(2, event(0, Kind.OWNERSHIP_CHANGE), people.registrar)


@pytest.mark.parametrize("forgery", ["altered", "left out", "out of order", "invented", "head"])
def test_a_witness_that_does_not_end_at_the_head_is_refused(registry, garage, book, forgery):
    for day in (10, 20, 30, 40):
        book.record(reading(day * 1_000, day), garage)
    before, (record, document), later = book.witness(2)
    witness = {
        "altered": (before, (record ^ 1 << 176, document), later),
        "left out": (before, (record, document), later[:-1]),
        "out of order": (before, (record, document), [later[1], later[0], later[2]]),
        "invented": (before, (record, document), [*later, later[-1]]),
        "head": (bytes(32), (record, document), later),
    }[forgery]

    with pytest.raises(Exception, match="WitnessMismatch: "):
        registry.correct(OTHER_VEHICLE, reading(1, 1), DOCUMENT, witness, {"from": garage})


def test_a_record_of_one_vehicle_proves_nothing_of_another(registry, garage, book, vehicle):
    registry.record(vehicle, reading(50_000, 10), DOCUMENT, {"from": garage})
    book.record(reading(50_000, 10), garage)

    with pytest.raises(Exception, match="WitnessMismatch: "):
        registry.correct(vehicle, reading(1, 1), DOCUMENT, book.witness(2), {"from": garage})


def test_a_correction_cannot_be_dated_in_the_future(registry, garage, book):
    book.record(reading(50_000, 10), garage)

    with pytest.raises(Exception, match="OccurredInFuture: "):
        book.correct(2, Entry(Kind.ODOMETER, FOREVER).word(), garage)
