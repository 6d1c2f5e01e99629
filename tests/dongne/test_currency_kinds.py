"""Kinds of accounts as words, and tables of who may pay whom."""

import pytest

from dongne.currency import Kind, kind_of, pair_of
from dongne.currency.kinds import NotAKind, NotAPair


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("resident", Kind.RESIDENT),
        ("주민", Kind.RESIDENT),
        ("Merchant", Kind.MERCHANT),
        ("가맹점", Kind.MERCHANT),
        ("기관", Kind.INSTITUTION),
    ],
)
def test_a_kind_is_understood_in_both_languages(word, kind):
    assert kind_of(word) is kind


@pytest.mark.parametrize("word", ["", "king", "frozen", "none", "superseded", "city contract", "2"])
def test_a_word_that_is_not_assignable_is_refused_with_those_that_are(word):
    with pytest.raises(NotAKind, match=r"Possible are: resident, merchant, institution\."):
        kind_of(word)


@pytest.mark.parametrize("word", ["city contract", "SYSTEM_CONTRACT", "시 계약"])
def test_a_table_may_name_city_contracts(word):
    assert pair_of(f"resident:{word}") == (Kind.RESIDENT, Kind.SYSTEM_CONTRACT)


def test_a_pair_is_payer_and_payee():
    assert pair_of("resident:가맹점") == (Kind.RESIDENT, Kind.MERCHANT)


@pytest.mark.parametrize("text", ["resident", "resident:merchant:resident", "", "resident-merchant"])
def test_a_text_that_is_not_a_pair_is_refused(text):
    with pytest.raises(NotAPair, match="payer:payee"):
        pair_of(text)
