"""The prover: Semaphore's identities, trees and proofs behind plain calls, and what is said where it cannot work."""

import json
import os
import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from dongne.ballot.secret import (
    DEPTH,
    FIELD_ORDER,
    Claim,
    ProverKit,
    SecretVote,
    Task,
    new_secret,
    prover,
    read_secret,
)
from dongne.ballot.secret import kit as kits
from dongne.ballot.secret.errors import (
    NodeMissing,
    ProverDamaged,
    ProverFailed,
    ProverMissing,
    ProverNotInstalled,
    ProverTooSlow,
    SecretNotUsable,
)
from dongne.keys import KeyFileExists
from scripts.localchain.secret_voting import installed_prover
from tests.dongne import groth16_check

SECRET = bytes(range(32))
SCOPE, MESSAGE = 5, 6


@pytest.fixture(scope="module")
def real():
    return installed_prover()


@pytest.fixture(scope="module")
def leaves():
    return [random.Random(7).randrange(1, FIELD_ORDER) for _ in range(21)]


@pytest.fixture(scope="module")
def proved(real, leaves):
    """A group with one real member, and that member's proof."""
    group = [*leaves, *real.commitments([SECRET])]
    way = real.path(group, len(group) - 1)
    (made,) = real.prove([Task(SECRET, way, SCOPE, MESSAGE)])
    return Claim(SecretVote(1, made.nullifier, made.proof), way.root, MESSAGE, SCOPE)


def test_the_root_of_two_leaves_is_their_poseidon_hash(real):
    """The known answer of Poseidon over BN254, as circomlib publishes it."""
    expected = 7853200120776062878684798364095072458815029376092732009249414926327459813530

    assert real.root([1, 2]) == expected


def test_a_single_leaf_is_the_root(real):
    assert real.root([123]) == 123
    assert real.path([123], 0) == prover.MerklePath(123, 0, ())


def test_subtrees_that_are_computed_apart_give_the_same_tree(real, leaves, monkeypatch):
    whole = real.root(leaves)
    ways = {place: real.path(leaves, place) for place in (0, 3, 4, 15, 16, 19, 20)}
    heard = []

    monkeypatch.setattr(prover, "CHUNK_LEAVES", 4)

    assert real.root(leaves, heard.append) == whole
    assert sorted(heard) == [1, 4, 4, 4, 4, 4]
    assert {place: real.path(leaves, place) for place in ways} == ways


def test_each_secret_has_a_commitment_of_its_own(real):
    found = real.commitments([SECRET, bytes(32), SECRET])

    assert found[0] == found[2] != found[1]
    assert all(0 < each < FIELD_ORDER for each in found)


def test_a_proof_shows_the_nullifier_that_its_voter_can_compute(real, proved):
    assert proved.vote.nullifier == real.nullifier(SECRET, SCOPE) != real.nullifier(SECRET, SCOPE + 1)


def test_a_proof_holds_for_its_own_signals_only(real, proved):
    vote = proved.vote
    others = [
        replace(proved, message=MESSAGE + 1),
        replace(proved, scope=SCOPE + 1),
        replace(proved, root=proved.root + 1),
        replace(proved, vote=replace(vote, nullifier=vote.nullifier + 1)),
        replace(proved, vote=replace(vote, nullifier=vote.nullifier + FIELD_ORDER)),
        replace(proved, vote=replace(vote, proof=bytes(256))),
        replace(proved, vote=replace(vote, proof=b"\xff" * 256)),
        replace(proved, vote=replace(vote, proof=vote.proof[:32] + bytes(31) + b"\x01" + vote.proof[64:])),
    ]
    heard = []

    assert real.verify([proved, *others], heard.append) == [True] + [False] * len(others)
    assert sum(heard) == 1 + len(others)


def test_an_independent_pairing_agrees(real, proved):
    key = groth16_check.key_in(real.kit.folder / kits._ARTIFACTS_FOLDER / f"semaphore-{DEPTH}.json")
    signals = [proved.root, proved.vote.nullifier, MESSAGE, SCOPE]

    assert groth16_check.holds(key, signals, proved.vote.points)
    assert not groth16_check.holds(key, [*signals[:2], MESSAGE + 1, SCOPE], proved.vote.points)


def test_nothing_to_check_is_no_request(real):
    assert replace(real, node="nothing").verify([]) == []


def test_a_missing_kit_says_how_to_install_it(tmp_path):
    with pytest.raises(ProverMissing, match="dongne ballot secret prover"):
        prover.Prover(ProverKit(tmp_path)).commitments([SECRET])


def test_another_circuit_is_not_used(tmp_path, real):
    kit = ProverKit(tmp_path)
    shutil.copytree(real.kit.folder / kits._ARTIFACTS_FOLDER, tmp_path / kits._ARTIFACTS_FOLDER)
    with (tmp_path / kits._ARTIFACTS_FOLDER / f"semaphore-{DEPTH}.zkey").open("ab") as file:
        file.write(b"\0")

    with pytest.raises(ProverDamaged, match="SHA-256"):
        prover.Prover(kit).commitments([SECRET])
    assert not kit.is_sound


def test_a_missing_node_is_said(real):
    with pytest.raises(NodeMissing, match="Node 20"):
        replace(real, node="no-such-node").commitments([SECRET])


def test_what_node_says_is_said(real):
    with pytest.raises(ProverFailed, match=r"SyntaxError|BigInt"):
        real.root(["no number"])


def test_a_prover_that_does_not_answer_is_stopped(real, tmp_path):
    sleeper = tmp_path / "node"
    sleeper.write_text("#!/bin/sh\nexec sleep 600\n")
    sleeper.chmod(0o755)

    with pytest.raises(ProverTooSlow, match="1 seconds"):
        replace(real, node=str(sleeper), seconds=1).commitments([SECRET])


def test_an_answer_that_is_no_answer_is_said(real, tmp_path):
    liar = tmp_path / "node"
    liar.write_text("#!/bin/sh\necho welcome\n")
    liar.chmod(0o755)

    with pytest.raises(ProverFailed, match="welcome"):
        replace(real, node=str(liar)).commitments([SECRET])


def test_an_installed_kit_is_not_installed_again(real, monkeypatch):
    monkeypatch.setattr(kits, "_NPM", ("no-such-npm",))

    real.kit.install()


def npm(folder, script):
    """A program that takes npm's place."""
    program = folder / "npm"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return (str(program),)


def test_a_failing_npm_is_quoted(tmp_path, monkeypatch):
    monkeypatch.setattr(kits, "_NPM", npm(tmp_path, "echo 'npm error code ENOTFOUND' >&2; exit 1"))

    with pytest.raises(ProverNotInstalled, match="ENOTFOUND"):
        ProverKit(tmp_path / "kit").install()


def test_a_missing_npm_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(kits, "_NPM", ("no-such-npm",))

    with pytest.raises(NodeMissing, match="npm"):
        ProverKit(tmp_path / "kit").install()


def test_what_npm_brings_is_pruned_to_one_depth_and_checked(tmp_path, real, monkeypatch):
    artifacts = real.kit.folder / kits._ARTIFACTS_FOLDER
    script = f"mkdir -p {kits._ARTIFACTS_FOLDER} && cp {artifacts}/semaphore-{DEPTH}.* {kits._ARTIFACTS_FOLDER}/ && "
    script += f"touch {kits._ARTIFACTS_FOLDER}/semaphore-20.zkey {kits._ARTIFACTS_FOLDER}/semaphore-2.wasm"
    monkeypatch.setattr(kits, "_NPM", npm(tmp_path, script))
    kit = ProverKit(tmp_path / "kit")

    kit.install()

    assert kit.is_sound
    assert sorted(file.name for file in (kit.folder / kits._ARTIFACTS_FOLDER).iterdir()) == sorted(kits.ARTIFACTS)


def test_pins_are_exact():
    pins = json.loads(kits.SOURCES.joinpath("package.json").read_text())["dependencies"]

    assert all(version.replace(".", "").isdigit() for version in pins.values())


def test_a_secret_is_its_owners_alone(tmp_path):
    file = tmp_path / "secret"

    secret = new_secret(file)

    assert len(secret) == 32 and secret == read_secret(file)
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(KeyFileExists):
        new_secret(file)


@pytest.mark.parametrize("content", [b"", b"abc", b"00" * 31, b"zz" * 32, b"\xff" * 32])
def test_a_file_without_a_secret_is_refused(tmp_path, content):
    file = tmp_path / "secret"
    file.write_bytes(content)

    with pytest.raises(SecretNotUsable, match="64 hexadecimal digits"):
        read_secret(file)


def test_a_missing_secret_is_said(tmp_path):
    with pytest.raises(SecretNotUsable, match="No such file"):
        read_secret(Path(os.fspath(tmp_path)) / "none")
