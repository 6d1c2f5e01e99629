"""Typed client of the `VolunteerRewards` contract."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eth_typing import ChecksumAddress
from web3.types import TxReceipt

from dongne.chain import Call
from dongne.contract import SigningClient
from dongne.currency.volunteering.attestations import Attestation
from dongne.currency.volunteering.events import ActivityOpened, RewardsOpened, ShiftRewarded, ShiftSkipped
from dongne.currency.volunteering.shifts import Shift, pack_shifts
from dongne.currency.volunteering.terms import Terms
from dongne.words import ShiftRefusal


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme's terms and money.

    Attributes:
        funder: who pays in and gets back what is left.
        start: first Unix second at which a shift may begin.
        end: Unix second before which it must begin.
        cap_months: calendar months of the cap's period.
        held: base units that the contract holds for it.
        most_rate: most for an hour, base units.
        cap: most for one person and period, base units.
        claim_days: days after its end within which a shift must be handed in.
    """

    funder: ChecksumAddress
    start: int
    end: int
    cap_months: int
    held: int
    most_rate: int
    cap: int
    claim_days: int


@dataclass(frozen=True, slots=True)
class Activity:
    """What residents do for an institution.

    Attributes:
        institution: the first address that its account had.
        programme: number of the programme that pays.
        rate: for an hour, base units.
        closed: whether its shifts are no longer paid.
    """

    institution: ChecksumAddress
    programme: int
    rate: int
    closed: bool


@dataclass(frozen=True, slots=True)
class Quote:
    """What a shift would be paid now.

    Attributes:
        amount: base units; 0 if it would not be paid.
        refusal: why not.
    """

    amount: int
    refusal: ShiftRefusal


class VolunteerRewards(SigningClient):
    """What a city pays its volunteers. Amounts are base units of the currency."""

    NAME = "VolunteerRewards"

    def count(self) -> int:
        """How many programmes there are; they are numbered from 1."""
        return int(self._read("programmes"))

    def activities(self) -> int:
        """How many activities there are; they are numbered from 1."""
        return int(self._read("activities"))

    def programme(self, programme: int) -> Programme:
        """A programme's terms and money."""
        return Programme(*self._read("programmeOf", programme))

    def activity(self, activity: int) -> Activity:
        """An activity."""
        return Activity(*self._read("activityOf", activity))

    def activities_of(self, programme: int) -> Iterator[ActivityOpened]:
        """The activities of a programme, by their events."""
        return self.events(ActivityOpened, programme=programme)

    def is_attester(self, institution: ChecksumAddress, attester: ChecksumAddress) -> bool:
        """Whether somebody attests for an institution."""
        return bool(self._read("isAttester", institution, attester))

    def is_city_attester(self, attester: ChecksumAddress) -> bool:
        """Whether somebody attests for the city."""
        return bool(self._read("isCityAttester", attester))

    def quotes(self, activity: int, shifts: Sequence[Shift]) -> list[Quote]:
        """What shifts would be paid now, each on its own, in JSON-RPC batches."""
        asked = [(activity, each.volunteer, each.begins, each.half_hours) for each in shifts]
        return [Quote(amount, ShiftRefusal(reason)) for amount, reason in self._read_many("quote", asked)]

    def earned(self, programme: int, month: int, account: ChecksumAddress) -> int:
        """What a person was paid from a programme for the shifts of a month's period."""
        return int(self._read("earned", programme, month, account))

    def open(self, terms: Terms) -> Call:
        """Open a programme (currency supervisor)."""
        return self._write("open", terms.as_struct())

    def opened_in(self, receipt: TxReceipt) -> int:
        """The number of the programme that a transaction opened."""
        return self.events_of(receipt, RewardsOpened)[0].programme

    def open_activity(self, programme: int, institution: ChecksumAddress, rate: int, document: bytes) -> Call:
        """Certify an institution for an activity (rewards officer)."""
        return self._write("openActivity", programme, institution, rate, document)

    def activity_in(self, receipt: TxReceipt) -> int:
        """The number of the activity that a transaction opened."""
        return self.events_of(receipt, ActivityOpened)[0].activity

    def close_activity(self, activity: int) -> Call:
        """End an activity at once (guardian)."""
        return self._write("closeActivity", activity)

    def appoint_city_attester(self, attester: ChecksumAddress) -> Call:
        """Name somebody who attests for the city (rewards officer)."""
        return self._write("appointCityAttester", attester)

    def dismiss_city_attester(self, attester: ChecksumAddress) -> Call:
        """Dismiss somebody who attests for the city (guardian)."""
        return self._write("dismissCityAttester", attester)

    def set_attester(self, attester: ChecksumAddress, *, appointed: bool) -> Call:
        """Name or dismiss somebody who attests for one's own institution."""
        return self._write("setAttester", attester, appointed)

    def fund(self, programme: int, amount: int) -> Call:
        """Pay in what was approved in the currency (the programme's funder)."""
        return self._write("fund", programme, amount)

    def settle(
        self,
        activity: int,
        document: bytes,
        shifts: Sequence[Shift],
        by_institution: Attestation,
        by_city: Attestation,
    ) -> Call:
        """Pay shifts that both sides have attested; anyone may."""
        attested = (by_institution.as_argument(), by_city.as_argument())
        return self._write("settle", activity, document, pack_shifts(shifts), *attested)

    def rewarded_in(self, receipt: TxReceipt) -> dict[tuple[ChecksumAddress, int], int]:
        """Base units that a transaction paid for shifts, by volunteer and begin."""
        return {(each.volunteer, each.begins): each.amount for each in self.events_of(receipt, ShiftRewarded)}

    def skipped_in(self, receipt: TxReceipt) -> dict[tuple[ChecksumAddress, int], ShiftRefusal]:
        """Shifts that a transaction did not pay, by volunteer and begin, and why."""
        found = self.events_of(receipt, ShiftSkipped)
        return {(each.volunteer, each.begins): ShiftRefusal(each.reason) for each in found}

    def sweep(self, programme: int) -> Call:
        """Return the money of a programme that is over to its funder; anyone may."""
        return self._write("sweep", programme)
