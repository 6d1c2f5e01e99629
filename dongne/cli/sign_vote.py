"""The command that signs a vote which others relay; nothing is sent."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address

from dongne.ballot import (
    BallotPaper,
    Booth,
    ElectoralRoll,
    PollSpec,
    SignedAccountVote,
    SignedVote,
    VoterList,
    append_vote,
    mask_of,
    signature_of,
    vote_line,
)
from dongne.ballot.errors import (
    ChoicesBreakTheRule,
    MissingVoter,
    MissingVoteSigner,
    NotAScore,
    NotAsked,
    NotTheVotersSignature,
    OptionNamedTwice,
)
from dongne.ballot.scores import MOST_POINTS, ScorePollSpec, choices_of
from dongne.cli.boxes import AnyPoll, box_of, has_scores
from dongne.cli.options import Keystore, PasswordFile
from dongne.cli.session import Session
from dongne.cli.tallies import chosen
from dongne.language import _
from dongne.numbers import whole_number
from dongne.signing import Domain, compact_of

EPILOG = _("Example: dongne sign vote 1 0,5 --append votes.jsonl --keystore voter.json")


def vote(
    session: Session,
    poll: AnyPoll,
    options: Annotated[
        str,
        typer.Argument(
            metavar="OPTIONS",
            help=_("Numbers of the chosen options, e.g. 0,5; of a score poll with points, e.g. 0:7,5:3"),
        ),
    ],
    voter: Annotated[
        str | None, typer.Option(help=_("Address or index on the roll; else the keystore's address"))
    ] = None,
    account: Annotated[
        bool, typer.Option("--account", help=_("Sign for a smart account (ERC-1271), named by --voter"))
    ] = False,
    typed_data: Annotated[
        bool, typer.Option("--typed-data", help=_("Print the JSON that a wallet signs with eth_signTypedData_v4"))
    ] = False,
    signature: Annotated[str | None, typer.Option(help=_("A wallet's signature over just this vote"))] = None,
    append: Annotated[Path | None, typer.Option(help=_("Vote file to which the line is added"))] = None,
    keystore: Keystore = None,
    password_file: PasswordFile = None,
) -> None:
    """Sign a vote that anyone may relay, and print it as a line for `dongne ballot cast`.

    Where a wallet signs, --typed-data prints what it signs; --voter and --signature then make the line.
    """
    box, rolls = box_of(session, poll), session.client(ElectoralRoll)
    opening = box.opening(poll)
    spec = opening.decided()
    filled = FilledPaper(opening.paper(), _choices(options, poll, spec), box.domain(), spec.roll, rolls)
    if typed_data:
        data = filled.typed_data(voter, account)
        typer.echo(json.dumps(data, indent=2, ensure_ascii=False, default=as_hexadecimal))
        return
    session.note(_("“{question}” – {choices}"), question=spec.question, choices=chosen(filled.choices, spec))
    key = None if signature else key_of(session, keystore, password_file)
    signed = filled.of_account(voter, key, signature) if account else filled.of_key(voter, key, signature)
    if not spec.admits(signed.index, rolls.read(spec.roll)):
        raise NotAsked(poll, signed.index)
    line = vote_line(poll, signed, scores=has_scores(poll))
    if append is not None:
        append_vote(append, line)
    typer.echo(line)


@dataclass(frozen=True, slots=True)
class FilledPaper:
    """A ballot paper that is filled in but not signed."""

    paper: BallotPaper
    choices: int
    domain: Domain
    roll: int
    rolls: ElectoralRoll

    def typed_data(self, voter: str | None, account: bool) -> dict[str, object]:
        """What a wallet signs."""
        if not account:
            return self.paper.vote(self.choices).typed_data(self.domain)
        _index, address = self._voter(voter)
        return self.paper.account_vote(self.choices, address).typed_data(self.domain)

    def of_key(self, voter: str | None, key: LocalAccount | None, signature: str | None) -> SignedVote:
        """The vote of a key, signed by it or by a wallet that has it."""
        index, address = self._voter(voter or (key.address if key else None))
        booth = Booth(self.domain, self.paper)
        raw = booth.sign(index, self.choices, key).signature if key else signature_of(signature or "")
        compact = compact_of(raw, booth.digest(self.choices), address)
        if compact is None:
            raise NotTheVotersSignature(index, address)
        return SignedVote(index, self.choices, compact)

    def of_account(self, voter: str | None, key: LocalAccount | None, signature: str | None) -> SignedAccountVote:
        """The vote of a smart account, which alone judges the signature."""
        index, address = self._voter(voter)
        message = self.paper.account_vote(self.choices, address)
        raw = message.sign(key, self.domain) if key else signature_of(signature or "")
        return SignedAccountVote(index, self.choices, raw)

    def _voter(self, voter: str | None) -> tuple[int, ChecksumAddress]:
        """Index and address of the voter."""
        roll = self.rolls.read(self.roll)
        index = _index_on(roll, self.roll, voter)
        return index, to_checksum_address(roll.voters[index])


def _index_on(roll: VoterList, number: int, voter: str | None) -> int:
    if voter is None:
        raise MissingVoter()
    return roll.find(number, voter)


def _choices(text: str, poll: int, spec: PollSpec) -> int:
    """The choices that "0,5" means, or "0:7,5:3" in a score poll."""
    options = len(spec.labels)
    if isinstance(spec, ScorePollSpec):
        choices = _points(text, options)
    else:
        choices = mask_of(whole_number(option, 0, options - 1) for option in text.split(","))
    if not spec.rule.allows(choices):
        raise ChoicesBreakTheRule(poll, spec.rule.in_words(), options)
    return choices


def _points(text: str, options: int) -> int:
    points: dict[int, int] = {}
    for part in text.split(","):
        option, _separator, given = part.partition(":")
        if not option.strip() or not given.strip() or ":" in given:
            raise NotAScore(part)
        number = whole_number(option, 0, options - 1)
        if number in points:
            raise OptionNamedTwice(number)
        points[number] = whole_number(given, 0, MOST_POINTS)
    return choices_of(points)


def as_hexadecimal(value: object) -> str:
    """Bytes as typed data in JSON has them."""
    assert isinstance(value, bytes), value
    return "0x" + value.hex()


def key_of(session: Session, keystore: Path | None, password_file: Path | None) -> LocalAccount:
    """The voter's key.

    Raises:
        MissingVoteSigner: none is named.
    """
    keystore = keystore or session.settings.keystore
    if keystore is None:
        raise MissingVoteSigner()
    return session.unlock(keystore, password_file)
