"""The ballot: electoral rolls, ballot box, signed votes, packed batches, recount from logs, and its input files."""

from dongne.ballot.ballot_box import BallotBox, VoteOutcome
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
from dongne.ballot.casting import Caster, CastVote, Standing
from dongne.ballot.choices import MOST_OPTIONS, Rule, mask_of, options_of
from dongne.ballot.document import Document, read_document
from dongne.ballot.electoral_roll import ElectoralRoll, RollState
from dongne.ballot.messages import MOST_VOTERS, AccountVote, Booth, SignedAccountVote, SignedVote, Vote
from dongne.ballot.pabulib import Approval, Election, Project, read_election
from dongne.ballot.pollfile import document_of, read_poll
from dongne.ballot.polls import PollSpec, Result, Turnout
from dongne.ballot.publish import Begun, begun, publish
from dongne.ballot.recount import Recount, recount
from dongne.ballot.rollfile import read_voters
from dongne.ballot.rolls import BLOB_VOTERS, District, VoterList, districts_of
from dongne.ballot.votefile import VoteLine, append_vote, read_votes, signature_of, vote_line, write_votes

__all__ = [
    "BATCH_VOTES",
    "BLOB_VOTERS",
    "MOST_OPTIONS",
    "MOST_VOTERS",
    "AccountVote",
    "Approval",
    "BallotBox",
    "Begun",
    "Booth",
    "CastVote",
    "Caster",
    "CountedGroup",
    "District",
    "Document",
    "Election",
    "ElectoralRoll",
    "PollSpec",
    "Project",
    "Recount",
    "Result",
    "RollState",
    "Rule",
    "SignedAccountVote",
    "SignedVote",
    "Skip",
    "SkippedVote",
    "Standing",
    "Turnout",
    "Vote",
    "VoteLine",
    "VoteOutcome",
    "VoterList",
    "append_vote",
    "begun",
    "districts_of",
    "document_of",
    "in_batches",
    "mask_of",
    "options_of",
    "pack_votes",
    "publish",
    "read_document",
    "read_election",
    "read_poll",
    "read_voters",
    "read_votes",
    "recount",
    "signature_of",
    "unpack_counted",
    "unpack_skipped",
    "unpack_votes",
    "vote_line",
    "write_votes",
]
