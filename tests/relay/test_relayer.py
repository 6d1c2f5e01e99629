"""From the HTTP request to the chain: what is handed in takes effect once, and each answer says what became of it."""

import pytest
import requests

from dongne.ballot import BallotBox
from dongne.ballot.scores import ScoreBallotBox
from dongne.currency import CashOutDesk
from scripts.localchain.suite import person
from tests.relay.relaying import PEOPLE, PURSE, SHOP, served

ALICE, BOB, CAROL = PEOPLE[:3]
STRANGER = person("relayed by nobody")


@pytest.fixture
def api(relayer):
    with served(relayer) as address:
        yield Api(address)


class Api:
    """A client of the relayer."""

    def __init__(self, address):
        self.address = address

    def hand_in(self, kind, body, **headers):
        return requests.post(f"{self.address}/v1/{kind}", json=body, headers=headers, timeout=30)

    def state(self, id_, **headers):
        return requests.get(f"{self.address}/v1/messages/{id_}", headers=headers, timeout=30).json()


def test_a_payment_is_queued_carried_and_final(api, relayer, town):
    answer = api.hand_in("payments", town.payment(ALICE, 0, 300))
    queued = api.state(answer.json()["id"])
    relayer.work()
    found = api.state(answer.json()["id"])

    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    assert queued["state"] == "queued"
    assert found["state"] == "final"
    receipt = town.chain.web3.eth.get_transaction_receipt(found["transaction"])
    assert receipt["blockNumber"] == found["block"]
    assert town.paid() == 300


def test_handing_in_the_same_message_again_changes_nothing(api, relayer, town):
    first = api.hand_in("payments", town.payment(ALICE, 0))
    again = api.hand_in("payments", town.payment(ALICE, 0))
    relayer.work()
    after = api.hand_in("payments", town.payment(ALICE, 0))
    relayer.work()

    assert (first.status_code, again.status_code, after.status_code) == (202, 200, 200)
    assert first.json()["id"] == again.json()["id"] == after.json()["id"]
    assert (again.json()["state"], after.json()["state"]) == ("queued", "final")
    assert town.paid() == 10


def test_every_kind_is_carried(api, relayer, town):
    town.currency.pay_many([]).calldata  # noqa: B018
    handed = {
        "payments": town.payment(ALICE, 0, 500),
        "authorizations": town.authorization(BOB, b"\x07" * 32, 40),
        "voucher-payments": town.voucher_payment(CAROL, 0, 25),
        "votes": town.vote(3, 1),
        "score-votes": town.score_vote(3, {0: 5, 2: 3}),
    }
    answers = {kind: api.hand_in(kind, body) for kind, body in handed.items()}
    relayer.work()
    cash_out = api.hand_in("cash-outs", town.cash_out(b"\x09" * 32, 60))
    relayer.work()

    assert {kind: answer.status_code for kind, answer in answers.items()} == dict.fromkeys(handed, 202)
    assert cash_out.status_code == 202, cash_out.json()
    assert {api.state(each.json()["id"])["state"] for each in (*answers.values(), cash_out)} == {"final"}
    assert town.paid() == 500 + 40 + 25 - 60
    assert [each.merchant for each in town.suite.client(CashOutDesk).open_cash_outs()] == [SHOP.address]
    assert town.suite.client(BallotBox).tally(town.poll) == [0, 1, 0]
    assert town.suite.client(ScoreBallotBox).tally(town.score_poll) == [5, 0, 3]


def test_many_payments_of_many_people_share_transactions_and_keep_their_turn(api, relayer, town):
    body = [town.payment(payer, nonce) for payer in PEOPLE for nonce in range(20)]
    answers = api.hand_in("payments", body).json()["messages"]
    before = town.chain.block_number()
    relayer.work()

    assert {each["state"] for each in answers} == {"queued"}
    assert relayer.states() == {"final": 240}
    assert town.paid() == 2_400
    assert town.chain.block_number() - before <= 3


@pytest.mark.parametrize(
    ("change", "error", "why"),
    [
        ({"amount": "11"}, "NotSignedBy", "signature over this message"),
        ({"payer": PEOPLE[1].address}, "NotSignedBy", "signature over this message"),
        ({"payer": "0x12"}, "RejectedCells", "not an address"),
        ({"amount": "1e3"}, "RejectedCells", "not an amount"),
        ({"signature": "0x" + "00" * 64}, "NotSignedBy", "signature over this message"),
        ({"signature": "0x" + "00" * 65}, "NotSignedBy", "signature over this message"),
    ],
    ids=str,
)
def test_what_nobody_signed_is_refused_before_it_costs_anything(api, relayer, town, change, error, why):
    answer = api.hand_in("payments", {**town.payment(ALICE, 0), **change})

    assert answer.status_code == 422
    assert answer.json()["error"] == error
    assert why in answer.json()["reason"]
    assert relayer.states() == {}


def test_what_the_contract_would_refuse_is_refused_with_its_reason(api, relayer, town):
    too_much = api.hand_in("payments", town.payment(ALICE, 0, PURSE + 1))
    late = api.hand_in("payments", town.payment(ALICE, 0, deadline=town.chain.timestamp() - 1))
    early = api.hand_in("payments", town.payment(ALICE, 2))
    korean = api.hand_in("payments", town.payment(ALICE, 2), **{"Accept-Language": "ko-KR,ko;q=0.9"})

    assert too_much.json()["error"] == "ContractRefused"
    assert "10001" in too_much.json()["reason"]
    assert late.json()["error"] == "Expired"
    assert early.json()["error"] == "NonceTooEarly"
    assert "the signer's next is 0" in early.json()["reason"]
    assert "다음 순번은 0" in korean.json()["reason"]
    assert relayer.states() == {}


def test_a_payment_that_is_refused_may_be_handed_in_again_once_the_payer_has_money(api, relayer, town):
    body = town.payment(ALICE, 0, PURSE)
    town.currency.transfer(SHOP.address, 1).transact(ALICE)
    refused = api.hand_in("payments", body)
    town.suite.pass_time(1)
    relayer.work()
    from dongne.currency import Issue

    town.suite.issue([Issue(ALICE.address, 1)], b"more".ljust(32, b"\0"))
    again = api.hand_in("payments", body)
    relayer.work()

    assert (refused.status_code, again.status_code) == (422, 202)
    assert api.state(again.json()["id"])["state"] == "final"


def test_two_payments_with_one_nonce_do_not_wait_together(api, town):
    first = api.hand_in("payments", town.payment(ALICE, 0, 10))
    second = api.hand_in("payments", town.payment(ALICE, 0, 20))

    assert (first.status_code, second.status_code) == (202, 422)
    assert second.json()["error"] == "NonceTaken"


def test_a_second_vote_of_a_voter_is_refused_and_the_first_one_counts(api, relayer, town):
    first = api.hand_in("votes", town.vote(0, 0))
    relayer.work()
    second = api.hand_in("votes", town.vote(0, 2))

    assert first.status_code == 202
    assert second.status_code == 422
    assert "has voted already" in second.json()["reason"]
    assert town.suite.client(BallotBox).tally(town.poll) == [1, 0, 0]


@pytest.mark.parametrize(
    ("vote", "why"),
    [
        (lambda town: {**town.vote(0, 0), "voter": 1}, "signature over this message"),
        (lambda town: {**town.vote(0, 0), "voter": 12}, "Nobody who may vote"),
        (lambda town: town.vote(0, 0, 1), "does not count these choices"),
        (lambda town: {**town.vote(0, 0), "poll": "1"}, "names its poll"),
        (lambda town: {"voter": 1}, "names its poll"),
    ],
)
def test_a_vote_that_would_not_be_counted_is_refused(api, relayer, town, vote, why):
    answer = api.hand_in("votes", vote(town))

    assert answer.status_code == 422
    assert why in answer.json()["reason"]
    assert relayer.states() == {}


def test_score_votes_of_many_share_a_transaction(api, relayer, town):
    answers = api.hand_in("score-votes", [town.score_vote(index, {0: 5, 1: index % 4}) for index in range(12)]).json()
    again = api.hand_in("score-votes", town.score_vote(0, {2: 5}))
    relayer.work()
    late = api.hand_in("score-votes", town.score_vote(0, {1: 5}))

    found = [api.state(each["id"]) for each in answers["messages"]]
    assert {each["state"] for each in found} == {"final"}
    assert len({each["transaction"] for each in found}) == 1
    assert town.suite.client(ScoreBallotBox).tally(town.score_poll) == [60, 18, 0]
    assert (again.status_code, again.json()["state"]) == (202, "queued")
    assert api.state(again.json()["id"])["reason"].startswith("has voted already")
    assert (late.status_code, late.json()["error"]) == (422, "ContractWouldSkip")


@pytest.mark.parametrize(
    ("vote", "why"),
    [
        (lambda town: town.score_vote(0, {0: 6}), "does not count these choices"),
        (lambda town: town.score_vote(0, {0: 5, 1: 4}), "does not count these choices"),
        (lambda town: town.score_vote(0, {0: 5}, key=STRANGER), "signature over this message"),
        (lambda town: {**town.score_vote(0, {0: 5}), "scores": [[0, 4]]}, "signature over this message"),
        (lambda town: {**town.score_vote(0, {0: 5}), "voter": 12}, "Nobody who may vote"),
        (lambda town: {**town.score_vote(0, {0: 5}), "poll": "s1"}, "names its poll"),
        (lambda town: {**town.vote(0, 0), "poll": town.score_poll}, "poll, scores, signature, voter"),
        (lambda town: {**town.score_vote(0, {0: 5}), "scores": [[0, 300]]}, "gets 0 to 255"),
    ],
)
def test_a_score_vote_that_would_not_be_counted_is_refused(api, relayer, town, vote, why):
    answer = api.hand_in("score-votes", vote(town))
    relayer.work()

    assert answer.status_code == 422
    assert why in answer.json()["reason"]
    assert sum(town.suite.client(ScoreBallotBox).tally(town.score_poll)) == 0


def test_a_vote_after_the_end_is_refused_even_where_it_waited(api, relayer, town):
    answer = api.hand_in("votes", town.vote(0, 0))
    town.suite.pass_time(31 * 86_400)
    late = api.hand_in("votes", town.vote(1, 0))
    relayer.work()

    assert (answer.status_code, late.status_code) == (202, 422)
    assert api.state(answer.json()["id"])["state"] == "refused"
    assert town.suite.client(BallotBox).tally(town.poll) == [0, 0, 0]


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b"{", 400, "NotMessages"),
        (b"[]", 400, "NotMessages"),
        (b"[1]", 400, "NotMessages"),
        (b'"payment"', 400, "NotMessages"),
        (b"[" * 100_000, 400, "NotMessages"),
        (b'{"a": "' + b"x" * 2_000_000 + b'"}', 413, "BodyTooLong"),
        (b"[" + b",".join([b"{}"] * 501) + b"]", 413, "TooManyMessages"),
        (b"\xff\xfe", 400, "NotMessages"),
        (b"{}", 422, "SignedLineNotValid"),
        (b'{"amount": NaN}', 422, "SignedLineNotValid"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_nonsense_gets_one_clear_sentence(api, body, status, error):
    answer = requests.post(f"{api.address}/v1/payments", data=body, timeout=30)

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["reason"]


def test_an_unknown_kind_and_an_unknown_message_are_said(api):
    unknown = api.hand_in("wishes", {})

    assert (unknown.status_code, unknown.json()["error"]) == (404, "UnknownKind")
    assert "payments, authorizations" in unknown.json()["reason"]
    for id_ in ("0x" + "00" * 32, "0x12", "none"):
        assert requests.get(f"{api.address}/v1/messages/{id_}", timeout=30).status_code == 404


def test_figures_and_health_are_served(api, town):
    api.hand_in("payments", town.payment(ALICE, 0))
    figures = requests.get(f"{api.address}/metrics", timeout=30).text

    assert 'dongne_relay_taken_total{answer="queued",kind="payments"} 1.0' in figures
    assert 'dongne_relay_messages{kind="payments",state="queued"} 1.0' in figures
    assert requests.get(f"{api.address}/health", timeout=30).json()["block"] == town.chain.block_number()
    (count,) = requests.get(f"{api.address}/v1/status", timeout=30).json()
    assert (count["kind"], count["state"], count["messages"]) == ("payments", "queued", 1)
