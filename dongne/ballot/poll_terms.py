"""Typed client of the `PollTerms` contract."""

from dongne.ballot.polls import PollSpec
from dongne.contract import ContractClient


class PollTerms(ContractClient):
    """What checks the terms of polls, on one chain."""

    NAME = "PollTerms"

    def eligible(self, spec: PollSpec) -> int:
        """How many voters may vote in a poll with these terms.

        Raises:
            ContractRefused: no poll can be opened with them.
        """
        _paper, eligible = self._read("draw", spec.as_tuple(), bytes(32))
        return int(eligible)
