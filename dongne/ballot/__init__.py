"""The ballot: electoral rolls, ballot box, signed votes, packed batches, recount from logs, and its input files."""

from dongne.ballot.amending import Amending, BegunEdition, amend, begun_edition, refuse_another_edition
from dongne.ballot.assisted_voting import AssistedVoting, Office
from dongne.ballot.ballot_box import BallotBox
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
from dongne.ballot.casting import UNCOUNTED, Caster, CastVote, Standing
from dongne.ballot.changes import Changes, read_changes, read_keys
from dongne.ballot.choices import MOST_OPTIONS, ChoiceRule, labels_of, mask_bytes, mask_of, options_of
from dongne.ballot.districtfile import read_district_names
from dongne.ballot.document import Document, read_document
from dongne.ballot.editions import MOST_EDITIONS, PAGE_VOTERS, Edition, pack_struck, room_for, unpack_struck
from dongne.ballot.electoral_roll import ElectoralRoll, RollState
from dongne.ballot.funding import Budget, Funding, FundingRule, fund
from dongne.ballot.messages import (
    MOST_VOTERS,
    AccountVote,
    BallotPaper,
    Booth,
    SignedAccountVote,
    SignedVote,
    Vote,
)
from dongne.ballot.origins import Origin, TracedVote
from dongne.ballot.outcome_rule import OutcomeRule
from dongne.ballot.outcomes import (
    MAJORITY,
    NO_MAJORITY,
    NO_QUORUM,
    PLURALITY,
    TALLY_ONLY,
    Aim,
    Measure,
    Outcome,
    OutcomeTerms,
    Threshold,
    decision,
    outcome_of,
)
from dongne.ballot.pabulib import CastBallot, Election, Project, read_election
from dongne.ballot.pollfile import Listed, read_poll
from dongne.ballot.polls import PollSpec, PollState, Turnout
from dongne.ballot.projects import CostList, label_of, read_costs, read_projects, settings_of
from dongne.ballot.publish import Begun, begun, publish
from dongne.ballot.receipt import Receipt, ReceiptCheck, check_receipt, issue_receipt, read_receipt
from dongne.ballot.recount import Recount, recount
from dongne.ballot.rollfile import read_voters
from dongne.ballot.rolls import BLOB_VOTERS, NOBODY, District, VoterList, districts_of
from dongne.ballot.thresholds import threshold_of
from dongne.ballot.votefile import VoteLine, append_vote, read_votes, signature_of, vote_line, write_votes
from dongne.ballot.voting_client import VoteOutcome, VotingClient

__all__ = [
    "BATCH_VOTES",
    "BLOB_VOTERS",
    "MAJORITY",
    "MOST_EDITIONS",
    "MOST_OPTIONS",
    "MOST_VOTERS",
    "NOBODY",
    "NO_MAJORITY",
    "NO_QUORUM",
    "PAGE_VOTERS",
    "PLURALITY",
    "TALLY_ONLY",
    "UNCOUNTED",
    "AccountVote",
    "Aim",
    "Amending",
    "AssistedVoting",
    "BallotBox",
    "BallotPaper",
    "Begun",
    "BegunEdition",
    "Booth",
    "Budget",
    "CastBallot",
    "CastVote",
    "Caster",
    "Changes",
    "ChoiceRule",
    "CostList",
    "CountedGroup",
    "District",
    "Document",
    "Edition",
    "Election",
    "ElectoralRoll",
    "Funding",
    "FundingRule",
    "Listed",
    "Measure",
    "Office",
    "Origin",
    "Outcome",
    "OutcomeRule",
    "OutcomeTerms",
    "PollSpec",
    "PollState",
    "Project",
    "Receipt",
    "ReceiptCheck",
    "Recount",
    "RollState",
    "SignedAccountVote",
    "SignedVote",
    "Skip",
    "SkippedVote",
    "Standing",
    "Threshold",
    "TracedVote",
    "Turnout",
    "Vote",
    "VoteLine",
    "VoteOutcome",
    "VoterList",
    "VotingClient",
    "amend",
    "append_vote",
    "begun",
    "begun_edition",
    "check_receipt",
    "decision",
    "districts_of",
    "fund",
    "in_batches",
    "issue_receipt",
    "label_of",
    "labels_of",
    "mask_bytes",
    "mask_of",
    "options_of",
    "outcome_of",
    "pack_struck",
    "pack_votes",
    "publish",
    "read_changes",
    "read_costs",
    "read_district_names",
    "read_document",
    "read_election",
    "read_keys",
    "read_poll",
    "read_projects",
    "read_receipt",
    "read_voters",
    "read_votes",
    "recount",
    "refuse_another_edition",
    "room_for",
    "settings_of",
    "signature_of",
    "threshold_of",
    "unpack_counted",
    "unpack_skipped",
    "unpack_struck",
    "unpack_votes",
    "vote_line",
    "write_votes",
]
