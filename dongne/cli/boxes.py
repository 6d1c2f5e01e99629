"""Which ballot box a command means: score polls have an s before their number."""

import re
from typing import Annotated, Any

import typer

from dongne.ballot import BallotBox
from dongne.ballot.poll_box import PollBox
from dongne.ballot.scores import ScoreBallotBox
from dongne.cli.session import Session
from dongne.language import _

_NAME = re.compile("[sS]([0-9]+)", re.ASCII)


class ScorePollNumber(int):
    """Number of a poll in the box of scores; people read and write it as s1."""

    def __str__(self) -> str:
        return f"s{int(self)}"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


def poll_named(text: str) -> int:
    """The poll that somebody names: 3 of the ballot box, s3 of the box of scores."""
    if named := _NAME.fullmatch(text):
        return ScorePollNumber(named[1])
    try:
        return int(text)
    except ValueError as error:
        raise typer.BadParameter(f"'{text}' is not a valid integer.") from error


AnyPoll = Annotated[
    int,
    typer.Argument(
        metavar="POLL", parser=poll_named, help=_("Number of the poll; of a score poll with an s before it, as s1")
    ),
]


def has_scores(poll: int) -> bool:
    """Whether it is a score poll."""
    return isinstance(poll, ScorePollNumber)


def box_of(session: Session, poll: int) -> PollBox[Any]:
    """The box of a poll."""
    return session.client(ScoreBallotBox if has_scores(poll) else BallotBox)
