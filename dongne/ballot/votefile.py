"""Signed votes in a file, one JSON object a line, as a polling station or a wallet hands them to the relayer.

{"poll": 3, "voter": 1204, "choices": [0, 5], "signature": "0x…128 hexadecimal digits"}
"""

import json
from collections.abc import Iterable
from pathlib import Path

from dongne.ballot.choices import mask_of, options_of
from dongne.ballot.messages import SignedVote
from dongne.ballot.problems import Problems, text_of
from dongne.errors import InputError

_KEYS = {"poll", "voter", "choices", "signature"}


def read_votes(file: Path, poll: int) -> list[SignedVote]:
    """The votes of a file, all for one poll.

    Raises:
        RejectedFile: with every line that is no vote for that poll; nothing of the file is used then.
        InputError: the file cannot be read.
    """
    problems = Problems(file)
    votes = []
    for line, text in enumerate(text_of(file).splitlines(), 1):
        try:
            if text.strip():
                votes.append(_vote(text, poll))
        except InputError as error:
            problems.add(line, error.reason)
    problems.raise_if_any()
    return votes


def write_votes(file: Path, poll: int, votes: Iterable[SignedVote]) -> None:
    """Write votes so that `read_votes` reads them."""
    file.write_text("".join(_line(poll, vote) + "\n" for vote in votes), encoding="utf-8")


def _line(poll: int, vote: SignedVote) -> str:
    fields = {
        "poll": poll,
        "voter": vote.index,
        "choices": options_of(vote.choices),
        "signature": "0x" + vote.signature.hex(),
    }
    return json.dumps(fields)


def _vote(text: str, poll: int) -> SignedVote:
    try:
        fields = json.loads(text)
    except ValueError as error:
        raise InputError(f"not JSON: {error}") from error
    if not isinstance(fields, dict) or set(fields) != _KEYS:
        raise InputError(f"expected exactly {', '.join(sorted(_KEYS))}")
    if fields["poll"] != poll:
        raise InputError(f"a vote for poll {fields['poll']}, not for poll {poll}")
    return SignedVote(_whole(fields["voter"], "voter"), _mask(fields["choices"]), _bytes(fields["signature"]))


def _mask(choices: object) -> int:
    if not isinstance(choices, list):
        raise InputError(f"choices {choices!r} are no list of option numbers")
    return mask_of([_whole(choice, "choice") for choice in choices])


def _whole(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputError(f"{name} {value!r} is no whole number")
    return value


def _bytes(text: object) -> bytes:
    try:
        if isinstance(text, str) and text.startswith("0x"):
            return bytes.fromhex(text[2:])
    except ValueError:
        pass
    raise InputError("the signature is not 0x and hexadecimal digits")
