"""Pays an institution's shifts in parts, each shift once, whatever is repeated and by whom."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from eth_typing import ChecksumAddress
from web3.types import TxReceipt

from dongne.chain import Call
from dongne.currency.payouts import BEFORE, NOT_PAID, PAID
from dongne.currency.volunteering.attestations import Attestation, by_one_of, document_in
from dongne.currency.volunteering.client import Quote, VolunteerRewards
from dongne.currency.volunteering.errors import AttestationMissing
from dongne.currency.volunteering.shifts import Shift, ShiftPlan
from dongne.language import Message, _
from dongne.results import Outcome
from dongne.words import ShiftRefusal

Deliver = Callable[[Call], TxReceipt | None]
"""Carries a call out; None where it was only rehearsed."""
Heard = Callable[[int], object]
"""Hears how many shifts more were dealt with."""


def check_shifts(rewards: VolunteerRewards, plan: ShiftPlan) -> dict[int, Quote]:
    """What each shift would be paid now, by its line; of a person's several shifts each as if it were alone."""
    return {
        shift.line: quote for shift, quote in zip(plan.shifts, rewards.quotes(plan.activity, plan.shifts), strict=True)
    }


def settle_shifts(
    rewards: VolunteerRewards,
    plan: ShiftPlan,
    file: Path,
    attestations: Sequence[Attestation],
    deliver: Deliver,
    heard: Heard = lambda _count: None,
) -> Iterator[dict[int, Outcome]]:
    """Pay what can be paid of a list; gives what became of its shifts, by line, part by part.

    A part of which nothing can be paid is not sent; of one that is, the contract skips what cannot be.

    Args:
        file: of the attestations, for messages.

    Raises:
        AttestationMissing: a part is not signed by both sides; the parts before it are done.
        ContractRefused: a signature is not valid, or an attester was dismissed.
        ChainError: the node failed; settling the same list again is harmless.
    """
    document, sides = document_in(file, attestations), _Sides(rewards, plan.activity, attestations)
    for part, message in zip(plan.parts, plan.messages(document), strict=True):
        quotes = rewards.quotes(plan.activity, part)
        if not any(quote.refusal is ShiftRefusal.NONE for quote in quotes):
            yield {shift.line: _refused(quote.refusal) for shift, quote in zip(part, quotes, strict=True)}
        else:
            digest = message.digest(sides.domain)
            both = sides.of_institution(file, digest, part), sides.of_city(file, digest, part)
            if receipt := deliver(rewards.settle(plan.activity, document, part, *both)):
                yield _outcomes(rewards, part, receipt)
        heard(len(part))


class _Sides:
    """The attesters of a file by the side for which they speak."""

    def __init__(self, rewards: VolunteerRewards, activity: int, attestations: Sequence[Attestation]) -> None:
        institution = rewards.activity(activity).institution
        attesters = list(dict.fromkeys(each.attester for each in attestations))
        self.domain, self._attestations = rewards.domain(), attestations
        self._of_institution = [each for each in attesters if rewards.is_attester(institution, each)]
        self._of_city = [each for each in attesters if rewards.is_city_attester(each)]

    def of_institution(self, file: Path, digest: bytes, part: Sequence[Shift]) -> Attestation:
        return self._attestation(file, digest, part, self._of_institution, Message(_("the institution")))

    def of_city(self, file: Path, digest: bytes, part: Sequence[Shift]) -> Attestation:
        return self._attestation(file, digest, part, self._of_city, Message(_("the city")))

    def _attestation(
        self, file: Path, digest: bytes, part: Sequence[Shift], among: list[ChecksumAddress], side: Message
    ) -> Attestation:
        found = by_one_of(self._attestations, digest, among)
        if found is None:
            lines = [shift.line for shift in part]
            raise AttestationMissing(file, side, min(lines), max(lines))
        return found


def _outcomes(rewards: VolunteerRewards, part: Sequence[Shift], receipt: TxReceipt) -> dict[int, Outcome]:
    transaction, skipped = receipt["transactionHash"].to_0x_hex(), rewards.skipped_in(receipt)
    return {
        shift.line: _refused(skipped[shift.volunteer, shift.begins])
        if (shift.volunteer, shift.begins) in skipped
        else Outcome(PAID, transaction)
        for shift in part
    }


def _refused(refusal: ShiftRefusal) -> Outcome:
    return Outcome(BEFORE) if refusal is ShiftRefusal.PAID_BEFORE else Outcome(NOT_PAID, refusal)
