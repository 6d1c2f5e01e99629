"""Commands of the vehicle registry."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from eth_account.signers.local import LocalAccount
from rich.table import Table

from dongne.addresses import address_of
from dongne.cli.shared import Keystore, PasswordFile, Row, Session, facts, load_key, session_of
from dongne.errors import DongneError, InputError, SettingError
from dongne.explanations.sentence import Sentence
from dongne.vehicle import (
    Entry,
    Gauge,
    History,
    KeptReading,
    Kind,
    Record,
    RecordItem,
    Sale,
    VehicleId,
    VehicleRegistry,
    document_hash,
    label,
    read_sales,
    vehicle_id,
)

app = typer.Typer(no_args_is_help=True, help="Vehicle registry / 차량 이력")

IMPORT_BATCH = 100
"""Records of one transaction of an import."""

Which = Annotated[str, typer.Argument(help="VIN with --key-file, or the vehicle's id / 차대번호 또는 차량 ID")]
KeyFile = Annotated[Path | None, typer.Option("--key-file", help="City's key, 64 or more hex digits / 시의 키 파일")]


@app.command()
def show(context: typer.Context, which: Which, key_file: KeyFile = None) -> None:
    """Odometer, verdict and owner of a vehicle / 차량 조회."""
    session = session_of(context)
    registry, vehicle = session.client(VehicleRegistry), _vehicle(which, key_file)
    state = registry.state(vehicle)
    if not state.records:
        raise _not_registered(vehicle)
    owner, language = registry.owner_of(vehicle), session.settings.language
    data = {
        "vehicle": "0x" + vehicle.hex(),
        "owner": owner,
        "records": state.records,
        "last": _kept_json(state.last),
        "verdict": state.verdict.name,
        "reason": state.reason.name,
        "ever_illogical": state.ever_illogical,
        "ever_implausible": state.ever_implausible,
        "gauge_ever_changed": state.gauge_ever_changed,
        "corrected": state.corrected,
        "head": "0x" + state.head.hex(),
    }
    rows = [
        Row("owner", "소유자", owner),
        Row("records", "기록 수", state.records),
        Row("last reading", "최근 주행거리", _kept_text(session, state.last)),
        Row("verdict", "판정", f"{label(state.verdict, language)} ({label(state.reason, language)})"),
        Row("ever illogical", "비정상 이력", _yes(session, state.ever_illogical)),
        Row("ever implausible", "과다 주행 이력", _yes(session, state.ever_implausible)),
        Row("gauge ever changed", "계기판 변경 이력", _yes(session, state.gauge_ever_changed)),
        Row("ever corrected", "정정 이력", _yes(session, state.corrected)),
        Row("head", "이력 해시", "0x" + state.head.hex()),
    ]
    session.show(data, lambda: facts(session, "0x" + vehicle.hex(), rows))


@app.command()
def history(context: typer.Context, which: Which, key_file: KeyFile = None) -> None:
    """All records of a vehicle, checked against its head / 전체 이력."""
    session = session_of(context)
    registry = session.client(VehicleRegistry)
    found = _read(session, registry, _vehicle(which, key_file))
    recorders = {number: registry.recorder_of(number) for number in {each.recorder for each in found.records}}
    verdict = found.verdict(registry.plausible_km_per_day())
    data = {
        "vehicle": "0x" + found.vehicle.hex(),
        "head": "0x" + found.head.hex(),
        "verdict": verdict.name,
        "records": [_record_json(found, record, recorders[record.recorder]) for record in found.records],
    }
    session.show(data, lambda: _history_table(session, found, recorders, label(verdict, session.settings.language)))


@app.command()
def verify(context: typer.Context, which: Which, key_file: KeyFile = None) -> None:
    """Derive the head again from the logs: is every record there, unaltered? / 이력 검증."""
    session = session_of(context)
    found = _read(session, session.client(VehicleRegistry), _vehicle(which, key_file))
    data = {
        "vehicle": "0x" + found.vehicle.hex(),
        "records": len(found.records),
        "head": "0x" + found.head.hex(),
        "verified": True,
    }
    en = f"OK: the {len(found.records)} records are all there are, unaltered. Head 0x{found.head.hex()}"
    ko = f"확인: 기록 {len(found.records)}건이 전부이며 변조되지 않았습니다. 이력 해시 0x{found.head.hex()}"
    session.show(data, lambda: session.text(en, ko))


@app.command()
def accreditation(context: typer.Context, who: Annotated[str, typer.Argument(help="Address / 주소")]) -> None:
    """What a recorder may write, and whether it was revoked / 기록자 인증 조회."""
    session = session_of(context)
    recorder, language = address_of(who), session.settings.language
    state = session.client(VehicleRegistry).accreditation(recorder)
    kinds = sorted(state.kinds)
    data = {
        "recorder": recorder,
        "number": state.number,
        "kinds": [kind.name for kind in kinds],
        "valid_from": state.valid_from,
        "valid_until": state.valid_until,
        "revoked_from": state.revoked_from,
    }
    never = session.text("never", "없음")
    rows = [
        Row("recorder number", "기록자 번호", state.number or never),
        Row("kinds", "기록 가능 종류", ", ".join(label(kind, language) for kind in kinds) or never),
        Row("valid from", "시작", _moment(state.valid_from) if state.valid_until else never),
        Row("valid until", "끝", _moment(state.valid_until) if state.valid_until else never),
        Row("revoked from", "취소 시점", _moment(state.revoked_from) if state.revoked_from else never),
    ]
    session.show(data, lambda: facts(session, recorder, rows))


@app.command()
def record(
    context: typer.Context,
    which: Which,
    kind: Annotated[str, typer.Argument(help="e.g. odometer, periodic-inspection, flood / 종류")],
    keystore: Keystore,
    km: Annotated[int | None, typer.Option(min=0, help="Odometer; none: not read / 주행거리")] = None,
    gauge: Annotated[str, typer.Option(help="read, replaced, unit-changed or imported / 계기 상태")] = "read",
    date: Annotated[str | None, typer.Option(help="ISO 8601; none: now / 일시")] = None,
    document: Annotated[Path | None, typer.Option(help="Only its salted hash is recorded / 문서")] = None,
    password_file: PasswordFile = None,
    key_file: KeyFile = None,
) -> None:
    """Append a record as an accredited recorder / 기록 추가."""
    session = session_of(context)
    registry = session.client(VehicleRegistry)
    occurred_at = _parse_date(date) if date else session.chain.timestamp()
    state = Gauge.NOT_READ if km is None else _named(Gauge, gauge)
    entry = Entry(_named(Kind, kind), occurred_at, km or 0, state)
    hashed = document_hash(_bytes_of(document), _city_key(key_file)) if document else bytes(32)
    item = RecordItem(_vehicle(which, key_file), entry, hashed)
    receipt = registry.record(load_key(keystore, password_file), item)
    after = registry.state(item.vehicle)
    data = {
        "transaction": receipt["transactionHash"].to_0x_hex(),
        "record": after.records,
        "verdict": after.verdict.name,
        "reason": after.reason.name,
    }
    language = session.settings.language
    rows = [
        Row("record", "기록 번호", after.records),
        Row("verdict", "판정", f"{label(after.verdict, language)} ({label(after.reason, language)})"),
        Row("transaction", "거래", data["transaction"]),
    ]
    session.show(data, lambda: facts(session, session.text("Recorded", "기록 완료"), rows))


@app.command("import")
def import_sales(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV with vin, odometer (miles), saledate / 판매 CSV")],
    keystore: Keystore,
    key_file: Annotated[Path, typer.Option("--key-file", help="City's key / 시의 키 파일")],
    password_file: PasswordFile = None,
) -> None:
    """Record a file of sales; unusable rows are listed, rows recorded before are skipped / 판매 파일 가져오기."""
    session = session_of(context)
    registry, city_key = session.client(VehicleRegistry), _city_key(key_file)
    sales = read_sales(file, min(session.chain.timestamp(), int(time.time())))
    plan = _plan(registry, session.book.contracts[registry.NAME].block, sales.accepted, city_key)
    language = session.settings.language
    rejected = [*sales.rejected, *(_unknown(sale, file) for sale in plan.unknown)]
    if plan.fresh:
        _record_all(session, registry, load_key(keystore, password_file), plan.fresh)
    data = {
        "recorded": len(plan.fresh),
        "already_recorded": plan.already,
        "rejected": [error.explain(language) for error in rejected],
        "warnings": [warning.text(language) for warning in sales.warnings],
    }
    session.show(data, lambda: _import_table(session, data))
    if rejected:
        raise InputError(
            Sentence(
                f"{len(rejected)} rows were left out; correct them and import the file again",
                f"{len(rejected)}개 행이 제외되었습니다. 고친 뒤 파일을 다시 가져오세요",
            ),
            file,
        )


@dataclass(frozen=True, slots=True)
class _Plan:
    """What an import has to do.

    Attributes:
        fresh: rows to record, in order.
        unknown: rows whose vehicle is not registered.
        already: how many rows an earlier import has recorded; they are not recorded twice.
    """

    fresh: list[RecordItem]
    unknown: list[Sale]
    already: int


def _plan(registry: VehicleRegistry, first_block: int, sales: Sequence[Sale], city_key: bytes) -> _Plan:
    histories = registry.histories(first_block)
    known = {vehicle: {each.document for each in found.evidence} for vehicle, found in histories.items()}
    items = [(sale, sale.item(city_key)) for sale in sales]
    unknown = [sale for sale, item in items if item.vehicle not in known]
    here = [item for _, item in items if item.vehicle in known]
    fresh = [item for item in here if item.document not in known[item.vehicle]]
    return _Plan(fresh, unknown, len(here) - len(fresh))


def _unknown(sale: Sale, file: Path) -> InputError:
    return InputError(
        Sentence(
            f"VIN {sale.vin} is not registered; register the vehicle first",
            f"차대번호 {sale.vin}은(는) 등록되지 않았습니다. 먼저 차량을 등록하세요",
        ),
        file,
        sale.line,
    )


def _not_registered(vehicle: VehicleId) -> InputError:
    return InputError(
        Sentence(
            f"Vehicle 0x{vehicle.hex()} is not registered here. Check the VIN and the city's key.",
            f"차량 0x{vehicle.hex()}은(는) 이곳에 등록되지 않았습니다. 차대번호와 시의 키를 확인하세요.",
        )
    )


def _vehicle(which: str, key_file: Path | None) -> VehicleId:
    """The id that a person gave, or that follows from the VIN that they gave."""
    if which.startswith("0x"):
        digits = which[2:]
        if len(digits) != 64 or not all(digit in "0123456789abcdefABCDEF" for digit in digits):
            raise InputError(
                Sentence(
                    f"{which!r} is no vehicle's id: 0x and 64 hexadecimal digits",
                    f"{which!r}은(는) 차량 ID가 아닙니다. 0x와 16진수 64자리를 지정하세요",
                )
            )
        return VehicleId(bytes.fromhex(digits))
    return vehicle_id(which, _city_key(key_file))


def _city_key(file: Path | None) -> bytes:
    if file is None:
        raise SettingError(
            Sentence(
                "Finding a vehicle by VIN needs the city's key: give --key-file, or the vehicle's id (0x…)",
                "차대번호로 차량을 찾으려면 시의 키가 필요합니다. --key-file이나 차량 ID(0x…)를 지정하세요",
            )
        )
    try:
        return bytes.fromhex(file.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise SettingError(
            Sentence(
                f"The city's key {file} cannot be read as hexadecimal digits: {error}",
                f"시의 키 {file}을(를) 16진수로 읽을 수 없습니다: {error}",
            )
        ) from error


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(Sentence(f"cannot be read: {error}", f"읽을 수 없습니다: {error}"), file) from error


def _named(words: type[Any], text: str) -> Any:
    """The word of an enumeration that a person typed."""
    name = text.strip().upper().replace("-", "_")
    if name not in words.__members__:
        known = ", ".join(word.lower().replace("_", "-") for word in words.__members__)
        raise InputError(
            Sentence(f"{text!r} is not one of {known}", f"{text!r}은(는) 쓸 수 없습니다. 다음 중에서 고르세요: {known}")
        )
    return words[name]


def _parse_date(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            Sentence(
                f"{text!r} is no date; write e.g. 2026-11-22T09:30+09:00",
                f"{text!r}은(는) 날짜가 아닙니다. 다음과 같이 쓰세요: 2026-11-22T09:30+09:00",
            )
        ) from None
    if moment.tzinfo is None:
        raise InputError(
            Sentence(
                f"{text!r} has no time zone; write e.g. 2026-11-22T09:30+09:00",
                f"{text!r}에 시간대가 없습니다. 다음과 같이 쓰세요: 2026-11-22T09:30+09:00",
            )
        )
    return int(moment.timestamp())


def _read(session: Session, registry: VehicleRegistry, vehicle: VehicleId) -> History:
    """The vehicle's history, proven complete."""
    found = registry.history(vehicle, session.book.contracts[registry.NAME].block)
    head = registry.head(vehicle)
    if not found.evidence and not any(head):
        raise _not_registered(vehicle)
    found.verify(head)
    return found


def _record_all(session: Session, registry: VehicleRegistry, key: LocalAccount, items: Sequence[RecordItem]) -> None:
    """Record in batches; where one is refused, say how far it came, for the ones before are on the chain."""
    for start in range(0, len(items), IMPORT_BATCH):
        try:
            registry.record_batch(key, items[start : start + IMPORT_BATCH])
        except DongneError:
            en = f"{start} of {len(items)} rows are recorded, the rest is not; import the file again to go on."
            ko = f"{len(items)}건 중 {start}건만 기록되었습니다. 파일을 다시 가져오면 이어서 기록합니다."
            typer.echo(session.text(en, ko), err=True)
            raise


def _history_table(session: Session, found: History, recorders: Mapping[int, str], verdict: str) -> Table:
    language = session.settings.language
    table = Table(
        "#",
        session.text("date", "일자"),
        session.text("kind", "종류"),
        "km",
        session.text("finding", "판정"),
        session.text("recorder", "기록자"),
        session.text("remarks", "비고"),
        title=session.text(f"Verdict on the whole history: {verdict}", f"전체 이력 판정: {verdict}"),
        title_justify="left",
    )
    for each in found.records:
        km = f"{each.km:,}" if each.is_reading else "–"
        cells = (str(each.number), _moment(each.occurred_at), label(each.kind, language), km)
        remarks = ", ".join(_remarks(session, found, each))
        table.add_row(*cells, label(each.reason, language), recorders[each.recorder], remarks)
    return table


def _remarks(session: Session, found: History, each: Record) -> list[str]:
    remarks = []
    if each.number in found.tainted:
        remarks.append(session.text("TAINTED: recorder revoked", "신뢰 불가: 인증 취소된 기록자"))
    if each.supersedes:
        remarks.append(session.text(f"corrects {each.supersedes}", f"{each.supersedes}번 정정"))
    if by := found.superseded.get(each.number):
        remarks.append(session.text(f"superseded by {by}", f"{by}번으로 정정됨"))
    return remarks


def _record_json(found: History, each: Record, recorder: str) -> dict[str, Any]:
    return {
        "number": each.number,
        "kind": each.kind.name,
        "occurred_at": each.occurred_at,
        "km": each.km if each.is_reading else None,
        "gauge": each.gauge.name,
        "verdict": each.reason.verdict.name,
        "reason": each.reason.name,
        "recorded_at": each.recorded_at,
        "recorder": recorder,
        "supersedes": each.supersedes or None,
        "superseded_by": found.superseded.get(each.number),
        "tainted": each.number in found.tainted,
        "document": "0x" + found.evidence[each.number - 1].document.hex(),
    }


def _import_table(session: Session, data: dict[str, Any]) -> Table:
    rows = [
        Row("recorded", "기록됨", f"{data['recorded']:,}"),
        Row("left out", "제외됨", f"{len(data['rejected']):,}"),
    ]
    rows += [Row("left out", "제외", line) for line in data["rejected"]]
    rows += [Row("warning", "주의", line) for line in data["warnings"]]
    return facts(session, session.text("Import of sales", "판매 기록 가져오기"), rows)


def _kept_json(kept: KeptReading | None) -> dict[str, int] | None:
    return {"record": kept.number, "occurred_at": kept.occurred_at, "km": kept.km} if kept else None


def _kept_text(session: Session, kept: KeptReading | None) -> str:
    return f"{kept.km:,} km ({_moment(kept.occurred_at)})" if kept else session.text("none", "없음")


def _moment(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError):
        return str(seconds)


def _yes(session: Session, fact: bool) -> str:
    return session.text("yes" if fact else "no", "예" if fact else "아니요")
