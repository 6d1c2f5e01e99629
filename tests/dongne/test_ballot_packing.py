"""Votes: what is signed, and every byte of a batch and of the logs of counting it."""

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from dongne.ballot import (
    Booth,
    CountedGroup,
    Rule,
    SignedVote,
    Skip,
    SkippedVote,
    Vote,
    in_batches,
    mask_of,
    options_of,
    pack_votes,
    unpack_counted,
    unpack_skipped,
    unpack_votes,
)
from dongne.errors import InputError
from dongne.signing import Domain, expand

DOMAIN = Domain("Dongne BallotBox", "1", 31_337, "0x" + "12" * 20)
KEY = Account.from_key(b"\x01" * 32)


def vote(index=1, choices=1, byte=0xAB):
    return SignedVote(index, choices, bytes([byte]) * 64)


def test_a_wallet_that_signs_the_typed_data_signs_the_digest():
    message = Vote(7, 0b101)

    signature = expand(Booth(DOMAIN, 7).sign(0, 0b101, KEY).signature)

    signable = encode_typed_data(full_message=message.typed_data(DOMAIN))
    assert Account.recover_message(signable, signature=signature) == KEY.address


def test_each_choice_poll_and_box_has_a_digest_of_its_own():
    other_box = Domain(DOMAIN.name, DOMAIN.version, DOMAIN.chain_id, "0x" + "13" * 20)
    booths = [Booth(DOMAIN, 7), Booth(DOMAIN, 8), Booth(other_box, 7)]

    digests = [booth.digest(choices) for booth in booths for choices in (1, 2)]

    assert len(set(digests)) == 6
    assert booths[0].digest(1) == Vote(7, 1).digest(DOMAIN)


def test_a_batch_is_packed_byte_by_byte():
    votes = [vote(0x010203, 0b10, 0xAA), vote(5, 0b01, 0xBB), vote(4, 0b10, 0xCC)]

    assert pack_votes(votes).hex() == (
        f"{'00' * 15}01"
        + "0001"
        + "000005"
        + "bb" * 64
        + f"{'00' * 15}02"
        + "0002"
        + "000004"
        + "cc" * 64
        + "010203"
        + "aa" * 64
    )


def test_unpacking_gives_the_votes_in_the_order_of_the_batch():
    votes = [vote(9, 3), vote(0, 2**128 - 1), vote(2**24 - 2, 3), vote(1, 3)]

    assert unpack_votes(pack_votes(votes)) == [vote(1, 3), vote(9, 3), vote(2**24 - 2, 3), vote(0, 2**128 - 1)]


@pytest.mark.parametrize("cut", [1, 17, 18, 84])
def test_a_batch_that_is_cut_off_is_not_unpacked(cut):
    with pytest.raises(InputError, match="byte 0 is empty or cut off"):
        unpack_votes(pack_votes([vote()])[:cut])


def test_an_empty_group_is_not_unpacked():
    with pytest.raises(InputError, match="byte 0 is empty"):
        unpack_votes(bytes(18))


@pytest.mark.parametrize(
    ("index", "choices", "signature"),
    [(-1, 1, 64), (2**24 - 1, 1, 64), (0, -1, 64), (0, 2**128, 64), (0, 1, 63), (0, 1, 65)],
)
def test_what_does_not_fit_a_batch_is_no_vote(index, choices, signature):
    with pytest.raises(InputError):
        SignedVote(index, choices, bytes(signature))


def test_counted_logs_are_read_back():
    log = (
        (5).to_bytes(16, "big")
        + b"\x00\x02"
        + b"\x00\x00\x01"
        + b"\xff\xff\xfe"
        + (1).to_bytes(16, "big")
        + b"\x00\x01\x00\x00\x00"
    )

    assert unpack_counted(log) == [CountedGroup(5, (1, 2**24 - 2)), CountedGroup(1, (0,))]


def test_skipped_logs_are_read_back():
    assert unpack_skipped(bytes.fromhex("0000ff0102030300010000000004")) == [
        SkippedVote(255, 0x010203, Skip.ALREADY_VOTED),
        SkippedVote(256, 0, Skip.BAD_SIGNATURE),
    ]
    with pytest.raises(InputError, match="not a whole number of votes"):
        unpack_skipped(bytes(8))


def test_batches_hold_neighbours():
    votes = [vote(index, 1 + index % 3) for index in (500, 3, 77, 1, 300)]

    batches = [[each.index for each in batch] for batch in in_batches(votes, 2)]

    assert [sorted(batch) for batch in batches] == [[1, 3], [77, 300], [500]]


def test_masks_and_option_numbers_say_the_same():
    assert mask_of([0, 5, 127]) == 1 | 1 << 5 | 1 << 127
    assert options_of(mask_of([127, 0, 5])) == [0, 5, 127]
    for wrong in ([128], [-1], [3, 3]):
        with pytest.raises(InputError):
            mask_of(wrong)


@pytest.mark.parametrize(
    ("rule", "allowed", "refused"),
    [
        (Rule.EXACTLY_ONE, [1, 4], [0, 3, 8]),
        (Rule.UP_TO, [1, 3, 6], [0, 7, 8]),
        (Rule.EXACTLY, [3, 5], [1, 7, 9]),
    ],
)
def test_rules_judge_as_the_contract_does(rule, allowed, refused):
    picks = 1 if rule is Rule.EXACTLY_ONE else 2

    assert [mask for mask in allowed + refused if rule.allows(mask, 3, picks)] == allowed
