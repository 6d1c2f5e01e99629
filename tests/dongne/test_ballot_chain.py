"""The ballot's clients on a real chain: rolls, relayed votes, recount, the demo's part."""

from dataclasses import replace

import pytest
from rich.console import Console

from dongne.ballot import (
    BLOB_VOTERS,
    BallotBox,
    CountedGroup,
    District,
    ElectoralRoll,
    Measure,
    OutcomeTerms,
    PollSpec,
    SignedAccountVote,
    Skip,
    Threshold,
    VoterList,
    in_batches,
    publish,
    recount,
)
from dongne.errors import ContractRefused, EvidenceMismatch, InputError
from dongne.suite import Role
from scripts.demo import ballot as demo
from scripts.demo.options import Options
from scripts.demo.output import Output
from scripts.demo.sample_election import write_election
from scripts.localchain.suite import local_suite, person

VOTERS = 1_300
LABELS = tuple(f"Project {number}" for number in range(10))
QUORUM = OutcomeTerms(quorum=Threshold(Measure.BALLOTS, Measure.ELIGIBLE, 1, 100))
DAY = 86_400


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        yield on


@pytest.fixture(scope="module")
def officer(city):
    return city.officers[Role.ELECTION_OFFICER]


@pytest.fixture(scope="module")
def registrar(city):
    return city.officers[Role.ROLL_OFFICER]


@pytest.fixture(scope="module")
def rolls(city):
    return city.client(ElectoralRoll)


@pytest.fixture(scope="module")
def box(city):
    return city.client(BallotBox)


@pytest.fixture(scope="module")
def keys():
    """In the order of the roll: two districts, each by address."""
    people = [person(f"roll {index}") for index in range(VOTERS)]
    return [*sorted(people[:1_000], key=address_of), *sorted(people[1_000:], key=address_of)]


@pytest.fixture(scope="module")
def voters(keys):
    addresses = [bytes.fromhex(key.address[2:]) for key in keys]
    return VoterList.of({101: addresses[:1_000], 102: addresses[1_000:]})


@pytest.fixture(scope="module")
def roll(rolls, registrar, voters):
    return publish(rolls, voters, lambda call: call.transact(registrar))


@pytest.fixture
def open_poll(city, box, officer, roll):
    def opened(**changes):
        start = city.chain.timestamp() + 60
        spec = PollSpec(roll, start, start + DAY, "Which of them?", LABELS, ((0, VOTERS),), most=3, outcome=QUORUM)
        poll = box.opened_in(box.open(replace(spec, **changes)).transact(officer))
        city.pass_time(60)
        return poll

    return opened


@pytest.fixture
def poll(open_poll):
    return open_poll()


@pytest.fixture
def sign(box, keys):
    def signed(poll, index, choices, key=None):
        return box.booth(poll).sign(index, choices, key or keys[index])

    return signed


@pytest.fixture
def sign_alone(box, keys):
    """A vote that is relayed alone."""

    def signed(poll, index, choices):
        message = box.paper(poll).account_vote(choices, keys[index].address)
        return SignedAccountVote(index, choices, message.sign(keys[index], box.domain()))

    return signed


def address_of(key):
    return key.address.lower()


def test_a_published_roll_reads_back_as_it_was(city, rolls, roll, voters, keys):
    state = rolls.state(roll)

    assert (state.voters, state.frozen, state.commitment) == (VOTERS, True, voters.commitment())
    assert rolls.read(roll) == voters
    assert rolls.voter_at(roll, BLOB_VOTERS) == keys[BLOB_VOTERS].address


def test_a_roll_that_is_not_frozen_is_not_read(city, rolls, registrar):
    draft = rolls.opened_in(rolls.open().transact(registrar))

    with pytest.raises(InputError, match=f"Roll {draft} is not frozen"):
        rolls.read(draft)


def test_a_roll_that_differs_from_its_hash_is_not_believed(city, rolls, roll, voters):
    blob = rolls.contract.functions.blobAt(roll, 1).call()
    code = city.chain.web3.eth.get_code(blob)
    city.chain.web3.provider.make_request("anvil_setCode", [blob, "0x" + (code[:-1] + b"\x00").hex()])
    try:
        with pytest.raises(EvidenceMismatch, match="hashes to"):
            rolls.read(roll)
    finally:
        city.chain.web3.provider.make_request("anvil_setCode", [blob, code.to_0x_hex()])


def test_voters_and_districts_are_looked_up(voters, keys):
    assert voters.index_of(keys[1_100].address) == 1_100
    assert voters.district(102) == (District(102, 1_000, 300),)
    with pytest.raises(InputError, match="not on the roll"):
        voters.index_of(person("nobody").address)
    with pytest.raises(InputError, match="no district 7"):
        voters.district(7)


def test_the_relayer_hears_what_became_of_each_vote(city, box, poll, sign, keys):
    votes = [
        sign(poll, 5, 0b1),
        sign(poll, 3, 0b1111),
        sign(poll, 4, 0b10),
        sign(poll, 9, 0b10, key=keys[8]),
        sign(poll, 5, 0b10),
    ]

    outcomes = box.outcomes(box.cast_batch(poll, votes).transact(city.relayer), votes)

    assert [(outcome.vote.index, outcome.skip) for outcome in outcomes] == [
        (5, Skip.NONE),
        (4, Skip.NONE),
        (5, Skip.ALREADY_VOTED),
        (9, Skip.BAD_SIGNATURE),
        (3, Skip.BAD_CHOICES),
    ]
    assert box.tally(poll)[:2] == [1, 1]
    assert list(box.counted(poll)) == [CountedGroup(0b1, (5,)), CountedGroup(0b10, (4,))]


def test_a_refusal_is_explained(city, box, poll, sign_alone):
    vote = sign_alone(poll, 1, 0b1)
    box.vote_by_signature(poll, vote).transact(city.relayer)

    with pytest.raises(ContractRefused) as refused:
        box.vote_by_signature(poll, vote).transact(city.relayer)

    assert refused.value.name == "AlreadyVoted"
    assert f"Voter 1 has voted in poll {poll}" in str(refused.value)
    assert "이미 참여" in refused.value.explain("ko")


def test_a_recount_from_logs_finds_what_was_cast(city, box, rolls, poll, sign, sign_alone, voters):
    cast = {index: 1 << index % 10 | 1 for index in range(990, 1_240)}
    for batch in in_batches([sign(poll, index, mask) for index, mask in cast.items()], 100):
        box.cast_batch(poll, batch).transact(city.relayer)
    box.vote_by_signature(poll, sign_alone(poll, 7, 0b110)).transact(city.relayer)

    found = recount(box, rolls, poll)

    found.raise_if_unsound()
    assert found.choices == {**cast, 7: 0b110}
    assert found.tally() == box.tally(poll)
    assert (found.ballots, found.eligible) == (251, VOTERS)
    assert [found.turnout([district]) for district in voters.districts] == [11, 240]
    assert [box.ballots_of(poll, each.first, each.count) for each in voters.districts] == [11, 240]
    parts = [found.tally([district]) for district in voters.districts]
    assert [sum(counts) for counts in zip(*parts, strict=True)] == found.tally()


POLLS_SLOT, TALLIES_SLOT, VOTED_SLOT, BALLOTS_BIT = 4, 5, 6, 184
"""Where the contract keeps its books: slots of three mappings, and the place of the ballots in a poll's word."""


@pytest.mark.parametrize(
    ("slot", "bit", "finding"),
    [
        (POLLS_SLOT, BALLOTS_BIT, f"the contract states 3 of {VOTERS} voters, the logs 2"),
        (TALLIES_SLOT, 0, "tally differs for option 0"),
        (VOTED_SLOT, 0, "bitmap of who voted"),
    ],
)
def test_a_recount_tells_of_books_that_were_changed(city, box, rolls, poll, sign, slot, bit, finding):
    box.cast_batch(poll, [sign(poll, 20, 0b1), sign(poll, 21, 0b1)]).transact(city.relayer)
    place = int.from_bytes(city.chain.web3.keccak(poll.to_bytes(32, "big") + slot.to_bytes(32, "big")), "big")
    changed = int.from_bytes(city.chain.web3.eth.get_storage_at(box.address, place), "big") + (1 << bit)
    city.chain.web3.provider.make_request("anvil_setStorageAt", [box.address, f"0x{place:064x}", f"0x{changed:064x}"])
    city.pass_time(1)  # a block whose state root covers the change

    found = recount(box, rolls, poll)

    assert any(finding in str(each) for each in found.findings), found.findings
    with pytest.raises(EvidenceMismatch, match="does not recount") as unsound:
        found.raise_if_unsound()
    assert f"재검표가 맞지 않습니다: {found.findings[0].explain('ko')}" in unsound.value.explain("ko")


def test_a_poll_that_was_never_opened_is_not_recounted(city, box, rolls):
    with pytest.raises(InputError, match="no poll 999"):
        recount(box, rolls, 999)


def test_a_poll_is_known_by_what_was_decided(city, box, poll):
    opening = box.opening(poll)
    assert box.polls()[poll] == box.spec(poll) == opening.decided()
    assert box.terms(poll) == opening.terms == opening.paper().terms
    assert box.outcome_terms(poll) == QUORUM


def test_a_result_waits_for_the_end_and_states_ties(city, box, rolls, open_poll, sign):
    poll = open_poll()
    box.cast_batch(poll, [sign(poll, 1, 0b01), sign(poll, 2, 0b10)]).transact(city.relayer)
    with pytest.raises(ContractRefused, match=f"Poll {poll} ends at"):
        box.result(poll)

    city.pass_time(DAY)

    result = box.result(poll)
    assert (result.leaders, result.votes, result.passed) == (0b11, 1, False)
    assert not result.quorum_met
    assert result == recount(box, rolls, poll).outcome
    assert box.turnout(poll).share == 2 / VOTERS


def test_the_demos_election_adds_up_at_small_scale(city, tmp_path):
    source = write_election(tmp_path / "small.pb", voters=120, projects=12)
    election = demo.load(Options(election=source, scale=0.5))

    figures = demo.run(city, election, Output(Console(quiet=True), "en"))

    assert (figures["voters"], figures["accepted"], figures["batches"], figures["options"]) == (60, 60, 2, 12)
    assert figures["matches_published"]
    assert figures["recount_matches"]
    assert figures["skipped"] == {"already_voted": 60}
    assert figures["turnout"] == {"ballots": 60, "eligible": 60, "quorum_met": True}
