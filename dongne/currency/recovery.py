"""Typed client of the `Recovery` contract."""

from dataclasses import dataclass

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address

from dongne.chain import Call
from dongne.contract import SigningClient


@dataclass(frozen=True, slots=True)
class Announcement:
    """A recovery that is announced.

    Attributes:
        to: the new address.
        ready: Unix seconds from which on it can be completed, for 30 days.
    """

    to: ChecksumAddress
    ready: int


class Recovery(SigningClient):
    """How an account gets a new key where the old one was lost."""

    NAME = "Recovery"

    def announce(self, account: ChecksumAddress, to: ChecksumAddress, document: bytes, acceptance: bytes) -> Call:
        """Announce that an account is to have a new key, which has agreed (membership officer)."""
        return self._write("announce", account, to, document, acceptance)

    def veto(self, account: ChecksumAddress) -> Call:
        """Cancel a recovery out of doubt (guardian)."""
        return self._write("veto", account)

    def cancel(self) -> Call:
        """Cancel the recovery of one's own account: its key is not lost."""
        return self._write("cancel")

    def cancel_by_signature(self, account: ChecksumAddress, signature: bytes) -> Call:
        """Hand in a cancellation that the account's own key signed; anyone may."""
        return self._write("cancelBySignature", account, signature)

    def complete(self, account: ChecksumAddress) -> Call:
        """Complete a recovery; anyone may."""
        return self._write("complete", account)

    def announcement(self, account: ChecksumAddress) -> Announcement | None:
        """The announced recovery of an account; None where there is none."""
        to, ready = self._read("announcementOf", account)
        return Announcement(to_checksum_address(to), ready) if ready else None
