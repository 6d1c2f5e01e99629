"""Every open box does with fuzzed batches what the page says, byte by byte, and no mutant of its counting does.

DONGNE_FUZZED_BATCHES=3000 for a longer run; DONGNE_MUTANTS=1 compiles and kills the mutants, which takes minutes.
"""

import json
import os
import random
import subprocess
from dataclasses import replace

import pytest
from eth_abi import decode, encode
from eth_account import Account
from eth_utils import keccak

from dongne.ballot import AssistedVoting, BallotBox, ElectoralRoll, PollSpec, VoterList, pack_struck, publish
from dongne.ballot.petitions import Filing, PetitionBox, PetitionRules
from dongne.ballot.scores import ScoreBallotBox, ScorePollSpec, choices_of, pack_scores
from dongne.chain import Call
from dongne.errors import ContractRefused
from dongne.signing import expand, sign
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
    Masks,
    Model,
    OfficeModel,
    Scores,
    batches,
    office_batches,
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
    "the struck vote": ("word |= struck;", ""),
    "the struck are stored as voters": ("= word ^ self.struckInWord;", "= word;"),
    "the struck are said to have voted": (
        "? IPollBox.Skip.NotEligible : IPollBox",
        "? IPollBox.Skip.AlreadyVoted : IPollBox",
    ),
    "the struck of the word before are taken off": ("self.struckInWord = struck;", "struck;"),
    "the struck of the word before are struck": ("add(WORDS, shl(5", "add(HEADER, shl(5", PAGES),
    "words without struck voters share the next one's": ("if (header & bit == 0) return 0;", "", PAGES),
    "every other struck voter's word is not counted": (
        "place := sub(place, and(shr(1, place), PAIRS))",
        "place := and(place, PAIRS)",
        PAGES,
    ),
    "the count is taken for a part of the header": ("HEADER = 4;", "HEADER = 1;", PAGES),
    "all pages are kept in one place": ("add(add(known, 32), shl(6, pageNumber))", "add(known, 32)", PAGES),
    "a page is kept without its header": ("mstore(add(at, 32), header)", "", PAGES),
    "the first page serves all": (
        "if (pageNumber != self.pageNumber)",
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
    ballots = {mask.to_bytes(3, "big"): mask for mask in MASKS}
    return signed_by(keys, [city.client(BallotBox).booth(poll) for poll in polls], ballots)


def signed_by(keys, booths, ballots):
    """Of each booth, by index and ballot as a batch has it; `ballots` gives the choices of each."""
    chance, few = random.Random(SEED), min(2, len(ballots))
    pairs = [(at, each) for at in ABLE for each in (ballots if at in EDGES else chance.sample(list(ballots), few))]
    return [{(at, each): booth.sign(at, ballots[each], keys[at]).signature for at, each in pairs} for booth in booths]


def first_difference(city, poll, signatures, count):
    """The number of the first batch after which box and model differ; None if they never do."""
    box = city.client(BallotBox)
    return first_batch_that_differs(city, box, poll, signatures, count, Masks(), tallied_by_options)


def first_batch_that_differs(city, box, poll, signatures, count, form, is_tallied):
    """The same of any box, whose ballots have a form."""
    model = Model({signature: pair for pair, signature in signatures[0].items()}, form)
    for number, batch in enumerate(batches(random.Random(SEED), count, *signatures, form)):
        expected = model.take(batch)
        if became_of(city, box, poll, batch) != (expected.malformed, expected.counted, expected.skipped):
            return number
    return None if is_tallied(box, poll, model) and marked(box, poll) == set(model.voted) else count


def marked(box, poll):
    """Who has voted."""
    asked = [*range(VOTERS), *range(APPENDED_AT, APPENDED_AT + APPENDED)]
    return {index for index, has in zip(asked, box.have_voted(poll, asked), strict=True) if has}


def tallied_by_options(box, poll, model):
    return box.tally(poll) == model.tally() and box.turnout(poll).ballots == len(model.voted)


def became_of(city, box, poll, batch):
    """What a batch did: the place for which it was refused, and the data of its two logs."""
    data = keccak(text="castBatch(uint256,bytes)")[:4] + encode(["uint256", "bytes"], [poll, batch])
    call = Call(city.chain, box.address, data, "castBatch", GAS)
    try:
        receipt = call.transact(city.relayer)
    except ContractRefused as error:
        return error.values.get("at", error.name), b"", b""
    counted, skipped = (topic_of(name) for name in (box.COUNTED.__name__, "VotesSkipped"))
    return None, logged(receipt, counted), logged(receipt, skipped)


def logged(receipt, topic):
    """The data of the logs of a topic."""
    return b"".join(data_of(log) for log in receipt["logs"] if log["topics"][0] == topic)


def topic_of(name):
    """Topic of an event about a poll and some bytes."""
    return keccak(text=f"{name}(uint256,bytes)")


def data_of(log):
    """The one `bytes` of a log: offset, length, data."""
    length = int.from_bytes(log["data"][32:64], "big")
    return bytes(log["data"][64 : 64 + length])


def test_the_box_does_with_fuzzed_batches_what_the_page_says(city, polls, signatures):
    with undone(city.chain):
        assert first_difference(city, polls[0], signatures, COUNT) is None


SCORES = ({0: 5}, {1: 1}, {19: 3}, {0: 5, 2: 5}, {8: 1, 9: 2, 10: 3}, {3: 4, 19: 1})


def test_the_box_of_scores_does_with_fuzzed_batches_what_the_page_says(city, polls, keys):
    box, form = city.client(ScoreBallotBox), Scores()
    with undone(city.chain):
        spec = city.client(BallotBox).spec(polls[0])
        start = city.chain.timestamp() + 60
        decided = {name: getattr(spec, name) for name in PollSpec.__dataclass_fields__}
        decided |= {"start": start, "end": start + 86_400}
        opened = [
            box.opened_in(
                box.open(
                    ScorePollSpec(
                        **decided | {"question": question},
                        most_points=form.points,
                        most_total=form.total,
                        least_total=form.least_total,
                    )
                ).transact(city.officers[Role.ELECTION_OFFICER])
            )
            for question in ("How much?", "How much else?")
        ]
        city.pass_time(60)
        ballots = {bytes([len(each)]) + pack_scores(choices_of(each)): choices_of(each) for each in SCORES}
        signatures = signed_by(keys, [box.booth(poll) for poll in opened], ballots)

        found = first_batch_that_differs(city, box, opened[0], signatures, COUNT, form, tallied_by_options)

        assert found is None


def test_the_petition_box_does_with_fuzzed_batches_what_the_page_says(city, polls, keys):
    box, officer = city.client(PetitionBox), city.officers[Role.ELECTION_OFFICER]
    with undone(city.chain):
        roll = city.client(BallotBox).spec(polls[0]).roll
        rules = PetitionRules(roll, 5, 86_400, 86_400, 86_400, "I support this.", RANGES)
        number = box.published_in(box.publish_rules(rules).transact(officer))
        opened = [petition(city, box, number, initiator, keys) for initiator in (0, 2)]
        signatures = signed_by(keys, [box.booth(each) for each in opened], {b"\x01": 1})

        found = first_batch_that_differs(
            city,
            box,
            opened[0],
            signatures,
            COUNT,
            Masks(1, 1),
            lambda box, each, model: box.state(each).signatures == len(model.voted),
        )

        assert found is None


def petition(city, box, rules, initiator, keys):
    """Files and admits a petition."""
    title = f"A crossing for {initiator}"
    filing = Filing(title, b"\x21" * 32, box.rules_hash(rules), keys[initiator].address, box.filings(rules, initiator))
    signature = expand(sign(filing.digest(box.domain()), keys[initiator]))
    call = box.file(rules, initiator, keccak(text=title), b"\x21" * 32, signature)
    number = box.filed_in(call.transact(city.relayer))
    box.admit(number, title, "").transact(city.officers[Role.ELECTION_OFFICER])
    return number


def test_offices_do_with_fuzzed_batches_what_the_page_says(city, polls):
    box, assistance = city.client(BallotBox), city.client(AssistedVoting)
    with undone(city.chain):
        start = city.chain.timestamp() + 60
        spec = replace(box.spec(polls[0]), start=start, end=start + 86_400)
        poll = box.opened_in(box.open(spec).transact(city.officers[Role.ELECTION_OFFICER]))
        cap = box.turnout(poll).eligible * assistance.ceiling() // 100
        accredit = assistance.accredit(box.address, poll, city.relayer.address, cap, b"\x22" * 32)
        accredit.transact(city.officers[Role.POLLING_SUPERVISOR])
        city.pass_time(60)
        model = OfficeModel(cap)
        for batch in office_batches(random.Random(SEED), COUNT):
            expected = model.take(batch)
            assert office_result(city, assistance, box, poll, batch) == expected, batch.hex()

        assert box.tally(poll) == model.tally()
        assert marked(box, poll) == set(model.voted)
        assert len(model.voted) > min(COUNT, cap) // 4


def office_result(city, assistance, box, poll, batch):
    """What an office's batch did: the error and where, or the data of its two logs."""
    selector = keccak(text="castAssisted(address,uint256,bytes,bytes32)")[:4]
    data = selector + encode(["address", "uint256", "bytes", "bytes32"], [box.address, poll, batch, b"\x23" * 32])
    try:
        receipt = Call(city.chain, assistance.address, data, "castAssisted", GAS).transact(city.relayer)
    except ContractRefused as error:
        return error.name, error.values.get("at")
    counted = keccak(text="AssistedVotesCounted(address,uint256,address,bytes32,bytes)")
    skipped = keccak(text="AssistedVotesSkipped(address,uint256,address,bytes)")
    return b"".join(
        decode(["bytes32", "bytes"], bytes(log["data"]))[1] for log in receipt["logs"] if log["topics"][0] == counted
    ), logged(receipt, skipped)


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
