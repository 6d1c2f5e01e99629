"""Typed client of the `OutcomeRule` contract."""

from collections.abc import Sequence

from dongne.ballot.outcomes import Outcome, OutcomeTerms
from dongne.contract import ContractClient


class OutcomeRule(ContractClient):
    """What says how polls end, on one chain."""

    NAME = "OutcomeRule"

    def outcome(self, terms: OutcomeTerms, tally: Sequence[int], ballots: int, eligible: int) -> Outcome:
        """How a poll with these terms and figures ends."""
        return Outcome(*self._read("outcome", terms.as_tuple(), list(tally), ballots, eligible))
