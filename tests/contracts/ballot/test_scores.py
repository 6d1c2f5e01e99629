"""Score polls: what may be opened, which ballots count, by batch, from a wallet and for accounts, and who leads."""

from dataclasses import replace

import pytest
from brownie import ScoreBallotBox, accounts, chain, web3
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils import keccak

from dongne.ballot import (
    TALLY_ONLY,
    Aim,
    Booth,
    CountedGroup,
    Measure,
    OutcomeTerms,
    Skip,
    SkippedVote,
    Threshold,
    decision,
    outcome_of,
    unpack_skipped,
)
from dongne.ballot.scores import (
    ScorePollSpec,
    choices_of,
    pack_score_votes,
    pack_scores,
    unpack_counted_scores,
)
from dongne.signing import Domain, compact
from dongne.suite import Role
from tests.contracts.ballot.conftest import KEYS, SMART, labels
from tests.contracts.wiring import wire
from tests.reverting import reverts

MOST, TOTAL = 5, 10


@pytest.fixture(scope="module")
def scores(access, rolls, outcomes, poll_terms, administrator, officer):
    contract = administrator.deploy(ScoreBallotBox, rolls, outcomes, poll_terms, 0, 0, access)
    wire(access, contract, {Role.ELECTION_OFFICER: officer}, administrator)
    return contract


@pytest.fixture(scope="module")
def booths():
    """Where votes of each poll are signed, by its number."""
    return {}


@pytest.fixture(scope="module")
def opened():
    """What was decided about each poll, as its log has it, by its number."""
    return {}


@pytest.fixture
def announce_scores(scores, officer, spec, booths, opened):
    """Opens a score poll like `spec` but for the changes, 10 points and 5 an option, and gives its number."""

    def announced(**changes):
        start = chain[-1].timestamp + 60
        fields = {name: getattr(spec, name) for name in spec.__dataclass_fields__}
        terms = {"most": 4, "most_points": MOST, "most_total": TOTAL, "start": start, "end": start + 86_400}
        decided = ScorePollSpec(**{**fields, **terms, **changes})
        event = scores.open(decided.as_tuple(), {"from": officer}).events["ScorePollOpened"]
        opened[event["poll"]] = ScorePollSpec.from_tuple(event["spec"])
        domain = Domain("Dongne ScoreBallotBox", "1", web3.eth.chain_id, scores.address)
        booths[event["poll"]] = Booth(domain, decided.paper(event["poll"], bytes(event["terms"])))
        return event["poll"]

    return announced


@pytest.fixture
def open_scores(scores, announce_scores):
    def started(**changes):
        poll = announce_scores(**changes)
        chain.mine(timestamp=scores.pollOf(poll)[1])
        return poll

    return started


@pytest.fixture
def ballot(booths, voters):
    """Signs a voter's points: `ballot(poll, index, {option: points})`."""

    def signed(poll, index, points, key=None):
        booth = booths[poll]
        paper = replace(booth.paper, labels=(*booth.paper.labels, *(f"none {option}" for option in range(256))))
        return Booth(booth.domain, paper).sign(index, choices_of(points), key or voters[index])

    return signed


@pytest.fixture
def cast(scores, relayer):
    """Relays a batch and gives what its logs say: counted groups and skipped votes."""

    def casting(poll, votes):
        batch = votes if isinstance(votes, bytes) else pack_score_votes(votes)
        events = scores.castBatch(poll, batch, {"from": relayer}).events
        groups = events["ScoresCounted"]["groups"] if "ScoresCounted" in events else b""
        skipped = events["VotesSkipped"]["items"] if "VotesSkipped" in events else b""
        return unpack_counted_scores(bytes(groups)), unpack_skipped(bytes(skipped))

    return casting


def group(points, *indices):
    return CountedGroup(choices_of(points), indices)


def test_points_are_counted_and_logged_in_groups(scores, open_scores, ballot, cast):
    poll = open_scores()

    counted, skipped = cast(
        poll, [ballot(poll, 0, {0: 5, 2: 1}), ballot(poll, 1, {3: 5}), ballot(poll, 2, {0: 5, 2: 1})]
    )

    assert sorted(counted, key=lambda each: each.indices) == [group({0: 5, 2: 1}, 0, 2), group({3: 5}, 1)]
    assert skipped == []
    assert scores.tally(poll) == [10, 0, 2, 5]
    assert scores.turnout(poll) == (3, KEYS + 1)
    assert scores.turnoutOf(poll, 1, 5) == 2
    assert [scores.hasVoted(poll, index) for index in range(4)] == [True, True, True, False]


def test_a_batch_of_known_bytes_is_laid_out_as_the_page_says(open_scores, ballot):
    poll = open_scores()
    vote = ballot(poll, 7, {1: 5, 3: 2})

    assert pack_score_votes([vote]) == bytes.fromhex("02 0105 0302 0001 000007") + vote.signature


def test_wallets_sign_the_same_digest(booths, open_scores, voters, scores, relayer):
    poll = open_scores()
    payload = booths[poll].paper.vote(choices_of({0: 3, 2: 1})).typed_data(booths[poll].domain)

    signed = Account.sign_message(encode_typed_data(full_message=payload), voters[4].key)

    assert payload["message"]["scores"] == [
        {"option": "Street 0", "points": 3},
        {"option": "Street 2", "points": 1},
    ]
    head = bytes.fromhex("02 0003 0201 0001 000004")
    assert scores.castBatch(poll, head + compact(bytes(signed.signature)), {"from": relayer}).return_value == 1


@pytest.mark.parametrize(
    ("terms", "good", "bad"),
    [
        ({}, [{0: 1}, {0: 5, 1: 5}, {0: 3, 1: 3, 2: 3, 3: 1}], [{0: 6}, {0: 5, 1: 5, 2: 1}, {4: 1}, {255: 1}]),
        ({"most_total": 0}, [{0: 5, 1: 5, 2: 5, 3: 5}], [{0: 5, 1: 6}]),
        ({"least": 2, "most": 3}, [{0: 1, 3: 1}], [{0: 5}, {0: 1, 1: 1, 2: 1, 3: 1}]),
        ({"cap": 10, "costs": (4, 6, 7, 11)}, [{0: 5, 1: 5}], [{0: 1, 2: 1}, {3: 1}]),
        ({"most_points": 255, "most_total": 0}, [{0: 255, 3: 255}], []),
        ({"most": 1, "most_points": 1, "most_total": 1}, [{2: 1}], [{0: 1, 1: 1}]),
        ({"least_total": TOTAL}, [{0: 5, 1: 5}, {0: 3, 1: 3, 2: 3, 3: 1}], [{0: 5}, {0: 5, 1: 4}, {0: 5, 1: 5, 2: 1}]),
        ({"least_total": 4, "most_total": 0}, [{0: 4}, {0: 5, 1: 5, 2: 5}], [{0: 3}, {0: 1, 1: 1, 2: 1}]),
        ({"least_total": 7, "outcome": OutcomeTerms(blank=0b1000)}, [{3: 1}, {0: 5, 1: 2}], [{0: 5, 1: 1}, {3: 2}]),
        (
            {"least": 2, "outcome": OutcomeTerms(blank=0b1000)},
            [{3: 1}, {0: 4, 1: 1}],
            [{3: 2}, {3: 1, 0: 1}, {0: 1}],
        ),
    ],
)
def test_scores_that_break_the_rule_are_skipped_as_a_group(scores, open_scores, ballot, cast, terms, good, bad):
    poll = open_scores(**terms)
    ballots = [ballot(poll, index, points) for index, points in enumerate(good + bad)]

    counted, skipped = cast(poll, ballots)

    assert {each.choices: each.indices for each in counted} == {
        choices_of(points): (index,) for index, points in enumerate(good)
    }
    assert {each.index for each in skipped} == set(range(len(good), len(good + bad)))
    assert {each.reason for each in skipped} <= {Skip.BAD_CHOICES}
    assert scores.tally(poll) == [sum(points.get(option, 0) for points in good) for option in range(4)]


@pytest.mark.parametrize(
    "head",
    [
        "00 0001",  # nothing scored
        "01 0000 0001",  # no points
        "02 0101 0001 0001",  # descending
        "02 0101 0101 0001",  # an option twice
        "03 0001 0101 0101 0001",
    ],
)
def test_scores_that_are_not_written_as_they_should_be_are_skipped(scores, open_scores, ballot, cast, head):
    poll = open_scores()
    vote = ballot(poll, 1, {0: 1, 1: 1})
    broken = bytes.fromhex(head) + (1).to_bytes(3, "big") + vote.signature

    counted, skipped = cast(poll, broken + pack_score_votes([vote]))

    assert counted == [group({0: 1, 1: 1}, 1)]
    assert skipped == [SkippedVote(0, 1, Skip.BAD_CHOICES)]


def test_every_reason_is_told_with_the_votes_place_in_the_batch(open_scores, ballot, cast, outsider):
    poll = open_scores(ranges=((0, 6),))
    cast(poll, [ballot(poll, 0, {0: 1})])
    votes = [
        ballot(poll, 0, {0: 1}),
        ballot(poll, 1, {0: 1}),
        ballot(poll, 2, {0: 1}, key=outsider),
        ballot(poll, 9, {0: 2}),
        ballot(poll, 5, {0: 6}),
    ]

    counted, skipped = cast(poll, votes)

    assert counted == [group({0: 1}, 1)]
    assert skipped == [
        SkippedVote(0, 0, Skip.ALREADY_VOTED),
        SkippedVote(2, 2, Skip.BAD_SIGNATURE),
        SkippedVote(3, 9, Skip.NOT_ELIGIBLE),
        SkippedVote(4, 5, Skip.BAD_CHOICES),
    ]


@pytest.mark.parametrize("change", [{0: 4, 1: 1}, {0: 5}, {0: 5, 1: 1, 2: 1}, {1: 5, 2: 1}])
def test_changed_points_void_the_signature(open_scores, ballot, cast, change):
    poll = open_scores()
    altered = replace(ballot(poll, 0, {0: 5, 1: 1}), choices=choices_of(change))

    assert cast(poll, [altered]) == ([], [SkippedVote(0, 0, Skip.BAD_SIGNATURE)])


def test_a_vote_for_another_poll_or_of_other_words_is_skipped(open_scores, ballot, cast, booths, voters):
    poll, other = open_scores(), open_scores()
    reworded = Booth(booths[poll].domain, replace(booths[poll].paper, labels=(*labels(3), "Elsewhere")))

    for vote in (ballot(other, 0, {3: 1}), reworded.sign(0, choices_of({3: 1}), voters[0])):
        assert cast(poll, [vote]) == ([], [SkippedVote(0, 0, Skip.BAD_SIGNATURE)])


@pytest.mark.parametrize("options", [2, 8, 9, 128, 255, 256])
def test_every_option_has_a_lane_of_its_own(scores, open_scores, ballot, cast, options):
    most = min(options, 255)
    poll = open_scores(labels=labels(options), most=most, most_points=255, most_total=0)
    last = options - 1
    ballots = [
        {option: 255 - option % 7 for option in range(most)},
        {option: option % 255 + 1 for option in range(0, options, 2)},
        {0: 255, last: 255},
        {last: 1},
    ]

    _counted, skipped = cast(poll, [ballot(poll, index, points) for index, points in enumerate(ballots)])

    assert skipped == []
    assert scores.tally(poll) == [sum(points.get(option, 0) for points in ballots) for option in range(options)]


@pytest.mark.parametrize("cut", [0, 1, 2, 3, 4, 5, 5 + 66])
def test_a_batch_that_is_cut_off_is_refused(scores, open_scores, ballot, relayer, cut):
    poll = open_scores()
    batch = pack_score_votes([ballot(poll, 0, {0: 1})])

    with reverts("MalformedBatch", 0):
        scores.castBatch(poll, batch[:cut], {"from": relayer})
    with reverts("MalformedBatch", len(batch)):
        scores.castBatch(poll, batch + batch[:cut] if cut else batch + b"\xff", {"from": relayer})
    assert scores.turnout(poll)[0] == 0


@pytest.fixture
def wallet(publish, open_scores):
    """A poll in which brownie's account 5 is voter 0."""
    return open_scores(roll=publish([accounts[5].address], [accounts[6].address]), ranges=((0, 1),))


def test_a_voter_votes_once_from_an_own_wallet(scores, wallet):
    given = pack_scores(choices_of({1: 5, 2: 4}))

    transaction = scores.vote(wallet, 0, given, {"from": accounts[5]})

    assert unpack_counted_scores(bytes(transaction.events["ScoresCounted"]["groups"])) == [group({1: 5, 2: 4}, 0)]
    assert scores.tally(wallet) == [0, 5, 4, 0]
    assert scores.turnout(wallet) == (1, 1)
    with reverts("AlreadyVoted", wallet, 0):
        scores.vote(wallet, 0, given, {"from": accounts[5]})


def test_nobody_votes_under_anothers_index_or_outside_the_ranges(scores, wallet):
    with reverts("NotTheVoter", wallet, 0, accounts[5], accounts[6]):
        scores.vote(wallet, 0, b"\x00\x01", {"from": accounts[6]})
    with reverts("NotEligible", wallet, 1):
        scores.vote(wallet, 1, b"\x00\x01", {"from": accounts[6]})


@pytest.mark.parametrize(
    "given", ["", "00", "0000", "0006", "000101", "01010001", "00010001", "0401", "0005" + "0105" * 255]
)
def test_scores_from_a_wallet_must_obey_the_rule(scores, wallet, given):
    with reverts("BadScores", wallet, bytes.fromhex(given)):
        scores.vote(wallet, 0, bytes.fromhex(given), {"from": accounts[5]})


def test_a_smart_account_is_asked_for_its_signature_over_its_own_name(
    scores, open_scores, booths, voters, smart_account, relayer, ballot
):
    poll, choices = open_scores(), choices_of({0: 5, 3: 5})
    booth, given = booths[poll], pack_scores(choices_of({0: 5, 3: 5}))
    own = booth.paper.account_vote(choices, smart_account.address).sign(voters[0], booth.domain)
    others = booth.paper.account_vote(choices, voters[0].address).sign(voters[0], booth.domain)
    payload = booth.paper.account_vote(choices, smart_account.address).typed_data(booth.domain)

    assert Account.sign_message(encode_typed_data(full_message=payload), voters[0].key).signature == own
    with reverts("BadSignature", poll, SMART, smart_account):
        scores.voteBySignature(poll, SMART, given, others, {"from": relayer})
    with reverts("BadSignature", poll, SMART, smart_account):
        scores.voteBySignature(poll, SMART, pack_scores(choices_of({0: 5, 3: 4})), own, {"from": relayer})
    scores.voteBySignature(poll, SMART, given, own, {"from": relayer})

    assert scores.tally(poll) == [5, 0, 0, 5]
    assert scores.hasVoted(poll, SMART)


def test_votes_are_taken_from_the_start_until_before_the_end(scores, announce_scores, ballot, relayer):
    poll = announce_scores()
    start, end = scores.pollOf(poll)[1:3]
    for time, vote in ((start - 1, None), (start, 0), (end - 1, 1), (end, None)):
        web3.provider.make_request("evm_setNextBlockTimestamp", [time])
        if vote is not None:
            batch = pack_score_votes([ballot(poll, vote, {0: 1})])
            assert scores.castBatch(poll, batch, {"from": relayer}).return_value == 1
        else:
            with reverts("PollNotOpen", poll, start, end, time):
                scores.castBatch(poll, b"", {"from": relayer})


def test_the_poll_keeps_what_was_decided(scores, announce_scores, booths, rolls, roll, opened):
    poll = announce_scores(least=2, cap=9, costs=(1, 2, 3, 4), most_points=200, most_total=500, least_total=300)
    decided = opened[poll]

    assert scores.pollOf(poll) == (roll, decided.start, decided.end, 4, 2, 4, KEYS + 1, 0, False, roll)
    assert scores.pointsOf(poll) == (200, 500, 300)
    assert bytes(scores.termsOf(poll)) == booths[poll].paper.terms == decided.terms(bytes(rolls.commitment(roll)))
    assert scores.outcomeTermsOf(poll) == decided.outcome.as_tuple()
    assert [scores.isEligible(poll, index) for index in (0, KEYS, KEYS + 1)] == [True, True, False]


@pytest.mark.parametrize("terms", [{"most_points": 0}, {"least": 3, "most_total": 2}])
def test_points_must_be_such_that_a_ballot_can_give_them(scores, announce_scores, terms):
    points = {"most_points": MOST, "most_total": TOTAL, "least": 1} | terms
    with reverts("BadPoints", points["most_points"], points["most_total"], points["least"]):
        announce_scores(**terms)


@pytest.mark.parametrize(
    ("terms", "most"),
    [
        ({"least_total": TOTAL + 1}, TOTAL),
        ({"least_total": 21, "most_total": 0}, 4 * MOST),
        ({"most": 1, "least_total": 6}, 5),
    ],
)
def test_no_more_points_are_demanded_than_a_ballot_can_give(announce_scores, terms, most):
    with reverts("LeastTotalTooHigh", terms["least_total"], most):
        announce_scores(**terms)


def test_all_points_that_a_ballot_can_give_may_be_demanded(scores, announce_scores):
    poll = announce_scores(most=4, most_total=0, least_total=4 * MOST)
    assert scores.pointsOf(poll) == (MOST, 0, 4 * MOST)


def test_a_ballot_scores_at_most_255_options(announce_scores):
    with reverts("TooManyScored", 256, 255):
        announce_scores(labels=labels(256), most=256)


QUORUM = Threshold(Measure.BALLOTS, Measure.ELIGIBLE, 1, 2)


@pytest.mark.parametrize(
    "outcome",
    [
        decision(0b1),
        OutcomeTerms(majority=Threshold(Measure.SUPPORT, Measure.VALID, 1, 2, more_than=True)),
        OutcomeTerms(quorum=Threshold(Measure.SUPPORT, Measure.ELIGIBLE, 1, 4)),
    ],
)
def test_outcomes_that_take_points_for_voters_are_refused(announce_scores, outcome):
    with reverts("NotForPoints", outcome.as_tuple()):
        announce_scores(outcome=outcome)


@pytest.mark.parametrize("most", [0, 5])
def test_what_every_box_refuses_is_refused_by_the_same_errors(announce_scores, most):
    with reverts("BadPicks", 1, most, 4):
        announce_scores(most=most)


def test_only_the_election_officer_opens_and_cancels(scores, announce_scores, stranger, officer, spec):
    poll = announce_scores()

    with reverts("AccessManagedUnauthorized", stranger):
        scores.cancel(poll, b"\x01" * 32, "", {"from": stranger})
    with reverts("ReasonMissing", poll):
        scores.cancel(poll, bytes(32), "", {"from": officer})
    scores.cancel(poll, b"\x01" * 32, "ipfs://reason", {"from": officer})

    chain.mine(timestamp=scores.pollOf(poll)[1])
    with reverts("PollWasCancelled", poll):
        scores.castBatch(poll, b"", {"from": officer})


def test_a_poll_that_started_is_not_cancelled(scores, open_scores, officer):
    poll = open_scores()
    start = scores.pollOf(poll)[1]
    web3.provider.make_request("evm_setNextBlockTimestamp", [start + 9])

    with reverts("PollHasStarted", poll, start, start + 9):
        scores.cancel(poll, b"\x01" * 32, "", {"from": officer})


@pytest.mark.parametrize("notice", [True, False])
def test_polls_have_a_notice_and_last_a_while(
    access, rolls, outcomes, poll_terms, administrator, officer, spec, notice
):  # fmt: skip
    box = administrator.deploy(ScoreBallotBox, rolls, outcomes, poll_terms, 3_600, 7_200, access)
    wire(access, box, {Role.ELECTION_OFFICER: officer}, administrator)
    now = chain[-1].timestamp + 100
    fields = {name: getattr(spec, name) for name in spec.__dataclass_fields__} | {"most": 4}
    start = now + (3_599 if notice else 3_600)
    decided = ScorePollSpec(**fields | {"start": start, "end": start + 7_199}, most_points=5)
    web3.provider.make_request("evm_setNextBlockTimestamp", [now])

    with reverts(*(("StartsTooSoon", start, now + 3_600) if notice else ("EndsTooSoon", start + 7_199, start + 7_200))):
        box.open(decided.as_tuple(), {"from": officer})


def test_most_points_lead_and_ties_are_stated(scores, open_scores, ballot, cast):
    outcome = OutcomeTerms(Aim.ELECTION, 2, blank=0b1000, quorum=QUORUM)
    poll = open_scores(outcome=outcome)
    ballots = [{0: 5, 1: 1}, {1: 4}, {2: 5}, {3: 1}, {0: 1, 1: 1, 2: 1}, {0: 1, 1: 1}, {3: 1}]
    cast(poll, [ballot(poll, index, points) for index, points in enumerate(ballots)])
    chain.mine(timestamp=scores.pollOf(poll)[2])

    result = scores.result(poll)

    assert scores.tally(poll) == [7, 7, 6, 2]
    assert tuple(result) == (7, 13, 5, True, 0b0011, 7, 7, 0b0011, 0, True)
    assert tuple(result) == tuple(as_tuple(outcome_of(outcome, [7, 7, 6, 2], 7, 13)))


def as_tuple(outcome):
    return [getattr(outcome, name) for name in outcome.__dataclass_fields__]


def test_a_missed_quorum_elects_nobody_and_a_tally_needs_none(scores, open_scores, ballot, cast):
    polls = [open_scores(outcome=OutcomeTerms(quorum=QUORUM)), open_scores(outcome=TALLY_ONLY)]
    for poll in polls:
        cast(poll, [ballot(poll, index, {0: 5}) for index in range(6)])
    chain.mine(timestamp=scores.pollOf(polls[1])[2])

    assert [(scores.result(poll)[3], scores.result(poll)[7], scores.result(poll)[9]) for poll in polls] == [
        (False, 0, False),
        (True, 0, True),
    ]


def test_the_last_ballot_that_a_full_roll_can_give_does_not_overflow_a_lane(scores, open_scores, ballot, cast):
    """The 2^24 - 2 voters before are pretended: each has given option 0 and 1 all its points."""
    poll = open_scores(most_points=255, most_total=0)
    lane = (2**24 - 2) * 255
    slot = int.from_bytes(keccak(poll.to_bytes(32, "big") + (5).to_bytes(32, "big")), "big")
    word = lane | lane << 32
    web3.provider.make_request("anvil_setStorageAt", [scores.address, f"0x{slot:064x}", f"0x{word:064x}"])

    cast(poll, [ballot(poll, 0, {0: 255, 1: 255, 2: 1})])

    assert scores.tally(poll) == [lane + 255, lane + 255, 1, 0]
    assert lane + 255 < 2**32
