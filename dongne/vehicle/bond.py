"""Typed client of the `DealerBond` contract."""

from collections.abc import Sequence
from dataclasses import dataclass

from eth_typing import ChecksumAddress

from dongne.chain import Call
from dongne.contract import ContractClient
from dongne.vehicle.messages import SaleTerms
from dongne.vehicle.records import Evidence
from dongne.words import WarrantyStage

WARRANTY_KM = 2_000
"""Kilometres for which a sale is covered."""


@dataclass(frozen=True, slots=True)
class Warranty:
    """The warranty of one sale.

    Attributes:
        stage: where it stands.
        amount: what the seller stands for, in the smallest unit of the sale's money.
        claimed: what the buyer claims of it.
        until: claimed: until when the seller may contest; contested: until when the arbiter decides; Unix seconds.
        inspector: recorder's number of the inspection that the claim rests on.
        recorded_at: Unix seconds at which that inspection was recorded.
    """

    stage: WarrantyStage
    amount: int
    claimed: int
    until: int
    inspector: int
    recorded_at: int


class DealerBond(ContractClient):
    """What sellers pay in to stand for the cars they sell."""

    NAME = "DealerBond"

    def deposit(self, token: ChecksumAddress, amount: int) -> Call:
        """Pay in to one's bond, which must be approved."""
        return self._write("deposit", token, amount)

    def withdraw(self, token: ChecksumAddress, amount: int) -> Call:
        """Take out what stands for no sale."""
        return self._write("withdraw", token, amount)

    def cover(self, terms: SaleTerms, amount: int) -> Call:
        """Stand for an open sale with part of one's bond (seller)."""
        return self._write("cover", terms.argument(), amount)

    def claim(self, terms: SaleTerms, evidence: Sequence[Evidence], index: int, amount: int) -> Call:
        """Claim over a defect that the inspection at `index` of the records since the sale found (buyer)."""
        shown = [(each.record.pack(), each.document) for each in evidence]
        return self._write("claim", terms.argument(), shown, index, amount)

    def contest(self, terms: SaleTerms) -> Call:
        """Contest a claim within 7 days (seller)."""
        return self._write("contest", terms.argument())

    def decide(self, terms: SaleTerms, to_buyer: int) -> Call:
        """Decide a contested claim (arbiter)."""
        return self._write("decide", terms.argument(), to_buyer)

    def settle(self, terms: SaleTerms) -> Call:
        """End a warranty whose time is over; anyone may."""
        return self._write("settle", terms.argument())

    def free(self, account: ChecksumAddress, token: ChecksumAddress) -> int:
        """What an account can withdraw, or cover sales with."""
        return int(self._read("freeOf", account, token))

    def warranty(self, sale: bytes) -> Warranty:
        """The warranty of a sale."""
        stage, *rest = self._read("warrantyOf", sale)
        amount, claimed, until, inspector, recorded_at = rest
        return Warranty(WarrantyStage(stage), amount, claimed, until, inspector, recorded_at)
