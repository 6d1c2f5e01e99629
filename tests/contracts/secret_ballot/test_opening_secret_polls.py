"""A secret poll is opened once, with terms that voters can rely on; until its start it can be cancelled."""

from dataclasses import replace

import pytest
from brownie import chain, web3

from dongne.ballot.secret import SecretPollSpec
from tests.contracts.secret_ballot.conftest import DURATION, KEYS, NOTICE, OBJECTION
from tests.reverting import reverts

REASON = b"\x22" * 32


def opening(box, officer, spec, at):
    web3.provider.make_request("evm_setNextBlockTimestamp", [at])
    return box.open(spec.as_tuple(), {"from": officer})


def test_everything_decided_is_logged_and_hashed(box, rolls, officer, spec, roll):
    event = box.open(spec.as_tuple(), {"from": officer}).events["SecretPollOpened"]

    assert SecretPollSpec.from_tuple(event["spec"]) == spec
    assert bytes(event["terms"]) == bytes(box.termsOf(event["poll"])) == spec.terms(bytes(rolls.commitment(roll)))


def test_a_new_poll_has_no_members_and_no_votes(box, opened, spec, verifier):
    poll = spec.poll

    assert box.pollOf(opened.number) == (
        poll.roll,
        4,
        1,
        1,
        opened.spec.registration_end,
        poll.start,
        poll.end,
        KEYS + 1,
        0,
        False,
    )
    assert box.groupOf(opened.number) == (verifier, 2, 0, 0)
    assert box.tally(opened.number) == [0, 0, 0, 0]


def test_polls_are_numbered_from_1_and_differ_in_scope(box, open_poll):
    first, second = open_poll(), open_poll()

    assert (first.number, second.number) == (1, 2)
    assert box.scopeOf(1) == first.scope != second.scope == box.scopeOf(2)


def test_only_the_officer_opens_cancels_and_publishes(box, spec, opened, stranger):
    for call in (
        lambda: box.open(spec.as_tuple(), {"from": stranger}),
        lambda: box.cancel(opened.number, REASON, "", {"from": stranger}),
        lambda: box.publishGroup(opened.number, 1, {"from": stranger}),
    ):
        with reverts("AccessManagedUnauthorized", stranger):
            call()


def test_registration_lasts_at_least_the_notice(box, officer, spec):
    at = chain[-1].timestamp + 50
    early = replace(spec, registration_end=at + NOTICE - 1)

    with reverts("RegistrationEndsTooSoon", at + NOTICE - 1, at + NOTICE):
        opening(box, officer, early, at)
    opening(box, officer, replace(spec, registration_end=at + 2 + NOTICE), at + 2)


def test_voting_starts_no_sooner_than_the_objection_period_after_registration(box, officer, spec):
    earliest = spec.registration_end + OBJECTION

    with reverts("StartsTooSoon", earliest - 1, earliest):
        box.open(replace(spec, poll=replace(spec.poll, start=earliest - 1)).as_tuple(), {"from": officer})
    box.open(replace(spec, poll=replace(spec.poll, start=earliest)).as_tuple(), {"from": officer})


def test_voting_lasts_at_least_the_minimum(box, officer, spec):
    earliest = spec.poll.start + DURATION

    with reverts("EndsTooSoon", earliest - 1, earliest):
        box.open(replace(spec, poll=replace(spec.poll, end=earliest - 1)).as_tuple(), {"from": officer})
    box.open(replace(spec, poll=replace(spec.poll, end=earliest)).as_tuple(), {"from": officer})


@pytest.mark.parametrize("members", [0, 1])
def test_a_group_of_one_hides_nobody(box, officer, spec, members):
    with reverts("BadLeastMembers", members):
        box.open(replace(spec, least_members=members).as_tuple(), {"from": officer})


def test_a_verifier_is_a_contract(box, officer, spec, stranger):
    with reverts("BadVerifier", stranger):
        box.open(replace(spec, verifier=stranger.address).as_tuple(), {"from": officer})


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"question": ""}, ("BadQuestion", 0, 1000)),
        ({"question": "?" * 1001}, ("BadQuestion", 1001, 1000)),
        ({"labels": ("Yes",)}, ("BadOptions", 1)),
        ({"labels": tuple(map(str, range(257)))}, ("BadOptions", 257)),
        ({"labels": ("Yes", "")}, ("BadLabel", 1, 0, 400)),
        ({"labels": ("Yes", "No", "Yes", "No")}, ("LabelTwice", 0, 2)),
        ({"least": 0}, ("BadPicks", 0, 1, 4)),
        ({"least": 2}, ("BadPicks", 2, 1, 4)),
        ({"most": 5}, ("BadPicks", 1, 5, 4)),
        ({"cap": 5}, ("BadCosts", 0, 4, 5)),
        ({"costs": (1, 2, 3, 4)}, ("BadCosts", 4, 4, 0)),
        ({"ranges": ()}, ("BadRangeCount", 0)),
        ({"ranges": ((0, 0),)}, ("BadRange", 0, 0, 0)),
        ({"ranges": ((0, 3), (2, 3))}, ("BadRange", 1, 2, 3)),
        ({"ranges": ((0, KEYS + 2),)}, ("BadRange", 0, 0, KEYS + 2)),
        ({"roll": 99}, ("UnknownRoll", 99)),
    ],
)
def test_terms_that_no_poll_can_have_are_refused(box, officer, spec, change, error):
    refused = replace(spec, poll=replace(spec.poll, **change))

    with reverts(*error):  # by a call: brownie would trace a transaction step by step, with all its labels
        box.open.call(refused.as_tuple(), {"from": officer})


def test_256_options_of_full_length_are_a_poll(box, officer, spec):
    labels = tuple(f"{option:03}".ljust(20, "x") for option in range(256))

    poll = box.open(replace(spec, poll=replace(spec.poll, labels=labels)).as_tuple(), {"from": officer})

    assert len(box.tally(poll.events["SecretPollOpened"]["poll"])) == 256


def test_a_roll_that_still_grows_is_refused(box, rolls, officer, registrar, spec):
    roll = rolls.open({"from": registrar}).events["RollOpened"]["roll"]

    with reverts("RollNotFrozen", roll):
        box.open(replace(spec, poll=replace(spec.poll, roll=roll)).as_tuple(), {"from": officer})


def test_a_cancelled_poll_takes_nothing_more(box, opened, officer, relayer, voters):
    box.cancel(opened.number, REASON, "ipfs://why", {"from": officer})

    assert box.pollOf(opened.number)[9]
    for call in (
        lambda: box.cancel(opened.number, REASON, "", {"from": officer}),
        lambda: box.publishGroup(opened.number, 1, {"from": officer}),
        lambda: box.register(opened.number, bytes(99), {"from": relayer}),
        lambda: box.registerAccount(opened.number, 0, 1, b"", {"from": relayer}),
        lambda: box.castSecretVotes(opened.number, bytes(320), {"from": relayer}),
        lambda: box.result(opened.number),
    ):
        with reverts("PollWasCancelled", opened.number):
            call()


def test_a_poll_is_cancelled_before_its_start_only_and_with_a_reason(box, opened, officer):
    with reverts("ReasonMissing", opened.number):
        box.cancel(opened.number, bytes(32), "", {"from": officer})
    start = opened.spec.poll.start
    web3.provider.make_request("evm_setNextBlockTimestamp", [start])

    with reverts("PollHasStarted", opened.number, start, start):
        box.cancel(opened.number, REASON, "", {"from": officer})


@pytest.mark.parametrize(
    "call",
    [
        lambda box: box.pollOf(7),
        lambda box: box.groupOf(7),
        lambda box: box.termsOf(7),
        lambda box: box.tally(7),
        lambda box: box.isRegistered(7, 0),
        lambda box: box.isSpent(7, 0),
        lambda box: box.scopeOf(7),
        lambda box: box.messageOf(7, 1),
        lambda box: box.result(7),
    ],
)
def test_a_number_without_a_poll_is_unknown(box, call):
    with reverts("UnknownPoll", 7):
        call(box)
