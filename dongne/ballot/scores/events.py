"""Typed events of `ScoreBallotBox`; what is skipped and what is cancelled is logged as by `BallotBox`."""

from dataclasses import dataclass
from typing import Any

from dongne.ballot.scores.messages import ScorePaper
from dongne.ballot.scores.polls import ScorePollSpec
from dongne.events import Event


@dataclass(frozen=True, slots=True)
class ScorePollOpened(Event):
    """A score poll was opened, as it will be for good; `terms` is the hash of everything that was decided."""

    CONTRACT = "ScoreBallotBox"

    poll: int
    terms: bytes
    spec: tuple[Any, ...]

    def decided(self) -> ScorePollSpec:
        """What was decided."""
        return ScorePollSpec.from_tuple(self.spec)

    def paper(self) -> ScorePaper:
        """What voters read and sign."""
        return self.decided().paper(self.poll, self.terms)


@dataclass(frozen=True, slots=True)
class ScoresCounted(Event):
    """Votes of one transaction were counted."""

    CONTRACT = "ScoreBallotBox"

    poll: int
    groups: bytes
