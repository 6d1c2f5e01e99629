"""The ballot: electoral rolls, ballot box, signed votes, packed batches, recount from logs, and its input files."""

from dongne.ballot.ballot_box import BallotBox, PollSpec, Result, Turnout, VoteOutcome
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
from dongne.ballot.choices import MOST_OPTIONS, Rule, mask_of, options_of
from dongne.ballot.electoral_roll import BLOB_VOTERS, District, ElectoralRoll, RollState, VoterList, districts_of
from dongne.ballot.messages import MOST_VOTERS, AccountVote, Booth, SignedVote, Vote
from dongne.ballot.pabulib import Approval, Election, Project, read_election
from dongne.ballot.pollfile import read_poll
from dongne.ballot.recount import Recount, recount
from dongne.ballot.rollfile import read_voters
from dongne.ballot.votefile import read_votes, write_votes
from dongne.problems import RejectedFile

__all__ = [
    "BATCH_VOTES",
    "BLOB_VOTERS",
    "MOST_OPTIONS",
    "MOST_VOTERS",
    "AccountVote",
    "Approval",
    "BallotBox",
    "Booth",
    "CountedGroup",
    "District",
    "Election",
    "ElectoralRoll",
    "PollSpec",
    "Project",
    "Recount",
    "RejectedFile",
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
    "read_election",
    "read_poll",
    "read_voters",
    "read_votes",
    "recount",
    "unpack_counted",
    "unpack_skipped",
    "unpack_votes",
    "write_votes",
]
