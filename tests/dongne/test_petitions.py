"""Petitions from the command line: rules, filing, signatures, the answer; and the recount that trusts no node."""

import json
from dataclasses import replace

import pytest

from dongne.ballot import ElectoralRoll, Origin
from dongne.ballot.errors import CountedUnsigned, NodesDisagreeOnPoll, ProvenCountDiffers, TermsDiffer, TurnoutDiffers
from dongne.ballot.petitions import Filing, PetitionBox, recount_petition
from dongne.ballot.petitions.errors import AdmittedInOtherWords, ThresholdMisstated
from dongne.chain import Chain
from dongne.errors import ExitCode
from scripts.localchain.suite import local_suite, person
from tests.dongne.election_office import DAY, Office, by_index

NAMES = tuple(f"cli {number}" for number in range(6))
KEYS = by_index(NAMES, (100, 200))
TITLE = "A crossing at the school"


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        yield on


@pytest.fixture(scope="module")
def office(tmp_path_factory, city):
    made = Office.on(city, tmp_path_factory.mktemp("office"))
    (made.folder / "petition.pdf").write_text("Why we need a crossing", encoding="utf-8")
    (made.folder / "answer.pdf").write_text("It will be built", encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def box(city):
    return city.client(PetitionBox)


@pytest.fixture(scope="module")
def rolls(city):
    return city.client(ElectoralRoll)


@pytest.fixture(scope="module")
def rules(office):
    roll = office.json("ballot", "roll", "register", office.voters_file(NAMES, (100, 200)), key="registrar")["roll"]
    terms = ("--threshold", 3, "--collect", 30, "--decide", 10, "--answer", 20, "--label", "I support this petition.")
    return office.json("ballot", "petition", "rules", roll, *terms, key="officer")["rules"]


@pytest.fixture
def filed(office, box, rules):
    """A petition of one of the voters, who signs and has it sent."""

    def filing(voter, title=TITLE):
        arguments = ("ballot", "petition", "file", rules, title, office.folder / "petition.pdf", "--voter", voter)
        code, out, err = office.run(*arguments, "--typed-data")
        assert code == 0, err
        data = json.loads(out)
        assert (data["primaryType"], data["message"]["title"]) == (Filing.TYPE, title)
        signature = KEYS[voter].sign_typed_data(full_message=data).signature
        return office.json(*arguments, "--signature", "0x" + bytes(signature).hex(), key="relayer")["petition"]

    return filing


@pytest.fixture
def admitted(office, filed, request):
    number = filed(abs(hash(request.node.name)) % 6, TITLE)
    office.json("ballot", "petition", "admit", number, TITLE, "--uri", "https://city.example/p.pdf", key="officer")
    yield number
    office.city.pass_time(31 * DAY)


@pytest.fixture
def sign(office, city, box):
    def signed(petition, *indices):
        booth = box.booth(petition)
        return box.cast_batch(petition, [booth.sign(index, 1, KEYS[index]) for index in indices]).transact(city.relayer)

    return signed


def test_from_filing_to_the_answer(office, city, box, admitted):
    file = office.folder / "signed.jsonl"
    file.unlink(missing_ok=True)
    voter = KEYS.index(person("cli 3"))
    code, _out, err = office.run("ballot", "petition", "sign", admitted, "--append", file, key="voter")
    assert code == 0, err
    for index in [index for index in range(4) if index != voter][:2]:
        data = json.loads(office.run("ballot", "petition", "sign", admitted, "--voter", index, "--typed-data")[1])
        assert data["message"]["question"] == TITLE
        assert data["message"]["choices"] == ["I support this petition."]
        signature = "0x" + bytes(KEYS[index].sign_typed_data(full_message=data).signature).hex()
        office.run("ballot", "petition", "sign", admitted, "--voter", index, "--signature", signature, "--append", file)

    assert office.json("ballot", "petition", "cast", admitted, file, key="relayer")["counted"] == 3

    shown = office.json("ballot", "petition", "show", admitted)
    assert (shown["stage"], shown["signatures"], shown["threshold"], shown["overdue"]) == ("due", 3, 3, False)
    assert "the city must decide or answer by" in office.run("ballot", "petition", "show", admitted)[1]
    city.pass_time(21 * DAY)
    assert office.json("ballot", "petition", "show", admitted)["overdue"]
    said = office.json("ballot", "petition", "answer", admitted, office.folder / "answer.pdf", key="officer")
    assert (said["stage"], said["late"]) == ("answered", True)
    listed = {each["petition"]: each for each in office.json("ballot", "petition", "list")}
    assert listed[admitted]["stage"] == "answered"
    counted = office.json("ballot", "petition", "recount", admitted, "--also-rpc", city.chain.rpc)
    assert (counted["signatures"], counted["sound"], counted["proven"], counted["nodes"]) == (3, True, True, 2)
    assert counted["votes"]["signed"] == 3
    assert "recounted from the chain alone" in office.run("ballot", "petition", "recount", admitted)[1]


def test_a_refused_petition_is_shown_with_its_reasons(office, filed):
    number = filed(5, "Something else")

    said = office.json("ballot", "petition", "refuse", number, office.folder / "answer.pdf", key="officer")

    assert (said["stage"], said["title"], said["late"]) == ("refused", None, False)
    code, _out, err = office.run("ballot", "petition", "sign", number, key="voter")
    assert code == ExitCode.INPUT
    assert "was not admitted" in err


def test_other_words_than_those_filed_are_refused(office, filed):
    number = filed(4, "These words")

    code, _out, err = office.run("ballot", "petition", "admit", number, "Other words", "--yes", key="officer")
    office.json("ballot", "petition", "refuse", number, office.folder / "answer.pdf", key="officer")

    assert code == ExitCode.REFUSED
    assert "letter by letter" in err


def test_rules_close(office, box):
    terms = ("--threshold", 1, "--collect", 1, "--decide", 1, "--answer", 1, "--label", "Yes")
    number = office.json("ballot", "petition", "rules", 1, *terms, key="officer")["rules"]

    assert office.json("ballot", "petition", "close", number, key="officer")["closed"]
    arguments = ("ballot", "petition", "file", number, TITLE, office.folder / "petition.pdf")
    code, _out, err = office.run(*arguments, "--yes", key="voter")
    assert code == ExitCode.REFUSED
    assert "no more petitions" in err


def test_what_a_lying_node_says_of_a_petition_is_found(box, rolls, admitted, sign, monkeypatch):
    sign(admitted, 0, 1, 2)
    assert recount_petition(box, rolls, admitted).findings == ()

    def findings(prove=False):
        return [type(each) for each in recount_petition(box, rolls, admitted, prove=prove).findings]

    honest = PetitionBox.state
    with monkeypatch.context() as lie:
        lie.setattr(PetitionBox, "state", lambda self, *args: replace(honest(self, *args), signatures=2, met_at=0))
        assert findings() == [TurnoutDiffers, ThresholdMisstated]
    logs = PetitionBox.counted_logs
    with monkeypatch.context() as lie:
        lie.setattr(PetitionBox, "counted_logs", lambda self, *args: iter(()))
        lie.setattr(PetitionBox, "state", lambda self, *args: replace(honest(self, *args), signatures=0, met_at=0))
        assert findings() == []  # what a single node can do: leave out the end
        assert findings(prove=True) == [ProvenCountDiffers]
    with monkeypatch.context() as lie:
        lie.setattr(
            PetitionBox,
            "counted_logs",
            lambda self, *args: (replace(e, groups=b"\1\0\1" + (4).to_bytes(3, "big")) for e in logs(self, *args)),
        )
        assert CountedUnsigned in findings()
    admission = PetitionBox.admission
    with monkeypatch.context() as lie:
        lie.setattr(PetitionBox, "admission", lambda self, *args: replace(admission(self, *args), title="Other"))
        assert {AdmittedInOtherWords, TermsDiffer, CountedUnsigned} <= set(findings())


def test_a_node_with_another_count_is_named(box, rolls, admitted, sign, monkeypatch):
    sign(admitted, 3)

    class Other(PetitionBox):
        def state(self, petition, block=None):
            return replace(super().state(petition, block), signatures=7)

    with pytest.raises(NodesDisagreeOnPoll):
        recount_petition(box, rolls, admitted, others=[Other(Chain(box.chain.rpc), box.entry)])


def test_signers_are_counted_however_they_signed(city, box, rolls, admitted, sign):
    city.chain.web3.provider.make_request("anvil_setBalance", [KEYS[4].address, hex(10**18)])
    sign(admitted, 1)
    box.vote(admitted, 4, 1).transact(KEYS[4])

    found = recount_petition(box, rolls, admitted)

    assert (found.findings, found.signers) == ((), {1, 4})
    assert found.origins == {Origin.SIGNED: 1, Origin.SENT: 1}
