"""Signed votes in a file, one JSON object a line, as a polling station or a wallet hands them to the relayer.

{"poll": 3, "voter": 1204, "choices": [0, 5], "signature": "0x…128 or 130 hexadecimal digits"}

A smart account's vote has `"type": "AccountVote"` as well.
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
    VoteFileNotWritable,
    VoteOfAnotherPoll,
    WrongVoteKeys,
)
from dongne.ballot.messages import AccountVote, SignedAccountVote, SignedVote, Vote
from dongne.errors import InputError, Problem
from dongne.problems import Problems
from dongne.signing import compact
from dongne.texts import excerpt, lines_of, read_text, trimmed

KEYS = {"poll", "voter", "choices", "signature"}

_HEXADECIMAL = re.compile(r"0x(?:[0-9a-fA-F]{2})*")

AnyVote = SignedVote | SignedAccountVote


@dataclass(frozen=True, slots=True)
class VoteLine:
    """A vote with its line in the file, from 1."""

    line: int
    vote: AnyVote


def read_votes(file: Path, poll: int) -> tuple[list[VoteLine], tuple[Problem, ...]]:
    """The votes of a file for one poll, and what is wrong with the lines that hold none.

    Wallets' 65-byte signatures become compact. A bad line costs no other its vote.

    Raises:
        UnreadableFile: it cannot be read.
    """
    problems = Problems(file)
    votes = list[VoteLine]()
    for line, text in enumerate(lines_of(read_text(file)), 1):
        try:
            if trimmed(text):
                votes.append(VoteLine(line, vote_of_line(trimmed(text), poll)))
        except InputError as error:
            problems.add(error, line)
    return votes, problems.found


def write_votes(file: Path, poll: int, votes: Iterable[AnyVote]) -> None:
    """Write votes so that `read_votes` reads them."""
    file.write_text("".join(vote_line(poll, vote) + "\n" for vote in votes), encoding="utf-8")


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


def vote_line(poll: int, vote: AnyVote) -> str:
    """A vote as a line of such a file."""
    fields: dict[str, object] = {"type": AccountVote.TYPE} if isinstance(vote, SignedAccountVote) else {}
    fields |= {"poll": poll, "voter": vote.index, "choices": options_of(vote.choices)}
    return json.dumps({**fields, "signature": "0x" + vote.signature.hex()})


def vote_of_line(text: str, poll: int) -> AnyVote:
    """The vote that a line holds, for one poll.

    Raises:
        InputError: it holds none.
    """
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotJson(excerpt(str(error))) from error
    if not isinstance(fields, dict) or set(fields) - {"type"} != KEYS:
        raise WrongVoteKeys(", ".join(sorted(KEYS)))
    if _whole(fields["poll"], "poll") != poll:
        raise VoteOfAnotherPoll(_brief(fields["poll"]), poll)
    index, choices, signature = (
        _whole(fields["voter"], "voter"),
        _mask(fields["choices"]),
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


def _whole(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise NotAnInteger(name, _brief(value))
    return value


def _brief(value: object) -> str:
    return excerpt(json.dumps(value, ensure_ascii=False))
