"""VINs, salts and ids."""

import hmac
from hashlib import sha256

import pytest
from eth_utils.crypto import keccak

from dongne.documents import document_hash
from dongne.errors import InputError, SettingError
from dongne.vehicle import (
    CityKey,
    chosen,
    disclose,
    has_wrong_check_digit,
    normalise_vin,
    parse_vehicle_id,
    possible_ids,
    read_city_key,
    row_hash,
    vehicle_id,
)

KEY = bytes(range(32))
VIN = "4T1BG22K3XU414256"


def test_an_id_is_the_hash_of_vin_and_salt():
    salt = hmac.new(KEY, VIN.encode(), sha256).digest()

    assert vehicle_id(VIN, KEY) == keccak(VIN.encode() + salt)


def test_a_disclosure_proves_the_id_without_the_key():
    disclosure = disclose(VIN.lower(), KEY)

    assert disclosure.vin == VIN
    assert disclosure.vehicle == vehicle_id(VIN, KEY)


def test_another_key_gives_another_id():
    assert vehicle_id(VIN, KEY) != vehicle_id(VIN, KEY[::-1])


def test_a_short_key_is_refused():
    with pytest.raises(InputError, match="has 31 bytes; it needs at least 32"):
        vehicle_id(VIN, KEY[:31])


def test_a_documents_hash_hides_the_document():
    assert document_hash(b"report", KEY) == keccak(b"report" + KEY)
    assert document_hash(b"report", KEY) != document_hash(b"report", KEY[::-1])


def test_an_imported_row_is_salted_by_the_lists_salt():
    salt = hmac.new(KEY, b"a row", sha256).digest()

    assert row_hash(b"a row", KEY) == keccak(b"a row" + salt)


@pytest.mark.parametrize("text", ["GX81-1234567", " gx81 1234567 ", "Gx811234567"])
def test_the_chassis_number_of_an_import_is_one_however_it_is_written(text):
    assert normalise_vin(text) == "GX811234567"
    assert not has_wrong_check_digit(normalise_vin(text))


@pytest.mark.parametrize("text", ["A-12", "AB1234567890123", "ABCDEFGH", "12345678", "GX81/1234567", "가X81-1234567"])
def test_what_is_neither_vin_nor_chassis_number_is_refused(text):
    with pytest.raises(InputError, match="a chassis number 5 to 13"):
        normalise_vin(text)


def test_a_vin_is_read_in_any_case_and_with_spaces_around():
    assert normalise_vin(f"  {VIN.lower()}\n") == VIN


@pytest.mark.parametrize("length", [0, 16, 18])
def test_a_vin_of_another_length_is_refused(length):
    with pytest.raises(InputError, match=f"has {length} characters; a VIN has 17"):
        normalise_vin("4" * length)


@pytest.mark.parametrize("wrong", ["I", "O", "Q", "-", "É", "가"])
def test_a_vin_with_other_characters_is_refused(wrong):
    with pytest.raises(InputError, match=f"contains {wrong}"):
        normalise_vin(VIN[:16] + wrong)


def test_a_wrong_check_digit_is_noticed_but_the_id_is_given():
    typo = VIN[:8] + "4" + VIN[9:]

    assert not has_wrong_check_digit(VIN)
    assert has_wrong_check_digit(typo)
    assert len(vehicle_id(typo, KEY)) == 32


def test_a_vehicle_is_meant_by_its_id_or_by_its_vin():
    vehicle = vehicle_id(VIN, KEY)

    assert possible_ids(" 0x" + vehicle.hex().upper() + "\n", None) == (vehicle,)
    assert possible_ids(VIN.lower(), CityKey((KEY,))) == (vehicle,)
    with pytest.raises(SettingError, match="by its VIN needs the city's key"):
        possible_ids(VIN, None)


@pytest.mark.parametrize("text", ["0x12", "0x" + "0" * 63 + "g", "0x" + "0" * 65, "0x" + "０" * 64, "0x" + " " * 64])
def test_what_is_not_an_id_is_refused(text):
    with pytest.raises(InputError, match="is not a vehicle's id"):
        parse_vehicle_id(text)


@pytest.mark.parametrize("text", [KEY.hex(), KEY.hex() + "\n", "0x" + KEY.hex().upper() + "\r\n"])
def test_the_citys_key_is_hexadecimal_digits(tmp_path, text):
    (tmp_path / "city.key").write_text(text)

    assert read_city_key(tmp_path / "city.key") == CityKey((KEY,))


@pytest.mark.parametrize("content", [b"", b"abc", b"zz" * 32, KEY.hex()[:-2].encode(), "가".encode(), b"\xff\xfe0"])
def test_a_file_without_a_key_is_refused(tmp_path, content):
    (tmp_path / "city.key").write_bytes(content)

    with pytest.raises(SettingError, match=r"does not hold a city's key. A key is one line of at least 64 hexadecimal"):
        read_city_key(tmp_path / "city.key")


def test_a_key_that_cannot_be_read_is_refused(tmp_path):
    for file in (tmp_path, tmp_path / "none"):
        with pytest.raises(SettingError, match="cannot be read"):
            read_city_key(file)


def test_a_new_edition_of_the_key_leaves_registered_vehicles_their_ids(tmp_path):
    new = bytes(range(100, 132))
    (tmp_path / "city.key").write_text(f"{KEY.hex()}\n{new.hex()}\n")
    newest, oldest = possible_ids(VIN, read_city_key(tmp_path / "city.key"))

    assert (newest, oldest) == (vehicle_id(VIN, new), vehicle_id(VIN, KEY))
    assert chosen((newest, oldest), {newest: bytes(32), oldest: bytes(32)}) == newest
    assert chosen((newest, oldest), {newest: bytes(32), oldest: b"\x01" * 32}) == oldest
