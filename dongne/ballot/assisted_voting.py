"""Typed client of the `AssistedVoting` contract."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from eth_typing import ChecksumAddress
from web3.types import TxReceipt

from dongne.ballot.batch import Skip, SkippedVote, pack_groups
from dongne.ballot.events import AssistedVotesCounted, AssistedVotesSkipped, OfficeAccredited, OfficeRevoked
from dongne.chain import Call
from dongne.contract import ContractClient


@dataclass(frozen=True, slots=True)
class Office:
    """An office's accreditation for one poll.

    Attributes:
        cap: votes that it may cast; 0 if it is not accredited.
        cast: votes that it has cast.
        revoked: whether it may cast no more.
    """

    cap: int
    cast: int
    revoked: bool


class AssistedVoting(ContractClient):
    """The offices that cast votes for voters who cannot sign, on one chain."""

    NAME = "AssistedVoting"

    def accredit(self, box: ChecksumAddress, poll: int, office: ChecksumAddress, cap: int, document: bytes) -> Call:
        """Accredit an office for a poll before its start (polling supervisor).

        Args:
            box: address of the ballot box.
            cap: votes that it may cast, 1 to 16,777,215.
            document: keccak256 of the decision.
        """
        return self._write("accredit", box, poll, office, cap, document)

    def revoke(self, box: ChecksumAddress, poll: int, office: ChecksumAddress, document: bytes) -> Call:
        """Let an office cast no more votes in a poll (guardian).

        Args:
            document: keccak256 of the reason.
        """
        return self._write("revoke", box, poll, office, document)

    def cast(self, box: ChecksumAddress, poll: int, choices: Mapping[int, int], options: int, record: bytes) -> Call:
        """Cast votes for voters, in one transaction of the office; `skipped_in` tells which were not counted.

        Args:
            choices: bit mask by the voter's index.
            options: how many the poll has.
            record: keccak256 of the office's papers.
        """
        return self._write("castAssisted", box, poll, pack_groups(choices, options), record)

    def skipped_in(self, receipt: TxReceipt) -> dict[int, Skip]:
        """Voters whose votes a transaction did not count, with the reason."""
        return {item.index: item.reason for item in self._skipped(receipt)}

    def ceiling(self, block: int | None = None) -> int:
        """Percent of a poll's voters whose votes all offices together may cast, at most."""
        return int(self._read("ceiling", block=block))

    def office(self, box: ChecksumAddress, poll: int, office: ChecksumAddress) -> Office:
        """An office's accreditation."""
        return Office(*self._read("officeOf", box, poll, office))

    def cast_in(self, box: ChecksumAddress, poll: int, block: int | None = None) -> int:
        """Votes that all offices of a poll have cast, now or by a block."""
        _caps, cast = self._read("assistedIn", box, poll, block=block)
        return int(cast)

    def accreditations(self, box: ChecksumAddress, poll: int, last: int | None = None) -> list[OfficeAccredited]:
        """The offices of a poll, until block `last`."""
        return list(self.events(OfficeAccredited, box=box, poll=poll, last=last))

    def revocations(self, box: ChecksumAddress, poll: int) -> dict[ChecksumAddress, OfficeRevoked]:
        """Those that may cast no more."""
        return {event.office: event for event in self.events(OfficeRevoked, box=box, poll=poll)}

    def counted_logs(
        self, box: ChecksumAddress, poll: int, last: int | None = None, first: int | None = None
    ) -> Iterator[AssistedVotesCounted]:
        """Every log of votes that offices cast, from block `first` until block `last`."""
        return self.events(AssistedVotesCounted, box=box, poll=poll, first=first, last=last)

    def _skipped(self, receipt: TxReceipt) -> list[SkippedVote]:
        return [item for log in self.events_of(receipt, AssistedVotesSkipped) for item in log.unpacked()]
