"""A city whose citizens sign messages, and a relayer for them: what the relayer's tests share."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

import requests
from eth_account.signers.local import LocalAccount
from prometheus_client import CollectorRegistry

from dongne.ballot import BallotBox, ElectoralRoll, PollSpec, VoterList, mask_of, publish, vote_line
from dongne.ballot.scores import ScoreBallotBox, ScorePollSpec, choices_of
from dongne.chain import Chain
from dongne.currency import (
    CashOutDesk,
    Issue,
    Kind,
    LocalCurrency,
    Payment,
    ReceiveAuthorization,
    TransferAuthorization,
    payment_line,
)
from dongne.currency.cash_out_file import cash_out_line
from dongne.currency.paymentfile import order_of
from dongne.currency.vouchers import Grant, Terms, VoucherPayment, Vouchers
from dongne.currency.vouchers.spending import spending_line
from dongne.relay import Intake, IntakeMetrics, Pace, Queue, Quotas, RelayMetrics, Worker, every_kind
from dongne.relay.api import application
from dongne.relay.serving import serve
from dongne.sending import Policy
from dongne.store import Store
from dongne.suite import Role
from dongne.telemetry import log_to, logger
from scripts.localchain.suite import LocalSuite, person

FAR = 4_000_000_000
PURSE = 10_000
AT_ONCE = Pace(age_seconds=0, poll_seconds=0.02, final_seconds=0)
PEOPLE = [person(f"relayed {number}") for number in range(12)]
SHOP, FUNDER = person("relayed shop"), person("relayed funder")


@dataclass(frozen=True)
class Town:
    """People with money, a shop, a voucher of each person, and a poll in which all of them may vote.

    Attributes:
        suite: the local chain.
        programme: number of the vouchers' programme.
        poll: number of the poll.
        voters: keys in the order of the roll.
        score_poll: number of a score poll of the same voters: up to 5 points for an option, 8 altogether.
    """

    suite: LocalSuite
    programme: int
    poll: int
    voters: list[LocalAccount]
    score_poll: int

    @classmethod
    def on(cls, suite: LocalSuite) -> "Town":
        hand_out_money(suite)
        voters = sorted(PEOPLE, key=lambda key: key.address.lower())
        poll = _poll(suite, voters)
        return cls(suite, _programme(suite), poll, voters, _score_poll(suite, poll))

    @property
    def chain(self) -> Chain:
        return self.suite.chain

    @property
    def currency(self) -> LocalCurrency:
        return self.suite.client(LocalCurrency)

    def paid(self) -> int:
        """What the shop holds."""
        return self.currency.balance_of(SHOP.address)

    def payment(self, payer: LocalAccount, nonce: int, amount: int = 10, deadline: int = FAR) -> dict:
        """A signed payment to the shop, as it is handed in."""
        message = Payment(payer.address, SHOP.address, amount, nonce, deadline, order_of(f"{nonce}"))
        return json.loads(payment_line(message.sign(payer, self.currency.domain()), 0))

    def vote(self, index: int, *choices: int, poll: int | None = None) -> dict:
        booth = self.suite.client(BallotBox).booth(poll or self.poll)
        return json.loads(vote_line(poll or self.poll, booth.sign(index, mask_of(choices), self.voters[index])))

    def score_vote(self, index: int, points: dict[int, int], key: LocalAccount | None = None) -> dict:
        booth = self.suite.client(ScoreBallotBox).booth(self.score_poll)
        vote = booth.sign(index, choices_of(points), key or self.voters[index])
        return json.loads(vote_line(self.score_poll, vote, scores=True))

    def authorization(self, payer: LocalAccount, nonce: bytes, amount: int = 10, before: int = FAR) -> dict:
        message = TransferAuthorization(payer.address, SHOP.address, amount, 0, before, nonce)
        signed = message.sign(payer, self.currency.domain())
        return {
            "payer": payer.address,
            "payee": SHOP.address,
            "amount": str(amount),
            "valid_after": 0,
            "valid_before": before,
            "nonce": "0x" + nonce.hex(),
            "signature": "0x" + signed.signature.hex(),
        }

    def cash_out(self, nonce: bytes, amount: int) -> dict:
        desk = self.suite.client(CashOutDesk).address
        message = ReceiveAuthorization(SHOP.address, desk, amount, 0, FAR, nonce)
        return json.loads(cash_out_line(message.sign(SHOP, self.currency.domain()), 0))

    def voucher_payment(self, holder: LocalAccount, nonce: int, amount: int = 10) -> dict:
        vouchers = self.suite.client(Vouchers)
        message = VoucherPayment(
            holder.address, SHOP.address, self.programme, amount, nonce, FAR, order_of(f"v{nonce}")
        )
        return json.loads(spending_line(message, message.sign(holder, vouchers.domain()), 0))


@dataclass
class Relayer:
    """The relayer's parts over one store; workers run in the tests' own thread."""

    town: Town
    store: Store
    folder: Path
    quotas: Quotas = field(default_factory=Quotas)
    policy: Policy = field(default_factory=lambda: Policy(poll_seconds=0.005))

    @property
    def queue(self) -> Queue:
        return Queue(self.store)

    def kinds(self) -> list:
        return every_kind(self.town.suite.client, self.now, "Asia/Seoul")

    def now(self) -> int:
        return self.town.chain.timestamp()

    def intake(self) -> Intake:
        return Intake(self.town.chain, self.queue, self.kinds(), self.quotas, self.now, "Asia/Seoul")

    def worker(self, key: LocalAccount | None = None, *, pace: Pace = AT_ONCE, chain: Chain | None = None) -> Worker:
        sender = (chain or self.town.chain).sender(key or self.town.suite.relayer, self.folder, policy=self.policy)
        return Worker(
            sender,
            self.queue,
            self.kinds(),
            pace=pace,
            metrics=RelayMetrics(CollectorRegistry()),
            log=quiet(),
            stop=Event(),
            now=self.now,
            zone="Asia/Seoul",
        )

    def work(self, key: LocalAccount | None = None) -> None:
        """Carry everything that waits."""
        self.worker(key).run(until_idle=True, give_up_seconds=0)

    def states(self) -> dict[str, int]:
        """How many messages are in each state."""
        found: dict[str, int] = {}
        for each in self.queue.counts():
            found[each.state.value] = found.get(each.state.value, 0) + each.messages
        return found


def quiet() -> Any:
    """A log that says warnings only, wherever a former test sent the log."""
    log_to(only_warnings=True)
    return logger("test")


@contextmanager
def served(relayer: Relayer) -> Iterator[str]:
    """The relayer's address while it takes messages."""
    running, there = [], Event()

    def started(where: str, stop: Callable[[], None]) -> None:
        running[:] = where, stop
        there.set()

    app = application(relayer.intake(), IntakeMetrics(CollectorRegistry()), quiet())
    thread = Thread(target=serve, args=(app, "127.0.0.1:0", started), daemon=True)
    thread.start()
    assert there.wait(30)
    address, stop = running
    _wait_until_up(address)
    try:
        yield address
    finally:
        stop()
        thread.join(30)


def _wait_until_up(address: str) -> None:
    for _try in range(600):
        try:
            requests.get(f"{address}/v1/status", timeout=5)
            return
        except requests.ConnectionError:
            time.sleep(0.05)
    raise AssertionError("the relayer does not answer")


def hand_out_money(suite: LocalSuite) -> None:
    """Register the town's people, its shop and its funder, and fill their purses."""
    currency, members = suite.client(LocalCurrency), suite.officers[Role.MEMBERSHIP_OFFICER]
    currency.register(Kind.RESIDENT, [each.address for each in PEOPLE]).transact(members)
    currency.register(Kind.MERCHANT, [SHOP.address], 5_411).transact(members)
    currency.register(Kind.INSTITUTION, [FUNDER.address]).transact(members)
    purses = [Issue(each.address, PURSE) for each in (*PEOPLE, FUNDER)]
    suite.issue(purses, b"purses".ljust(32, b"\0"))


def _programme(suite: LocalSuite) -> int:
    vouchers, now = suite.client(Vouchers), suite.chain.timestamp()
    terms = Terms(
        funder=FUNDER.address,
        start=now,
        expiry=now + 365 * 86_400,
        cap=1_000,
        refund_bps=6_000,
        categories=(5_411,),
    )
    vouchers.open(terms).transact(suite.officers[Role.CURRENCY_SUPERVISOR])
    suite.client(LocalCurrency).approve(vouchers.address, 5_000).transact(FUNDER)
    vouchers.fund(1, 5_000).transact(FUNDER)
    grants = [Grant(each.address, 100) for each in PEOPLE]
    vouchers.grant_batch(1, bytes(31) + b"\x01", 0, grants).transact(suite.officers[Role.VOUCHER_OFFICER])
    return 1


def _poll(suite: LocalSuite, voters: list[LocalAccount]) -> int:
    registrar, officer = suite.officers[Role.ROLL_OFFICER], suite.officers[Role.ELECTION_OFFICER]
    roll = VoterList.of({1: [bytes.fromhex(each.address[2:]) for each in voters]})
    number = publish(suite.client(ElectoralRoll), roll, lambda call: call.transact(registrar))
    now = suite.chain.timestamp()
    spec = PollSpec(
        roll=number,
        start=now + 60,
        end=now + 30 * 86_400,
        question="Which?",
        labels=("Oak", "Elm", "Ash"),
        ranges=((0, len(voters)),),
    )
    box = suite.client(BallotBox)
    receipt = box.open(spec).transact(officer)
    suite.pass_time(120)
    return box.opened_in(receipt)


def _score_poll(suite: LocalSuite, poll: int) -> int:
    """A score poll on the roll, and in the time, of another poll."""
    decided, box = suite.client(BallotBox).spec(poll), suite.client(ScoreBallotBox)
    terms = {name: getattr(decided, name) for name in ("roll", "question", "labels", "ranges", "end")}
    start = suite.chain.timestamp() + 60
    spec = ScorePollSpec(**terms, start=start, most=3, most_points=5, most_total=8)
    receipt = box.open(spec).transact(suite.officers[Role.ELECTION_OFFICER])
    suite.pass_time(120)
    return box.opened_in(receipt)
