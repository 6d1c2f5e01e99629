"""Reads the votes that an office casts for voters: CSV with the columns `voter` and `choices`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dongne.ballot.choices import mask_of
from dongne.ballot.errors import ChoicesBreakTheRule, NotChoices
from dongne.ballot.polls import PollSpec
from dongne.ballot.rolls import VoterList
from dongne.language import Message, _
from dongne.problems import Problems
from dongne.tables import Column, Listed, Row, Table, parse_rows, read_table
from dongne.texts import excerpt

COLUMNS = (Column("voter"), Column("choices"))
_MOST_DIGITS = 3


@dataclass(frozen=True, slots=True)
class OfficeVotes:
    """The votes of a file.

    Attributes:
        table: the file, row by row.
        lines: line of the file by the voter's index.
        choices: bit mask by the voter's index.
    """

    table: Table
    lines: dict[int, int]
    choices: dict[int, int]


def read_office_votes(
    file: Path, poll: int, spec: PollSpec, roll: VoterList, mapping: Mapping[str, str] | None = None
) -> OfficeVotes:
    """Votes by the voter's index; voters by address or index, choices by the options' numbers with spaces between.

    Args:
        mapping: name of the column by heading in the file.

    Raises:
        RejectedFile: with every problem in it: an unknown voter, one listed twice, choices against the rule …; nothing
            of the file is used then.
        UnreadableFile: it cannot be read.
    """
    problems = Problems(file)
    table = read_table(file, COLUMNS, problems=problems, mapping=mapping)
    listed = Listed()
    rows = parse_rows(table, problems, lambda row: (row.line, *_vote(row, poll, spec, roll, listed)))
    problems.raise_if_any()
    lines = {index: line for line, index, _mask in rows}
    return OfficeVotes(table, lines, {index: mask for _line, index, mask in rows})


def _vote(row: Row, poll: int, spec: PollSpec, roll: VoterList, listed: Listed) -> tuple[int, int]:
    index, mask = row.values(
        ("voter", lambda text: roll.find(spec.roll, text)), ("choices", lambda text: _choices(text, poll, spec))
    )
    listed.add(str(index), row.line, Message(_("voter {index}"), {"index": index}))
    return index, mask


def _choices(text: str, poll: int, spec: PollSpec) -> int:
    numbers = text.split()
    if not numbers or not all(each.isascii() and each.isdecimal() and len(each) <= _MOST_DIGITS for each in numbers):
        raise NotChoices(excerpt(text))
    mask = mask_of(int(each) for each in numbers)
    if not spec.rule.allows(mask):
        raise ChoicesBreakTheRule(poll, spec.rule.in_words(), len(spec.labels))
    return mask
