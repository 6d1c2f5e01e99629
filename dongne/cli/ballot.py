"""Commands of the ballot."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.table import Table
from web3 import Web3

from dongne.addresses import address_of
from dongne.ballot import (
    BallotBox,
    ElectoralRoll,
    PollSpec,
    Recount,
    Rule,
    Skip,
    VoterList,
    in_batches,
    options_of,
    read_poll,
    read_voters,
    read_votes,
    recount,
)
from dongne.cli.shared import Keystore, PasswordFile, Row, Session, facts, load_key, session_of
from dongne.errors import EvidenceMismatch
from dongne.explanations.sentence import Sentence

app = typer.Typer(no_args_is_help=True, help="Ballot / 투표")
roll_app = typer.Typer(no_args_is_help=True, help="Electoral rolls / 선거인 명부")
app.add_typer(roll_app, name="roll")

Poll = Annotated[int, typer.Argument(help="Number of the poll / 투표 번호")]
Roll = Annotated[int, typer.Argument(help="Number of the roll / 명부 번호")]

_BAR = 30
_RULES_KO = {Rule.EXACTLY_ONE: "하나", Rule.UP_TO: "최대", Rule.EXACTLY: "정확히"}
_SKIPS_KO = {
    Skip.BAD_CHOICES: "규칙 위반",
    Skip.NOT_ELIGIBLE: "대상 아님",
    Skip.ALREADY_VOTED: "이미 투표함",
    Skip.BAD_SIGNATURE: "서명 불일치",
}


@app.command("list")
def list_polls(context: typer.Context) -> None:
    """All polls with their turnout / 투표 목록."""
    session = session_of(context)
    box = session.client(BallotBox)
    polls = box.polls(_first_block(session))
    turnouts = {poll: box.turnout(poll) for poll in polls}
    data = [{"poll": poll, **_terms(spec), "ballots": turnouts[poll].ballots} for poll, spec in polls.items()]
    session.show(data, lambda: _polls_table(session, data))


@app.command()
def show(context: typer.Context, poll: Poll) -> None:
    """Turnout, tally and, after the end, the result / 투표율 · 집계 · 결과."""
    session = session_of(context)
    box = session.client(BallotBox)
    spec, turnout, tally = box.spec(poll), box.turnout(poll), box.tally(poll)
    ended = session.chain.timestamp() >= spec.end
    result = box.result(poll) if ended else None
    data = {
        "poll": poll,
        **_terms(spec),
        "ballots": turnout.ballots,
        "eligible": turnout.eligible,
        "tally": tally,
        "result": result
        and {
            "quorum_met": result.quorum_met,
            "leaders": options_of(result.leaders),
            "votes": result.votes,
            "tied": result.tied,
            "passed": result.passed,
        },
    }
    session.show(data, lambda: Group(_poll_facts(session, data), _tally_table(session, tally)))


@app.command("recount")
def recount_poll(
    context: typer.Context,
    poll: Poll,
    district: Annotated[int | None, typer.Option(help="Of one district only / 한 지역만")] = None,
) -> None:
    """Count anew from the chain's logs alone and compare with the contract / 로그만으로 재검표."""
    session = session_of(context)
    found = _recounted(session, poll)
    where = None if district is None else found.roll.district(district)
    tally = found.tally(where)
    data = {
        "poll": poll,
        "district": district,
        "ballots": found.ballots if where is None else found.turnout(where),
        "tally": tally,
        "sound": not found.findings,
        "findings": [finding.text(session.settings.language) for finding in found.findings],
    }
    session.show(data, lambda: Group(_recount_facts(session, data), _tally_table(session, tally)))
    found.raise_if_unsound()


@app.command()
def check(
    context: typer.Context,
    poll: Poll,
    voter: Annotated[str, typer.Argument(help="Address, or index on the roll / 주소 또는 명부 번호")],
) -> None:
    """Whether and how a vote is recorded: the voter's receipt / 내 표 확인."""
    session = session_of(context)
    found = _recounted(session, poll)
    index = int(voter) if voter.isdecimal() else found.roll.index_of(address_of(voter))
    choices = found.choices.get(index)
    data = {
        "poll": poll,
        "voter": index,
        "eligible": found.spec.admits(index),
        "recorded": choices is not None,
        "choices": None if choices is None else options_of(choices),
    }
    session.show(data, lambda: _receipt(session, data))
    if (choices is not None) != session.client(BallotBox).has_voted(poll, index):
        raise EvidenceMismatch(
            Sentence(
                f"Logs and contract disagree on voter {index} of poll {poll}. Report this.",
                f"투표 {poll}번의 {index}번 선거인에 대해 로그와 계약이 다릅니다. 선거 담당자에게 알려 주세요.",
            )
        )


@app.command("open")
def open_poll(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Poll in TOML, docs/formats.md / 투표 정의 파일")],
    keystore: Keystore,
    password_file: PasswordFile = None,
) -> None:
    """Open a poll from its file; it never changes afterwards / 투표 개설."""
    session = session_of(context)
    rolls, box = session.client(ElectoralRoll), session.client(BallotBox)
    spec = read_poll(file, lambda roll: rolls.read(roll, _first_block(session)))
    poll = box.open(load_key(keystore, password_file), spec)
    data = {"poll": poll, **_terms(spec)}
    session.show(data, lambda: _poll_facts(session, data))


@app.command()
def cast(
    context: typer.Context,
    poll: Poll,
    file: Annotated[Path, typer.Argument(help="Signed votes, one JSON object a line / 서명된 표 파일")],
    keystore: Keystore,
    password_file: PasswordFile = None,
) -> None:
    """Relay signed votes in batches; says which were not counted and why / 서명된 표 제출."""
    session = session_of(context)
    box, votes = session.client(BallotBox), read_votes(file, poll)
    relayer = load_key(keystore, password_file)
    outcomes = [outcome for batch in in_batches(votes) for outcome in box.cast_batch(relayer, poll, batch)]
    skipped = [(outcome.vote.index, outcome.skip) for outcome in outcomes if outcome.skip]
    data = {
        "poll": poll,
        "counted": len(outcomes) - len(skipped),
        "skipped": [{"voter": index, "reason": skip.name.lower()} for index, skip in skipped],
    }
    session.show(data, lambda: _cast_facts(session, len(outcomes), Counter(skip for _index, skip in skipped)))


@roll_app.command("list")
def list_rolls(context: typer.Context) -> None:
    """All rolls / 명부 목록."""
    session = session_of(context)
    rolls = session.client(ElectoralRoll)
    data = [_roll_data(rolls, number) for number in rolls.numbers(_first_block(session))]
    session.show(data, lambda: _rolls_table(session, data))


@roll_app.command("show")
def show_roll(context: typer.Context, roll: Roll) -> None:
    """Size, hash and, once frozen, districts of a roll / 명부 조회."""
    session = session_of(context)
    rolls = session.client(ElectoralRoll)
    data = _roll_data(rolls, roll)
    districts = rolls.read(roll, _first_block(session)).districts if data["frozen"] else ()
    data["districts"] = [{"code": each.code, "first": each.first, "count": each.count} for each in districts]
    session.show(data, lambda: Group(_rolls_table(session, [data]), _districts_table(session, data["districts"])))


@roll_app.command("audit")
def audit_roll(context: typer.Context, roll: Roll) -> None:
    """Recompute a roll's hash from its blobs and look for voters listed twice / 명부 검증."""
    session = session_of(context)
    rolls = session.client(ElectoralRoll)
    found = rolls.read(roll, _first_block(session))
    stated, duplicates = rolls.state(roll), found.duplicates()
    sound = stated.commitment == found.commitment() and stated.voters == len(found.voters)
    data = {
        "roll": roll,
        "voters": len(found.voters),
        "commitment": "0x" + found.commitment().hex(),
        "commitment_matches": sound,
        "duplicates": duplicates,
    }
    session.show(data, lambda: _audit_facts(session, data))
    if not sound or duplicates:
        raise EvidenceMismatch(
            Sentence(
                f"Roll {roll} is not sound: {len(duplicates)} voters are listed twice, "
                f"hash {'right' if sound else 'wrong'}. Publish a corrected roll.",
                f"명부 {roll}번에 문제가 있습니다: 중복 선거인 {len(duplicates)}명, "
                f"해시 {'일치' if sound else '불일치'}. 고친 명부를 게시하세요.",
            )
        )


@roll_app.command("register")
def register_roll(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV with the columns address,district / 주소와 지역의 CSV")],
    keystore: Keystore,
    password_file: PasswordFile = None,
) -> None:
    """Publish a roll from a CSV file and freeze it / 명부 등록."""
    session = session_of(context)
    rolls, voters = session.client(ElectoralRoll), read_voters(file)
    roll = rolls.publish(load_key(keystore, password_file), voters)
    data = _roll_data(rolls, roll)
    _check_published(data, voters)
    session.show(data, lambda: _rolls_table(session, [data]))


def _check_published(data: dict[str, Any], voters: VoterList) -> None:
    if data["commitment"] != "0x" + voters.commitment().hex():
        raise EvidenceMismatch(
            Sentence(
                f"Roll {data['roll']} on the chain is not the one of the file. Do not open polls on it.",
                f"체인의 명부 {data['roll']}번은 파일의 명부와 다릅니다. 이 명부로 투표를 열지 마세요.",
            )
        )


def _first_block(session: Session) -> int:
    return session.book.first_block


def _recounted(session: Session, poll: int) -> Recount:
    return recount(session.client(BallotBox), session.client(ElectoralRoll), poll, _first_block(session))


def _terms(spec: PollSpec) -> dict[str, Any]:
    return {
        "roll": spec.roll,
        "rule": spec.rule.name.lower(),
        "options": spec.options,
        "picks": spec.picks,
        "start": _time(spec.start),
        "end": _time(spec.end),
        "quorum_bps": spec.quorum_bps,
        "pass_bps": spec.pass_bps,
        "content_uri": spec.content_uri,
        "content_hash": Web3.to_hex(spec.content_hash),
        "ranges": [list(each) for each in spec.ranges],
    }


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _rule(session: Session, rule: str, picks: int) -> str:
    kind = Rule[rule.upper()]
    return session.text(f"{rule.replace('_', ' ')} ({picks})", f"{_RULES_KO[kind]} {picks}개")


def _poll_facts(session: Session, data: dict[str, Any]) -> Table:
    rows = [
        Row("rule", "규칙", _rule(session, data["rule"], data["picks"])),
        Row("options", "선택지", data["options"]),
        Row("period", "기간", f"{data['start']} – {data['end']}"),
        Row("wording", "문안", f"{data['content_uri']} ({data['content_hash']})"),
    ]
    if "ballots" in data:
        rows.append(Row("turnout", "투표율", _turnout(data["ballots"], data["eligible"])))
    if data.get("result"):
        rows.append(Row("result", "결과", _verdict(session, data["result"])))
    return facts(session, session.text(f"Poll {data['poll']}", f"투표 {data['poll']}번"), rows)


def _turnout(ballots: int, eligible: int) -> str:
    filled = _BAR * ballots // eligible
    return f"{'█' * filled}{'░' * (_BAR - filled)} {ballots:,} / {eligible:,} ({ballots / eligible:.1%})"


def _verdict(session: Session, result: dict[str, Any]) -> str:
    if not result["leaders"]:
        return session.text("no votes", "투표 없음")
    leaders = ", ".join(str(option) for option in result["leaders"])
    if result["tied"]:
        return session.text(f"tie of options {leaders}", f"선택지 {leaders} 동률")
    quorum = session.text("", "") if result["quorum_met"] else session.text(", quorum missed", ", 정족수 미달")
    outcome = session.text("passed", "가결") if result["passed"] else session.text("not passed", "부결")
    return session.text(f"option {leaders}: {outcome}{quorum}", f"선택지 {leaders}: {outcome}{quorum}")


def _tally_table(session: Session, tally: list[int]) -> Table:
    table = Table(session.text("option", "선택지"), session.text("votes", "득표"), "")
    most = max([*tally, 1])
    for option, votes in enumerate(tally):
        table.add_row(str(option), f"{votes:,}", "█" * (_BAR * votes // most))
    return table


def _polls_table(session: Session, polls: list[dict[str, Any]]) -> Table:
    table = Table(
        *_words(session, ("poll", "투표"), ("roll", "명부"), ("rule", "규칙"), ("end", "종료"), ("votes", "표"))
    )
    for data in polls:
        rule = _rule(session, data["rule"], data["picks"])
        table.add_row(str(data["poll"]), str(data["roll"]), rule, data["end"], f"{data['ballots']:,}")
    return table


def _recount_facts(session: Session, data: dict[str, Any]) -> Table:
    sound = session.text("logs and contract agree", "로그와 계약이 일치합니다")
    rows = [
        Row("ballots", "투표자", f"{data['ballots']:,}"),
        Row("verdict", "판정", sound if data["sound"] else "; ".join(data["findings"])),
    ]
    if data["district"] is not None:
        rows.insert(0, Row("district", "지역", data["district"]))
    title = session.text(f"Poll {data['poll']}, from logs alone", f"투표 {data['poll']}번, 로그만으로 재검표")
    return facts(session, title, rows)


def _receipt(session: Session, data: dict[str, Any]) -> Table:
    chosen = ", ".join(str(option) for option in data["choices"] or [])
    recorded = session.text(f"options {chosen}", f"선택지 {chosen}")
    rows = [
        Row("eligible", "투표 대상", _yes_no(session, data["eligible"])),
        Row("recorded", "기록", recorded if data["recorded"] else session.text("no vote", "투표하지 않음")),
    ]
    title = session.text(
        f"Voter {data['voter']} in poll {data['poll']}", f"투표 {data['poll']}번 {data['voter']}번 선거인"
    )
    return facts(session, title, rows)


def _cast_facts(session: Session, votes: int, skips: Counter[Skip]) -> Table:
    rows = [Row("counted", "집계됨", f"{votes - skips.total():,}")]
    rows += [Row(skip.name.lower().replace("_", " "), _SKIPS_KO[skip], f"{count:,}") for skip, count in skips.items()]
    return facts(session, session.text(f"{votes:,} votes relayed", f"{votes:,}표 제출"), rows)


def _roll_data(rolls: ElectoralRoll, roll: int) -> dict[str, Any]:
    state = rolls.state(roll)
    return {
        "roll": roll,
        "voters": state.voters,
        "frozen": state.frozen,
        "commitment": "0x" + state.commitment.hex(),
    }


def _rolls_table(session: Session, rolls: list[dict[str, Any]]) -> Table:
    table = Table(*_words(session, ("roll", "명부"), ("voters", "선거인"), ("frozen", "확정"), ("hash", "해시")))
    for data in rolls:
        frozen = _yes_no(session, data["frozen"])
        table.add_row(str(data["roll"]), f"{data['voters']:,}", frozen, data["commitment"])
    return table


def _districts_table(session: Session, districts: list[dict[str, int]]) -> Table:
    table = Table(*_words(session, ("district", "지역"), ("first index", "시작 번호"), ("voters", "선거인")))
    for each in districts:
        table.add_row(str(each["code"]), f"{each['first']:,}", f"{each['count']:,}")
    return table


def _audit_facts(session: Session, data: dict[str, Any]) -> Table:
    twice = "; ".join(f"{voter}: {', '.join(map(str, places))}" for voter, places in data["duplicates"].items())
    rows = [
        Row("voters", "선거인", f"{data['voters']:,}"),
        Row("hash matches", "해시 일치", _yes_no(session, data["commitment_matches"])),
        Row("listed twice", "중복", twice or session.text("nobody", "없음")),
    ]
    return facts(session, session.text(f"Roll {data['roll']}", f"명부 {data['roll']}번"), rows)


def _yes_no(session: Session, value: bool) -> str:
    return session.text("yes", "예") if value else session.text("no", "아니요")


def _words(session: Session, *pairs: tuple[str, str]) -> list[str]:
    return [session.text(en, ko) for en, ko in pairs]
