"""Typed client of the `BallotBox` contract."""

from eth_typing import ChecksumAddress

from dongne.ballot.events import PollOpened
from dongne.ballot.forms import MaskForm
from dongne.ballot.poll_box import PollBox
from dongne.ballot.polls import PollSpec


class BallotBox(PollBox[PollSpec]):
    """The city's ballot box on one chain."""

    NAME = "BallotBox"
    NAME_IN_SIGNATURES = "Dongne BallotBox"
    OPENED = PollOpened

    def assistance_address(self, block: int | None = None) -> ChecksumAddress:
        """Where the offices are that cast votes for voters."""
        address: ChecksumAddress = self._read("assistance", block=block)
        return address

    def form(self, poll: int) -> MaskForm:
        """How votes are written, which depends on how many options the poll has."""
        return MaskForm(self.state(poll).options)
