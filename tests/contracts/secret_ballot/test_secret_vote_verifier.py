"""The verifier takes real proofs, alone and together, and no other; snarkjs made them once, of circuit 24."""

import json
from pathlib import Path

import pytest
from brownie import SecretVoteVerifier, accounts

from dongne.ballot.secret import DEPTH, FIELD_ORDER

BASE_ORDER = 21888242871839275222246405745257275088696311157297823662689037894645226208583
PROOFS = json.loads((Path(__file__).parent / "proofs.json").read_text())


@pytest.fixture(scope="module")
def verifier():
    return accounts[0].deploy(SecretVoteVerifier)


@pytest.fixture
def claims():
    """Twelve claims by twelve members of one group in one scope: [root, nullifier, message, scope] and the proof."""
    return [([int(each) for each in one["signals"]], [int(each) for each in one["proof"]]) for one in PROOFS]


def alone(verifier, claim, depth=DEPTH):
    signals, (a1, a2, b1, b2, b3, b4, c1, c2) = claim
    return verifier.verifyProof([a1, a2], [[b1, b2], [b3, b4]], [c1, c2], signals, depth)


def together(verifier, claims, root=None, scope=None, depth=DEPTH):
    root, scope = claims[0][0][0] if root is None else root, claims[0][0][3] if scope is None else scope
    words = [word for signals, proof in claims for word in (signals[2], signals[1], *proof)]
    return verifier.verifyAll(root, scope, depth, b"".join(word.to_bytes(32, "big") for word in words))


def altered(claims, at, change):
    """The claims with one of them changed: `change` gets its signals and its proof and may change both."""
    changed = [(list(signals), list(proof)) for signals, proof in claims]
    change(*changed[at])
    return changed


ALTERATIONS = {
    "another message": lambda signals, proof: signals.__setitem__(2, signals[2] + 1),
    "another nullifier": lambda signals, proof: signals.__setitem__(1, signals[1] + 1),
    "the nullifier beyond the field": lambda signals, proof: signals.__setitem__(1, signals[1] + FIELD_ORDER),
    "the message beyond the field": lambda signals, proof: signals.__setitem__(2, signals[2] + FIELD_ORDER),
    "a point off its curve": lambda signals, proof: proof.__setitem__(0, proof[0] + 1),
    "C off its curve": lambda signals, proof: proof.__setitem__(6, proof[6] + 1),
    "B off its curve": lambda signals, proof: proof.__setitem__(2, proof[2] + 1),
    "a coordinate beyond the field": lambda signals, proof: proof.__setitem__(0, proof[0] + BASE_ORDER),
    "A mirrored": lambda signals, proof: proof.__setitem__(1, BASE_ORDER - proof[1]),
    "C mirrored": lambda signals, proof: proof.__setitem__(7, BASE_ORDER - proof[7]),
    "A at infinity": lambda signals, proof: proof.__setitem__(slice(0, 2), [0, 0]),
    "nothing": lambda signals, proof: proof.__setitem__(slice(0, 8), [0] * 8),
}
each_alteration = pytest.mark.parametrize("change", ALTERATIONS.values(), ids=ALTERATIONS)


def test_each_real_proof_holds_alone(verifier, claims):
    assert all(alone(verifier, claim) for claim in claims)


@pytest.mark.parametrize("count", [1, 2, 12])
def test_real_proofs_hold_together(verifier, claims, count):
    assert together(verifier, claims[:count])


def test_a_proof_may_be_claimed_twice(verifier, claims):
    assert together(verifier, [claims[0], claims[0]])


@each_alteration
def test_an_altered_claim_does_not_hold_alone(verifier, claims, change):
    assert not alone(verifier, altered(claims, 0, change)[0])


@each_alteration
@pytest.mark.parametrize("at", [0, 5, 11])
def test_one_altered_claim_spoils_all(verifier, claims, change, at):
    assert not together(verifier, altered(claims, at, change))


def test_claims_that_exchange_their_proofs_do_not_hold(verifier, claims):
    (first, first_proof), (second, second_proof) = claims[:2]

    assert not together(verifier, [(first, second_proof), (second, first_proof)])


def test_errors_that_cancel_out_in_a_plain_sum_do_not_hold(verifier, claims):
    """Without random powers two claims could be wrong by the same amount, one up and one down."""
    wrong = altered(claims[:2], 0, lambda signals, proof: signals.__setitem__(2, signals[2] + 1))
    wrong = altered(wrong, 1, lambda signals, proof: signals.__setitem__(2, signals[2] - 1))

    assert not together(verifier, wrong)


def test_c_moved_from_one_claim_to_another_does_not_hold(verifier, claims):
    """The sum of all C stays the same; only their powers tell them apart."""
    wrong = altered(claims[:2], 0, lambda signals, proof: proof.__setitem__(slice(6, 8), claims[1][1][6:]))
    wrong = altered(wrong, 1, lambda signals, proof: proof.__setitem__(slice(6, 8), claims[0][1][6:]))

    assert not together(verifier, wrong)


@pytest.mark.parametrize("what", ["root", "scope"])
@pytest.mark.parametrize("change", [1, FIELD_ORDER])
def test_another_root_or_scope_does_not_hold(verifier, claims, what, change):
    value = claims[0][0][0 if what == "root" else 3] + change

    assert not together(verifier, claims, **{what: value})


@pytest.mark.parametrize("depth", [23, 25, 32])
def test_proofs_of_another_circuit_do_not_hold(verifier, claims, depth):
    assert not alone(verifier, claims[0], depth)
    assert not together(verifier, claims, depth=depth)


@pytest.mark.parametrize("depth", [0, 33, 2**256 - 1])
def test_a_depth_without_a_key_has_no_proofs(verifier, claims, depth):
    assert not together(verifier, claims, depth=depth)


@pytest.mark.parametrize("cut", [0, 1, 319, 321])
def test_claims_that_are_cut_off_do_not_hold(verifier, claims, cut):
    root, _nullifier, message, scope = claims[0][0]
    whole = b"".join(word.to_bytes(32, "big") for word in (message, claims[0][0][1], *claims[0][1]))

    assert not verifier.verifyAll(root, scope, DEPTH, (whole + whole)[:cut])


def test_a_rerandomised_proof_holds_but_says_the_same(verifier, claims):
    """Groth16 proofs can be changed by anyone into others of the same statement: so a nullifier counts once, whatever
    the proof."""
    signals, (a1, a2, b1, b2, b3, b4, c1, c2) = claims[0]
    twin = (signals, [a1, BASE_ORDER - a2, b1, b2, (-b3) % BASE_ORDER, (-b4) % BASE_ORDER, c1, c2])

    assert alone(verifier, twin)
    assert together(verifier, [twin, claims[1]])


def test_many_together_cost_less_than_a_third_of_one_by_one(verifier, claims):
    words = [word for signals, proof in claims for word in (signals[2], signals[1], *proof)]
    root, _nullifier, _message, scope = claims[0][0]
    batch = b"".join(word.to_bytes(32, "big") for word in words)
    signals, (a1, a2, b1, b2, b3, b4, c1, c2) = claims[0]

    all_gas = verifier.verifyAll.transact(root, scope, DEPTH, batch, {"from": accounts[0]}).gas_used
    one_gas = verifier.verifyProof.transact(
        [a1, a2], [[b1, b2], [b3, b4]], [c1, c2], signals, DEPTH, {"from": accounts[0]}
    ).gas_used

    assert all_gas / len(claims) < one_gas / 3
