"""Typed client of the `ScoreBallotBox` contract."""

from dongne.ballot.poll_box import PollBox
from dongne.ballot.scores.events import ScorePollOpened, ScoresCounted
from dongne.ballot.scores.forms import ScoreForm
from dongne.ballot.scores.polls import ScorePollSpec


class ScoreBallotBox(PollBox[ScorePollSpec]):
    """The city's score polls on one chain."""

    NAME = "ScoreBallotBox"
    NAME_IN_SIGNATURES = "Dongne ScoreBallotBox"
    OPENED = ScorePollOpened
    COUNTED = ScoresCounted

    def points(self, poll: int, block: int | None = None) -> tuple[int, int, int]:
        """The most points that a ballot may give to an option, and altogether (0 for no limit), and the fewest that it
        must give altogether. As the contract keeps it, now or by a block."""
        most_points, most_total, least_total = self._read("pointsOf", poll, block=block)
        return int(most_points), int(most_total), int(least_total)

    def form(self, poll: int) -> ScoreForm:
        """How votes are written."""
        return ScoreForm()
