"""The ballot: electoral rolls, ballot box, signed votes, packed batches, recount from logs, and its input files."""

from dongne.ballot.batch import (
    BATCH_VOTES,
    CountedGroup,
    Skip,
    SkippedVote,
    in_batches,
    pack_votes,
    unpack_counted,
    unpack_skipped,
    unpack_votes,
)
from dongne.ballot.box import BallotBox, PollSpec, Result, Turnout, VoteOutcome
from dongne.ballot.choices import MOST_OPTIONS, Rule, mask_of, options_of
from dongne.ballot.messages import MOST_VOTERS, Booth, SignedVote, Vote
from dongne.ballot.roll import BLOB_VOTERS, District, ElectoralRoll, RollState, VoterList, districts_of

__all__ = [
    "BATCH_VOTES",
    "BLOB_VOTERS",
    "MOST_OPTIONS",
    "MOST_VOTERS",
    "BallotBox",
    "Booth",
    "CountedGroup",
    "District",
    "ElectoralRoll",
    "PollSpec",
    "Result",
    "RollState",
    "Rule",
    "SignedVote",
    "Skip",
    "SkippedVote",
    "Turnout",
    "Vote",
    "VoteOutcome",
    "VoterList",
    "districts_of",
    "in_batches",
    "mask_of",
    "options_of",
    "pack_votes",
    "unpack_counted",
    "unpack_skipped",
    "unpack_votes",
]
