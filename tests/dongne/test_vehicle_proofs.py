"""`vehicle verify` against nodes that lie consistently: what follows from the hash of a block is not theirs to say."""

import json
import urllib.request
from contextlib import contextmanager
from dataclasses import replace

import pytest
from eth_utils.crypto import keccak

from dongne import book as books
from dongne.chain import Chain
from dongne.errors import EvidenceMismatch
from dongne.suite import Role
from dongne.vehicle import Entry, Gauge, History, Kind, RecordItem, RegistrationItem, VehicleId, VehicleRegistry
from dongne.vehicle.certificate_file import to_json
from dongne.vehicle.certification import certify, confirm
from dongne.vehicle.proving import Proof
from dongne.vehicle.records import Evidence
from dongne.vehicle.verification import verify_history
from scripts.localchain.suite import local_suite, person
from tests.dongne.command_line import dongne as run_dongne
from tests.dongne.faulty_node import FaultyNode, faulty_node, respond
from tests.undoing import undone

VEHICLE = VehicleId(keccak(b"a proven vehicle"))
DAY, SINCE = 86_400, 1_600_000_000
GARAGE, LIAR, OWNER, OTHER = person("garage"), person("liar"), person("owner").address, person("thief").address
READS = ("eth_call", "eth_getLogs")


class Liar(FaultyNode):
    """Gives one text for another in the answers to some methods, and refuses others."""

    lies, lied_about, refuses = (), READS, ()

    def answer(self, handler, body):
        asked = json.loads(body)
        requests = asked if isinstance(asked, list) else [asked]
        answers = [self.said(each) for each in requests]
        respond(handler, 200, json.dumps(answers if isinstance(asked, list) else answers[0]).encode())

    def said(self, request):
        if request["method"] in self.refuses:
            error = {"code": -32601, "message": "the method does not exist"}
            return {"jsonrpc": "2.0", "id": request["id"], "error": error}
        upstream = urllib.request.Request(
            self.upstream, json.dumps(request).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(upstream) as answer:
            text = answer.read().decode()
        if request["method"] in self.lied_about:
            for truth, lie in self.lies:
                text = text.replace(truth, lie)
        return json.loads(text)


@pytest.fixture(scope="module")
def city():
    with local_suite() as running:
        yield running


@pytest.fixture(scope="module")
def written(city):
    """A vehicle with a flood, a rollback as its last record, and one record of a revoked garage."""
    registry = city.client(VehicleRegistry)
    accreditor, registrar = city.officers[Role.ACCREDITOR], city.officers[Role.VEHICLE_REGISTRAR]
    for who in (GARAGE, LIAR):
        registry.accredit(who.address, frozenset({Kind.ODOMETER, Kind.FLOOD}), SINCE, 2**40 - 1).transact(accreditor)
    registry.register(RegistrationItem(VEHICLE, OWNER, Entry(Kind.REGISTRATION, SINCE))).transact(registrar)
    registry.record(reading(10, 48_000)).transact(GARAGE)
    registry.record(RecordItem(VEHICLE, Entry(Kind.FLOOD, SINCE + 20 * DAY))).transact(GARAGE)
    registry.record(reading(30, 90_000)).transact(LIAR)
    registry.revoke(LIAR.address, SINCE + DAY).transact(accreditor)
    registry.record(reading(40, 31_000)).transact(GARAGE)
    return registry


@pytest.fixture
def registry(city, written):
    with undone(city.chain):
        yield written


@contextmanager
def liar(city, **settings):
    """The registry at a node that lies."""
    with faulty_node(city.chain.rpc) as made:
        made.__class__ = Liar
        for name, value in settings.items():
            setattr(made, name, value)
        yield VehicleRegistry(Chain(made.url), city.book.entry("VehicleRegistry"))


def reading(day, km):
    return RecordItem(VEHICLE, Entry(Kind.ODOMETER, SINCE + day * DAY, km, Gauge.READ))


def forged(registry):
    """Lies that fit each other: the rollback's kilometres, and the head over the forged history."""
    history = registry.history(VEHICLE)
    last = history.evidence[-1]
    other = Evidence(replace(last.record, km=99_000, reason=history.records[1].reason), last.document)
    anew = History(VEHICLE, (*history.evidence[:-1], other))
    return [
        (f"{last.record.pack():064x}", f"{other.record.pack():064x}"),
        (history.head.hex(), anew.head.hex()),
    ]


def test_an_honest_node_proves_what_it_says(registry):
    assert verify_history(registry, VEHICLE).proof is Proof.RECORDS
    assert confirm(certify(registry, VEHICLE), [registry]).proof is Proof.STATE


def test_a_forged_history_with_a_forged_head_is_disproven(city, registry):
    with liar(city, lies=forged(registry)) as there:
        with pytest.raises(EvidenceMismatch, match=r"says one thing of vehicle .* \(head\) and proves another"):
            verify_history(there, VEHICLE)
        # Without a proof the lie is seen by nobody: this is what proofs are for.
        assert verify_history(there, VEHICLE, prove=False).history.records[-1].km == 99_000


def test_a_certificate_of_a_forged_history_is_disproven(city, registry):
    with liar(city, lies=forged(registry)) as there:
        made = certify(there, VEHICLE)
        with pytest.raises(EvidenceMismatch, match="proves another"):
            confirm(made, [there])


@pytest.mark.parametrize(
    ("what", "lie"),
    [
        ("owner", lambda _state: (OWNER[2:].lower(), OTHER[2:].lower())),
        ("recorders", lambda _state: (f"{SINCE + DAY:064x}", f"{0:064x}")),
        ("recorders", lambda _state: (LIAR.address[2:].lower(), OTHER[2:].lower())),
        ("restrictions", lambda _state: None),
        ("brands", lambda _state: None),
    ],
)
def test_no_part_of_the_state_is_the_nodes_word(city, registry, monkeypatch, what, lie):
    lies = [] if lie(None) is None else [lie(None)]
    if what == "brands":
        monkeypatch.setattr("dongne.vehicle.proving.counted_brands", lambda _records: frozenset())
    if what == "restrictions":
        monkeypatch.setattr("dongne.vehicle.proving.open_restrictions", lambda _records: (1,))
    with liar(city, lies=lies, lied_about=("eth_call",)) as there:
        made = certify(there, VEHICLE)
        with pytest.raises(EvidenceMismatch, match=rf"\({what}\) and proves another"):
            confirm(made, [there])


def test_a_proof_that_was_forged_too_follows_from_no_hash(city, registry):
    with (
        liar(city, lies=forged(registry), lied_about=(*READS, "eth_getProof")) as there,
        pytest.raises(EvidenceMismatch, match="does not follow from the hash"),
    ):
        verify_history(there, VEHICLE)


@pytest.mark.parametrize("field", ["stateRoot", "timestamp"])
def test_a_header_that_was_forged_too_does_not_have_the_hash(city, registry, field):
    block = city.chain.web3.eth.get_block("latest")
    truth = block[field].hex().removeprefix("0x") if field == "stateRoot" else f'"{block[field]:#x}"'
    lie = "ab" * 32 if field == "stateRoot" else f'"{block[field] - DAY:#x}"'
    with liar(city, lies=[(truth, lie)], lied_about=("eth_getBlockByNumber",)) as there:
        with pytest.raises(EvidenceMismatch, match="does not have the block's hash"):
            verify_history(there, VEHICLE)
        assert verify_history(there, VEHICLE, prove=False).proof is Proof.NOTHING


def test_another_node_finds_a_liar_that_gives_no_proofs(city, registry):
    with liar(city, lies=forged(registry), refuses=("eth_getProof",)) as there:
        assert verify_history(there, VEHICLE).proof is Proof.NOTHING
        with pytest.raises(EvidenceMismatch, match="One of the nodes is on another branch or lies"):
            verify_history(there, VEHICLE, [registry])


def test_one_of_several_nodes_proves_for_all(city, registry):
    with liar(city, refuses=("eth_getProof",)) as there:
        assert verify_history(there, VEHICLE, [registry]).proof is Proof.RECORDS
        assert confirm(certify(registry, VEHICLE), [there, registry]).proof is Proof.STATE


def test_records_are_proven_where_the_old_state_is_not(city, registry):
    made = certify(registry, VEHICLE)
    registry.record(reading(50, 100_000)).transact(GARAGE)
    old = f'"{made.scope.block:#x}"'
    with liar(city) as there:
        said = there.chain.batch
        there.chain.batch = lambda requests: said(
            [
                ("eth_noSuch", []) if name == "eth_getProof" and old in json.dumps(asked) else (name, asked)
                for name, asked in requests
            ]
        )
        assert confirm(made, [there]).proof is Proof.RECORDS


def test_a_record_that_is_moved_behind_the_certificates_block_is_out_of_time(city, registry):
    written = city.chain.block_number()
    city.pass_time(60)
    made = certify(registry, VEHICLE)
    city.pass_time(60)
    short = replace(made, evidence=made.evidence[:-1])
    moved = [(f'"blockNumber":"{written:#x}"', f'"blockNumber":"{made.scope.block + 1:#x}"')]
    with (
        liar(city, lies=moved, lied_about=("eth_getLogs",)) as there,
        pytest.raises(EvidenceMismatch, match="its time is that of another one"),
    ):
        confirm(short, [there])


@pytest.fixture
def dongne(city, tmp_path, monkeypatch, capsys):
    books.save(city.book, tmp_path / "deployments")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DONGNE_RPC", city.chain.rpc)
    monkeypatch.setenv("DONGNE_DEPLOYMENTS", str(tmp_path / "deployments"))
    monkeypatch.setenv("DONGNE_LANG", "en")
    return lambda *arguments: run_dongne(capsys, "vehicle", *arguments)


def spaced(text):
    return " ".join(text.split())


def test_the_command_says_what_is_proven_and_what_a_liar_could_still_do(city, registry, dongne, tmp_path):
    (tmp_path / "car.json").write_text(to_json(certify(registry, VEHICLE)), encoding="utf-8")
    for what, proven in (("0x" + VEHICLE.hex(), "all records"), ("car.json", "all records, owner, brands")):
        code, shown, said = dongne("verify", what)
        assert code == 0
        assert proven in spaced(shown)
        assert "It could have made up the block itself" in spaced(said)
        _code, _shown, said = dongne("verify", what, "--also-rpc", city.chain.rpc)
        assert "Those of one operator can lie together" in spaced(said)
        _code, shown, said = dongne("verify", what, "--without-proof")
        assert "nothing: the node's word only" in spaced(shown)
        assert "Nothing is altered" not in spaced(shown)
        assert "No node proved its state" in spaced(said)


def test_the_command_refuses_a_liar_without_a_traceback(city, registry, dongne):
    with liar(city, lies=forged(registry)) as there:
        code, _shown, said = dongne("verify", "0x" + VEHICLE.hex(), "--rpc", there.chain.rpc, "--json")
    assert code == 1
    assert "it lies" in spaced(said)
    assert "Traceback" not in said
