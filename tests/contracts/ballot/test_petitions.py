"""Petitions: filed by voters, signed like votes, and answered by the city within a term that the chain knows."""

import pytest
from brownie import chain, web3
from eth_utils import keccak

from dongne.ballot import BallotPaper, Booth, Skip, SkippedVote, pack_votes, unpack_counted, unpack_skipped
from dongne.ballot.petitions import Filing, PetitionRules
from dongne.signing import Domain
from tests.contracts.ballot.conftest import KEYS, SMART
from tests.reverting import reverts

TITLE, DOCUMENT, REASONS = "A crossing at the school", b"\x31" * 32, b"\x32" * 32
LABEL = "I support this petition."
COLLECTING, DECIDING, ANSWERING, THRESHOLD = 86_400, 3_600, 7_200, 3


@pytest.fixture
def terms(roll):
    return PetitionRules(roll, THRESHOLD, COLLECTING, DECIDING, ANSWERING, LABEL, ((0, KEYS + 1),))


@pytest.fixture
def publish_rules(petitions, officer, terms):
    def published(**changes):
        rules = PetitionRules(**{name: getattr(terms, name) for name in terms.__slots__} | changes)
        return petitions.publishRules(rules.as_tuple(), {"from": officer}).events["RulesPublished"]["number"]

    return published


@pytest.fixture
def rules(publish_rules):
    return publish_rules()


@pytest.fixture(scope="module")
def petition_domain(petitions):
    return Domain("Dongne PetitionBox", "1", web3.eth.chain_id, petitions.address)


@pytest.fixture
def file(petitions, voters, petition_domain, relayer):
    """Files a petition with the signature of a voter's key."""

    def filed(rules, index=0, title=TITLE, key=None, count=None):
        number = petitions.filingsOf(rules, index) if count is None else count
        filing = Filing(title, DOCUMENT, bytes(petitions.rulesOf(rules)[0]), voters[index].address, number)
        key = key or voters[index]
        signature = key.unsafe_sign_hash(filing.digest(petition_domain)).signature
        data = (rules, index, keccak(text=title), DOCUMENT, bytes(signature))
        return petitions.file(*data, {"from": relayer}).events["PetitionFiled"]["petition"]

    return filed


@pytest.fixture
def admit(petitions, officer):
    def admitted(petition, title=TITLE):
        event = petitions.admit(petition, title, "ipfs://petition", {"from": officer}).events["PetitionAdmitted"]
        return booth_of(petitions, petition, title, event["terms"])

    return admitted


def booth_of(petitions, petition, title, terms):
    domain = Domain("Dongne PetitionBox", "1", web3.eth.chain_id, petitions.address)
    return Booth(domain, BallotPaper(petition, title, (LABEL,), DOCUMENT, bytes(terms)))


@pytest.fixture
def petition(rules, file):
    return file(rules)


@pytest.fixture
def booth(petition, admit):
    """Where an admitted petition is signed."""
    return admit(petition)


@pytest.fixture
def cast(petitions, voters, relayer):
    """Relays signatures of voters, and gives the events."""

    def casting(booth, indices, keys=None):
        votes = [booth.sign(index, 1, (keys or voters)[index]) for index in indices]
        return petitions.castBatch(booth.paper.poll, pack_votes(votes, 1), {"from": relayer}).events

    return casting


def test_signatures_are_counted_as_votes_are_and_meet_the_threshold_once(petitions, petition, booth, cast):
    first = cast(booth, [0, 4])

    assert unpack_counted(bytes(first["VotesCounted"]["groups"]), 1)[0].indices == (0, 4)
    assert "ThresholdMet" not in first
    second = cast(booth, [4, 7, 9])
    assert unpack_skipped(bytes(second["VotesSkipped"]["items"])) == [SkippedVote(0, 4, Skip.ALREADY_VOTED)]
    met = second["ThresholdMet"]
    assert (met["petition"], met["signatures"], met["answerBy"]) == (petition, 4, chain[-1].timestamp + ANSWERING)
    assert petitions.dueOf(petition) == met["answerBy"]
    assert "ThresholdMet" not in cast(booth, [1])
    assert petitions.petitionOf(petition)[4] == 5
    assert petitions.dueOf(petition) == met["answerBy"]


def test_the_city_answers_once_and_not_before_the_threshold_is_met(petitions, petition, booth, cast, officer):
    cast(booth, [0, 1])
    with reverts("ThresholdNotMet", petition, 2, THRESHOLD):
        petitions.answer(petition, REASONS, "", {"from": officer})
    cast(booth, [2])

    with reverts("AnswerMissing", petition):
        petitions.answer(petition, bytes(32), "", {"from": officer})
    event = petitions.answer(petition, REASONS, "ipfs://answer", {"from": officer}).events["PetitionAnswered"]
    assert event["late"] is False
    assert petitions.dueOf(petition) == 0
    with reverts("PetitionHasAnswer", petition):
        petitions.answer(petition, DOCUMENT, "", {"from": officer})


@pytest.mark.parametrize("late", [False, True])
def test_a_late_answer_is_taken_and_marked(petitions, petition, booth, cast, officer, late):
    cast(booth, [0, 1, 2])
    web3.provider.make_request("evm_setNextBlockTimestamp", [petitions.dueOf(petition) + late])

    event = petitions.answer(petition, REASONS, "", {"from": officer}).events["PetitionAnswered"]

    assert event["late"] is late


def test_a_refusal_gives_reasons_and_the_petition_is_never_signed(petitions, petition, file, rules, officer, voters):
    assert petitions.dueOf(petition) == petitions.petitionOf(petition)[2] + DECIDING
    with reverts("AnswerMissing", petition):
        petitions.refuse(petition, bytes(32), "", {"from": officer})
    assert petitions.refuse(petition, REASONS, "", {"from": officer}).events["PetitionRefused"]["late"] is False

    with reverts("PetitionDecided", petition):
        petitions.admit(petition, TITLE, "", {"from": officer})
    time = chain[-1].timestamp + 9
    web3.provider.make_request("evm_setNextBlockTimestamp", [time])
    with reverts("PollNotOpen", petition, 0, 0, time):
        petitions.castBatch(petition, b"\x01\x00\x01" + bytes(67), {"from": officer})
    assert petitions.dueOf(petition) == 0
    assert file(rules) == petition + 1


def test_a_petition_is_admitted_in_the_words_that_were_filed_only(petitions, petition, officer):
    with reverts("OtherTitle", petition, keccak(text=TITLE), keccak(text="No crossing")):
        petitions.admit(petition, "No crossing", "", {"from": officer})
    petitions.admit(petition, TITLE, "", {"from": officer})
    with reverts("PetitionDecided", petition):
        petitions.admit(petition, TITLE, "", {"from": officer})
    with reverts("PetitionDecided", petition):
        petitions.refuse(petition, REASONS, "", {"from": officer})


def test_a_title_has_a_length(petitions, rules, file, officer):
    for index, title in enumerate(("", "x" * 1_001)):
        petition = file(rules, index, title=title)
        with reverts("BadQuestion", len(title), 1_000):
            petitions.admit(petition, title, "", {"from": officer})


def test_a_voter_has_one_petition_under_way(petitions, rules, file, admit, petition):
    with reverts("PetitionUnderWay", rules, 0, petition):
        file(rules)
    admit(petition)
    with reverts("PetitionUnderWay", rules, 0, petition):
        file(rules)
    assert file(rules, 1) == petition + 1
    chain.mine(timestamp=petitions.endOf(petition))

    assert file(rules) == petition + 2


def test_a_filing_is_the_voters_own_and_is_not_filed_again(petitions, rules, file, petition, officer, voters, outsider):
    with reverts("NotFiledByVoter", 1, voters[1].address):
        file(rules, 1, key=outsider)
    petitions.refuse(petition, REASONS, "", {"from": officer})

    with reverts("NotFiledByVoter", 0, voters[0].address):
        file(rules, 0, count=0)
    assert petitions.filingsOf(rules, 0) == 1


def test_who_is_not_asked_files_and_signs_nothing(petitions, publish_rules, file, admit, cast):
    rules = publish_rules(ranges=((0, 3), (5, 2)))

    with reverts("NotEligible", 0, 3):
        file(rules, 3)
    with reverts("NotEligible", 0, KEYS + 1):
        petitions.file(rules, KEYS + 1, DOCUMENT, DOCUMENT, b"")
    events = cast(admit(file(rules, 5)), [2, 3, 4, 6])
    assert unpack_counted(bytes(events["VotesCounted"]["groups"]), 1)[0].indices == (2, 6)
    assert [each.reason for each in unpack_skipped(bytes(events["VotesSkipped"]["items"]))] == [Skip.NOT_ELIGIBLE] * 2


def test_a_smart_account_files_and_signs(petitions, rules, admit, smart_account, voters, petition_domain, relayer):
    filing = Filing(TITLE, DOCUMENT, bytes(petitions.rulesOf(rules)[0]), smart_account.address, 0)
    by_owner = bytes(voters[0].unsafe_sign_hash(filing.digest(petition_domain)).signature)
    petition = petitions.file(rules, SMART, keccak(text=TITLE), DOCUMENT, by_owner, {"from": relayer}).events[
        "PetitionFiled"
    ]["petition"]
    booth = admit(petition)
    signed = booth.paper.account_vote(1, smart_account.address).sign(voters[0], petition_domain)

    with reverts("BadSignature", petition, 1, voters[1].address):
        petitions.voteBySignature(petition, 1, 1, signed, {"from": relayer})
    petitions.voteBySignature(petition, SMART, 1, signed, {"from": relayer})

    assert petitions.hasVoted(petition, SMART)
    with reverts("AlreadyVoted", petition, SMART):
        petitions.voteBySignature(petition, SMART, 1, signed, {"from": relayer})


def test_a_voter_signs_by_a_transaction_once(petitions, publish_rules, publish, admit, officer, stranger, relayer):
    roll = publish(sorted([officer.address, stranger.address], key=str.lower))
    rules = publish_rules(roll=roll, threshold=1, ranges=((0, 2),))
    mine = sorted([officer.address, stranger.address], key=str.lower).index(stranger.address)
    petition = petitions.file(rules, mine, keccak(text=TITLE), DOCUMENT, b"", {"from": stranger}).events[
        "PetitionFiled"
    ]["petition"]
    admit(petition)

    with reverts("BadChoices", petition, 0):
        petitions.vote(petition, mine, 0, {"from": stranger})
    with reverts("NotTheVoter", petition, mine, stranger, relayer):
        petitions.vote(petition, mine, 1, {"from": relayer})
    assert "ThresholdMet" in petitions.vote(petition, mine, 1, {"from": stranger}).events
    with reverts("AlreadyVoted", petition, mine):
        petitions.vote(petition, mine, 1, {"from": stranger})


def test_a_signature_counts_for_its_petition_and_for_no_poll(
    box, petitions, rules, file, admit, booth, cast, voters, open_poll, pack, relayer
):
    """Not for the same words filed by another voter, nor in the ballot box, whatever has the same number."""
    other = admit(file(rules, 1))
    votes = [other.sign(5, 1, voters[5])]
    batch = pack_votes(votes, 1)

    for petition, expected in ((booth.paper.poll, 0), (other.paper.poll, 1)):
        assert petitions.castBatch(petition, batch, {"from": relayer}).return_value == expected
    assert box.castBatch(open_poll(), batch, {"from": relayer}).return_value == 0


def test_petitions_collect_until_their_end(petitions, petition, booth, voters, relayer):
    end = petitions.endOf(petition)
    batch = pack_votes([booth.sign(0, 1, voters[0])], 1)
    web3.provider.make_request("evm_setNextBlockTimestamp", [end])

    with reverts("PollNotOpen", petition, petitions.petitionOf(petition)[3], end, end):
        petitions.castBatch(petition, batch, {"from": relayer})


@pytest.mark.parametrize("cut", [0, 1, 3, 69])
def test_a_batch_that_is_cut_off_is_refused_whole(petitions, petition, booth, voters, relayer, cut):
    with reverts("MalformedBatch", 0):
        petitions.castBatch(petition, pack_votes([booth.sign(0, 1, voters[0])], 1)[:cut], {"from": relayer})


def test_rules_are_checked_when_they_are_published(petitions, publish_rules, rolls, registrar, roll):
    for threshold in (0, KEYS + 2):
        with reverts("BadPetitionThreshold", threshold, KEYS + 1):
            publish_rules(threshold=threshold)
    for name in ("collecting", "deciding", "answering"):
        terms = {"collecting": COLLECTING, "deciding": DECIDING, "answering": ANSWERING} | {name: 0}
        with reverts("BadPetitionTerms", *terms.values()):
            publish_rules(**{name: 0})
    with reverts("BadLabel", 0, 0, 400):
        publish_rules(label="")
    with reverts("BadRangeCount", 0):
        publish_rules(ranges=())
    with reverts("BadRange", 1, 2, 2):
        publish_rules(ranges=((0, 3), (2, 2)))
    growing = rolls.open({"from": registrar}).events["RollOpened"]["roll"]
    with reverts("RollNotFrozen", growing):
        publish_rules(roll=growing)


def test_closed_rules_take_no_petition_and_those_under_way_go_on(petitions, rules, file, booth, cast, officer):
    petitions.closeRules(rules, {"from": officer})

    with reverts("RulesAreClosed", rules):
        file(rules, 1)
    with reverts("RulesAreClosed", rules):
        petitions.closeRules(rules, {"from": officer})
    assert "ThresholdMet" in cast(booth, [0, 1, 2])


def test_only_the_officer_decides(petitions, petition, rules, stranger, terms):
    for call in (
        lambda: petitions.publishRules(terms.as_tuple(), {"from": stranger}),
        lambda: petitions.closeRules(rules, {"from": stranger}),
        lambda: petitions.admit(petition, TITLE, "", {"from": stranger}),
        lambda: petitions.refuse(petition, REASONS, "", {"from": stranger}),
        lambda: petitions.answer(petition, REASONS, "", {"from": stranger}),
    ):
        with reverts("AccessManagedUnauthorized", stranger):
            call()


def test_unknown_numbers_are_named(petitions, officer):
    for call in (petitions.petitionOf, petitions.termsOf, petitions.dueOf, petitions.endOf):
        with reverts("UnknownPetition", 99):
            call(99)
    with reverts("UnknownRules", 99):
        petitions.rulesOf(99)
    with reverts("UnknownPetition", 0):
        petitions.admit(0, TITLE, "", {"from": officer})
