"""What the secret ballot box's logs say: who may vote and how many did, and what was voted in all."""

from collections import Counter
from typing import Any

from dongne.ballot.choices import options_of
from dongne.ballot.secret.batch import (
    unpack_registrations,
    unpack_secret_votes,
    unpack_skipped_registrations,
    unpack_skipped_votes,
)
from dongne.ballot.secret.events import (
    AccountRegistered,
    GroupPublished,
    RegistrationsSkipped,
    SecretPollCancelled,
    SecretPollOpened,
    SecretVotesCounted,
    SecretVotesSkipped,
    VotersRegistered,
)
from dongne.ballot.secret.polls import SecretPollSpec
from dongne.indexer.draft import Draft
from dongne.indexer.handlers.polls import eligible_of, threshold_text
from dongne.indexer.handling import At, Reads, on
from dongne.store.rows import storable
from dongne.store.secret_ballot import Nullifier, SecretPoll, SecretPollOption

_POLL = Reads(SecretPoll, "poll")


@on(SecretPollOpened, reads=(_POLL,))
def secret_poll_opened(draft: Draft, at: At, poll: int, terms: bytes, spec: tuple[Any, ...]) -> None:
    """A secret poll was decided, for good."""
    row, secret = draft[SecretPoll].change(poll), SecretPollSpec.from_tuple(spec)
    decided = secret.poll
    row.roll, row.opened, row.terms, row.eligible = decided.roll, at.time, terms, eligible_of(draft, decided)
    row.registration_end, row.starts, row.ends = secret.registration_end, decided.start, decided.end
    row.least_members, row.verifier = secret.least_members, bytes.fromhex(secret.verifier[2:])
    row.question, row.options = storable(decided.question), len(decided.labels)
    row.least, row.most, row.cap = decided.least, decided.most, decided.cap
    row.document, row.document_uri = decided.document, storable(decided.document_uri)
    row.aim, row.seats = decided.outcome.aim, decided.outcome.seats
    row.quorum, row.majority = threshold_text(decided.outcome.quorum), threshold_text(decided.outcome.majority)
    for number, label in enumerate(decided.labels):
        option = draft[SecretPollOption].change((poll, number))
        option.label, option.cost = storable(label), decided.costs[number] if decided.costs else 0


@on(SecretPollCancelled, reads=(_POLL,))
def secret_poll_cancelled(draft: Draft, at: At, poll: int, document: bytes, uri: str) -> None:
    """It will take no votes."""
    row = draft[SecretPoll].known(poll)
    row.cancelled, row.reason, row.reason_uri = at.time, document, storable(uri)


@on(VotersRegistered, reads=(_POLL,))
def voters_registered(draft: Draft, _at: At, poll: int, _first: int, items: bytes) -> None:
    """Voters joined the group."""
    draft[SecretPoll].known(poll).members += len(unpack_registrations(items))


@on(AccountRegistered, reads=(_POLL,))
def account_registered(
    draft: Draft, _at: At, poll: int, _member: int, _index: int, _commitment: int, _signature: bytes
) -> None:
    """A voter joined it alone."""
    draft[SecretPoll].known(poll).members += 1


@on(RegistrationsSkipped, reads=(_POLL,))
def registrations_skipped(draft: Draft, _at: At, poll: int, items: bytes) -> None:
    """Others were not accepted."""
    draft[SecretPoll].known(poll).refused += len(unpack_skipped_registrations(items))


@on(GroupPublished, reads=(_POLL,))
def group_published(draft: Draft, at: At, poll: int, members: int, root: int) -> None:
    """The group is complete."""
    row = draft[SecretPoll].known(poll)
    row.published, row.members, row.root = at.time, members, root


@on(SecretVotesCounted, reads=(_POLL,))
def secret_votes_counted(draft: Draft, at: At, poll: int, items: bytes) -> None:
    """Votes were counted."""
    votes = unpack_secret_votes(items)
    draft.added(Nullifier).extend(
        Nullifier(at.block, at.log, place, at.time, at.transaction, poll, vote.nullifier)
        for place, vote in enumerate(votes)
    )
    draft[SecretPoll].known(poll).ballots += len(votes)
    counts = Counter(option for vote in votes for option in options_of(vote.choices))
    draft[SecretPollOption].load((poll, option) for option in counts)
    for option, count in counts.items():
        draft[SecretPollOption].known((poll, option)).votes += count


@on(SecretVotesSkipped, reads=(_POLL,))
def secret_votes_skipped(draft: Draft, _at: At, poll: int, items: bytes) -> None:
    """Votes were not."""
    draft[SecretPoll].known(poll).skipped += len(unpack_skipped_votes(items))
