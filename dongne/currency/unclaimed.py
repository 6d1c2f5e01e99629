"""Typed client of the `Unclaimed` contract."""

from dataclasses import dataclass

from eth_typing import ChecksumAddress

from dongne.chain import Call
from dongne.contract import SigningClient


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept for an account that ended.

    Attributes:
        amount: base units; 0 where nothing is kept.
        until: Unix seconds from which on it lapses.
    """

    amount: int
    until: int


class Unclaimed(SigningClient):
    """The last few won of accounts that changed their kind or were struck off, kept for their owners."""

    NAME = "Unclaimed"

    def kept(self, account: ChecksumAddress) -> Kept:
        """What is kept for an account."""
        return Kept(*self._read("kept", account))

    def claim(self, account: ChecksumAddress, to: ChecksumAddress) -> Call:
        """Send what is kept for the sender's account, or for one recovered to it, to an account of the city."""
        return self._write("claim", account, to)

    def claim_by_signature(
        self, account: ChecksumAddress, to: ChecksumAddress, deadline: int, signature: bytes
    ) -> Call:
        """Hand in an owner's signed claim (`ClaimMoney`); anyone may."""
        return self._write("claimBySignature", account, to, deadline, signature)

    def lapse(self, account: ChecksumAddress) -> Call:
        """Destroy what nobody claimed in five years; anyone may."""
        return self._write("lapse", account)
