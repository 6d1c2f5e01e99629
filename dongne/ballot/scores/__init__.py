"""Score polls: voters give points to options, in a ballot box of their own."""

from dongne.ballot.scores.client import ScoreBallotBox
from dongne.ballot.scores.forms import ScoreForm, pack_score_votes, unpack_counted_scores, unpack_score_votes
from dongne.ballot.scores.messages import AccountScoreVote, ScorePaper, ScoreVote
from dongne.ballot.scores.points import MOST_POINTS, ScoreRule, choices_of, pack_scores, points_of, unpack_scores
from dongne.ballot.scores.polls import ScorePollSpec

__all__ = [
    "MOST_POINTS",
    "AccountScoreVote",
    "ScoreBallotBox",
    "ScoreForm",
    "ScorePaper",
    "ScorePollSpec",
    "ScoreRule",
    "ScoreVote",
    "choices_of",
    "pack_score_votes",
    "pack_scores",
    "points_of",
    "unpack_counted_scores",
    "unpack_score_votes",
    "unpack_scores",
]
