"""A city's file: what it must hold, and what is said where it does not."""

import pytest

from dongne.deployment.city import City
from dongne.deployment.errors import CityNotReadable, CityNotValid
from dongne.errors import SettingError
from dongne.suite import OFFICES, Role
from scripts.deployment.artifacts import ROOT

HOLDER, SECOND = "0x" + "ab" * 20, "0x" + "cd" * 20
HOLDERS = "\n".join(f'{role.name.lower()} = "{HOLDER}"' for role in OFFICES)
OFFICERS = f'[officers]\nsecond_administrator = "{SECOND}"\n{HOLDERS}'


def written(tmp_path, text, encoding="utf-8"):
    file = tmp_path / "city.toml"
    file.write_bytes(text.encode(encoding))
    return file


def test_settings_left_out_have_defaults(tmp_path):
    city = City.from_file(written(tmp_path, OFFICERS))

    assert city.currency_decimals == 0
    assert city.time_zone == "Asia/Seoul"
    assert city.delays == {Role.ADMINISTRATOR: 86_400, Role.CURRENCY_SUPERVISOR: 86_400}
    assert set(city.officers) == set(OFFICES)


def test_every_setting_is_read(tmp_path):
    text = (
        'currency_name = "Nowon"\ncurrency_symbol = "NWN"\ncurrency_decimals = 2\nresidents_may_give = false\n'
        'registry_name = "Title"\nregistry_symbol = "T"\n'
        'plausible_km_per_day = [900, 1800]\ntime_zone = "Europe/Paris"\n'
        f"{OFFICERS}\n[delays]\nadministrator = 3600\n"
    )

    city = City.from_file(written(tmp_path, text))

    assert (city.currency_name, city.currency_symbol, city.currency_decimals) == ("Nowon", "NWN", 2)
    assert (city.registry_name, city.registry_symbol, city.plausible_km_per_day) == ("Title", "T", [900, 1800])
    assert (city.residents_may_give, city.time_zone) == (False, "Europe/Paris")
    assert city.delays == {Role.ADMINISTRATOR: 3600, Role.CURRENCY_SUPERVISOR: 86_400}


def test_a_city_says_in_words_that_its_administrator_has_no_delay(tmp_path):
    city = City.from_file(written(tmp_path, OFFICERS + '\n[delays]\nadministrator = "none"\n'))

    assert city.delays[Role.ADMINISTRATOR] == 0


def test_a_second_administrator_holds_the_same_role(tmp_path):
    city = City.from_file(written(tmp_path, OFFICERS))

    administrators = [holder.lower() for role, holder in city.holders() if role is Role.ADMINISTRATOR]
    assert administrators == [HOLDER, SECOND]


def test_a_city_says_in_words_that_it_has_no_second_administrator(tmp_path):
    city = City.from_file(written(tmp_path, f'[officers]\nsecond_administrator = "none"\n{HOLDERS}'))

    assert city.second_administrator is None


def test_gifts_among_residents_can_be_ruled_out(tmp_path):
    without = City.from_file(written(tmp_path, "residents_may_give = false\n" + OFFICERS))
    with_gifts = City.from_file(written(tmp_path, OFFICERS))

    resident_to_resident = 1 << (8 * 1 + 1)
    assert with_gifts.transfer_table == without.transfer_table | resident_to_resident
    assert not without.transfer_table & resident_to_resident


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "names no holder of administrator"),
        (OFFICERS.replace("guardian", "gardener"), "'gardener', which is not a role"),
        (OFFICERS.replace(HOLDER, "0x12", 1), "is not an address"),
        (OFFICERS.replace(f'"{HOLDER}"', "12", 1), "must be an address in quotes, not 12"),
        (OFFICERS.replace(HOLDER, "0x00000000000000000000000000000000000000a0", 1), "a placeholder"),
        (OFFICERS.replace(HOLDER, "0x" + "0" * 40, 1), "a placeholder"),
        ("currency_nmae = 'x'\n" + OFFICERS, "there is no setting 'currency_nmae'"),
        ("officers = 3", "must be a table of its own"),
        ("currency_name = '아주 긴 이름의 지역화폐'\n" + OFFICERS, "1 to 31 bytes"),
        ("currency_name = ''\n" + OFFICERS, "1 to 31 bytes"),
        ("currency_name = 5\n" + OFFICERS, "currency_name must be text"),
        ("currency_symbol = true\n" + OFFICERS, "currency_symbol must be text"),
        ("currency_decimals = 18\n" + OFFICERS, "0 .won. to 6"),
        ("currency_decimals = true\n" + OFFICERS, "0 .won. to 6"),
        ("currency_decimals = '0'\n" + OFFICERS, "0 .won. to 6"),
        ("currency_decimals = 0.0\n" + OFFICERS, "0 .won. to 6"),
        ("residents_may_give = 'no'\n" + OFFICERS, "residents_may_give must be true or false, not 'no'"),
        ("plausible_km_per_day = [0]\n" + OFFICERS, "a list of 1 to 16 whole numbers up to 65,535"),
        ("plausible_km_per_day = [65536]\n" + OFFICERS, "a list of 1 to 16 whole numbers up to 65,535"),
        ("plausible_km_per_day = [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]\n" + OFFICERS, "a list of 1 to 16 whole numbers"),
        ("plausible_km_per_day = []\n" + OFFICERS, "a list of 1 to 16 whole numbers"),
        ("plausible_km_per_day = 1000\n" + OFFICERS, "a list of 1 to 16 whole numbers"),
        ("time_zone = 'Korea/Seoul'\n" + OFFICERS, "the name of a time zone"),
        ("time_zone = '../etc'\n" + OFFICERS, "the name of a time zone"),
        ("time_zone = 9\n" + OFFICERS, "the name of a time zone"),
        ("[officers]\n" + HOLDERS, 'names no second_administrator; write "none"'),
        (f'[officers]\nsecond_administrator = "{HOLDER}"\n{HOLDERS}', "is the administrator"),
        (f"[officers]\nsecond_administrator = 3\n{HOLDERS}", "must be an address in quotes"),
        (f"[officers]\nsecond_administrator = '0x{'0' * 38}a0'\n{HOLDERS}", "a placeholder whose key nobody has"),
        (OFFICERS + "\n[delays]\ncurrency_supervisor = 0", 'the delay of currency_supervisor is 0; write "none"'),
        (OFFICERS + "\n[delays]\nadministrator = 0", 'the delay of administrator is 0; write "none"'),
        (OFFICERS + "\n[delays]\nadministrator = false", "the delay of administrator must be 0 to"),
        (OFFICERS + "\n[delays]\nguardian = -1", "the delay of guardian must be 0 to"),
        (OFFICERS + "\n[delays]\nguardian = 31536001", "the delay of guardian must be 0 to 31,536,000 seconds"),
        (OFFICERS + "\n[delays]\nguardian = 'a day'", "the delay of guardian must be 0 to"),
        (OFFICERS + "\n[delays]\ngardener = 1", "'gardener', which is not a role"),
    ],
)
def test_a_bad_setting_is_refused_with_the_files_name_and_the_reason(tmp_path, text, why):
    file = written(tmp_path, text)

    with pytest.raises(CityNotValid, match=why) as refused:
        City.from_file(file)
    assert str(file) in str(refused.value)


@pytest.mark.parametrize(
    ("text", "encoding", "why"),
    [("[officers", "utf-8", "it is not TOML"), ("currency_name = '노원'", "cp949", "it is not UTF-8 text")],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, text, encoding, why):
    with pytest.raises(CityNotReadable, match=why):
        City.from_file(written(tmp_path, text, encoding))


def test_all_problems_are_told_at_once(tmp_path):
    with pytest.raises(CityNotValid, match=r"currency_decimals.*; time_zone"):
        City.from_file(written(tmp_path, "currency_decimals = 9\ntime_zone = 'X'\n" + OFFICERS))


def test_the_example_is_refused_until_its_addresses_are_replaced():
    with pytest.raises(CityNotValid, match="a placeholder whose key nobody has"):
        City.from_file(ROOT / "docs" / "city.example.toml")


def test_the_example_with_real_addresses_is_a_city(tmp_path):
    text = (ROOT / "docs" / "city.example.toml").read_text(encoding="utf-8")

    city = City.from_file(written(tmp_path, text.replace("0x00000000000000000000000000000000000000", "0x" + "12" * 19)))

    assert city.delays[Role.ADMINISTRATOR] == 86_400


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SettingError, match=r"nowhere\.toml"):
        City.from_file(tmp_path / "nowhere.toml")
