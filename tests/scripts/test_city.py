"""A city's file: what it must hold, and what is said where it does not."""

import pytest

from dongne.currency import DEFAULT_TABLE, Kind, table_pairs
from dongne.errors import SettingError
from dongne.suite import Role
from scripts.deployment.city import City

HOLDER = "0x" + "ab" * 20
OFFICERS = "[officers]\n" + "\n".join(f'{role.name.lower()} = "{HOLDER}"' for role in Role)


def written(tmp_path, text):
    file = tmp_path / "city.toml"
    file.write_text(text)
    return file


def test_settings_left_out_have_defaults(tmp_path):
    city = City.from_file(written(tmp_path, OFFICERS))

    assert city.currency_decimals == 0
    assert set(city.officers) == set(Role)


def test_gifts_among_residents_can_be_ruled_out(tmp_path):
    city = City.from_file(written(tmp_path, "residents_may_give = false\n" + OFFICERS))

    assert city.transfer_table == DEFAULT_TABLE
    assert (Kind.RESIDENT, Kind.RESIDENT) not in table_pairs(city.transfer_table)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "names no holder of administrator"),
        (OFFICERS.replace("guardian", "gardener"), "no such role: gardener"),
        (OFFICERS.replace(HOLDER, "0x12", 1), "is no address"),
        ("currency_nmae = 'x'\n" + OFFICERS, "currency_nmae"),
        ("[officers", "cannot be read"),
        ("currency_name = '아주 긴 이름의 지역화폐'\n" + OFFICERS, "1 to 31 bytes"),
        ("currency_decimals = 18\n" + OFFICERS, "0 .won. to 6"),
        ("plausible_km_per_day = 0\n" + OFFICERS, "1 to 16,777,215"),
    ],
)
def test_a_bad_file_is_refused_with_its_name_and_the_reason(tmp_path, text, why):
    file = written(tmp_path, text)

    with pytest.raises(SettingError, match=why) as refused:
        City.from_file(file)
    assert str(file) in str(refused.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SettingError, match=r"nowhere\.toml"):
        City.from_file(tmp_path / "nowhere.toml")
