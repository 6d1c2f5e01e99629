"""Found with a real file: the same sales, saved again by Excel with the columns moved, were recorded a second time.

A record was known by the hash of its row. Now it is known by what it says of its vehicle and day as well.
"""

import json

import pytest
from eth_account import Account

from scripts.localchain.suite import person
from tests.dongne.test_vehicle_commands import (  # noqa: F401
    DATE,
    GARAGE,
    IMPORT,
    KINDS,
    OTHER,
    OTHER_VIN,
    OWNER,
    SINCE,
    VEHICLE,
    VIN,
    WITH_KEY,
    Entry,
    Kind,
    RegistrationItem,
    Role,
    accredited,
    city,
    dongne,
    folder,
    found,
    item,
    printed,
    registry,
    sales_file,
    sender,
)

ROWS = (f"{VIN},100,{DATE}", f"{OTHER_VIN},,{DATE}", f"{VIN},250,Thu Dec 18 2014 12:30:00 GMT-0800 (PST)")
SAVED_AGAIN = {
    "utf-8": ("saledate,vin,odometer", lambda vin, miles, date: f"{date},{vin},{miles}"),
    "utf-8-sig": ("odometer,note,saledate,vin", lambda vin, miles, date: f"{miles},a note,{date},{vin}"),
}
"""Headings and rows by encoding."""


@pytest.fixture
def two_cars(city, registry):  # noqa: F811
    registered = RegistrationItem(OTHER, OWNER, Entry(Kind.REGISTRATION, SINCE))
    registry.register(registered).transact(city.officers[Role.VEHICLE_REGISTRAR])
    return registry


@pytest.mark.parametrize("encoding", list(SAVED_AGAIN))
@pytest.mark.parametrize("salt_lost", [False, True])
def test_moved_columns_are_no_new_records(two_cars, found, folder, encoding, salt_lost):  # noqa: F811
    first = found("import", sales_file(folder, *ROWS), *IMPORT)
    header, written = SAVED_AGAIN[encoding]
    lines = [header, *(written(*row.split(",")) for row in ROWS)]
    (folder / "again.csv").write_text("\n".join(lines) + "\n", encoding=encoding)
    if salt_lost:
        (folder / "sales.csv.salt").unlink()

    second = found("import", "again.csv", *IMPORT)

    assert (first["recorded"], first["not_read"]) == (3, 1)
    assert (second["recorded"], second["already_recorded"]) == (0, 3)
    assert two_cars.state(VEHICLE).records == 3


def test_a_day_without_its_time_is_the_same_day(two_cars, found, folder):  # noqa: F811
    found("import", sales_file(folder, *ROWS), *IMPORT)
    lines = [
        "판매일;차대번호;주행거리",
        f"2014. 12. 18.;{VIN};100",
        f"2014년 12월 18일;{OTHER_VIN};",
        f"2014-12-19;{VIN};250",
    ]
    (folder / "again.csv").write_bytes("\r\n".join(lines).encode("cp949"))

    second = found("import", "again.csv", *IMPORT)

    assert (second["recorded"], second["already_recorded"]) == (0, 3)


def test_another_reading_of_the_day_is_another_record(two_cars, found, folder):  # noqa: F811
    found("import", sales_file(folder, *ROWS), *IMPORT)
    changed = (ROWS[0].replace(",100,", ",101,"), *ROWS[1:])

    second = found("import", sales_file(folder, *changed), *IMPORT)

    assert (second["recorded"], second["already_recorded"]) == (1, 2)


def test_what_a_revoked_key_recorded_is_recorded_again_by_the_next(city, two_cars, found, folder):  # noqa: F811
    found("import", sales_file(folder, *ROWS), *IMPORT)
    accreditor, successor = city.officers[Role.ACCREDITOR], person("inspector")
    two_cars.revoke(GARAGE.address, SINCE).transact(accreditor)
    two_cars.accredit(successor.address, KINDS, SINCE, 2**40 - 1).transact(accreditor)
    (folder / "again.json").write_text(json.dumps(Account.encrypt(successor.key, "secret", iterations=2)))

    second = found("import", sales_file(folder, *ROWS), "--unit", "miles", *WITH_KEY, *sender("again"))

    assert (second["recorded"], second["already_recorded"]) == (3, 0)
