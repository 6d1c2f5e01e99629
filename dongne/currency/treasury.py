"""Typed client of the `Treasury` contract."""

from collections.abc import Iterable
from dataclasses import dataclass

from eth_typing import ChecksumAddress

from dongne.chain import Call
from dongne.contract import ContractClient
from dongne.currency.batch import Issue, list_id, pack_issues


@dataclass(frozen=True, slots=True)
class Attestation:
    """What the bank confirmed of the reserve.

    Attributes:
        reserve: base units in the reserve account.
        settled_before: base units that the cash-out desk had settled when the bank counted it.
        as_of: Unix seconds at which the bank counted it; 0 before the first attestation.
        expires: Unix seconds from which on nothing is issued on it.
        document: salted hash of the bank's statement.
    """

    reserve: int
    settled_before: int
    as_of: int
    expires: int
    document: bytes


@dataclass(frozen=True, slots=True)
class TopUpTerms:
    """Terms of top-ups.

    Attributes:
        bonus_bps: bonus in hundredths of a percent of the deposit, 0 to 3,000.
        monthly_cap: base units that a resident can deposit in a calendar month, below 2^48.
        holding_cap: base units that a resident can hold after a top-up, below 2^48.
    """

    bonus_bps: int
    monthly_cap: int
    holding_cap: int

    def bonus(self, deposit: int) -> int:
        """Base units on top of a deposit; fractions are dropped."""
        return deposit * self.bonus_bps // 10_000


@dataclass(frozen=True, slots=True)
class Reserve:
    """How much stands behind the money in circulation.

    Attributes:
        left: base units of the attested reserve, less what was settled since.
        issuable: base units that can be issued on it now.
    """

    left: int
    issuable: int


class Treasury(ContractClient):
    """Where the city's currency comes into circulation."""

    NAME = "Treasury"

    def attest(self, reserve: int, as_of: int, expires: int, document: bytes) -> Call:
        """State what is in the reserve account (reserve attester).

        Args:
            reserve: base units.
            as_of: Unix seconds at which the bank counted it, as its statement says.
            expires: Unix seconds, at most 35 days after `as_of`.
            document: salted hash of the statement.
        """
        return self._write("attest", reserve, as_of, expires, document)

    def set_top_up_terms(self, terms: TopUpTerms) -> Call:
        """Set the terms of later top-ups (currency supervisor)."""
        return self._write("setTopUpTerms", (terms.bonus_bps, terms.monthly_cap, terms.holding_cap))

    def increase_bonus_budget(self, amount: int) -> Call:
        """Let bonuses cost `amount` base units more (currency supervisor)."""
        return self._write("increaseBonusBudget", amount)

    def decrease_bonus_budget(self, amount: int) -> Call:
        """Take `amount` base units from what bonuses can still cost, or all that is left (guardian)."""
        return self._write("decreaseBonusBudget", amount)

    def issue_batch(self, issues: Iterable[Issue], purpose: bytes, list_: bytes | None = None, first: int = 0) -> Call:
        """Issue to the next accounts of a list (currency officer).

        Args:
            issues: the places from `first` on.
            purpose: what for; 32 bytes.
            list_: id of the whole list; left out, these issues are all of it.
            first: how many places of the list come before these.
        """
        issues = list(issues)
        return self._write("issueBatch", pack_issues(issues), purpose, list_ or list_id(issues), first)

    def top_up_batch(
        self, deposits: Iterable[Issue], purpose: bytes, list_: bytes | None = None, first: int = 0
    ) -> Call:
        """Turn deposits into money, with the bonus on top (currency officer); arguments as those of `issue_batch`."""
        deposits = list(deposits)
        return self._write("topUpBatch", pack_issues(deposits), purpose, list_ or list_id(deposits), first)

    def attestation(self, block: int | None = None) -> Attestation:
        """What the bank confirmed last, now or at a block."""
        return Attestation(*self._read("attestation", block=block))

    def reserve(self, block: int | None = None) -> Reserve:
        """How much stands behind the money in circulation, now or at a block."""
        return Reserve(*self._read("reserve", block=block))

    def top_up_terms(self) -> TopUpTerms:
        """Terms of top-ups."""
        return TopUpTerms(*self._read("topUpTerms"))

    def bonus_budget(self, block: int | None = None) -> int:
        """Base units that bonuses can still cost, now or at a block."""
        return int(self._read("bonusBudget", block=block))

    def deposited_this_month(self, account: ChecksumAddress) -> int:
        """Base units that a resident has deposited in the present calendar month."""
        return int(self._read("depositedThisMonth", account))
