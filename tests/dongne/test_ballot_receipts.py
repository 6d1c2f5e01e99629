"""Receipts of votes: issued for every way of voting, checked against a node, and refused wherever they were altered."""

import json

import pytest

from dongne import book as books
from dongne.ballot import check_receipt, issue_receipt, read_receipt
from dongne.ballot.errors import NotAReceipt, ReceiptDisproven, VoteNotFound
from dongne.errors import InputError
from tests.dongne.election_office import Office
from tests.dongne.test_ballot_chain import (  # noqa: F401 fixtures
    box,
    city,
    keys,
    officer,
    open_poll,
    poll,
    registrar,
    roll,
    rolls,
    sign,
    sign_alone,
    voters,
)


@pytest.fixture
def voted(city, box, poll, sign, sign_alone, keys):  # noqa: F811
    """A poll with a vote in a batch (voter 2), one signed alone (3) and one sent by its voter (4)."""
    city.chain.web3.provider.make_request("anvil_setBalance", [keys[4].address, hex(10**18)])
    box.cast_batch(poll, [sign(poll, 1, 0b1), sign(poll, 2, 0b11)]).transact(city.relayer)
    box.vote_by_signature(poll, sign_alone(poll, 3, 0b100)).transact(city.relayer)
    box.vote(poll, 4, 0b1).transact(keys[4])
    return poll


@pytest.fixture
def file(tmp_path, box, rolls, voted):  # noqa: F811
    written = tmp_path / "receipt.json"
    written.write_text(json.dumps(issue_receipt(box, rolls, voted, 2).as_json()), encoding="utf-8")
    return written


def altered(file, **changes):
    data = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(data | changes), encoding="utf-8")
    return file


@pytest.mark.parametrize(("index", "signed"), [(2, "Vote"), (3, "AccountVote"), (4, "transaction")])
def test_a_receipt_is_confirmed_for_every_way_of_voting(box, rolls, voted, tmp_path, index, signed):  # noqa: F811
    receipt = issue_receipt(box, rolls, voted, index)
    (tmp_path / "receipt.json").write_text(json.dumps(receipt.as_json()), encoding="utf-8")

    again = read_receipt(tmp_path / "receipt.json")

    assert again.signed.label == signed
    assert check_receipt(again, box, rolls).final


def test_a_receipt_says_what_the_voter_chose(box, rolls, voted):  # noqa: F811
    data = issue_receipt(box, rolls, voted, 2).as_json()

    assert (data["question"], data["choices"]) == ("Which of them?", ["Project 0", "Project 1"])
    assert (data["index"], data["place"], data["mask"]) == (2, 1, "0x3")


def test_who_has_not_voted_gets_no_receipt(box, rolls, voted):  # noqa: F811
    with pytest.raises(VoteNotFound, match="No vote of voter 9"):
        issue_receipt(box, rolls, voted, 9)


@pytest.mark.parametrize(
    ("what", "changes"),
    [
        ("question", {"question": "Which of those?"}),
        ("choices", {"choices": ["Project 0"]}),
        ("choices", {"mask": "0x1"}),
        ("document", {"document": "0x" + "11" * 32}),
        ("terms", {"terms": "0x" + "11" * 32}),
        ("voter", {"index": 1}),
        ("voter", {"voter": "0x" + "11" * 20}),
        ("signature", {"signature": "0x" + "11" * 64}),
        ("transaction", {"transaction": "0x" + "11" * 32}),
        ("transaction", {"place": 0}),
        ("chain_id", {"chain_id": 5}),
        ("electoral_roll", None),
    ],
)
def test_an_altered_receipt_is_refused_and_says_where(file, box, rolls, what, changes):  # noqa: F811
    found = read_receipt(altered(file, **(changes or {"electoral_roll": box.address})))

    with pytest.raises(ReceiptDisproven, match=f"its {what} is not what the node"):
        check_receipt(found, box, rolls)


def test_a_receipt_of_another_block_is_refused(file, box, rolls):  # noqa: F811
    block = json.loads(file.read_text(encoding="utf-8"))["block"]
    found = read_receipt(altered(file, block={**block, "hash": "0x" + "11" * 32}))

    with pytest.raises(ReceiptDisproven, match="its block"):
        check_receipt(found, box, rolls)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"format": "dongne-ballot-receipt-2"}', "[" * 100_000], ids=str.__len__
)
def test_a_file_that_is_no_receipt_is_named(tmp_path, text):
    (tmp_path / "receipt.json").write_text(text, encoding="utf-8")

    with pytest.raises((NotAReceipt, InputError)):
        read_receipt(tmp_path / "receipt.json")


def test_from_the_command_line_without_an_address_book(city, voted, tmp_path):  # noqa: F811
    office = Office.on(city, tmp_path)
    file = tmp_path / "receipt.json"
    office.json("ballot", "receipt", voted, 2, "--out", file)
    books.path(tmp_path, city.chain.id).unlink()

    verified = office.json("ballot", "verify", file, "--also-rpc", city.chain.rpc)

    assert (verified["verified"], verified["final"], verified["nodes"]) == (True, True, 2)
    assert "“Project 0”, “Project 1”" in office.run("ballot", "verify", file)[1]
    assert "투표한 그대로" in office.run("ballot", "verify", file, lang="ko")[1]
    code, _out, err = office.run("ballot", "verify", altered(file, choices=["Project 9"]))
    assert code != 0
    assert "its choices is not what" in err or "choices" in err


def test_a_receipt_of_another_citys_box_is_refused_by_the_book(city, box, file, tmp_path):  # noqa: F811
    office = Office.on(city, tmp_path)

    code, _out, err = office.run("ballot", "verify", altered(file, ballot_box="0x" + "11" * 20))

    assert code != 0
    assert "Somebody else issued it" in err
