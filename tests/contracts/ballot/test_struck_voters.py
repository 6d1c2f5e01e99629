"""Whoever an edition strikes votes by no path: petitions, scores and offices, with a key and by a smart account.

The ballot box is in test_roll_editions.py, the secret one in tests/contracts/secret_ballot/test_secret_editions.py.
"""

import pytest
from brownie import accounts, chain

from dongne.ballot import Skip, unpack_skipped
from dongne.ballot.batch import pack_groups
from dongne.ballot.scores import choices_of, pack_scores
from tests.contracts.ballot.conftest import KEYS, SMART
from tests.contracts.ballot.test_petitions import (  # noqa: F401 fixtures
    admit,
    file,
    petition_domain,
    publish_rules,
    terms,
)
from tests.contracts.ballot.test_roll_editions import (  # noqa: F401 fixtures
    KEPT,
    STRUCK,
    edition,
    everybody,
    newcomer,
)
from tests.contracts.ballot.test_scores import (  # noqa: F401 fixtures
    announce_scores,
    ballot,
    booths,
    cast,
    group,
    open_scores,
    opened,
    scores,
)
from tests.reverting import reverts

PAPERS = b"\x22" * 32


def reasons(skipped):
    return {each.index: each.reason for each in skipped}


@pytest.fixture
def rules(publish_rules, edition, everybody):  # noqa: F811
    return publish_rules(roll=edition[0], ranges=everybody)


def test_the_struck_file_no_petition(petitions, rules, file, roll, publish_rules, edition, relayer, voters):  # noqa: F811
    with reverts("NotEligible", 0, STRUCK):
        file(rules, STRUCK)
    for sender in (relayer, voters[0].address):
        with reverts("NotEligible", 0, SMART):
            petitions.file(rules, SMART, PAPERS, PAPERS, b"", {"from": accounts.at(sender, force=True)})

    assert file(rules, KEPT) and file(publish_rules(roll=roll), STRUCK)


def test_the_struck_sign_no_petition(
    petitions, rules, file, admit, edition, newcomer, voters, smart_account, relayer  # noqa: F811
):  # fmt: skip
    number = file(rules, KEPT)
    booth, first = admit(number), edition[1]
    votes = [booth.sign(index, 1, voters[index]) for index in (STRUCK, KEPT)] + [booth.sign(first, 1, newcomer)]
    batch = b"\x01" + len(votes).to_bytes(2, "big") + b"".join(
        vote.index.to_bytes(3, "big") + vote.signature for vote in sorted(votes, key=lambda each: each.index)
    )  # fmt: skip

    events = petitions.castBatch(number, batch, {"from": relayer}).events
    of_key = booth.paper.account_vote(1, voters[STRUCK].address).sign(voters[STRUCK], booth.domain)
    of_account = booth.paper.account_vote(1, smart_account.address).sign(voters[0], booth.domain)

    assert reasons(unpack_skipped(bytes(events["VotesSkipped"]["items"]))) == {STRUCK: Skip.NOT_ELIGIBLE}
    for index, signature in ((STRUCK, of_key), (SMART, of_account)):
        with reverts("NotEligible", number, index):
            petitions.voteBySignature(number, index, 1, signature, {"from": relayer})
    assert petitions.petitionOf(number)[4] == 2


@pytest.fixture
def score_poll(open_scores, edition, everybody):  # noqa: F811
    return open_scores(roll=edition[0], ranges=everybody)


def test_the_struck_give_no_points_in_a_batch(scores, score_poll, ballot, cast, edition, newcomer):  # noqa: F811
    first = edition[1]
    votes = [ballot(score_poll, index, {1: 3}) for index in (STRUCK, KEPT)]
    votes.append(ballot(score_poll, first, {1: 3}, newcomer))

    counted, skipped = cast(score_poll, votes)
    _counted, again = cast(score_poll, votes)

    assert (counted, reasons(skipped)) == ([group({1: 3}, KEPT, first)], {STRUCK: Skip.NOT_ELIGIBLE})
    voted = {KEPT: Skip.ALREADY_VOTED, first: Skip.ALREADY_VOTED}
    assert reasons(again) == {STRUCK: Skip.NOT_ELIGIBLE} | voted
    assert (scores.turnout(score_poll), scores.tally(score_poll)) == ((2, KEYS), [0, 6, 0, 0])
    assert [scores.hasVoted(score_poll, index) for index in (STRUCK, KEPT, first)] == [False, True, True]
    assert scores.turnoutOf(score_poll, 0, first + 1) == 2


def test_the_struck_give_no_points_alone_or_by_an_account(
    scores, score_poll, booths, edition, voters, smart_account, relayer  # noqa: F811
):  # fmt: skip
    booth, given = booths[score_poll], {0: 5}
    points = pack_scores(choices_of(given))

    asked = [scores.isEligible(score_poll, index) for index in (STRUCK, KEPT, SMART, KEYS + 1, edition[1])]
    assert asked == [False, True, False, False, True]
    of_the_struck = ((STRUCK, voters[STRUCK].address, voters[STRUCK]), (SMART, smart_account.address, voters[0]))
    for index, address, key in of_the_struck:
        signature = booth.paper.account_vote(choices_of(given), address).sign(key, booth.domain)
        with reverts("NotEligible", score_poll, index):
            scores.voteBySignature(score_poll, index, points, signature, {"from": relayer})
        with reverts("NotEligible", score_poll, index):
            scores.vote(score_poll, index, points, {"from": accounts.at(address, force=True)})

    signature = booth.paper.account_vote(choices_of(given), voters[KEPT].address).sign(voters[KEPT], booth.domain)
    scores.voteBySignature(score_poll, KEPT, points, signature, {"from": relayer})
    assert scores.turnout(score_poll) == (1, KEYS)


def test_no_office_votes_for_the_struck(
    box, assistance, announce, edition, everybody, supervisor, stranger  # noqa: F811
):  # fmt: skip
    poll, first = announce(roll=edition[0], ranges=everybody), edition[1]
    assistance.accredit(box, poll, stranger, KEYS * 40 // 100, PAPERS, {"from": supervisor})
    chain.mine(timestamp=box.pollOf(poll)[1])
    batch = pack_groups({STRUCK: 1, KEPT: 1, SMART: 2, first: 2}, 4)

    events = assistance.castAssisted(box, poll, batch, PAPERS, {"from": stranger}).events

    skipped = unpack_skipped(bytes(events["AssistedVotesSkipped"]["items"]))
    assert reasons(skipped) == {STRUCK: Skip.NOT_ELIGIBLE, SMART: Skip.NOT_ELIGIBLE}
    assert (box.turnout(poll), box.tally(poll)) == ((2, KEYS), [1, 1, 0, 0])
    assert assistance.assistedIn(box, poll)[1] == 2
