"""Corrections: who may supersede what, how it is proven, and what becomes of the odometer."""

import pytest

from dongne.vehicle import NO_DOCUMENT, Entry, Evidence, Gauge, History, Kind, Reason, Record, Verdict, mask
from tests.contracts.vehicle.conftest import DAY, DOCUMENT, FOREVER, OTHER_VEHICLE, T0, event, reading
from tests.reverting import reverts

WITHDRAWN = Entry(Kind.CORRECTION, T0).word()


class Book:
    """Writes a vehicle's records and remembers them as any reader of the events would."""

    document = DOCUMENT

    def __init__(self, registry, vehicle, transaction):
        self.registry, self.vehicle, self.evidence = registry, vehicle, []
        self.take(transaction)

    def take(self, transaction, document=DOCUMENT):
        event = transaction.events["Recorded"][-1]
        self.evidence.append(Evidence(Record.unpack(event["record"]), document))
        return self.evidence[-1].record

    def record(self, entry, recorder):
        return self.take(self.registry.record(self.vehicle, entry, DOCUMENT, {"from": recorder}))

    def correct(self, number, entry, recorder):
        witness = self.witness(number)
        return self.take(self.registry.correct(self.vehicle, entry, DOCUMENT, witness, {"from": recorder}))

    def correct_as_officer(self, number, entry, officer):
        witness = self.witness(number)
        return self.take(self.registry.correctAsOfficer(self.vehicle, entry, DOCUMENT, witness, {"from": officer}))

    def strike(self, number, sender):
        witness = self.history(frozenset({number})).witness(number).argument()
        transaction = self.registry.strike(self.vehicle, witness, {"from": sender})
        return self.take(transaction, NO_DOCUMENT)

    def take_all(self, transaction):
        for each in transaction.events["Recorded"]:
            self.evidence.append(Evidence(Record.unpack(each["record"]), NO_DOCUMENT))

    def witness(self, number):
        return self.history().witness(number).argument()

    def history(self, tainted=frozenset()):
        return History(self.vehicle, tuple(self.evidence), tainted)


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


def test_correcting_an_old_record_leaves_the_last_readings(registry, garage, book):
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


def test_the_history_officer_corrects_any_record_under_its_own_name(registry, people, garage, book):
    book.record(reading(50_000, 10), garage)

    correction = book.correct_as_officer(2, reading(40_000, 10, Kind.PERFORMANCE_INSPECTION), people.historian)

    assert registry.recorderOf(correction.recorder) == people.historian
    assert correction.kind is Kind.PERFORMANCE_INSPECTION


def test_only_the_history_officer_corrects_as_registrar(registry, garage, book):
    book.record(reading(50_000, 10), garage)

    with reverts("AccessManagedUnauthorized", garage):
        book.correct_as_officer(2, reading(40_000, 10), garage)


def test_the_history_officer_corrects_into_known_kinds_only(registry, people, garage, book):
    book.record(reading(50_000, 10), garage)

    with reverts("UnknownKind", len(Kind)):
        book.correct_as_officer(2, bytes([len(Kind)]) + reading(1, 1)[1:], people.historian)


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
    with reverts("KindFixed", int(Kind.REGISTRATION), int(kind)):
        book.correct_as_officer(1, event(0, kind), people.historian)


def test_a_registrations_reading_is_corrected(registry, people, book):
    book.correct_as_officer(1, reading(12, 0, Kind.REGISTRATION), people.historian)

    assert registry.stateOf(OTHER_VEHICLE)["last"] == (2, T0, 12)


def test_nothing_is_corrected_into_a_change_of_owner(registry, people, garage, book):
    book.record(reading(50_000, 10), garage)

    with reverts("KindFixed", int(Kind.ODOMETER), int(Kind.OWNERSHIP_CHANGE)):
        book.correct_as_officer(2, event(0, Kind.OWNERSHIP_CHANGE), people.historian)


@pytest.mark.parametrize("forgery", ["altered", "out of order", "head", "document"])
def test_a_witness_that_does_not_end_at_the_head_is_refused(registry, garage, book, forgery):
    for day in (10, 20, 30, 40):
        book.record(reading(day * 1_000, day), garage)
    number, newer, [(before, [(record, document), *later])] = book.witness(2)
    before, evidence = {
        "altered": (before, [(record ^ 1 << 160, document), *later]),
        "out of order": (before, [(record, document), later[1], later[0], later[2]]),
        "head": (bytes(32), [(record, document), *later]),
        "document": (before, [(record, bytes(32)), *later]),
    }[forgery]
    witness = number, newer, [(before, evidence)]

    with pytest.raises(Exception, match="WitnessMismatch: "):
        registry.correct(OTHER_VEHICLE, reading(1, 1), DOCUMENT, witness, {"from": garage})


def test_a_record_of_one_vehicle_proves_nothing_of_another(registry, garage, book, vehicle):
    registry.record(vehicle, reading(50_000, 10), DOCUMENT, {"from": garage})
    book.record(reading(50_000, 10), garage)

    with pytest.raises(Exception, match="WitnessMismatch: "):
        registry.correct(vehicle, reading(1, 1), DOCUMENT, book.witness(2), {"from": garage})


@pytest.mark.parametrize("forgery", ["none", "left out", "invented", "number 0"])
def test_a_witness_that_ends_elsewhere_than_at_a_checkpoint_or_the_head_is_refused(registry, garage, book, forgery):
    for day in (10, 20, 30, 40):
        book.record(reading(day * 1_000, day), garage)
    number, newer, [(before, evidence)] = book.witness(2)
    word, document = evidence[0]
    evidence = {
        "none": [],
        "left out": evidence[:-1],
        "invented": [*evidence, evidence[-1]],
        "number 0": [(word & ~(0xFFFFFF << 128), document), *evidence],
    }[forgery]
    # The right record is shown first, so that the caller's right to correct it is not in doubt.
    runs = [book.witness(2)[2][0], (before, evidence)]

    with pytest.raises(Exception, match="WitnessOutOfPlace: "):
        registry.correct(OTHER_VEHICLE, reading(1, 1), DOCUMENT, (number, newer, runs), {"from": garage})


def test_a_witness_without_the_record_is_refused(registry, garage, book):
    book.record(reading(10_000, 10), garage)

    with reverts("RecordNotShown", 2):
        registry.correct(OTHER_VEHICLE, reading(1, 1), DOCUMENT, (2, 0, []), {"from": garage})
    with reverts("RecordNotShown", 2):
        registry.correct(OTHER_VEHICLE, reading(1, 1), DOCUMENT, (2, 0, [(bytes(32), [])]), {"from": garage})


def test_a_witness_must_show_what_takes_a_readings_place(registry, garage, book):
    for day in (10, 20, 30, 40):
        book.record(reading(day * 1_000, day), garage)
    last, middle = book.witness(5), book.witness(3)
    short = 5, 0, [(History(OTHER_VEHICLE, tuple(book.evidence[:3])).head, last[2][0][1][1:])]

    with reverts("RecordNotShown", 3):
        registry.correct(OTHER_VEHICLE, WITHDRAWN, DOCUMENT, short, {"from": garage})
    with reverts("NotTheNextReading", 5, 3):
        registry.correct(OTHER_VEHICLE, WITHDRAWN, DOCUMENT, (3, 5, middle[2]), {"from": garage})


def test_a_withdrawal_carries_no_reading(registry, garage, book):
    book.record(reading(50_000, 10), garage)

    with reverts("WithdrawalWithReading", int(Gauge.READ)):
        book.correct(2, reading(1, 1, Kind.CORRECTION), garage)


def test_what_a_correction_finds_about_other_readings_is_told(registry, garage, book):
    for km, day in ((50_000, 10), (500_000, 500), (52_000, 510)):
        book.record(reading(km, day), garage)
    witness = book.witness(3)

    transaction = registry.correct(OTHER_VEHICLE, WITHDRAWN, DOCUMENT, witness, {"from": garage})

    told = transaction.events["JudgedAgain"]
    assert (told["number"], told["before"], told["reason"]) == (4, Reason.LOWER_THAN_EARLIER, Reason.CONSISTENT)


def test_a_correction_cannot_be_dated_in_the_future(registry, garage, book):
    book.record(reading(50_000, 10), garage)

    with pytest.raises(Exception, match="OccurredInFuture: "):
        book.correct(2, Entry(Kind.ODOMETER, FOREVER).word(), garage)
