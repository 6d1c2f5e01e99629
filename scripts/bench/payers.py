"""A chain with as many signed payments as one wants, mined in batches: what the bench reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from random import Random
from time import sleep

from hexbytes import HexBytes
from web3.types import RPCEndpoint

from dongne.chain import Call
from dongne.currency import Issue, Kind, LocalCurrency, Payment, SignedPayment, Treasury, issue
from dongne.currency.office import BATCH
from dongne.parts import parts
from dongne.suite import Role
from scripts.localchain.suite import LocalSuite, local_suite, person

RESIDENTS, SHOPS = 2_000, 50
FAR = 4_000_000_000
_WORTH = 10**9
_GAS = 16_000_000


class Payers:
    """Residents who pay and pay.

    Args:
        suite: a deployed suite.

    Attributes:
        made: payments so far.
    """

    def __init__(self, suite: LocalSuite) -> None:
        self.suite, self.made = suite, 0
        self.currency = suite.client(LocalCurrency)
        self._residents = [person(f"payer {number}") for number in range(RESIDENTS)]
        self._shops = cycle([person(f"shop {number}").address for number in range(SHOPS)])
        self._nonces, self._random, self._domain = [0] * RESIDENTS, Random(1), self.currency.domain()
        self._settle_in()

    def pay_until(self, payments: int) -> None:
        """Pay until there were so many payments on the chain."""
        while self.made < payments:
            count = min(BATCH, payments - self.made)
            self._deliver(self.currency.pay_many([self.payment() for _ in range(count)]))
            self.made += count

    def grow_old(self, blocks: int) -> None:
        """Mine empty blocks, so that the payments lie further back than reorganizations go."""
        with self.suite.chain.answers():
            self.suite.chain.web3.manager.request_blocking(RPCEndpoint("anvil_mine"), [hex(blocks)])

    def payment(self) -> SignedPayment:
        """The next payment, signed."""
        number = self._random.randrange(RESIDENTS)
        payer, nonce = self._residents[number], self._nonces[number]
        self._nonces[number] += 1
        order = self._random.randbytes(32)
        amount = self._random.randint(100, 50_000)
        return Payment(payer.address, next(self._shops), amount, nonce, FAR, order).sign(payer, self._domain)

    def _settle_in(self) -> None:
        officer = self.suite.officers[Role.MEMBERSHIP_OFFICER]
        for some in parts([each.address for each in self._residents], BATCH):
            self.currency.register(Kind.RESIDENT, some).transact(officer)
        self.currency.register(Kind.MERCHANT, list(islice(self._shops, SHOPS)), 5_411).transact(officer)
        issues = [Issue(each.address, _WORTH) for each in self._residents]
        self.suite.back(_WORTH * RESIDENTS)
        clerk = self.suite.officers[Role.CURRENCY_OFFICER]
        issue(self.suite.client(Treasury), self.currency, issues, bytes(32), lambda call: call.transact(clerk))

    def _deliver(self, call: Call) -> None:
        """Without an estimate, which would take as long as the batch."""
        asked = {"from": self.suite.relayer.address, "to": call.to, "data": "0x" + call.calldata.hex()}
        with self.suite.chain.answers():
            sent = self.suite.chain.web3.manager.request_blocking(
                RPCEndpoint("eth_sendTransaction"), [asked | {"gas": hex(_GAS)}]
            )
        while self.suite.chain.receipt(HexBytes(sent)) is None:
            sleep(0.01)


@contextmanager
def payers() -> Iterator[Payers]:
    """Residents with money on a fresh chain."""
    with local_suite() as suite:
        yield Payers(suite)
