"""The command by which an attester signs shifts, which others hand in; nothing is sent."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress

from dongne.cli.money import Columns
from dongne.cli.options import Keystore, PasswordFile
from dongne.cli.session import Session
from dongne.currency.files import account_of
from dongne.currency.paymentfile import append_payment
from dongne.currency.volunteering import (
    Attestation,
    ShiftList,
    ShiftPlan,
    VolunteerRewards,
    document_in,
    read_attestations,
    read_shifts,
)
from dongne.currency.volunteering.errors import (
    MissingAttester,
    NotTheAttestersSignature,
    PartNotNamed,
    SignerAttestsNothing,
)
from dongne.documents import hash_of_file
from dongne.language import _
from dongne.numbers import whole_number
from dongne.signing import compact_of, signature_of
from dongne.tables import read_mapping

EPILOG = _(
    "Example: dongne sign shifts 3 november.csv --document sheet.pdf --append november.jsonl "
    "--keystore coordinator.json"
)
_MOST_ACTIVITIES = 2**256 - 1


def shifts(
    session: Session,
    activity: Annotated[str, typer.Argument(metavar="ACTIVITY", help=_("Number of the activity"))],
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("CSV with the columns address, begins, hours"))],
    document: Annotated[
        Path | None,
        typer.Option(help=_("The sign-in sheet; only its salted hash is recorded. Else that of --append's file")),
    ] = None,
    part: Annotated[
        str | None, typer.Option(help=_("Number of the part that a wallet signs, from 1; else there is only one"))
    ] = None,
    attester: Annotated[str | None, typer.Option(help=_("Address of the attester, where a wallet signs"))] = None,
    typed_data: Annotated[
        bool, typer.Option("--typed-data", help=_("Print the JSON that a wallet signs with eth_signTypedData_v4"))
    ] = False,
    signature: Annotated[str | None, typer.Option(help=_("A wallet's signature over just this part"))] = None,
    append: Annotated[Path | None, typer.Option(help=_("File to which the lines are added"))] = None,
    columns: Columns = None,
    keystore: Keystore = None,
    password_file: PasswordFile = None,
) -> None:
    """Attest shifts for the institution or for the city, as lines for `dongne currency reward settle`.

    A list is signed in parts of 100 shifts. Where a wallet signs, name its address with --attester: --typed-data prints
    what it signs of a part, and --signature takes its signature.
    """
    rewards = session.client(VolunteerRewards)
    number, mapping = whole_number(activity, 1, _MOST_ACTIVITIES), read_mapping(columns) if columns else None
    _table, found = read_shifts(file, ZoneInfo(session.book.time_zone), mapping)
    plan = ShiftPlan.of(number, found)
    _say_what_is_attested(session, plan)
    messages = plan.messages(_document(document, append))
    if attester is None:
        lines = _lines_of_key(rewards, messages, _key(session, keystore, password_file))
    elif typed_data:
        data = _part(messages, part, file).typed_data(rewards.domain())
        lines = [json.dumps(data, indent=2, ensure_ascii=False, default=_as_hexadecimal)]
    else:
        lines = [_line_of_wallet(rewards, _part(messages, part, file), account_of(attester), signature)]
    for line in lines:
        if append is not None and not typed_data:
            append_payment(append, line)
        typer.echo(line)


def _say_what_is_attested(session: Session, plan: ShiftPlan) -> None:
    session.note(
        _("Activity {activity}: {count:,} shifts of {people:,} people, {hours:,} hours, from {start} to {end}"),
        activity=plan.activity,
        count=len(plan.shifts),
        people=len({each.volunteer for each in plan.shifts}),
        hours=sum(each.hours for each in plan.shifts),
        start=session.time(min(each.begins for each in plan.shifts)),
        end=session.time(max(each.ends for each in plan.shifts)),
    )


def _document(document: Path | None, append: Path | None) -> bytes:
    """Hash of the sign-in sheet: of the file, or as the other attester has signed it."""
    if document is not None:
        return hash_of_file(document)
    if append is None or not append.exists():
        return bytes(32)
    return document_in(append, read_attestations(append))


def _refuse_stranger(rewards: VolunteerRewards, activity: int, who: ChecksumAddress) -> None:
    institution = rewards.activity(activity).institution
    if not rewards.is_attester(institution, who) and not rewards.is_city_attester(who):
        raise SignerAttestsNothing(who, institution)


def _part(messages: Sequence[ShiftList], text: str | None, file: Path) -> ShiftList:
    if text is None and len(messages) > 1:
        raise PartNotNamed(file, len(messages))
    return messages[whole_number(text or "1", 1, len(messages)) - 1]


def _lines_of_key(rewards: VolunteerRewards, messages: Sequence[ShiftList], key: LocalAccount) -> list[str]:
    _refuse_stranger(rewards, messages[0].activity, key.address)
    return [_line(rewards, each, key.address, each.sign(key, rewards.domain())) for each in messages]


def _line_of_wallet(rewards: VolunteerRewards, message: ShiftList, who: ChecksumAddress, signature: str | None) -> str:
    if signature is None:
        raise MissingAttester()
    _refuse_stranger(rewards, message.activity, who)
    raw = signature_of(signature)
    if not rewards.chain.code(who):  # a smart account's form is its own affair
        raw = _compact(rewards, message, who, raw)
    return _line(rewards, message, who, raw)


def _compact(rewards: VolunteerRewards, message: ShiftList, who: ChecksumAddress, signature: bytes) -> bytes:
    compact = compact_of(signature, message.digest(rewards.domain()), who)
    if compact is None:
        raise NotTheAttestersSignature(who)
    return compact


def _line(rewards: VolunteerRewards, message: ShiftList, who: ChecksumAddress, signature: bytes) -> str:
    return Attestation(message.digest(rewards.domain()), message.document, who, signature).line()


def _key(session: Session, keystore: Path | None, password_file: Path | None) -> LocalAccount:
    keystore = keystore or session.settings.keystore
    if keystore is None:
        raise MissingAttester()
    return session.unlock(keystore, password_file)


def _as_hexadecimal(value: Any) -> str:
    return "0x" + bytes(value).hex()
