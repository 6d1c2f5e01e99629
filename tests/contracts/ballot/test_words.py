"""Voters sign what they read: a signature counts for the words, the terms and the poll that were shown, no others."""

from dataclasses import replace

import pytest
from eth_account import Account

from dongne.ballot import SignedVote, Skip, unpack_skipped
from dongne.signing import compact

BUILD, CLOSE = "Build the library?", "Close the library?"
ANSWERS = ("Yes", "No")


@pytest.fixture
def cast(box, relayer, pack):
    """Relays one vote and says what became of it."""

    def casting(poll, vote):
        events = box.castBatch(poll, pack(poll, [vote]), {"from": relayer}).events
        return unpack_skipped(bytes(events["VotesSkipped"]["items"]))[0].reason if "VotesSkipped" in events else None

    return casting


def test_what_a_wallet_signs_word_for_word_counts(box, open_poll, papers, domain, voters, cast):
    poll = open_poll(question="도서관을 지을까요?", labels=("예", "아니요", "기권"), least=1, most=2)
    shown = papers[poll].vote(0b101).typed_data(domain)
    assert shown["message"]["choices"] == ["예", "기권"]

    signature = Account.sign_typed_data(voters[2].key, full_message=shown).signature

    assert cast(poll, SignedVote(2, 0b101, compact(signature))) is None
    assert box.tally(poll) == [1, 0, 1]


@pytest.mark.parametrize(
    "change",
    [
        {"question": CLOSE},
        {"labels": ("No", "Yes")},
        {"labels": ("Yes ", "No")},
        {"document": b"\x12" * 32},
        {"terms": b"\x13" * 32},
        {"poll": 10**6},
    ],
)
def test_a_signature_over_other_words_or_terms_does_not_count(open_poll, papers, sign, cast, change):
    poll = open_poll(question=BUILD, labels=ANSWERS)
    papers[poll] = replace(papers[poll], **change)

    assert cast(poll, sign(poll, 0, 0b01)) is Skip.BAD_SIGNATURE
