"""Reads the file from which a secret poll is opened: that of an open poll, with two settings more.

registration_end = 2026-12-01T09:00:00+09:00   # until when voters register; then the group is published
least_members = 50                             # fewer registered voters, and the poll does not take place
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from eth_typing import ChecksumAddress

from dongne.ballot.errors import NotAMoment, NotAnInteger, NumberBeyond, SettingMissing
from dongne.ballot.messages import MOST_VOTERS
from dongne.ballot.pollfile import poll_of
from dongne.ballot.rolls import VoterList
from dongne.ballot.secret.errors import NoPointsInSecretPolls
from dongne.ballot.secret.polls import SecretPollSpec
from dongne.errors import InputError
from dongne.problems import Problems
from dongne.texts import excerpt, read_toml

LEAST_MEMBERS = 2


def read_secret_poll(file: Path, roll_of: Callable[[int], VoterList], verifier: ChecksumAddress) -> SecretPollSpec:
    """A secret poll as its file decides it.

    Args:
        roll_of: gives the roll of a number; districts become its index ranges.
        verifier: contract that judges the proofs.

    Raises:
        RejectedFile: with every setting that is missing, misspelt or misstated.
        UnreadableFile: it cannot be read, or is not TOML.
    """
    raw, problems = read_toml(file), Problems(file)
    end = _take(raw, "registration_end", _seconds, problems)
    members = _take(raw, "least_members", _members, problems)
    for name in sorted({"points", "total"} & set(raw)):
        problems.add(NoPointsInSecretPolls(name))
        raw.pop(name)
    return SecretPollSpec(poll_of(raw, file, roll_of, problems), end, members, verifier)


def _take(raw: dict[str, Any], name: str, parse: Callable[[str, object], int], problems: Problems) -> int:
    """A setting, taken out of the others; 0 where it is noted as a problem."""
    try:
        if name not in raw:
            raise SettingMissing(name)
        return parse(name, raw.pop(name))
    except InputError as error:
        problems.add(error)
        return 0


def _seconds(name: str, value: object) -> int:
    if not isinstance(value, datetime) or value.tzinfo is None or value.timestamp() < 0:
        raise NotAMoment(name, excerpt(str(value)))
    return int(value.timestamp())


def _members(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise NotAnInteger(name, excerpt(str(value)))
    if not LEAST_MEMBERS <= value <= MOST_VOTERS:
        raise NumberBeyond(name, value, LEAST_MEMBERS, MOST_VOTERS)
    return value
