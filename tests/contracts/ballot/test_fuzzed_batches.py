"""The box does with fuzzed batches what the page says, byte by byte, and no mutant of its counting does.

DONGNE_FUZZED_BATCHES=3000 for a longer run; DONGNE_MUTANTS=1 compiles and kills the mutants, which takes minutes.
"""

import json
import os
import random
import subprocess

import pytest
from eth_abi import encode
from eth_account import Account
from eth_utils import keccak

from dongne.abi import entry
from dongne.ballot import BallotBox, ElectoralRoll, PollSpec, VoterList, pack_struck, publish
from dongne.chain import Call
from dongne.errors import ContractRefused
from dongne.suite import Role
from scripts.deployment.artifacts import ROOT, artifact, standard_json
from scripts.localchain.suite import local_suite
from tests.contracts.ballot.fuzzed_batches import (
    APPENDED,
    APPENDED_AT,
    EDGES,
    MOST,
    OPTIONS,
    RANGES,
    STRUCK,
    VOTERS,
    Model,
    batches,
)
from tests.undoing import undone

COUNT = int(os.environ.get("DONGNE_FUZZED_BATCHES", "150"))
SEED = 14
MASKS = (0b1, 0b10, 1 << 19, 0b101, 0b11 << 8, 0b10101 << 3)
GAS = 9_000_000
FILE, PAPER, PAGES = (f"contracts/ballot/{name}.sol" for name in ("BatchCount", "BallotPaper", "StruckVoters"))
ABLE = sorted(index for first, count in RANGES for index in range(first, first + count))

MUTANTS = {
    "the last voter of a range and one more": ("- self.rangeFirst >= self", "- self.rangeFirst > self"),
    "everybody may vote": ("if (!_findRange(self, index))", "if (false)"),
    "a range ends one voter too late": (
        "index < first + count) return (first",
        "index <= first + count) return (first",
        PAPER,
    ),
    "the struck vote": ("voted[number] | struck", "voted[number]"),
    "the struck are stored as voters": ("= word ^ self.struckInWord;", "= word;"),
    "the struck are said to have voted": (
        "? IBallotBox.Skip.NotEligible : IBallotBox",
        "? IBallotBox.Skip.AlreadyVoted : IBallotBox",
    ),
    "the struck of the word before are taken off": ("self.struckInWord = struck;", "struck;"),
    "the struck of the word before are struck": ("1 + LibBit.popCount(", "LibBit.popCount(", PAGES),
    "words without struck voters share the next one's": ("if (header & bit == 0) return 0;", "", PAGES),
    "the first page serves all": (
        "if (number / PAGE_WORDS != self.pageNumber)",
        "if (self.pageNumber == NONE)",
        PAGES,
    ),
    "everybody may vote twice": ("if (word & bit != 0)", "if (false)"),
    "two voters share a bit": ("1 << (index % WORD_BITS)", "1 << (index % 255)"),
    "the first voter of a blob is looked up in the one before": ("placeInBlob >= Voter", "placeInBlob > Voter"),
    "no signature is checked": ("if (!VoteBatch.isSignedBy", "if (false && !VoteBatch.isSignedBy"),
    "a mark wipes out the word's others": ("self.word = word | bit;", "self.word = bit;"),
    "a word is not put back before the next one": (
        "_putBack(self, voted);\n\n        self.wordNumber",
        "self.wordNumber",
    ),
    "the last word is not put back": (
        "while (place < self.end);\n\n        _putBack(self, voted);",
        "while (place < self.end);",
    ),
    "places start anew in every group": ("self.votesBefore += votes;", "self.votesBefore = votes;"),
    "an empty group is taken": ("votes == 0 || next > self.end", "next > self.end"),
    "a group may go on behind the batch": ("votes == 0 || next > self.end", "votes == 0"),
    "only the last group's ballots count": ("self.ballots += accepted;", "self.ballots = accepted;"),
    "a group adds one vote": ("self.added.add(choices, accepted);", "self.added.add(choices, 1);"),
    "every choice is allowed": ("if (self.rule.allows(choices))", "if (true)"),
    "the poll is not signed": ("bytes32(PollId.unwrap(self.poll))", "bytes32(0)"),
    "the first word serves all": ("if (index / WORD_BITS != self.wordNumber)", "if (self.wordNumber == NONE)"),
}


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        yield on


@pytest.fixture(scope="module")
def keys():
    """The voters' keys by index, of the struck too."""
    made = [Account.from_key(keccak(text=f"fuzz {number}")) for number in range(VOTERS + APPENDED)]
    of_base, of_edition = (sorted(some, key=lambda key: key.address.lower()) for some in (made[:VOTERS], made[VOTERS:]))
    return dict(enumerate(of_base)) | dict(enumerate(of_edition, APPENDED_AT))


@pytest.fixture(scope="module")
def polls(city, keys):
    """Two polls of the same voters, on an edition; votes for the second are no votes for the first."""
    box, rolls = city.client(BallotBox), city.client(ElectoralRoll)
    roll = amended(rolls, keys, lambda call: call.transact(city.officers[Role.ROLL_OFFICER]))
    start, labels = city.chain.timestamp() + 60, tuple(f"Option {number}" for number in range(OPTIONS))
    opened = [
        box.opened_in(
            box.open(PollSpec(roll, start, start + 86_400, question, labels, RANGES, most=MOST)).transact(
                city.officers[Role.ELECTION_OFFICER]
            )
        )
        for question in ("Which?", "Which others?")
    ]
    city.pass_time(60)
    return opened


def amended(rolls, keys, send):
    """An edition of an edition: the first appends voters behind indices that another one took, the second strikes."""
    of_base, of_edition = (
        VoterList.of({1: [bytes.fromhex(key.address[2:]) for at, key in keys.items() if within(at)]})
        for within in (lambda at: at < VOTERS, lambda at: at >= VOTERS)
    )
    base = publish(rolls, of_base, send)
    kept = APPENDED_AT - rolls.amended_in(send(rolls.amend(base, 0))).first
    send(rolls.amend(base, kept))
    grown = rolls.amended_in(send(rolls.amend(base, APPENDED)))
    assert grown.first == APPENDED_AT
    send(rolls.append(grown.roll, next(of_edition.blobs())))
    send(rolls.freeze(grown.roll, of_edition.districts))
    struck = rolls.amended_in(send(rolls.amend(grown.roll, 0))).roll
    for page, packed in pack_struck(STRUCK).items():
        send(rolls.strike(struck, page, packed))
    send(rolls.freeze(struck, ()))
    return struck


@pytest.fixture(scope="module")
def signatures(city, polls, keys):
    """Of both polls, by index and choices."""
    chance = random.Random(SEED)
    pairs = [(at, mask) for at in ABLE for mask in (MASKS if at in EDGES else chance.sample(MASKS, 2))]
    booths = [city.client(BallotBox).booth(poll) for poll in polls]
    return [{(at, mask): booth.sign(at, mask, keys[at]).signature for at, mask in pairs} for booth in booths]


def first_difference(city, poll, signatures, count):
    """The number of the first batch after which box and model differ; None if they never do."""
    box, model = city.client(BallotBox), Model({signature: pair for pair, signature in signatures[0].items()})
    for number, batch in enumerate(batches(random.Random(SEED), count, *signatures)):
        expected = model.take(batch)
        if became_of(city, box, poll, batch) != (expected.malformed, expected.counted, expected.skipped):
            return number
    same = box.tally(poll) == model.tally() and box.turnout(poll).ballots == len(model.voted)
    asked = [*range(VOTERS), *range(APPENDED_AT, APPENDED_AT + APPENDED)]
    marked = {index for index, has in zip(asked, box.have_voted(poll, asked), strict=True) if has}
    return None if same and marked == set(model.voted) else count


def became_of(city, box, poll, batch):
    """What a batch did: the place for which it was refused, and the data of its two logs."""
    data = keccak(text="castBatch(uint256,bytes)")[:4] + encode(["uint256", "bytes"], [poll, batch])
    call = Call(city.chain, box.address, data, "castBatch", GAS)
    try:
        receipt = call.transact(city.relayer)
    except ContractRefused as error:
        return error.values.get("at", error.name), b"", b""
    logs = dict.fromkeys(("VotesCounted", "VotesSkipped"), b"")
    for name in logs:
        topic = topic_of(name)
        logs[name] = b"".join(data_of(log) for log in receipt["logs"] if log["topics"][0] == topic)
    return None, logs["VotesCounted"], logs["VotesSkipped"]


def topic_of(name):
    inputs = ",".join(each["type"] for each in entry("BallotBox", "event", name)["inputs"])
    return keccak(text=f"{name}({inputs})")


def data_of(log):
    """The one `bytes` of a log: offset, length, data."""
    length = int.from_bytes(log["data"][32:64], "big")
    return bytes(log["data"][64 : 64 + length])


def test_the_box_does_with_fuzzed_batches_what_the_page_says(city, polls, signatures):
    with undone(city.chain):
        assert first_difference(city, polls[0], signatures, COUNT) is None


@pytest.mark.skipif("DONGNE_MUTANTS" not in os.environ, reason="DONGNE_MUTANTS=1 compiles and kills the mutants")
@pytest.mark.parametrize("name", MUTANTS)
def test_every_mutant_of_the_counting_is_found(city, polls, signatures, name):
    code = mutated(city, *MUTANTS[name])
    with undone(city.chain):
        box = city.client(BallotBox)
        city.chain.nodes.ask("anvil_setCode", box.address, "0x" + code.hex())

        assert first_difference(city, polls[0], signatures, COUNT) is not None


def mutated(city, good, bad, file=FILE):
    """Code of a box whose counting is changed in one place, deployed like the real one."""
    source = (ROOT / file).read_text(encoding="utf-8")
    assert source.count(good) == 1, good
    asked = standard_json(("BallotBox",))
    asked["sources"][file]["content"] = source.replace(good, bad)
    (compiler,) = (ROOT / ".home" / "solcx").glob("solc-v*")
    done = subprocess.run([compiler, "--standard-json"], input=json.dumps(asked), capture_output=True, text=True)
    said = json.loads(done.stdout)
    errors = [each["formattedMessage"] for each in said.get("errors", []) if each["severity"] == "error"]
    assert not errors, errors[0]
    creation = bytes.fromhex(
        said["contracts"]["contracts/ballot/BallotBox.sol"]["BallotBox"]["evm"]["bytecode"]["object"]
    )
    deployed = len(artifact("BallotBox").creation_code)
    real = city.chain.web3.eth.get_transaction(city.book.entry("BallotBox").transaction)["input"]
    arguments = bytes(real)[deployed:]
    receipt = Call(city.chain, None, creation + arguments, "a mutant", 8_000_000).transact(city.relayer)
    return city.chain.code(receipt["contractAddress"])
