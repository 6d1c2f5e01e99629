"""Signed votes in a file, one JSON object a line, as a polling station or a wallet hands them to the relayer.

{"poll": 3, "voter": 1204, "choices": [0, 5], "signature": "0x…128 or 130 hexadecimal digits"}

A smart account's vote has `"type": "AccountVote"` as well. Of a score poll, "scores" stands in the place of "choices":
options with their points, [[0, 7], [5, 3]].
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dongne.ballot.choices import mask_of, options_of
from dongne.ballot.errors import (
    NotAnInteger,
    NotAVoteType,
    NotHexadecimal,
    NotJson,
    NotOptionNumbers,
    NotScores,
    OptionNamedTwice,
    VoteFileNotWritable,
    VoteOfAnotherPoll,
    WrongVoteKeys,
)
from dongne.ballot.messages import AccountVote, SignedAccountVote, SignedVote, Vote
from dongne.ballot.scores.points import choices_of, points_of
from dongne.errors import InputError, Problem
from dongne.problems import Problems
from dongne.signing import compact
from dongne.texts import excerpt, lines_of, read_text, trimmed

KEYS = {"poll", "voter", "choices", "signature"}
SCORE_KEYS = {"poll", "voter", "scores", "signature"}

_HEXADECIMAL = re.compile(r"0x(?:[0-9a-fA-F]{2})*")

AnyVote = SignedVote | SignedAccountVote


@dataclass(frozen=True, slots=True)
class VoteLine:
    """A vote with its line in the file, from 1."""

    line: int
    vote: AnyVote


def read_votes(file: Path, poll: int, *, scores: bool = False) -> tuple[list[VoteLine], tuple[Problem, ...]]:
    """The votes of a file for one poll, and what is wrong with the lines that hold none.

    Wallets' 65-byte signatures become compact. A bad line costs no other its vote.

    Args:
        scores: whether it is a score poll.

    Raises:
        UnreadableFile: it cannot be read.
    """
    problems = Problems(file)
    votes = list[VoteLine]()
    for line, text in enumerate(lines_of(read_text(file)), 1):
        try:
            if trimmed(text):
                votes.append(VoteLine(line, vote_of_line(trimmed(text), poll, scores=scores)))
        except InputError as error:
            problems.add(error, line)
    return votes, problems.found


def write_votes(file: Path, poll: int, votes: Iterable[AnyVote], *, scores: bool = False) -> None:
    """Write votes so that `read_votes` reads them."""
    file.write_text("".join(vote_line(poll, vote, scores=scores) + "\n" for vote in votes), encoding="utf-8")


def append_vote(file: Path, line: str) -> None:
    """Add a vote's line to a file.

    Raises:
        VoteFileNotWritable: the operating system does not let us.
    """
    try:
        with file.open("a", encoding="utf-8") as lines:
            lines.write(line + "\n")
    except (OSError, ValueError) as error:
        raise VoteFileNotWritable(file, getattr(error, "strerror", None) or str(error)) from error


def signature_of(text: object) -> bytes:
    """A signature from 0x and hexadecimal digits.

    Raises:
        NotHexadecimal: it is something else.
    """
    if not isinstance(text, str) or not _HEXADECIMAL.fullmatch(text):
        raise NotHexadecimal()
    return bytes.fromhex(text[2:])


def vote_line(poll: int, vote: AnyVote, *, scores: bool = False) -> str:
    """A vote as a line of such a file.

    Args:
        scores: whether it gives points.
    """
    fields: dict[str, object] = {"type": AccountVote.TYPE} if isinstance(vote, SignedAccountVote) else {}
    given = {"scores": list(points_of(vote.choices).items())} if scores else {"choices": options_of(vote.choices)}
    fields |= {"poll": poll, "voter": vote.index, **given}
    return json.dumps({**fields, "signature": "0x" + vote.signature.hex()})


def vote_of_line(text: str, poll: int, *, scores: bool = False) -> AnyVote:
    """The vote that a line holds, for one poll.

    Args:
        scores: whether it is a score poll.

    Raises:
        InputError: it holds none.
    """
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotJson(excerpt(str(error))) from error
    keys = SCORE_KEYS if scores else KEYS
    if not isinstance(fields, dict) or set(fields) - {"type"} != keys:
        raise WrongVoteKeys(", ".join(sorted(keys)))
    if _whole(fields["poll"], "poll") != poll:
        raise VoteOfAnotherPoll(_brief(fields["poll"]), poll)
    index, choices, signature = (
        _whole(fields["voter"], "voter"),
        _points(fields["scores"]) if scores else _mask(fields["choices"]),
        signature_of(fields["signature"]),
    )
    if (kind := fields.get("type", Vote.TYPE)) == AccountVote.TYPE:
        return SignedAccountVote(index, choices, signature)
    if kind != Vote.TYPE:
        raise NotAVoteType(_brief(kind))
    return SignedVote(index, choices, compact(signature))


def _mask(choices: object) -> int:
    if not isinstance(choices, list):
        raise NotOptionNumbers(_brief(choices))
    return mask_of(_whole(choice, "choice") for choice in choices)


def _points(scores: object) -> int:
    if not isinstance(scores, list) or not all(isinstance(each, list) and len(each) == 2 for each in scores):
        raise NotScores(_brief(scores))
    points: dict[int, int] = {}
    for option, given in scores:
        if _whole(option, "option") in points:
            raise OptionNamedTwice(option)
        points[option] = _whole(given, "points")
    return choices_of(points)


def _whole(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise NotAnInteger(name, _brief(value))
    return value


def _brief(value: object) -> str:
    return excerpt(json.dumps(value, ensure_ascii=False))
