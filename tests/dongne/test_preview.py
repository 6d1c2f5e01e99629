"""What a rehearsal shows of long lists, long bytes and addresses."""

from hexbytes import HexBytes

from dongne.calldata import DecodedCall, calls_in
from dongne.cli.preview import Preview

ADDRESS = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"


def shown(**arguments):
    call = DecodedCall("Contract", "function", arguments)
    lines = list(Preview("title", None, 21_000, 10**9, (call,)).lines({ADDRESS: "BallotBox"}, "en"))
    return [line.strip() for line in lines[2:]]


def test_the_cost_is_the_gas_at_the_highest_fee():
    (line,) = Preview("title", None, 1_000_000, 2 * 10**9, ()).lines({}, "en")

    assert line == "would send title: 1,000,000 gas, at most 0.002000 ether at 2.000 gwei"


def test_numbers_have_separators_and_addresses_their_name():
    assert shown(amount=1234567, to=ADDRESS.lower()) == ["amount = 1,234,567", f"to = {ADDRESS} (BallotBox)"]


def test_long_lists_and_bytes_are_counted_instead_of_shown():
    assert shown(items=(1, 2, 3, 4, 5)) == ["items = [1, 2, 3, … and 2 more]"]
    assert shown(packed=bytes(1_000)) == ["packed = 0x00000000… (1,000 bytes)"]
    assert shown(document=bytes(31) + b"\1") == ["document = 0x" + "00" * 31 + "01"]


def test_a_function_that_no_contract_has_is_its_selector():
    (call,) = calls_in(ADDRESS, HexBytes("0x12345678ff"), {ADDRESS: "BallotBox"})

    assert str(call) == "BallotBox.0x12345678(data=0xff)"
