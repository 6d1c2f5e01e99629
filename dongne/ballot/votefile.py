"""Signed votes in a file, one JSON object a line, as a polling station or a wallet hands them to the relayer.

{"poll": 3, "voter": 1204, "choices": [0, 5], "signature": "0x…128 hexadecimal digits"}
"""

import json
from collections.abc import Iterable
from pathlib import Path

from dongne.ballot.choices import mask_of, options_of
from dongne.ballot.messages import SignedVote
from dongne.errors import InputError
from dongne.explanations.sentence import Sentence
from dongne.problems import Problems, text_of

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
        raise InputError(Sentence(f"not JSON: {error}", f"JSON 형식이 아닙니다: {error}")) from error
    if not isinstance(fields, dict) or set(fields) != _KEYS:
        raise InputError(
            Sentence(
                f"expected exactly {', '.join(sorted(_KEYS))}", f"다음 항목만 모두 쓰세요: {', '.join(sorted(_KEYS))}"
            )
        )
    if fields["poll"] != poll:
        raise InputError(
            Sentence(
                f"a vote for poll {fields['poll']}, not for poll {poll}",
                f"투표 {poll}번이 아니라 투표 {fields['poll']}번의 표입니다",
            )
        )
    return SignedVote(_whole(fields["voter"], "voter"), _mask(fields["choices"]), _bytes(fields["signature"]))


def _mask(choices: object) -> int:
    if not isinstance(choices, list):
        raise InputError(
            Sentence(
                f"choices {choices!r} are no list of option numbers",
                f"choices 값 {choices!r}은(는) 선택지 번호의 목록이 아닙니다",
            )
        )
    return mask_of([_whole(choice, "choice") for choice in choices])


def _whole(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputError(Sentence(f"{name} {value!r} is no whole number", f"{name} 값 {value!r}은(는) 정수가 아닙니다"))
    return value


def _bytes(text: object) -> bytes:
    try:
        if isinstance(text, str) and text.startswith("0x"):
            return bytes.fromhex(text[2:])
    except ValueError:
        pass
    raise InputError(
        Sentence("the signature is not 0x and hexadecimal digits", "signature 값이 0x와 16진수가 아닙니다")
    )
