"""Twelve mutants of the ledger, each a fault that would cost money: a loop makes each, and the tests must kill it.

Each is compiled in a copy of the project, which takes about a minute: they run where DONGNE_MUTANTS is set.
"""

import os
import shutil
import subprocess
import sys

import pytest

from scripts.deployment.artifacts import ROOT

LEDGER = "contracts/currency/LocalCurrency.sol"
COPIED = ("contracts", "interfaces", "tests", "dongne", "scripts", "build")
MUTANTS = {
    "pays one won more than there is": (
        "if (amount > from.balance()) return",
        "if (amount > from.balance() + 1) return",
        "test_transfers.py",
    ),
    "refunds what only one side has bought": (
        "Math.min(amount, Math.min(from.counted(), to.counted()))",
        "Math.min(amount, Math.max(from.counted(), to.counted()))",
        "test_months.py",
    ),
    "refunds the closed month for ever": (
        "return month == monthAtGrace ? 0 :",
        "return month == monthAtGrace + 9 ? 0 :",
        "test_months.py",
    ),
    "refunds more than the closed month": (
        "if (closed != 0 && closed > _closedFor(from, to)) return REFUND_EXCEEDS_PURCHASES;",
        "",
        "test_months.py",
    ),
    "pays an order as often as it is relayed": (
        "return _tryMove(rules, payer, from.useNonce(), payee, amount);",
        "return _tryMove(rules, payer, from, payee, amount);",
        "test_pay_many.py",
    ),
    "lets an order end a second early": (
        "if (block.timestamp > payment.deadline()) return EXPIRED;",
        "if (block.timestamp >= payment.deadline()) return EXPIRED;",
        "test_pay_many.py",
    ),
    "forgets an authorization when its neighbour is used": (
        "_authorizations[authorizer][number >> 8] = used | bit;",
        "_authorizations[authorizer][number >> 8] = bit;",
        "test_authorizations.py",
    ),
    "makes money of whoever pays itself": (
        "to = from.debit(amount); // same account",
        "// same account",
        "test_table.py",
    ),
    "lets a frozen spender spend": (
        "if (_account(msg.sender).isBarred()) revert SpenderFrozen(msg.sender);",
        "",
        "test_pause_and_freeze.py",
    ),
    "serves a place of a list twice": (
        "if (first != known.served) revert",
        "if (first > known.served) revert",
        "test_issuing.py",
    ),
    "issues without using the allowance up": (
        "issuanceAllowance[msg.sender] = allowed - amount;",
        "issuanceAllowance[msg.sender] = allowed;",
        "test_issuing.py",
    ),
    "leaves held money behind when a key is lost": (
        "_held[to] = held;",
        "",
        "test_recovery.py",
    ),
}
"""What a mutant does: what stands in the ledger, what it says instead, and whose tests kill it."""

pytestmark = pytest.mark.skipif("DONGNE_MUTANTS" not in os.environ, reason="DONGNE_MUTANTS is not set")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project with its builds."""
    folder = tmp_path_factory.mktemp("mutants")
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "tests-*.json"))
    for name in ("brownie-config.yaml", "networks.yaml", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    return folder


def run(project, killer):
    """Exit code and output of a test file in the copy, until its first failure."""
    file = "tests/contracts/currency/" + killer
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", file]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    ended = subprocess.run(
        command,
        cwd=project,
        env=environment | {"PYTHONPATH": str(project)},
        capture_output=True,
        text=True,
        timeout=1_800,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.parametrize("killer", ["test_transfers.py"])
def test_the_ledger_itself_survives(project, killer):
    code, output = run(project, killer)

    assert code == 0, output[-3_000:]


@pytest.mark.parametrize("mutant", MUTANTS)
def test_the_tests_kill_a_ledger_that(project, mutant):
    original, changed, killer = MUTANTS[mutant]
    source = (ROOT / LEDGER).read_text(encoding="utf-8")
    assert source.count(original) == 1, f"the ledger says {original!r} {source.count(original)} times"
    (project / LEDGER).write_text(source.replace(original, changed), encoding="utf-8")

    code, output = run(project, killer)

    assert (code, "FAILED tests/contracts" in output) == (1, True), output[-3_000:]
