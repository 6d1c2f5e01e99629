"""What the logs of petitions say of their rules, and of where each stands."""

from typing import Any

from dongne.ballot.batch import unpack_counted, unpack_skipped
from dongne.ballot.petitions.events import (
    PetitionAdmitted,
    PetitionAnswered,
    PetitionFiled,
    PetitionRefused,
    RulesClosed,
    RulesPublished,
    ThresholdMet,
    VotesCounted,
    VotesSkipped,
)
from dongne.ballot.petitions.petition import PetitionRules
from dongne.indexer.draft import Draft
from dongne.indexer.handling import At, Reads, on
from dongne.store.petitions import Petition, Rules
from dongne.store.rows import storable

_RULES, _PETITION = Reads(Rules, "number"), Reads(Petition, "petition")
_OPTIONS = 1
"""To voters a petition is a poll with one option."""


@on(RulesPublished, reads=(_RULES,))
def rules_published(draft: Draft, at: At, number: int, hash_: bytes, rules: tuple[Any, ...]) -> None:
    """Rules hold from now on."""
    row, decided = draft[Rules].change(number), PetitionRules.from_tuple(rules)
    row.roll, row.published, row.hash, row.threshold = decided.roll, at.time, hash_, decided.threshold
    row.collecting, row.deciding, row.answering = decided.collecting, decided.deciding, decided.answering
    row.eligible, row.label = sum(count for _first, count in decided.ranges), storable(decided.label)


@on(RulesClosed, reads=(_RULES,))
def rules_closed(draft: Draft, at: At, number: int) -> None:
    """Nothing more is filed under them."""
    draft[Rules].known(number).closed = at.time


@on(PetitionFiled, reads=(_PETITION,))
def petition_filed(
    draft: Draft, at: At, petition: int, rules: int, initiator: int, title: bytes, document: bytes, decide_by: int
) -> None:
    """A voter filed a petition."""
    row = draft[Petition].change(petition)
    row.rules, row.initiator, row.filed, row.title_hash = rules, initiator, at.time, title
    row.document, row.decide_by = document, decide_by


@on(PetitionAdmitted, reads=(_PETITION,))
def petition_admitted(
    draft: Draft, at: At, petition: int, terms: bytes, end: int, title: str, document_uri: str
) -> None:
    """It takes signatures."""
    row = draft[Petition].known(petition)
    row.admitted, row.terms, row.ends = at.time, terms, end
    row.title, row.document_uri = storable(title), storable(document_uri)


@on(PetitionRefused, reads=(_PETITION,))
def petition_refused(draft: Draft, at: At, petition: int, document: bytes, uri: str, late: bool) -> None:
    """It takes none."""
    row = draft[Petition].known(petition)
    row.refused, row.answer, row.answer_uri, row.late = at.time, document, storable(uri), late


@on(VotesCounted, reads=(Reads(Petition, "poll"),))
def signatures_counted(draft: Draft, _at: At, poll: int, groups: bytes) -> None:
    """So many signed it."""
    draft[Petition].known(poll).signatures += sum(len(group.indices) for group in unpack_counted(groups, _OPTIONS))


@on(VotesSkipped, reads=(Reads(Petition, "poll"),))
def signatures_skipped(draft: Draft, _at: At, poll: int, items: bytes) -> None:
    """So many did not count."""
    draft[Petition].known(poll).skipped += len(unpack_skipped(items))


@on(ThresholdMet, reads=(_PETITION,))
def threshold_met(draft: Draft, at: At, petition: int, _signatures: int, answer_by: int) -> None:
    """The city must answer."""
    row = draft[Petition].known(petition)
    row.threshold_met, row.answer_by = at.time, answer_by


@on(PetitionAnswered, reads=(_PETITION,))
def petition_answered(draft: Draft, at: At, petition: int, document: bytes, uri: str, late: bool) -> None:
    """The city did."""
    row = draft[Petition].known(petition)
    row.answered, row.answer, row.answer_uri, row.late = at.time, document, storable(uri), late
