"""Registrations and secret votes in files, one JSON object a line, as voters hand them to a relayer.

{"poll": 3, "voter": 1204, "commitment": "1307…", "signature": "0x…"}
{"poll": 3, "choices": [0], "nullifier": "5995…", "proof": "0x…512 hexadecimal digits"}
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from dongne.ballot.choices import mask_of, options_of
from dongne.ballot.errors import NotAnInteger, NotHexadecimal, NotJson, NotOptionNumbers, VoterIndexOutOfRange
from dongne.ballot.messages import MOST_VOTERS
from dongne.ballot.secret.errors import NotADecimal, OfAnotherPoll, WrongLineKeys
from dongne.ballot.secret.messages import SecretVote
from dongne.errors import InputError, Problem
from dongne.problems import Problems
from dongne.texts import excerpt, lines_of, read_text, trimmed

REGISTRATION_KEYS = ("poll", "voter", "commitment", "signature")
VOTE_KEYS = ("poll", "choices", "nullifier", "proof")

_DECIMAL = re.compile(r"[0-9]{1,78}")
_HEXADECIMAL = re.compile(r"0x(?:[0-9a-fA-F]{2})*")

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Line(Generic[Item]):
    """An item with its line in the file, from 1."""

    line: int
    item: Item


@dataclass(frozen=True, slots=True)
class FiledRegistration:
    """A registration as a file has it.

    Attributes:
        index: the voter's place in the roll.
        commitment: of the voter's secret identity.
        signature: 64 or 65 bytes of a key; of a smart account as it expects it.
    """

    index: int
    commitment: int
    signature: bytes

    def __post_init__(self) -> None:
        if not 0 <= self.index < MOST_VOTERS:
            raise VoterIndexOutOfRange(self.index, MOST_VOTERS - 1)


def read_registrations(file: Path, poll: int) -> tuple[list[Line[FiledRegistration]], tuple[Problem, ...]]:
    """The registrations of a file for one poll, and what is wrong with the other lines.

    Raises:
        UnreadableFile: it cannot be read.
    """
    return _read(file, REGISTRATION_KEYS, poll, _registration)


def read_secret_votes(file: Path, poll: int) -> tuple[list[Line[SecretVote]], tuple[Problem, ...]]:
    """The votes of a file for one poll, and what is wrong with the other lines.

    Raises:
        UnreadableFile: it cannot be read.
    """
    return _read(file, VOTE_KEYS, poll, _vote)


def registration_line(poll: int, item: FiledRegistration) -> str:
    """A registration as a line of such a file."""
    fields = {"poll": poll, "voter": item.index, "commitment": str(item.commitment)}
    return json.dumps({**fields, "signature": "0x" + item.signature.hex()})


def secret_vote_line(poll: int, vote: SecretVote) -> str:
    """A vote as a line of such a file; it names nobody."""
    fields = {"poll": poll, "choices": options_of(vote.choices), "nullifier": str(vote.nullifier)}
    return json.dumps({**fields, "proof": "0x" + vote.proof.hex()})


def _read(
    file: Path, keys: tuple[str, ...], poll: int, parse: Callable[[Mapping[str, Any]], Item]
) -> tuple[list[Line[Item]], tuple[Problem, ...]]:
    problems, found = Problems(file), list[Line[Item]]()
    for number, text in enumerate(lines_of(read_text(file)), 1):
        if not trimmed(text):
            continue
        try:
            found.append(Line(number, parse(_fields(trimmed(text), keys, poll))))
        except InputError as error:
            problems.add(error, number)
    return found, problems.found


def _fields(text: str, keys: tuple[str, ...], poll: int) -> Mapping[str, Any]:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotJson(excerpt(str(error))) from error
    if not isinstance(fields, dict) or set(fields) != set(keys):
        raise WrongLineKeys(", ".join(keys))
    if _whole(fields["poll"], "poll") != poll:
        raise OfAnotherPoll(_brief(fields["poll"]), poll)
    return fields


def _registration(fields: Mapping[str, Any]) -> FiledRegistration:
    index, commitment = _whole(fields["voter"], "voter"), _decimal(fields["commitment"], "commitment")
    return FiledRegistration(index, commitment, _bytes(fields["signature"]))


def _vote(fields: Mapping[str, Any]) -> SecretVote:
    if not isinstance(fields["choices"], list):
        raise NotOptionNumbers(_brief(fields["choices"]))
    choices = mask_of(_whole(choice, "choice") for choice in fields["choices"])
    return SecretVote(choices, _decimal(fields["nullifier"], "nullifier"), _bytes(fields["proof"]))


def _whole(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise NotAnInteger(name, _brief(value))
    return value


def _decimal(value: object, name: str) -> int:
    """Numbers of the field stand in quotes: most JSON readers would round them."""
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value) or int(value) >= 2**256:
        raise NotADecimal(name, _brief(value))
    return int(value)


def _bytes(value: object) -> bytes:
    if not isinstance(value, str) or not _HEXADECIMAL.fullmatch(value):
        raise NotHexadecimal()
    return bytes.fromhex(value[2:])


def _brief(value: object) -> str:
    return excerpt(json.dumps(value, ensure_ascii=False))
