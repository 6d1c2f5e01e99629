"""The address book: written whole, read back equal, refused where it is not one."""

import json
from dataclasses import replace

import pytest

from dongne.book import AddressBook, Entry, FileNotWritable, load, path, save
from dongne.errors import SettingError

ENTRY = Entry("0x5FbDB2315678afecb367f032d93F642f64180aa3", 12, "0x" + "ab" * 32, ["Dongne Won", 0, 2**64 - 1])
BOOK = AddressBook(
    chain_id=11_155_111,
    contracts={"LocalCurrency": ENTRY, "CityAccess": replace(ENTRY, block=7, arguments=[])},
    compiler={"version": "0.8.30", "optimizer": {"runs": 1_000_000}},
    commit="0123abc",
    standard_json_hash="ff" * 32,
    roles={"CURRENCY_OFFICER": "0x" + "12" * 20},
    delays={"ADMINISTRATOR": 3_600},
    time_zone="Europe/Paris",
    complete=True,
)


def test_a_saved_book_reads_back_equal(tmp_path):
    file = save(BOOK, tmp_path / "new folder")

    assert file == path(tmp_path / "new folder", 11_155_111)
    assert load(tmp_path / "new folder", 11_155_111) == BOOK


def test_saving_replaces_the_file_and_leaves_no_draft(tmp_path):
    save(replace(BOOK, complete=False), tmp_path)
    save(BOOK, tmp_path)

    assert [file.name for file in tmp_path.iterdir()] == ["11155111.json"]
    assert load(tmp_path, 11_155_111).complete


def test_a_save_that_fails_leaves_the_old_book(tmp_path):
    save(BOOK, tmp_path)

    with pytest.raises(TypeError):
        save(replace(BOOK, compiler={"version": object()}), tmp_path)

    assert load(tmp_path, 11_155_111) == BOOK


def test_a_contracts_entry_is_found():
    assert BOOK.entry("LocalCurrency") == ENTRY
    assert BOOK.entry("CityAccess").block == 7


def test_a_book_that_cannot_be_written_says_where(tmp_path):
    (tmp_path / "in the way").write_text("")

    with pytest.raises(FileNotWritable, match=r"11155111\.json cannot be written: "):
        save(BOOK, tmp_path / "in the way")


def test_a_missing_contract_is_named_with_those_that_are_there():
    with pytest.raises(SettingError, match=r"no BallotBox \(deployed: CityAccess, LocalCurrency\)"):
        BOOK.entry("BallotBox")
    with pytest.raises(SettingError, match=r"deployed: none yet\)\. Finish the deployment first"):
        AddressBook(chain_id=1).entry("BallotBox")


def test_a_missing_book_says_what_to_do(tmp_path):
    with pytest.raises(SettingError, match=r"No deployment is known on chain 5: .*5\.json is missing\. Deploy first"):
        load(tmp_path, 5)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"contracts": []}',
        '{"contracts": {}, "unknown": 1, "chain_id": 5}',
        '{"contracts": {"LocalCurrency": {"address": "0x12"}}, "chain_id": 5}',
        json.dumps({"contracts": {"X": {"address": "nonsense", "block": 1, "transaction": "", "arguments": []}}}),
    ],
)
def test_a_file_that_is_no_book_is_refused_with_its_name(tmp_path, text):
    path(tmp_path, 5).write_text(text)

    with pytest.raises(SettingError, match=r"5\.json is not an address book"):
        load(tmp_path, 5)
