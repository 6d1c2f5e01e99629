"""Typed client of the `ScoreBallotBox` contract."""

from dataclasses import dataclass

from dongne.ballot.poll_box import PollBox
from dongne.ballot.polls import PollState
from dongne.ballot.scores.events import ScorePollOpened, ScoresCounted
from dongne.ballot.scores.forms import ScoreForm
from dongne.ballot.scores.polls import ScorePollSpec


@dataclass(frozen=True, slots=True)
class ScorePollState(PollState):
    """Where a score poll stands, as the contract keeps it.

    Attributes:
        most_points: that a ballot may give to an option.
        most_total: that a ballot may give altogether; 0 for no limit.
    """

    most_points: int
    most_total: int


class ScoreBallotBox(PollBox[ScorePollSpec]):
    """The city's score polls on one chain."""

    NAME = "ScoreBallotBox"
    NAME_IN_SIGNATURES = "Dongne ScoreBallotBox"
    OPENED = ScorePollOpened
    COUNTED = ScoresCounted
    STATE = ScorePollState

    def form(self, poll: int) -> ScoreForm:
        """How votes are written."""
        return ScoreForm()
