"""Relays registrations so that running again sends nothing twice, and nothing that the contract would not accept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address

from dongne.ballot.filling import Deliver
from dongne.ballot.rolls import VoterList
from dongne.ballot.secret.batch import BATCH_REGISTRATIONS, RegistrationSkip
from dongne.ballot.secret.client import SecretBallotBox
from dongne.ballot.secret.lines import FiledRegistration, Line
from dongne.ballot.secret.messages import FIELD_ORDER, Registration, SignedRegistration
from dongne.ballot.secret.polls import SecretPollSpec
from dongne.ballot.secret.standings import LineStanding, Outcomes
from dongne.errors import ContractRefused
from dongne.parts import parts
from dongne.signing import compact_of

Heard = Callable[[int], None]
_AT_ONCE = 1_000
"""Registrations whose voters are looked up together."""


@dataclass
class Registrar:
    """Relays registrations of one poll.

    Attributes:
        box: the secret ballot box.
        poll: number of the poll.
        spec: its terms.
        terms: the hash of them.
        roll: its voters.
        outcomes: what became of each line.
    """

    box: SecretBallotBox
    poll: int
    spec: SecretPollSpec
    terms: bytes
    roll: VoterList
    outcomes: Outcomes[FiledRegistration]

    def sort_out(
        self, lines: Sequence[Line[FiledRegistration]], heard: Heard = lambda _count: None
    ) -> list[Line[FiledRegistration]]:
        """Leave out what was accepted before and what cannot be accepted; returns what is to be sent.

        Call it after what a former run left under way is settled.
        """
        kept = {member.index: member.commitment for member in self.box.members(self.poll)}
        remaining = list[Line[FiledRegistration]]()
        for part in parts(lines, _AT_ONCE):
            for at in part:
                index, commitment = at.item.index, at.item.commitment
                if kept.get(index) == commitment:
                    self.outcomes.note(at, LineStanding.TAKEN_BEFORE)
                elif skip := self._skip(at.item, index in kept):
                    self.outcomes.note(at, LineStanding.REFUSED, skip)
                else:
                    kept[index] = commitment
                    remaining.append(at)
            heard(len(part))
        return remaining

    def relay(
        self, lines: Sequence[Line[FiledRegistration]], deliver: Deliver, heard: Heard = lambda _count: None
    ) -> None:
        """Send what `sort_out` left: keys' registrations in batches, smart accounts' one by one."""
        signed = {at.line: self._signed(at.item) for at in lines}
        for part in parts([at for at in lines if signed[at.line]], BATCH_REGISTRATIONS):
            self._relay_batch(part, [each for at in part if (each := signed[at.line])], deliver)
            heard(len(part))
        for at in lines:
            if signed[at.line] is None:
                self._relay_one(at, deliver)
                heard(1)

    def _relay_batch(
        self, lines: Sequence[Line[FiledRegistration]], signed: Sequence[SignedRegistration], deliver: Deliver
    ) -> None:
        receipt = deliver(self.box.register(self.poll, signed))
        if receipt is None:
            for at in lines:
                self.outcomes.note(at, LineStanding.NOT_SENT)
            return
        for at, skip in zip(lines, self.box.registered(receipt, len(lines)), strict=True):
            self.outcomes.note(at, LineStanding.REFUSED if skip else LineStanding.TAKEN, skip or None)

    def _relay_one(self, at: Line[FiledRegistration], deliver: Deliver) -> None:
        item = at.item
        try:
            receipt = deliver(self.box.register_account(self.poll, item.index, item.commitment, item.signature))
        except ContractRefused as error:
            self.outcomes.note(at, LineStanding.REFUSED, error.message)
            return
        self.outcomes.note(at, LineStanding.NOT_SENT if receipt is None else LineStanding.TAKEN)

    def _skip(self, item: FiledRegistration, has_registered: bool) -> RegistrationSkip:
        """Why the contract would not accept it; NONE if it would, or if only a smart account can tell."""
        if not self.spec.poll.admits(item.index, self.roll):
            return RegistrationSkip.NOT_ELIGIBLE
        if has_registered:
            return RegistrationSkip.ALREADY_REGISTERED
        if not 0 < item.commitment < FIELD_ORDER:
            return RegistrationSkip.BAD_COMMITMENT
        if self._signed(item) or self._is_account(item.index):
            return RegistrationSkip.NONE
        return RegistrationSkip.BAD_SIGNATURE

    def _signed(self, item: FiledRegistration) -> SignedRegistration | None:
        """The registration for a batch, if the voter's key signed it."""
        voter, poll = self._voter(item.index), self.spec.poll
        message = Registration(poll.question, poll.document, self.terms, self.poll, voter, item.commitment)
        compact = compact_of(item.signature, message.digest(self.box.domain()), voter)
        return SignedRegistration(item.index, item.commitment, compact) if compact else None

    def _voter(self, index: int) -> ChecksumAddress:
        return to_checksum_address(self.roll.voters[index])

    def _is_account(self, index: int) -> bool:
        """Whether the voter is a contract, which alone judges its signatures."""
        return bool(self.box.chain.contracts([self._voter(index)]))
