"""Typed client of the `Holds` contract."""

from dataclasses import dataclass

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address
from web3.types import TxReceipt

from dongne.chain import Call
from dongne.contract import SigningClient
from dongne.currency.events import Flagged
from dongne.words import HoldStage

Stage = HoldStage
"""Where a case of disputed money stands."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case of disputed money.

    Attributes:
        account: whose money.
        amount: base units: disputed while it is flagged, else held.
        stage: where it stands.
        appealed: whether the owner appealed.
        ends: Unix seconds: when the flag lapses, anyone may release the hold, or the decision can be carried out.
        flagged_by: who flagged.
        held_by: who held.
        beneficiary: who gets the money once the decision is carried out.
    """

    account: ChecksumAddress
    amount: int
    stage: Stage
    appealed: bool
    ends: int
    flagged_by: ChecksumAddress
    held_by: ChecksumAddress
    beneficiary: ChecksumAddress


@dataclass(frozen=True, slots=True)
class Freeze:
    """A frozen account.

    Attributes:
        until: Unix seconds from which on anyone ends it.
        confirmed: whether the reviewer has confirmed it.
        frozen_by: who froze it.
    """

    until: int
    confirmed: bool
    frozen_by: ChecksumAddress


class Holds(SigningClient):
    """How disputed money is kept from being spent, and accounts are frozen, by due process."""

    NAME = "Holds"

    def flag(self, account: ChecksumAddress, amount: int, evidence: bytes) -> Call:
        """Say that an account's money is disputed (detector)."""
        return self._write("flag", account, amount, evidence)

    def flagged_in(self, receipt: TxReceipt) -> int:
        """Number of the case that a transaction opened."""
        return self.events_of(receipt, Flagged)[0].id

    def place(self, case: int, amount: int) -> Call:
        """Hold what is disputed, or less, for 7 days (holds officer, who has not flagged it)."""
        return self._write("place", case, amount)

    def confirm(self, case: int, beneficiary: ChecksumAddress, decision: bytes) -> Call:
        """Decide who gets held money, 14 days from now (holds reviewer, a third person)."""
        return self._write("confirm", case, beneficiary, decision)

    def lift(self, case: int) -> Call:
        """Free held money before its term (holds reviewer)."""
        return self._write("lift", case)

    def appeal(self, case: int, statement: bytes) -> Call:
        """Object, as the owner of held money."""
        return self._write("appeal", case, statement)

    def appeal_by_signature(self, case: int, statement: bytes, signature: bytes) -> Call:
        """Hand in an owner's signed objection; anyone may."""
        return self._write("appealBySignature", case, statement, signature)

    def release(self, case: int) -> Call:
        """Free money that nobody has confirmed in time; anyone may."""
        return self._write("release", case)

    def carry_out(self, case: int) -> Call:
        """Give confirmed money to its beneficiary once its term is over; anyone may."""
        return self._write("carryOut", case)

    def admit(self, account: ChecksumAddress) -> Call:
        """Let officers act on an account again, though it has not rested (holds reviewer)."""
        return self._write("admit", account)

    def freeze(self, account: ChecksumAddress, evidence: bytes) -> Call:
        """Stop an account from paying and being paid, for 7 days (holds officer)."""
        return self._write("freeze", account, evidence)

    def confirm_freeze(self, account: ChecksumAddress, decision: bytes) -> Call:
        """Decide that an account stays frozen for 180 days (holds reviewer, who has not frozen it)."""
        return self._write("confirmFreeze", account, decision)

    def unfreeze(self, account: ChecksumAddress) -> Call:
        """End a freeze that was not confirmed (holds officer)."""
        return self._write("unfreeze", account)

    def lift_freeze(self, account: ChecksumAddress) -> Call:
        """End any freeze (holds reviewer)."""
        return self._write("liftFreeze", account)

    def end_freeze(self, account: ChecksumAddress) -> Call:
        """End a freeze whose term is over; anyone may."""
        return self._write("endFreeze", account)

    def appeal_freeze(self, account: ChecksumAddress, statement: bytes) -> Call:
        """Object, as the owner of a frozen account."""
        return self._write("appealFreeze", account, statement)

    def appeal_freeze_by_signature(self, account: ChecksumAddress, statement: bytes, signature: bytes) -> Call:
        """Hand in an owner's signed objection (`AppealFreeze`); anyone may."""
        return self._write("appealFreezeBySignature", account, statement, signature)

    def freeze_of(self, account: ChecksumAddress) -> Freeze | None:
        """The freeze of an account, by the address at which it was frozen; None if there is none."""
        until, confirmed, frozen_by = self._read("freezeOf", account)
        return Freeze(until, confirmed, to_checksum_address(frozen_by)) if until else None

    def week_ends(self, account: ChecksumAddress) -> int:
        """When the last week ended, or ends, in which officers act on an account without the reviewer; Unix seconds."""
        return int(self._read("weekEnds", account))

    def case(self, case: int) -> Case:
        """A case as the contract holds it."""
        account, amount, stage, appealed, ends, *people = self._read("caseOf", case)
        flagged_by, held_by, beneficiary = (to_checksum_address(each) for each in people)
        owner = to_checksum_address(account)
        return Case(owner, amount, Stage(stage), appealed, ends, flagged_by, held_by, beneficiary)

    def cases(self) -> int:
        """How many cases there were."""
        return int(self._read("cases"))
