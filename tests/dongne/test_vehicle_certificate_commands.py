"""`certify` and `verify FILE` against a real Anvil chain, and against nodes that lie or forget."""

import json
import urllib.request
from contextlib import contextmanager
from dataclasses import replace
from random import Random

import pytest

from dongne import book as books
from dongne.chain import Chain
from dongne.errors import DongneError, ExitCode
from dongne.suite import Role
from dongne.vehicle import (
    Entry,
    Gauge,
    Kind,
    OpenLien,
    RecordItem,
    RegistrationItem,
    VehicleLiens,
    VehicleRegistry,
    disclose,
)
from dongne.vehicle.certificate_file import from_json, to_json
from dongne.vehicle.certification import certify, certify_all, confirm
from scripts.demo.forgeries import FORGED, forge
from scripts.localchain.suite import local_suite, person
from tests.dongne.command_line import dongne as run_dongne
from tests.dongne.faulty_node import FAULTS, FaultyNode, faulty_node, respond
from tests.undoing import undone

KEY = bytes(range(32))
DISCLOSURE = disclose("4T1BG22K3XU414256", KEY)
VEHICLE, ID = DISCLOSURE.vehicle, "0x" + DISCLOSURE.vehicle.hex()
SALT = "0x" + DISCLOSURE.salt.hex()
DAY, SINCE = 86_400, 1_600_000_000
GARAGE, LIAR, OWNER = person("garage"), person("liar"), person("owner").address
KINDS = frozenset({Kind.ODOMETER, Kind.FLOOD, Kind.PERIODIC_INSPECTION})


@pytest.fixture(scope="module")
def city():
    with local_suite() as running:
        yield running


@pytest.fixture(scope="module")
def history(city):
    """A vehicle with readings, a flood, a lien and a tainted record."""
    registry = VehicleRegistry(city.chain, city.book.entry("VehicleRegistry"))
    accreditor, registrar = city.officers[Role.ACCREDITOR], city.officers[Role.VEHICLE_REGISTRAR]
    for who in (GARAGE, LIAR):
        registry.accredit(who.address, KINDS, SINCE, 2**40 - 1).transact(accreditor)
    registry.register(RegistrationItem(VEHICLE, OWNER, Entry(Kind.REGISTRATION, SINCE))).transact(registrar)
    for day, km in ((10, 12_000), (400, 48_000), (700, 31_000)):
        registry.record(reading(day, km)).transact(GARAGE)
    registry.record(RecordItem(VEHICLE, Entry(Kind.FLOOD, SINCE + 500 * DAY), b"\x11" * 32)).transact(GARAGE)
    registry.record(reading(720, 90_000)).transact(LIAR)
    registry.revoke(LIAR.address, SINCE + DAY).transact(accreditor)
    liens, bank = city.client(VehicleLiens), person("bank")
    lien = OpenLien(VEHICLE, OWNER, bank.address, 5_000_000, 1, b"\x22" * 32)
    signatures = (lien.sign(each, liens.domain()) for each in (person("owner"), bank))
    liens.open_lien(lien, *signatures).transact(city.officers[Role.LIEN_OFFICER])
    return registry


@pytest.fixture
def registry(city, history):
    with undone(city.chain):
        yield history


@pytest.fixture
def folder(city, tmp_path, monkeypatch):
    books.save(city.book, tmp_path / "deployments")
    (tmp_path / "city.key").write_text(KEY.hex(), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DONGNE_RPC", city.chain.rpc)
    monkeypatch.setenv("DONGNE_DEPLOYMENTS", str(tmp_path / "deployments"))
    monkeypatch.setenv("DONGNE_LANG", "en")
    return tmp_path


@pytest.fixture
def dongne(folder, capsys):
    return lambda *arguments: run_dongne(capsys, "vehicle", *arguments)


@pytest.fixture
def found(dongne):
    def run(*arguments):
        code, output, said = dongne(*arguments, "--json")
        assert code == 0, said
        return json.loads(output)

    return run


@pytest.fixture
def refused(dongne):
    def run(*arguments):
        code, _output, said = dongne(*arguments)
        assert code not in (ExitCode.DONE, ExitCode.BUG), said
        assert "Traceback" not in said
        return " ".join(said.split())

    return run


def reading(day, km):
    return RecordItem(VEHICLE, Entry(Kind.ODOMETER, SINCE + day * DAY, km, Gauge.READ))


def changed(folder, edit):
    fields = json.loads((folder / "car.json").read_text(encoding="utf-8"))
    edit(fields)
    (folder / "car.json").write_text(json.dumps(fields), encoding="utf-8")


def test_what_was_certified_verifies_without_the_city(registry, found, folder):
    issued = found("certify", DISCLOSURE.vin, "--key-file", "city.key", "--out", "car.json", "--page", "car.html")
    (folder / "deployments").rename(folder / "elsewhere")
    verified = found("verify", "car.json")

    assert (issued["vin"], issued["records"], issued["tainted"]) == (DISCLOSURE.vin, 7, [6])
    assert (verified["brands"], verified["restrictions"], verified["verdict"]) == (["FLOOD"], ["LIEN"], "ILLOGICAL")
    assert verified["verified"] is True
    assert (verified["nodes"], verified["records_since"], verified["from_state"]) == (1, 0, True)
    assert verified["head"] == issued["head"] == "0x" + registry.head(VEHICLE).hex()
    assert DISCLOSURE.vin in (folder / "car.html").read_text(encoding="utf-8")


def test_the_owner_needs_only_vin_and_salt(registry, found):
    assert found("certify", DISCLOSURE.vin, "--salt", SALT, "--out", "car.json")["vehicle"] == ID
    assert found("verify", "car.json")["vin"] == DISCLOSURE.vin


def test_the_owner_may_keep_the_vin_out(registry, found, folder):
    found("certify", ID, "--out", "car.json", "--page", "car.html")

    assert found("verify", "car.json")["vin"] is None
    for file in ("car.json", "car.html"):
        assert DISCLOSURE.vin not in (folder / file).read_text(encoding="utf-8")


def test_later_records_are_told_and_do_not_void_it(registry, found, dongne):
    found("certify", ID, "--out", "car.json")
    registry.record(reading(800, 60_000)).transact(GARAGE)
    registry.record(reading(801, 60_100)).transact(GARAGE)

    assert found("verify", "car.json")["records_since"] == 2
    assert "Records that came since: 2" in dongne("verify", "car.json")[1]


def test_a_later_revocation_does_not_void_it_either(city, registry, found):
    found("certify", ID, "--out", "car.json")
    registry.revoke(GARAGE.address, SINCE).transact(city.officers[Role.ACCREDITOR])

    assert found("verify", "car.json")["tainted"] == [6]


def test_several_nodes_are_asked(city, registry, found):
    found("certify", ID, "--out", "car.json")

    assert found("verify", "car.json", "--also-rpc", city.chain.rpc, "--also-rpc", city.chain.rpc)["nodes"] == 3


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (lambda fields: fields.update(chain_id=5), "about chain 5"),
        (lambda fields: fields.update(registry=OWNER), "not this city's"),
        (lambda fields: fields["block"].update(hash="0x" + "00" * 32), "does not know the block"),
        (lambda fields: fields["block"].update(number=2**50), "does not know the block"),
        (lambda fields: fields["block"].update(number=0), "does not know the block"),
        (lambda fields: fields.update(owner=GARAGE.address), "The certificate says owner"),
        (lambda fields: fields.update(registry_block=2**50), "registry_block"),
        (lambda fields: fields["records"].pop(3), "Record 4 is missing or out of order"),
        (lambda fields: fields["records"][4].update(kind="FIRE"), "Record 5 is relabelled"),
    ],
)
def test_an_altered_file_is_refused(registry, found, refused, folder, edit, says):
    found("certify", ID, "--out", "car.json")
    changed(folder, edit)

    assert says in refused("verify", "car.json")


@pytest.mark.parametrize("block", [2**50, 0])
def test_without_an_address_book_the_files_word_for_the_registry_is_tried(registry, found, refused, folder, block):
    found("certify", ID, "--out", "car.json")
    (folder / "deployments").rename(folder / "elsewhere")
    changed(folder, lambda fields: fields.update(registry_block=block))

    if block:
        assert "no first record" in refused("verify", "car.json")
    else:
        assert found("verify", "car.json")["verified"] is True
    changed(folder, lambda fields: fields.update(registry=OWNER))
    assert "no contract" in refused("verify", "car.json")


def test_a_hundred_of_a_hundred_forgeries_are_refused_by_a_node_and_the_record_is_named(registry):
    made = certify(registry, VEHICLE, DISCLOSURE)
    random = Random(FORGED)
    for place in range(FORGED):
        forgery = forge(made, random, place)

        with pytest.raises(DongneError) as caught:
            confirm(from_json(forgery.text), [registry])

        if forgery.record is not None:
            named = forgery.record - (type(caught.value).__name__ == "CertificateRecordsCut")
            assert f"ecord {named}" in str(caught.value), forgery.way


def test_all_vehicles_are_certified_in_one_pass(registry):
    one, all_of_them = certify(registry, VEHICLE), certify_all(registry)

    assert all_of_them == {VEHICLE: one}
    assert confirm(from_json(to_json(one)), [registry]).nodes == 1


class Forgetful(FaultyNode):
    """A node that has forgotten its state at one block, as most nodes do after some minutes."""

    forgotten = ""

    def answer(self, handler, body):
        if self.forgotten and f'"{self.forgotten}"' in body.decode() and "eth_call" in body.decode():
            error = {"code": -32000, "message": "missing trie node"}
            answers = json.loads(body)
            refusals = [{"jsonrpc": "2.0", "id": each["id"], "error": error} for each in as_list(answers)]
            respond(handler, 200, json.dumps(refusals if isinstance(answers, list) else refusals[0]).encode())
            return
        super().answer(handler, body)


class Lying(FaultyNode):
    """A node that gives one answer for another."""

    lies = ()

    def answer(self, handler, body):
        request = urllib.request.Request(self.upstream, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as said:
            text = said.read().decode()
        for truth, lie in self.lies:
            text = text.replace(truth, lie)
        respond(handler, 200, text.encode())


def as_list(value):
    return value if isinstance(value, list) else [value]


@contextmanager
def node(kind, upstream, **settings):
    with faulty_node(upstream) as made:
        made.__class__ = kind
        for name, value in settings.items():
            setattr(made, name, value)
        yield made


def test_a_node_that_forgot_the_block_is_asked_for_its_logs(city, registry, found, dongne):
    block = found("certify", ID, "--out", "car.json")["block"]
    registry.record(reading(800, 60_000)).transact(GARAGE)
    with node(Forgetful, city.chain.rpc, forgotten=hex(block)) as forgetful:
        verified = found("verify", "car.json", "--rpc", forgetful.url)
        said = dongne("verify", "car.json", "--rpc", forgetful.url)[2]

    assert (verified["verified"], verified["from_state"], verified["records_since"]) == (True, False, 1)
    assert "its logs until then were compared instead" in " ".join(said.split())


def test_who_was_revoked_after_the_certificate_is_told(city, registry, found, dongne):
    found("certify", ID, "--out", "car.json")
    assert found("verify", "car.json")["tainted_since"] == []
    later = registry.history(VEHICLE).records[1]
    revoked = registry.recorder_of(later.recorder)

    registry.revoke(revoked, later.recorded_at).transact(city.officers[Role.ACCREDITOR])
    told = found("verify", "car.json")
    said = dongne("verify", "car.json")[1]

    assert told["verified"] and later.number in told["tainted_since"]
    assert "count for nothing any more" in " ".join(said.split())

    registry.lift_revocation(revoked).transact(city.officers[Role.ADMINISTRATOR])
    assert found("verify", "car.json")["tainted_since"] == []


def test_a_forged_owner_or_revocation_is_found_in_the_logs_too(city, registry):
    made = certify(registry, VEHICLE)
    registry.record(reading(800, 60_000)).transact(GARAGE)
    with node(Forgetful, city.chain.rpc, forgotten=hex(made.scope.block)) as forgetful:
        there = VehicleRegistry(Chain(forgetful.url), registry.entry)
        cleared = {number: replace(each, revoked_from=None) for number, each in made.recorders.items()}
        for forged in (replace(made, owner=GARAGE.address), replace(made, recorders=cleared)):
            with pytest.raises(DongneError, match="Do not rely"):
                confirm(forged, [there])
        assert confirm(made, [there]).from_state is False


def test_a_node_that_lies_is_refused(city, registry, found, refused):
    found("certify", ID, "--out", "car.json")
    record = registry.history(VEHICLE).evidence[2]
    word = f"{record.record.pack():064x}"
    lies = {
        "a record": (word, f"{replace(record.record, km=1).pack():064x}"),
        "an owner": (OWNER[2:].lower(), GARAGE.address[2:].lower()),
        "a head": (registry.head(VEHICLE).hex(), "00" * 32),
    }
    for lie in lies.values():
        with node(Lying, city.chain.rpc, lies=[lie]) as lying:
            assert refused("verify", "car.json", "--also-rpc", lying.url)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_node_is_told_without_a_traceback(city, registry, found, refused, fault, monkeypatch):
    monkeypatch.setenv("DONGNE_RETRY_SECONDS", "0.1")
    found("certify", ID, "--out", "car.json")
    for spared in (0, 1, 3, 5, 7, 9):
        with faulty_node(city.chain.rpc) as faulty:
            faulty.misbehave(fault, spared)
            assert refused("verify", "car.json", "--rpc", faulty.url)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("certify", ID, "--out", "nowhere/car.json"), "cannot be written"),
        (("certify", "0x" + "00" * 32, "--out", "car.json"), "not registered"),
        (("certify", DISCLOSURE.vin, "--out", "car.json"), "needs the city's key"),
        (("certify", DISCLOSURE.vin, "--salt", "0x12", "--out", "car.json"), "not the salt"),
        (("certify", DISCLOSURE.vin, "--salt", "0x" + "12" * 32, "--out", "car.json"), "not registered"),
        (("certify", ID, "--salt", SALT, "--out", "car.json"), "A salt belongs to a VIN"),
        (("verify", "nowhere.json"), "There is no file nowhere.json"),
        (("verify", "city.key"), "not a certificate"),
        (("verify", "x" * 5_000), "VIN"),
    ],
)
def test_what_a_person_can_get_wrong_is_told(registry, refused, arguments, says):
    assert says in refused(*arguments)


def test_any_existing_file_is_a_certificate_to_verify(registry, found, folder):
    found("certify", ID, "--out", "car.json")
    (folder / "car.json").rename(folder / "certificate")

    assert found("verify", "certificate")["verified"] is True
