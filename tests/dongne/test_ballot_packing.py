"""Votes: what is signed, and every byte of a batch and of the logs of counting it."""

from dataclasses import replace

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from dongne.ballot import (
    BATCH_VOTES,
    BallotPaper,
    Booth,
    ChoiceRule,
    CountedGroup,
    SignedVote,
    Skip,
    SkippedVote,
    in_batches,
    mask_bytes,
    mask_of,
    options_of,
    pack_votes,
    unpack_counted,
    unpack_skipped,
    unpack_votes,
)
from dongne.ballot.forms import MaskForm
from dongne.ballot.scores import choices_of
from dongne.ballot.scores.forms import ScoreForm
from dongne.errors import InputError
from dongne.signing import Domain, expand

DOMAIN = Domain("Dongne BallotBox", "1", 31_337, "0x" + "12" * 20)
KEY = Account.from_key(b"\x01" * 32)


def vote(index=1, choices=1, byte=0xAB):
    return SignedVote(index, choices, bytes([byte]) * 64)


PAPER = BallotPaper(7, "나무를 어디에 심을까요?", ("하천가", "학교 앞", "시장"), b"\x11" * 32, b"\x22" * 32)


@pytest.mark.parametrize("choices", [0b001, 0b101, 0b111])
def test_a_wallet_that_signs_the_typed_data_signs_the_digest(choices):
    signature = expand(Booth(DOMAIN, PAPER).sign(0, choices, KEY).signature)

    signable = encode_typed_data(full_message=PAPER.vote(choices).typed_data(DOMAIN))
    assert Account.recover_message(signable, signature=signature) == KEY.address


@pytest.mark.parametrize(
    "change",
    [
        {"poll": 8},
        {"question": "?"},
        {"document": bytes(32)},
        {"terms": bytes(32)},
        {"labels": ("하천가", "둑", "시장")},
    ],
)
def test_each_choice_word_poll_and_box_has_a_digest_of_its_own(change):
    other_box = Domain(DOMAIN.name, DOMAIN.version, DOMAIN.chain_id, "0x" + "13" * 20)
    booths = [Booth(DOMAIN, PAPER), Booth(DOMAIN, replace(PAPER, **change)), Booth(other_box, PAPER)]

    digests = [booth.digest(choices) for booth in booths for choices in (0b010, 0b110)]

    assert len(set(digests)) == 6
    assert booths[0].digest(0b010) == PAPER.vote(0b010).digest(DOMAIN)


def test_a_batch_is_packed_byte_by_byte():
    votes = [vote(0x010203, 0b10, 0xAA), vote(5, 0b01, 0xBB), vote(4, 0b10, 0xCC)]

    assert pack_votes(votes, 9).hex() == (
        "0001" + "0001" + "000005" + "bb" * 64 + "0002" + "0002" + "000004" + "cc" * 64 + "010203" + "aa" * 64
    )


def test_unpacking_gives_the_votes_in_the_order_of_the_batch():
    votes = [vote(9, 3), vote(0, 2**256 - 1), vote(2**24 - 2, 3), vote(1, 3)]

    unpacked = unpack_votes(pack_votes(votes, 256), 256)

    assert unpacked == [vote(1, 3), vote(9, 3), vote(2**24 - 2, 3), vote(0, 2**256 - 1)]


@pytest.mark.parametrize(("options", "width"), [(2, 1), (8, 1), (9, 2), (64, 8), (255, 32), (256, 32)])
def test_choices_take_a_byte_for_every_eight_options(options, width):
    assert mask_bytes(options) == width
    assert len(pack_votes([vote()], options)) == width + 2 + 67
    with pytest.raises(InputError, match="beyond number"):
        pack_votes([vote(choices=1 << 8 * width if width < 32 else 1 << 255)], options if width < 32 else 8)


@pytest.mark.parametrize("cut", [1, 2, 3, 69])
def test_a_batch_that_is_cut_off_is_not_unpacked(cut):
    with pytest.raises(InputError, match="byte 0 is empty or cut off"):
        unpack_votes(pack_votes([vote()], 8)[:cut], 8)


def test_an_empty_group_is_not_unpacked():
    with pytest.raises(InputError, match="byte 0 is empty"):
        unpack_votes(bytes(18), 128)


@pytest.mark.parametrize(
    ("index", "choices", "signature"),
    [(-1, 1, 64), (2**24 - 1, 1, 64), (0, -1, 64), (0, 2**2048, 64), (0, 1, 63), (0, 1, 65)],
)
def test_what_does_not_fit_a_batch_is_no_vote(index, choices, signature):
    with pytest.raises(InputError):
        SignedVote(index, choices, bytes(signature))


def test_counted_logs_are_read_back():
    log = (
        (5).to_bytes(2, "big")
        + b"\x00\x02"
        + b"\x00\x00\x01"
        + b"\xff\xff\xfe"
        + (1).to_bytes(2, "big")
        + b"\x00\x01\x00\x00\x00"
    )

    assert unpack_counted(log, 10) == [CountedGroup(5, (1, 2**24 - 2)), CountedGroup(1, (0,))]


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


@pytest.mark.parametrize("form", [MaskForm(255), ScoreForm()])
def test_no_batch_is_more_than_a_transaction_may_be(form):
    choices = mask_of(range(255)) if isinstance(form, MaskForm) else choices_of(dict.fromkeys(range(255), 9))
    votes = [vote(index, choices) for index in range(600)]

    batches = list(in_batches(votes, weight=form.weight))

    assert sum(map(len, batches)) == 600
    assert all(len(batch) <= BATCH_VOTES and form.gas(batch) < 2**24 for batch in batches)
    assert all(len(form.pack(batch)) <= 120_000 for batch in batches)


def test_masks_and_option_numbers_say_the_same():
    assert mask_of([0, 5, 255]) == 1 | 1 << 5 | 1 << 255
    assert options_of(mask_of([255, 0, 5])) == [0, 5, 255]
    for wrong in ([256], [-1], [3, 3]):
        with pytest.raises(InputError):
            mask_of(wrong)


@pytest.mark.parametrize(
    ("rule", "allowed", "refused", "words"),
    [
        (ChoiceRule(3, 1, 1), [1, 4], [0, 3, 8], "exactly one option"),
        (ChoiceRule(3, 1, 2), [1, 3, 6], [0, 7, 8], "up to 2 options"),
        (ChoiceRule(3, 2, 2), [3, 5], [1, 7, 9], "exactly 2 options"),
        (ChoiceRule(4, 2, 3), [3, 7, 13], [1, 15, 16], "2 to 3 options"),
        (ChoiceRule(4, 2, 2, blank=8), [3, 8], [9, 11, 1], "exactly 2 options"),
        (ChoiceRule(3, 1, 3, cap=9, costs=(4, 5, 6)), [1, 3, 4], [5, 6, 7], "up to 3 options, costing at most 9"),
    ],
)
def test_rules_judge_as_the_contract_does(rule, allowed, refused, words):
    assert [mask for mask in allowed + refused if rule.allows(mask)] == allowed
    assert rule.in_words().text("en") == words
