"""Smart accounts that answer wrongly, dirtily, hugely or by calling back: none gets a vote that it does not have."""

import pytest
from brownie import ERC1271Wallet

from tests.reverting import reverts

HONEST, WRONG_MAGIC, SHORT_ANSWER, DIRTY_MAGIC, REVERTING, BURNING_GAS, HUGE_ANSWER, REENTERING = range(8)


@pytest.fixture
def register(publish, open_poll, administrator, voters):
    """Deploys a wallet of voter 0's key, puts it alone on a roll and opens a poll: gives wallet and poll."""

    def registered(mode):
        wallet = administrator.deploy(ERC1271Wallet, voters[0].address, mode)
        return wallet, open_poll(roll=publish([wallet.address]), ranges=((0, 1),))

    return registered


def test_an_honest_account_votes(register, box, sign_for_account, voters, relayer):
    wallet, poll = register(HONEST)

    box.voteBySignature(poll, 0, 1, sign_for_account(poll, wallet.address, 1, voters[0]), {"from": relayer})

    assert box.tally(poll) == [1, 0, 0, 0]


@pytest.mark.parametrize("mode", [WRONG_MAGIC, SHORT_ANSWER, DIRTY_MAGIC, REVERTING, BURNING_GAS, HUGE_ANSWER])
def test_anything_but_the_magic_answer_is_no_signature(register, box, sign_for_account, voters, relayer, mode):
    wallet, poll = register(mode)
    signature = sign_for_account(poll, wallet.address, 1, voters[0])

    with reverts("BadSignature", poll, 0, wallet):
        box.voteBySignature(poll, 0, 1, signature, {"from": relayer})


def test_an_account_that_calls_back_while_it_is_asked_votes_once(register, box, sign_for_account, voters, relayer):
    wallet, poll = register(REENTERING)
    wallet.prepareReentry(box.vote.encode_input(poll, 0, 2), {"from": relayer})

    box.voteBySignature(poll, 0, 1, sign_for_account(poll, wallet.address, 1, voters[0]), {"from": relayer})

    assert box.tally(poll) == [1, 0, 0, 0]
    assert box.turnout(poll) == (1, 1)


def test_a_batch_asks_no_account_anything(register, box, sign, relayer, pack):
    _wallet, poll = register(HONEST)

    assert box.castBatch(poll, pack(poll, [sign(poll, 0, 1)]), {"from": relayer}).return_value == 0
