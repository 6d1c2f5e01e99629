"""Secret ballots: registered commitments, proofs of membership, packed batches, and the recount from logs alone."""

from dongne.ballot.secret.batch import (
    BATCH_REGISTRATIONS,
    BATCH_SECRET_VOTES,
    RegistrationSkip,
    SkippedRegistration,
    SkippedSecretVote,
    VoteSkip,
    pack_registrations,
    pack_secret_votes,
    unpack_registrations,
    unpack_secret_votes,
    unpack_skipped_registrations,
    unpack_skipped_votes,
)
from dongne.ballot.secret.casting import Pauses, SecretCaster
from dongne.ballot.secret.client import Member, SecretBallotBox
from dongne.ballot.secret.group import ComputedGroup, compute_group, way_of
from dongne.ballot.secret.identity import new_secret, read_secret
from dongne.ballot.secret.kit import ProverKit
from dongne.ballot.secret.lines import (
    FiledRegistration,
    Line,
    read_registrations,
    read_secret_votes,
    registration_line,
    secret_vote_line,
)
from dongne.ballot.secret.messages import (
    FIELD_ORDER,
    Registration,
    SecretVote,
    SignedRegistration,
    message_of,
    scope_of,
    signal,
)
from dongne.ballot.secret.pollfile import read_secret_poll
from dongne.ballot.secret.polls import DEPTH, Group, SecretPollSpec, SecretPollState
from dongne.ballot.secret.prover import Claim, MerklePath, Proved, Prover, Task
from dongne.ballot.secret.recount import Progress, SecretRecount, recount_secret
from dongne.ballot.secret.registering import Registrar
from dongne.ballot.secret.standings import LineOutcome, LineStanding, Outcomes
from dongne.ballot.secret.verifier import SecretVoteVerifier
from dongne.ballot.secret.voting import SecretBooth

__all__ = [
    "BATCH_REGISTRATIONS",
    "BATCH_SECRET_VOTES",
    "DEPTH",
    "FIELD_ORDER",
    "Claim",
    "ComputedGroup",
    "FiledRegistration",
    "Group",
    "Line",
    "LineOutcome",
    "LineStanding",
    "Member",
    "MerklePath",
    "Outcomes",
    "Pauses",
    "Progress",
    "Proved",
    "Prover",
    "ProverKit",
    "Registrar",
    "Registration",
    "RegistrationSkip",
    "SecretBallotBox",
    "SecretBooth",
    "SecretCaster",
    "SecretPollSpec",
    "SecretPollState",
    "SecretRecount",
    "SecretVote",
    "SecretVoteVerifier",
    "SignedRegistration",
    "SkippedRegistration",
    "SkippedSecretVote",
    "Task",
    "VoteSkip",
    "compute_group",
    "message_of",
    "new_secret",
    "pack_registrations",
    "pack_secret_votes",
    "read_registrations",
    "read_secret",
    "read_secret_poll",
    "read_secret_votes",
    "recount_secret",
    "registration_line",
    "scope_of",
    "secret_vote_line",
    "signal",
    "unpack_registrations",
    "unpack_secret_votes",
    "unpack_skipped_registrations",
    "unpack_skipped_votes",
    "way_of",
]
