"""The client, the command line and the demo's chapter against a deployed registry on a real Anvil chain."""

import json

import pytest
from eth_account import Account
from rich.console import Console
from typer.testing import CliRunner

from dongne import book as books
from dongne.cli import app
from dongne.errors import ContractRefused, DongneError, EvidenceMismatch, InputError, SettingError
from dongne.suite import Role
from dongne.vehicle import (
    Entry,
    Gauge,
    Kind,
    Reason,
    RecordItem,
    RegistrationItem,
    VehicleRegistry,
    Verdict,
    vehicle_id,
)
from scripts.demo import vehicle as chapter
from scripts.demo.sample_sales import write_sales
from scripts.localchain.suite import local_suite, person
from tests.undoing import undone

KEY = bytes(range(32))
VIN = "4T1BG22K3XU414256"
OTHER_VIN = "JT2GK12E6S0125152"
VEHICLE = vehicle_id(VIN, KEY)
DAY = 86_400
SINCE = 1_600_000_000
GARAGE, OWNER, BUYER = person("garage"), person("owner").address, person("buyer").address


def item(km, day, kind=Kind.ODOMETER):
    return RecordItem(VEHICLE, Entry(kind, SINCE + day * DAY, km, Gauge.READ))


@pytest.fixture(scope="module")
def city():
    with local_suite() as running:
        yield running


@pytest.fixture(scope="module")
def accredited(city):
    """A registry with an accredited garage."""
    registry = VehicleRegistry(city.chain, city.book.address("VehicleRegistry"))
    kinds = frozenset({Kind.ODOMETER, Kind.MAINTENANCE})
    registry.accredit(city.officers[Role.ACCREDITOR], GARAGE.address, kinds, SINCE, 2**40 - 1)
    return registry


@pytest.fixture
def registry(city, accredited):
    """The registry with one vehicle, undone after each test."""
    with undone(city.chain):
        registration = RegistrationItem(VEHICLE, OWNER, Entry(Kind.REGISTRATION, SINCE))
        accredited.register(city.officers[Role.VEHICLE_REGISTRAR], registration)
        yield accredited


@pytest.fixture
def first_block(city):
    return city.book.contracts["VehicleRegistry"].block


def test_a_vehicles_life_reads_back_as_it_was_written(city, registry, first_block):
    registry.record(GARAGE, item(50_000, 10))
    registry.record_batch(GARAGE, [item(51_000, 20), item(500, 30, Kind.MAINTENANCE)])
    registry.transfer_title(
        city.officers[Role.VEHICLE_REGISTRAR], VEHICLE, BUYER, Entry(Kind.OWNERSHIP_CHANGE, SINCE + 31 * DAY)
    )

    state, history = registry.state(VEHICLE), registry.history(VEHICLE, first_block)

    history.verify(registry.head(VEHICLE))
    assert [record.kind for record in history.records] == [
        Kind.REGISTRATION,
        Kind.ODOMETER,
        Kind.ODOMETER,
        Kind.MAINTENANCE,
        Kind.OWNERSHIP_CHANGE,
    ]
    assert (state.records, state.verdict, state.ever_illogical) == (5, Verdict.ILLOGICAL, True)
    assert (state.last.km, state.previous.km) == (500, 51_000)
    assert registry.owner_of(VEHICLE) == BUYER
    assert registry.recorder_of(history.records[1].recorder) == GARAGE.address


def test_an_unknown_vehicle_has_no_state(registry):
    unknown = vehicle_id(OTHER_VIN, KEY)

    state = registry.state(unknown)

    assert (state.records, state.last, state.previous, state.reason) == (0, None, None, Reason.NOT_READ)
    assert registry.head(unknown) == bytes(32)


def test_a_witness_from_the_logs_corrects_a_record(city, registry, first_block):
    registry.record(GARAGE, item(50_000, 10))
    registry.record(GARAGE, item(510_000, 20))

    registry.correct(GARAGE, item(51_000, 20), registry.history(VEHICLE, first_block).witness(3))
    registrar = city.officers[Role.VEHICLE_REGISTRAR]
    withdrawal = RecordItem(VEHICLE, Entry(Kind.CORRECTION, SINCE))
    registry.correct(registrar, withdrawal, registry.history(VEHICLE, first_block).witness(2), as_registrar=True)

    history = registry.history(VEHICLE, first_block)
    assert history.superseded == {3: 4, 2: 5}
    assert [record.km for record in history.standing if record.is_reading] == [51_000]
    assert registry.state(VEHICLE).corrected


def test_one_revocation_taints_what_every_reader_reads_since(city, registry, first_block):
    registry.record(GARAGE, item(50_000, 10))
    city.pass_time(1_000)
    registry.record(GARAGE, item(51_000, 20))
    since = registry.history(VEHICLE, first_block).records[-1].recorded_at

    registry.revoke(city.officers[Role.ACCREDITOR], GARAGE.address, since)

    assert registry.history(VEHICLE, first_block).tainted == {3}
    assert registry.histories(first_block)[VEHICLE].tainted == {3}
    assert registry.accreditation(GARAGE.address).revoked_from == since
    with pytest.raises(ContractRefused) as refusal:
        registry.record(GARAGE, item(52_000, 30))
    assert refusal.value.name == "RecorderRevoked"
    assert GARAGE.address.lower() in refusal.value.explain("ko").lower()


def test_histories_of_all_vehicles_are_read_in_one_pass(city, registry, first_block):
    other = vehicle_id(OTHER_VIN, KEY)
    registrations = [RegistrationItem(other, OWNER, Entry(Kind.REGISTRATION, SINCE))]
    registry.register_batch(city.officers[Role.VEHICLE_REGISTRAR], registrations)
    registry.record(GARAGE, item(50_000, 10))

    histories = registry.histories(first_block)

    assert {VEHICLE, other} <= histories.keys()
    for vehicle, history in histories.items():
        history.verify(registry.head(vehicle))
    assert histories[VEHICLE] == registry.history(VEHICLE, first_block)


def test_the_chapter_records_every_row_and_finds_what_is_wrong(city, tmp_path):
    sample = write_sales(tmp_path / "sales.csv", 150)
    with sample.open("a", encoding="utf-8") as file:
        file.write("tooshort,2010,Sample,Car,LE,5,,500,Wed Dec 17 2014 12:30:00 GMT-0800 (PST)\n")

    figures = chapter.play(city, sample, 1.0, Console(quiet=True))

    assert figures["records"] == figures["rows"] == len(sample.read_text(encoding="utf-8").splitlines()) - 2
    assert figures["vehicles"] == 150
    assert figures["heads_match"] and figures["verdicts_match"]
    assert len(figures["rejected_rows"]) == 1
    assert {flag["reason"] for flag in figures["flagged"]} >= {"LOWER_THAN_EARLIER"}
    assert json.dumps(figures)


@pytest.fixture
def dongne(city, tmp_path):
    """Runs the command line; gives its JSON, or its text where asked."""
    books.save(city.book, tmp_path)
    (tmp_path / "key").write_text(KEY.hex(), encoding="utf-8")
    (tmp_path / "garage").write_text(json.dumps(Account.encrypt(GARAGE.key, "secret", iterations=2)), encoding="utf-8")
    (tmp_path / "password").write_text("secret\n", encoding="utf-8")

    def run(*arguments, text=False, lang="en"):
        settings = ["--rpc", city.chain.rpc, "--deployments", str(tmp_path), "--lang", lang]
        command = [*settings, *([] if text else ["--json"]), "vehicle", *map(str, arguments)]
        result = CliRunner().invoke(app, command, catch_exceptions=True, env={"COLUMNS": "300"})
        run.errors.append(result.stderr)
        run.printed.append(result.stdout)
        if isinstance(result.exception, DongneError):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output if text else json.loads(result.output)

    run.errors, run.printed = [], []
    return run


@pytest.fixture
def keys(tmp_path):
    """Options that name the garage's keystore and the city's key."""
    return ("--keystore", tmp_path / "garage", "--password-file", tmp_path / "password", "--key-file", tmp_path / "key")


def test_a_record_is_written_and_shown_from_the_command_line(registry, dongne, keys, tmp_path):
    report = tmp_path / "report.pdf"
    report.write_bytes(b"a report")

    written = dongne(
        "record", VIN, "odometer", "--km", 50_000, "--date", "2024-05-01T09:00+09:00", "--document", report, *keys
    )
    shown = dongne("show", VIN, "--key-file", tmp_path / "key")
    told = dongne("history", "0x" + VEHICLE.hex())

    assert (written["record"], written["reason"]) == (2, "NO_BASELINE")
    assert (shown["owner"], shown["last"]["km"], shown["records"]) == (OWNER, 50_000, 2)
    assert [record["kind"] for record in told["records"]] == ["REGISTRATION", "ODOMETER"]
    assert told["records"][1]["document"] not in ("0x" + bytes(32).hex(), "0x" + b"a report".hex())
    assert told["records"][1]["recorder"] == GARAGE.address


def test_what_the_command_line_says_is_said_in_both_languages(registry, dongne):
    for command in ("show", "history", "verify"):
        english, korean = (dongne(command, "0x" + VEHICLE.hex(), text=True, lang=lang) for lang in ("en", "ko"))
        assert english != korean
    assert "unaltered" in dongne("verify", "0x" + VEHICLE.hex(), text=True)


def test_a_history_verifies_from_the_command_line(registry, dongne):
    assert dongne("verify", "0x" + VEHICLE.hex())["verified"]


def test_a_head_that_the_logs_do_not_lead_to_is_a_mismatch(city, registry, dongne, monkeypatch):
    monkeypatch.setattr(VehicleRegistry, "head", lambda self, vehicle: b"\1" * 32)

    with pytest.raises(EvidenceMismatch, match="missing or altered"):
        dongne("verify", "0x" + VEHICLE.hex())


def test_tainted_and_corrected_records_are_marked(city, registry, dongne, first_block):
    registry.record(GARAGE, item(50_000, 10))
    registry.correct(GARAGE, item(51_000, 10), registry.history(VEHICLE, first_block).witness(2))
    registry.revoke(city.officers[Role.ACCREDITOR], GARAGE.address, SINCE)

    records = dongne("history", "0x" + VEHICLE.hex())["records"]

    assert [(each["superseded_by"], each["supersedes"], each["tainted"]) for each in records] == [
        (None, None, False),
        (3, None, True),
        (None, 2, True),
    ]


def test_an_accreditation_is_shown(registry, dongne):
    shown = dongne("accreditation", GARAGE.address)

    assert shown["kinds"] == ["ODOMETER", "MAINTENANCE"]
    assert (shown["valid_from"], shown["revoked_from"]) == (SINCE, None)


DATE = "Wed Dec 17 2014 12:30:00 GMT-0800 (PST)"


def sales_file(folder, *rows):
    file = folder / "sales.csv"
    file.write_text("\n".join(["vin,odometer,saledate", *rows]), encoding="utf-8")
    return file


def test_an_import_records_known_vehicles_and_names_every_row_left_out(registry, dongne, keys, tmp_path):
    rows = [f"{VIN},100,{DATE}", f"{VIN},-1,{DATE}", f"{OTHER_VIN},100,{DATE}", f"{VIN},,{DATE}"]

    with pytest.raises(InputError, match="2 rows were left out"):
        dongne("import", sales_file(tmp_path, *rows), *keys)

    assert registry.state(VEHICLE).records == 3
    assert registry.state(VEHICLE).last.km == 161


def test_an_import_names_the_rows_left_out_in_korean(registry, dongne, keys, tmp_path):
    typo = VIN[:8] + "4" + VIN[9:]
    file = sales_file(tmp_path, f"{VIN},-1,{DATE}", f"{typo},100,{DATE}")

    with pytest.raises(InputError) as refused:
        dongne("import", file, *keys, text=True, lang="ko")

    assert f"{file}:2: 주행거리 '-1'을(를) 읽을 수 없습니다." in dongne.printed[-1]
    assert f"{file}:3: 차대번호 {typo}은(는) 등록되지 않았습니다." in dongne.printed[-1]
    assert f"3번째 줄: 차대번호 {typo}의 검사 숫자가 맞지 않습니다." in dongne.printed[-1]
    assert refused.value.explain("ko") == f"{file}: 2개 행이 제외되었습니다. 고친 뒤 파일을 다시 가져오세요"


def test_a_file_imported_again_is_not_recorded_twice(registry, dongne, keys, tmp_path):
    file = sales_file(tmp_path, f"{VIN},100,{DATE}", f"{VIN},100,{DATE}")
    first = dongne("import", file, *keys)
    sales_file(tmp_path, f"{VIN},100,{DATE}", f"{VIN},100,{DATE}", f"{VIN},200,{DATE}")

    second = dongne("import", file, *keys)

    assert (first["recorded"], first["already_recorded"]) == (2, 0)
    assert (second["recorded"], second["already_recorded"]) == (1, 2)
    assert registry.state(VEHICLE).records == 4


def test_a_refused_import_says_how_far_it_came(city, registry, dongne, keys, tmp_path, monkeypatch):
    monkeypatch.setattr("dongne.cli.vehicle.IMPORT_BATCH", 2)
    original, calls = VehicleRegistry.record_batch, []

    def revoked_after_the_first(self, key, items):
        if calls:
            self.revoke(city.officers[Role.ACCREDITOR], GARAGE.address, SINCE)
        calls.append(items)
        return original(self, key, items)

    monkeypatch.setattr(VehicleRegistry, "record_batch", revoked_after_the_first)

    with pytest.raises(ContractRefused) as refusal:
        dongne("import", sales_file(tmp_path, *(f"{VIN},{miles},{DATE}" for miles in (1, 2, 3))), *keys)

    assert refusal.value.name == "RecorderRevoked"
    assert registry.state(VEHICLE).records == 3
    assert "2 of 3 rows are recorded" in dongne.errors[-1]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("show", VIN), SettingError, "needs the city's key"),
        (("show", "0x12"), InputError, "is no vehicle's id"),
        (("show", "0x" + "00" * 32), InputError, "is not registered here"),
        (("history", "0x" + "00" * 32), InputError, "is not registered here"),
        (("show", VIN, "--key-file", "/nowhere"), SettingError, "cannot be read"),
        (("record", VIN, "flying", "--keystore", "x"), InputError, "'flying' is not one of registration, odometer"),
        (("record", VIN, "odometer", "--date", "2024", "--keystore", "x"), InputError, "is no date"),
        (("record", VIN, "odometer", "--date", "2024-05-01", "--keystore", "x"), InputError, "no time zone"),
        (("record", VIN, "odometer", "--document", "/nowhere", "--keystore", "x"), InputError, "cannot be read"),
    ],
)
def test_a_mistake_on_the_command_line_is_explained(registry, dongne, arguments, error, message):
    with pytest.raises(error, match=message):
        dongne(*arguments)
