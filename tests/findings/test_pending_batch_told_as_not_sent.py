"""Found by trying: after Ctrl-C at a pending batch, its payments were told as not tried, and later as refused.

The batch was mined a moment afterwards; a clerk who read that paid the merchants by hand.
"""

import csv
import json

import pytest

from dongne import book as books
from dongne.cli import run
from dongne.currency import Issue, Kind, LocalCurrency, Payment, Treasury, payment_line
from dongne.sending.flight import Flight
from dongne.suite import Role
from scripts.localchain.anvil import funded
from scripts.localchain.suite import local_suite, person

PAYER, SHOP, FAR = funded(8), person("shop").address, 4_000_000_000


@pytest.fixture
def relay(tmp_path):
    """Relays a file of one payment; gives the exit code."""
    with local_suite(folder=tmp_path / "deployments") as city:
        currency, issuer = city.client(LocalCurrency), city.officers[Role.CURRENCY_OFFICER]
        members = city.officers[Role.MEMBERSHIP_OFFICER]
        currency.register(Kind.RESIDENT, [PAYER.address]).transact(members)
        currency.register(Kind.MERCHANT, [SHOP]).transact(members)
        city.back(1)
        city.client(Treasury).issue_batch([Issue(PAYER.address, 1)], bytes(32)).transact(issuer)
        signed = Payment(PAYER.address, SHOP, 1, 0, FAR, bytes(32)).sign(PAYER, currency.domain())
        (tmp_path / "payments.jsonl").write_text(payment_line(signed, 0) + "\n")
        books.save(city.book, tmp_path / "deployments")
        key = issuer.encrypt("secret", kdf="pbkdf2", iterations=1_000)
        (tmp_path / "key.json").write_text(json.dumps(key))
        (tmp_path / "password").write_text("secret")
        options = ["--rpc", city.chain.rpc, "--deployments", str(tmp_path / "deployments"), "--lang", "en"]
        options += ["--keystore", str(tmp_path / "key.json"), "--password-file", str(tmp_path / "password")]
        yield lambda: run(["currency", "relay", str(tmp_path / "payments.jsonl"), *options], {})


def stop(*_arguments):
    raise KeyboardInterrupt


def test_a_pending_payment_is_told_as_without_an_outcome(relay, monkeypatch, capsys):
    monkeypatch.setattr(Flight, "look", stop)

    assert relay() == 130

    out, said = capsys.readouterr()
    assert "without an outcome yet   1" in out
    assert "not tried" not in out
    assert "was under way" in said


def test_a_payment_that_was_relayed_before_is_left_out_and_not_refused(relay, tmp_path, capsys):
    relay()
    capsys.readouterr()

    assert relay() == 0

    out = capsys.readouterr().out
    assert ("refused" in out, "left out" in out) == (True, True)
    with (tmp_path / "payments.result-2.csv").open(encoding="utf-8-sig", newline="") as results:
        assert [row["result"] for row in csv.DictReader(results)] == ["left out"]
