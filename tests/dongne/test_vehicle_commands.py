"""The commands of `dongne vehicle` against a deployed registry on a real Anvil chain."""

import csv
import json
import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from eth_account import Account

from dongne import book as books
from dongne.documents import document_hash
from dongne.errors import ExitCode
from dongne.suite import Role
from dongne.vehicle import (
    Entry,
    Gauge,
    Kind,
    RecordItem,
    RegistrationItem,
    VehicleRegistry,
    vehicle_id,
)
from scripts.localchain.suite import local_suite, person
from tests.dongne.command_line import dongne as run_dongne
from tests.undoing import undone

KEY = bytes(range(32))
VIN, OTHER_VIN = "4T1BG22K3XU414256", "JT2GK12E6S0125152"
VEHICLE, OTHER = vehicle_id(VIN, KEY), vehicle_id(OTHER_VIN, KEY)
ID, OTHER_ID = "0x" + VEHICLE.hex(), "0x" + OTHER.hex()
DAY = 86_400
SINCE = 1_600_000_000
GARAGE, OWNER, BUYER = person("garage"), person("owner").address, person("buyer").address
KINDS = frozenset({Kind.ODOMETER, Kind.MAINTENANCE, Kind.PERIODIC_INSPECTION, Kind.PERFORMANCE_INSPECTION})
NOBODY = "0x" + "00" * 32
EXAMPLE = Path("docs/examples/performance_inspection.json").resolve()


def item(km, day, kind=Kind.ODOMETER):
    return RecordItem(VEHICLE, Entry(kind, SINCE + day * DAY, km, Gauge.READ))


@pytest.fixture(scope="module")
def city():
    with local_suite() as running:
        yield running


@pytest.fixture(scope="module")
def accredited(city):
    """A registry with an accredited garage."""
    registry = VehicleRegistry(city.chain, city.book.entry("VehicleRegistry"))
    registry.accredit(GARAGE.address, KINDS, SINCE, 2**40 - 1).transact(city.officers[Role.ACCREDITOR])
    return registry


@pytest.fixture
def registry(city, accredited):
    """The registry with one vehicle, undone after each test."""
    with undone(city.chain):
        registration = RegistrationItem(VEHICLE, OWNER, Entry(Kind.REGISTRATION, SINCE))
        accredited.register(registration).transact(city.officers[Role.VEHICLE_REGISTRAR])
        yield accredited


@pytest.fixture
def folder(city, tmp_path, monkeypatch):
    """The working folder, with address book, keys and the city's key."""
    books.save(city.book, tmp_path / "deployments")
    (tmp_path / "city.key").write_text(KEY.hex(), encoding="utf-8")
    (tmp_path / "password").write_text("secret\n", encoding="utf-8")
    (tmp_path / "salted").write_text("a document", encoding="utf-8")
    (tmp_path / "salted.salt").write_text("no salt", encoding="utf-8")
    keys = {
        "garage": GARAGE,
        "registrar": city.officers[Role.VEHICLE_REGISTRAR],
        "accreditor": city.officers[Role.ACCREDITOR],
        "titles": city.officers[Role.TITLE_OFFICER],
        "historian": city.officers[Role.HISTORY_OFFICER],
    }
    for name, key in keys.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(Account.encrypt(key.key, "secret", iterations=2)))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DONGNE_RPC", city.chain.rpc)
    monkeypatch.setenv("DONGNE_DEPLOYMENTS", str(tmp_path / "deployments"))
    monkeypatch.setenv("DONGNE_KEYSTORE_PASSWORD_FILE", str(tmp_path / "password"))
    monkeypatch.setenv("DONGNE_LANG", "en")
    return tmp_path


@pytest.fixture
def dongne(folder, capsys):
    """Runs a command of the group; returns exit code, output and what was said beside it."""
    return lambda *arguments: run_dongne(capsys, "vehicle", *arguments)


@pytest.fixture
def printed(dongne):
    """What a command prints that must succeed."""

    def run(*arguments):
        code, output, said = dongne(*arguments)
        assert code == 0, said
        return output

    return run


@pytest.fixture
def found(printed):
    """The JSON of a command that must succeed."""
    return lambda *arguments: json.loads(printed(*arguments, "--json"))


@pytest.fixture
def refused(dongne):
    """What a command says that must fail; never a traceback."""

    def run(*arguments):
        code, _output, said = dongne(*arguments)
        assert code not in (ExitCode.DONE, ExitCode.BUG), said
        assert "Traceback" not in said
        return " ".join(said.split())

    return run


def sender(name):
    return ("--keystore", f"{name}.json", "--yes")


WITH_KEY = ("--key-file", "city.key")


def test_a_record_is_written_and_shown(registry, found, folder):
    (folder / "report.pdf").write_bytes(b"a report")

    written = found(
        "record",
        VIN,
        "odometer",
        *("--km", "50,000", "--date", "2024-05-01 09:00", "--document", "report.pdf"),
        *sender("garage"),
        *WITH_KEY,
    )
    shown = found("show", VIN, *WITH_KEY)
    told = found("history", ID)

    assert (written["record"], written["reason"]) == (2, "NO_BASELINE")
    assert (shown["owner"], shown["last"]["km"], shown["records"]) == (OWNER, 50_000, 2)
    assert shown["last"]["occurred_at"] == 1_714_521_600  # 2024-05-01T09:00+09:00
    assert [record["kind"] for record in told["records"]] == ["REGISTRATION", "ODOMETER"]
    salt = folder / "report.pdf.salt"
    expected = document_hash(b"a report", bytes.fromhex(salt.read_text().strip()))
    assert told["records"][1]["document"] == "0x" + expected.hex()
    assert salt.stat().st_mode & 0o777 == 0o600
    assert told["records"][1]["recorder"] == GARAGE.address


@pytest.mark.parametrize("date", [(), ("--date", "2024-05-01")])
def test_the_same_record_is_not_made_twice(registry, found, date):
    command = ("record", ID, "odometer", "--km", 50_000, *date, *sender("garage"))
    first, second = found(*command), found(*command)

    assert (first["record"], second["record"], second["transaction"]) == (2, 2, None)
    assert registry.state(VEHICLE).records == 2


@pytest.mark.parametrize("change", [("--km", 50_001), ("--km", 50_000, "--date", "2024-05-02")])
def test_another_record_is_made(registry, found, change):
    found("record", ID, "odometer", "--km", 50_000, "--date", "2024-05-01", *sender("garage"))

    assert found("record", ID, "odometer", *change, *sender("garage"))["record"] == 3


def test_the_same_without_a_date_is_another_record_the_next_day(city, registry, found):
    command = ("record", ID, "maintenance", *sender("garage"))
    found(*command)
    city.pass_time(DAY)

    assert found(*command)["record"] == 3


def test_the_same_record_can_be_made_again_after_it_was_withdrawn(registry, found):
    command = ("record", ID, "odometer", "--km", 50_000, "--date", "2024-05-01", *sender("garage"))
    found(*command)
    found("correct", ID, 2, "--withdraw", *sender("garage"))

    assert found(*command)["record"] == 4


def test_the_same_accreditation_is_not_sent_twice(city, registry, found, printed):
    command = ("accredit", BUYER, "--kinds", "odometer", "--until", "2099-01-01", *sender("accreditor"))
    found(*command)
    block = city.chain.block_number()

    assert found(*command)["transaction"] is None
    assert "in force already; nothing was sent" in printed(*command)
    assert city.chain.block_number() == block


def test_a_title_is_not_moved_to_whom_it_belongs(registry, refused):
    assert "already; nothing was sent" in refused("transfer", ID, OWNER, *sender("registrar"))


@pytest.mark.parametrize("kind", ["periodic-inspection", "Periodic Inspection", "정기검사"])
def test_a_kind_is_taken_in_both_languages(registry, found, kind):
    found("record", ID, kind, "--km", 1, *sender("garage"))

    assert found("history", ID)["records"][1]["kind"] == "PERIODIC_INSPECTION"


def test_what_people_read_is_in_words_with_local_times_and_whole_addresses(registry, printed):
    registry.record(item(50_000, 10)).transact(GARAGE)

    shown, told = printed("show", ID), printed("history", ID)

    assert OWNER in shown and ID in shown and "0x" + registry.head(VEHICLE).hex() in shown
    assert "50,000 km (2020-09-23 21:26 KST)" in shown
    assert "verdict on all readings       no verdict" in shown
    assert "finding on the last reading   nothing to compare with yet" in shown
    (line,) = [line for line in told.splitlines() if "odometer reading" in line]
    assert re.split(r"\s{2,}", line.strip()) == [
        "2",
        "2020-09-23 21:26 KST",
        "odometer reading",
        "50,000",
        "nothing to compare with yet",
        GARAGE.address,
    ]


def test_what_people_read_is_in_both_languages(registry, printed):
    for command in ("show", "history", "verify"):
        assert printed(command, ID) != printed(command, ID, "--lang", "ko")
    assert "the history is complete and unaltered" in printed("verify", ID).lower()
    assert "이력이 빠짐없고 변조되지 않았습니다" in printed("verify", ID, "--lang", "ko")


def test_a_history_verifies(registry, found):
    assert found("verify", ID)["verified"]


def test_a_head_that_the_logs_do_not_lead_to_is_a_mismatch(registry, refused, monkeypatch):
    monkeypatch.setattr(VehicleRegistry, "head", lambda self, vehicle, block=None: b"\1" * 32)

    assert "missing or altered" in refused("verify", ID)


def test_tainted_and_corrected_records_are_marked(city, registry, found, printed):
    registry.record(item(50_000, 10)).transact(GARAGE)
    registry.correct(item(51_000, 10), registry.history(VEHICLE).witness(2)).transact(GARAGE)
    registry.revoke(GARAGE.address, SINCE).transact(city.officers[Role.ACCREDITOR])

    records, text = found("history", ID)["records"], printed("history", ID)

    assert [(each["superseded_by"], each["supersedes"], each["tainted"]) for each in records] == [
        (None, None, False),
        (None, None, True),
        (None, 2, True),
    ]
    assert "corrected by record 3" not in text
    assert "TAINTED: the recorder was revoked, corrects record 2" in text


def test_a_history_is_judged_again_with_all_records_at_hand(registry, printed, found):
    for km, day in ((10_000, 10), (20_000, 40), (25_000, 30)):
        registry.record(item(km, day)).transact(GARAGE)

    records = found("history", ID)["records"]

    assert [(each["number"], each["reason"], each["finding"]) for each in records[1:]] == [
        (2, "NO_BASELINE", "NO_BASELINE"),
        (3, "CONSISTENT", "LOWER_THAN_EARLIER"),
        (4, "HIGHER_THAN_LATER", "CONSISTENT"),
    ]
    assert "when recorded: consistent with its neighbours" in printed("history", ID)


def test_a_recorder_is_accredited_and_shown(registry, found, printed):
    newcomer = person("newcomer").address

    period = ("--from", "2026-01-01", "--until", "2028-01-01")
    found("accredit", newcomer, "--kinds", "odometer,정기검사", *period, *sender("accreditor"))

    shown = found("accreditation", newcomer)
    assert shown["kinds"] == ["ODOMETER", "PERIODIC_INSPECTION"]
    assert (shown["valid_from"], shown["valid_until"]) == (1_767_193_200, 1_830_265_200)  # midnight in Seoul
    text = printed("accreditation", newcomer)
    assert "odometer reading, periodic inspection" in text
    assert "2028-01-01 00:00 KST" in text


def test_an_accreditation_without_end_says_so(registry, printed):
    assert re.search(r"until +without end", printed("accreditation", GARAGE.address))


def test_a_revoked_recorder_is_shown_as_such(city, registry, found, printed):
    found("revoke", GARAGE.address, "--from", "2026-03-01 12:00 UTC", *sender("accreditor"))

    assert found("accreditation", GARAGE.address)["revoked_from"] == 1_772_366_400
    assert re.search(r"revoked from +2026-03-01 21:00 KST", printed("accreditation", GARAGE.address))


def test_recorders_are_listed_by_number_with_whole_addresses(city, registry, found, printed):
    listed = found("recorders")

    assert [each["number"] for each in listed] == list(range(1, len(listed) + 1))
    by_address = {each["recorder"]: each for each in listed}
    assert by_address[GARAGE.address]["kinds"] == [kind.name for kind in sorted(KINDS)]
    assert by_address[city.officers[Role.VEHICLE_REGISTRAR].address]["kinds"] == []
    assert GARAGE.address in printed("recorders")


def test_a_vehicle_is_registered_by_its_vin(registry, found):
    found("register", OTHER_VIN, "--owner", OWNER, "--km", 12, "--date", "2024-05-01", *WITH_KEY, *sender("registrar"))

    assert found("show", OTHER_ID)["owner"] == OWNER
    (record,) = found("history", OTHER_ID)["records"]
    assert (record["kind"], record["km"], record["occurred_at"]) == ("REGISTRATION", 12, 1_714_489_200)


def test_a_list_of_vehicles_is_registered_once(registry, found, folder):
    (folder / "vehicles.csv").write_text(
        f'차대번호,소유자,등록일,주행거리(km)\n{OTHER_VIN},{OWNER},2024-05-01,"1,200"\n{ID},{OWNER},,\n'
    )

    first = found("register", "vehicles.csv", *WITH_KEY, *sender("registrar"))
    second = found("register", "vehicles.csv", *WITH_KEY, *sender("registrar"))

    assert (first["registered"], first["already_registered"]) == (1, 1)
    assert (second["registered"], second["already_registered"]) == (0, 2)
    assert registry.state(OTHER).last.km == 1_200
    results = list(csv.reader((folder / "vehicles.result.csv").read_text("utf-8-sig").splitlines()))
    assert [row[-2] for row in results] == ["result", "registered", "already registered"]


def test_a_list_with_problems_is_refused_whole(registry, refused, folder):
    rows = [f"{OTHER_VIN},{OWNER},x", f"{VIN[:16]},0x12,1", f"0x12,{OWNER},", f"{OTHER_VIN},{OWNER},1"]
    (folder / "vehicles.csv").write_text("\n".join(["vehicle,owner,odometer_km", *rows]))

    said = refused("register", "vehicles.csv", *WITH_KEY, *sender("registrar"))

    assert "vehicles.csv has 4 problems; nothing of the file was used." in said
    for problem in ("line 2, column odometer_km", "line 3, column vehicle", "line 3, column owner", "line 4, column"):
        assert problem in said
    assert registry.state(OTHER).records == 0


def test_a_vehicle_twice_on_a_list_is_refused(registry, refused, folder):
    (folder / "vehicles.csv").write_text(f"vehicle,owner\n{OTHER_VIN},{OWNER}\n{OTHER_ID},{OWNER}\n")

    said = refused("register", "vehicles.csv", *WITH_KEY, *sender("registrar"))

    assert f"line 3: {OTHER_ID} is on line 2 already" in said


def test_a_list_that_names_another_owner_than_the_registry_is_refused(registry, refused, folder):
    (folder / "vehicles.csv").write_text(f"vehicle,owner\n{ID},{BUYER}\n")

    said = refused("register", "vehicles.csv", *sender("registrar"))

    assert f"line 2: Vehicle {ID} is registered already, and its owner is {OWNER}" in said


def test_a_record_is_corrected_by_its_recorder_and_the_rest_of_it_stays(registry, found):
    registry.record(item(510_000, 10)).transact(GARAGE)

    found("correct", ID, 2, "--km", 51_000, *sender("garage"))

    record = found("history", ID)["records"][2]
    assert (record["supersedes"], record["km"], record["kind"]) == (2, 51_000, "ODOMETER")
    assert record["occurred_at"] == SINCE + 10 * DAY


def test_a_date_is_corrected_and_the_reading_stays(registry, found):
    registry.record(item(51_000, 10)).transact(GARAGE)

    found("correct", ID, 2, "--date", "2020-10-01", *sender("garage"))

    record = found("history", ID)["records"][2]
    assert (record["km"], record["gauge"], record["occurred_at"]) == (51_000, "READ", 1_601_478_000)


def test_the_history_officer_withdraws_what_another_recorded(registry, found):
    registry.record(item(510_000, 10)).transact(GARAGE)

    found("correct", ID, 2, "--withdraw", "--as-officer", *sender("historian"))

    record = found("history", ID)["records"][2]
    assert (record["supersedes"], record["kind"], record["km"]) == (2, "CORRECTION", None)
    assert registry.state(VEHICLE).last is None


def test_the_registrar_looks_up_the_id_that_a_recorder_needs(registry, found):
    told = found("lookup", VIN.lower(), *WITH_KEY)

    assert told == {"vin": VIN, "vehicle": ID, "registered": True}
    assert "salt" in found("lookup", VIN, "--for-owner", *WITH_KEY)


def test_the_same_document_keeps_its_salt(registry, found, folder):
    (folder / "invoice.pdf").write_bytes(b"an invoice")
    command = ("record", ID, "maintenance", "--date", "2024-05-01", "--document", "invoice.pdf", *sender("garage"))

    first, again = found(*command), found(*command)

    assert (first["record"], again["transaction"]) == (2, None)


def test_anyone_strikes_a_tainted_record(city, registry, found, refused):
    registry.record(item(50_000, 10)).transact(GARAGE)
    assert "is not tainted" in refused("strike", ID, 2, *sender("registrar"))
    registry.revoke(GARAGE.address, SINCE).transact(city.officers[Role.ACCREDITOR])

    struck = found("strike", ID, 2, *sender("registrar"))

    assert (struck["record"], struck["verdict"]) == (3, "NO_VERDICT")
    assert registry.state(VEHICLE).last is None


def test_changes_of_the_gauge_are_accredited_by_an_option(registry, found):
    found("accredit", BUYER, "--kinds", "odometer", "--gauge-changes", *sender("accreditor"))

    assert found("accreditation", BUYER)["gauge_changes"]
    assert not found("accreditation", GARAGE.address)["gauge_changes"]


def test_a_recorder_cannot_correct_what_another_wrote(registry, refused):
    said = refused("correct", ID, 1, "--withdraw", *sender("garage"))

    assert "did not write that record" in said


def test_a_title_moves_with_its_record(registry, found):
    found("transfer", ID, BUYER, "--date", "2024-05-01", *sender("titles"))

    assert found("show", ID)["owner"] == BUYER
    record = found("history", ID)["records"][1]
    assert (record["kind"], record["km"]) == ("OWNERSHIP_CHANGE", None)


@pytest.mark.parametrize(
    ("arguments", "keystore", "question"),
    [
        (("revoke", GARAGE.address, "--from", "2026-03-01"), "accreditor", "Revoke 0x"),
        (("transfer", ID, BUYER), "titles", f"Move the title of vehicle {ID} from {OWNER} to {BUYER}?"),
        (("register", OTHER_ID, "--owner", OWNER), "registrar", f"Register vehicle {OTHER_ID} to {OWNER}?"),
        (("register", "vehicles.csv"), "registrar", "Register 1 vehicle? A registration cannot be undone."),
        (("correct", ID, 1, "--withdraw", "--as-officer"), "historian", "Withdraw record 1? Both records stay"),
    ],
)
def test_what_cannot_be_undone_is_asked_first(city, registry, refused, folder, arguments, keystore, question):
    (folder / "vehicles.csv").write_text(f"vehicle,owner\n{OTHER_ID},{OWNER}\n")
    block = city.chain.block_number()

    said = refused(*arguments, "--keystore", f"{keystore}.json")

    assert question in said and "Nobody is there to answer: give --yes." in said
    assert city.chain.block_number() == block


def test_a_rehearsal_sends_nothing(city, registry, dongne, folder):
    (folder / "sales.csv").write_text(f"vin,odometer_km,saledate\n{VIN},100,2014-12-17\n")
    (folder / "vehicles.csv").write_text(f"vehicle,owner\n{OTHER_ID},{OWNER}\n")
    block = city.chain.block_number()

    for arguments, key in (
        (("record", ID, "odometer", "--km", 1), "garage"),
        (("import", "sales.csv", *WITH_KEY), "garage"),
        (("register", OTHER_ID, "--owner", OWNER), "registrar"),
        (("register", "vehicles.csv"), "registrar"),
        (("transfer", ID, BUYER), "titles"),
        (("correct", ID, 1, "--km", 1, "--as-officer"), "historian"),
        (("accredit", BUYER, "--kinds", "odometer"), "accreditor"),
        (("revoke", GARAGE.address, "--from", "2026-03-01"), "accreditor"),
    ):
        code, _output, said = dongne(*arguments, "--keystore", f"{key}.json", "--dry-run")
        assert code == 0, said
        assert "would send VehicleRegistry." in said

    assert city.chain.block_number() == block
    assert not list(folder.glob("*.result*.csv"))


def test_a_safe_gets_a_file(city, registry, dongne, folder):
    safe = city.officers[Role.TITLE_OFFICER].address

    code, _output, said = dongne("transfer", ID, BUYER, "--safe", safe)

    assert code == 0, said
    (transaction,) = json.loads((folder / "safe.json").read_text())["transactions"]
    assert transaction["to"] == registry.address
    assert VEHICLE.hex() in transaction["data"]


DATE = "Wed Dec 17 2014 12:30:00 GMT-0800 (PST)"


def sales_file(folder, *rows):
    file = folder / "sales.csv"
    file.write_text("\n".join(["vin,odometer,saledate", *rows]), encoding="utf-8")
    return file


IMPORT = ("--unit", "miles", *WITH_KEY, *sender("garage"))


def results_of(file):
    return list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))


def test_an_import_says_beside_the_file_what_became_of_each_row(registry, dongne, folder):
    rows = [f"{VIN},100,{DATE}", f"{VIN},-1,{DATE}", f"{OTHER_VIN},100,{DATE}", f"{VIN},,{DATE}"]

    code, _output, said = dongne("import", sales_file(folder, *rows), *IMPORT)

    assert code == ExitCode.INPUT
    assert "2 of 4 rows were left out; " in said and "sales.result.csv says why" in said
    assert registry.state(VEHICLE).records == 3
    assert registry.state(VEHICLE).last.km == 161
    results = results_of(folder / "sales.result.csv")
    assert [row["result"] for row in results] == ["recorded", "left out", "left out", "recorded"]
    assert results[0]["detail"].startswith("0x") and len(results[0]["detail"]) == 66
    assert "is not a whole number" in results[1]["detail"]
    assert f"The vehicle with VIN {OTHER_VIN} is not registered" in results[2]["detail"]


def test_an_import_speaks_korean(registry, dongne, folder):
    typo = VIN[:8] + "4" + VIN[9:]

    code, output, said = dongne("import", sales_file(folder, f"{typo},100,{DATE}"), *IMPORT, "--lang", "ko")

    assert code == ExitCode.INPUT
    assert f"2번째 줄: 차대번호 {typo}의 검사 숫자가 맞지 않습니다." in output
    assert "1개 행 중 1개가 제외되었습니다." in said
    (row,) = csv.reader((folder / "sales.result.csv").read_text("utf-8-sig").splitlines()[1:])
    assert row[-1].endswith(f"차대번호 {typo}은(는) 등록되지 않았습니다. 먼저 차량을 등록하거나 차대번호를 확인하세요.")


def test_a_file_imported_again_is_not_recorded_twice(registry, found, folder):
    file = sales_file(folder, f"{VIN},100,{DATE}", f"{VIN},150,{DATE}")
    first = found("import", file, *IMPORT)
    sales_file(folder, f"{VIN},200,{DATE}", f"{VIN},100,{DATE}", f"{VIN},250,{DATE}", f"{VIN},150,{DATE}")

    second = found("import", file, *IMPORT)

    assert (first["recorded"], first["already_recorded"]) == (2, 0)
    assert (second["recorded"], second["already_recorded"]) == (2, 2)
    assert registry.state(VEHICLE).records == 5


def test_a_refused_import_says_how_far_it_came_and_goes_on_later(city, registry, dongne, folder, monkeypatch):
    monkeypatch.setattr("dongne.vehicle.sale_import.RECORDS", 2)
    original, calls = VehicleRegistry.record_batch, []

    def revoked_after_the_first(self, items):
        if calls:
            self.revoke(GARAGE.address, SINCE).transact(city.officers[Role.ACCREDITOR])
        calls.append(items)
        return original(self, items)

    monkeypatch.setattr(VehicleRegistry, "record_batch", revoked_after_the_first)

    code, _output, said = dongne(
        "import", sales_file(folder, *(f"{VIN},{miles},{DATE}" for miles in (1, 2, 3))), *IMPORT
    )

    assert code == ExitCode.REFUSED
    assert "was revoked from" in said and "2 of 3 rows are recorded" in said
    assert registry.state(VEHICLE).records == 3
    assert [row["result"] for row in results_of(folder / "sales.result.csv")] == ["recorded", "recorded", ""]


def test_a_mapping_names_the_columns_of_an_import(registry, found, folder):
    (folder / "sales.csv").write_text(f"Nummer;Stand;Tag\n{VIN};100;2014-12-17\n")
    (folder / "columns.toml").write_text('Nummer = "vin"\nStand = "odometer_km"\nTag = "saledate"\n')

    done = found("import", "sales.csv", "--columns", "columns.toml", *WITH_KEY, *sender("garage"))

    assert (done["recorded"], registry.state(VEHICLE).last.km) == (1, 100)


def test_a_recorder_imports_by_ids_without_the_citys_key(registry, found, folder):
    (folder / "vins.csv").write_text(f"vin,odometer_km,saledate\n{VIN},100,2014-12-17\n{OTHER_VIN},7,2014-12-18\n")
    looked_up = found("lookup", "vins.csv", *WITH_KEY, "--out", "ids.csv")
    (folder / "city.key").unlink()

    assert (looked_up["vehicles"], looked_up["not_registered"]) == (2, [OTHER_VIN])
    (first, second) = csv.DictReader((folder / "ids.csv").read_text("utf-8-sig").splitlines())
    assert (first["vehicle"], first["vin"], second["vehicle"]) == (ID, VIN, OTHER_ID)
    (folder / "ids.csv").write_text(f"vehicle,odometer_km,saledate\n{ID},100,2014-12-17\n")
    done = found("import", "ids.csv", *sender("garage"))
    assert (done["recorded"], registry.state(VEHICLE).last.km) == (1, 100)


def test_vins_need_the_citys_key(registry, refused, folder):
    assert "needs the city's key" in refused(
        "import", sales_file(folder, f"{VIN},100,{DATE}"), "--unit", "km", *sender("garage")
    )


def test_a_stations_day_is_recorded_by_kinds(registry, found, folder):
    rows = (f"{ID},periodic-inspection,48200,passed", f"{ID},정비,,brakes")
    lines = ["vehicle,kind,odometer_km,outcome,date", *(f"{row},2014-12-17" for row in rows)]
    (folder / "day.csv").write_text("\n".join(lines), encoding="utf-8")

    done = found("import", "day.csv", *sender("garage"))
    again = found("import", "day.csv", *sender("garage"))

    written = registry.history(VEHICLE).records[1:]
    assert (done["recorded"], done["not_read"], again["already_recorded"]) == (2, 1, 2)
    assert [(each.kind, each.outcome) for each in written] == [(Kind.PERIODIC_INSPECTION, 1), (Kind.MAINTENANCE, 2)]


def test_an_outcome_is_typed_and_shown_in_words(registry, found, printed):
    found("record", ID, "periodic-inspection", "--km", "12", "--outcome", "passed-with-advice", *sender("garage"))

    assert registry.history(VEHICLE).records[-1].outcome == 2
    assert "passed with advice" in printed("history", ID)


def test_a_registration_says_the_class_of_the_vehicle(city, registry, found, printed, folder):
    found("register", OTHER_ID, "--owner", OWNER, "--class", "truck", *sender("registrar"))

    assert registry.state(OTHER).vehicle_class == 3
    assert "truck" in printed("show", OTHER_ID)


def test_a_replaced_city_key_registers_no_vehicle_twice(registry, found, folder, capsys):
    code, _shown, said = run_dongne(capsys, "key", "city", "city.key", "--new-edition")
    assert (code, len((folder / "city.key").read_text().split())) == (0, 2), said
    (folder / "vehicles.csv").write_text(f"vehicle,owner\n{VIN},{OWNER}\n{OTHER_VIN},{OWNER}\n")

    done = found("register", "vehicles.csv", *WITH_KEY, *sender("registrar"))

    assert (done["registered"], done["already_registered"]) == (1, 1)
    assert found("show", VIN, *WITH_KEY)["vehicle"] == ID
    newest = found("lookup", OTHER_VIN, *WITH_KEY)
    assert newest["registered"] and newest["vehicle"] != OTHER_ID
    assert (folder / "city.key").stat().st_mode & 0o777 == 0o600


MISTAKES = [
    (("show", VIN), "needs the city's key"),
    (("show", VIN[:16], *WITH_KEY), "has 16 characters; a VIN has 17"),
    (("show", VIN[:16] + "I", *WITH_KEY), "contains I. A VIN has digits and the letters"),
    (("show", "0x12"), "is not a vehicle's id"),
    (("show", NOBODY), "is not registered here"),
    (("history", NOBODY), "is not registered here"),
    (("verify", NOBODY), "is not registered here"),
    (("show", VIN, "--key-file", "nowhere"), "cannot be read"),
    (("show", VIN, "--key-file", "password"), "does not hold a city's key"),
    (("show", VIN, "--key-file", "short.key"), "does not hold a city's key. A key is one line of at least 64"),
    (("accreditation", "0x12"), "is not an address"),
    (("record", ID, "flying", *sender("garage")), "“flying” is not known here. Choose one of: registration, odometer"),
    (("record", ID, "registration", *sender("garage")), "a command of their own: dongne vehicle register"),
    (("record", ID, "odometer", "--km", 16_777_216, *sender("garage")), "takes up to 16,777,215 km"),
    (("record", ID, "odometer", "--km", "9" * 5_000, *sender("garage")), "takes up to 16,777,215 km"),
    (("record", ID, "odometer", "--km", "1e3", *sender("garage")), "is not a whole number"),
    (("record", ID, "odometer", "--km=-1", *sender("garage")), "is not a whole number"),
    (("record", ID, "odometer", "--gauge", "replaced", *sender("garage")), "but not what it showed"),
    (("record", ID, "odometer", "--gauge", "x", *sender("garage")), "Choose one of: not-read, read"),
    (("record", ID, "odometer", "--km", 1, "--gauge", "not-read", *sender("garage")), "The odometer was not read, but"),
    (("record", ID, "odometer", "--date", "2024", *sender("garage")), "is not a date"),
    (("record", ID, "odometer", "--date", "2124-01-01", *sender("garage")), "is in the future"),
    (("record", ID, "odometer", "--date", "1924-01-01", *sender("garage")), "is before 1970"),
    (("record", ID, "odometer", "--date", "03/04/2024", *sender("garage")), "could be 2024-03-04 or 2024-04-03"),
    (("record", ID, "odometer", "--document", "nowhere", *WITH_KEY, *sender("garage")), "There is no file nowhere"),
    (("record", ID, "odometer", "--document", ".", *WITH_KEY, *sender("garage")), "is a folder"),
    (("record", ID, "odometer", "--document", "salted", *sender("garage")), "does not hold a document's salt"),
    (("record", ID, "flood", *sender("garage")), "may not record the kind flood"),
    (("record", ID, "odometer", "--km", 1), "name the sender's key with --keystore"),
    (("correct", ID, 9, "--km", 1, *sender("garage")), "There is no record 9: this history has the records 1 to 1"),
    (("correct", ID, 0, "--km", 1, *sender("garage")), "There is no record 0"),
    (("accredit", BUYER, "--kinds", "", *sender("accreditor")), "Name at least one kind"),
    (("accredit", BUYER, "--kinds", "flying", *sender("accreditor")), "“flying” is not known here"),
    (
        ("accredit", BUYER, "--kinds", "correction", *sender("accreditor")),
        "No recorder can be accredited for withdrawal",
    ),
    (
        (
            "accredit",
            BUYER,
            "--kinds",
            "odometer",
            "--from",
            "2027-01-01",
            "--until",
            "2026-01-01",
            *sender("accreditor"),
        ),
        "would end at 2026-01-01 00:00 KST, before it starts at 2027-01-01 00:00 KST",
    ),
    (
        ("accredit", BUYER, "--kinds", "odometer", "--until", "9999-01-01", *sender("garage")),
        "does not hold the role for this",
    ),
    (("accredit", BUYER, "--kinds", "odometer", "--until", "1950-01-01", *sender("accreditor")), "is before 1970"),
    (("revoke", GARAGE.address, "--from", "1950-01-01", *sender("accreditor")), "is before 1970"),
    (("revoke", GARAGE.address, "--from", "soon", *sender("accreditor")), "is not a date"),
    (("register", OTHER_ID, *sender("registrar")), "is one vehicle: give its owner's address with --owner"),
    (("register", OTHER_VIN, *sender("registrar")), "is one vehicle: give its owner's address with --owner"),
    (("register", "nowhere.csv", *sender("registrar")), "There is no file nowhere.csv"),
    (("register", ID, "--owner", OWNER, *sender("registrar")), "is registered already"),
    (("transfer", NOBODY, BUYER, *sender("registrar")), "is not registered here"),
    (("transfer", ID, "0x12", *sender("registrar")), "is not an address"),
    (("import", "nowhere.csv", *WITH_KEY, *sender("garage")), "There is no file nowhere.csv"),
    (("import", "password", *WITH_KEY, *sender("garage")), "The column “vehicle” is missing"),
    (("import", "unsaid.csv", *WITH_KEY, *sender("garage")), "does not say its unit. Give --unit km or --unit miles"),
    (("import", "unsaid.csv", "--unit", "leagues", *WITH_KEY, *sender("garage")), "Choose one of: km, miles"),
    (("import", "unsaid.csv", "--columns", "nowhere", *WITH_KEY, *sender("garage")), "There is no file nowhere"),
]


@pytest.mark.parametrize(("arguments", "said"), MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake_is_explained_and_nothing_is_sent(city, registry, refused, folder, arguments, said):
    (folder / "short.key").write_text(KEY.hex()[:-2])
    (folder / "unsaid.csv").write_text(f"vin,odometer,saledate\n{VIN},100,2014-12-17\n")
    block = city.chain.block_number()

    assert said in refused(*arguments)
    assert city.chain.block_number() == block


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", ID),
        ("history", ID),
        ("verify", ID),
        ("accreditation", GARAGE.address),
        ("recorders",),
        ("record", ID, "odometer", "--km", 1, *sender("garage")),
        ("correct", ID, 1, "--km", 1, *sender("garage")),
        ("import", "sales.csv", "--unit", "km", *WITH_KEY, *sender("garage")),
        ("register", "vehicles.csv", *sender("registrar")),
        ("transfer", ID, BUYER, *sender("registrar")),
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_chain_without_the_contract_is_explained(city, registry, refused, folder, arguments):
    entries = {name: {**entry, "address": BUYER} for name, entry in _book(folder, city)["contracts"].items()}
    _write_book(folder, city, {**_book(folder, city), "contracts": entries})
    (folder / "vehicles.csv").write_text(f"vehicle,owner\n{OTHER_ID},{OWNER}\n")
    sales_file(folder, f"{VIN},100,{DATE}")

    assert "There is no contract of this suite at its address" in refused(*arguments)


def _book(folder, city):
    return json.loads((folder / "deployments" / f"{city.chain.id}.json").read_text())


def _write_book(folder, city, book):
    (folder / "deployments" / f"{city.chain.id}.json").write_text(json.dumps(book))


@pytest.fixture
def sheet(folder):
    """Writes an inspection sheet of the vehicle; returns its name."""

    def write(**condition):
        fields = json.loads(EXAMPLE.read_text(encoding="utf-8"))
        fields["vehicle"]["vin"] = VIN
        fields["inspected_on"] = "2024-05-01"
        fields["condition"] |= condition
        (folder / "sheet.json").write_text(json.dumps(fields), encoding="utf-8")
        return "sheet.json"

    return write


def test_an_inspection_takes_reading_and_day_from_its_sheet(registry, found, sheet):
    document = ("--document", sheet())

    found("record", VIN, "performance-inspection", *document, *sender("garage"), *WITH_KEY)

    last = found("history", ID)["records"][-1]
    assert (last["kind"], last["km"], last["gauge"]) == ("PERFORMANCE_INSPECTION", 48_200, "READ")
    assert datetime.fromtimestamp(last["occurred_at"], ZoneInfo("Asia/Seoul")).date().isoformat() == "2024-05-01"


def test_a_reading_of_a_defective_odometer_is_not_recorded(registry, found, sheet):
    document = ("--document", sheet(odometer={"gauge": "defective", "km": 48_200}))

    found("record", VIN, "performance-inspection", *document, *sender("garage"), *WITH_KEY)

    assert found("history", ID)["records"][-1]["gauge"] == "NOT_READ"


@pytest.mark.parametrize(
    ("which", "typed", "said"),
    [
        (VIN, ("--km", "50000"), "--km says 50000, the sheet says 48200"),
        (VIN, ("--date", "2024-05-02"), "--date says 2024-05-02, the sheet says 2024-05-01"),
        (OTHER_VIN, (), f"The sheet is for VIN {VIN}"),
    ],
)
def test_a_sheet_that_disagrees_with_what_is_recorded_is_refused(registry, refused, sheet, which, typed, said):
    answer = refused(
        "record", which, "performance-inspection", "--document", sheet(), *typed, *sender("garage"), *WITH_KEY
    )

    assert said in answer and "Nothing was sent" in answer
    assert registry.state(VEHICLE).records == 1


def test_a_sheet_that_is_not_as_the_form_wants_it_is_not_recorded(registry, refused, sheet):
    document = ("--document", sheet(vin_marking="fine"))

    assert "condition.vin_marking" in refused(
        "record", VIN, "performance-inspection", *document, *sender("garage"), *WITH_KEY
    )
    assert registry.state(VEHICLE).records == 1
